import pytest

from bot.answering.expected import Expected
from bot.answering.fixed import Unusable
from bot.answering.understand import MAX_QUESTION, Question, read_question, searched_for
from retrieval.tokens import is_marked


def read(text: str) -> Question:
    question = read_question(text)
    assert isinstance(question, Question)
    return question


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Unusable.EMPTY),
        (" ?! ", Unusable.EMPTY),
        ("a" * (MAX_QUESTION + 1), Unusable.TOO_LONG),
        ("Как получить паспорт?", Unusable.OTHER_SCRIPT),
    ],
)
def test_what_cannot_be_searched_for(text, why):
    assert read_question(text) is why


def test_content_leaves_out_how_it_is_asked():
    assert read("Cho em hỏi lễ hội hoa phượng ở đâu ạ?").content == {"le", "hoi", "hoa", "phuong"}


def test_words_that_are_asking_words_only_without_marks_count_in_marked_questions():
    assert "mai" in read("Nhà có mái tôn").content
    assert "ma" in read("Mã số thuế là gì").content  # mà is a stop word, mã is not


def test_question_of_asking_words_alone_keeps_them():
    assert read("là gì").content == {"la", "gi"}


def test_abbreviations_are_searched_written_out():
    question = read("Xin cấp CCCD ở đâu")
    assert question.text == "Xin cấp CCCD ở đâu"
    assert question.searched == "Xin cấp căn cước công dân ở đâu"
    assert {"can", "cuoc", "cong", "dan"} <= question.content
    assert question.expected is Expected.PLACE


def test_abbreviations_do_not_make_a_question_marked():
    assert not read("nop cccd cho ubnd").marked


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Quyết định số 12/QĐ-UBND ngày 05/3/2024", ("12/qd/ubnd", "5/3/2024")),
        ("ngày 5 tháng 3 năm 2024", ("5/3/2024",)),
        ("trong 15 ngày của năm 2024", ("2024",)),
        ("nghi dinh 61/2018", ("61/2018",)),
    ],
)
def test_numbers_that_may_not_be_missing(text, numbers):
    assert read(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("nghi dinh 61 noi gi", (("dinh", "61"),)),
        ("NQ 57 đặt mục tiêu gì", (("quyet", "57"),)),
        ("đề án 06 là gì", (("an", "6"),)),
        ("quyết định số 3482", (("dinh", "3482"),)),
        ("nghị định 61/2018", ()),  # a number with parts says it itself
        ("Luật 2024 có gì mới", ()),  # a year
        ("phường 12", ()),
    ],
)
def test_directives_named_by_their_serial_alone(text, serials):
    assert read(text).serials == serials


def test_serial_is_not_also_a_plain_number():
    assert read("quyết định số 3482 nói gì").numbers == ()


@pytest.mark.parametrize("text", ["Xin chào", "chào bạn!", "hello", "ok", "alo"])
def test_a_greeting_is_no_question(text):
    assert read_question(text) is Unusable.GREETING


@pytest.mark.parametrize("text", ["Chào mừng 30/4 có nghỉ không", "ok rồi thủ tục thế nào", "chào giá là gì"])
def test_a_question_that_begins_like_a_greeting_is_one(text):
    assert isinstance(read_question(text), Question)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Giai đoạn 2016-2020 có gì?", ("2016", "2020")),  # the article may write "2016 - 2020"
        ("Quyết định 3482/QĐ-UBND ngày 27-12-2018", ("3482/qd/ubnd", "27/12/2018")),  # no range
    ],
)
def test_a_range_of_years_is_two_years(text, numbers):
    read = read_question(text)
    assert isinstance(read, Question)
    assert read.numbers == numbers


def test_abbreviations_in_an_unmarked_question_are_written_out_without_marks_too():
    """Else it would be taken for a marked one whose other words are all misspelt."""
    question = read("xin gpxd o ubnd phuong bn tien")
    assert question.searched == "xin giay phep xay dung o uy ban nhan dan phuong bao nhieu tien"
    assert not is_marked(question.searched)


@pytest.mark.parametrize(
    ("text", "searched"),
    [("gpxd o ubnd", "giay phep xay dung o uy ban nhan dan"), ("xin chào", "xin chào"), ("?!", "?!")],
)  # what is no question is searched for as it is
def test_any_text_can_be_searched_for(text, searched):
    assert searched_for(text) == searched
