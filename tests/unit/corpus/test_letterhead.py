from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse.letterhead import Letterhead, read_letterhead
from corpus.parse.printed_page import parse_printed_page

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
SENTENCE = "Ủy ban nhân dân xã thông báo lịch tiếp công dân tháng này."


def day(iso: str) -> datetime:
    return datetime.fromisoformat(f"{iso}T00:00:00+07:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a decision, the left column before the right one
            (f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HẢI PHÒNG\nSố: 3482/QĐ-UBND\n{NATION}\nHải Phòng, ngày 27 tháng 12 năm 2018\n"
            "QUYẾT ĐỊNH\nVề việc phê duyệt kế hoạch\nnăm tới\nCHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ\nCăn cứ Luật"),
            Letterhead("ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG", "3482/QĐ-UBND", day("2018-12-27"), "Quyết định",
                       "Về việc phê duyệt kế hoạch năm tới"),
        ),
        (  # both columns on one line; an office under another
            ("UBND THÀNH PHỐ HẢI PHÒNG | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ Y TẾ | Độc lập - Tự do - Hạnh phúc\n"
            "Số: 12 /TB-SYT | Hải Phòng, ngày 5 tháng 3 năm 2020\nTHÔNG BÁO\nLịch trực tháng 3"),
            Letterhead("SỞ Y TẾ, UBND THÀNH PHỐ HẢI PHÒNG", "12/TB-SYT", day("2020-03-05"), "Thông báo",
                       "Lịch trực tháng 3"),
        ),
        (  # an official letter, whose subject stands under its number; a name of two lines
            (f"SỞ GIÁO DỤC\nVÀ ĐÀO TẠO\nSố: 88/SGDĐT-VP\nV/v trả lời kiến nghị\ncủa cử tri\n{NATION}\n"
            "Hải Phòng, ngày 01 tháng 02 năm 2021\nKính gửi: Văn phòng"),
            Letterhead("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "88/SGDĐT-VP", day("2021-02-01"), "Công văn",
                       "V/v trả lời kiến nghị của cử tri"),
        ),
        (  # the party
            (f"THÀNH ỦY HẢI PHÒNG\n*\nSố 12-KL/TU\n{PARTY}\nHải Phòng, ngày 9 tháng 8 năm 2019\nKẾT LUẬN\n"
            "của Ban Thường vụ Thành ủy"),
            Letterhead("THÀNH ỦY HẢI PHÒNG", "12-KL/TU", day("2019-08-09"), "Kết luận", "của Ban Thường vụ Thành ủy"),
        ),
        (  # not yet numbered, a day that does not exist, no subject: nothing is guessed
            (f"ỦY BAN NHÂN DÂN\nSố:     /QĐ-UBND\n{NATION}\nHải Phòng, ngày 31 tháng 2 năm 2018\nQUYẾT ĐỊNH:\n"
            "Căn cứ Luật"),
            Letterhead("ỦY BAN NHÂN DÂN"),
        ),
        (  # the kind told by the symbol alone; the older spelling of the heading
            "UBND QUẬN LÊ CHÂN\nSố: 5/KH-UBND\nCỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\n1. Mục đích",
            Letterhead("UBND QUẬN LÊ CHÂN", "5/KH-UBND", None, "Kế hoạch"),
        ),
        # no heading: an article about a decision is no decision
        ("ỦY BAN NHÂN DÂN\nSố: 3482/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc gì đó", Letterhead()),
        # prose before the heading: an annex has a letterhead of its own
        (f"Kèm theo thông báo này.\n{NATION}\nSố: 3482/QĐ-UBND\nQUYẾT ĐỊNH", Letterhead()),
    ],
)  # fmt: skip
def test_what_the_head_says_is_found_and_nothing_else(text, expected):
    assert read_letterhead(text) == expected


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (Letterhead(number="3482/QĐ-UBND", kind="Quyết định", subject="Về việc giao đất"),
         "Quyết định số 3482/QĐ-UBND: Về việc giao đất"),
        (Letterhead(number="3482/QĐ-UBND", kind="Quyết định"), "Quyết định số 3482/QĐ-UBND"),
        (Letterhead(kind="Báo cáo", subject="Tình hình quý I"), "Báo cáo: Tình hình quý I"),  # not numbered
        (Letterhead(number="12/UBND-VX"), "Văn bản số 12/UBND-VX"),
        (Letterhead(issuer="SỞ Y TẾ"), None),
    ],
)  # fmt: skip
def test_the_title_holds_what_is_known(head, title):
    assert head.title == title


def test_a_document_keeps_its_whole_text_and_gets_title_date_and_issuer():
    head = f"ỦY BAN NHÂN DÂN\nSố: 1/TB-UBND\n{NATION}\nHải Phòng, ngày 2 tháng 1 năm 2020\nTHÔNG BÁO\nLịch tiếp dân"
    text = f"{head}\n{SENTENCE}"
    made = parse_printed_page(text, source="a.pdf", title="Untitled-1", published=day("1999-01-01"))
    assert (made.title, made.issuer) == ("Thông báo số 1/TB-UBND: Lịch tiếp dân", "ỦY BAN NHÂN DÂN")
    assert (made.published, made.text, made.source) == (day("2020-01-02"), text, "a.pdf")


def test_a_portal_page_printed_to_pdf_is_read_as_a_printed_page():
    made = parse_printed_page(f"Print Thứ Tư, 07/08/2019 14:37\nTiêu đề: Thành phố họp\n{SENTENCE}", source="a.pdf")
    assert (made.title, made.text) == ("Thành phố họp", SENTENCE)
    assert made.published == datetime.fromisoformat("2019-08-07T14:37:00+07:00")


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["Số: ", "1/QĐ-UBND", "QUYẾT ĐỊNH", NATION, "\n", " | ", "VÀ", "SỞ"])).map("".join)
)
def test_any_text_has_a_head_that_may_be_empty(text):
    head = read_letterhead(text)
    assert head.title is None or head.kind or head.number
