"""`chidao bot` in a process of its own, and the people who talk to it through the strict server.

    with StrictServer() as telegram, RunningBot(telegram, home) as bot:
        lan = Person(telegram, 710_000_001)
        answer = lan.ask("nghi dinh 30/2020 ve viec gi")
        bot.kill()

Nothing here sleeps: the server tells of the bot's calls, and the bot's log is read as it is written.
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

from tests.botapi.client import Json, Sent, StrictServer, Violation
from tests.homes import ROOT, environment, run_chidao

QUESTION: Final = "nghi dinh 30/2020 ve viec gi"
ANSWER: Final = "Nghị định số 30/2020/NĐ-CP do Chính phủ ban hành ngày 05/3/2020 về công tác văn thư"
NOT_FOUND: Final = "Tôi không tìm thấy câu trả lời"
FIRST_CHAT: Final = 710_000_001
"""People of tests have ids from here on, so that one in a log is no chance."""
LATE: Final = {"callback_seconds": 300.0, "inline_seconds": 120.0}
"""Settings of the server with which a slow machine's answers to presses and inline queries are not too late."""
_STARTS_WITHIN: Final = 120.0  # seconds; three are usual
_ENDS_WITHIN: Final = 40.0  # seconds; answers in flight have 30 of them
_SHORTEST: Final = 6  # characters that are looked for in a log


class Account(Protocol):
    """A Bot API server with one bot."""

    token: str

    @property
    def base_url(self) -> str:
        """Where the bot calls."""
        ...


