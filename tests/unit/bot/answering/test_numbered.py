"""A thing named by a short number is another thing than its neighbour: "tuyến xe buýt số 12" is not line 6."""

from __future__ import annotations

import pytest

from bot.answering.compose import _holds_numbered
from bot.answering.understand import Question, read_question


def numbered(text: str) -> tuple[tuple[str, int], ...]:
    question = read_question(text)
    assert isinstance(question, Question)
    return question.numbered


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Tuyến xe buýt số 12 đi qua đâu?", (("buyt", 12),)),
        ("tuyen xe buyt so 06 di qua dau", (("buyt", 6),)),
        ("Tổng số 12 phường được lập khi nào?", ()),
        ("Trong số 12 dự án, dự án nào lớn nhất?", ()),
        ("Nghị định số 61 về việc gì?", ()),  # a directive's serial
        ("Quyết định số 12/QĐ-UBND về việc gì?", ()),
        ("Điều 12 nói gì?", ()),
    ],
)
def test_what_a_question_names_by_number(text: str, named: tuple[tuple[str, int], ...]) -> None:
    assert numbered(text) == named


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("tuyen so 12 chay qua", True),
        ("xe buyt 12 chay qua", True),
        ("tuyen so 6 chay qua", False),
        ("ngay 12 thang 6 tuyen so 6", False),
        ("tuyen so 012", True),
    ],
)
def test_what_an_article_holds(written: str, holds: bool) -> None:
    assert _holds_numbered(written.split(), "buyt", 12) is holds
