"""Families: articles that are versions of one another, of which one is current (corpus/duplicates.py judges pairs)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus.duplicates import Judgement, Signature, bands, judge, signature, similarity
from corpus.models import Article

Getter = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Placed:
    """How a new article stands to those before it: it `supersedes` one, or is an older `version_of` one, or neither."""

    supersedes: str | None = None
    version_of: str | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """A stored article that the new one is a version of."""

    article_id: str
    current_id: str
    similarity: float
    judgement: Judgement
    same_place: bool

    @property
    def supersedes(self) -> bool:
        """Only what is said in the same place displaces the current article by likeness to an older version of it."""
        is_current = self.article_id == self.current_id
        return self.judgement is Judgement.SUPERSEDES and (is_current or self.same_place)


class Families:
    """The tables of versions, origins and signatures. Every method runs in the caller's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def place(self, article: Article, origin: str, get: Getter) -> Placed:
        """Finds the family of a new article and makes the one or the other current."""
        signed = signature(article.text)
        matches = self._matches(article, signed, origin, get)
        self._sign(article.id, signed)
        self.note_origin(article.id, origin)
        if not matches:
            return Placed()
        best = max(matches, key=lambda match: (match.supersedes, match.same_place, match.similarity))
        if best.supersedes:
            self._supersede(best.current_id, article.id)
            return Placed(supersedes=best.current_id)
        self._db.execute("INSERT INTO versions VALUES (?, ?)", (article.id, best.current_id))
        return Placed(version_of=best.current_id)

    def meet_again(self, article_id: str, origin: str) -> Placed:
        """Notes where a stored article was met; one that had been superseded there is what is said there again."""
        current = self._current(article_id)
        self.note_origin(article_id, origin)
        met_there = "SELECT 1 FROM origins WHERE article_id = ? AND origin = ?"
        if current == article_id or not self._db.execute(met_there, (current, origin)).fetchone():
            return Placed()
        self._db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        self._supersede(current, article_id)
        return Placed(supersedes=current)

    def note_origin(self, article_id: str, origin: str) -> None:
        """Remembers a place an article was met at."""
        self._db.execute("INSERT OR IGNORE INTO origins VALUES (?, ?)", (article_id, origin))

    def sign_unsigned(self, articles: Iterable[Article]) -> None:
        """Signs articles stored before there were signatures."""
        for article in articles:
            self._sign(article.id, signature(article.text))

    def _sign(self, article_id: str, signed: Signature) -> None:
        self._db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (article_id, signed))
        self._db.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, article_id) for band in bands(signed)]
        )

    def _supersede(self, old_id: str, new_id: str) -> None:
        self._db.execute("UPDATE versions SET current_id = ? WHERE current_id = ?", (new_id, old_id))
        self._db.execute("INSERT INTO versions VALUES (?, ?)", (old_id, new_id))

    def _matches(self, article: Article, signed: Signature, origin: str, get: Getter) -> list[_Match]:
        here = self._ids("SELECT article_id FROM origins WHERE origin = ?", [origin])
        alike = self._ids("SELECT article_id FROM bands WHERE band = ?", bands(signed))
        found = []
        for other_id in sorted((here | alike) - {article.id}):
            other, same_place = get(other_id), other_id in here
            if other is None:
                continue
            judgement = judge(article, other, same_place=origin if same_place else None)
            if judgement is not Judgement.DIFFERENT:
                likeness = similarity(signed, self._signature(other))
                found.append(_Match(other_id, self._current(other_id), likeness, judgement, same_place))
        return found

    def _signature(self, article: Article) -> Signature:
        row = self._db.execute("SELECT signature FROM signatures WHERE article_id = ?", (article.id,)).fetchone()
        return Signature(row[0]) if row else signature(article.text)

    def _ids(self, sql: str, values: Iterable[object]) -> set[str]:
        return {article_id for value in values for (article_id,) in self._db.execute(sql, (value,))}

    def _current(self, article_id: str) -> str:
        row = self._db.execute("SELECT current_id FROM versions WHERE article_id = ?", (article_id,)).fetchone()
        return str(row[0]) if row else article_id


def forget_family_rows(db: sqlite3.Connection, article_id: str) -> list[str]:
    """Deletes all that is known of an article but the article; returns the origins where no other one was met."""
    origins = [origin for (origin,) in db.execute("SELECT origin FROM origins WHERE article_id = ?", (article_id,))]
    for table in ("versions", "origins", "signatures", "bands"):
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))  # noqa: S608  names of our own
    met = "SELECT 1 FROM origins WHERE origin = ?"
    return [origin for origin in origins if not db.execute(met, (origin,)).fetchone()]
