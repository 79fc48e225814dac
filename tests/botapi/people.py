"""What people do in Telegram: write, edit, press, ask inline, block, add the bot to a group."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any, Final

from tests.botapi.formatting import CAPTION_LIMIT, TEXT_LIMIT
from tests.botapi.parameters import Upload
from tests.botapi.sending import document_of, photo_of, sized
from tests.botapi.text import clean, covered, find_entities
from tests.botapi.updates import KINDS
from tests.botapi.world import ANONYMOUS_ADMIN, SUPERGROUPS_BELOW, Chat, File, Json, Query, World, as_reply

_ANONYMOUS: Final = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_PERSON_IN_GROUPS: Final = 1001  # who acts in a group when a test names nobody


class People:
    """Each method is a control call of its name; what it returns is JSON. Wrong use raises ValueError."""

    def __init__(self, world: World) -> None:
        self._world = world

    # Who and where.

    def _user(self, chat_id: int, user_id: int | None, language_code: str | None) -> Json:
        number = user_id or (chat_id if chat_id > 0 else _PERSON_IN_GROUPS)
        user: Json = {"id": number, "is_bot": False, "first_name": "Công dân", "last_name": str(number)}
        if language_code:
            user["language_code"] = language_code
        self._world.users[number] = user
        return user

    def _chat(self, chat_id: int, user: Json | None = None) -> Chat:
        chat = self._world.chats.get(chat_id)
        if chat is None:
            chat = self._world.chats[chat_id] = Chat(_chat_info(chat_id))
            chat.members[self._world.bot["id"]] = "member"
        if user is not None:
            chat.members.setdefault(user["id"], "member")
        return chat

    def create_topic(self, *, chat_id: int, name: str) -> int:
        """A topic in a supergroup or private chat; its id is that of the message which says so."""
        chat = self._chat(chat_id)
        if chat.info["type"] == "group":
            raise ValueError("a basic group has no topics")
        if not chat.private:
            chat.info["is_forum"] = True
        sender = self._user(chat_id, None, "vi")
        content = {"forum_topic_created": {"name": name, "icon_color": 7322096}, "is_topic_message": True}
        message = self._world.add_message(chat, sender, content)
        message["message_thread_id"] = message["message_id"]
        chat.topics[message["message_id"]] = name
        self._put("message", message, chat)
        return int(message["message_id"])

    # Messages.

    def send(
        self,
        *,
        content: Json,
        chat_id: int,
        user_id: int | None = None,
        language_code: str | None = "vi",
        reply_to: int | None = None,
        thread_id: int | None = None,
        anonymous: bool = False,
    ) -> Json:
        """A message with any content; text and caption get the entities that Telegram finds by itself."""
        user = self._user(chat_id, user_id, language_code)
        chat = self._chat(chat_id, user)
        if chat.migrated_to is not None:
            raise ValueError(f"group {chat_id} has become supergroup {chat.migrated_to}")
        if chat.private and chat.state != "ok":
            raise ValueError(f"nobody writes in chat {chat_id}: it is {chat.state}")
        extra: Json = {}
        if thread_id is not None:
            if thread_id not in chat.topics:
                raise ValueError(f"chat {chat_id} has no topic {thread_id}: make it with create_topic")
            extra |= {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to is not None:
            extra["reply_to_message"] = as_reply(self._message(chat, reply_to))
        if anonymous:
            extra["sender_chat"] = chat.info
        message = self._world.add_message(chat, _ANONYMOUS if anonymous else user, _with_entities(content) | extra)
        update_id = self._put("message", message, chat) if self._reaches(chat, message) else None
        return {"update_id": update_id, "message_id": message["message_id"], "chat_id": chat_id}

    def send_file(
        self, *, kind: str, data: str, name: str, mime_type: str, chat_id: int, caption: str | None = None, **who: Any
    ) -> Json:
        """A document, photo, voice message or sticker; `data` is base64."""
        file = self._world.store(Upload(name, mime_type, base64.b64decode(data)))
        content = {kind: _MEDIA[kind](file)} | ({"caption": caption} if caption else {})
        return self.send(content=content, chat_id=chat_id, **who)

    def edit(self, *, content: Json, message_id: int, chat_id: int) -> Json:
        """A person changes what they wrote."""
        chat = self._chat(chat_id)
        message = self._message(chat, message_id)
        if self._world.is_mine(message):
            raise ValueError("people cannot edit the bot's messages")
        kept = {key: value for key, value in message.items() if key not in {"text", "entities"}}
        edited = {**kept, **_with_entities(content), "edit_date": int(time.time())}
        chat.messages[message_id] = edited
        update_id = self._put("edited_message", edited, chat) if self._reaches(chat, edited) else None
        return {"update_id": update_id, "message_id": message_id, "chat_id": chat_id}

    def delete(self, *, message_id: int, chat_id: int) -> None:
        """A person deletes a message; the bot is not told."""
        del self._chat(chat_id).messages[message_id]

    def press(
        self,
        *,
        chat_id: int,
        message_id: int,
        data: str | None = None,
        button: str | None = None,
        user_id: int | None = None,
        language_code: str | None = "vi",
        forged: bool = False,
    ) -> Json:
        """A button below the bot's message, named by its data or its text; a `forged` press has any data."""
        user = self._user(chat_id, user_id, language_code)
        chat = self._chat(chat_id, user)
        message = chat.messages.get(message_id)
        if not forged:
            data = _data_of(self._message(chat, message_id), data, button)
        query_id = f"{4_000_000_000 + self._world.number()}"
        gone = {"chat": chat.info, "message_id": message_id, "date": 0}
        body = {"id": query_id, "from": user, "chat_instance": f"{chat_id}", "data": data, "message": message or gone}
        self._world.callbacks[query_id] = Query(body, time.time(), chat_id)
        update_id = self._put("callback_query", body, chat)
        return {"update_id": update_id, "query_id": query_id, "message_id": message_id, "chat_id": chat_id}

    def inline_query(
        self, *, text: str, user_id: int, language_code: str | None = "vi", offset: str = "", chat_type: str = "sender"
    ) -> Json:
        """Somebody types the bot's name and a text in some chat."""
        query_id = f"{5_000_000_000 + self._world.number()}"
        user = self._user(user_id, user_id, language_code)
        body = {"id": query_id, "from": user, "query": text[:256], "offset": offset, "chat_type": chat_type}
        self._world.inline[query_id] = Query(body, time.time(), None)
        return {"update_id": self._world.updates.put("inline_query", body, None), "query_id": query_id}

    def inject(self, *, update: Json) -> int | None:
        """Any update; its id is given here. Its chat and message are known from then on."""
        kinds = [key for key in update if key != "update_id"]
        if len(kinds) != 1 or kinds[0] not in KINDS:
            raise ValueError(f"an update has one kind, of those known; got {kinds}")
        kind, body = kinds[0], update[kinds[0]]
        message = body if "message_id" in body else body.get("message") or {}
        chat_id = (body.get("chat") or message.get("chat") or {}).get("id")
        if chat_id is not None:
            chat = self._world.chats.setdefault(chat_id, Chat(body.get("chat") or message["chat"]))
            if "message_id" in message and "from" in message:
                chat.messages.setdefault(message["message_id"], message)
                chat.next_id = max(chat.next_id, message["message_id"] + 1)
        if kind == "callback_query":
            self._world.callbacks[body["id"]] = Query(body, time.time(), chat_id)
        return self._world.updates.put(kind, body, chat_id)

    # Blocking, groups.

    def set_state(self, *, chat_id: int, state: str, user_id: int | None = None) -> int | None:
        """The bot is blocked, unblocked ("ok"), or its person's account is "deactivated"."""
        user = self._user(chat_id, user_id, "vi")
        chat = self._chat(chat_id, user)
        before, chat.state = chat.state, state
        if {before, state} != {"ok", "blocked"}:
            return None
        return self._membership(chat, user, "kicked" if state == "blocked" else "member")

    def add_to_group(
        self, *, chat_id: int, user_id: int | None, title: str, status: str = "member", tell: bool = True
    ) -> int | None:
        """Somebody adds the bot to a group, as "member" or "administrator", or removes it ("kicked")."""
        user = self._user(chat_id, user_id, "vi")
        new = chat_id not in self._world.chats
        chat = self._chat(chat_id, user)
        chat.info["title"] = title
        if new:
            chat.members[self._world.bot["id"]] = "left"
        chat.members[user["id"]] = "creator"
        chat.state = "kicked" if status == "kicked" else "ok"
        update_id = self._membership(chat, user, status)
        if tell:
            service = "left_chat_member" if status == "kicked" else "new_chat_members"
            value: Any = self._world.bot if status == "kicked" else [self._world.bot]
            self._put("message", self._world.add_message(chat, user, {service: value}), chat)
        return update_id

    def _membership(self, chat: Chat, user: Json, status: str) -> int | None:
        bot = self._world.bot
        before = chat.members.get(bot["id"], "left")
        chat.members[bot["id"]] = status
        body = {
            "chat": chat.info,
            "from": user,
            "date": int(time.time()),
            "old_chat_member": _member(bot, before),
            "new_chat_member": _member(bot, status),
        }
        return self._put("my_chat_member", body, chat)

    def migrate(self, *, chat_id: int) -> int:
        """A group becomes a supergroup; returns the new id. Both chats get their service message."""
        old = self._chat(chat_id)
        if old.info["type"] != "group" or old.migrated_to is not None:
            raise ValueError(f"chat {chat_id} is no group that can become a supergroup")
        user = self._user(chat_id, None, "vi")
        new = self._chat(SUPERGROUPS_BELOW + chat_id, user)
        new.info["title"], new.members = old.info["title"], dict(old.members)
        self._put("message", self._world.add_message(old, user, {"migrate_to_chat_id": new.id}), old)
        self._put("message", self._world.add_message(new, user, {"migrate_from_chat_id": old.id}), new)
        old.migrated_to = new.id
        return new.id

    # Common.

    def _put(self, kind: str, body: Json, chat: Chat) -> int | None:
        return self._world.updates.put(kind, body, chat.id)

    def _message(self, chat: Chat, message_id: int) -> Json:
        if (message := chat.messages.get(message_id)) is None:
            raise ValueError(f"chat {chat.id} has no message {message_id}")
        return message

    def _reaches(self, chat: Chat, message: Json) -> bool:
        """Bot features, "Privacy mode": commands, mentions, replies to it; as administrator or in private all."""
        me = self._world.bot
        if chat.state != "ok":
            return False
        if chat.private or not self._world.settings.privacy or chat.members.get(me["id"]) == "administrator":
            return True
        if "text" not in message and "caption" not in message:
            return False
        name = f"@{me['username']}".lower()
        commands = covered(message, "bot_command")
        mine = any("@" not in command or command.lower().endswith(name) for command in commands)
        mentioned = name in (mention.lower() for mention in covered(message, "mention"))
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == me["id"]
        return mine or mentioned or replied


