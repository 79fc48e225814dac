"""Which messages of the bot answer which message, so that an edited question edits its answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from bot.state.database import Database
from bot.state.keyring import Keyring
from bot.state.schema import replies


class Replies:
    """Ids of messages and nothing of their words. Its methods raise StateError. Safe to share between threads."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def keep(self, chat: int, message: int, receipt: str, sent: Sequence[int], moment: float) -> None:
        """Keeps that these messages of the bot answer that message of a chat."""
        row = {
            "chat": self._keyring.name(chat),
            "message": message,
            "moment": moment,
            "receipt": receipt,
            "sent": json.dumps(list(sent)),
        }
        with self._database.begin() as connection:
            inserted = self._database.insert(replies).values(row)
            key = [replies.c.chat, replies.c.message]
            connection.execute(inserted.on_conflict_do_update(index_elements=key, set_=row))

    def to(self, chat: int, message: int) -> list[int]:
        """The messages that answer that message; none where it is not known."""
        wanted = select(replies.c.sent).where(replies.c.chat == self._keyring.name(chat), replies.c.message == message)
        with self._database.reading() as connection:
            sent = connection.scalar(wanted)
        return list(json.loads(sent)) if sent else []
