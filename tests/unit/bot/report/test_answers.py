"""Answers as JSON: one form, whether there is an answer or not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.answering.fixed import Unusable
from bot.answering.models import Answer, Citation, Option, Status
from bot.messages import ENGLISH, VIETNAMESE
from bot.report import answers

ANSWER_KEYS = [
    "question", "status", "text", "citations", "nearest", "generation", "receipt", "elapsed_ms", "differing", "asked",
    "options", "mode", "claims",
]  # fmt: skip


def round_trip(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_an_answer_carries_its_quotes_and_where_they_stand() -> None:
    cited = Citation(1, "a1", "Chợ Sắt", "bai.txt", datetime(2019, 8, 7, tzinfo=UTC), 3, 6, "Mở.")
    undated = Citation(2, "a1", "Chợ Sắt", "bai.txt", None, 7, 12, "Đóng.")
    answer = Answer("mấy giờ?", Status.ANSWERED, (cited, undated), "000001", "r1", 12.345)
    got = round_trip(answers.answer_json(answer, VIETNAMESE, "1022"))
    assert list(got) == ANSWER_KEYS
    assert (got["status"], got["text"], got["elapsed_ms"]) == ("answered", "Mở.\nĐóng.", 12.3)
    assert got["citations"][0] == {
        "n": 1, "article_id": "a1", "title": "Chợ Sắt", "source": "bai.txt", "published": "2019-08-07T00:00:00+00:00",
        "start": 3, "end": 6, "quote": "Mở.", "answer": None,
    }  # fmt: skip
    assert got["citations"][1]["published"] is None


def test_options_and_the_question_understood_are_told() -> None:
    cited = Citation(1, "a1", "Chợ Sắt", "bai.txt", None, 3, 6, "Mở.")
    options = (Option("Quyết định 12 của tỉnh", "12 của tỉnh?"), Option("Quyết định 12 của xã", "12 của xã?"))
    answer = Answer("12?", Status.REFERENCE, (cited,), "000001", "r1", 1.0, asked="Số 12?", options=options)
    got = round_trip(answers.answer_json(answer, VIETNAMESE, "1022"))
    assert got["asked"] == "Số 12?"
    assert got["options"] == [
        {"label": "Quyết định 12 của tỉnh", "question": "12 của tỉnh?"},
        {"label": "Quyết định 12 của xã", "question": "12 của xã?"},
    ]
    assert got["citations"]


def test_an_english_question_is_told_in_english_that_there_is_no_answer() -> None:
    answer = Answer("Who?", Status.NOT_FOUND, (), "000001", "r", 1.0, asked="ai", english=True)
    text = answers.answer_json(answer, VIETNAMESE, "1022")["text"]
    assert text == "I searched for: ai\nI found no answer in the published articles. You can ask: 1022."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0), ENGLISH.not_found.format(contact="1022")),
        (
            Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0, nearest=("Chợ Sắt", "Chợ Ga")),
            f"{ENGLISH.not_found.format(contact='1022')}\n\n{ENGLISH.nearest}\n• Chợ Sắt\n• Chợ Ga",
        ),
        (Answer("", Status.OUT_OF_SCOPE, (), "000001", "r", 1.0, unusable=Unusable.EMPTY), ENGLISH.empty),
    ],
)
def test_no_answer_has_the_same_form_with_a_text_that_says_so(answer: Answer, text: str) -> None:
    got = answers.answer_json(answer, ENGLISH, "1022")
    assert list(got) == ANSWER_KEYS
    assert (got["text"], got["citations"], got["nearest"]) == (text, [], list(answer.nearest))


def test_where_nothing_could_be_looked_for_the_form_is_the_same() -> None:
    got = round_trip(answers.unavailable_json("?", VIETNAMESE, "Tổng đài 1022"))
    assert list(got) == ANSWER_KEYS
    assert (got["status"], got["citations"], got["generation"], got["receipt"]) == ("unavailable", [], None, None)
    assert "Tổng đài 1022" in got["text"]
