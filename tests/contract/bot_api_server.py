"""A Bot API server that nobody here wrote, started for real and driven from a test.

The server is npm's ``telegram-api-mock-server``; ``npm ci`` in ``tests/contract/telegram_server``
installs it. :class:`TelegramServer` runs it on a free loopback port, plays the citizens (what
they write, what they press) and reads back what the bot did.

    with TelegramServer() as telegram:
        # start the bot with base_url=telegram.base_url, token=telegram.token
        telegram.send_text("Thủ tục cấp căn cước?", chat_id=42)
        [answer] = telegram.wait_for(1, chat_id=42)

The server records and replies; it judges nothing. It parses no HTML and knows no limit, no rate
and no stale button, so a green test says nothing about those. It takes no command list, no edit
and no uploaded file from python-telegram-bot. Its command line wants root, redirects traffic and
forwards to the real Telegram by default: we use its library instead.
"""

import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import httpx

SERVER_FOLDER: Final = Path(__file__).resolve().parent / "telegram_server"
REQUIRE_VARIABLE: Final = "CHIDAO_REQUIRE_SERVERS"

TOKEN: Final = "12345678:chidao-contract-test"
"""The server accepts any; it names the bot ``mock_`` plus the first eight characters."""
BOT: Final = {"id": 1_000_000, "is_bot": True, "first_name": "MockBot", "username": "mock_12345678"}
"""What the server's getMe answers for :data:`TOKEN`."""
CITIZEN: Final = 1001
"""Chat and user of a message when a test names none."""

_INCOMING_IDS_FROM: Final = 1_000_000
"""Citizens' message ids start here: the server counts the bot's own from 1, over all chats."""
_POLL_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 5.0
_CREATES_MESSAGE: Final = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
_JSON_FIELDS: Final = frozenset(
    {
        "cache_time",
        "chat_id",
        "disable_notification",
        "entities",
        "link_preview_options",
        "message_id",
        "message_thread_id",
        "protect_content",
        "reaction",
        "reply_markup",
        "reply_parameters",
        "show_alert",
    }
)
"""Form fields that hold JSON; the others are text and must stay so ("123" is a fine answer)."""

# Passthrough leads to a closed loopback port, so nothing can ever reach the real Telegram and
# `outage` has something to switch to. Node drops idle connections after 5 s, the very moment
# httpx does: 60 s keeps the two from racing. A closed stdin means the tests are gone.
_LAUNCHER: Final = """
import { TelegramApiMockServer } from "telegram-api-mock-server";
const server = new TelegramApiMockServer({
  host: "127.0.0.1", port: 0, passthrough: { upstreamBaseUrl: "http://127.0.0.1:1" },
});
server.server.keepAliveTimeout = 60_000;
await server.start();
console.log(`port ${server.getAddress().port}`);
process.stdin.resume().on("end", () => process.exit(0));
"""


class TelegramServerError(RuntimeError):
    """The server is not installed, or did not start: the text says what it printed."""


def available(environ: Mapping[str, str] = os.environ) -> str | None:
    """Say why the server cannot run here, or None when the tests should go ahead.

    With ``CHIDAO_REQUIRE_SERVERS=1`` the answer is always None: starting the server then fails
    with the reason, so that a missing server cannot pass for a skipped test.
    """
    return None if environ.get(REQUIRE_VARIABLE) == "1" else _missing()


def _missing() -> str | None:
    if shutil.which("node") is None:
        return "node is not on PATH: install Node.js 20 or later"
    if not (SERVER_FOLDER / "node_modules" / "telegram-api-mock-server").is_dir():
        return f"the Bot API server is not installed: run `npm ci` in {SERVER_FOLDER}"
    return None