class RunningBot:
    """The bot over a home: started and, at the end of the block, stopped in an orderly way."""

    program = ("-m", "bot")

    def __init__(self, telegram: Account, home: Path, *options: str, **settings: str) -> None:
        self._command = [sys.executable, *self.program, "bot", *options]
        account = {"CHIDAO_TELEGRAM__TOKEN": telegram.token, "CHIDAO_TELEGRAM__BASE_URL": telegram.base_url}
        self._environment = environment(home, **account, **settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._reader: threading.Thread | None = None
        self.home = home

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.stop()

    @property
    def log(self) -> str:
        """What it has logged so far, over all its starts."""
        with self._news:
            return "\n".join(self._lines)

    @property
    def is_running(self) -> bool:
        """Whether it was started and not ended since."""
        return self._process is not None

    def start(self) -> Self:
        """Starts it; it need not be up when this returns, for Telegram keeps what is sent meanwhile."""
        # The bot logs to stderr, and nothing is to be on stdout; a pipe of both wakes whoever waits for a line.
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,))
        self._reader.start()
        return self

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            with self._news:
                self._lines.append(line.decode(errors="replace").rstrip("\n"))
                self._news.notify_all()

    def wait_for_line(self, text: str, *, times: int = 1, timeout: float = _STARTS_WITHIN) -> str:
        """The line of the log with which a text stands there so often.

        Raises:
            TimeoutError: with the log there was.
        """

        def found() -> str | None:
            return next(iter([line for line in self._lines if text in line][times - 1 : times]), None)

        with self._news:
            if not self._news.wait_for(lambda: found() is not None, timeout):
                raise TimeoutError(f"no line with {text!r} in {timeout} s:\n" + "\n".join(self._lines[-20:]))
            return found() or ""

    def ask_to_stop(self) -> None:
        """Sends SIGTERM, as systemd and Docker do."""
        self._running().send_signal(signal.SIGTERM)

    def wait_for_end(self) -> int:
        """The exit status, once it has ended."""
        process = self._running()
        status = process.wait(_ENDS_WITHIN)
        self._close(process)
        return status

    def stop(self) -> None:
        """Ends it in an orderly way, and checks that it was one."""
        self.ask_to_stop()
        assert self.wait_for_end() == 0, self.log

    def kill(self) -> None:
        """Ends it as a power cut does."""
        process = self._running()
        process.kill()
        process.wait(_ENDS_WITHIN)
        self._close(process)

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the bot is not running"
        return self._process

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        if self._reader is not None:
            self._reader.join()
        if process.stdout is not None:
            process.stdout.close()
        self._process = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a private chat, or with `chat` a group in it: writes, presses buttons, and sees what comes."""

    telegram: StrictServer
    user: int
    chat: int = 0
    language: str = "vi"
    topic: int | None = None

    @property
    def place(self) -> int:
        """The chat that this person writes in."""
        return self.chat or self.user

    def write(self, text: str, *, reply_to: int | None = None) -> Sent:
        """Sends a message."""
        return self.telegram.send_text(
            text,
            chat_id=self.place,
            user_id=self.user,
            language_code=self.language,
            reply_to=reply_to,
            thread_id=self.topic,
        )

    def ask(self, text: str, *, reply_to: int | None = None) -> Json:
        """Sends a message; the first one of the bot that comes after it."""
        return self.next_after(self.write(text, reply_to=reply_to).message_id)

    def ask_all(self, text: str) -> list[Json]:
        """Sends a message; all that the bot says to it, known to be all by the answer to a /help after it."""
        asked = self.write(text).message_id
        self.write("/help")
        *said, _ = self.until(lambda messages: any("Cách dùng: " in each["text"] for each in messages), asked)
        return said

    def press(self, message: Mapping[str, Any], button: str) -> Sent:
        """Presses the button of this text below a message."""
        return self.telegram.press(
            button=button,
            message_id=message["message_id"],
            chat_id=self.place,
            user_id=self.user,
            language_code=self.language,
        )

    def tap(self, message: Mapping[str, Any], button: str) -> Json:
        """Presses a button; the first message of the bot that comes after it."""
        last = self.last_id()
        self.press(message, button)
        return self.next_after(last)

    def last_id(self) -> int:
        """The id of the newest message here."""
        return int(self.telegram.messages(self.place)[-1]["message_id"])

    def next_after(self, message_id: int) -> Json:
        """The first message of the bot after one."""
        return self.until(bool, message_id)[0]

    def until(self, wanted: Callable[[list[Json]], bool], after: int = 0) -> list[Json]:
        """What the bot has said here after a message, as it reads once that is as wanted."""
        me = int(self.telegram.token.partition(":")[0])

        def said(messages: list[Json]) -> list[Json]:
            return [each for each in messages if each["from"]["id"] == me and each["message_id"] > after]

        return said(
            self.telegram.wait_for_messages(lambda messages: wanted(said(messages)), chat_id=self.place, timeout=60)
        )


def marked(message: Mapping[str, Any], kind: str) -> list[str]:
    """The parts of a message that an entity of this kind covers, without line ends; entities count UTF-16 units."""
    units = message["text"].encode("utf-16-le")
    return [
        units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le").rstrip("\n")
        for each in message.get("entities", ())
        if each["type"] == kind
    ]


def buttons(message: Mapping[str, Any]) -> list[Json]:
    """The buttons below a message."""
    return [each for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for each in row]


def labels(message: Mapping[str, Any]) -> list[str]:
    """What stands on the buttons below a message."""
    return [each["text"] for each in buttons(message)]


@contextlib.contextmanager
def well_behaved(
    telegram: StrictServer, excused: Callable[[Violation], bool] = lambda violation: False
) -> Iterator[StrictServer]:
    """The server; at the end of the block the bot must have done nothing within it that Telegram's rules forbid."""
    before = len(telegram.violations())
    yield telegram
    wrong = [each for each in telegram.violations()[before:] if not excused(each)]
    assert wrong == [], "\n".join(f"{each.method}: {each.description}" for each in wrong)


def check_log(telegram: StrictServer, log: str) -> None:
    """Fails where a log names a chat, quotes what somebody wrote or an answer, or holds the token."""
    chats = {each.chat_id for each in telegram.calls() if each.chat_id is not None}
    inline = any(each.method == "answerInlineQuery" for each in telegram.calls())
    assert chats or inline, "nobody spoke to the bot"
    private = {telegram.token, *(str(abs(chat)) for chat in chats)}
    for chat in chats:
        for message in telegram.messages(chat):
            private.add(str(message["from"]["id"]))
            private |= set(re.split(r"[\n]", message.get("text", "")))
    told = [each for each in private if len(each) >= _SHORTEST and not each.startswith("/") and each in log]
    assert told == []


def add_and_reload(home: Path, folder: Path, **articles: str) -> None:
    """Puts articles into use by the command line, while a bot may be running."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in articles.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    for command in (["add", *map(str, paths)], ["reload"]):
        done = run_chidao(home, *command)
        assert done.returncode == 0, done.stderr
