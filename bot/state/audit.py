"""What admins did: added to and never changed; the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import audit


@dataclass(frozen=True, slots=True)
class Action:
    """One action: when, whose (the id where it is one of those asked for, else None), what, and on what."""

    moment: datetime
    person: int | None
    action: str
    detail: str


class Audit:
    """The log of what admins did. Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def add(self, person: int, action: str, detail: str, moment: float) -> None:
        """Writes an action down."""
        row = {"moment": moment, "person": self._keyring.name(person), "action": action, "detail": detail}
        with self._database.begin() as connection:
            connection.execute(insert(audit).values(row))

    def all(self, people: Iterable[int] = ()) -> list[Action]:
        """All actions, oldest first; by name where they are of one of these people."""
        known = {self._keyring.name(person): person for person in people}
        with self._database.reading() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.id)).all()
        return [
            Action(datetime.fromtimestamp(row.moment, UTC), known.get(row.person), row.action, row.detail)
            for row in rows
        ]