class TelegramServer:
    """One server process with one bot, between ``__enter__`` and ``__exit__``.

    The calls block: a test whose bot runs in its own event loop makes them in a thread
    (``asyncio.to_thread``).
    """

    def __init__(self, *, token: str = TOKEN, start_timeout: float = 20.0) -> None:
        self.token = token
        self._start_timeout = start_timeout
        self._update_ids = itertools.count(1)
        self._messages_forgotten = 0

    def __enter__(self) -> Self:
        """Start the server and wait until it answers."""
        if reason := _missing():
            raise TelegramServerError(reason)
        with ExitStack() as stack:
            self._output: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            self._process = subprocess.Popen(
                ["node", "--input-type=module", "--eval", _LAUNCHER],
                cwd=SERVER_FOLDER,  # where Node looks for the package
                stdin=subprocess.PIPE,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )
            stack.callback(self._stop)
            self._origin = f"http://127.0.0.1:{self._wait_for_port()}"
            # Loopback must not go through a proxy named in the environment.
            client = httpx.Client(base_url=self._origin, timeout=10.0, trust_env=False)
            self._http = stack.enter_context(client)
            self._http.get("/_mock/health").raise_for_status()
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the process that was started, and no other."""
        self._open.close()

    @property
    def base_url(self) -> str:
        """Where the bot calls, as python-telegram-bot wants it: it appends the token."""
        return f"{self._origin}/bot"

    # What citizens do.

    def send_text(
        self,
        text: str,
        *,
        chat_id: int = CITIZEN,
        user_id: int | None = None,
        language_code: str | None = "vi",
        message_id: int | None = None,
    ) -> int:
        """Write `text` to the bot and return the update's id.

        A negative chat is a group. A leading command is marked as one, as Telegram does:
        python-telegram-bot recognises it by that mark only.
        """
        update_id = next(self._update_ids)
        message: dict[str, Any] = {
            "message_id": message_id or _INCOMING_IDS_FROM + update_id,
            "date": int(time.time()),
            "chat": _chat(chat_id),
            "from": _user(chat_id, user_id, language_code),
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0].encode("utf-16-le")) // 2
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.inject({"update_id": update_id, "message": message})

    def press(
        self,
        callback_data: str,
        *,
        message_id: int,
        chat_id: int = CITIZEN,
        user_id: int | None = None,
        language_code: str | None = "vi",
    ) -> int:
        """Press a button under the bot's message and return the update's id.

        `str` of that id is the ``callback_query_id`` the bot has to answer. A message sent since
        the last reset comes with its text (HTML unparsed) and buttons. Whether it has such a
        button is not checked: a hostile client can send any data.
        """
        update_id = next(self._update_ids)
        sent = [call for call in self.sent(chat_id=chat_id) if call["message_id"] == message_id]
        shown = {key: call[key] for call in sent for key in call.keys() & {"text", "reply_markup"}}
        query: dict[str, Any] = {
            "id": str(update_id),
            "from": _user(chat_id, user_id, language_code),
            "chat_instance": str(chat_id),
            "data": callback_data,
            "message": {
                "message_id": message_id,
                "date": int(time.time()),
                "chat": _chat(chat_id),
                "from": BOT,
                **shown,
            },
        }
        return self.inject({"update_id": update_id, "callback_query": query})

    def inject(self, update: Mapping[str, Any]) -> int:
        """Queue any Bot API update as it is and return its id, numbering it if it has none."""
        update_id = int(update.get("update_id") or next(self._update_ids))
        numbered = {**update, "update_id": update_id}
        self._control("/_mock/injectUpdate", {"token": self.token, "update": numbered})
        return update_id

    # What the bot did.

    def sent(self, method: str = "sendMessage", chat_id: int | None = None) -> list[dict[str, Any]]:
        """Return the parameters of the bot's calls of `method` since the last reset, in order.

        JSON parameters are decoded. A call that made a message also carries ``message_id``,
        worked out from the order of the calls, for the server does not record it.
        """
        answer = self._http.get("/_mock/outbound", params={"token": self.token})
        events = answer.raise_for_status().json()["events"]
        message_ids = itertools.count(self._messages_forgotten + 1)
        calls = []
        for event in events:
            call = _decode(event["payload"])
            if event["method"] in _CREATES_MESSAGE:
                call["message_id"] = next(message_ids)
            if event["method"] == method and chat_id in (None, call.get("chat_id")):
                calls.append(call)
        return calls

    def wait_for(
        self,
        count: int,
        method: str = "sendMessage",
        timeout: float = 20.0,
        chat_id: int | None = None,
    ) -> list[dict[str, Any]]:
        """Wait until the bot has made at least `count` such calls and return them all."""
        deadline = time.monotonic() + timeout
        while len(calls := self.sent(method, chat_id)) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(calls)} of {count} {method} calls after {timeout} s: {calls}")
            time.sleep(_POLL_SECONDS)
        return calls

    # The server itself.

    def reset(self) -> None:
        """Forget queued updates and recorded calls; ids go on counting. The bot must be idle."""
        self._messages_forgotten += sum(len(self.sent(method)) for method in _CREATES_MESSAGE)
        self._control("/_mock/reset", {"token": self.token})

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Answer every call of the bot with 502 Bad Gateway; queued updates survive."""
        self._control("/_admin/mode", {"mode": "passthrough"})
        try:
            yield
        finally:
            self._control("/_admin/mode", {"mode": "mock"})

    def _control(self, path: str, body: Mapping[str, Any]) -> None:
        self._http.post(path, json=body).raise_for_status()

    def _wait_for_port(self) -> int:
        deadline = time.monotonic() + self._start_timeout
        while time.monotonic() < deadline and self._process.poll() is None:
            for line in self._read_output().splitlines(keepends=True):
                if line.startswith("port ") and line.endswith("\n"):
                    return int(line.removeprefix("port "))
            time.sleep(_POLL_SECONDS)
        raise TelegramServerError(
            f"the Bot API server did not start (allowed {self._start_timeout} s, exit status "
            f"{self._process.poll()}); its output:\n{self._read_output()}"
        )

    def _read_output(self) -> str:
        # pread leaves the offset alone: Node writes through the same open file.
        return os.pread(self._output.fileno(), 1_000_000, 0).decode(errors="replace")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": "Công dân"}
    kind = "supergroup" if str(chat_id).startswith("-100") else "group"
    return {"id": chat_id, "type": kind, "title": "Tổ dân phố"}


def _user(chat_id: int, user_id: int | None, language_code: str | None) -> dict[str, Any]:
    """In a private chat, user and chat have the same id."""
    default = chat_id if chat_id > 0 else CITIZEN
    user: dict[str, Any] = {"id": user_id or default, "is_bot": False, "first_name": "Công dân"}
    return user | ({"language_code": language_code} if language_code else {})


def _decode(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read the JSON fields of a form; leave text alone, and a chat named ``@channel`` too."""
    return {key: _json(value) if key in _JSON_FIELDS else value for key, value in payload.items()}


def _json(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value
