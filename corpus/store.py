"""The admin's articles in `articles.sqlite` (WAL): what was added, before any reload."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from config.errors import HomeError
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
    """The articles of one home. Use as a context manager; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the store at `path`.

        Raises:
            HomeError: the file cannot be opened, is damaged, or was written by a newer version.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            self._prepare(path)
        except (OSError, sqlite3.Error) as error:
            raise HomeError(
                f"không mở được kho bài {path.name} ({error}); kiểm tra CHIDAO_HOME, quyền ghi và dung lượng đĩa",
                f"cannot open the store {path.name} ({error}); check CHIDAO_HOME, the right to write, disk space",
            ) from error

    def _prepare(self, path: Path) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise HomeError(
                f"kho bài {path.name} do phiên bản chidao mới hơn ghi (bản {version}); hãy nâng cấp chidao",
                f"the store {path.name} was written by a newer chidao (schema {version}); upgrade chidao",
            )
        if version == 0:
            self._db.execute("PRAGMA journal_mode = WAL")
            with self._transaction():
                # Another process may have made the tables between the look and the lock.
                if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
                    self._db.execute(ARTICLE_TABLE)
                    self._db.execute(_ADDED_TABLE)
                    self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

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
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add(self, article: Article) -> bool:
        """Stores an article; False when the very same one is there already."""
        try:
            with self._transaction():
                new = self._db.execute(_INSERT, article_row(article)).rowcount
                if new:
                    self._db.execute("INSERT INTO added VALUES (?, ?)", (article.id, datetime.now(UTC).isoformat()))
                return bool(new)
        except sqlite3.Error as error:
            raise HomeError(
                f"không ghi được vào kho bài ({error}); kiểm tra dung lượng đĩa và quyền ghi, rồi thêm lại",
                f"cannot write to the store ({error}); check disk space and rights, then add again",
            ) from error

    def get(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        row = self._db.execute(SELECT_ARTICLE, (article_id,)).fetchone()
        return article_of(row) if row else None

    def all(self) -> Iterator[Article]:
        """Every article, in the order of being added."""
        return map(article_of, self._db.execute(_SELECT_ALL))

    def count(self) -> int:
        """How many articles are stored."""
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
