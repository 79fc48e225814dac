"""A SQLite file of a generation, which nothing may change any more: read without locks, by many threads."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any


class SealedFile:
    """Reads one file; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Opens it in SQLite's `immutable` mode, which takes no locks and needs no right to write."""
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the file; reads after it fail."""
        with self._lock:
            self._db.close()

    def _query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
