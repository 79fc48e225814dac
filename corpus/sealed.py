"""The tables of a generation, which nothing may change any more: in a SQLite file, or wherever else they are asked."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any, Protocol

from corpus.generation import damaged


class Tables(Protocol):
    """Tables that can be asked in the SQL which SQLite and PostgreSQL share, each `?` being a value."""

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Every row that a question to the tables gives."""
        ...

    def close(self) -> None:
        """Lets go of the tables; questions after it fail."""
        ...


class TableReader:
    """What reads tables, and closes them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def close(self) -> None:
        """Closes the tables; reads after it fail."""
        self._tables.close()

    def _query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        return self._tables.query(sql, values)


class SealedFile:
    """Tables in one SQLite file; safe to share between threads, and read without locks.

    A question raises DamagedError where the file has gone bad since its digest was held against it, or was sealed so.
    """

    def __init__(self, path: Path) -> None:
        """Opens it in SQLite's `immutable` mode, which takes no locks and needs no right to write."""
        self._path = path
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the file; questions after it fail."""
        with self._lock:
            self._db.close()

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Every row that a question to the tables gives."""
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):
                raise
            raise damaged(self._path.parent.name, self._path.name) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Malformed, or no database at all, which no subclass tells; or text that is not UTF-8."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith("Could not decode to UTF-8")
