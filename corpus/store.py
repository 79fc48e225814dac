"""The admin's articles in `articles.sqlite` (WAL): what was added, before any reload.

Of articles that are versions of one another, one is current; the others stay readable and are not served.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.errors import HomeError, InputError
from corpus.clean import printable
from corpus.database import open_shared, use_wal
from corpus.models import Article, Attachment, Listed
from corpus.schema import SCHEMA_VERSION, bring_up_to_date, version_of
from corpus.versions import Families, Placed, forget_family_rows

ARTICLE_COLUMNS = "id, title, published, source, text, digest, issuer, attachments"
SELECT_ARTICLE = f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?"  # noqa: S608  words of our own
INSERT_ARTICLE = "INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
SELECT_LISTED = "SELECT id, title, published, source, issuer, attachments FROM articles"
_CURRENT = """
    JOIN added ON added.article_id = id
    WHERE id NOT IN (SELECT article_id FROM versions) ORDER BY moment, id"""
_SELECT_CURRENT = f"SELECT articles.* FROM articles {_CURRENT}"  # noqa: S608  words of our own
_SELECT_OLDER = """
    SELECT articles.*, moment FROM articles JOIN added ON added.article_id = id
    WHERE id IN (SELECT article_id FROM versions WHERE current_id = ?) ORDER BY moment DESC, id"""
_UPDATE_SEEN = "UPDATE articles SET source = ?, issuer = ?, attachments = ? WHERE id = ?"
_WAIT = 10.0  # seconds a writer waits for another process
ArticleRow = tuple[str, str, str | None, str, str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an article that was added.

    `new` is False when the very same one was there already; `placed` tells how it stands to its versions.
    """

    new: bool
    placed: Placed


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """An article that another one has superseded, and when it was added."""

    article: Article
    added: datetime


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
            self._db = open_shared(path, _WAIT)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        version = version_of(self._db)
        if version > SCHEMA_VERSION:
            raise HomeError(
                f"kho bài {self._name} do phiên bản chidao mới hơn ghi (bản {version}); hãy nâng cấp chidao",
                f"the store {self._name} was written by a newer chidao (schema {version}); upgrade chidao",
            )
        if version < SCHEMA_VERSION:
            use_wal(self._db, _WAIT)
            with self._transaction():
                bring_up_to_date(self._db)
                Families(self._db).sign_unsigned(map(article_of, self._db.execute(_SELECT_CURRENT).fetchall()))
        self._db.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten

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

    def add(self, article: Article, origin: str) -> Added:
        """Stores an article met at `origin` (a URL or a file's path) and finds the articles it is a version of.

        The very same one again takes over source, issuer and attachments, which are no part of its id.
        """
        [added] = self.add_all([(article, origin)])
        return added

    def add_all(self, met: Iterable[tuple[Article, str]]) -> list[Added]:
        """`add` for articles with their origins, one after the other; all are stored, or where it fails none."""
        with self._errors("ghi được vào", "write to"), self._transaction():
            return [self._add(article, origin) for article, origin in met]

    def add_apart(self, articles: Iterable[Article]) -> None:
        """Stores articles each for itself, none a version of another, whatever they look like; all or none.

        For texts that somebody else has told apart, such as the documents of a question set.
        """
        now = datetime.now(UTC).isoformat()
        with self._errors("ghi được vào", "write to"), self._transaction():
            for article in articles:
                self._db.execute(INSERT_ARTICLE, article_row(article))
                self._db.execute("INSERT OR IGNORE INTO added VALUES (?, ?)", (article.id, now))

    def _add(self, article: Article, origin: str) -> Added:
        families = Families(self._db)
        self._db.executemany("DELETE FROM removed WHERE name = ?", [(article.id,), (_veiled(origin),)])
        if not self._db.execute(INSERT_ARTICLE, article_row(article)).rowcount:
            self._db.execute(_UPDATE_SEEN, (*_seen(article), article.id))
            return Added(False, families.meet_again(article.id, origin))
        self._db.execute("INSERT INTO added VALUES (?, ?)", (article.id, datetime.now(UTC).isoformat()))
        return Added(True, families.place(article, origin, self._get))

    def remove(self, article_id: str) -> list[Article]:
        """Takes an article back, and with a current one all its older versions; returns what was removed.

        Raises:
            InputError: no article has that id.
        """
        with self._errors("ghi được vào", "write to"), self._transaction():
            article = self._get(article_id)
            if article is None:
                raise unknown_id(article_id)
            gone = [article, *(older.article for older in self._older(article_id))]
            for each in gone:
                self._remove(each.id)
        self.scrub()
        return gone

    def scrub(self) -> None:
        """Empties the journal, which still holds what was removed.

        Raises:
            HomeError: another process went on reading for longer than we wait.
        """
        with self._errors("ghi được vào", "write to"):
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise HomeError(
                f"đã gỡ, nhưng một tiến trình khác đang đọc {self._name} nên nhật ký của kho còn chữ đã gỡ; "
                "đợi nó xong rồi chạy lại lệnh này",
                f"removed, but another process is reading {self._name}, so its journal still holds what was removed; "
                "wait for it and run this again",
            )

    def _remove(self, article_id: str) -> None:
        now = datetime.now(UTC).isoformat()
        deserted = forget_family_rows(self._db, article_id)
        names = [article_id, *map(_veiled, deserted)]
        self._db.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", [(name, now) for name in names])
        self._db.execute("DELETE FROM added WHERE article_id = ?", (article_id,))
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def removed(self) -> dict[str, datetime]:
        """Ids of articles that were taken back and not added again, and when."""
        with self._errors("đọc được", "read"):
            rows = self._db.execute("SELECT name, moment FROM removed WHERE name NOT LIKE 'origin:%'").fetchall()
        return {name: datetime.fromisoformat(moment) for name, moment in rows}

    def was_removed(self, article: Article, origin: str) -> bool:
        """Whether this article, or what stood at its origin, was taken back."""
        with self._errors("đọc được", "read"):
            names = (article.id, _veiled(origin))
            return bool(self._db.execute("SELECT 1 FROM removed WHERE name IN (?, ?)", names).fetchone())

    def get(self, article_id: str) -> Article | None:
        """The article with this id, current or superseded, or None."""
        with self._errors("đọc được", "read"):
            return self._get(article_id)

    def _get(self, article_id: str) -> Article | None:
        row = self._db.execute(SELECT_ARTICLE, (printable(article_id),)).fetchone()
        return article_of(row) if row else None

    def all(self) -> Iterator[Article]:
        """Every current article, in the order of being added."""
        with self._errors("đọc được", "read"):
            yield from map(article_of, self._db.execute(_SELECT_CURRENT))

    def listed(self) -> Iterator[Listed]:
        """Every current article without its text, in the same order."""
        with self._errors("đọc được", "read"):
            yield from map(listed_of, self._db.execute(f"{SELECT_LISTED} {_CURRENT}"))

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """What is read inside is of one moment, whatever another process writes meanwhile."""
        with self._errors("đọc được", "read"):
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def older(self, article_id: str) -> list[OlderVersion]:
        """The articles this one has superseded, the last added first."""
        with self._errors("đọc được", "read"):
            return self._older(article_id)

    def _older(self, article_id: str) -> list[OlderVersion]:
        rows = self._db.execute(_SELECT_OLDER, (article_id,)).fetchall()
        return [OlderVersion(article_of(row[:-1]), datetime.fromisoformat(row[-1])) for row in rows]

    def current_of(self) -> dict[str, str]:
        """For every superseded article the one that is current in its place."""
        with self._errors("đọc được", "read"):
            return dict(self._db.execute("SELECT article_id, current_id FROM versions").fetchall())

    def count(self) -> int:
        """How many articles are current."""
        with self._errors("đọc được", "read"):
            total, older = self._db.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM versions)"
            ).fetchone()
            return int(total - older)


