"""The articles and passages of one generation, in a read-only SQLite file beside its indexes, or on a server.

Passages hold offsets only; their text is sliced from the article when read, so the law
`article.text[start:end] == text` holds by construction.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from corpus.models import Article, Listed, Passage
from corpus.schema import ARTICLE_TABLE
from corpus.sealed import TableReader, Tables
from corpus.store import (
    ARTICLE_COLUMNS,
    INSERT_ARTICLE,
    SELECT_ARTICLE,
    SELECT_LISTED,
    article_of,
    article_row,
    listed_of,
)

_PASSAGE_TABLE = """
    CREATE TABLE passages (
        row INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles(id),
        start INTEGER NOT NULL, end INTEGER NOT NULL, context TEXT NOT NULL, key BLOB NOT NULL
    )"""


_REMEMBERED = 32  # articles; an answer asks for each of its few again and again

_SELECT_ALL = f"SELECT {ARTICLE_COLUMNS} FROM articles ORDER BY rowid"  # noqa: S608  words of our own
_SELECT_AT = f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE rowid = ?"  # noqa: S608


def indexed_text(passage: Passage) -> str:
    """What the encoder and the lexical index see of a passage: the context, then the text."""
    return f"{passage.context}\n{passage.text}"


def passage_key(passage: Passage) -> bytes:
    """Names what the encoder sees of a passage; equal keys mean equal vectors under one model."""
    return hashlib.sha256(indexed_text(passage).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage as it is stored with its article: the span, the context and the key."""

    start: int
    end: int
    context: str
    key: bytes

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """Of a passage that was cut anew."""
        return cls(passage.start, passage.end, passage.context, passage_key(passage))


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of an article's passages, from first to last, and the ISO day it was published, None where it has none.

    Rows are good within one generation; what outlives it is named by `Passage.id`.
    """

    article_id: str
    published: str | None
    first: int
    last: int


def write_snapshot(path: Path, articles: Iterable[Article], cut: Callable[[Article], Iterable[Cut]]) -> None:
    """Writes articles and then the passages of each, in the same order; a passage's row is its place, from 0.

    No more than one article is held at a time.
    """
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(ARTICLE_TABLE)
        db.execute(_PASSAGE_TABLE)
        db.executemany(INSERT_ARTICLE, map(article_row, articles))
        written = map(article_of, db.execute(_SELECT_ALL))
        cuts = ((article.id, each) for article in written for each in cut(article))
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
            ((row, of, each.start, each.end, each.context, each.key) for row, (of, each) in enumerate(cuts)),
        )


class Snapshot(TableReader):
    """Reads a snapshot; safe to share between threads."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._articles = lru_cache(_REMEMBERED)(self._article)

    def article(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        return self._articles(article_id)

    def _article(self, article_id: str) -> Article | None:
        rows = self._query(SELECT_ARTICLE, (article_id,))
        return article_of(rows[0]) if rows else None

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages at these rows."""
        return {
            row: Passage(*hit)
            for row, *hit in self._at(
                rows, 'p.article_id, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), p.context'
            )
        }

    def days(self, rows: Iterable[int]) -> dict[int, str]:
        """The ISO day on which the article of the passage at each of these rows was published; empty where unknown."""
        return dict(self._at(rows, "coalesce(substr(a.published, 1, 10), '')"))

    def _at(self, rows: Iterable[int], columns: str) -> list[tuple[Any, ...]]:
        """Row and columns of passages p and their articles a; one query for all, since threads wait at each."""
        wanted = tuple(rows)
        if not wanted:
            return []
        return self._query(
            f'SELECT p."row", {columns} FROM passages p JOIN articles a ON a.id = p.article_id'  # noqa: S608
            f' WHERE p."row" IN ({", ".join("?" * len(wanted))})',
            wanted,
        )

    def passage_at(self, article_id: str, at: int) -> Passage | None:
        """The passage of an article that holds the character at offset `at`, or None."""
        rows = self._query(
            'SELECT "row" FROM passages WHERE article_id = ? AND start <= ? AND ? < "end"', (article_id, at, at)
        )
        return self.passages([rows[0][0]])[rows[0][0]] if rows else None

    def all_passages(self) -> Iterator[Passage]:
        """Every passage, in order of rows, one article's at a time."""
        cuts_of = self.cuts()
        for article in self.articles():
            for cut in cuts_of(article.id):
                yield Passage(article.id, cut.start, cut.end, article.text[cut.start : cut.end], cut.context)

    def cuts(self) -> Callable[[str], list[Cut]]:
        """Looks up the passages of an article, in order; none of one that is not here."""
        grouped = self._query('SELECT article_id, min("row"), max("row") FROM passages GROUP BY article_id')
        rows = {article_id: (first, last) for article_id, first, last in grouped}  # those of an article stand together
        nowhere = (0, -1)

        def look_up(article_id: str) -> list[Cut]:
            found = self._query(
                'SELECT start, "end", context, key FROM passages WHERE "row" BETWEEN ? AND ? ORDER BY "row"',
                rows.get(article_id, nowhere),
            )
            return [Cut(*each) for each in found]

        return look_up

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where the passages of every article stand, in order of rows."""
        days = dict(self._query("SELECT id, substr(published, 1, 10) FROM articles"))
        grouped = self._query(
            'SELECT article_id, min("row") AS first, max("row") FROM passages GROUP BY 1 ORDER BY first'
        )
        return tuple(Span(of, days[of], first, last) for of, first, last in grouped)

    def lengths(self) -> Iterator[tuple[bytes, int]]:
        """Key and length of every passage, in order of rows."""
        yield from self._query('SELECT key, "end" - start FROM passages ORDER BY "row"')

    def keys(self) -> dict[bytes, int]:
        """Passage keys and a row where each stands."""
        return dict(self._query('SELECT key, "row" FROM passages'))

    def titles(self) -> dict[str, str]:
        """Article ids and titles."""
        return dict(self._query("SELECT id, title FROM articles"))

    def articles(self) -> Iterator[Article]:
        """Every article, in order of their passages' rows; one is held at a time."""
        for (rowid,) in self._query("SELECT rowid FROM articles ORDER BY rowid"):
            yield from map(article_of, self._query(_SELECT_AT, (rowid,)))

    def listed(self) -> Iterator[Listed]:
        """Every article without its text."""
        yield from map(listed_of, self._query(SELECT_LISTED))

    def passages_count(self) -> int:
        """How many passages there are."""
        return int(self._query("SELECT count(*) FROM passages")[0][0])

    def passages_of(self, article_ids: Collection[str]) -> int:
        """How many passages belong to any of these articles."""
        counts = (self._query("SELECT count(*) FROM passages WHERE article_id = ?", (each,)) for each in article_ids)
        return sum(int(rows[0][0]) for rows in counts)
