"""Writes receipts and unanswered questions beside the answers: what it cannot write is lost, and no answer waits."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.answering.compose import Composed
from bot.answering.models import Answer, Status
from bot.receipts.masking import masked
from bot.receipts.models import receipt_of
from bot.receipts.store import AskedStore, Place, Retention
from corpus.clean import normalise

WAITING = 1_000  # answers that may wait to be written; more are not kept
CLOSING = 5.0  # seconds that the end of the program waits for those
_PURGE_EVERY = _SILENCE = 3600.0  # seconds between two purges, and between two lines about one trouble
_log = logging.getLogger(__name__)
Told = tuple[Answer, Composed, datetime]


class Recorder:
    """Told of answers by an engine; neither raises nor waits. Safe to share between threads.

    One thread of its own writes. Where the disk refuses, one line an hour says so, and the next answer is tried.
    """

    def __init__(self, place: Place, kept: Retention, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`place` is where to write; a file is made with the first answer."""
        self._place = place
        self._kept = kept
        self._now = now
        self._waiting: queue.Queue[Told | None] = queue.Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._store: AskedStore | None = None
        self._purged = 0.0
        self._told: float | None = None

    def __call__(self, answer: Answer, composed: Composed) -> None:
        """Keeps an answer, soon."""
        self._start()
        try:
            self._waiting.put_nowait((answer, composed, self._now()))
        except queue.Full:
            self._failed("too many answers at once")

    def close(self) -> None:
        """Writes what is left, for some seconds at most."""
        if self._thread is None:
            return
        try:
            self._waiting.put(None, timeout=CLOSING)
        except queue.Full:
            return
        self._thread.join(CLOSING)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="receipts", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (told := self._waiting.get()) is not None:
            try:
                self._write(*told)
            except (OSError, sqlite3.Error) as error:
                self._failed(str(error))
            except ValueError as error:  # its text may hold the question's
                self._failed(type(error).__name__)
        self._close_store()

    def _write(self, answer: Answer, composed: Composed, moment: datetime) -> None:
        receipts, gaps = self._kept.receipt_days > 0, self._kept.gap_days > 0 and answer.status is Status.NOT_FOUND
        if not receipts and not gaps and not self._place.exists():
            return
        store = self._opened(moment)
        if receipts:
            store.add(receipt_of(answer, composed, moment, with_text=self._kept.receipt_text))
        if gaps:
            asked = normalise(answer.asked or answer.question)
            text = masked(asked) if self._kept.gap_text else None
            store.add_unanswered(moment.astimezone().date(), text)

    def _opened(self, moment: datetime) -> AskedStore:
        if self._store is None:
            self._store, self._purged = AskedStore(self._place), 0.0
        if not self._purged or time.monotonic() - self._purged > _PURGE_EVERY:
            self._store.purge(self._kept, moment)
            self._purged = time.monotonic()
        return self._store

    def _failed(self, reason: str) -> None:
        if self._told is None or time.monotonic() - self._told > _SILENCE:
            self._told = time.monotonic()
            _log.warning("receipts are not kept (%s); answers go out all the same", reason)
        if threading.current_thread() is self._thread:
            self._close_store()

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
