"""The fixed sentences: both languages have all of them, with the same blanks to fill in."""

from dataclasses import fields
from string import Formatter

import pytest

from bot.answering.fixed import Unusable
from bot.answering.models import Answer, Status
from bot.answering.understand import MAX_QUESTION
from bot.messages import ENGLISH, VIETNAMESE, Messages, explanation, messages_in

NAMES = [field.name for field in fields(Messages)]
BOTH = pytest.mark.parametrize("messages", [VIETNAMESE, ENGLISH], ids=["vi", "en"])


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_it_with_the_same_blanks(name: str) -> None:
    vietnamese, english = getattr(VIETNAMESE, name), getattr(ENGLISH, name)
    assert vietnamese.strip()
    assert english.strip()
    assert vietnamese != english
    assert blanks(vietnamese) == blanks(english) <= {"city", "contact", "label", "receipt", "question"}


@BOTH
@pytest.mark.parametrize("reason", Unusable)
def test_every_text_that_is_no_question_is_told_why(messages: Messages, reason: Unusable) -> None:
    answer = Answer("?", Status.OUT_OF_SCOPE, (), "000001", "r", 1.0, unusable=reason)
    said = explanation(answer, messages, "1022")
    assert said == messages.unusable(reason)
    assert blanks(said) == set()


@BOTH
def test_the_limit_of_a_question_is_the_one_that_holds(messages: Messages) -> None:
    assert str(MAX_QUESTION) in messages.too_long


@BOTH
def test_without_an_answer_a_person_is_told_whom_to_ask(messages: Messages) -> None:
    said = explanation(Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0), messages, "Tổng đài {1022}")
    assert "Tổng đài {1022}" in said
    assert messages.nearest not in said
    assert blanks(messages.unavailable) == {"contact"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ENGLISH), ("en-GB", ENGLISH), ("vi", VIETNAMESE), ("fr", VIETNAMESE), ("", VIETNAMESE), (None, VIETNAMESE)],
)
def test_english_for_english_phones_and_vietnamese_for_all_others(language: str | None, expected: Messages) -> None:
    assert messages_in(language) is expected
