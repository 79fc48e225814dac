"""sendMessage and its kin (Bot API, section "Available methods")."""

from __future__ import annotations

import time
from typing import Any, Final

from tests.botapi.errors import bad
from tests.botapi.formatting import CAPTION_LIMIT, TEXT_LIMIT, formatted
from tests.botapi.keyboards import checked_markup
from tests.botapi.markup import checked_url
from tests.botapi.parameters import Request, Upload
from tests.botapi.world import Chat, File, Json, World, as_reply

ACTIONS: Final = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
_PREVIEW: Final = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}
_REPLY: Final = {
    "message_id": int,
    "chat_id": (int, str),
    "allow_sending_without_reply": bool,
    "quote": str,
    "quote_parse_mode": str,
    "quote_entities": list,
    "quote_position": int,
    "checklist_task_id": int,
    "poll_option_id": str,
}
_WORDS: Final = {bool: "Boolean", str: "String", int: "Integer", list: "Array"}


def send_message(world: World, request: Request) -> Json:
    """SendMessage: text of 1-4096 characters after entities parsing."""
    content = text_content(request)
    return _send(world, request, content)


def text_content(request: Request) -> Json:
    """Text, entities and preview of a sendMessage or editMessageText."""
    if not request.get("text"):
        raise bad("message text is empty")
    text, entities = formatted(
        request.get("text"), request.get("parse_mode"), request.get("entities"), request.silent, limit=TEXT_LIMIT
    )
    if not text:
        raise bad("text must be non-empty")
    preview = checked_fields(request.get("link_preview_options"), _PREVIEW, "link_preview_options", request.silent)
    if preview and "url" in preview:
        try:
            checked_url(preview["url"])
        except ValueError:
            raise bad("WEBPAGE_URL_INVALID") from None
    content: Json = {"text": text}
    return (
        content | ({"entities": entities} if entities else {}) | ({"link_preview_options": preview} if preview else {})
    )


def caption_content(request: Request) -> Json:
    """Caption and its entities, of up to 1024 characters after parsing."""
    if not request.get("caption"):
        return {}
    text, entities = formatted(
        request.get("caption"),
        request.get("parse_mode"),
        request.get("caption_entities"),
        request.silent,
        limit=CAPTION_LIMIT,
        what="caption",
    )
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def send_document(world: World, request: Request) -> Json:
    """SendDocument: a file that comes along (up to 50 MB), or one known by its file_id."""
    file = _file(world, request, "document")
    return _send(world, request, {"document": document_of(file), **caption_content(request)})


def send_photo(world: World, request: Request) -> Json:
    """SendPhoto: up to 10 MB."""
    file = _file(world, request, "photo")
    if len(file.upload.data) > 10 * 1024 * 1024:
        raise bad("file is too big")
    return _send(world, request, {"photo": [photo_of(file)], **caption_content(request)})


def document_of(file: File) -> Json:
    """The Document object."""
    return {**sized(file), "file_name": file.upload.name, "mime_type": file.upload.mime_type}


def photo_of(file: File) -> Json:
    """A PhotoSize object; nobody looks at the picture, so its size is made up."""
    return {**sized(file), "width": 90, "height": 90}


def sized(file: File) -> Json:
    """What all file objects have."""
    return {"file_id": file.file_id, "file_unique_id": f"u{file.file_id}", "file_size": len(file.upload.data)}


def _file(world: World, request: Request, name: str) -> File:
    upload = request.upload(name)
    if upload is None:
        value = request.get(name)
        if isinstance(value, str) and value in world.files:
            return world.files[value]
        if isinstance(value, str) and "://" in value and not value.startswith("attach://"):
            raise bad("failed to get HTTP URL content")
        raise bad("wrong file identifier/HTTP URL specified")
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > world.settings.upload_bytes:
        raise bad("file is too big")
    return world.store(Upload(_file_name(upload.name, request), upload.mime_type, upload.data))


def _file_name(name: str, request: Request) -> str:
    kept = name.replace("\\", "/").rpartition("/")[2].strip()
    if not kept or kept != name:
        request.silent.append(f"the file name {name!r} is not kept as it is")
    return kept or "file"


