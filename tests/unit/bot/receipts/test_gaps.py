"""Unanswered questions: those alike together, and what today's articles say to them."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.compose import Composed
from bot.answering.models import cite
from bot.receipts.gaps import asked_now, grouped
from bot.receipts.masking import MASKS
from bot.receipts.numbers import Kind
from bot.receipts.store import Unanswered
from tests.factories import article

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 5)
ANY: Any = None
ONE = article("Chợ Sắt mở cửa.")


def test_questions_of_the_same_words_are_one_whatever_their_marks_order_and_small_words():
    [gap] = grouped(
        [
            Unanswered(FIRST, "gia ve xe buyt la bao nhieu", 3),
            Unanswered(LAST, "Giá vé xe buýt bao nhiêu vậy ạ?", 2),
            Unanswered(FIRST, "cho em hoi xe buyt gia ve bao nhieu", 1),
        ]
    )
    assert (gap.count, gap.first, gap.last) == (6, FIRST, LAST)
    assert gap.question == "Giá vé xe buýt bao nhiêu vậy ạ?"  # with marks, though rarer
    assert gap.variants[0] == "gia ve xe buyt la bao nhieu"


def test_whose_number_was_taken_out_does_not_matter():
    texts = [f"Gọi {kind} hỏi giá vé xe buýt" for kind in (MASKS[Kind.PHONE], MASKS[Kind.EMAIL])]
    [gap] = grouped(Unanswered(FIRST, text, 1) for text in texts)
    [judged] = asked_now([gap], ANY, lambda _, question: Composed((), (question.text,)))
    assert judged.nearest == ("Gọi hỏi giá vé xe buýt",)


def test_other_words_and_other_numbers_are_other_questions_the_most_asked_first():
    found = grouped(
        [
            Unanswered(FIRST, "giá vé xe buýt năm 2024", 1),
            Unanswered(FIRST, "giá vé xe buýt năm 2025", 1),
            Unanswered(FIRST, "quyết định 12 nói gì", 1),
            Unanswered(FIRST, "quyết định 13 nói gì", 1),
            Unanswered(LAST, "học phí mầm non", 4),
        ]
    )
    assert [gap.count for gap in found] == [4, 1, 1, 1, 1]


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_texts_can_be_listed_and_none_is_counted_twice(texts: list[str]):
    found = grouped(Unanswered(FIRST, text, 1) for text in texts)
    assert sum(gap.count for gap in found) <= len(texts)


def test_each_is_asked_of_the_generation_in_use():
    said = {
        "chợ mở cửa chưa": Composed((cite(1, ONE, 0, 15),)),
        "cầu mở chưa": Composed((), ("Cầu Rào",)),
    }
    gaps = grouped(Unanswered(FIRST, text, 1) for text in said)
    judged = {gap.question: gap for gap in asked_now(gaps, ANY, lambda _, question: said[question.text])}
    assert [(judged[text].covered, judged[text].nearest) for text in said] == [(True, ()), (False, ("Cầu Rào",))]
