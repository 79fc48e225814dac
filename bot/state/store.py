"""All that the bot remembers, behind one door."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.state.audit import Audit
from bot.state.conversations import StoredConversations
from bot.state.database import Database
from bot.state.feedback import Feedback
from bot.state.inbox import Inbox
from bot.state.keyring import Keyring
from bot.state.people import People
from bot.state.previews import Previews
from bot.state.replies import Replies
from bot.state.watches import Watches

DAY = 86400.0
REPLY_DAYS = 3  # a message can be edited for two days


@dataclass(frozen=True, slots=True)
class State:
    """The parts of the state, over one database."""

    database: Database
    inbox: Inbox
    people: People
    conversations: StoredConversations
    replies: Replies
    feedback: Feedback
    audit: Audit
    watches: Watches
    previews: Previews
    days: int
    clock: Callable[[], float]

    def purge(self) -> None:
        """Deletes what is older than is kept. Raises StateError."""
        now = self.clock()
        self.inbox.purge()
        self.conversations.purge()
        self.people.purge(now - self.days * DAY, now - REPLY_DAYS * DAY)
        self.feedback.purge(now - self.days * DAY)
        self.database.truncate_journal()

    def close(self) -> None:
        """Closes the database."""
        self.database.close()


def open_state(
    database: Database, keyring: Keyring, bot: int, days: int, clock: Callable[[], float] = time.time
) -> State:
    """The state of a bot (its user id) over an open database; `days` is how long opinions and languages are kept."""
    return State(
        database=database,
        inbox=Inbox(database, keyring, bot, clock),
        people=People(database, keyring),
        conversations=StoredConversations(database, keyring, clock),
        replies=Replies(database, keyring),
        feedback=Feedback(database, keyring),
        audit=Audit(database, keyring),
        watches=Watches(database, keyring),
        previews=Previews(database, keyring),
        days=days,
        clock=clock,
    )
