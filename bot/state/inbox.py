"""Updates that Telegram sent: none lost, each answered once, those of a chat in their order, by several processes.

An update is kept before Telegram is told that it has come. A process claims the oldest one of a chat, and no other can
claim in that chat before it is done or its lease has run out, as that of a process which was killed does.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, delete, exists, func, or_, select, update

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import updates

LEASE = 30.0  # seconds; renewed every five while the process lives. So long a chat waits whose process was killed
MOST_REPLIES = 2  # times that the answer to one update is begun to be sent; whether the first arrived nobody can tell
KNOWN_SECONDS = 3 * 86400.0  # that a done update's id is remembered; Telegram keeps those it could not deliver for one


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that this process has claimed: its id, its JSON, and how often its answer was begun to be sent."""

    id: int
    payload: bytes
    replies: int


class Inbox:
    """The updates of one bot. Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring, bot: int, clock: Callable[[], float] = time.time) -> None:
        """`bot` is the bot's user id."""
        self._database = database
        self._bot = bot
        self._mine = updates.c.bot == bot
        self._keyring = keyring
        self._clock = clock
        self._me = secrets.token_hex(8)

    def keep(self, update_id: int, chat: int, payload: bytes) -> str | None:
        """Keeps an update and returns the name of its chat; None where it has come before.

        `chat` is the id of a chat, or of a user without one.
        """
        name = self._keyring.name(chat)
        row = {
            "bot": self._bot,
            "id": update_id,
            "chat": name,
            "moment": self._clock(),
            "payload": self._keyring.seal(payload),
            "lease": 0.0,
            "replies": 0,
        }
        with self._database.begin() as connection:
            inserted = self._database.insert(updates).values(row).on_conflict_do_nothing().returning(updates.c.id)
            return name if connection.execute(inserted).first() else None

    def claim(self, chat: str) -> Pending | None:
        """The oldest update of a chat (by its name) that is not done; None where there is none, or another has it."""
        now = self._clock()
        first = select(func.min(updates.c.id)).where(self._mine, updates.c.chat == chat, updates.c.done.is_(None))
        is_free = or_(updates.c.owner.is_(None), updates.c.lease < now)
        with self._database.begin() as connection:
            claimed = connection.execute(
                update(updates)
                .where(self._mine, updates.c.id == first.scalar_subquery(), updates.c.done.is_(None), is_free)
                .values(owner=self._me, lease=now + LEASE)
                .returning(updates.c.id, updates.c.payload, updates.c.replies)
            ).first()
        if claimed is None:
            return None
        payload = self._keyring.unseal(claimed.payload or b"")
        if payload is None:  # sealed with another key: nobody can read it any more
            self.finish(claimed.id)
            return self.claim(chat)
        return Pending(claimed.id, payload, claimed.replies)

    def begin_reply(self, update_id: int) -> bool:
        """Notes that the answer is about to be sent; False where that was begun often enough."""
        with self._database.begin() as connection:
            begun = connection.execute(
                update(updates)
                .where(self._mine, updates.c.id == update_id, updates.c.replies < MOST_REPLIES)
                .values(replies=updates.c.replies + 1)
            )
            return bool(begun.rowcount)

    def finish(self, update_id: int) -> None:
        """Done: its words are deleted, its id is remembered."""
        done = {"done": self._clock(), "payload": None, "owner": None}
        with self._database.begin() as connection:
            connection.execute(update(updates).where(self._mine, updates.c.id == update_id).values(done))

    def waiting_chats(self) -> list[str]:
        """Names of chats with an update that nobody works on."""
        busy = updates.alias()
        is_served = exists().where(
            busy.c.chat == updates.c.chat,
            busy.c.done.is_(None),
            busy.c.owner.is_not(None),
            busy.c.lease >= self._clock(),
        )
        wanted = select(updates.c.chat).distinct().where(self._mine, updates.c.done.is_(None), ~is_served)
        with self._database.reading() as connection:
            return list(connection.scalars(wanted))

    def renew(self) -> None:
        """Renews the leases of this process."""
        mine = and_(self._mine, updates.c.owner == self._me, updates.c.done.is_(None))
        with self._database.begin() as connection:
            connection.execute(update(updates).where(mine).values(lease=self._clock() + LEASE))

    def take_over(self) -> None:
        """Ends the leases of all others: for a process that knows itself to be alone, as one that polls is."""
        others = and_(self._mine, updates.c.done.is_(None), updates.c.owner.is_not(None), updates.c.owner != self._me)
        with self._database.begin() as connection:
            connection.execute(update(updates).where(others).values(owner=None, lease=0.0))

    def waiting(self) -> int:
        """How many updates are not done."""
        waiting = select(func.count()).select_from(updates).where(self._mine, updates.c.done.is_(None))
        with self._database.reading() as connection:
            counted = connection.scalar(waiting)
        return counted or 0

    def purge(self) -> None:
        """Forgets the ids of those done long ago."""
        with self._database.begin() as connection:
            connection.execute(delete(updates).where(updates.c.done < self._clock() - KNOWN_SECONDS))
