"""The strict Bot API server, started for real and driven from a test.

    with StrictServer() as telegram:
        # start the bot with base_url=telegram.base_url, token=telegram.token
        asked = telegram.send_text("Thủ tục cấp căn cước?", chat_id=42)
        [call] = telegram.wait_for(1, chat_id=42)
        [question, answer] = telegram.messages(42)
        assert telegram.violations() == []

Every call is checked against Bot API 10.0. What is wrong is refused in Telegram's words and stands in
:meth:`StrictServer.violations`; what Telegram would pass over in silence (an unknown parameter, a bare ``&``) is
taken, and stands there too with ``silent``. The calls block and may be made from many threads.
"""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
TOKEN: Final = "12345678:chidao-strict-test"
CITIZEN: Final = 1001
"""Chat and user of a message when a test names none."""
_STOP_SECONDS: Final = 5.0
_LONGEST_WAIT: Final = 20.0  # seconds of one request that waits
_READ_SECONDS: Final = 40.0

Json = dict[str, Any]


class StrictServerError(RuntimeError):
    """The server did not start, or a test asked it for what cannot be."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person did. `update_id` is None where the bot is not told (kind not asked for, privacy mode)."""

    update_id: int | None
    message_id: int
    chat_id: int
    query_id: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot. `at` is time.time(); `ok` says it was carried out, also where a fault ate the answer."""

    n: int
    at: float
    method: str
    chat_id: int | None
    parameters: Json
    ok: bool
    message_id: int | None = None
    error_code: int | None = None
    description: str = ""
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What the bot did against the documentation; `silent` where Telegram would have taken it without a word."""

    at: float
    method: str
    chat_id: int | None
    parameters: Json
    description: str
    silent: bool


@dataclass(frozen=True, slots=True)
class Latency:
    """What became of an update; times are time.time(), None for what has not happened.

    `replied_at` is the first message or edit that replies to it (the answer, for a press), `followed_at` the first
    message in its chat after the bot had it.
    """

    update_id: int
    kind: str
    chat_id: int | None
    message_id: int | None
    at: float
    delivered_at: float | None
    attempts: int
    replied_at: float | None
    followed_at: float | None

    @property
    def seconds(self) -> float | None:
        """From queued to replied."""
        return None if self.replied_at is None else self.replied_at - self.at


