"""The tables. Moments are seconds since 1970 (UTC); who and where are keyed hashes, see `keyring.py`.

What is here has to be what the migrations make: tests/unit/bot/state/test_database.py compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_HASH = String(32)

# Updates that Telegram sent: `payload` (sealed) until they are done, the bare id for some days after, so that one that
# comes again is known. `owner` works on it until `lease`; `replies` counts how often sending its answer was begun.
updates = Table(
    "updates",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),  # each bot has update ids of its own
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", _HASH, nullable=False),
    Column("moment", Float, nullable=False),
    Column("payload", LargeBinary),
    Column("owner", String(32)),
    Column("lease", Float, nullable=False, default=0.0),
    Column("replies", Integer, nullable=False, default=0),
    Column("done", Float),
    Index("updates_by_chat", "chat", "id"),
    Index("updates_by_done", "done"),
)

# The messages that answered a message, so that an edited question edits its answer.
replies = Table(
    "replies",
    metadata,
    Column("chat", _HASH, primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("moment", Float, nullable=False),
    Column("receipt", String(32), nullable=False),
    Column("sent", Text, nullable=False),  # message ids, JSON
)

people = Table(
    "people",
    metadata,
    Column("person", _HASH, primary_key=True),
    Column("moment", Float, nullable=False),
    Column("language", String(8), nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("chat", _HASH, primary_key=True),
    Column("moment", Float, nullable=False),
    Column("turns", LargeBinary, nullable=False),  # sealed
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("moment", Float, nullable=False),
    Column("person", _HASH, nullable=False),
    Column("receipt", String(32), nullable=False),
    Column("right", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("receipt", "person", name="feedback_once"),
)

# Triggers refuse changes and deletions: see the first migration.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("moment", Float, nullable=False),
    Column("person", _HASH, nullable=False),
    Column("action", String(32), nullable=False),
    Column("detail", Text, nullable=False, default=""),
)

watches = Table(
    "watches",
    metadata,
    Column("chat", _HASH, primary_key=True),
    Column("reference", String(300), primary_key=True),  # as it was asked for
    Column("moment", Float, nullable=False),
    Column("address", LargeBinary, nullable=False),  # the chat's id, sealed: where to tell
    Column("language", String(8), nullable=False),
    Column("known", Text, nullable=False),  # digests of the mentions told, JSON
)

previews = Table(
    "previews",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("moment", Float, nullable=False),
    Column("person", _HASH, nullable=False),
    Column("name", Text, nullable=False),  # a file's name, or an address
    Column("data", LargeBinary),  # a file's bytes
)

# Receipts and unanswered questions, on a server; on one machine they have a file of their own (bot/receipts/store.py).
asked = MetaData()
Table(
    "receipts",
    asked,
    Column("id", Text, primary_key=True),
    Column("moment", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("seq", BigInteger, Identity(), nullable=False),
)
Table("unanswered_days", asked, Column("day", Text, primary_key=True), Column("count", Integer, nullable=False))
Table(
    "unanswered_texts",
    asked,
    Column("day", Text, primary_key=True),
    Column("text", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("seq", BigInteger, Identity(), nullable=False),
)
