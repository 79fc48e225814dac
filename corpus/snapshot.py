"""The articles and passages of one generation, in a read-only SQLite file beside its indexes.

Passages hold offsets only; their text is sliced from the article when read, so the law
`article.text[start:end] == text` holds by construction.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from corpus.models import Article, Passage
from corpus.schema import ARTICLE_TABLE
from corpus.store import INSERT_ARTICLE, SELECT_ARTICLE, article_of, article_row

_PASSAGE_TABLE = """
    CREATE TABLE passages (
        row INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles(id),
        start INTEGER NOT NULL, end INTEGER NOT NULL, context TEXT NOT NULL, key BLOB NOT NULL
    )"""


def indexed_text(passage: Passage) -> str:
    """What the encoder and the lexical index see of a passage: the context, then the text."""
    return f"{passage.context}\n{passage.text}"


def passage_key(passage: Passage) -> bytes:
    """Names what the encoder sees of a passage; equal keys mean equal vectors under one model."""
    return hashlib.sha256(indexed_text(passage).encode()).digest()[:16]


def write_snapshot(path: Path, articles: Iterable[Article], passages: Sequence[Passage]) -> None:
    """Writes articles and passages; a passage's row is its place in `passages`, from 0."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(ARTICLE_TABLE)
        db.execute(_PASSAGE_TABLE)
        db.executemany(INSERT_ARTICLE, map(article_row, articles))
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
            ((i, p.article_id, p.start, p.end, p.context, passage_key(p)) for i, p in enumerate(passages)),
        )


class Snapshot:
    """Reads a snapshot; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Opens the file, which nothing may change any more (SQLite's `immutable` mode takes no locks)."""
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the file; reads after it fail."""
        with self._lock:
            self._db.close()

    def article(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        rows = self._query(SELECT_ARTICLE, (article_id,))
        return article_of(rows[0]) if rows else None

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages at these rows."""
        found = {}
        for row in rows:
            (hit,) = self._query(
                "SELECT p.article_id, p.start, p.end, substr(a.text, p.start + 1, p.end - p.start), p.context"
                " FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.row = ?",
                (row,),
            )
            found[row] = Passage(*hit)
        return found

    def passage_at(self, article_id: str, at: int) -> Passage | None:
        """The passage of an article that holds the character at offset `at`, or None."""
        rows = self._query(
            "SELECT row FROM passages WHERE article_id = ? AND start <= ? AND ? < end", (article_id, at, at)
        )
        return self.passages([rows[0][0]])[rows[0][0]] if rows else None

    def keys(self) -> dict[bytes, int]:
        """Passage keys and a row where each stands."""
        return dict(self._query("SELECT key, row FROM passages", ()))

    def titles(self) -> dict[str, str]:
        """Article ids and titles."""
        return dict(self._query("SELECT id, title FROM articles", ()))

    def articles(self) -> Iterator[Article]:
        """Every article."""
        for article_id in self.titles():
            yield from map(article_of, self._query(SELECT_ARTICLE, (article_id,)))

    def passages_count(self) -> int:
        """How many passages there are."""
        return int(self._query("SELECT count(*) FROM passages", ())[0][0])

    def passages_of(self, article_ids: Collection[str]) -> int:
        """How many passages belong to any of these articles."""
        counts = (self._query("SELECT count(*) FROM passages WHERE article_id = ?", (each,)) for each in article_ids)
        return sum(int(rows[0][0]) for rows in counts)

    def _query(self, sql: str, values: tuple[object, ...]) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._db.execute(sql, values).fetchall()
