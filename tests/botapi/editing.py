"""Edits, deletions and reactions (Bot API, section "Updating messages")."""

from __future__ import annotations

import time
from typing import Any, Final

from tests.botapi.errors import bad
from tests.botapi.keyboards import checked_markup
from tests.botapi.parameters import Request
from tests.botapi.sending import caption_content, note_reply, text_content
from tests.botapi.world import Chat, Json, World

_CONTENT: Final = ("text", "entities", "caption", "caption_entities", "link_preview_options", "reply_markup")


def edit_message_text(world: World, request: Request) -> Json | bool:
    """EditMessageText: the bot's own text messages; buttons that are not given again go."""
    content = text_content(request)
    chat, message = _target(world, request)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return _apply(world, chat, message, content, request, drop=("text", "entities", "link_preview_options"))


def edit_message_caption(world: World, request: Request) -> Json | bool:
    """EditMessageCaption."""
    chat, message = _target(world, request)
    if "text" in message:
        raise bad("there is no caption in the message to edit")
    return _apply(world, chat, message, caption_content(request), request, drop=("caption", "caption_entities"))


def edit_message_reply_markup(world: World, request: Request) -> Json | bool:
    """EditMessageReplyMarkup."""
    chat, message = _target(world, request)
    return _apply(world, chat, message, {}, request, drop=())


def _target(world: World, request: Request) -> tuple[Chat, Json]:
    if request.get("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    if request.get("chat_id") is None:
        raise bad("chat_id is empty")
    if request.get("message_id") is None:
        raise bad("message identifier is not specified")
    chat = world.open_chat(request.get("chat_id"))
    message = chat.messages.get(request.get("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not world.is_mine(message):
        raise bad("message can't be edited")
    return chat, message


def _apply(
    world: World, chat: Chat, message: Json, content: Json, request: Request, *, drop: tuple[str, ...]
) -> Json | bool:
    markup = checked_markup(request.get("reply_markup"), request.silent, inline_only=True)
    if markup is not None:
        content = {**content, "reply_markup": markup}
    edited = {key: value for key, value in message.items() if key not in {*drop, "reply_markup"}} | content
    if _shown(edited) == _shown(message):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    world.limits.check(chat.id)
    edited["edit_date"] = int(time.time())
    chat.messages[message["message_id"]] = edited
    note_reply(world, chat.id, edited)
    return edited


def _shown(message: Json) -> list[Any]:
    return [message.get(key) for key in _CONTENT]


def delete_message(world: World, request: Request) -> bool:
    """DeleteMessage: its own; any in a private chat; others' in a group as administrator only."""
    chat = world.open_chat(request.get("chat_id"))
    message = chat.messages.get(request.get("message_id"))
    if message is None:
        raise bad("message to delete not found")
    if not _may_delete(world, chat, message):
        raise bad("message can't be deleted")
    del chat.messages[message["message_id"]]
    return True


def _may_delete(world: World, chat: Chat, message: Json) -> bool:
    admin = chat.members.get(world.bot["id"]) in {"administrator", "creator"}
    return chat.private or admin or world.is_mine(message)


def delete_messages(world: World, request: Request) -> bool:
    """DeleteMessages: 1-100 ids; those that are gone are skipped."""
    chat = world.open_chat(request.get("chat_id"))
    ids = request.get("message_ids")
    if not 1 <= len(ids) <= 100 or not all(isinstance(n, int) for n in ids):
        raise bad("message identifiers are not specified, or more than 100")
    found = [chat.messages[n] for n in ids if n in chat.messages]
    if not all(_may_delete(world, chat, message) for message in found):
        raise bad("message can't be deleted")
    for message in found:
        chat.messages.pop(message["message_id"], None)
    return True


def set_message_reaction(world: World, request: Request) -> bool:
    """SetMessageReaction: at most one reaction of a bot's."""
    chat = world.open_chat(request.get("chat_id"))
    if request.get("message_id") not in chat.messages:
        raise bad("message to react not found")
    reactions = request.get("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if not isinstance(reaction, dict) or str(reaction.get("type")) not in {"emoji", "custom_emoji"}:
            raise bad("REACTION_INVALID")
    return True


EDITING: Final = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
}
