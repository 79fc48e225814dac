"""What people say of answers: right or wrong, and in their words why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, update

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import feedback


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's word on one answer; whose it is stays here."""

    moment: datetime
    receipt: str
    right: bool
    reason: str


class Feedback:
    """Opinions, the last one of each person on each answer. Its methods raise StateError."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def give(self, person: int, receipt: str, moment: float, *, right: bool) -> None:
        """Keeps an opinion in place of an earlier one."""
        row = {
            "moment": moment,
            "person": self._keyring.name(person),
            "receipt": receipt,
            "right": right,
            "reason": "",
        }
        with self._database.begin() as connection:
            key = [feedback.c.receipt, feedback.c.person]
            inserted = self._database.insert(feedback).values(row)
            connection.execute(inserted.on_conflict_do_update(index_elements=key, set_=row))

    def explain(self, person: int, receipt: str, reason: str) -> bool:
        """Adds the reason to an opinion; False where that is not known."""
        mine = (feedback.c.person == self._keyring.name(person)) & (feedback.c.receipt == receipt)
        with self._database.begin() as connection:
            return bool(connection.execute(update(feedback).where(mine).values(reason=reason)).rowcount)

    def all(self) -> list[Opinion]:
        """All of them, oldest first."""
        wanted = select(feedback.c.moment, feedback.c.receipt, feedback.c.right, feedback.c.reason)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(feedback.c.id)).all()
        return [Opinion(datetime.fromtimestamp(row.moment, UTC), row.receipt, row.right, row.reason) for row in rows]

    def purge(self, before: float) -> None:
        """Deletes those given before a moment."""
        with self._database.begin() as connection:
            connection.execute(delete(feedback).where(feedback.c.moment < before))
