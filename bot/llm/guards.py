"""What keeps a server from being asked: the day's budget is used up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

_WAIT = 1.0  # seconds for another process that counts


class Budget:
    """Tokens that may be spent a day, counted in a file that all processes of a home share. Holds numbers alone.

    What a request may cost is taken before it and what it did not use given back, so that no crash and no number of
    requests at once spends more than the day has. Where the file cannot be written nothing may be spent.
    """

    def __init__(self, path: Path, tokens: int, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._tokens = tokens
        self._today = today

    def take(self, tokens: int) -> bool:
        """Takes that many for today; false where they are not left."""
        try:
            return self._add(tokens, limit=self._tokens)
        except (sqlite3.Error, OSError):
            return False

    def give_back(self, tokens: int) -> None:
        """Gives back what was taken and not used, or takes more where more was used (below 0)."""
        try:
            self._add(-tokens, limit=None)
        except (sqlite3.Error, OSError):
            return

    def _add(self, tokens: int, limit: int | None) -> bool:
        today = self._today().isoformat()
        with closing(sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL) WITHOUT ROWID")
            db.execute("DELETE FROM spent WHERE day <> ?", (today,))
            row = db.execute("SELECT tokens FROM spent WHERE day = ?", (today,)).fetchone()
            total = max(0, (row[0] if row else 0) + tokens)
            fits = limit is None or total <= limit
            if fits:
                db.execute("REPLACE INTO spent VALUES (?, ?)", (today, total))
            db.execute("COMMIT")
        return fits
