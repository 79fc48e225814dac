"""What an admin sent to be added and has not confirmed yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import previews


@dataclass(frozen=True, slots=True)
class Preview:
    """A file (`name` and `data`), or an address (`data` is None)."""

    name: str
    data: bytes | None


class Previews:
    """Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def keep(self, person: int, preview: Preview, moment: float) -> str:
        """Keeps it and returns its id, for the buttons below it."""
        identity = secrets.token_hex(8)
        row = {
            "id": identity,
            "moment": moment,
            "person": self._keyring.name(person),
            "name": preview.name,
            "data": preview.data,
        }
        with self._database.begin() as connection:
            connection.execute(insert(previews).values(row))
        return identity

    def take(self, identity: str) -> Preview | None:
        """Takes it out; None where it was taken before. Of two who press a button at once one gets it."""
        with self._database.begin() as connection:
            row = connection.execute(select(previews).where(previews.c.id == identity)).first()
            taken = connection.execute(delete(previews).where(previews.c.id == identity)).rowcount
        return Preview(row.name, row.data) if row and taken else None