def unknown_id(article_id: str) -> InputError:
    """The error for an id that no article has."""
    return InputError(
        f"không có bài mang mã «{article_id}»; xem các mã bằng: chidao list",
        f"no article has the id «{article_id}»; see the ids with: chidao list",
    )


def article_row(article: Article) -> ArticleRow:
    """An article as a row of the table."""
    published = article.published.isoformat() if article.published else None
    source, issuer, attachments = _seen(article)
    return (article.id, article.title, published, source, article.text, article.digest, issuer, attachments)


def article_of(row: Sequence[Any]) -> Article:
    """The article in a row of the table."""
    identity, title, published, source, text, digest, issuer, attachments = row
    return Article(identity, title, _moment(published), source, text, digest, issuer, _files(attachments))


def listed_of(row: Sequence[Any]) -> Listed:
    """What SELECT_LISTED gives."""
    identity, title, published, source, issuer, attachments = row
    return Listed(identity, title, _moment(published), source, issuer, _files(attachments))


def _moment(published: str | None) -> datetime | None:
    return datetime.fromisoformat(published) if published else None


def _files(attachments: str) -> tuple[Attachment, ...]:
    if attachments == "[]":  # as most are
        return ()
    return tuple(Attachment(**each) for each in json.loads(attachments))


def _seen(article: Article) -> tuple[str, str | None, str]:
    """What of an article is no part of its id."""
    files = json.dumps([asdict(each) for each in article.attachments], ensure_ascii=False)
    return article.source, article.issuer, files


def _veiled(origin: str) -> str:
    """A name for an origin that does not tell it: a URL may bear a person's name."""
    return "origin:" + hashlib.sha256(origin.encode(errors="replace")).hexdigest()[:32]
