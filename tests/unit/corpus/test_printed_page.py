from datetime import datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.models import Article
from corpus.parse import parse_file
from corpus.parse.finish import MAX_TITLE
from corpus.parse.printed_page import TIME_ZONE, parse_printed_page
from tests.factories import BODY, PRINTED, TAIL, page

SEED = Path(__file__).parents[4] / "shared" / "seed"
FURNITURE = (
    "Print Thứ", "Tiện ích thông tin", "Nguồn tin", "QR Code", "QR CODE", "Chúng tôi trên Mạng Xã hội", "Fanpage",
    "Tin khác",
)  # fmt: skip


def read(raw: str) -> Article:
    return parse_printed_page(raw, source="bai.txt")


# ------------------------------------------------------------------------------------------------ the page in hand


@pytest.fixture(scope="module")
def seed_file():
    files = sorted(SEED.glob("*.txt"))
    if not files:
        pytest.skip(f"the seed page is not here ({SEED})")
    return files[0]


@pytest.fixture
def seed(seed_file):
    return parse_file(seed_file)


def test_the_seed_gets_its_title_from_the_qr_line(seed):
    assert seed.title == (
        "Phó Chủ tịch thường trực UBND thành phố Nguyễn Xuân Bình làm việc với Sở Thông tin và Truyền thông "
        "về đánh giá nhiệm vụ công tác 7 tháng đầu năm, nhiệm vụ 5 tháng cuối năm 2019"
    )


def test_the_seed_gets_its_moment_from_the_print_line(seed):
    assert seed.published is not None
    assert seed.published.isoformat() == "2019-08-07T14:37:00+07:00"


@pytest.mark.parametrize("furniture", FURNITURE)
def test_the_seed_keeps_no_line_of_furniture(seed, furniture):
    assert furniture not in seed.text


def test_the_seed_keeps_every_paragraph_word_for_word(seed, seed_file):
    raw = seed_file.read_text(encoding="utf-8")
    body = raw[raw.index("Sáng 7/8") : raw.index("Tiện ích thông tin")]
    assert seed.text.split() == body.split()
    assert seed.text.count("\n\n") == body.strip().count("\n\n") == 7


@pytest.mark.parametrize("misspelt", ["Nguyễn Xuân Binh chủ trì", "Tiếp tục phói hợp chặt chẽ", "‘‘Tăng cường"])
def test_the_seed_keeps_what_it_misspells(seed, misspelt):
    assert misspelt in seed.text


# -------------------------------------------------------------------------------------------------------- variants


def test_a_page_gives_title_moment_and_body():
    made = read(page())
    assert made.title == "Thành phố họp về y tế"
    assert made.published == datetime(2019, 8, 7, 14, 37, tzinfo=TIME_ZONE)
    assert (made.text, made.source) == (BODY, "bai.txt")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Print Chủ nhật, 11/08/2019 09:05", "2019-08-11T09:05:00+07:00"),  # Sunday has no number
        ("Print Chủ Nhật, 11/08/2019 9:05", "2019-08-11T09:05:00+07:00"),  # capitals, one digit
        ("print thứ 4, 7/8/2019 14:37", "2019-08-07T14:37:00+07:00"),  # the day as a digit
        ("Print Thứ Tư , 07-08-2019 14g37", "2019-08-07T14:37:00+07:00"),  # dashes, giờ
        ("Print Thứ Tư, 07.08.2019 14h37", "2019-08-07T14:37:00+07:00"),  # dots, h
        ("Print Thứ Tư, 07/08/2019 14:37:59", "2019-08-07T14:37:00+07:00"),  # seconds
        ("Print Thứ Tư, 07/08/2019", "2019-08-07T00:00:00+07:00"),  # no time
        ("Print Thứ Tư, 2019-08-07 14:37", "2019-08-07T14:37:00+07:00"),  # ISO
    ],
)
def test_the_print_line_is_read_in_its_forms(printed, expected):
    made = read(page(printed=printed))
    assert made.published is not None
    assert made.published.isoformat() == expected
    assert made.text == BODY


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("Print Thứ Tư, 31/06/2019 14:37", "31/06/2019 14:37"),  # June has 30 days
        ("Print Thứ Tư, 29/02/2019", "29/02/2019"),  # no leap year
        ("Print Thứ Tư, 07/08/2019 25:00", "07/08/2019 25:00"),  # no such hour
        ("Print Thứ Tư, 07/08/19 14:37", "07/08/19"),  # which century?
        ("Print Thứ Tư, 00/00/0000", "00/00/0000"),  # an empty field, printed
        ("Ngày đăng: 31/06/2019", "31/06/2019"),  # the same in a header line
        ("Ngày đăng: hôm qua", "hôm"),  # no date at all
        ("Ngày đăng: 07/08/2019 chiều", "07/08/2019 chiều"),  # no time
    ],
)
def test_a_date_that_does_not_exist_is_refused_and_shown(line, seen):
    with pytest.raises(InputError) as refused:
        read(page(printed=line))
    assert refused.value.en.startswith(f"the date «{seen}» does not exist or is not of the form 07/08/2019 14:37")
    assert refused.value.vi.startswith(f"ngày đăng «{seen}» không có thật hoặc không đúng dạng 07/08/2019 14:37")


