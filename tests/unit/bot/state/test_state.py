"""What the bot remembers, in SQLite; tests/contract/test_postgres.py runs the same on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.answering.models import Answer, Option, Status, Turn
from bot.state import conversations
from bot.state.database import open_database
from bot.state.inbox import KNOWN_SECONDS, LEASE, MOST_REPLIES, Inbox
from bot.state.keyring import Keyring, key_in
from bot.state.previews import Preview
from bot.state.schema import metadata
from bot.state.store import DAY, State, open_state
from bot.state.watches import MOST, Watch
from config.errors import HomeError, SettingsError

KEY = "0123456789abcdef"
BOT, CHAT, OTHER = 42, 700_123, -100_200_300


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "state.sqlite"


@pytest.fixture
def state(path: Path, clock: Clock) -> Iterator[State]:
    with closing(open_state(open_database(None, path), Keyring(KEY), BOT, 365, clock)) as opened:
        yield opened


def answer(question: str = "Hỏi gì?", receipt: str = "r1", **more: Any) -> Answer:
    return Answer(question, Status.NOT_FOUND, (), "000001", receipt, 1.0, **more)


class TestDatabase:
    def test_the_migrations_make_what_the_schema_says(self, state: State) -> None:
        with state.database.begin() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    def test_it_is_for_its_owner_alone(self, path: Path, state: State) -> None:
        assert path.stat().st_mode & 0o077 == 0

    def test_it_can_be_opened_again_and_by_several_at_once(self, path: Path) -> None:
        failed: list[Exception] = []

        def run() -> None:
            try:
                open_database(None, path).close()
            except Exception as error:  # noqa: BLE001  it is compared below
                failed.append(error)

        threads = [threading.Thread(target=run) for _ in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert failed == []

    def test_who_reads_waits_for_no_writer(self, state: State) -> None:
        with state.database.begin():
            assert state.inbox.waiting() == 0

    def test_a_damaged_file_is_put_aside_and_an_empty_one_serves(self, path: Path, caplog: Any) -> None:
        path.parent.mkdir()
        path.write_bytes(b"no database at all " * 100)
        open_database(None, path).close()
        [aside] = path.parent.glob("state.sqlite.damaged-*")
        assert aside.read_bytes().startswith(b"no database")
        assert "put aside" in caplog.text

    def test_one_of_a_newer_chidao_is_refused(self, path: Path) -> None:
        open_database(None, path).close()
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(HomeError, match="another version"):
            open_database(None, path)

    @pytest.mark.parametrize("url", ["mysql://x:hemmelig@y/z", "hemmelig", "postgresql:/hemmelig@", ""])
    def test_another_kind_of_url_is_refused_without_showing_it(self, path: Path, url: str) -> None:
        if not url:
            open_database(url, path).close()
            return
        with pytest.raises((SettingsError, HomeError)) as caught:
            open_database(url, path)
        assert "hemmelig" not in caught.value.en + caught.value.vi

    def test_a_server_that_is_not_there_is_named_without_its_password(self, path: Path) -> None:
        with pytest.raises(HomeError, match="CHIDAO_DATABASE__URL") as caught:
            open_database("postgresql://u:hemmelig@127.0.0.1:1/x", path)
        assert "hemmelig" not in str(caught.value)
        assert caught.value.__cause__ is None


class TestKeyring:
    def test_names_depend_on_the_key_and_show_nothing(self) -> None:
        one, two = Keyring(KEY), Keyring(KEY + "x")
        assert one.name(CHAT) == Keyring(KEY).name(CHAT)
        assert one.name(CHAT) != two.name(CHAT)
        assert str(CHAT) not in one.name(CHAT)

    def test_only_the_key_unseals(self) -> None:
        sealed = Keyring(KEY).seal(b"x")
        assert Keyring(KEY).unseal(sealed) == b"x"
        assert Keyring(KEY + "x").unseal(sealed) is None
        assert Keyring(KEY).unseal(b"x") is None

    def test_a_short_key_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="too short"):
            Keyring("short")

    def test_a_key_is_made_once(self, tmp_path: Path) -> None:
        path = tmp_path / "home" / "state.key"
        key = key_in(path)
        assert key == key_in(path)
        assert path.stat().st_mode & 0o077 == 0

    def test_no_id_and_no_word_stands_in_the_file(self, state: State, path: Path) -> None:
        state.inbox.keep(1, CHAT, "câu hỏi riêng".encode())
        state.conversations.remember(CHAT, answer("câu hỏi riêng"))
        state.people.choose(CHAT, "en", 1.0)
        state.feedback.give(CHAT, "r1", 1.0, right=True)
        state.watches.add(Watch(CHAT, "3482/QĐ-UBND", "vi", frozenset()), 1.0)
        state.audit.add(CHAT, "reload", "", 1.0)
        state.close()
        data = b"".join(each.read_bytes() for each in path.parent.glob("state.sqlite*"))
        assert "riêng".encode() not in data
        assert str(CHAT).encode() not in data


class TestInbox:
    def test_an_update_comes_once(self, state: State) -> None:
        assert state.inbox.keep(7, CHAT, b"{}")
        assert not state.inbox.keep(7, CHAT, b"{}")
        [chat] = state.inbox.waiting_chats()
        pending = state.inbox.claim(chat)
        assert pending
        assert (pending.id, pending.payload, pending.replies) == (7, b"{}", 0)
        state.inbox.finish(7)
        assert not state.inbox.keep(7, CHAT, b"{}")
        assert state.inbox.claim(chat) is None
        assert state.inbox.waiting() == 0

    def test_another_bot_has_ids_of_its_own(self, state: State, clock: Clock) -> None:
        other = Inbox(state.database, Keyring(KEY), BOT + 1, clock)
        state.inbox.keep(7, CHAT, b"x")
        assert other.waiting_chats() == []
        assert other.claim(Keyring(KEY).name(CHAT)) is None
        assert other.keep(7, CHAT, b"y")
        other.finish(7)
        assert state.inbox.waiting() == 1

    def test_a_chat_is_served_in_order_by_one_process_at_a_time(self, state: State, clock: Clock) -> None:
        other = Inbox(state.database, Keyring(KEY), BOT, clock)
        for update_id in (3, 2, 9):
            state.inbox.keep(update_id, CHAT, str(update_id).encode())
        chat = Keyring(KEY).name(CHAT)
        first = state.inbox.claim(chat)
        assert first
        assert first.id == 2
        assert other.claim(chat) is None
        assert other.waiting_chats() == []
        state.inbox.finish(2)
        second = other.claim(chat)
        assert second
        assert second.id == 3
        assert state.inbox.claim(chat) is None

    def test_what_a_killed_process_had_is_taken_when_its_lease_is_over(self, state: State, clock: Clock) -> None:
        dead = Inbox(state.database, Keyring(KEY), BOT, clock)
        dead.keep(1, CHAT, b"x")
        chat = Keyring(KEY).name(CHAT)
        assert dead.claim(chat)
        clock.now += LEASE / 2
        dead.renew()
        clock.now += LEASE - 1
        assert state.inbox.claim(chat) is None
        clock.now += 2
        assert state.inbox.waiting_chats() == [chat]
        assert state.inbox.claim(chat)

    def test_one_that_is_alone_need_not_wait(self, state: State, clock: Clock) -> None:
        dead = Inbox(state.database, Keyring(KEY), BOT, clock)
        dead.keep(1, CHAT, b"x")
        chat = Keyring(KEY).name(CHAT)
        assert dead.claim(chat)
        state.inbox.take_over()
        assert state.inbox.claim(chat)

    def test_a_reply_is_begun_twice_at_most(self, state: State) -> None:
        state.inbox.keep(1, CHAT, b"x")
        assert [state.inbox.begin_reply(1) for _ in range(3)] == [True] * MOST_REPLIES + [False]

    def test_one_sealed_with_another_key_is_passed_over(self, state: State, clock: Clock) -> None:
        Inbox(state.database, Keyring(KEY + "x"), BOT, clock).keep(1, CHAT, b"x")
        [chat] = state.inbox.waiting_chats()
        assert state.inbox.claim(chat) is None
        assert state.inbox.waiting() == 0

    def test_ids_are_forgotten_after_some_days(self, state: State, clock: Clock) -> None:
        state.inbox.keep(1, CHAT, b"x")
        state.inbox.finish(1)
        state.purge()
        assert not state.inbox.keep(1, CHAT, b"x")
        clock.now += KNOWN_SECONDS + 1
        state.purge()
        assert state.inbox.keep(1, CHAT, b"x")


class TestPeople:
    def test_a_person_is_forgotten_whole(self, state: State) -> None:
        state.people.choose(CHAT, "vi", 1.0)
        state.people.choose(CHAT, "en", 1.0)
        assert state.people.language(CHAT) == "en"
        state.conversations.remember(CHAT, answer())
        state.feedback.give(CHAT, "r1", 1.0, right=True)
        state.replies.keep(CHAT, 5, "r1", [6], 1.0)
        state.people.choose(OTHER, "en", 1.0)
        assert state.people.count() == 2
        assert state.people.forget(CHAT).total == 4
        assert state.people.forget(CHAT).total == 0
        assert (state.people.language(CHAT), state.people.language(OTHER)) == (None, "en")

    def test_a_group_that_moves_takes_its_things_along(self, state: State) -> None:
        state.watches.add(Watch(-5, "3482", "vi", frozenset()), 1.0)
        state.conversations.remember(-5, answer())
        state.people.move(-5, OTHER)
        assert [each.chat for each in state.watches.all()] == [OTHER]
        assert state.conversations.turns(OTHER)
        assert not state.conversations.turns(-5)

    def test_a_language_goes_with_its_days(self, state: State, clock: Clock) -> None:
        state.people.choose(CHAT, "en", clock.now)
        state.feedback.give(CHAT, "r", clock.now, right=False)
        clock.now += 366 * DAY
        state.purge()
        assert (state.people.language(CHAT), state.feedback.all()) == (None, [])


class TestConversations:
    def test_turns_come_back_as_they_were(self, state: State, clock: Clock) -> None:
        state.conversations.remember(CHAT, answer("Một?", "r1"))
        state.conversations.remember(CHAT, answer("Hai?", "r2"))
        assert [turn.question for turn in state.conversations.turns(CHAT)] == ["Một?", "Hai?"]
        assert [turn.receipt for turn in state.conversations.until(CHAT, "r1")] == ["r1"]
        assert state.conversations.until(CHAT, "r9") == ()
        clock.now += 3600
        assert state.conversations.turns(CHAT) == ()
        state.purge()
        clock.now -= 3600
        assert state.conversations.turns(CHAT) == ()

    def test_options_come_back(self, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
        turn = Turn("Hỏi?", ("3482/QĐ-UBND",), (Option("A", "Hỏi A?"),), "r1", english=True)
        monkeypatch.setattr(conversations, "turn_of", lambda _: turn)
        state.conversations.remember(CHAT, answer())
        assert state.conversations.turns(CHAT) == (turn,)


class TestFeedbackAndAudit:
    def test_the_last_word_counts_and_can_be_explained(self, state: State) -> None:
        state.feedback.give(CHAT, "r1", 1.0, right=True)
        state.feedback.give(CHAT, "r1", 2.0, right=False)
        assert state.feedback.explain(CHAT, "r1", "cũ rồi")
        assert not state.feedback.explain(OTHER, "r1", "không phải của tôi")
        [opinion] = state.feedback.all()
        assert (opinion.right, opinion.reason) == (False, "cũ rồi")

    def test_the_audit_log_cannot_be_changed(self, state: State, path: Path) -> None:
        state.audit.add(CHAT, "reload", "000002", 1.0)
        state.audit.add(OTHER, "remove", "0123456789abcdef", 2.0)
        assert [(each.person, each.action) for each in state.audit.all([CHAT])] == [(CHAT, "reload"), (None, "remove")]
        with closing(sqlite3.connect(path)) as db:
            for statement in ("DELETE FROM audit", "UPDATE audit SET detail = ''"):
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    db.execute(statement)


class TestWatchesAndPreviews:
    def test_a_watch_tells_each_thing_once(self, state: State) -> None:
        assert state.watches.add(Watch(CHAT, "3482", "vi", frozenset({"a"})), 1.0)
        [watch] = state.watches.all()
        assert state.watches.told(watch, {"a", "b"})
        assert not state.watches.told(watch, {"a", "b"})
        assert state.watches.of(CHAT) == ["3482"]
        assert state.watches.remove(CHAT, "3482")
        assert not state.watches.remove(CHAT, "3482")

    def test_there_is_an_end_to_what_a_chat_may_watch(self, state: State) -> None:
        added = [state.watches.add(Watch(CHAT, str(n), "vi", frozenset()), n) for n in range(MOST + 1)]
        assert added == [True] * MOST + [False]

    def test_a_preview_is_taken_once(self, state: State) -> None:
        identity = state.previews.keep(CHAT, Preview("a.pdf", b"x"), 1.0)
        assert state.previews.take(identity) == Preview("a.pdf", b"x")
        assert state.previews.take(identity) is None
