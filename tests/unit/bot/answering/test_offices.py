"""Heads, deputies and signatures."""

import pytest

from bot.answering.offices import holds_office, names_offices, says_who_signed
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


@pytest.mark.parametrize(
    ("question", "sentence", "may_answer"),
    [
        ("Ai ký Quyết định số 3482/QĐ-UBND?", HEAD, True),
        ("ai ky quyet dinh 3482", HEAD, True),
        ("Ai ký Quyết định số 3482/QĐ-UBND?", DEPUTY, False),
        ("ai ky quyet dinh 3482", "Quyết định 3482 về kỷ cương, đồng chí Vũ A trình bày.", False),
        ("nghị định 30/2020 ai ký", "Nghị định số 30/2020/NĐ-CP có hiệu lực ngay từ ngày ký.", False),
        ("nghị định 30/2020 ai ký", "Công tác văn thư gồm soạn thảo và ký ban hành văn bản.", False),
        ("Ai trình bày báo cáo?", DEPUTY, True),
        ("Ký hợp đồng khi nào?", NOBODY, True),  # does not ask who
    ],
)
def test_who_signed_is_told_by_a_sentence_about_signing(question, sentence, may_answer):
    read = read_question(question)
    assert isinstance(read, Question)
    assert says_who_signed(read, sentence) is may_answer


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("Bí thư Thành ủy nói gì?", DEPUTY, False),
        ("bi thu thanh uy noi gi", DEPUTY, False),
        ("Chủ tịch UBND thành phố nói gì?", DEPUTY, True),
        ("Cuộc họp nói gì?", DEPUTY, True),
    ],
)
def test_an_office_that_an_article_does_not_name_has_said_nothing_in_it(question, text, named):
    read = read_question(question)
    assert isinstance(read, Question)
    assert names_offices(read, text) is named
