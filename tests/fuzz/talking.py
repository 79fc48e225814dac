"""Telegram: updates of any shape into the dispatcher, and people who write and press anything, through every handler.

The bot's calls are answered by the strict server's own methods, without a network: what Telegram would refuse is found.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any, Final
from urllib.parse import unquote

from telegram import Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.state.database import StateError, open_database
from bot.state.keyring import Keyring
from bot.state.store import open_state
from bot.telegram.app import BotAccount, Service
from bot.telegram.desk import Desk, House
from bot.telegram.limits import Limits
from bot.telegram.operations import Reloaded, Step
from bot.telegram.roles import Roles
from config.errors import InputError
from corpus.models import Article
from corpus.parse.encoding import decode
from corpus.parse.printed_page import parse_printed_page
from tests.botapi.account import download
from tests.botapi.errors import ApiError
from tests.botapi.parameters import Upload, known_method, read_request
from tests.botapi.people import People
from tests.botapi.server import METHODS
from tests.botapi.world import World
from tests.fuzz.answering import WORDS
from tests.fuzz.target import BrokenLawError, Target, fields, hold, joined, text_of
from tests.fuzz.worlds import CITY, HOSTILE, engine, live, scratch

TOKEN: Final = "700000001:AAEfuzz"
CITIZEN, STAFF, ADMIN, GROUP = 710_000_001, 710_000_002, 710_000_003, -1_000_000_000_123
_NOT_OUR_FAULT = frozenset({403, 429})
_GONE = ("chat not found", "message to edit not found", "message can't be edited", "message to be replied not found",
         "query is too old", "message is not modified", "wrong file", "invalid file")  # fmt: skip


class _Telegram(BaseRequest):
    """The strict server's methods, called here."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.refused: list[str] = []
        self.made: list[str] = []

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        """One call of the bot."""
        if "/file/bot" in url:
            return 200, download(self._world, unquote(url).partition(f"{TOKEN}/")[2])
        name = url.rpartition("/")[2]
        self.made.append(name)
        values = dict(request_data.json_parameters) if request_data else {}
        parts = request_data.multipart_data or {} if request_data else {}
        uploads = {key: Upload(str(part[0]), str(part[2]), _read(part[1])) for key, part in parts.items()}
        try:
            json.dumps(values).encode()
            "".join(map(str, values.values())).encode()  # half a surrogate pair cannot be sent
            read = read_request(known_method(name), values, uploads)
            result = METHODS[read.method](self._world, read)
            if inspect.isawaitable(result):
                result = await result
            self.refused += [f"{name}: {each}" for each in read.silent]
        except UnicodeEncodeError as error:
            self.refused.append(f"{name}: {error}")
            return 400, json.dumps(ApiError(400, "Bad Request: strings must be encoded in UTF-8").answer()).encode()
        except ApiError as error:
            if error.code not in _NOT_OUR_FAULT and not any(each in error.description for each in _GONE):
                self.refused.append(f"{name}: {error.description}")
            return error.code, json.dumps(error.answer()).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()


def _read(part: bytes | IO[bytes]) -> bytes:
    return part if isinstance(part, bytes) else part.read()


@dataclass(frozen=True, slots=True)
class _Operations:
    """What admins have done, with words of the fuzzer in every line."""

    words: list[str] = field(default_factory=lambda: [""])

    def read(self, name: str, data: bytes | None) -> Article:
        if data is None:
            raise InputError(name, self.words[0])
        return parse_printed_page(decode(data), source=name)

    def add(self, name: str, data: bytes | None, language: str) -> Sequence[str]:
        return [name, *self.words]

    def reload(self, language: str, step: Step, *, force: bool) -> Reloaded:
        step(self.words[0])
        return Reloaded(self.words, blocked=not force, generation="000001")

    def rollback(self, language: str) -> Sequence[str]:
        raise InputError(*self.words[:1] * 2)

    def article(self, article_id: str) -> Article | None:
        return live().snapshot.article(article_id)

    def remove(self, article_id: str, language: str) -> Sequence[str]:
        return self.words

    def status(self, language: str) -> Sequence[str]:
        return self.words

    def gaps(self, language: str) -> Sequence[str]:
        return self.words


