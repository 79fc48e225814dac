"""Heads and deputies."""

import pytest

from bot.answering.offices import holds_office
from bot.answering.understand import Question, read_question

DEPUTY = "Phó Chủ tịch thường trực UBND thành phố Nguyễn Xuân Bình chủ trì cuộc họp."
HEAD = "Chủ tịch UBND thành phố Trần Văn A ký quyết định."
NOBODY = "Cuộc họp diễn ra tại Trung tâm Hội nghị thành phố."


@pytest.mark.parametrize(
    ("question", "sentence", "may_answer"),
    [
        ("Ai là Chủ tịch UBND thành phố?", HEAD, True),
        ("Ai là Chủ tịch UBND thành phố?", DEPUTY, False),  # the deputy is not the head
        ("ai la chu tich ubnd thanh pho", DEPUTY, False),  # nor without marks
        ("Ai là Chủ tịch UBND thành phố?", NOBODY, False),  # who holds an office: the office must be named
        ("Phó Chủ tịch thường trực là ai?", DEPUTY, True),
        ("Phó Chủ tịch thường trực là ai?", HEAD, False),
        ("Chủ tịch UBND thành phố ký văn bản nào?", DEPUTY, False),
        ("Chủ tịch UBND thành phố ký văn bản nào?", NOBODY, True),  # weighed by other evidence
        ("Cuộc họp diễn ra ở đâu?", DEPUTY, True),  # no office asked for
        ("Ai là Chủ tịch nước?", HEAD, False),  # the head of another body
        ("ai la chu tich thanh pho", HEAD, True),  # the body left out
    ],
)
def test_a_sentence_about_the_deputy_does_not_answer_for_the_head(question, sentence, may_answer):
    read = read_question(question)
    assert isinstance(read, Question)
    assert holds_office(read, sentence) is may_answer
