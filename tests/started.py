"""The command `chidao`, started a thousand times without importing everything a thousand times.

A process that has imported the command forks one for each run: with files, environment and exit code of its own, and
the imports (a second each) are there. Of the command nothing else has run before the fork. Tests of starting itself
start a fresh interpreter (tests/contract/test_command_line.py).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
_MOST = 100_000  # bytes of one request
_lock = threading.Lock()


def run(arguments: Sequence[str], environment: Mapping[str, str], stdin: str, timeout: float) -> Any:
    """Runs the command and returns what `subprocess.run` would: a CompletedProcess of text.

    Raises:
        subprocess.TimeoutExpired: it took too long, and was killed.
    """
    asked = {"arguments": list(arguments), "environment": dict(environment)}
    request = json.dumps(asked).encode("utf-8", "surrogateescape")
    if len(request) > _MOST:
        raise ValueError(f"a request of {len(request)} bytes")
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        code = _ended(request, given, out, err, timeout, arguments)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(list(arguments), code, *texts)


def _ended(
    request: bytes, given: IO[bytes], out: IO[bytes], err: IO[bytes], timeout: float, arguments: Sequence[str]
) -> int:
    """The exit code of one run."""
    here, there = socket.socketpair()
    with here:
        with there, _lock:
            socket.send_fds(_started()[0], [request], [given.fileno(), out.fileno(), err.fileno(), there.fileno()])
        here.settimeout(timeout)
        with here.makefile("r") as told:
            pid = int(told.readline())
            try:
                return int(told.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), timeout) from None


@cache
def _started() -> tuple[socket.socket, Any]:
    """The process that forks, one for all tests of a process; it ends when this end of the socket is closed."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with there:
        command = [sys.executable, str(Path(__file__)), str(there.fileno())]
        environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
        return here, subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[there.fileno()])


def _serve(control: socket.socket) -> list[str]:
    """Forks for each request; returns its arguments, in the forked process alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who watches a run is waited for by nobody
    while True:
        data, files, _, _ = socket.recv_fds(control, _MOST, 4)
        if not data:
            os._exit(0)
        given, out, err, answer = files
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            pid = os.fork()
            if pid == 0:
                os.close(answer)
                control.close()
                return _settled(json.loads(data), (given, out, err))
            os.write(answer, f"{pid}\n".encode())
            _, status = os.waitpid(pid, 0)
            os.write(answer, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os._exit(0)
        for each in files:
            os.close(each)


def _settled(request: dict[str, Any], files: Sequence[int]) -> list[str]:
    """Takes files and environment over."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None  # what TMPDIR names now
    arguments: list[str] = request["arguments"]
    return arguments


if __name__ == "__main__":
    from bot.cli import main

    sys.argv = ["chidao", *_serve(socket.socket(fileno=int(sys.argv[1])))]
    main()
