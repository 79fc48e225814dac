"""The admin's articles in `articles.sqlite` (WAL): what was added, before any reload."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from config.errors import HomeError
from corpus.clean import printable
from corpus.models import Article

SCHEMA_VERSION = 1
ARTICLE_TABLE = """
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, published TEXT, source TEXT NOT NULL,
        text TEXT NOT NULL, digest TEXT NOT NULL
    )"""
SELECT_ARTICLE = "SELECT id, title, published, source, text, digest FROM articles WHERE id = ?"
_SELECT_ALL = (
    "SELECT id, title, published, source, text, digest FROM articles JOIN added ON article_id = id ORDER BY moment, id"
)
_INSERT = "INSERT OR IGNORE INTO articles (id, title, published, source, text, digest) VALUES (?, ?, ?, ?, ?, ?)"
_ADDED_TABLE = "CREATE TABLE added (article_id TEXT PRIMARY KEY REFERENCES articles(id), moment TEXT NOT NULL)"
_WAIT = 10.0  # seconds a writer waits for another process


class ArticleStore:
    """The articles of one home. Use as a context manager; several processes may read while one writes.

    Every method raises HomeError when the file is damaged or the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the store at `path`.

        Raises:
            HomeError: the file cannot be opened, is damaged, or was written by a newer version.
        """
        self._name = path.name
        with self._errors("mở được", "open"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise HomeError(
                f"kho bài {self._name} do phiên bản chidao mới hơn ghi (bản {version}); hãy nâng cấp chidao",
                f"the store {self._name} was written by a newer chidao (schema {version}); upgrade chidao",
            )
        if version == 0:
            self._use_wal()
            with self._transaction():
                # Another process may have made the tables between the look and the lock.
                if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
                    self._db.execute(ARTICLE_TABLE)
                    self._db.execute(_ADDED_TABLE)
                    self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _use_wal(self) -> None:
        """Sets the journal mode; for this one SQLite does not wait while another process does the same."""
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    @contextmanager
    def _errors(self, doing_vi: str, doing_en: str) -> Iterator[None]:
        """Makes what SQLite and the disk say a HomeError; `doing` is what could not be done."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            if type(error) is sqlite3.DatabaseError:  # no subclass: malformed, or no database at all
                raise HomeError(
                    f"kho bài {self._name} hỏng ({error}); cất tệp sang thư mục khác, đừng xoá, rồi thêm lại các bài",
                    f"the store {self._name} is damaged ({error}); move the file to another folder, keep it, "
                    "and add the articles again",
                ) from error
            raise HomeError(
                f"không {doing_vi} kho bài {self._name} ({error}); kiểm tra CHIDAO_HOME, quyền ghi và dung lượng đĩa",
                f"cannot {doing_en} the store {self._name} ({error}); check CHIDAO_HOME, rights and disk space",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            raise

    def add(self, article: Article) -> bool:
        """Stores an article; False when the very same one is there already."""
        with self._errors("ghi được vào", "write to"), self._transaction():
            new = self._db.execute(_INSERT, article_row(article)).rowcount
            if new:
                self._db.execute("INSERT INTO added VALUES (?, ?)", (article.id, datetime.now(UTC).isoformat()))
        return bool(new)

    def get(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        with self._errors("đọc được", "read"):
            row = self._db.execute(SELECT_ARTICLE, (printable(article_id),)).fetchone()
        return article_of(row) if row else None

    def all(self) -> Iterator[Article]:
        """Every article, in the order of being added."""
        with self._errors("đọc được", "read"):
            yield from map(article_of, self._db.execute(_SELECT_ALL))

    def count(self) -> int:
        """How many articles are stored."""
        with self._errors("đọc được", "read"):
            return int(self._db.execute("SELECT count(*) FROM articles").fetchone()[0])


def article_row(article: Article) -> tuple[str, str, str | None, str, str, str]:
    """An article as a row of the table."""
    published = article.published.isoformat() if article.published else None
    return (article.id, article.title, published, article.source, article.text, article.digest)


def article_of(row: tuple[str, str, str | None, str, str, str]) -> Article:
    """The article in a row of the table."""
    identity, title, published, source, text, digest = row
    moment = datetime.fromisoformat(published) if published else None
    return Article(identity, title, moment, source, text, digest)
