"""The file of what is remembered: `asked.sqlite` in the home folder (WAL). Several processes may write at once.

It may be lost without harm to any answer, so a damaged one is replaced by an empty one and not set aside: a copy would
outlive the days that were promised.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from bot.receipts.models import Receipt
from config.errors import HomeError
from corpus.database import open_shared, use_wal

_WAIT = 5.0  # seconds a writer waits for another process; no answer waits for a writer
MOST_RECEIPTS = 100_000  # about 200 MB; beyond it the oldest go before their day
MOST_TEXTS = 50_000  # different unanswered questions, the same way
_TABLES = """
    CREATE TABLE IF NOT EXISTS receipts (id TEXT PRIMARY KEY, moment TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS receipts_by_moment ON receipts (moment);
    CREATE TABLE IF NOT EXISTS unanswered_days (day TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS unanswered_texts (
        day TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL, UNIQUE (day, text));"""
_COUNT_DAY = "INSERT INTO unanswered_days VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1"
_COUNT_TEXT = "INSERT INTO unanswered_texts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1"
_CAP = "DELETE FROM {0} WHERE rowid <= (SELECT max(rowid) FROM {0}) - ?"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days receipts and unanswered questions are kept; 0: not at all. Whether with their text."""

    receipt_days: int
    receipt_text: bool
    gap_days: int
    gap_text: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found no answer: its masked text, the day, and how often that day."""

    day: date
    text: str
    count: int


class AskedStore:
    """Receipts and unanswered questions. Use as a context manager, in one thread.

    Every method raises sqlite3.Error or OSError where the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the file; a damaged one is made anew."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # what SQLite says of it is clearer
            path.touch(mode=0o600)  # what people asked is for nobody else on this machine
        try:
            self._db = _connect(path)
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # a subclass: the disk, not the file
                raise
            _log.warning("%s is damaged; an empty one takes its place", path.name)
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            self._db = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def add(self, receipt: Receipt) -> None:
        """Keeps a receipt."""
        row = (receipt.id, _utc(receipt.moment), receipt.model_dump_json(exclude_defaults=True))
        self._db.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?)", row)

    def receipt(self, receipt_id: str) -> Receipt | None:
        """The receipt of that id, or None; None too for one that another version of chidao wrote beyond reading."""
        rows = self._db.execute("SELECT body FROM receipts WHERE id = ?", (receipt_id,)).fetchall()
        with suppress(ValidationError):
            return Receipt.model_validate_json(rows[0][0]) if rows else None
        return None

    def add_unanswered(self, day: date, text: str | None) -> None:
        """Counts a question that found no answer; keeps its text where one is given."""
        self._db.execute(_COUNT_DAY, (day.isoformat(),))
        if text is not None:
            self._db.execute(_COUNT_TEXT, (day.isoformat(), text))

    def unanswered_by_day(self) -> dict[date, int]:
        """How many questions found no answer, each day that had any, oldest first."""
        found = self._db.execute("SELECT day, count FROM unanswered_days ORDER BY day")
        return {date.fromisoformat(day): count for day, count in found}

    def unanswered(self) -> list[Unanswered]:
        """Those whose text was kept, oldest first."""
        found = self._db.execute("SELECT day, text, count FROM unanswered_texts ORDER BY day, rowid")
        return [Unanswered(date.fromisoformat(day), text, count) for day, text, count in found]

    def purge(self, kept: Retention, now: datetime) -> None:
        """Deletes what is older than is kept; what is deleted is overwritten, in the journal too."""
        last_moment = now - timedelta(days=kept.receipt_days)
        last_day = now.astimezone().date() - timedelta(days=kept.gap_days - 1)
        gone = self._changed("DELETE FROM receipts WHERE moment < ?", _utc(last_moment))
        for table in ("unanswered_days", "unanswered_texts"):
            gone += self._changed(f"DELETE FROM {table} WHERE day < ?", last_day.isoformat())  # noqa: S608  our words
        gone += self._changed(_CAP.format("receipts"), MOST_RECEIPTS)
        gone += self._changed(_CAP.format("unanswered_texts"), MOST_TEXTS)
        if gone:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _changed(self, statement: str, *values: Any) -> int:
        return self._db.execute(statement, values).rowcount


@contextmanager
def reading(path: Path, kept: Retention, now: datetime) -> Iterator[AskedStore | None]:
    """The file at `path`, without what is too old, to be looked into; None where nothing was kept yet.

    Raises:
        HomeError: it cannot be read.
    """
    if not path.exists():
        yield None
        return
    try:
        with AskedStore(path) as store:
            with suppress(sqlite3.OperationalError):  # a disk that cannot be written can be read all the same
                store.purge(kept, now)
            yield store
    except (OSError, sqlite3.Error) as error:
        raise HomeError(
            f"không đọc được {path.name} ({error}); kiểm tra CHIDAO_HOME và quyền đọc",
            f"cannot read {path.name} ({error}); check CHIDAO_HOME and the right to read it",
        ) from error


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _connect(path: Path) -> sqlite3.Connection:
    db = open_shared(path, _WAIT)
    try:
        use_wal(db, _WAIT)
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last receipts, never the file
        db.execute("PRAGMA secure_delete = ON")
        db.executescript(_TABLES)
    except BaseException:
        db.close()
        raise
    return db
