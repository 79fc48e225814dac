"""The state and the receipts on a real PostgreSQL: the same tests as on SQLite, and a server that is killed."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from bot.receipts.store import AskedStore, Place, Retention, reading
from bot.state import schema
from bot.state.database import open_database
from bot.state.keyring import Keyring
from bot.state.store import State, open_state
from config.errors import HomeError
from tests.contract import postgres_server
from tests.contract.postgres_server import PostgresServer
from tests.unit.bot.receipts.test_store import KEPT, NOW, receipt
from tests.unit.bot.state.test_state import (
    BOT,
    CHAT,
    KEY,
    OTHER,
    Clock,
    TestConversations,
    TestInbox,
    TestPeople,
    TestWatchesAndPreviews,
)

__all__ = ["TestConversations", "TestInbox", "TestPeople", "TestWatchesAndPreviews"]  # run here again
_REASON = postgres_server.available()
pytestmark = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """A database of its own for each test."""
    name = f"test{next(_numbers)}"
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    return f"{postgres.url.rpartition('/')[0]}/{name}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(url: str, clock: Clock) -> Iterator[State]:
    with closing(open_state(open_database(url, Path("/nowhere")), Keyring(KEY), BOT, 365, clock)) as opened:
        yield opened


def test_the_migrations_make_what_the_schema_says(state: State) -> None:
    whole = MetaData()
    for table in (*schema.metadata.tables.values(), *schema.asked.tables.values()):
        table.to_metadata(whole)
    with state.database.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole) == []


def test_opening_again_changes_nothing(url: str, state: State) -> None:
    state.people.choose(CHAT, "en", 1.0)
    with closing(open_state(open_database(url, Path("/nowhere")), Keyring(KEY), BOT, 365)) as again:
        assert again.people.language(CHAT) == "en"
        assert again.people.language(OTHER) is None


@pytest.mark.parametrize("change", ["DELETE FROM audit", "UPDATE audit SET detail = ''", "TRUNCATE audit"])
def test_the_audit_log_cannot_be_changed(state: State, change: str) -> None:
    state.audit.add(CHAT, "reload", "000002", 1.0)
    with pytest.raises(SQLAlchemyError, match="append-only"), state.database.begin() as connection:
        connection.execute(text(change))
    assert [each.action for each in state.audit.all([CHAT])] == ["reload"]


def test_opinions_are_kept_once_each(state: State) -> None:
    state.feedback.give(CHAT, "r1", 1.0, right=True)
    state.feedback.give(CHAT, "r1", 2.0, right=False)
    assert state.feedback.explain(CHAT, "r1", "cũ")
    assert [(each.right, each.reason) for each in state.feedback.all()] == [(False, "cũ")]


def test_what_was_kept_is_there_after_the_server_was_killed(postgres: PostgresServer, state: State) -> None:
    state.inbox.keep(1, CHAT, b"x")
    postgres.kill()
    assert not state.database.is_reachable()
    with pytest.raises(SQLAlchemyError):
        state.inbox.keep(2, CHAT, b"y")
    postgres.start()
    assert state.database.is_reachable()
    assert not state.inbox.keep(1, CHAT, b"x")
    assert state.inbox.waiting() == 1


class TestReceipts:
    def test_they_are_kept_capped_and_purged(self, url: str, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.receipts.store.MOST_RECEIPTS", 2)
        with AskedStore(Place(Path("/nowhere"), url)) as store:
            for name in ("r1", "r2", "r3", "r3"):
                store.add(receipt(name))
            store.add_unanswered(NOW.date(), "Hỏi 100 % gì?")
            store.add_unanswered(NOW.date(), "Hỏi 100 % gì?")
            store.add_unanswered(NOW.date(), None)
            assert store.receipt("r3") == receipt("r3")
            assert [(each.text, each.count) for each in store.unanswered()] == [("Hỏi 100 % gì?", 2)]
            assert store.unanswered_by_day() == {NOW.date(): 3}
            store.purge(KEPT, NOW)
            assert store.receipt("r1") is None
            assert store.receipt("r3")
            store.purge(Retention(0, receipt_text=True, gap_days=0, gap_text=True), NOW)
            assert (store.receipt("r3"), store.unanswered()) == (None, [])

    def test_a_server_that_is_away_is_named_without_its_password(self, postgres: PostgresServer, url: str) -> None:
        place = Place(Path("/nowhere"), url.replace(f":{postgres.port}", ":1"))
        assert postgres_server.PASSWORD not in repr(place)
        with pytest.raises(HomeError, match="CHIDAO_DATABASE__URL") as caught, reading(place, KEPT, datetime.now(UTC)):
            pass
        assert postgres_server.PASSWORD not in str(caught.value)

    def test_a_statement_on_a_lost_connection_is_an_error_the_recorder_knows(
        self, postgres: PostgresServer, url: str, state: State
    ) -> None:
        with AskedStore(Place(Path("/nowhere"), url)) as store:
            postgres.kill()
            with pytest.raises((OSError, sqlite3.Error)):
                store.add(receipt("r1"))
            postgres.start()
