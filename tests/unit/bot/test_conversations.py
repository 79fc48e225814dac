"""The memory of the chats: bounded, forgetful, silent."""

import logging
from concurrent.futures import ThreadPoolExecutor

from bot import conversations as module
from bot.answering.fixed import Unusable
from bot.answering.models import Answer, Option, Status, Turn
from bot.conversations import KEPT_SECONDS, MAX_TURNS, Conversations


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answer(question: str, receipt: str = "r") -> Answer:
    return Answer(question, Status.NOT_FOUND, (), "000001", receipt, 1.0)


def questions(conversations: Conversations, chat: int) -> list[str]:
    return [turn.question for turn in conversations.turns(chat)]


def test_each_chat_has_its_own_last_turns() -> None:
    conversations = Conversations()
    for n in range(MAX_TURNS + 2):
        conversations.remember(1, answer(f"câu {n}"))
    conversations.remember(2, answer("câu khác"))
    assert questions(conversations, 1) == [f"câu {n}" for n in range(2, MAX_TURNS + 2)]
    assert questions(conversations, 2) == ["câu khác"]
    assert questions(conversations, 3) == []


def test_talk_is_not_remembered() -> None:
    conversations = Conversations()
    conversations.remember(1, Answer("ok", Status.OUT_OF_SCOPE, (), "000001", "r", 1.0, unusable=Unusable.GREETING))
    assert conversations.turns(1) == ()


def test_forgetting_one_chat_leaves_the_others() -> None:
    conversations = Conversations()
    conversations.remember(1, answer("a"))
    conversations.remember(2, answer("b"))
    conversations.forget(1)
    conversations.forget(7)
    assert (questions(conversations, 1), questions(conversations, 2)) == ([], ["b"])


def test_a_chat_that_was_silent_for_too_long_is_forgotten() -> None:
    clock = Clock()
    conversations = Conversations(clock)
    conversations.remember(1, answer("a"))
    clock.now += KEPT_SECONDS / 2
    conversations.remember(2, answer("b"))
    clock.now += KEPT_SECONDS / 2
    assert (questions(conversations, 1), questions(conversations, 2)) == ([], ["b"])
    assert len(conversations._chats) == 1


def test_beyond_the_bound_the_chat_that_spoke_longest_ago_is_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(module, "MAX_CHATS", 2)
    conversations = Conversations()
    for chat in (1, 2, 1, 3):
        conversations.remember(chat, answer(f"của {chat}"))
    assert [bool(conversations.turns(chat)) for chat in (1, 2, 3)] == [True, False, True]


def test_the_turns_until_an_answer_are_found_by_its_receipt() -> None:
    conversations = Conversations()
    for n in range(3):
        conversations.remember(1, answer(f"câu {n}", f"r{n}"))
    assert [turn.question for turn in conversations.until(1, "r1")] == ["câu 0", "câu 1"]
    assert conversations.until(1, "r9") == conversations.until(2, "r1") == ()


def test_many_threads_lose_nothing() -> None:
    conversations = Conversations()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: conversations.remember(n % 50, answer(str(n))), range(1000)))
    assert all(len(conversations.turns(chat)) == MAX_TURNS for chat in range(50))


def test_nothing_said_is_shown_or_logged(caplog) -> None:
    conversations = Conversations()
    with caplog.at_level(logging.DEBUG):
        conversations.remember(42, answer("điều bí mật"))
        conversations.turns(42)
        conversations.forget(42)
    conversations.remember(42, answer("điều bí mật"))
    assert caplog.text == ""
    assert "bí mật" not in repr(conversations)
    assert "42" not in repr(conversations)


def test_options_are_kept_with_their_turn() -> None:
    options = (Option("A", "A?"), Option("B", "B?"))
    conversations = Conversations()
    quoted = Turn("3482?", options=options, receipt="r")
    conversations._chats[1] = (conversations.clock(), (quoted,))
    assert conversations.until(1, "r")[-1].options == options
