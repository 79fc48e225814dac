"""What was fetched before: `fetched.sqlite`, a memory that may be lost without harm (pages are then asked for anew)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.errors import HomeError
from corpus.database import use_wal
from corpus.fetch.models import Page, Validators
from corpus.fetch.urls import normal

_KEEP = timedelta(days=7)  # an interrupted run older than this begins anew, so that changed pages are seen
_WAIT = 10.0  # seconds a writer waits for another process
_TABLES = """
    CREATE TABLE IF NOT EXISTS pages (
        asked TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT, last_modified TEXT, article_id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS progress (
        crawl TEXT, asked TEXT, moment TEXT NOT NULL, PRIMARY KEY (crawl, asked)) WITHOUT ROWID;"""


class FetchLog:
    """Validators of stored pages, and how far unfinished runs have come. Several processes may use one file.

    Every method raises HomeError when the disk refuses; a damaged file is replaced by an empty one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def known(self, url: str) -> tuple[Validators, str] | None:
        """What the server gave with the page stored from this URL, and the article's id."""
        rows = self._run("SELECT url, etag, last_modified, article_id FROM pages WHERE asked = ?", normal(url))
        return next(((Validators(at, etag, modified), article) for at, etag, modified, article in rows), None)

    def stored(self, page: Page, article_id: str) -> None:
        """Remembers a page, now that its article is stored."""
        seen = page.validators
        row = (normal(page.url), seen.url, seen.etag, seen.last_modified, article_id)
        self._run("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", *row)
        if page.crawl:
            self.mark(page.crawl, page.url)

    def forget_articles(self, article_ids: Iterable[str]) -> None:
        """Forgets where articles that were taken back came from; the file keeps no trace of the URLs."""
        for article_id in article_ids:
            self._run("DELETE FROM progress WHERE asked IN (SELECT asked FROM pages WHERE article_id = ?)", article_id)
            self._run("DELETE FROM pages WHERE article_id = ?", article_id)
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def done(self, crawl: str) -> frozenset[str]:
        """Normal forms of the URLs that an interrupted run had finished with."""
        self._run("DELETE FROM progress WHERE moment < ?", (datetime.now(UTC) - _KEEP).isoformat())
        return frozenset(asked for (asked,) in self._run("SELECT asked FROM progress WHERE crawl = ?", crawl))

    def mark(self, crawl: str, url: str) -> None:
        """A run has finished with a URL."""
        now = datetime.now(UTC).isoformat()
        self._run("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", crawl, normal(url), now)

    def forget(self, crawl: str) -> None:
        """A run is complete: the next one asks for every page again."""
        self._run("DELETE FROM progress WHERE crawl = ?", crawl)

    def _run(self, statement: str, *values: Any) -> Sequence[Any]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise self._refused(error) from error
        self._db.close()
        self._remove()
        self._db = self._open()
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return self._connect()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
            self._remove()
            return self._connect()
        except (OSError, sqlite3.Error) as error:
            raise self._refused(error) from error

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
        try:
            use_wal(db, _WAIT)
            db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
            db.executescript(_TABLES)
            db.execute("SELECT asked, url, etag, last_modified, article_id FROM pages LIMIT 1").fetchall()
            db.execute("SELECT crawl, asked, moment FROM progress LIMIT 1").fetchall()
        except BaseException:
            db.close()
            raise
        return db

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def _refused(self, error: Exception) -> HomeError:
        name = self._path.name
        return HomeError(
            f"không dùng được {name} ({error}); kiểm tra CHIDAO_HOME, quyền ghi và dung lượng đĩa",
            f"cannot use {name} ({error}); check CHIDAO_HOME, rights and disk space",
        )


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is no database, a damaged one, or one of another program."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith(("no such column", "no such table"))
