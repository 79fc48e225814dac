import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.receipts.masking import MASKS, masked
from bot.receipts.numbers import Kind

PHONE, IDENTITY, EMAIL, NUMBER = (MASKS[kind] for kind in (Kind.PHONE, Kind.IDENTITY, Kind.EMAIL, Kind.NUMBER))
KINDS = "|".join(map(re.escape, MASKS.values()))


@pytest.mark.parametrize(
    ("personal", "kind"),
    [
        ("0912345678", PHONE),  # bare
        ("0912.345.678", PHONE),
        ("0912 345 678", PHONE),
        ("091-234-5678", PHONE),
        ("09 12 34 56 78", PHONE),
        ("+84912345678", PHONE),
        ("84 912 345 678", PHONE),
        ("01234567890", PHONE),  # eleven digits, before 2018
        ("031085001234", IDENTITY),  # citizen's card
        ("031 085 001 234", IDENTITY),
        ("031.085.001.234", IDENTITY),
        ("031234567", IDENTITY),  # the older card
        ("031 234 567", IDENTITY),
        ("nguyen.van-a+x@thu.example.vn", EMAIL),
        ("0031000123456", NUMBER),  # an account
        ("10234567890123", NUMBER),
    ],
)
def test_what_tells_who_somebody_is_is_named_by_its_kind(personal: str, kind: str):
    assert masked(f"Hồ sơ của tôi, {personal}, xong chưa?") == f"Hồ sơ của tôi, {kind}, xong chưa?"
    assert masked(personal) == kind
    assert masked(f"({personal}/{personal})") == f"({kind}/{kind})"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tầng 2 0912345678", f"tầng 2 {PHONE}"),
        ("tầng 2 0912 345 678 phòng 3", f"tầng 2 {PHONE} phòng 3"),
        ("0912345678 0987654321", f"{PHONE} {PHONE}"),
        ("1022 0912 345 678 031085001234", f"1022 {PHONE} {IDENTITY}"),
        ("1900 1234 0912345678", f"1900 1234 {PHONE}"),
        ("02253842123 0912345678", f"02253842123 {PHONE}"),
    ],
)
def test_a_number_is_found_among_others(text: str, left: str):
    assert masked(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://zalo.me/0912345678 là tôi", f"https://zalo.me/{PHONE} là tôi"),
        ("www.wa.example/84912345678", f"www.wa.example/{PHONE}"),
        ("https://x.example/?cccd=031085001234&tab=1", f"https://x.example/?cccd={IDENTITY}&tab=1"),
        ("https://x.example/?to=a@b.example", f"https://x.example/?to={EMAIL}"),
        ("https://x.example/tin/20240102123456789-1234567890", "https://x.example/tin/20240102123456789-1234567890"),
    ],
)
def test_in_an_address_only_what_is_surely_personal_is_masked(text: str, left: str):
    assert masked(text) == left


@pytest.mark.parametrize("label", ["CCCD", "cccd so", "CMND:", "căn cước công dân số", "so dinh danh la"])
def test_a_labelled_number_is_one_however_it_is_grouped(label: str):
    assert masked(f"{label} 123.456.789 lấy ở đâu?") == f"{label} {IDENTITY} lấy ở đâu?"


@pytest.mark.parametrize("day", ["01/02/1990", "1-2-1990", "mùng 1 tháng 2 năm 1990", "1990-02-01"])
@pytest.mark.parametrize("label", ["sinh ngày", "ngày sinh của tôi là", "Con tôi sinh", "DOB:", "sn"])
def test_a_day_of_birth_is_masked_and_another_day_is_not(label: str, day: str):
    assert masked(f"{label} {day}, nộp ở đâu?") == f"{label} {MASKS[Kind.BIRTH]}, nộp ở đâu?"
    for other in ("đăng ký khai sinh ngày", "vệ sinh ngày", "ban hành ngày", "kỳ thi tuyển sinh"):
        assert masked(f"{other} {day}") == f"{other} {day}"


@pytest.mark.parametrize(
    "text",
    [
        "Lệ phí 1.500.000 đồng hay 2.000.000.000 đồng?",
        "Vay 1500000000 đồng được không?",
        "phi 100 000 000 d",
        "Gọi 1022, 113, 1900 1234, 19001009 hay 1800 599 920?",
        "0225 3842 123, 0225.3842123, 02253842123, +84 225 3842 123 là số của ai?",
        "Quyết định 3482/QĐ-UBND ngày 27/12/2018, Nghị định 30/2020/NĐ-CP, 26/2023/QH15",
        "Thủ tục 1.004194.000.00.00.H24 nộp ở đâu?",
        "Hồ sơ 000.00.15.H24-231201-0005",
        "Từ 01.01.2024 đến 31-12-2024, các năm 2018 2019 2020",
        "09.12.2024 05 người",
        "Diện tích 123456789 m2",
        "Các tháng 03 04 05 06 07 và 08.09.10.11.12",
        "ai là chủ tịch UBND phường, gửi tới @ đâu?",
    ],
)
def test_what_questions_are_about_stays(text: str):
    assert masked(text) == text


@given(st.text(st.sampled_from("0123456789 .-+/@abđ")))
def test_masking_again_changes_nothing_and_no_long_number_is_left(text: str):
    once = masked(text)
    assert masked(once) == once
    long = re.findall(r"(?<![\d+])\d{9,}(?!\d)", re.sub(KINDS, "", once))
    assert all(re.fullmatch(r"(?:84|0)2\d{8,9}|1[89]00\d{4,6}", run) or re.search(rf"{run}\s*đ", once) for run in long)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@")))
def test_a_text_without_numbers_and_addresses_stays(text: str):
    assert masked(text) == text
