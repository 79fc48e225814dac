from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.references import find_references


@pytest.mark.parametrize(
    ("text", "kind", "number", "date"),
    [
        # the seed's own two
        ("Quyết định số 3482/QĐ-UBND ngày 27/12/2018", "Quyết định", "3482/QĐ-UBND", "2018-12-27"),
        ("Nghị Quyết số 45-NQ/TW ngày 24/1/2019", "Nghị quyết", "45-NQ/TW", "2019-01-24"),
        # kind told by the symbol alone
        ("3482/QĐ-UBND", "Quyết định", "3482/QĐ-UBND", None),
        ("05-CTr/TU", "Chương trình", "05-CTr/TU", None),
        ("16/CT-TTg", "Chỉ thị", "16/CT-TTg", None),
        ("12/NQ-HĐND", "Nghị quyết", "12/NQ-HĐND", None),
        ("120/TTr-SYT", "Tờ trình", "120/TTr-SYT", None),
        ("07/KH-UBND", "Kế hoạch", "07/KH-UBND", None),
        ("03/VBHN-BTP", "Văn bản hợp nhất", "03/VBHN-BTP", None),
        # with the year inside
        ("30/2020/NĐ-CP", "Nghị định", "30/2020/NĐ-CP", None),
        ("31/2024/QH15", "Luật", "31/2024/QH15", None),
        ("1669/NQ-UBTVQH15", "Nghị quyết", "1669/NQ-UBTVQH15", None),
        ("09/2010/TTLT-BTP-BNV", "Thông tư liên tịch", "09/2010/TTLT-BTP-BNV", None),
        # kind told by words
        ("Luật Đất đai số 31/2024/QH15", "Luật", "31/2024/QH15", None),
        ("Công văn số: 123/UBND-VX", "Công văn", "123/UBND-VX", None),
        ("Bộ luật 91/2015/QH13", "Bộ luật", "91/2015/QH13", None),
        ("công văn 123/SYT", "Công văn", "123/SYT", None),
        # spelling brought to the normal form
        ("3482/QÐ-UBND", "Quyết định", "3482/QĐ-UBND", None),  # Icelandic Ð
        ("3482 / QĐ – UBND", "Quyết định", "3482/QĐ-UBND", None),  # spaces, long dash
        ("16/CT-TTG", "Chỉ thị", "16/CT-TTg", None),  # capitals
        ("05-CTR/TU", "Chương trình", "05-CTr/TU", None),
        ("45–NQ/TW", "Nghị quyết", "45-NQ/TW", None),  # dash of the party form
        ("45-NQ/TƯ", "Nghị quyết", "45-NQ/TW", None),  # Trung ương, the other abbreviation
        ("12a/QĐ-UBND", "Quyết định", "12a/QĐ-UBND", None),  # serial with a letter
        # dates
        ("30/2020/NĐ-CP ngày 05 tháng 3 năm 2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP, ngày 5-3-2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP (ngày 5.3.2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP ban hành ngày 05/3/2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP ngày 31/6/2020", "Nghị định", "30/2020/NĐ-CP", None),  # no such day
    ],
)
def test_a_reference_is_found_in_its_normal_form(text, kind, number, date):
    [found] = find_references(f"Căn cứ {text}.")
    assert (found.kind, found.number, found.date) == (kind, number, date)


@pytest.mark.parametrize(
    "text",
    [
        "mở cửa 24/7",  # hours a day
        "7/8/2019",  # date
        "ngày 27/12/2018 họp",
        "km 12/QL5",  # road
        "số nhà 12/34 Lê Lợi",  # address
        "12/A4 Lạch Tray",
        "0225.3842555/3842556",  # telephone
        "0912-345-678",
        "tỷ lệ 3/4",  # fraction
        "5-10 ngày",  # range
        "giai đoạn 2021-2025",  # years
        "https://haiphong.gov.vn/2019/QĐ-UBND",  # a path
        "COVID-19/SARS",  # a name
        "",
    ],
)
def test_what_is_no_reference_is_left_alone(text):
    assert find_references(text) == ()


def test_the_words_of_the_kind_and_the_date_belong_to_the_text_of_a_reference():
    [found] = find_references("Theo Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND")
    assert found.text == "Quyết định số 3482/QĐ-UBND ngày 27/12/2018"


def test_references_come_in_reading_order():
    text = "Nghị quyết 45-NQ/TW; Quyết định 3482/QĐ-UBND và 12/KH-UBND"
    assert [r.number for r in find_references(text)] == ["45-NQ/TW", "3482/QĐ-UBND", "12/KH-UBND"]


def test_a_kind_is_a_whole_word():
    [found] = find_references("Mệnh lệnhlệnh 12/2019/XYZ")
    assert (found.text, found.kind) == ("12/2019/XYZ", None)


PIECES = st.sampled_from(
    ["Quyết định số ", "Luật ", "3482/QĐ-UBND", "45-NQ/TW", "2019/NĐ-CP", "3/2019/NĐ-CP", "2019-NQ/TW",
     " ngày 5/3/2019", " ngày 5 ", "/ 3 / ", " tháng 3", ", ", "2", "/", "-", " ", "\n"]
)  # fmt: skip
TEXTS = st.text(st.characters()) | st.lists(PIECES).map("".join) | st.text("0123/-QĐNTWUngày. ")


@given(TEXTS)
def test_offsets_slice_back_and_spans_do_not_overlap(text):
    end = 0
    for found in find_references(text):
        assert text[found.start : found.end] == found.text
        assert end <= found.start < found.end
        end = found.end


def test_a_date_that_runs_into_the_next_number_is_not_taken_for_one():
    found = find_references("Quyết định 1/QĐ-UBND ngày 5 tháng 3/2019/NĐ-CP")
    assert [(r.number, r.date) for r in found] == [("1/QĐ-UBND", None), ("3/2019/NĐ-CP", None)]


@given(TEXTS)
def test_a_number_in_normal_form_is_found_again_as_itself(text):
    for found in find_references(text):
        assert [r.number for r in find_references(f"Quyết định {found.number}")] == [found.number]


@pytest.mark.parametrize(
    "unit",
    ["1", "1/", "1/Q-", "1-QĐ/", "Quyết định số ", "1/QĐ-UBND ", "1/QĐ-UBND ngày ", " ", "Đ", "/", "ngày 1 tháng "],
)
@pytest.mark.parametrize("head", ["", "1/QĐ-UBND"])
def test_100_kb_made_to_be_slow_are_read_within_a_second(head, unit):
    text = head + unit * (100_000 // len(unit.encode()))
    began = perf_counter()
    find_references(text)
    assert perf_counter() - began < 1
