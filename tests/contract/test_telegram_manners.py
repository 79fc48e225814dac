"""The bot as a good citizen of Telegram: stops, crashes, faults, conflicts, and what it keeps of people."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.botapi.client import StrictServer, Violation
from tests.contract.running_bot import (
    ANSWER,
    FIRST_CHAT,
    LATE,
    QUESTION,
    Person,
    RunningBot,
    check_log,
    well_behaved,
)

pytestmark = pytest.mark.timeout(300)

STRANGER = FIRST_CHAT + 900  # of the staff, but the bot has not met them
NAME, PHONE = "Nguyễn Thị Bí Mật", "0912345678"


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as started:
        started.set_settings(**LATE)
        yield started


@pytest.fixture(scope="module")
def bot(server: StrictServer, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """One home and log for all tests; each starts and stops the bot as it needs it."""
    home = tmp_path_factory.mktemp("manners") / "data"
    shutil.copytree(sample_home, home)
    running = RunningBot(server, home, CHIDAO_TELEGRAM__STAFF=str(STRANGER))
    yield running
    if running.is_running:
        running.stop()
    check_log(server, running.log)


def excused(violation: Violation) -> bool:
    """Chats that Telegram does not know yet get no menu, and two that poll at once are in conflict: the bot says so."""
    is_menu = violation.method == "setMyCommands" and "chat not found" in violation.description
    return is_menu or "Conflict" in violation.description


@pytest.fixture
def telegram(server: StrictServer, bot: RunningBot) -> Iterator[StrictServer]:
    """The server, with the bot running at the begin of the test."""
    with well_behaved(server, excused):
        if not bot.is_running:
            starts = bot.log.count("bot started")
            bot.start()
            bot.wait_for_line("bot started", times=starts + 1)
        yield server


@pytest.fixture(scope="module")
def ids() -> Iterator[int]:
    return itertools.count(FIRST_CHAT)


@pytest.fixture
def somebody(telegram: StrictServer, ids: Iterator[int]) -> Callable[..., Person]:
    return lambda **what: Person(telegram, next(ids), **what)


@pytest.fixture
def lan(somebody: Callable[..., Person]) -> Person:
    return somebody()


def answers(person: Person) -> int:
    """How often the answer stands in a chat."""
    return sum(ANSWER in each["text"] for each in person.telegram.bot_messages(person.place))


def is_answered(messages: list[Any]) -> bool:
    return any(ANSWER in each["text"] for each in messages)


def rows(home: Path, table: str) -> list[tuple[Any, ...]]:
    """A table of the state."""
    connection = sqlite3.connect(f"file:{home / 'state.sqlite'}?mode=ro", uri=True)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


class TestStops:
    def test_what_is_sent_while_it_is_down_is_answered(self, bot: RunningBot, lan: Person) -> None:
        lan.tap(lan.ask("/language"), "English")
        bot.stop()
        lan.write("/new")
        asked = lan.write(QUESTION).message_id
        bot.start()
        answer = lan.until(is_answered, asked)[-1]
        assert "Source: " in answer["text"]  # the language chosen before

    def test_sigterm_lets_answers_in_flight_end(
        self, telegram: StrictServer, bot: RunningBot, somebody: Callable[..., Person]
    ) -> None:
        people = [somebody() for _ in range(3)]
        with telegram.faults({"502": 1.0}, methods=["sendMessage"]):
            for each in people:
                each.write(QUESTION)
            for each in people:
                telegram.wait_for(1, "sendChatAction", chat_id=each.user)
            failed(telegram, "sendMessage")
            bot.ask_to_stop()
            bot.wait_for_line("stopping: answers in flight")
        assert bot.wait_for_end() == 0
        assert [answers(each) for each in people] == [1, 1, 1]

    def test_killed_in_the_middle_every_question_is_answered_at_most_twice(
        self, telegram: StrictServer, bot: RunningBot, somebody: Callable[..., Person]
    ) -> None:
        people = [somebody() for _ in range(12)]
        asked = {each.user: [each.write(QUESTION).message_id, each.write(QUESTION).message_id] for each in people}

        telegram.wait_for(lambda calls: sum(each.chat_id in asked for each in calls) >= len(people) // 2)
        bot.kill()  # with some answers sent and others not
        bot.start()
        for each in people:
            each.until(lambda messages, of=asked[each.user]: replied(messages).keys() >= set(of))  # type: ignore[misc]
            each.ask("/help")  # after which nothing of before comes any more
            times = replied(telegram.bot_messages(each.user))
            assert {times[of] for of in asked[each.user]} <= {1, 2}

    def test_killed_while_an_answer_is_being_sent_it_is_sent_again(
        self, telegram: StrictServer, bot: RunningBot, lan: Person
    ) -> None:
        with telegram.faults({"timeout": 1.0}, methods=["sendMessage"]):
            lan.write(QUESTION)
            failed(telegram, "sendMessage")
            bot.kill()
        bot.start()
        assert [ANSWER in each["text"] for each in lan.ask_all("cảm ơn bạn")] == [True, False]


def failed(telegram: StrictServer, method: str) -> None:
    """Waits until the newest call of a method was not carried out; a fault hides whose call it was."""
    since = 0
    while not (calls := telegram.calls(method)) or calls[-1].ok:
        new = telegram._control("calls", method=method, since=since, wait=20)
        assert new, f"no {method}"
        since = new[-1]["n"] + 1


def replied(messages: list[Any]) -> Counter[int]:
    """How often the answer was sent to each message."""
    return Counter(each["reply_to_message"]["message_id"] for each in messages if "reply_to_message" in each)


class TestTelegram:
    def test_who_blocks_it_is_forgotten(self, telegram: StrictServer, bot: RunningBot, lan: Person) -> None:
        lan.tap(lan.ask("/language"), "English")
        lan.ask(QUESTION)
        telegram.block(lan.user)
        telegram.unblock(lan.user)
        assert "Cách dùng" in lan.ask("/help")["text"]
        assert lan.ask("/forget")["text"] == "Không còn giữ gì của bạn."

    def test_who_blocked_it_before_the_answer_came_is_forgotten(
        self, telegram: StrictServer, bot: RunningBot, lan: Person
    ) -> None:
        lan.tap(lan.ask("/language"), "English")
        lines = bot.log.count("blocked the bot")
        with telegram.faults({"502": 1.0}, methods=["sendMessage"]):
            lan.write(QUESTION)
            failed(telegram, "sendMessage")
            telegram.block(lan.user)
        bot.wait_for_line("a chat that blocked the bot is forgotten", times=lines + 1)
        telegram.unblock(lan.user)
        assert "Cách dùng" in lan.ask("/help")["text"]

    def test_a_group_that_becomes_a_supergroup_goes_on(
        self, telegram: StrictServer, bot: RunningBot, somebody: Callable[..., Person], ids: Iterator[int]
    ) -> None:
        group = -next(ids)
        telegram.add_to_group(group, user_id=FIRST_CHAT - 1)
        an = somebody(chat=group)
        with telegram.faults({"502": 1.0}, methods=["sendMessage"]):
            an.write(f"/ask {QUESTION}")
            failed(telegram, "sendMessage")
            moved = telegram.migrate(group)
        new = Person(telegram, an.user, moved)
        assert is_answered(new.until(is_answered))
        assert ANSWER in new.ask(f"/ask {QUESTION}")["text"]

    def test_the_same_update_twice_is_answered_once(self, telegram: StrictServer, bot: RunningBot, lan: Person) -> None:
        lan.ask("/help")
        while telegram.pending():
            pass  # until the bot polls for what comes next
        with telegram.faults({"500": 1.0}, methods=["getUpdates"]):
            asked = lan.write(QUESTION).message_id
            lan.until(is_answered, asked)
            bot.stop()  # before it could confirm to have had the question
        bot.start()
        assert [each["text"][:9] for each in lan.ask_all("cảm ơn bạn")] == ["Không có "]
        assert answers(lan) == 1
        [update] = [each for each in telegram.latencies() if (each.chat_id, each.message_id) == (lan.user, asked)]
        assert update.attempts >= 2

    def test_a_conflict_is_explained_once(self, telegram: StrictServer, bot: RunningBot, lan: Person) -> None:
        lan.ask("/help")
        url = f"{telegram.base_url}{telegram.token}/getUpdates"
        for _ in range(3):  # somebody else polls
            httpx.post(url, json={"timeout": 0}, trust_env=False)
            lan.ask("/help")
        assert any(each.error_code == 409 for each in telegram.calls("getUpdates"))
        told = bot.wait_for_line("409 Conflict")
        assert "another process polls with this token" in told
        assert "--webhook" in told
        assert ANSWER in lan.ask(QUESTION)["text"]
        assert bot.log.count("409 Conflict") == 1

    def test_a_restless_telegram_loses_no_question(
        self, telegram: StrictServer, bot: RunningBot, somebody: Callable[..., Person]
    ) -> None:
        people = [somebody() for _ in range(10)]
        shares = {"429": 0.05, "500": 0.1, "502": 0.1, "garbage": 0.05, "closed": 0.05, "lost": 0.05}
        with telegram.faults(shares, seed=7):
            for each in people:
                each.write(QUESTION)
            for each in people:
                each.until(is_answered)
        for each in people:
            each.ask("/help")
        assert {answers(each) for each in people} <= {1, 2}

    def test_a_chat_that_telegram_does_not_know_gets_its_menu_with_its_start(
        self, telegram: StrictServer, bot: RunningBot
    ) -> None:
        Person(telegram, STRANGER).ask("/start")
        calls = telegram.wait_for(lambda calls: menus(calls, STRANGER) >= 2, "setMyCommands")
        assert "ref" in str(calls[-1].parameters["commands"])


def menus(calls: Any, chat: int) -> int:
    """How often the menu of a chat was set."""
    return sum(each.parameters["scope"].get("chat_id") == chat for each in calls)


class TestPrivacy:
    def test_nothing_that_people_write_or_are_is_logged_and_ids_are_kept_hashed_only(
        self, telegram: StrictServer, bot: RunningBot, lan: Person
    ) -> None:
        texts = [f"{NAME} hỏi về {PHONE}", f"/ask {NAME}", f"/ref {NAME}", f"/start {NAME}", f"/xyz {PHONE}"]
        for text in texts:
            lan.ask(text)
        answer = lan.ask(QUESTION)
        lan.ask(f"{NAME} {PHONE}", reply_to=lan.tap(answer, "👎 Sai")["message_id"])
        telegram.wait_for_inline(telegram.inline_query(f"{NAME} {PHONE}", user_id=lan.user), timeout=60)
        lan.ask("/help")
        log = bot.log
        assert "answer " in log
        for private in (NAME, PHONE, str(lan.user), telegram.token, QUESTION, "Bí Mật"):
            assert private not in log
        kept = b"".join(each.read_bytes() for each in bot.home.glob("state.sqlite*"))
        assert b"watches" in kept
        for private in (PHONE, str(lan.user), telegram.token, QUESTION, "Cong dan"):
            assert private.encode() not in kept
        for table in ("updates", "replies", "people", "conversations", "feedback"):
            for row in rows(bot.home, table):
                assert lan.user not in row
        assert all(re.fullmatch("[0-9a-f]{32}", row[2]) for row in rows(bot.home, "updates"))
