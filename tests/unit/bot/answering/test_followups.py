"""Dialogs: a question, what is asked behind it, and what that means."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.followups import Followed, follow_up, names_in
from bot.answering.models import Turn
from corpus.syllables import without_marks

EVAL, SHARED = Path(__file__).parents[3] / "eval", Path(__file__).parents[5] / "shared" / "data"
FILES = [*sorted(EVAL.glob("*.jsonl")), *sorted(SHARED.glob("*/queries.jsonl"))]  # the sets where they are

D3482 = "Quyết định số 3482/QĐ-UBND ngày 27/12/2018"
NEWS = "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2019?"
WEDDING = "Đăng ký kết hôn ở đâu?"
FEE = "Lệ phí đăng ký kết hôn ở quận Lê Chân là bao nhiêu?"
ONE_STOP = "Nghị định 61/2018/NĐ-CP có hiệu lực khi nào?"
WHICH = "Chương trình công tác năm 2019 theo quyết định nào?"


def asked_after(question: str, text: str, *directives: str) -> Followed | None:
    return follow_up(text, [Turn(question, directives)])


def meaning(question: str, text: str, *directives: str) -> str | None:
    followed = asked_after(question, text, *directives)
    if followed is None:
        return None
    [meant] = followed.questions
    return meant


@pytest.mark.parametrize(
    ("question", "text", "meant"),
    [
        # another year
        (NEWS, "thế còn năm 2018?", "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2018"),
        (NEWS, "the con nam 2018", "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2018"),
        (NEWS, "năm 2018 thì sao?", "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2018"),
        (NEWS, "2018?", "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2018"),
        (NEWS, "vậy còn năm 2020 ạ", "Sở Nội vụ ban hành bao nhiêu văn bản trong 7 tháng đầu năm 2020"),
        ("Học phí mầm non bao nhiêu?", "còn năm 2025?", "Học phí mầm non năm 2025 bao nhiêu"),  # no "bao nhiêu năm"
        ("Nghị quyết 45-NQ/TW ngày 24/01/2019 đặt mục tiêu gì?", "còn năm 2023",
         "Nghị quyết 45-NQ/TW năm 2023 đặt mục tiêu gì"),
        ("Luật Đất đai năm 2013 có hiệu lực khi nào?", "thế năm 2024 thì sao",
         "Luật Đất đai năm 2024 có hiệu lực khi nào"),
        # another day, another amount
        ("Cuộc họp ngày 7/8/2019 bàn gì?", "còn ngày 9/8/2019?", "Cuộc họp ngày 9/8/2019 bàn gì"),
        ("Lịch tiếp dân tháng 5/2024 thế nào?", "còn tháng 6/2024 thì sao", "Lịch tiếp dân tháng 6/2024 thế nào"),
        ("Trẻ 14 tuổi làm căn cước cần gì?", "còn 6 tuổi thì sao", "Trẻ 6 tuổi làm căn cước cần gì"),
        # another place
        (FEE, "còn Hải An thì sao", "Lệ phí đăng ký kết hôn ở Hải An là bao nhiêu"),
        (FEE, "còn quận Hải An?", "Lệ phí đăng ký kết hôn ở quận Hải An là bao nhiêu"),
        (FEE, "ở huyện An Dương thì sao", "Lệ phí đăng ký kết hôn ở huyện An Dương là bao nhiêu"),
        (FEE, "con hai an thi sao", "Le phi dang ky ket hon o hai an la bao nhieu"),
        (without_marks(FEE).lower(), "con quan hai an thi s", "le phi dang ky ket hon o quan hai an la bao nhieu"),
        ("Trụ sở tiếp dân ở Hồng Bàng mở lúc mấy giờ?", "thế còn Ngô Quyền?",
         "Trụ sở tiếp dân ở Ngô Quyền mở lúc mấy giờ"),
        ("Hải Phòng có bao nhiêu xã phường?", "còn Hải Dương?", "Hải Dương có bao nhiêu xã phường"),
        ("Đăng ký tạm trú mất bao lâu?", "ở Thủy Nguyên thì sao", "Đăng ký tạm trú ở Thủy Nguyên mất bao lâu"),
        ("Sở Nội vụ ban hành bao nhiêu văn bản?", "còn Sở Y tế thì sao", "Sở Y tế ban hành bao nhiêu văn bản"),
        ("so noi vu ban hanh bao nhieu van ban", "con so tai chinh", "so tai chinh ban hanh bao nhieu van ban"),
        # another directive, another kind
        (ONE_STOP, "còn Nghị định 107/2021/NĐ-CP thì sao?", "Nghị định 107/2021/NĐ-CP có hiệu lực khi nào"),
        (ONE_STOP, "thế nghị định 118/2025 thì sao", "nghị định 118/2025 có hiệu lực khi nào"),
        ("Quyết định về lễ hội hoa phượng ký ngày nào?", "còn kế hoạch?", "kế hoạch về lễ hội hoa phượng ký ngày nào"),
        # another thing asked of what it was about
        (WEDDING, "lệ phí bao nhiêu?", "Đăng ký kết hôn lệ phí bao nhiêu"),
        (WEDDING, "the con phi", "Đăng ký kết hôn phí bao nhiêu tiền"),
        ("dang ky ket hon o dau", "thế còn lệ phí?", "dang ky ket hon le phi bao nhieu tien"),
        (WEDDING, "mất bao lâu vậy?", "Đăng ký kết hôn mất bao lâu"),
        (WEDDING, "can giay to j", "Đăng ký kết hôn cần giấy tờ gì"),
        (WEDDING, "cần những giấy tờ gì ạ", "Đăng ký kết hôn cần những giấy tờ gì"),
        ("Lệ phí đăng ký kết hôn là bao nhiêu?", "ở đâu?", "đăng ký kết hôn ở đâu"),
        ("Cho em hỏi lệ phí đăng ký kết hôn bao nhiêu ạ?", "nộp ở đâu", "đăng ký kết hôn nộp ở đâu"),
        ("làm thẻ căn cước bao lâu thì có", "o dau v", "làm thẻ căn cước ở đâu"),
        ("làm thẻ căn cước bao lâu thì có", "phí bn", "làm thẻ căn cước phí bao nhiêu"),
        ("Không đăng ký tạm trú có bị phạt không?", "mức phạt bao nhiêu", "Không đăng ký tạm trú mức phạt bao nhiêu"),
        ("khong dang ky tam tru co bi phat khong", "muc phat", "khong dang ky tam tru muc phat bao nhieu"),
        ("Khiếu nại lần đầu giải quyết trong bao nhiêu ngày?", "thế hồ sơ?", "Khiếu nại lần đầu hồ sơ gồm những gì"),
        ("Lễ hội Hoa phượng đỏ diễn ra ở đâu?", "khi nào?", "Lễ hội Hoa phượng đỏ khi nào"),
        ("Lễ hội Hoa phượng đỏ diễn ra ở đâu?", "ai chủ trì", "Lễ hội Hoa phượng đỏ ai chủ trì"),
        ("Ai được miễn lệ phí hộ tịch?", "vì sao?", "được miễn lệ phí hộ tịch vì sao"),
        ("Lệ phí đăng ký kết hôn là bao nhiêu?", "từ khi nào?", "Lệ phí đăng ký kết hôn từ khi nào"),
        ("muc phat khong doi mu bao hiem", "bao nhieu", "muc phat khong doi mu bao hiem bao nhieu"),
        ("Lễ hội Hoa phượng đỏ diễn ra ở đâu?", "bắt đầu lúc mấy giờ", "Lễ hội Hoa phượng đỏ bắt đầu lúc mấy giờ"),
        # of the directive named
        (D3482 + " về việc gì?", "ai ký?", D3482 + " ai ký"),
        (D3482 + " về việc gì?", "ai ky", D3482 + " ai ký"),
        ("quyet dinh 3482/qd-ubnd ve viec gi", "ai ky v", "quyet dinh 3482/qd-ubnd ai ky"),
        (D3482 + " về việc gì?", "khi nào có hiệu lực", D3482 + " khi nào có hiệu lực"),
        (D3482 + " về việc gì?", "còn hiệu lực không?", D3482 + " còn hiệu lực không"),
        (D3482 + " về việc gì?", "ai ký quyết định đó?", "ai ký " + D3482),
        (D3482 + " về việc gì?", "ai ky quyet dinh do", "ai ky " + without_marks(D3482)),
        (D3482 + " về việc gì?", "ai ký qđ đó z", "ai ký " + D3482 + " vậy"),
        (D3482 + " về việc gì?", "văn bản này thay thế văn bản nào?", D3482 + " thay thế văn bản nào"),
        (D3482 + " về việc gì?", "quyết định trên ban hành ngày nào", D3482 + " ban hành ngày nào"),
        (D3482 + " về việc gì?", "Sở Y tế có phải thực hiện quyết định này không?",
         "Sở Y tế có phải thực hiện " + D3482 + " không"),
        (ONE_STOP, "nghị định đó thay thế văn bản nào?", "Nghị định 61/2018/NĐ-CP thay thế văn bản nào"),
        (ONE_STOP, "nó còn hiệu lực không", "Nghị định 61/2018/NĐ-CP còn hiệu lực không"),
    ],
)  # fmt: skip
def test_a_follow_up_takes_what_it_leaves_out(question: str, text: str, meant: str) -> None:
    assert meaning(question, text) == meant


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (NEWS, "Đăng ký kết hôn ở đâu?"),
        (NEWS, "dang ky ket hon o dau"),
        (NEWS, "Ai là Chủ tịch UBND thành phố?"),
        (NEWS, "Năm 2018 thành phố thu ngân sách bao nhiêu?"),
        (NEWS, "năm 2018 hải phòng có bao nhiêu hộ nghèo"),
        (NEWS, "thế còn hộ nghèo thì được hỗ trợ gì"),
        (WEDDING, "Nghị định 30/2020/NĐ-CP về việc gì?"),
        (WEDDING, "3482/QĐ-UBND"),
        (WEDDING, "3482"),
        (WEDDING, "Lệ phí cấp thẻ căn cước bao nhiêu?"),
        (WEDDING, "le phi lam the can cuoc bao nhieu"),
        (WEDDING, "Thời hạn giải quyết khiếu nại là bao lâu?"),
        (WEDDING, "Mức phạt khi không đội mũ bảo hiểm"),
        (WEDDING, "còn sổ hộ khẩu giấy dùng được không"),
        (WEDDING, "còn hộ nghèo thì sao"),  # whether it stands for the couple or the procedure cannot be told
        (WEDDING, "ai ký quyết định đó?"),  # none was named
        (FEE, "Ở quận Hải An có mấy trường tiểu học?"),
        (FEE, "còn hộ nghèo thì sao"),  # no place
        (FEE, "ban đêm thì sao"),
        (FEE, "con o to thi sao"),
        ("Ai là chủ tịch UBND thành phố Hải Phòng?", "còn phó chủ tịch"),
        (NEWS, "Dân số thành phố Hải Phòng năm 2010 là bao nhiêu?"),
        (ONE_STOP, "quyết định đó ai ký"),  # it was a decree
        (ONE_STOP, "Quyết định 3482/QĐ-UBND ai ký?"),
        (ONE_STOP, "nghi quyet do quoc hoi ban hanh ve hai phong co gi"),  # "do" is "by" here
        (ONE_STOP, "Quyết định trên địa bàn xã có hiệu lực không"),
        (ONE_STOP, "Nghị định 30/2020/NĐ-CP có sửa nghị định này không?"),
        ("Giai đoạn 2016-2020 xây bao nhiêu cầu từ năm 2016 đến năm 2018?", "còn năm 2019"),  # in place of which?
        (WEDDING, "còn năm ngoái thì sao"),
        (WEDDING, "sao?"),
        (WEDDING, "thế à"),
        (WEDDING, "không"),
        (WEDDING, "?"),
        (WEDDING, ""),
    ],
)
def test_a_question_of_its_own_takes_nothing(question: str, text: str) -> None:
    assert asked_after(question, text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ai ký?", D3482 + " ai ký"),
        ("ai ký quyết định đó", "ai ký " + D3482),
        ("khi nao co hieu luc", D3482 + " khi nào có hiệu lực"),
    ],
)
def test_the_directive_may_be_one_that_the_answer_named(text: str, meant: str) -> None:
    assert meaning(WHICH, text, D3482) == meant


def test_the_question_names_it_before_the_answer_does() -> None:
    assert meaning(ONE_STOP, "nghị định đó ai ký", "Nghị định 42/2022/NĐ-CP") == "Nghị định 61/2018/NĐ-CP ai ký"


def test_of_two_directives_each_may_be_meant() -> None:
    other = "Quyết định 2711/QĐ-TTg"
    followed = asked_after(WHICH, "ai ký quyết định đó?", D3482, other, "Nghị quyết 45-NQ/TW")
    assert followed == Followed(("ai ký " + D3482, "ai ký " + other), (D3482, other))


def test_that_decision_is_looked_for_in_the_turns_before_the_last_too() -> None:
    turns = [Turn(D3482 + " về việc gì?"), Turn(WEDDING)]
    followed = follow_up("ai ký quyết định đó?", turns)
    assert followed
    assert followed.questions == ("ai ký " + D3482,)
    assert follow_up("ai ký quyết định đó?", [*turns, *[Turn(WEDDING)] * 2]) is None


def test_what_was_understood_is_what_the_next_one_builds_on() -> None:
    first = meaning(FEE, "còn Hải An thì sao")
    assert first
    assert meaning(first, "mất bao lâu") == "đăng ký kết hôn ở Hải An mất bao lâu"


def test_a_text_without_a_subject_may_not_be_searched_for_by_itself() -> None:
    """ "khi nào có hiệu lực" alone is answered with the day of any law."""
    for text, alone in (("khi nào có hiệu lực", False), ("ai ký quyết định đó", False), ("còn năm 2017", True)):
        followed = asked_after(D3482 + " ban hành năm 2018 về việc gì?", text)
        assert followed
        assert followed.alone is alone


def test_without_turns_nothing_follows() -> None:
    assert follow_up("ai ký?", []) is None


def test_names_are_told_once_in_their_longest_spelling() -> None:
    assert names_in(["3482/QĐ-UBND", f"Theo {D3482}, và Luật Căn cước năm 2023."]) == (D3482, "Luật Căn cước năm 2023")


def questions_of(file: Path) -> list[str]:
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("unmarked", [False, True])
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_no_complete_question_takes_anything_from_another(file: Path, unmarked: bool) -> None:
    """Each behind the one before it in its set, with a directive in the answer."""
    asked = questions_of(file)
    pairs = [(before, without_marks(text) if unmarked else text) for before, text in pairwise(asked)]
    assert [pair for pair in pairs if asked_after(*pair, D3482)] == []


@given(st.text(max_size=120), st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_two_texts_can_follow_each_other(question: str, text: str) -> None:
    followed = asked_after(question, text)
    assert followed is None or all(followed.questions)