@dataclass(slots=True)
class _House:
    """One bot over the sample, its state and the world it lives in."""

    loop: asyncio.AbstractEventLoop
    world: World
    people: People
    telegram: _Telegram
    service: Service
    operations: _Operations
    failures: list[BaseException]

    async def settle(self) -> None:
        """Until nothing is worked on."""
        while tasks := [*self.service.dispatcher._workers.values(), *self.service.dispatcher._direct]:
            await asyncio.wait(tasks, timeout=10)

    def check(self) -> None:
        """Raises what a handler raised, and what Telegram refused."""
        failures, refused = self.failures[:], self.telegram.refused[:]
        self.failures.clear()
        self.telegram.refused.clear()
        for error in failures:
            raise error
        hold(not refused, f"Telegram refuses: {refused[:1]}")


class _Loud(logging.Handler):
    """Takes what a part of the bot only logs: an update that failed outside its handler."""

    def __init__(self, failures: list[BaseException]) -> None:
        super().__init__()
        self._failures = failures

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a line that tells of a fault."""
        text = record.getMessage()
        if "an update failed" in text or "never retrieved" in text:
            self._failures.append(BrokenLawError(text))


@cache
def _house() -> _House:
    loop = asyncio.new_event_loop()
    return loop.run_until_complete(_opened(loop))


async def _opened(loop: asyncio.AbstractEventLoop) -> _House:
    state = open_state(open_database(None, scratch("state") / "state.sqlite"), Keyring("k" * 32), 700_000_001, 365)
    operations, failures = _Operations(), list[BaseException]()
    account = BotAccount(TOKEN, "http://127.0.0.1:1/bot", 0.0, 2, 1000, 5.0)
    desk = Desk(
        engine=engine(), state=state, operations=operations,
        house=House(CITY, "1022 <&>", 30, 365, model=False, service=False),
        roles=Roles(frozenset({ADMIN}), frozenset({STAFF})), limits=Limits(10**6, 10**6), receipt=lambda _id: None,
        thinking=asyncio.Semaphore(2),
    )  # fmt: skip
    service = Service(desk, account)
    bot, world = service.application.bot, World(TOKEN)
    telegram = _Telegram(world)
    bot._request, bot._rate_limiter = (telegram, telegram), None
    await service.application.initialize()

    async def note(_update: object, context: Any) -> None:
        if not isinstance(context.error, (TelegramError, StateError)):
            failures.append(context.error)

    service.application.add_error_handler(note)
    for name in ("bot.telegram.dispatch", "asyncio"):
        logging.getLogger(name).addHandler(_Loud(failures))
    return _House(loop, world, People(world), telegram, service, operations, failures)


def _updates(data: bytes) -> None:
    """Any body that the library takes for an update: kept and worked on, or passed over, and the bot goes on serving.

    A handler may fail over values of other types than Telegram's, which is logged; the next question has its answer.
    """
    house = _house()
    house.loop.run_until_complete(_put(house, _body(data)))
    if house.failures or house.telegram.refused:
        house.failures.clear()
        house.telegram.refused.clear()
        said = len(house.telegram.made)
        house.loop.run_until_complete(_said(house, _writes, CITIZEN, "lễ hội hoa mở cửa lúc mấy giờ", ""))
        hold("sendMessage" in house.telegram.made[said:], "the next question has no answer")
    house.check()
    house.telegram.made.clear()


async def _put(house: _House, body: bytes) -> None:
    try:
        given = json.loads(body)
        update = (
            Update.de_json(given, house.service.application.bot)
            if isinstance(given, dict) and "update_id" in given
            else None
        )
    except Exception:  # noqa: BLE001  what the webhook answers 400 to
        return
    if update is not None:
        await house.service.dispatcher.put(update)
        await house.settle()


_PERSON = {"id": CITIZEN, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
_CHAT = {"id": CITIZEN, "type": "private", "first_name": "Lan"}


def _message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_700_000_000, "from": _PERSON, "chat": _CHAT, **content}


_GROUP = {"id": GROUP, "type": "supergroup", "title": "Tổ dân phố"}
_KICKED = {"user": {"id": 700_000_001, "is_bot": True, "first_name": "b"}, "status": "kicked", "until_date": 0}
_PRESSED = {
    "id": "1",
    "from": _PERSON,
    "chat_instance": "1",
    "data": f"src:{HOSTILE.id}:1",
    "message": _message(text="x"),
}
_FILE = {"file_id": "a", "file_unique_id": "b", "file_name": "x.docx", "file_size": 5}
_UPDATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message", _message(text="Nghị định 30/2020 về việc gì?")),
    ("message", _message(text="/start r_MzQ4", entities=[{"type": "bot_command", "offset": 0, "length": 6}])),
    ("edited_message", _message(text="lễ hội hoa", edit_date=1_700_000_001)),
    ("message", _message(document=_FILE, caption="/check")),
    ("message", _message(text="?", reply_to_message=_message(text="y"), chat=_GROUP, sender_chat=_GROUP)),
    ("message", _message(migrate_to_chat_id=GROUP, chat=_GROUP)),
    ("callback_query", _PRESSED),
    ("inline_query", {"id": "2", "from": _PERSON, "query": "3482/QĐ-UBND", "offset": ""}),
    (
        "my_chat_member",
        {"chat": _CHAT, "from": _PERSON, "date": 1, "old_chat_member": _KICKED, "new_chat_member": _KICKED},
    ),
    ("channel_post", _message(text="x", chat={"id": -5, "type": "channel", "title": "c"})),
    ("poll", {"id": "1"}),
)
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**25, 1e400, 1.5, "", "x", "\ud800", "é" * 5000, "/ref \udfff", [], [None], {},
    "0", [[]], {"id": 1}, "channel", "private", "member", "@chidao_strict_bot", 1_700_000_000, [{"type": "mention"}],
)  # fmt: skip


def _body(data: bytes) -> bytes:
    """A body as it is, where it begins as JSON does; else an update in which orders of three bytes change places."""
    if data.startswith(b"{"):
        return data
    kind, content = _UPDATES[(data[0] if data else 0) % len(_UPDATES)]
    update = json.loads(json.dumps({"update_id": 5, kind: content}))
    for at in range(1, min(len(data), 30) - 2, 3):
        place, value, what = data[at : at + 3]
        holder, key = (places := list(_places(update)))[place % len(places)]
        if what % 4 == 0:
            holder.pop(key) if holder else None
        else:
            holder[key] = text_of(data[30:]) if value == 255 else _VALUES[value % len(_VALUES)]
        update = json.loads(json.dumps(update))  # what was put in twice is two things now
    return json.dumps(update).encode()


def _places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in an update: what holds it, and its name there."""
    yield {}, ""  # nothing, so that there is always a place
    for key, value in list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)):
        yield holder, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _update_seeds() -> Iterator[bytes]:
    for at, (kind, content) in enumerate(_UPDATES):
        yield bytes([at])
        for place in range(1, 24):
            yield bytes([at, place, place * 7 % 256, place % 3])
        yield json.dumps({"update_id": 5, kind: content}, ensure_ascii=False).encode()
    yield b'{"update_id": 1e30, "message": {}}'
    yield b'{"update_id": "x"}'