def test_a_page_without_print_line_has_no_moment():
    made = read(page(printed=""))
    assert made.published is None
    assert made.text == BODY


def test_a_page_without_tail_takes_a_short_first_line_for_title():
    made = read(f"{PRINTED}\n\nThành phố họp\n\n{BODY}")
    assert (made.title, made.text) == ("Thành phố họp", BODY)


def test_a_page_without_tail_and_title_keeps_its_first_paragraph_and_is_named_by_its_beginning():
    body = "Sáng 7/8, thành phố họp bàn. " * 30 + "\n\nHết."
    made = read(f"{PRINTED}\n\n{body}")
    assert made.text == body.replace(" \n", "\n")
    assert made.title.endswith(" …")
    assert made.text.startswith(made.title[:-2])


@pytest.mark.parametrize(
    "body",
    [
        "Trang có mục Tiện ích thông tin và QR Code.\nHết.",  # inside a sentence
        "Nguồn tin từ Sở Y tế cho biết dịch đã giảm.\nHết.",  # opens a sentence
        "Nguồn tin: Sở Y tế cho biết dịch đã giảm.\nNgười dân vẫn đeo khẩu trang nơi đông người.",  # with a colon
        "Tin khác\nChiều cùng ngày, đoàn đi thăm cảng.",  # a heading, prose below
        "QR Code\nNgười dân quét mã này để gửi phản ánh.\n\nQR Code Fanpage\nMã thứ hai mở trang của phường.",  # two
    ],
)
def test_words_of_the_tail_inside_the_body_cut_nothing_off(body):
    assert read(page(body=f"Mở đầu.\n{body}")).text == f"Mở đầu.\n{body}"


def test_one_line_like_the_tail_is_no_tail():
    assert read("Tiêu đề: Họp\nMở đầu.\nTin khác\nHết.").text == "Mở đầu.\nTin khác\nHết."


@pytest.mark.parametrize(
    "qr_lines",
    [
        "QR CODE: Thành phố họp\nvề y tế",  # broken over two lines
        "QR CODE:\nThành phố họp\nvề y tế",  # nothing beside the label
        "QR CODE : Thành phố họp về y tế\n\nBản quyền của Cổng thông tin",  # something else below
        "qr code: Thành phố họp về y tế",  # small letters
    ],
)
def test_the_qr_title_is_read_whole(qr_lines):
    tail = TAIL.replace("QR CODE: Thành phố họp về y tế", qr_lines)
    assert read(page(tail=tail)).title == "Thành phố họp về y tế"


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("Nguồn tin: Báo Hải Phòng", "Báo Hải Phòng"),  # beside the label
        ("Nguồn tin\nBáo Hải Phòng", "Báo Hải Phòng"),  # on the next line
        ("Nguồn tin:\nBáo\nHải Phòng", "Báo Hải Phòng"),  # over two lines
        ("NGUỒN TIN : Báo Hải Phòng", "Báo Hải Phòng"),  # capitals
        ("Nguồn tin", "bai.txt"),  # left empty: the file
    ],
)
def test_the_origin_is_read_in_its_forms(origin, expected):
    made = read(page(tail=TAIL.replace("Nguồn tin", origin, 1)))
    assert made.source == expected
    assert made.title == "Thành phố họp về y tế"


def test_titles_of_other_news_are_neither_title_nor_body():
    made = read(page(tail=f"{TAIL}\nThành phố họp về giáo dục\nQR CODE: khác"))
    assert made.title == "Thành phố họp về y tế"
    assert made.text == BODY


def test_header_lines_are_read_and_left_out_of_the_text():
    made = read(f"Tiêu đề: Họp\nNgày đăng: 07/08/2019 14:37\nNguồn: https://haiphong.gov.vn/1\n\n{BODY}")
    assert (made.title, made.source, made.text) == ("Họp", "https://haiphong.gov.vn/1", BODY)
    assert made.published == datetime(2019, 8, 7, 14, 37, tzinfo=TIME_ZONE)


def test_header_words_below_the_first_line_of_text_are_text():
    assert read(f"Tiêu đề: Họp\n{BODY}\nNguồn: ngân sách.").text == f"{BODY}\nNguồn: ngân sách."


def test_an_empty_title_line_leaves_the_title_to_the_first_line():
    assert read(f"Tiêu đề:\nHọp\n{BODY}").title == "Họp"


@pytest.mark.parametrize("raw", [page(body=""), TAIL, PRINTED, "Tiêu đề: Họp", f"Tiêu đề: Họp\n{TAIL}"])
def test_a_page_of_furniture_only_is_refused(raw):
    with pytest.raises(InputError, match=r"only page furniture.* print the page again") as refused:
        read(raw)
    assert refused.value.vi.startswith("trang chỉ có phần khung")


