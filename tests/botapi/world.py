"""What the server knows: the bot, chats with their messages, files, queries, settings, and a log of all calls."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from tests.botapi.errors import ApiError, bad
from tests.botapi.faults import Faults, Limits
from tests.botapi.parameters import Upload
from tests.botapi.updates import Updates

Json = dict[str, Any]
SUPERGROUPS_BELOW: Final = -1_000_000_000_000
ANONYMOUS_ADMIN: Final = 1087968824  # the user Telegram names as sender of an anonymous administrator's message
_FORBIDDEN: Final = {
    "blocked": "bot was blocked by the user",
    "deactivated": "user is deactivated",
    "kicked": "bot was kicked from the {type} chat",
    "left": "bot is not a member of the {type} chat",
}


@dataclass(slots=True)
class Settings:
    """What a test may change (control call ``settings``). Seconds and bytes."""

    callback_seconds: float = 30.0  # after which a press can no longer be answered
    inline_seconds: float = 10.0
    download_bytes: int = 20 * 1024 * 1024  # Bot API, getFile: files of up to 20 MB
    upload_bytes: int = 50 * 1024 * 1024  # Bot API, "Sending files": up to 50 MB
    privacy: bool = True  # in groups only what is meant for the bot reaches it
    hang_seconds: float = 30.0  # how long the fault "timeout" keeps a call


@dataclass(slots=True)
class Chat:
    """One chat. `state` is "ok" or a key of the refusals above."""

    info: Json  # the Chat object in messages
    messages: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    drafts: list[Json] = field(default_factory=list)
    members: dict[int, str] = field(default_factory=dict)
    state: str = "ok"
    migrated_to: int | None = None
    next_id: int = 1

    @property
    def id(self) -> int:
        """The chat's id."""
        return int(self.info["id"])

    @property
    def private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return bool(self.info["type"] == "private")

    def check_open(self) -> None:
        """Raises ApiError when the bot cannot act in it."""
        if self.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to_chat_id=self.migrated_to)
        if self.state != "ok":
            raise ApiError(403, f"Forbidden: {_FORBIDDEN[self.state].format(type=self.info['type'])}")


@dataclass(frozen=True, slots=True)
class File:
    """A stored file."""

    file_id: str
    upload: Upload


@dataclass(slots=True)
class Query:
    """A press of a button or an inline query; `answer` holds the parameters the bot answered with."""

    body: Json
    at: float
    chat_id: int | None
    answer: Json | None = None


class Log:
    """Every call in order, every violation, and who waits for the next call."""

    def __init__(self) -> None:
        self.calls: list[Json] = []
        self.violations: list[Json] = []
        self._by_chat: dict[int | None, list[Json]] = defaultdict(list)
        self._waiting: dict[int | None, list[asyncio.Future[None]]] = defaultdict(list)

    def add(self, call: Json) -> None:
        """Records a call and wakes who waits for one in its chat."""
        chat_id = call["chat_id"]
        call["n"] = len(self.calls)
        self.calls.append(call)
        if chat_id is not None:
            self._by_chat[chat_id].append(call)
        for key in {chat_id, None}:
            for future in self._waiting.pop(key, []):
                if not future.done():
                    future.set_result(None)

    def violation(self, call: Json, text: str, *, silent: bool) -> None:
        """Records what the documentation forbids; `silent` where Telegram would not have said so."""
        entry = {key: call[key] for key in ("at", "method", "chat_id", "parameters")}
        self.violations.append({**entry, "description": text, "silent": silent})

    def find(self, method: str | None, chat_id: int | None, since: int) -> list[Json]:
        """The calls from number `since` on."""
        pool = self.calls[since:] if chat_id is None else self._by_chat.get(chat_id, [])
        return [call for call in pool if call["n"] >= since and method in {None, call["method"]}]

    async def wait(self, method: str | None, chat_id: int | None, since: int, seconds: float) -> list[Json]:
        """The same, once there is one or the time is over."""
        deadline = time.monotonic() + seconds
        while not (found := self.find(method, chat_id, since)) and (left := deadline - time.monotonic()) > 0:
            future = asyncio.get_running_loop().create_future()
            self._waiting[chat_id].append(future)
            await asyncio.wait([future], timeout=left)
        return found


class World:
    """All state of one server with one bot."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Chỉ đạo",
            "username": "chidao_strict_bot",
        }
        self.updates = Updates()
        self._numbers = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """Forgets all but the webhook, allowed_updates and the counts of updates and files."""
        self.settings = Settings()
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, Json] = {}
        self.files: dict[str, File] = {}
        self.callbacks: dict[str, Query] = {}
        self.inline: dict[str, Query] = {}
        self.account: dict[str, Any] = {}
        self.log = Log()
        self.faults = Faults()
        self.limits = Limits()
        self.updates.forget()

    def number(self) -> int:
        """A number nobody had before."""
        return next(self._numbers)

    def find_chat(self, chat_id: int | str) -> Chat:
        """The chat of an id or @username.

        Raises:
            ApiError: the bot has never met it.
        """
        if isinstance(chat_id, str):
            named = (c for c in self.chats.values() if f"@{c.info.get('username', '')}".lower() == chat_id.lower())
            chat = next((c for c in named if not c.private), None)
        else:
            chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        return chat

    def open_chat(self, chat_id: int | str) -> Chat:
        """The chat, where the bot may write."""
        chat = self.find_chat(chat_id)
        chat.check_open()
        return chat

    def add_message(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A new message in a chat, with an id of that chat's own count."""
        message = {"message_id": chat.next_id, "from": sender, "chat": chat.info, "date": int(time.time()), **content}
        chat.messages[chat.next_id] = message
        chat.next_id += 1
        return message

    def store(self, upload: Upload) -> File:
        """Keeps a file under a new id."""
        file = File(f"file{self.number()}-{self.bot['id']}", upload)
        self.files[file.file_id] = file
        return file

    def is_mine(self, message: Json) -> bool:
        """Whether the bot wrote the message."""
        return bool(message["from"]["id"] == self.bot["id"])


def as_reply(message: Json) -> Json:
    """A message as it stands within one that replies to it: without what that one replied to itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
