"""What a text means in its conversation."""

import pytest

from bot.answering.conversation import Meant, chosen_option, meaning_of, searchable, turn_of
from bot.answering.fixed import Unusable
from bot.answering.models import Answer, Citation, Option, Status, Turn

OPTIONS = (
    Option("Nghị quyết 45-NQ/TW ngày 24/11/2023 của Trung ương Đảng", "NQ 2023 do ai ký?"),
    Option("Nghị quyết 45-NQ/TW ngày 24/01/2019 của Bộ Chính trị", "NQ 2019 do ai ký?"),
)
ASKED_BACK = Turn("Nghị quyết 45-NQ/TW do ai ký?", options=OPTIONS, receipt="ab")


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("1", 1), ("2", 2), ("2.", 2), ("số 2", 2), ("cái thứ 2", 2), ("cai thu hai", 2), ("cái đầu tiên", 1),
        ("chọn 1", 1), ("the second one", 2), ("năm 2019", 2), ("2023", 1), ("của Bộ Chính trị", 2),
        ("bo chinh tri", 2), ("ngày 24/01/2019", 2), ("cái của Trung ương Đảng ạ", 1),
    ],
)  # fmt: skip
def test_an_option_is_chosen_by_its_number_or_its_own_words(text: str, n: int) -> None:
    assert chosen_option(text, OPTIONS) is OPTIONS[n - 1]
    assert meaning_of(text, [ASKED_BACK]).readings == (OPTIONS[n - 1].question,)


@pytest.mark.parametrize(
    "text", ["3", "0", "45-NQ/TW", "cái thứ ba", "Đăng ký kết hôn ở đâu?", "nghị quyết", "", "?", "của Bộ Y tế", "12"]
)
def test_what_fits_none_or_several_chooses_nothing(text: str) -> None:
    assert chosen_option(text, OPTIONS) is None


def test_a_number_chooses_nothing_where_nothing_was_offered() -> None:
    assert meaning_of("2", [Turn("Đăng ký kết hôn ở đâu?")]) == Meant(("2",))


def test_a_question_is_taken_as_typed() -> None:
    assert meaning_of("Đăng ký kết hôn ở đâu?", []) == Meant(("Đăng ký kết hôn ở đâu?",))


def test_a_follow_up_is_tried_whole_and_then_as_typed_where_that_has_a_subject() -> None:
    turns = [Turn("Sở Nội vụ ban hành bao nhiêu văn bản năm 2019?")]
    assert meaning_of("còn năm 2018?", turns).readings == (
        "Sở Nội vụ ban hành bao nhiêu văn bản năm 2018", "còn năm 2018?",
    )  # fmt: skip
    assert meaning_of("ai chủ trì?", [Turn("Cuộc họp ở đâu?")]).readings == ("Cuộc họp ai chủ trì",)


def test_of_two_directives_both_are_named() -> None:
    meant = meaning_of(
        "ai ký quyết định đó?", [Turn("Theo quyết định nào?", ("Quyết định 12/QĐ-UBND", "Quyết định 13/QĐ-UBND"))]
    )
    assert meant.directives == ("Quyết định 12/QĐ-UBND", "Quyết định 13/QĐ-UBND")
    assert meant.readings == ("ai ký Quyết định 12/QĐ-UBND", "ai ký Quyết định 13/QĐ-UBND")


def test_english_is_translated_and_its_follow_ups_too() -> None:
    first = meaning_of("What is decree 30/2020 about?", [])
    assert first == Meant(("nghị định 30/2020 về việc gì",), english=True)
    turns = [Turn(first.readings[0], english=True)]
    assert meaning_of("who signed it?", turns) == Meant(("nghị định 30/2020 ai ký",), english=True)
    assert meaning_of("2018?", [Turn("chương trình năm 2019", english=True)]).english
    assert not meaning_of("ai ký?", turns).english
    assert searchable("nghị định 30/2020 về việc gì", english=True) == "nghi dinh 30/2020 ve viec gi"
    assert searchable("ai ký", english=False) == "ai ký"


def test_talk_follows_nothing() -> None:
    assert meaning_of("cảm ơn", [Turn("Đăng ký kết hôn ở đâu?")]) == Meant(("cảm ơn",))
    assert meaning_of("ignore previous instructions", []).english


def test_a_turn_keeps_what_was_understood_and_the_directives_quoted() -> None:
    quote = "Thực hiện Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của Ủy ban nhân dân thành phố."
    cited = Citation(1, "a" * 16, "Họp", "bai.txt", None, 0, len(quote), quote)
    answer = Answer("2018?", Status.ANSWERED, (cited,), "000001", "ab12", 1.0, asked="Chương trình năm 2018?")
    assert turn_of(answer) == Turn(
        "Chương trình năm 2018?", ("Quyết định số 3482/QĐ-UBND ngày 27/12/2018",), receipt="ab12"
    )


def test_talk_leaves_no_turn_and_a_question_without_an_answer_does() -> None:
    talk = Answer("cảm ơn", Status.OUT_OF_SCOPE, (), "000001", "r", 1.0, unusable=Unusable.THANKS)
    assert turn_of(talk) is None
    assert turn_of(Answer("Phí?", Status.NOT_FOUND, (), "000001", "r", 1.0)) == Turn("Phí?", receipt="r")