@pytest.mark.parametrize(
    "raw", ["a" * 5000, "a " * 5000, "Tiêu đề: " + "a " * 5000 + "\nb", f"{TAIL[:-8]}\n" + "a" * 999]
)
def test_no_title_is_longer_than_a_title_may_be(raw):
    try:
        assert len(read(raw).title) <= MAX_TITLE + len(" …")
    except InputError:
        assert TAIL[:20] in raw  # furniture only


# ------------------------------------------------------------------------------------------------------ properties

# Lines that mean something to the parser, in any order, among any others.
LINES = st.sampled_from([*page().split("\n"), "Nguồn: x", "Tiêu đề: x", "Ngày đăng: 1/1/2020", "QR CODE:", "", "Câu."])


@given(st.text(st.characters()) | st.lists(LINES | st.text(max_size=20)).map("\n".join))
def test_any_text_is_an_article_with_text_and_title_or_refused(raw):
    try:
        made = read(raw)
    except InputError:
        return
    assert made.text == made.text.strip() != ""
    assert made.title == made.title.strip() != ""


@given(st.lists(st.sampled_from(["Câu một.", "Câu hai.", "", "Một dòng"]), min_size=1).map("\n".join))
def test_no_paragraph_between_print_line_and_tail_is_lost(body):
    raw = page(body=f"Mở đầu.\n{body}\nKết thúc.")
    assert read(raw).text.split() == f"Mở đầu.\n{body}\nKết thúc.".split()


@pytest.mark.parametrize(
    "line",
    [
        "Print Thứ " + "," * 100_000 + " a b c",
        "Print" + " " * 100_000 + "x",
        "QR CODE" + " " * 100_000,
        "Nguồn tin " * 9999,
    ],
)
def test_a_line_made_to_be_slow_is_read_within_a_second(line):
    began = process_time()
    read(f"{line}\nCâu.")
    assert process_time() - began < 1


# ------------------------------------------------------------------------------------------------ documents as text

HEAD = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HẢI PHÒNG\nSố: 1234/QĐ-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "Độc lập - Tự do - Hạnh phúc\nHải Phòng, ngày 15 tháng 3 năm 2023\nQUYẾT ĐỊNH\nVề việc cải tạo vườn hoa\n"
)
ARTICLE = "Điều 1. Phê duyệt kế hoạch cải tạo vườn hoa với kinh phí 12,5 tỷ đồng."


def test_a_document_saved_as_text_is_named_by_its_letterhead_and_kept_whole():
    made = read(f"{HEAD}\n{ARTICLE}")
    assert made.title == "Quyết định số 1234/QĐ-UBND: Về việc cải tạo vườn hoa"
    assert made.issuer == "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG"
    assert made.published == datetime(2023, 3, 15, tzinfo=TIME_ZONE)
    assert made.text == f"{HEAD}\n{ARTICLE}"


def test_what_the_page_says_of_itself_comes_before_the_letterhead_of_the_document_on_it():
    made = read(f"Tiêu đề: Cải tạo vườn hoa\nNgày đăng: 20/03/2023\n\n{HEAD}\n{ARTICLE}")
    assert (made.title, made.published) == ("Cải tạo vườn hoa", datetime(2023, 3, 20, tzinfo=TIME_ZONE))
    assert made.issuer == "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG"


def test_a_header_without_a_date_leaves_it_to_the_letterhead():
    made = read(f"Tiêu đề: Cải tạo vườn hoa\n\n{HEAD}\n{ARTICLE}")
    assert made.published == datetime(2023, 3, 15, tzinfo=TIME_ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "Lịch tiêm phòng\nNgày 12/3/2026\nTiêm tại nhà văn hóa.",
        "Lịch tiêm phòng\nThứ Năm, 12/03/2026\nTiêm tại nhà văn hóa.",
        "12/03/2026\nLịch tiêm phòng\nTiêm tại nhà văn hóa.",
        "Tiêu đề: Lịch tiêm phòng\nNgày đăng: 12/3/2026\nTiêm tại nhà văn hóa.",
    ],
)
def test_a_line_at_the_title_that_shows_a_date_alone_is_when_it_was_published(text):
    page = parse_printed_page(text, source="a.txt")
    assert (page.title, page.published and page.published.date().isoformat()) == ("Lịch tiêm phòng", "2026-03-12")
    assert page.text == "Tiêm tại nhà văn hóa."


@pytest.mark.parametrize("line", ["Ngày 12/3/2026 tiêm đợt một", "Họp ngày 12/3/2026", "Từ 12/3/2026"])
def test_a_line_below_the_title_that_says_more_than_a_date_is_text(line):
    page = parse_printed_page(f"Lịch tiêm phòng\n{line}\nTiêm tại nhà văn hóa.", source="a.txt")
    assert (page.published, page.text) == (None, f"{line}\nTiêm tại nhà văn hóa.")
