"""Versions of one article against articles of one form; all texts are made up."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.duplicates import BANDS, NEAR, Judgement, bands, judge, signature, similarity
from corpus.models import Article, Attachment
from tests import factories

PAGE, FILE = "https://cong.example.vn/tin/1", "tin/bai.txt"
DIFFERENT, SUPERSEDES, OLDER = Judgement.DIFFERENT, Judgement.SUPERSEDES, Judgement.OLDER
DAY = datetime(2019, 8, 7, 14, 37, tzinfo=UTC)

TEXT = """\
Sáng 7/8, Ủy ban nhân dân quận Đồ Sơn họp về việc cấp nước sạch cho ba phường ven biển trong mùa hè này.
Theo báo cáo của phòng Kinh tế, toàn quận còn 120 hộ chưa có đồng hồ nước, chủ yếu ở các ngõ nhỏ và xa đường ống chính.
Quận dành 3,2 tỷ đồng để nối ống, mỗi hộ được hỗ trợ một phần chi phí lắp đặt khi nộp đơn tại bộ phận một cửa.
Bà Phạm Thị Lụa, trưởng phòng Kinh tế, cho biết việc nối ống xong trước khi học sinh trở lại trường học."""
ADDED = (
    "\nNgười dân gửi đơn qua bưu điện cũng được nhận, hạn cuối là ngày 30/8 và không phải nộp thêm giấy tờ nào khác."
)
RECEPTION = """\
Ủy ban nhân dân phường thông báo lịch tiếp công dân của lãnh đạo phường trong tháng 3 năm 2026 như sau.
Chủ tịch phường tiếp công dân vào ngày 5 và ngày 19 tại phòng tiếp công dân, nhà số 2, từ 8 giờ đến 11 giờ.
Người dân mang theo giấy tờ tùy thân và các tài liệu liên quan đến việc mà mình muốn trình bày với lãnh đạo."""
APPOINTMENT = """\
Quyết định số 12/QĐ-UBND về công tác cán bộ của Ủy ban nhân dân quận.
Bổ nhiệm ông Vũ Đình Toại giữ chức vụ trưởng phòng Tư pháp quận, thời hạn giữ chức vụ là 5 năm kể từ ngày ký.
Chánh Văn phòng, các phòng có liên quan và người có tên trên chịu trách nhiệm thi hành quyết định này."""


def made(
    text: str = TEXT, *, days: float = 0, title: str = "Nước sạch cho ba phường", files: tuple[str, ...] = ()
) -> Article:
    """An article that was published so many days after the first."""
    attachments = tuple(Attachment(name, f"https://cong.example.vn/{name}") for name in files)
    published = DAY + timedelta(days=days)
    return Article.create(title=title, published=published, source="x", text=text, attachments=attachments)


def undated(text: str = TEXT) -> Article:
    return factories.article(text, title="Nước sạch cho ba phường", published=None)


# ---------------------------------------------------------------------------------------------------- signatures


def test_signature_is_the_same_in_every_process():
    program = "from corpus.duplicates import signature; print(signature('Thành phố họp về cấp nước sạch').hex())"
    environment = {"PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == signature("Thành phố họp về cấp nước sạch").hex()


def test_signature_stays_what_it_was_in_stored_rows():
    """These bytes lie in stores: when this fails, the stored signatures must be made again."""
    assert signature("Thành phố họp về cấp nước sạch").hex().startswith("c0bff51017bea42a6594b000766e6133")


@pytest.mark.parametrize(
    "other",
    [
        TEXT.upper(),  # capitals
        TEXT.replace(",", " –").replace(".", "…"),  # punctuation
        TEXT.replace("\n", " "),  # lines
        TEXT.replace("7/8", "07/08"),  # leading zeros
    ],
)
def test_capitals_punctuation_lines_and_leading_zeros_leave_the_signature(other):
    assert signature(other) == signature(TEXT)


def test_marks_count():
    assert similarity(signature("hòa bình"), signature("hoa bính")) < 1


def test_similarity_estimates_the_share_of_common_triples():
    words = [f"tiếng{i}" for i in range(1000)]
    half = similarity(signature(" ".join(words)), signature(" ".join(words[:500])))
    assert half == pytest.approx(0.5, abs=0.15)  # three standard deviations and a little


def test_bands_fit_a_column_of_signed_64_bit_integers_and_are_all_different():
    keys = bands(signature("một"))
    assert len(set(keys)) == BANDS
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_near_texts_share_a_band_and_far_ones_do_not():
    near, far = TEXT + ADDED, RECEPTION
    assert similarity(signature(TEXT), signature(near)) >= NEAR
    assert set(bands(signature(TEXT))) & set(bands(signature(near)))
    assert not set(bands(signature(TEXT))) & set(bands(signature(far)))


def test_a_text_of_a_million_characters_takes_no_more_than_its_share_of_time():
    """Quadratic work would not end within the limit on a test."""
    long = "\n".join(f"{TEXT} Dòng thứ {i}." for i in range(1_800))
    assert similarity(signature(long), signature(long + ADDED)) > NEAR
    assert judge(made(long + ADDED), made(long), same_place=None) is SUPERSEDES


@given(st.text())
def test_any_text_is_like_itself(text):
    one = signature(text)
    assert similarity(one, signature(text)) == 1
    assert bands(one) == bands(signature(text))


@given(st.text(), st.text())
def test_similarity_is_a_share_and_has_no_direction(a, b):
    one, other = signature(a), signature(b)
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


# ------------------------------------------------------------------------------------------------ the same article

VERSIONS = {
    "word for word, long after": (made(days=90), SUPERSEDES),
    "word for word, published before": (made(days=-90), OLDER),
    "no date": (undated(), OLDER),
    "capitals and spaces": (made(TEXT.upper().replace(" ", "  "), days=1), SUPERSEDES),
    "title in capitals": (made(days=1, title="NƯỚC SẠCH CHO BA PHƯỜNG"), SUPERSEDES),
    "title misspelt": (made(days=1, title="Nước sach cho ba phường"), SUPERSEDES),
    "lines joined": (made(TEXT.replace("\n", " "), days=1), SUPERSEDES),
    "who printed it first": (made(f"{TEXT}\nTheo Báo Hải Phòng", days=1), SUPERSEDES),
    "who took the picture": (made(f"{TEXT}\nẢnh: Vũ Lan", days=-1), OLDER),
    "spelling put right, long after": (made(TEXT.replace("học sinh", "hoc sinh"), days=30), SUPERSEDES),
    "a letter too many": (made(TEXT.replace("ngõ nhỏ", "ngõ nhỏo"), days=30), SUPERSEDES),
    "a figure put right the next day": (made(TEXT.replace("3,2 tỷ", "3,5 tỷ"), days=1), SUPERSEDES),
    "a figure put right, seen in the wrong order": (made(TEXT.replace("120 hộ", "210 hộ"), days=-1), OLDER),
    "a word put right the next day": (made(TEXT.replace("bưu điện", "một cửa"), days=1), SUPERSEDES),
    "a paragraph added": (made(TEXT + ADDED, days=1), SUPERSEDES),
    "a paragraph more, though published before": (made(TEXT + ADDED, days=-1), SUPERSEDES),
    "a paragraph less, though published later": (made(TEXT[: TEXT.rindex("\n")], days=1), OLDER),
    "the same file attached": (made(days=1), SUPERSEDES),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_versions_of_one_article_are_known_and_one_of_them_is_current(name):
    new, expected = VERSIONS[name]
    assert judge(new, made(), same_place=None) is expected


def test_of_two_that_were_published_at_once_the_later_added_is_current():
    assert judge(made(), made(TEXT.upper()), same_place=None) is SUPERSEDES
    assert judge(made(TEXT.upper()), made(), same_place=None) is SUPERSEDES


def test_of_two_without_dates_the_later_added_is_current():
    assert judge(undated(), undated(TEXT.upper()), same_place=None) is SUPERSEDES


# ---------------------------------------------------------------------------------------------- different articles

SCHEDULE = RECEPTION.replace("tháng 3", "tháng 4").replace("ngày 5 và ngày 19", "ngày 7 và ngày 21")
OTHER_PERSON = APPOINTMENT.replace("số 12", "số 13").replace("Vũ Đình Toại", "Lê Thị Hòa").replace("ông", "bà")
ATTACHED = "Nội dung chi tiết xin xem tại tệp đính kèm."
OTHERS = {
    "another month": (made(SCHEDULE, days=31), made(RECEPTION)),
    "another month, published at once": (made(SCHEDULE), made(RECEPTION)),
    "only the month in the title": (made(RECEPTION, title="Lịch tháng 4"), made(RECEPTION, title="Lịch tháng 3")),
    "another day only": (made(RECEPTION.replace("ngày 19", "ngày 20")), made(RECEPTION)),
    "another day of the week": (made(f"{TEXT} Họp thứ hai."), made(f"{TEXT} Họp thứ ba.")),
    "another decision about another person": (made(OTHER_PERSON), made(APPOINTMENT)),
    "another number only": (made(APPOINTMENT.replace("12/QĐ", "13/QĐ")), made(APPOINTMENT)),
    "another name only": (made(APPOINTMENT.replace("Đình Toại", "Đình Tài")), made(APPOINTMENT)),
    "names that differ in a mark": (made(APPOINTMENT.replace("Toại", "Toai")), made(APPOINTMENT)),
    "another quantity a week later": (made(TEXT.replace("120 hộ", "90 hộ"), days=7), made()),
    "another quantity under another title": (made(TEXT.replace("120 hộ", "90 hộ"), title="Nối ống nước"), made()),
    "four changes at once": (
        made(TEXT.replace("120", "90").replace("3,2", "4").replace("ven biển", "trên đồi").replace("đơn", "thư")),
        made(),
    ),
    "another procedure with the same text": (
        made(title="Thủ tục đăng ký khai tử"),
        made(title="Thủ tục đăng ký khai sinh"),
    ),
    "a narrower procedure with the same text": (made(title="Nước sạch cho ba phường trong mùa hè"), made()),
    "other files attached": (made(ATTACHED, files=("thang-4.pdf",)), made(ATTACHED, files=("thang-3.pdf",))),
    "half of it quoted": (made(f"{RECEPTION}\n{APPOINTMENT}\n{TEXT[: len(TEXT) // 2]}"), made()),
    "all of it quoted in much more": (made(f"{RECEPTION}\n{APPOINTMENT}\n{TEXT}"), made()),
    "nothing in common": (made(RECEPTION), made()),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("turned", [False, True])
def test_articles_of_one_form_stay_apart(name, turned):
    new, old = OTHERS[name]
    if turned:
        new, old = old, new
    assert judge(new, old, same_place=None) is DIFFERENT


def test_texts_under_two_titles_are_not_compared(monkeypatch):
    """Reading them takes a hundred times longer; among 30,000 articles each has several candidates by chance."""
    monkeypatch.setattr("corpus.duplicates._compare", lambda _new, _old: pytest.fail("compared the texts"))
    assert judge(made(title="Nối ống nước"), made(), same_place=None) is DIFFERENT


# ------------------------------------------------------------------------------------------------- the same place

PLACES = [
    # What a page says now counts, whatever it said before.
    (PAGE, made(RECEPTION, days=30, title="Lịch"), SUPERSEDES),
    (PAGE, made(TEXT.replace("7/8", "8/8")), SUPERSEDES),
    (PAGE, made(TEXT[: TEXT.rindex("\n")]), SUPERSEDES),
    (PAGE, undated(RECEPTION), SUPERSEDES),
    # A page, or a file, whose date was put right.
    (PAGE, made(RECEPTION, days=-30), SUPERSEDES),
    (FILE, made(days=-30), SUPERSEDES),
    # A host alone is a portal: its front page is no article that another one could replace.
    ("https://cong.example.vn/", made(RECEPTION, days=30), DIFFERENT),
    # A file changed in one thing at once, or in figures later, or cut.
    (FILE, made(TEXT.replace("7/8", "8/8")), SUPERSEDES),
    (FILE, made(TEXT.replace("Phạm Thị Lụa", "Phạm Thị Lan")), SUPERSEDES),
    (FILE, made(TEXT.replace("120 hộ", "90 hộ"), days=30), SUPERSEDES),
    (FILE, made(TEXT[: TEXT.rindex("\n")]), SUPERSEDES),
    (FILE, made(title="Nước sạch ven biển"), SUPERSEDES),
    (FILE, made(TEXT + ADDED, title="Quyết định số 55/QĐ-UBND về nước sạch"), SUPERSEDES),  # its title read better now
    # A file's name used again.
    (FILE, made(RECEPTION), DIFFERENT),
    (FILE, made(TEXT.replace("7/8", "8/8"), days=7), DIFFERENT),
    (FILE, made(TEXT.replace("7/8", "8/8").replace("Thị Lụa", "Thị Lan")), DIFFERENT),
]


@pytest.mark.parametrize(("place", "new", "expected"), PLACES)
def test_what_comes_from_the_same_place(place, new, expected):
    assert judge(new, made(), same_place=place) is expected


def test_a_file_used_again_for_another_month_is_another_article():
    new, old = made(SCHEDULE, days=31, title="Lịch tháng 4"), made(RECEPTION, title="Lịch tháng 3")
    assert judge(new, old, same_place=FILE) is DIFFERENT


# ------------------------------------------------------------------------------------------------------ properties

SENTENCES = st.lists(st.sampled_from([*TEXT.split("\n"), *RECEPTION.split("\n"), "Theo Báo Hải Phòng"]), min_size=1)
WORDS = st.lists(st.sampled_from("họp họp. Sơn 5 ngày 12/QĐ-UBND 3,2 tỷ không được Được\n".split(" ")), min_size=1)
TEXTS = SENTENCES.map("\n".join) | WORDS.map(" ".join) | st.text(min_size=1)
PLACE = st.sampled_from([None, FILE, PAGE])


@given(TEXTS, st.integers(-9, 9), PLACE)
def test_an_article_is_always_a_version_of_itself(text, days, place):
    expected = OLDER if days < 0 and place is None else SUPERSEDES
    assert judge(made(text, days=days), made(text), same_place=place) is expected


@given(TEXTS, TEXTS, st.integers(1, 9))
def test_whichever_of_two_places_comes_first_the_same_one_is_current(a, b, days):
    earlier, later = made(a), made(b, days=days)
    turned = {SUPERSEDES: OLDER, OLDER: SUPERSEDES, DIFFERENT: DIFFERENT}
    assert judge(earlier, later, same_place=None) is turned[judge(later, earlier, same_place=None)]
