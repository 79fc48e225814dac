"""Logging: to stderr, one line an event, without message text, identities or secrets.

What our own packages say is written out. What a library says may quote an update or a URL: its line names the place in
the library that spoke, and nothing below WARNING is written. Of an exception its type and places are told, never its
text, and never the source lines of a traceback.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Literal

Format = Literal["text", "json"]
Fact = str | int | float
OURS = ("bot", "retrieval", "corpus", "config")
_ID_BYTES = 4
_PLACES = 8  # of an exception, the innermost first
_request: ContextVar[str] = ContextVar("request", default="")
_log = logging.getLogger(__name__)


@contextmanager
def request_id() -> Iterator[str]:
    """A random id that every line has until the end of the block, also in tasks and threads (`to_thread`) begun there.

    It follows from nothing, so it says nothing of who asked.
    """
    token = _request.set(secrets.token_hex(_ID_BYTES))
    try:
        yield _request.get()
    finally:
        _request.reset(token)


def facts(**known: Fact) -> dict[str, Mapping[str, Fact]]:
    """Numbers and words of a fixed set for a line: `_log.info("answer", extra=facts(hits=3))`."""
    return {"facts": known}


def configure_logging(level: int, *hidden: str | None, form: Format = "text") -> None:
    """Sets up logging at an entry point; each of the secrets (`hidden`) is cut out of every line."""
    handler = logging.StreamHandler()
    line = _JsonLine if form == "json" else _TextLine
    handler.setFormatter(line(list(filter(None, hidden))))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.raiseExceptions = False  # what Python prints of a line that it cannot write quotes the line's arguments
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def log_uncaught() -> None:
    """What nobody catches, and warnings, become lines as well: a traceback as Python prints it quotes the values."""

    def of_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("not caught", exc_info=(kind, error, trace))

    def of_thread(ended: threading.ExceptHookArgs) -> None:
        error = ended.exc_value or ended.exc_type()
        _log.critical("not caught in a thread", exc_info=(ended.exc_type, error, ended.exc_traceback))

    def unraisable(ended: sys.UnraisableHookArgs) -> None:
        error = ended.exc_value or ended.exc_type()
        _log.error("not raised", exc_info=(ended.exc_type, error, ended.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = of_main, of_thread, unraisable
    logging.captureWarnings(True)


class _Line(logging.Formatter):
    """The parts of a line, without secrets."""

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__()
        self._hidden = hidden

    def parts(self, record: logging.LogRecord) -> dict[str, Fact]:
        moment = datetime.fromtimestamp(record.created, UTC)
        ours = record.name.partition(".")[0] in OURS
        at = f"{record.module}.{record.funcName}:{record.lineno}"
        told: dict[str, Fact] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._without_secrets(record.getMessage()) if ours else at,
        }
        if request := _request.get():
            told["request"] = request
        known: Mapping[str, Fact] = getattr(record, "facts", {})
        told |= known
        if record.exc_info and record.exc_info[1]:
            told["error"] = _told_of(record.exc_info[1])
        return told

    def _without_secrets(self, text: str) -> str:
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text


class _JsonLine(_Line):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.parts(record), ensure_ascii=False)


class _TextLine(_Line):
    def format(self, record: logging.LogRecord) -> str:
        parts = self.parts(record)
        time, level, logger, message = (str(parts.pop(name)) for name in ("time", "level", "logger", "message"))
        known = "".join(f" {name}={value}" for name, value in parts.items())
        message = r"\n".join(message.splitlines())
        return f"{time} {level} {logger}: {message}{known}"


def _told_of(error: BaseException | None) -> str:
    """An exception and what it came of: the type, and the places it went through, the innermost first."""
    told = []
    while error is not None:
        places = [f"{Path(each.filename).name}:{each.lineno}" for each in reversed(extract_tb(error.__traceback__))]
        told.append(" at ".join(filter(None, [type(error).__name__, " < ".join(places[:_PLACES])])))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return ", from ".join(told)
