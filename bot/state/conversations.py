"""The last turns of each chat, sealed: never logged, gone after some minutes of silence."""

from __future__ import annotations

import time
from collections.abc import Callable

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, select

from bot.answering.conversation import turn_of
from bot.answering.models import Answer, Turn
from bot.conversations import KEPT_SECONDS, MAX_TURNS
from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import conversations

_TURNS = TypeAdapter(tuple[Turn, ...])


class StoredConversations:
    """The turns of the chats that spoke last, for every process of one bot. Its methods raise StateError."""

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def turns(self, chat: int) -> tuple[Turn, ...]:
        """The turns of a chat, the last one last; none where it was silent for too long."""
        with self._database.reading() as connection:
            return self._read(connection, self._keyring.name(chat))

    def _read(self, connection: Connection, name: str) -> tuple[Turn, ...]:
        spoke = conversations.c.moment > self._clock() - KEPT_SECONDS
        sealed = connection.scalar(select(conversations.c.turns).where(conversations.c.chat == name, spoke))
        data = self._keyring.unseal(sealed) if sealed else None
        return _TURNS.validate_json(data) if data else ()

    def until(self, chat: int, receipt: str) -> tuple[Turn, ...]:
        """The turns of a chat up to the answer with this receipt; none where it is no longer known."""
        turns = self.turns(chat)
        return next((turns[: at + 1] for at, turn in enumerate(turns) if turn.receipt == receipt), ())

    def remember(self, chat: int, answer: Answer) -> None:
        """Adds an answer's turn to its chat; what was no question leaves none."""
        turn = turn_of(answer)
        if turn is None:
            return
        name = self._keyring.name(chat)
        with self._database.begin() as connection:
            kept = (*self._read(connection, name), turn)[-MAX_TURNS:]
            row = {"chat": name, "moment": self._clock(), "turns": self._keyring.seal(_TURNS.dump_json(kept))}
            inserted = self._database.insert(conversations).values(row)
            connection.execute(inserted.on_conflict_do_update(index_elements=[conversations.c.chat], set_=row))

    def forget(self, chat: int) -> None:
        """Clears a chat."""
        with self._database.begin() as connection:
            connection.execute(delete(conversations).where(conversations.c.chat == self._keyring.name(chat)))

    def purge(self) -> None:
        """Deletes the turns of chats that are silent."""
        with self._database.begin() as connection:
            spoke = conversations.c.moment > self._clock() - KEPT_SECONDS
            connection.execute(delete(conversations).where(~spoke))