def _send(world: World, request: Request, content: Json) -> Json:
    markup = checked_markup(request.get("reply_markup"), request.silent)
    chat = world.open_chat(request.get("chat_id"))
    reply, thread = _reply(world, request, chat), request.get("message_thread_id")
    if reply is not None and thread is None and reply.get("is_topic_message") and reply["chat"]["id"] == chat.id:
        thread = reply["message_thread_id"]
    check_thread(chat, thread)
    if markup is not None and "keyboard" in markup and chat.info["type"] == "channel":
        raise bad("reply markup is not allowed in channels")
    world.limits.check(chat.id)
    extra: Json = {}
    if thread is not None:
        extra |= {"message_thread_id": thread, "is_topic_message": True}
    if reply is not None:
        extra["reply_to_message"] = as_reply(reply)
    if markup is not None and "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    message = world.add_message(chat, world.bot, content | extra)
    note_reply(world, chat.id, message)
    return message


def check_thread(chat: Chat, thread: int | None) -> None:
    """Raises ApiError when the chat has no such topic."""
    if thread is not None and thread not in chat.topics:
        raise bad("message thread not found")


def _reply(world: World, request: Request, chat: Chat) -> Json | None:
    """The message replied to; None without one, or where it is gone and the bot allowed for that."""
    reply = checked_fields(request.get("reply_parameters"), _REPLY, "reply_parameters", request.silent)
    if not reply:
        return None
    if "message_id" not in reply:
        raise bad('can\'t find field "message_id"')
    place = chat if reply.get("chat_id") is None else world.find_chat(reply["chat_id"])
    message = place.messages.get(reply["message_id"])
    if message is None:
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")
    text = str(message.get("text", message.get("caption", "")))
    if reply.get("quote") and reply["quote"] not in text:
        raise bad("QUOTE_TEXT_INVALID")
    return message


def checked_fields(value: Any, fields: Any, what: str, silent: list[str]) -> Json | None:
    """An object whose known fields have the right types; unknown ones are noted."""
    if value is None:
        return None
    for name, item in value.items():
        if name not in fields:
            silent.append(f"{what} has an unknown field {name}")
        elif not isinstance(item, fields[name]) or (fields[name] is int and isinstance(item, bool)):
            raise bad(f'field "{name}" must be of type {_WORDS.get(fields[name], "Integer or String")}')
    return dict(value)


def note_reply(world: World, chat_id: int, message: Json) -> None:
    """Notes for the latency of updates that the bot wrote, or edited, a message."""
    now = time.time()
    answered = message.get("reply_to_message", {}).get("message_id")
    for queued in reversed(world.updates.of_chat.get(chat_id, [])):
        if queued.followed_at is None and queued.delivered_at is not None:
            queued.followed_at = now
        if answered is not None and queued.body.get("message_id") == answered:
            queued.replied_at = queued.replied_at or now
            return


def send_chat_action(world: World, request: Request) -> bool:
    """SendChatAction."""
    chat = world.open_chat(request.get("chat_id"))
    check_thread(chat, request.get("message_thread_id"))
    if request.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def send_message_draft(world: World, request: Request) -> bool:
    """SendMessageDraft: private chats only, a draft_id other than 0, text of 0-4096 characters after parsing."""
    if request.get("draft_id") == 0:
        raise bad("RANDOM_ID_INVALID")
    text, entities = formatted(
        request.get("text") or "",
        request.get("parse_mode"),
        request.get("entities"),
        request.silent,
        limit=TEXT_LIMIT,
    )
    chat = world.open_chat(request.get("chat_id"))
    if not chat.private:
        raise bad("PEER_ID_INVALID: drafts are for private chats")
    check_thread(chat, request.get("message_thread_id"))
    draft = {"draft_id": request.get("draft_id"), "text": text, "entities": entities, "at": time.time()}
    chat.drafts.append(draft | {"message_thread_id": request.get("message_thread_id")})
    return True


SENDING: Final = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
}
