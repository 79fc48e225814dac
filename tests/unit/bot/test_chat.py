"""The conversation in a terminal, over an engine that does as it is told."""

import builtins
import contextlib
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, Citation, Option, Status, Turn
from bot.chat import HELP, QUIT, run_chat
from bot.messages import ENGLISH, VIETNAMESE
from config.errors import HomeError

BROKEN = "hỏng"
UNCLEAR = "3482?"
QUOTED = Citation(1, "a" * 16, "Chợ Sắt", "bai.txt", None, 0, 5, "3482.")
OPTIONS = (Option("3482 của tỉnh", "3482 của tỉnh?"), Option("3482 của huyện", "3482 của huyện?"))


class StubEngine:
    """Quotes the question back; finds nothing for a short one, and has a damaged home for BROKEN."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.turns: list[list[str]] = []
        self.warm = False

    def warm_up(self) -> None:
        self.warm = True

    def answer(self, text: str, turns: Sequence[Turn] = ()) -> Answer:
        self.asked.append(text)
        self.turns.append([turn.question for turn in turns])
        if text == UNCLEAR:
            return Answer(text, Status.REFERENCE, (QUOTED,), "000001", "r", 1.0, options=OPTIONS)
        if text == BROKEN:
            raise HomeError("kho hỏng", "the home is damaged")
        if len(text) < 3:
            return Answer(text, Status.NOT_FOUND, (), "000001", "r", 1.0)
        quoted = Citation(1, "a" * 16, "Chợ Sắt", "bai.txt", datetime(2019, 8, 7).astimezone(), 0, len(text), text)
        return Answer(text, Status.ANSWERED, (quoted,), "000001", "r", 1.0)


def talk(lines: Iterable[str], *, language: str = "vi", end: type[BaseException] = EOFError) -> tuple[StubEngine, str]:
    """What the engine was asked and what was printed when these lines were typed and then the input ended."""
    engine, typed, printed = StubEngine(), iter(lines), io.StringIO()

    def read(prompt: str = "") -> str:
        for line in typed:
            return line
        raise end

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(builtins, "input", read)
        messages = ENGLISH if language == "en" else VIETNAMESE
        run_chat(cast("AnswerEngine", engine), messages, city="Hải Phòng", contact="1022", language=language)
    return engine, printed.getvalue()


def test_a_conversation_greets_quotes_and_says_goodbye() -> None:
    engine, printed = talk(["  Chợ Sắt mở lúc 5 giờ. "])
    assert engine.warm
    assert engine.asked == ["Chợ Sắt mở lúc 5 giờ."]
    assert printed.startswith(VIETNAMESE.chat_greeting.format(city="Hải Phòng"))
    assert "“Chợ Sắt mở lúc 5 giờ.”\n  — Chợ Sắt\n    07/08/2019 · bai.txt" in printed
    assert printed.endswith(f"{VIETNAMESE.chat_bye}\n")


def test_a_question_is_asked_with_the_turns_before_it_and_new_clears_them() -> None:
    engine, printed = talk(["Câu một", "Câu hai", "/new", "Câu ba"])
    assert engine.turns == [[], ["Câu một"], []]
    assert VIETNAMESE.forgotten in printed


def test_an_error_leaves_no_turn() -> None:
    engine, _ = talk([BROKEN, "Câu hai"])
    assert engine.turns == [[], []]


def test_a_question_back_has_numbered_options() -> None:
    _, printed = talk([UNCLEAR])
    assert f"\n{VIETNAMESE.which}\n1. 3482 của tỉnh\n2. 3482 của huyện\n" in printed


@pytest.mark.parametrize("word", [*sorted(QUIT), "/QUIT", " /quit "])
def test_quit_ends_it_and_nothing_after_it_is_read(word: str) -> None:
    engine, printed = talk([word, "Câu hỏi sau"])
    assert engine.asked == []
    assert printed.endswith(f"{VIETNAMESE.chat_bye}\n")


@pytest.mark.parametrize("word", [*sorted(HELP), "/HELP"])
def test_help_is_shown_and_asked_of_nobody(word: str) -> None:
    engine, printed = talk([word], language="en")
    assert engine.asked == []
    assert ENGLISH.chat_help in printed


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_the_input_is_a_goodbye(end: type[BaseException]) -> None:
    assert talk([], end=end)[1].endswith(f"\n{VIETNAMESE.chat_bye}\n")


@pytest.mark.parametrize(("language", "said"), [("vi", "kho hỏng"), ("en", "the home is damaged")])
def test_an_error_is_told_and_the_conversation_goes_on(language: str, said: str) -> None:
    engine, printed = talk([BROKEN, "Chợ Sắt ở đâu?"], language=language)
    assert engine.asked == [BROKEN, "Chợ Sắt ở đâu?"]
    assert said in printed
    assert "“Chợ Sắt ở đâu?”" in printed


@given(st.lists(st.text(max_size=60) | st.sampled_from(["/help", "/quit", "", " ", BROKEN, "\x1b[A", "/quitt"])))
def test_any_lines_are_taken_until_one_says_quit(lines: list[str]) -> None:
    engine, printed = talk(lines)
    said = [line.strip() for line in lines]
    until = next((at for at, line in enumerate(said) if line.casefold() in QUIT), len(said))
    assert engine.asked == [line for line in said[:until] if line and line.casefold() not in HELP]
    assert printed.endswith(f"{VIETNAMESE.chat_bye}\n")