def _chat_info(chat_id: int) -> Json:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": "Công dân", "last_name": str(chat_id)}
    kind = "supergroup" if chat_id <= SUPERGROUPS_BELOW else "group"
    return {"id": chat_id, "type": kind, "title": "Tổ dân phố"}


def _with_entities(content: Json) -> Json:
    done = dict(content)
    for name, entities, limit in (
        ("text", "entities", TEXT_LIMIT),
        ("caption", "caption_entities", CAPTION_LIMIT),
    ):
        if name in done:
            done[name] = clean(done[name]).strip()
            if not 1 <= len(done[name]) <= limit:
                raise ValueError(f"a {name} that people send has 1-{limit} characters, got {len(done[name])}")
            if found := find_entities(done[name], done.get(entities) or []):
                done[entities] = found
    return done


def _data_of(message: Mapping[str, Any], data: str | None, text: str | None) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if data in {None, button.get("callback_data")} and text in {None, button["text"]} and "callback_data" in button:
            return str(button["callback_data"])
    raise ValueError(f"no such button below message {message['message_id']}: {buttons}")


def _member(user: Json, status: str) -> Json:
    member: Json = {"status": status, "user": user}
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
            "can_edit_stories can_delete_stories"
        )
        member |= dict.fromkeys(rights.split(), False)
    return member


def _voice_of(file: File) -> Json:
    return {**sized(file), "duration": 3, "mime_type": file.upload.mime_type}


def _sticker_of(file: File) -> Json:
    flags = {"is_animated": False, "is_video": False}
    return {**sized(file), "type": "regular", "width": 512, "height": 512, "emoji": "👍", **flags}


_MEDIA: Final = {
    "document": document_of,
    "photo": lambda file: [photo_of(file)],
    "voice": _voice_of,
    "sticker": _sticker_of,
}