class StrictServer:
    """One server process with one bot, between ``__enter__`` and ``__exit__``."""

    def __init__(self, *, token: str = TOKEN) -> None:
        self.token = token

    def __enter__(self) -> Self:
        """Starts the server and waits until it listens."""
        with ExitStack() as stack:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.botapi.server", "--token", self.token],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(self._stop)
            self._connections = _Connections(self._read_port())
            stack.callback(self._connections.close)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the process that was started, and no other."""
        self._open.close()

    @property
    def base_url(self) -> str:
        """Where the bot calls, as python-telegram-bot wants it: it appends the token."""
        return f"http://127.0.0.1:{self._connections.port}/bot"

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    @property
    def base_file_url(self) -> str:
        """Where the bot downloads, the same way."""
        return f"http://127.0.0.1:{self._connections.port}/file/bot"

    # What people do.

    def send_text(
        self,
        text: str,
        *,
        chat_id: int = CITIZEN,
        user_id: int | None = None,
        language_code: str | None = "vi",
        reply_to: int | None = None,
        thread_id: int | None = None,
        anonymous: bool = False,
    ) -> Sent:
        """Writes to the bot. A negative chat is a group, one from -1000000000000 down a supergroup."""
        return self.send(
            {"text": text},
            chat_id=chat_id,
            user_id=user_id,
            language_code=language_code,
            reply_to=reply_to,
            thread_id=thread_id,
            anonymous=anonymous,
        )

    def send(self, content: Mapping[str, Any], *, chat_id: int = CITIZEN, **who: Any) -> Sent:
        """A message with any content, such as ``{"location": ...}``; `who` as for :meth:`send_text`."""
        return Sent(**self._control("send", content=dict(content), chat_id=chat_id, **who))

    def send_document(
        self, data: bytes, name: str, mime_type: str, *, caption: str | None = None, chat_id: int = CITIZEN, **who: Any
    ) -> Sent:
        """Sends a file; `who` as for :meth:`send_text`."""
        file = {"name": name, "mime_type": mime_type, "caption": caption}
        return self._send_file("document", data, chat_id=chat_id, **file, **who)

    def send_photo(self, data: bytes = b"photo", *, caption: str | None = None, chat_id: int = CITIZEN) -> Sent:
        """Sends a photo."""
        file = {"name": "photo.jpg", "mime_type": "image/jpeg", "caption": caption}
        return self._send_file("photo", data, chat_id=chat_id, **file)

    def send_voice(self, data: bytes = b"voice", *, chat_id: int = CITIZEN) -> Sent:
        """Sends a voice message."""
        return self._send_file("voice", data, chat_id=chat_id, name="voice.ogg", mime_type="audio/ogg")

    def send_sticker(self, data: bytes = b"sticker", *, chat_id: int = CITIZEN) -> Sent:
        """Sends a sticker."""
        return self._send_file("sticker", data, chat_id=chat_id, name="sticker.webp", mime_type="image/webp")

    def _send_file(self, kind: str, data: bytes, **what: Any) -> Sent:
        return Sent(**self._control("send_file", kind=kind, data=base64.b64encode(data).decode(), **what))

    def edit_text(self, text: str, *, message_id: int, chat_id: int = CITIZEN) -> Sent:
        """A person changes what they wrote."""
        return Sent(**self._control("edit", content={"text": text}, message_id=message_id, chat_id=chat_id))

    def delete(self, message_id: int, *, chat_id: int = CITIZEN) -> None:
        """A person deletes a message; the bot is not told."""
        self._control("delete", message_id=message_id, chat_id=chat_id)

    def press(
        self,
        data: str | None = None,
        *,
        message_id: int,
        button: str | None = None,
        chat_id: int = CITIZEN,
        user_id: int | None = None,
        language_code: str | None = "vi",
        forged: bool = False,
    ) -> Sent:
        """Presses a button below the bot's message, named by its data or by its text.

        A `forged` press carries `data` whether there is such a button (and such a message) or not.
        """
        call = {"data": data, "button": button, "message_id": message_id, "chat_id": chat_id, "user_id": user_id}
        return Sent(**self._control("press", **call, language_code=language_code, forged=forged))

    def inline_query(self, text: str, *, user_id: int = CITIZEN, language_code: str = "vi", offset: str = "") -> str:
        """Types the bot's name and a text in some chat; returns the query's id."""
        asked = self._control("inline_query", text=text, user_id=user_id, language_code=language_code, offset=offset)
        return str(asked["query_id"])

    def block(self, chat_id: int = CITIZEN) -> None:
        """The person blocks the bot."""
        self._control("set_state", chat_id=chat_id, state="blocked")

    def unblock(self, chat_id: int = CITIZEN) -> None:
        """The person lets the bot write again."""
        self._control("set_state", chat_id=chat_id, state="ok")

    def deactivate(self, chat_id: int = CITIZEN) -> None:
        """The person's account is deleted."""
        self._control("set_state", chat_id=chat_id, state="deactivated")

    def add_to_group(
        self, chat_id: int, *, title: str = "Tổ dân phố", user_id: int | None = None, status: str = "member"
    ) -> None:
        """Somebody adds the bot to a group, as "member" or "administrator", or removes it ("kicked")."""
        self._control("add_to_group", chat_id=chat_id, title=title, user_id=user_id, status=status)

    def create_topic(self, chat_id: int, name: str) -> int:
        """A new topic of a supergroup, or of a private chat; returns its thread_id."""
        return int(self._control("create_topic", chat_id=chat_id, name=name))

    def migrate(self, chat_id: int) -> int:
        """A group becomes a supergroup; returns the new id."""
        return int(self._control("migrate", chat_id=chat_id))

    def inject(self, update: Mapping[str, Any]) -> int | None:
        """Queues any update and returns its id, which is given here."""
        update_id = self._control("inject", update=dict(update))
        return None if update_id is None else int(update_id)

    def redeliver(self, update_id: int) -> None:
        """Posts an update to the webhook once more, as Telegram does when it missed the answer."""
        self._control("redeliver", update_id=update_id)

    # What the bot did.

    def calls(self, method: str | None = None, chat_id: int | None = None, *, since: int = 0) -> list[Call]:
        """The bot's calls in order, from number `since` on."""
        return [Call(**_known(call)) for call in self._control("calls", method=method, chat_id=chat_id, since=since)]

    def wait_for(
        self,
        wanted: int | Callable[[Sequence[Call]], bool],
        method: str | None = "sendMessage",
        *,
        chat_id: int | None = None,
        timeout: float = 20.0,
    ) -> list[Call]:
        """Waits for so many calls that were carried out, or until `wanted` is true of them; returns them all.

        Raises:
            TimeoutError: with the calls there were.
        """
        enough = (lambda found: len(found) >= wanted) if isinstance(wanted, int) else wanted
        deadline = time.monotonic() + timeout
        found: list[Call] = []
        since = 0
        while not enough(found):
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"after {timeout} s: {self.calls(chat_id=chat_id)[-20:]}")
            wait = min(left, _LONGEST_WAIT)
            new = self._control("calls", method=method, chat_id=chat_id, since=since, wait=wait)
            found += [Call(**_known(call)) for call in new if call["ok"]]
            since = new[-1]["n"] + 1 if new else since
        return found

    def wait_for_messages(
        self, wanted: Callable[[list[Json]], bool], *, chat_id: int = CITIZEN, timeout: float = 20.0
    ) -> list[Json]:
        """Waits until `wanted` is true of a chat as the person sees it, looking after every call in it."""
        deadline = time.monotonic() + timeout
        since = 0
        while not wanted(messages := self.messages(chat_id)):
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"after {timeout} s: {messages}")
            new = self._control("calls", chat_id=chat_id, since=since, wait=min(left, _LONGEST_WAIT))
            since = new[-1]["n"] + 1 if new else since
        return messages

    def messages(self, chat_id: int = CITIZEN) -> list[Json]:
        """The chat as the person sees it now: Message objects in order, edits and deletions applied."""
        found: list[Json] = self._control("messages", chat_id=chat_id)
        return found

    def bot_messages(self, chat_id: int = CITIZEN) -> list[Json]:
        """Only what the bot wrote."""
        bot_id = int(self.token.partition(":")[0])
        return [message for message in self.messages(chat_id) if message.get("from", {}).get("id") == bot_id]

    def drafts(self, chat_id: int = CITIZEN) -> list[Json]:
        """Every draft the bot showed in a chat: draft_id, text, entities, at."""
        found: list[Json] = self._control("drafts", chat_id=chat_id)
        return found

    def document(self, message: Mapping[str, Any]) -> bytes:
        """What the document of a message holds."""
        return base64.b64decode(self._control("file", file_id=message["document"]["file_id"]))

    def commands(self, scope: str = "default", language_code: str = "") -> list[Json]:
        """The commands of the first scope of this type in a language."""
        for entry in self._control("commands"):
            if entry["scope"]["type"] == scope and entry["language_code"] == language_code:
                return list(entry["commands"])
        return []

    def profile(self) -> dict[str, dict[str, str]]:
        """Name, description and short_description, each by language code."""
        found: dict[str, dict[str, str]] = self._control("profile")
        return found

    def callback_answers(self) -> dict[str, Json | None]:
        """How each press was answered, by query_id; None while it was not."""
        found: dict[str, Json | None] = self._control("query_answers", inline=False)
        return found

    def inline_answers(self) -> dict[str, Json | None]:
        """How each inline query was answered, by its id; None while it was not."""
        found: dict[str, Json | None] = self._control("query_answers", inline=True)
        return found

    def wait_for_inline(self, query_id: str, *, timeout: float = 20.0) -> Json:
        """The answer to an inline query."""
        deadline = time.monotonic() + timeout
        while (answer := self.inline_answers()[query_id]) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"inline query {query_id} was not answered in {timeout} s")
            time.sleep(0.02)
        return answer

    def violations(self, *, silent: bool = True) -> list[Violation]:
        """All the bot did against the documentation; without `silent` only what Telegram refuses."""
        found = [Violation(**violation) for violation in self._control("violations")]
        return [violation for violation in found if silent or not violation.silent]

    def latencies(self) -> list[Latency]:
        """What became of each update."""
        return [Latency(**latency) for latency in self._control("latencies")]

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return int(self._control("pending"))

    # The server itself.

    def reset(self, *, bot_too: bool = False) -> None:
        """Forgets chats, calls, violations, faults, limits and settings; ids go on counting. The bot must be idle.

        `bot_too` forgets what the bot set as well: webhook and allowed_updates.
        """
        self._control("reset", bot_too=bot_too)

    def set_faults(self, shares: Mapping[str, float], *, seed: int = 0, methods: Sequence[str] = ()) -> None:
        """From now on the bot's calls meet faults.

        Shares are 0 to 1, of "429", "500", "502", "timeout", "garbage", "closed" and "lost" (carried out, answer
        lost). `methods` narrows it; without it getUpdates is hit too.
        """
        self._control("set_faults", shares=dict(shares), seed=seed, methods=list(methods))

    @contextmanager
    def faults(self, shares: Mapping[str, float], *, seed: int = 0, methods: Sequence[str] = ()) -> Iterator[None]:
        """The same until the end of the block; then there are none."""
        self.set_faults(shares, seed=seed, methods=methods)
        try:
            yield
        finally:
            self.set_faults({})

    def outage(self) -> Any:
        """Until the end of the block every call of the bot gets 502."""
        return self.faults({"502": 1.0})

    def set_limits(
        self, *, per_chat: int | None = None, overall: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """At most so many messages a second in one chat and in all, and a minute in a group; None is no limit."""
        self._control("set_limits", per_chat=per_chat, overall=overall, per_group_minute=per_group_minute)

    def set_settings(self, **changes: float) -> None:
        """Fields of `tests.botapi.world.Settings`: callback_seconds, privacy, hang_seconds and others."""
        self._control("set_settings", **changes)

    def set_webhook_targets(
        self, *urls: str, first_pause: float | None = None, longest_pause: float | None = None
    ) -> None:
        """Where updates are posted, in turn, whatever address the bot gave: several processes behind one address.

        The pauses, in seconds, are those after a failure: the first, doubled each time up to the longest.
        """
        self._control("set_webhook_targets", urls=list(urls), first_pause=first_pause, longest_pause=longest_pause)

    def _control(self, call: str, /, **arguments: Any) -> Any:
        body = self._connections.post(f"/control/{call}", arguments)
        if "error" in body:
            raise StrictServerError(body["error"])
        return body["result"]

    def _read_port(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode()
        if not line.startswith("port "):
            raise StrictServerError(f"the server did not start; it printed {line!r}, and why to standard error")
        return int(line.removeprefix("port "))

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


class _Connections:
    """Kept connections for any number of threads: httpx looks through all of its own at every request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._free: deque[http.client.HTTPConnection] = deque()

    def post(self, path: str, body: Json) -> Json:
        """Posts JSON and reads JSON."""
        try:
            connection = self._free.pop()
        except IndexError:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_READ_SECONDS)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer: Json = json.loads(connection.getresponse().read())
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        return answer

    def close(self) -> None:
        """Closes those that nobody uses."""
        while self._free:
            self._free.pop().close()


def _known(call: Json) -> Json:
    return {key: value for key, value in call.items() if key in Call.__dataclass_fields__}
