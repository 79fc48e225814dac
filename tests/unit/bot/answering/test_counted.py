"""The thing that a question counts."""

import pytest

from bot.answering.counted import counts_it
from bot.answering.evidence import Asked
from bot.answering.understand import Question, read_question


@pytest.mark.parametrize(
    ("question", "text", "counted"),
    [
        ("Sở có bao nhiêu cán bộ?", "Sở có 45 cán bộ.", True),
        ("Sở có bao nhiêu cán bộ?", "Sở có 12 phòng.", False),
        ("so co bao nhieu can bo", "Sở có 45 cán bộ.", True),
        ("so co bao nhieu can bo", "Sở cần 12 phòng, bộ phận một cửa.", False),  # "cần" and "bộ", but not together
        ("Đã họp bao nhiêu lần?", "Đã họp 3 cuộc.", True),  # told in other words
        ("Hết bao nhiêu?", "Hết 5 suất.", True),
        ("Ai có cán bộ?", "Sở có 12 phòng.", True),  # counts nothing
    ],
)
def test_a_number_answers_only_near_what_is_counted(question, text, counted):
    read = read_question(question)
    assert isinstance(read, Question)
    assert counts_it(read, [Asked(read, lambda _: 1.0).bag(text)]) is counted