def _talk(data: bytes) -> None:
    """Somebody writes, edits, presses or asks inline; the words are anything."""
    order, text, more = fields(data, 3)
    who = (CITIZEN, STAFF, ADMIN)[order[0] % 3] if order else CITIZEN
    what = _WAYS[order[1] % len(_WAYS)] if len(order) > 1 else _WAYS[0]
    house = _house()
    house.world.log.violations.clear()
    house.operations.words[:] = [_sendable(more) or "x"]
    house.loop.run_until_complete(_said(house, what, who, _sendable(text), _sendable(more)))
    house.check()
    house.world.updates.forget()


def _sendable(data: bytes) -> str:
    """Text as Telegram lets people send it: UTF-8, and not a single blank."""
    return data.decode("utf-8", "ignore").replace("\0", "")[:4096]


async def _said(house: _House, what: Callable[..., Any], who: int, text: str, more: str) -> None:
    house.world.updates.forget()
    try:
        what(house.people, who, text, more)
    except (ValueError, KeyError):
        return  # no person can do that
    for queued in list(house.world.updates.all):
        update = Update.de_json(json.loads(json.dumps(queued.update)), house.service.application.bot)
        await house.service.dispatcher.put(update)
    await house.settle()


def _writes(people: People, who: int, text: str, _more: str) -> None:
    people.send(content={"text": text or "?"}, chat_id=who)


