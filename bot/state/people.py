"""What is kept of a person: the language chosen, and whatever hangs on their chat; all of it forgotten when asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import conversations, feedback, people, previews, replies, watches


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was erased of a person: rows of each kind."""

    language: int
    turns: int
    replies: int
    feedback: int
    watches: int
    previews: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.language + self.turns + self.replies + self.feedback + self.watches + self.previews


class People:
    """Languages by person. Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def language(self, person: int) -> str | None:
        """The language that a person chose, "vi" or "en"; None where none was chosen."""
        wanted = select(people.c.language).where(people.c.person == self._keyring.name(person))
        with self._database.reading() as connection:
            return connection.scalar(wanted)

    def choose(self, person: int, language: str, moment: float) -> None:
        """Keeps the language that a person chose."""
        row = {"person": self._keyring.name(person), "language": language, "moment": moment}
        with self._database.begin() as connection:
            inserted = self._database.insert(people).values(row)
            connection.execute(inserted.on_conflict_do_update(index_elements=[people.c.person], set_=row))

    def forget(self, person: int) -> Forgotten:
        """Erases all that is kept of a person, and says how much it was.

        What remains: that updates were done (bare ids), and what they did as an admin.
        """
        name = self._keyring.name(person)
        with self._database.begin() as connection:

            def erased(statement: object) -> int:
                return connection.execute(statement).rowcount  # type: ignore[call-overload,no-any-return]

            gone = Forgotten(
                language=erased(delete(people).where(people.c.person == name)),
                turns=erased(delete(conversations).where(conversations.c.chat == name)),
                replies=erased(delete(replies).where(replies.c.chat == name)),
                feedback=erased(delete(feedback).where(feedback.c.person == name)),
                watches=erased(delete(watches).where(watches.c.chat == name)),
                previews=erased(delete(previews).where(previews.c.person == name)),
            )
        self._database.truncate_journal()
        return gone

    def move(self, old: int, new: int) -> None:
        """A group became a supergroup, with another id: what is kept goes with it."""
        before, after = self._keyring.name(old), self._keyring.name(new)
        with self._database.begin() as connection:
            for table in (conversations, replies, watches):
                connection.execute(delete(table).where(table.c.chat == after))
                connection.execute(table.update().where(table.c.chat == before).values(chat=after))
            address = {"address": self._keyring.seal(str(new).encode())}
            connection.execute(watches.update().where(watches.c.chat == after).values(address))

    def count(self) -> int:
        """How many people or chats anything is kept of."""
        kept = select(people.c.person).union(
            select(conversations.c.chat), select(replies.c.chat), select(watches.c.chat), select(feedback.c.person)
        )
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(kept.subquery())) or 0

    def purge(self, before: float, replies_before: float) -> None:
        """Deletes languages chosen before a moment, and the marks of replies before another."""
        with self._database.begin() as connection:
            connection.execute(delete(people).where(people.c.moment < before))
            connection.execute(delete(replies).where(replies.c.moment < replies_before))
            connection.execute(delete(previews).where(previews.c.moment < replies_before))
