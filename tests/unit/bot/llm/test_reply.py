"""Replies cut into claims."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.lock import Fault, fault_of
from bot.answering.models import Claim, LlmOutcome, Rewriting, cite
from bot.answering.rewriting import Source
from bot.answering.understand import Question, read_question
from bot.llm.prompt import messages_for
from bot.llm.reply import claims_of, sentences_of
from tests.factories import article

TEXT = "Lệ phí cấp bản sao là 8.000 đồng một bản. Hồ sơ nộp tại bộ phận một cửa của phường. Giờ làm việc từ 7 giờ 30."
ONE = article(TEXT, title="Bản sao trích lục")
END = TEXT.index(". ") + 1
QUOTED = [cite(1, ONE, 0, END, (22, 32))]
SOURCES = [Source(1, ONE, 0, len(TEXT))]


def question() -> Question:
    read = read_question("Lệ phí cấp bản sao là bao nhiêu?")
    assert isinstance(read, Question)
    return read


def claims(reply: str) -> Rewriting:
    return claims_of(reply, question(), QUOTED, SOURCES)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("Lệ phí là 8.000 đồng [1].", ("Lệ phí là 8.000 đồng.", (1,))),
        ("Lệ phí là 8.000 đồng. [1][2]", ("Lệ phí là 8.000 đồng.", (1, 2))),
        ("- Lệ phí là **8.000 đồng** [1, 3].", ("Lệ phí là 8.000 đồng.", (1, 3))),
        ("1. Lệ phí là 8.000 đồng. [1]", ("Lệ phí là 8.000 đồng.", (1,))),
        ("Lệ phí là 8.000 đồng. [1000000]", ("Lệ phí là 8.000 đồng.", ())),
    ],
)
def test_marks_are_read_wherever_they_stand(reply, said):
    first = next(iter(sentences_of(reply)))
    assert (first.text, first.cited) == said


def test_a_claim_is_held_by_the_sentence_that_says_it():
    written = claims("Lệ phí cấp bản sao là 8.000 đồng [1]. Lệ phí cấp bản sao là 9.000 đồng [1]. Xin chào. [4]")
    assert written.outcome is LlmOutcome.WRITTEN
    assert written.claims == (Claim("Lệ phí cấp bản sao là 8.000 đồng.", (1,)),)
    assert [each.quote for each in written.citations] == [TEXT[:END]]
    assert written.faults == (Fault.FACTS, Fault.UNCITED)


@pytest.mark.parametrize(
    "reply", ["", "Lệ phí cấp bản sao có quy định [1].", "Hồ sơ nộp tại bộ phận một cửa của phường [1]."]
)
def test_what_does_not_say_the_thing_asked_for_is_too_little(reply):
    assert (claims(reply).outcome, claims(reply).claims) == (LlmOutcome.LOCKED, ())


WORDS = st.sampled_from([*TEXT.split(), "[1]", "[2]", ".", "không", "9.000", "Quyết định", "1/QĐ-UBND", "\n"])


@given(st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=120))
def test_whatever_is_written_each_claim_is_held_by_all_it_cites(reply):
    written = claims(reply)
    quotes = {each.n: each for each in written.citations}
    for claim in written.claims:
        assert claim.citations
        assert all(fault_of(claim.text, quotes[n].quote) is None for n in claim.citations)
    assert all(each.quote == TEXT[each.start : each.end] for each in written.citations)


@given(st.text(max_size=80), st.text(max_size=80))
def test_passages_and_question_are_data(asked, text):
    [_, user] = messages_for(asked, [Source(1, article(f"a{text}"), 0, len(text))])
    assert "<" not in user["content"]
