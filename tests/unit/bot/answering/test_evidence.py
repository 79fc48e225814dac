import pytest

from bot.answering.background import background_idf
from bot.answering.evidence import Asked
from bot.answering.understand import Question, read_question


def asked(text: str) -> Asked:
    question = read_question(text)
    assert isinstance(question, Question)
    return Asked(question, lambda _: 5.0)


def test_chatty_words_are_less_rare_than_names():
    assert background_idf("lam") < background_idf("xong") < background_idf("thuong_tru") < background_idf("zzz")


def test_a_text_with_the_whole_question_covers_it():
    about = asked("lễ hội hoa phượng")
    found = about.coverage((about.bag("Khai mạc lễ hội hoa phượng đỏ."), 1.0))
    assert (found.words, found.pairs) == (1.0, 1.0)


def test_a_text_without_the_question_covers_nothing():
    about = asked("lễ hội hoa phượng")
    found = about.coverage((about.bag("Giá xăng tăng."), 1.0))
    assert (found.words, found.pairs) == (0.0, 0.0)


def test_no_part_is_no_coverage():
    assert asked("lễ hội").coverage().words == 0


def test_a_missing_rare_word_costs_more_than_a_missing_chatty_one():
    about = asked("xong nghêu")
    without_chatty = about.coverage((about.bag("nghêu"), 1.0)).words
    without_rare = about.coverage((about.bag("xong"), 1.0)).words
    assert without_chatty > without_rare


def test_what_surrounds_a_sentence_earns_its_credit_only():
    about = asked("hội phượng")
    found = about.coverage((about.bag("phượng"), 1.0), (about.bag("hội phượng"), 0.5))
    assert 0.5 < found.words < 1
    assert found.pairs == 0.5


def test_marks_must_agree_where_the_question_has_them():
    marked, bare = asked("phường cũ"), asked("phuong cu")
    assert marked.coverage((marked.bag("phương cụ"), 1.0)).words == 0
    assert bare.coverage((bare.bag("phường cũ"), 1.0)).words == 1


@pytest.mark.parametrize(
    ("question", "text"), [("UBND họp", "Ủy ban nhân dân họp"), ("ủy ban nhân dân họp", "UBND họp")]
)
def test_abbreviations_meet_what_they_stand_for(question, text):
    about = asked(question)
    assert about.coverage((about.bag(text), 1.0)).words == 1
