"""Vectors that a reload has made and not yet put into a generation, so that one that was killed goes on where it was.

Keyed by model and passage (`corpus.snapshot.passage_key`). A generation carries its own vectors, so the file goes once
a reload is through; nothing of an article that was taken back can linger in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from retrieval.hits import Vectors

_TABLE = """
    CREATE TABLE IF NOT EXISTS vectors (
        fingerprint TEXT, key BLOB, vector BLOB NOT NULL, PRIMARY KEY (fingerprint, key)
    )"""  # rows lie in order of arrival: in order of keys every one would be written to a page of its own


class EncodedCache:
    """The file at one path, for one model. Used under the home's writer lock only."""

    def __init__(self, db: sqlite3.Connection, fingerprint: str) -> None:
        self._db = db
        self._fingerprint = fingerprint

    def keys(self) -> set[bytes]:
        """Every key there is."""
        found = self._db.execute("SELECT key FROM vectors WHERE fingerprint = ?", (self._fingerprint,))
        return {key for (key,) in found}

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """The vectors of those keys that are there, float32 of shape (dimension,)."""
        found = {}
        for key in keys:
            row = self._db.execute(
                "SELECT vector FROM vectors WHERE fingerprint = ? AND key = ?", (self._fingerprint, key)
            ).fetchone()
            if row:
                found[key] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def put(self, vectors: Iterable[tuple[bytes, Vectors]]) -> None:
        """Keeps vectors; they survive the end of the process."""
        rows = [(self._fingerprint, key, vector.astype(np.float32).tobytes()) for key, vector in vectors]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)


@contextmanager
def encoded_cache(path: Path, fingerprint: str) -> Iterator[EncodedCache]:
    """The cache at `path`, made if missing, made anew if damaged: it saves time and holds nothing of its own.

    Raises:
        sqlite3.Error, OSError: the disk refuses.
    """
    try:
        db = _open(path)
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # a subclass: the disk, not the file
            raise
        forget_encoded(path)
        db = _open(path)
    try:
        yield EncodedCache(db, fingerprint)
    finally:
        db.close()


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
        db.execute(_TABLE)
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
    except BaseException:
        db.close()
        raise
    return db


def forget_encoded(path: Path) -> None:
    """Deletes the cache."""
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)


def cached_keys(path: Path) -> Collection[bytes]:
    """Every key in the cache at `path`; none where there is no cache."""
    if not path.exists():
        return frozenset()
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return {key for (key,) in db.execute("SELECT key FROM vectors")}
    except sqlite3.DatabaseError:  # damaged, or killed at birth: made anew before it is used
        return frozenset()
    finally:
        db.close()