def _writes_in_english(people: People, who: int, text: str, more: str) -> None:
    people.send(content={"text": text or "?"}, chat_id=who, language_code="en")
    people.send(content={"text": more or "2"}, chat_id=who, language_code="en")


def _commands(people: People, who: int, text: str, more: str) -> None:
    people.send(content={"text": f"/{text} {more}"}, chat_id=who)


def _writes_in_group(people: People, who: int, text: str, more: str) -> None:
    people.send(content={"text": f"@chidao_strict_bot {text}"}, chat_id=GROUP, user_id=who)
    people.send(
        content={"text": f"/ask@chidao_strict_bot {more}"}, chat_id=GROUP, user_id=who, anonymous=len(more) % 2 > 0
    )


def _edits(people: People, who: int, text: str, more: str) -> None:
    sent = people.send(content={"text": text or "?"}, chat_id=who)
    people.edit(content={"text": more or "?"}, message_id=sent["message_id"], chat_id=who)


def _presses(people: People, who: int, text: str, more: str) -> None:
    sent = people.send(content={"text": more or "?"}, chat_id=who)
    data = text.encode()[:64].decode("utf-8", "ignore")
    people.press(chat_id=who, message_id=sent["message_id"] if more else 0, data=data, forged=True)


def _asks_inline(people: People, who: int, text: str, more: str) -> None:
    people.inline_query(text=text, user_id=who, offset=more)


def _sends_a_file(people: People, who: int, text: str, more: str) -> None:
    import base64  # noqa: PLC0415

    given = base64.b64encode(more.encode()).decode()
    caption = "/check" if len(more) % 2 else text
    people.send_file(
        kind="document", data=given, name=text or "x.txt", mime_type="text/plain", chat_id=who, caption=caption
    )


_WAYS: tuple[Callable[..., Any], ...] = (
    _writes, _writes_in_english, _commands, _writes_in_group, _edits, _presses, _asks_inline, _sends_a_file,
)  # fmt: skip
_COMMANDS = (
    "start help about privacy id new forget language ask ref check watch unwatch reload rollback remove status gaps "
    "feedback audit"
).split()


def _talk_seeds() -> Iterator[bytes]:
    for way in range(len(_WAYS)):
        for who in range(3):
            order = bytes([who, way])
            yield joined(order, "Nghị định 30/2020 về việc gì?", "lễ hội <b>hoa</b> & mở cửa lúc mấy giờ")
            yield joined(order, "lễ hội hoa mở cửa lúc mấy giờ", HOSTILE.title)
    for who in range(3):
        for command in _COMMANDS:
            yield joined(bytes([who, 2]), command, "3482/QĐ-UBND <b>&")
        for data in (f"src:{HOSTILE.id}:5", f"art:{HOSTILE.id}:0", "opt:ab12cd34ef56:1", "fb:ab12cd34ef56:0",
                     "w:12/QĐ-UBND",
                     "why:ab12cd34ef56:old", "ex:0123456789abcdef", "back:000001:y", f"rm:{HOSTILE.id}:y", "reload:go",
                     "add:0123456789abcdef:y", "office", "lang:en", "nx:ab12cd34ef56:0"):  # fmt: skip
            yield joined(bytes([who, 5]), data, "x")


_JSON = (
    '"update_id":',
    '"text":',
    '"chat":',
    '"id":',
    "null",
    "1e400",
    "9" * 20,
    "-1",
    "[]",
    "{}",
    '"\\ud800"',
    "true",
)
TARGETS = (
    Target("updates", _updates, _update_seeds, (*_JSON, '"date":', '"type":"channel"', '"from":'), 1_500),
    Target("talk", _talk, _talk_seeds, (*WORDS, *_COMMANDS, "/", "r_", "<b>", "&", HOSTILE.id), 1_500),
)
