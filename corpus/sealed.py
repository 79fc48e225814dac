"""A SQLite file of a generation, which nothing may change any more: read without locks, by many threads."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from config.errors import DamagedError
from corpus.generation import damaged


class SealedFile:
    """Reads one file; safe to share between threads.

    Every read raises DamagedError where the file has gone bad since its digest was held against it, or was sealed so.
    """

    def __init__(self, path: Path) -> None:
        """Opens it in SQLite's `immutable` mode, which takes no locks and needs no right to write."""
        self._path = path
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the file; reads after it fail."""
        with self._lock:
            self._db.close()

    def _query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):
                raise
            raise self._damage() from error

    def _damage(self) -> DamagedError:
        """The error that names this file."""
        return damaged(self._path.parent.name, self._path.name)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Malformed, or no database at all, which no subclass tells; or text that is not UTF-8."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith("Could not decode to UTF-8")
