"""Directives that staff watch, and what they were told of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import watches

MOST = 50  # of one chat


@dataclass(frozen=True, slots=True)
class Watch:
    """A directive that a chat watches: the reference as asked for, and digests of the mentions told."""

    chat: int
    reference: str
    language: str
    known: frozenset[str]


class Watches:
    """Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def add(self, watch: Watch, moment: float) -> bool:
        """Begins to watch; False where the chat watches as many as it may."""
        name = self._keyring.name(watch.chat)
        row = {
            "chat": name,
            "reference": watch.reference,
            "moment": moment,
            "address": self._keyring.seal(str(watch.chat).encode()),
            "language": watch.language,
            "known": _json(watch.known),
        }
        with self._database.begin() as connection:
            others = (watches.c.chat == name) & (watches.c.reference != watch.reference)
            if (connection.scalar(select(func.count()).select_from(watches).where(others)) or 0) >= MOST:
                return False
            inserted = self._database.insert(watches).values(row)
            key = [watches.c.chat, watches.c.reference]
            connection.execute(inserted.on_conflict_do_update(index_elements=key, set_=row))
        return True

    def remove(self, chat: int, reference: str) -> bool:
        """Ends a watch; False where there was none."""
        mine = (watches.c.chat == self._keyring.name(chat)) & (watches.c.reference == reference)
        with self._database.begin() as connection:
            return bool(connection.execute(delete(watches).where(mine)).rowcount)

    def of(self, chat: int) -> list[str]:
        """What a chat watches, oldest first."""
        mine = watches.c.chat == self._keyring.name(chat)
        with self._database.reading() as connection:
            return list(connection.scalars(select(watches.c.reference).where(mine).order_by(watches.c.moment)))

    def all(self) -> list[Watch]:
        """Every watch whose chat can still be read."""
        with self._database.reading() as connection:
            rows = connection.execute(select(watches)).all()
        read = ((self._keyring.unseal(row.address), row) for row in rows)
        return [
            Watch(int(chat), row.reference, row.language, frozenset(json.loads(row.known)))
            for chat, row in read
            if chat
        ]

    def told(self, watch: Watch, known: Iterable[str]) -> bool:
        """Notes what a chat is now to be told of; False where another process noted it before."""
        mine = (watches.c.chat == self._keyring.name(watch.chat)) & (watches.c.reference == watch.reference)
        with self._database.begin() as connection:
            as_before = mine & (watches.c.known == _json(watch.known))
            return bool(connection.execute(update(watches).where(as_before).values(known=_json(known))).rowcount)


def _json(known: Iterable[str]) -> str:
    return json.dumps(sorted(known))
