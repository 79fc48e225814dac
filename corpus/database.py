"""Opening SQLite files that several processes share, also on a disk that cannot be written."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path


def open_shared(path: Path, wait: float) -> sqlite3.Connection:
    """The file, to write as well; only to read on a disk that is read-only or full. Statements commit by themselves.

    There SQLite cannot make the file beside it that readers of a journal share. `immutable` does without, and would
    pass over the journal, so it is not for one that holds something. `wait` is in seconds, for another process.

    Raises:
        sqlite3.Error: the file cannot be opened, or is damaged.
    """
    db = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        db.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        journal = path.with_name(f"{path.name}-wal")
        refused = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
        if not refused or (journal.exists() and journal.stat().st_size):
            raise
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except BaseException:
        db.close()
        raise
    return db


def use_wal(db: sqlite3.Connection, wait: float) -> None:
    """Sets the journal mode; for this one SQLite does not wait while another process does the same."""
    deadline = time.monotonic() + wait
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
