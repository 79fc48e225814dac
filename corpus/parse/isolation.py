"""A process of its own for files that a library in C takes apart: whatever they do to it, this program goes on.

PDFium and libxml2 read what strangers made. The reading process has a limit on memory and a clock (worker.py);
if it crashes or hangs, that one file is refused and the next one gets a new process. What comes back is JSON, never
pickle: a reader taken over by a file can hand back a wrong article, but no code. It sees no setting of this program
(tokens, keys).
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from config.errors import InputError
from corpus.models import Article, Attachment, Raw

MEMORY_BYTES = 1 << 30  # address space of the reader, and of tesseract under it
JOB_SECONDS = 10  # a file; each page that must be recognised gets as long again
EXIT_MEMORY = 77  # how the reader says that a file needed more than MEMORY_BYTES

_ROOT = Path(__file__).parents[2]
# -P: nothing is imported from the folder that `chidao` was started in.
_PROGRAM = (sys.executable, "-P", "-c", "from corpus.parse.worker import main; main()")


class Worker:
    """One reading process, started by the first file that needs it and used again; safe to call from any thread."""

    def __init__(self, program: Sequence[str] = _PROGRAM) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def parse(self, kind: str, raw: Raw) -> Article:
        """The article in `raw`, read there by the reader of `kind` (PDF, DOCX, HTML).

        Raises:
            InputError: the reader refuses the file, or crashed, or ran out of time or memory over it.
        """
        with self._lock:
            answer = self._ask(kind, raw)
        if "vi" in answer:
            raise InputError(answer["vi"], answer["en"])
        return _article(answer)

    def close(self) -> None:
        """Ends the process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, kind: str, raw: Raw) -> dict[str, Any]:
        try:
            line = _exchange(self._running(), kind, raw)
        except BaseException:  # Ctrl-C above all: the reply still to come must not be taken for the next file's
            self._end()
            raise
        if not line.endswith(b"\n"):
            raise _ended(kind, self._end())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own program, no word of it from outside
                self._program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for this program to act on; see _end for what it starts itself
            )
            atexit.register(self.close)
        return self._process

    def _end(self) -> int:
        """Kills the process with what it started (tesseract); the exit status is its own if it had ended first."""
        process, self._process = self._process, None
        if process is None:
            return 0
        atexit.unregister(self.close)
        if process.returncode is None:  # not reaped yet, so its number is still its own
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                _pipe(pipe).close()
        return status


def _exchange(process: subprocess.Popen[bytes], kind: str, raw: Raw) -> bytes:
    """The line that answers the request; cut off or empty where the process ended over it."""
    with suppress(BrokenPipeError):
        for part in (_header(kind, raw), b"\n", raw.data):
            _pipe(process.stdin).write(part)
        _pipe(process.stdin).flush()
        return _pipe(process.stdout).readline()
    return b""


def _pipe(of_process: IO[bytes] | None) -> IO[bytes]:
    assert of_process is not None  # noqa: S101  both were asked for
    return of_process


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith("CHIDAO_")}
    return own | {"PYTHONPATH": str(_ROOT)}


def _header(kind: str, raw: Raw) -> bytes:
    about = {"name": raw.name, "source": raw.source, "media_type": raw.media_type, "charset": raw.charset}
    return json.dumps({"kind": kind, "size": len(raw.data), **about}).encode()


def _article(answer: dict[str, Any]) -> Article:
    published = answer["published"]
    return Article.create(
        title=answer["title"],
        published=datetime.fromisoformat(published) if published else None,
        source=answer["source"],
        text=answer["text"],
        issuer=answer["issuer"],
        attachments=tuple(Attachment(name, url) for name, url in answer["attachments"]),
    )


def _ended(kind: str, status: int) -> InputError:
    """Why there was no answer, from how the process ended."""
    if status == -signal.SIGALRM:
        vi, en = f"đọc quá {JOB_SECONDS} giây chưa xong", f"not read within {JOB_SECONDS} seconds"
    elif status == EXIT_MEMORY:
        vi, en = f"cần hơn {MEMORY_BYTES >> 20} MB bộ nhớ", f"needs more than {MEMORY_BYTES >> 20} MB of memory"
    else:
        name = signal.Signals(-status).name if status < 0 else f"exit {status}"
        vi, en = f"làm bộ đọc dừng đột ngột ({name})", f"crashed its reader ({name})"
    return InputError(
        f"tệp {kind} này {vi}; tệp có thể hỏng, hãy mở bằng trình xem quen dùng và lưu lại thành PDF hoặc .txt mới",
        f"this {kind} file {en}; it may be damaged: open it in its usual viewer and save it anew as PDF or .txt",
    )
