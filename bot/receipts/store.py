"""Where receipts and unanswered questions are kept: `asked.sqlite` in the home folder (WAL), or PostgreSQL.

Several processes may write at once. The file may be lost without harm to any answer, so a damaged one is replaced by an
empty one and not set aside: a copy would outlive the days that were promised. Both are asked in plain SQL, which the
two understand alike: `chidao ask` writes a receipt, and would start a quarter slower with a library between.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from pydantic import ValidationError

from bot.receipts.models import Receipt
from config.errors import HomeError
from corpus.database import open_shared, use_wal

_WAIT = 5.0  # seconds a writer waits for another process; no answer waits for a writer
VERSION = 1  # of the file's tables; those on a server are of the state's migrations
MOST_RECEIPTS = 100_000  # about 200 MB; beyond it the oldest go before their day
MOST_TEXTS = 50_000  # different unanswered questions, the same way
_TABLES = """
    CREATE TABLE IF NOT EXISTS receipts (id TEXT PRIMARY KEY, moment TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS receipts_by_moment ON receipts (moment);
    CREATE TABLE IF NOT EXISTS unanswered_days (day TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS unanswered_texts (
        day TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL, UNIQUE (day, text));"""
_ADD = """INSERT INTO receipts VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET moment = excluded.moment, body = excluded.body"""
_COUNT_DAY = """INSERT INTO unanswered_days VALUES (?, 1)
    ON CONFLICT (day) DO UPDATE SET count = unanswered_days.count + 1"""
_COUNT_TEXT = """INSERT INTO unanswered_texts (day, text, count) VALUES (?, ?, 1)
    ON CONFLICT (day, text) DO UPDATE SET count = unanswered_texts.count + 1"""
_CAP = "DELETE FROM {0} WHERE {1} <= (SELECT max({1}) FROM {0}) - ?"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where they are kept: the file, or a PostgreSQL server where there is a URL (a secret)."""

    path: Path
    url: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return "CHIDAO_DATABASE__URL" if self.url else self.path.name

    def exists(self) -> bool:
        """Whether anything was ever kept there; of a server that is taken for granted."""
        return self.url is not None or self.path.exists()


class _Sql(Protocol):
    """A connection whose statements commit by themselves, with ? where a value goes."""

    row: str  # the column that counts rows in the order in which they came

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any: ...

    def end_purge(self) -> None: ...

    def close(self) -> None: ...


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

    Every method raises sqlite3.Error or OSError where the disk or the server refuses.
    """

    def __init__(self, place: Place) -> None:
        """Opens or makes the file, or connects; a damaged file is made anew."""
        self._db: _Sql = _Server(place.url) if place.url else _File(place.path)

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
        self._db.run(_ADD, row)

    def receipt(self, receipt_id: str) -> Receipt | None:
        """The receipt of that id, or None; None too for one that another version of chidao wrote beyond reading."""
        rows = self._db.run("SELECT body FROM receipts WHERE id = ?", (receipt_id,)).fetchall()
        with suppress(ValidationError):
            return Receipt.model_validate_json(rows[0][0]) if rows else None
        return None

    def add_unanswered(self, day: date, text: str | None) -> None:
        """Counts a question that found no answer; keeps its text where one is given."""
        self._db.run(_COUNT_DAY, (day.isoformat(),))
        if text is not None:
            self._db.run(_COUNT_TEXT, (day.isoformat(), text))

    def unanswered_by_day(self) -> dict[date, int]:
        """How many questions found no answer, each day that had any, oldest first."""
        found = self._db.run("SELECT day, count FROM unanswered_days ORDER BY day")
        return {date.fromisoformat(day): count for day, count in found}

    def unanswered(self) -> list[Unanswered]:
        """Those whose text was kept, oldest first."""
        found = self._db.run(f"SELECT day, text, count FROM unanswered_texts ORDER BY day, {self._db.row}")  # noqa: S608
        return [Unanswered(date.fromisoformat(day), text, count) for day, text, count in found]

    def purge(self, kept: Retention, now: datetime) -> None:
        """Deletes what is older than is kept; what is deleted is overwritten, in the journal too."""
        last_moment = now - timedelta(days=kept.receipt_days)
        last_day = now.astimezone().date() - timedelta(days=kept.gap_days - 1)
        gone = self._changed("DELETE FROM receipts WHERE moment < ?", _utc(last_moment))
        for table in ("unanswered_days", "unanswered_texts"):
            gone += self._changed(f"DELETE FROM {table} WHERE day < ?", last_day.isoformat())  # noqa: S608  our words
        gone += self._changed(_CAP.format("receipts", self._db.row), MOST_RECEIPTS)
        gone += self._changed(_CAP.format("unanswered_texts", self._db.row), MOST_TEXTS)
        if gone:
            self._db.end_purge()

    def _changed(self, statement: str, *values: Any) -> int:
        return int(self._db.run(statement, values).rowcount)


@contextmanager
def reading(place: Place, kept: Retention, now: datetime) -> Iterator[AskedStore | None]:
    """What is kept there, without what is too old, to be looked into; None where nothing was kept yet.

    Raises:
        HomeError: it cannot be read.
    """
    if not place.exists():
        yield None
        return
    try:
        with AskedStore(place) as store:
            with suppress(sqlite3.OperationalError):  # a disk that cannot be written can be read all the same
                store.purge(kept, now)
            yield store
    except (OSError, sqlite3.Error) as error:
        raise HomeError(
            f"không đọc được {place.name} ({error}); kiểm tra CHIDAO_HOME và quyền đọc, hoặc máy chủ",
            f"cannot read {place.name} ({error}); check CHIDAO_HOME and the right to read it, or the server",
        ) from error


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


class _File:
    """The SQLite file."""

    row = "rowid"

    def __init__(self, path: Path) -> None:
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

    def run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._db.execute(statement, values)

    def end_purge(self) -> None:
        """What was deleted is overwritten in the journal too."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    db = open_shared(path, _WAIT)
    try:
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise sqlite3.NotSupportedError(f"written by a newer chidao (schema {found}); upgrade chidao")
        use_wal(db, _WAIT)
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last receipts, never the file
        db.execute("PRAGMA secure_delete = ON")
        db.executescript(_TABLES)
        if found < VERSION:
            db.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        db.close()
        raise
    return db


class _Server:
    """A PostgreSQL server, whose tables the migrations of the state have made."""

    row = "seq"

    def __init__(self, url: str) -> None:
        import psycopg  # noqa: PLC0415  where there is no server nobody need have it

        self._error = psycopg.Error
        try:
            self._db = psycopg.connect(url.replace("+psycopg://", "://"), autocommit=True, connect_timeout=round(_WAIT))
        except psycopg.Error as error:
            raise ConnectionError(type(error).__name__) from None  # its text may hold the password

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        try:
            return self._db.execute(statement.replace("?", "%s").encode(), values)
        except self._error as error:
            raise ConnectionError(type(error).__name__) from None

    def end_purge(self) -> None:
        """PostgreSQL sees to it."""

    def close(self) -> None:
        self._db.close()
