"""The command line, with any arguments, files and standard input: exit 0, 1 or 2, and never a traceback."""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from bot.cli.main import cli, main
from bot.state.database import open_database
from bot.state.keyring import Keyring, key_in
from bot.state.store import open_state
from corpus.generation import Home
from tests.fakes import HashEncoder
from tests.fuzz.files import changed
from tests.fuzz.target import SEPARATOR, Target, hold, joined, text_of
from tests.fuzz.worlds import HOSTILE, scratch, small_home

_LEFT_OUT = frozenset({"bot", "bench", "doctor", "eval"})  # serve for ever, measure for minutes, look at the machine
_FILE = "@"  # stands for the path of a file that holds what standard input does; what follows is its ending
_ENCODER = HashEncoder()
_ASKED = [
    ["ask", "lễ hội hoa mở cửa lúc mấy giờ", "--json"], ["list"], ["status", "--json"], ["show", HOSTILE.id], ["gaps"],
    ["why", "ab12cd34ef56"], ["reload"], ["backup", "b.tar.gz"], ["purge"], ["rollback"], ["remove", HOSTILE.id],
    ["ref", "12/QĐ-UBND"], ["status", "--missing", "m.csv"], ["reload", "--force"],
]  # fmt: skip


def _commands(data: bytes) -> None:
    """The first field is standard input, the others are arguments."""
    given, *rest = data.replace(b"\0", b"").split(SEPARATOR)
    arguments = list(map(text_of, rest))
    if set(arguments).isdisjoint(_LEFT_OUT) and not any("/" in each or ".." in each for each in arguments):
        said = _run(_copy(small_home().path), arguments, given)
        hold(b"Traceback" not in said or b"Traceback" in data, "a traceback")
        hold({path.name for path in scratch("commands").iterdir()} == {"here"}, "wrote elsewhere")


def _damaged_home(data: bytes) -> None:
    """A file of the home changed anyhow; a command says what it can, and names what it cannot read."""
    if len(data) < 2:
        return
    names = sorted(path.name for path in _used_home().iterdir() if path.is_file())
    here = _copy(_used_home())
    file = here / "data" / names[data[0] % len(names)]
    file.write_bytes(changed(file.read_bytes(), data[2:]))
    said = _run(here, _ASKED[data[1] % len(_ASKED)], b"")
    hold(b"Traceback" not in said, "a traceback")


@cache
def _used_home() -> Path:
    """A home that was asked, and holds every file that there can be beside the generations."""
    here = _copy(small_home().path)
    for question in ("lễ hội hoa mở cửa lúc mấy giờ", "giá vàng hôm nay bao nhiêu"):
        _run(here, ["ask", question], b"")
    home = Home(here / "data")
    with closing(open_state(open_database(None, home.state), Keyring(key_in(home.state_key)), 1, 365)):
        pass
    home.golden.write_text('{"_id": "1", "text": "lễ hội hoa mở cửa lúc mấy giờ", "answer": "8 giờ"}\n', "utf-8")
    (home.path / "WITHDRAWN").write_text("000000\n")
    kept = scratch("used") / "home"
    shutil.copytree(home.path, kept)
    return kept


def _copy(home: Path) -> Path:
    """A folder of its own to run a command in, with a copy of the home."""
    folder = scratch("commands") / "here"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copytree(home, folder / "data")
    return folder


def _run(folder: Path, arguments: list[str], given: bytes) -> bytes:
    """What a command says, on both streams; its exit is 0, 1 or 2."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with chdir(folder), _machine(), redirect_stdout(out), redirect_stderr(err):
        for at, argument in enumerate(arguments):
            if argument.startswith(_FILE) and argument.isprintable() and len(argument) < 40:
                name = f"f{at}{argument.removeprefix(_FILE)}"
                Path(name).write_bytes(given)
                arguments = [*arguments[:at], name, *arguments[at + 1 :]]
        with patch.object(sys, "argv", ["chidao", *arguments]), patch.object(sys, "stdin", _stdin(given)):
            try:
                main()
            except SystemExit as end:
                hold(end.code in {0, 1, 2, None}, f"exit {end.code}")
    return b"".join(stream.detach().getvalue() for stream in (out, err))


def _stdin(given: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(given), "utf-8", errors="surrogateescape")


@contextmanager
def _machine() -> Iterator[None]:
    """No setting but the home's, no network, an encoder without a model."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHIDAO_")}
    settings = {
        "CHIDAO_HOME": "data",
        "CHIDAO_FETCH__DELAY": "0",
        "CHIDAO_FETCH__TIMEOUT": "0.1",
        "CHIDAO_GAPS__TEXT": "1",
    }
    with (
        patch.dict(os.environ, clean | settings, clear=True),
        patch("bot.cli.common.make_encoder", lambda *_: _ENCODER),
        patch("bot.cli.common.identify", lambda *_: _ENCODER.identity),
        patch.object(socket.socket, "connect", _closed),
        patch.object(socket, "getaddrinfo", _closed),
    ):
        yield


def _closed(*_: Any, **__: Any) -> NoReturn:
    raise ConnectionRefusedError("the network is closed")


def _options() -> tuple[str, ...]:
    """Every command and option that there is."""
    names: list[str] = []
    for name, command in cli.commands.items():
        names += [name, *(option for parameter in command.params for option in parameter.opts if option[0] == "-")]
    return tuple(dict.fromkeys(names))


def _command_seeds() -> Iterator[bytes]:
    batch = '{"_id": "1", "text": "lễ hội hoa mở cửa lúc mấy giờ"}\n{"_id": [1], "text": 5}\nx\n'
    text = "Căn cứ Quyết định số 12/QĐ-UBND ngày 05/3/2018 của UBND thành phố.\nĐiều 1. Giao Sở Nội vụ.\n"
    for arguments in (
        ["ask", "lễ hội hoa mở cửa lúc mấy giờ", "--json"], ["ask", "--batch", "@.jsonl"], ["ref", "12/QĐ-UBND",
        "--json"],
        ["check", "@.txt", "--json"], ["check", "-"], ["check", "--batch", "@.jsonl"], ["check", "@.txt", "--out",
        "x.html"],
        ["add", "@.txt", "--json"], ["add", "@.html"], ["add", "@.pdf"], ["list", "--json"], ["show", HOSTILE.id],
        ["status", "--json"], ["status", "--missing", "m.csv"], ["gaps"], ["why", "ab12cd34ef56"], ["rollback"],
        ["purge"],
        ["remove", HOSTILE.id, "--json"], ["reload", "--dry-run"], ["reload"], ["backup", "b.tar.gz"], ["restore",
        "@.gz"],
        ["chat"], ["--help"], ["--version"], ["ask"], ["add"], ["add", "http:"],
    ):  # fmt: skip
        for given in (text, batch):
            yield joined(given, *arguments)


def _home_seeds() -> Iterator[bytes]:
    for file in range(8):
        for asked in range(len(_ASKED)):
            yield bytes([file, asked, 0, 1, 0, 255, 0])
            yield bytes([file, asked, 210, 128, 0, 255, 255])


TARGETS = (
    Target("home", _damaged_home, _home_seeds, (), 60),
    Target("commands", _commands, _command_seeds, (*_options(), "@.txt", "@.jsonl", "@.docx", "-", HOSTILE.id), 800),
)
