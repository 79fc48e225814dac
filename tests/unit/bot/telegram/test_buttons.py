"""Buttons: what they carry fits, and is read again; what anybody else sends is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton

from bot.answering.models import Answer, Citation, Option, Status
from bot.messages import VIETNAMESE
from bot.render import is_web_address
from bot.telegram import texts
from bot.telegram.buttons import (
    LABEL,
    MOST_BYTES,
    PATTERNS,
    Press,
    answer_buttons,
    example_buttons,
    language_buttons,
    option_buttons,
    page_buttons,
    read_press,
    reason_buttons,
    watch_button,
    yes_no,
)
from bot.telegram.citizens import payload_of, read_payload

ARTICLE, RECEIPT = "0123456789abcdef", "0123456789ab"


def answered(source: str = "x") -> Answer:
    citation = Citation(1, ARTICLE, "Chợ Sắt", source, None, 99_999_999, 100_000_000, "Mở lúc 5 giờ.")
    return Answer("?", Status.ANSWERED, (citation,), "000001", RECEIPT, 1.0)


def shown(answer: Answer, *, receipts: bool = True) -> list[InlineKeyboardButton]:
    markup = answer_buttons(answer, VIETNAMESE, texts.VIETNAMESE, receipts=receipts)
    return [button for row in markup.inline_keyboard for button in row] if markup else []


def kinds(answer: Answer, *, receipts: bool = True) -> list[str]:
    presses = [read_press(str(button.callback_data)) for button in shown(answer, receipts=receipts) if not button.url]
    return [press.kind if press else "?" for press in presses]


@pytest.mark.parametrize(
    ("source", "is_address"),
    [
        ("https://haiphong.gov.vn/tin/1", True),
        ("http://haiphong.gov.vn", True),
        ("Nghị định số 30/2020/NĐ-CP (vanban.chinhphu.vn)", False),  # words that hold an address
        ("trang.txt", False),
        ("javascript:alert(1)", False),
        ("https://localhost/x", False),  # no phone could open it
        ("https://haiphong.gov.vn/a b", False),  # Telegram refuses a space
        ("https://haiphong.gov.vn/a\u00a0b", False),
        ("https://hai&phong.gov.vn/", False),
        ("https://haiphong.gov.vn:cong/", False),
        ("https://[haiphong", False),  # not an address at all
    ],
)
def test_only_a_web_address_becomes_a_link_button(source: str, is_address: bool) -> None:
    assert is_web_address(source) is is_address
    assert [button.url for button in shown(answered(source)) if button.url] == ([source] if is_address else [])


def test_below_an_answer_stand_its_source_more_to_read_and_what_to_think_of_it() -> None:
    assert kinds(answered()) == ["source", "next", "article", "opinion", "opinion", "office"]
    assert kinds(answered(), receipts=False) == ["source", "article", "opinion", "opinion", "office"]


def test_below_a_refusal_stands_whom_to_ask_and_below_a_greeting_nothing() -> None:
    assert kinds(Answer("?", Status.NOT_FOUND, (), "000001", RECEIPT, 1.0)) == ["office"]
    assert kinds(Answer("?", Status.OUT_OF_SCOPE, (), "000001", RECEIPT, 1.0)) == []


def test_option_buttons_show_a_label_that_can_be_read() -> None:
    long = "Quyết định 12/QĐ-UBND ngày 05/03/2018 của Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu và nhiều cơ quan khác nữa"
    citation = Citation(1, ARTICLE, "Chợ Sắt", "x", None, 0, 4, "12/Q")
    options = (Option(long, "a?"), Option("12/QĐ-UBND", "b?"))
    answer = Answer("?", Status.REFERENCE, (citation,), "000001", RECEIPT, 1.0, options=options)
    assert [len(button.text) for [button] in option_buttons(answer)] == [LABEL, 13]
    assert [read_press(str(button.callback_data)) for button in shown(answer)] == [
        Press("option", (RECEIPT, "1")),
        Press("option", (RECEIPT, "2")),
    ]


def test_every_button_fits_telegrams_64_bytes_and_is_read_again() -> None:
    made = [
        answer_buttons(answered(), VIETNAMESE, texts.VIETNAMESE, receipts=True),
        reason_buttons(RECEIPT, texts.ENGLISH),
        example_buttons(["Nghị định 30/2020/NĐ-CP về việc gì?" * 3]),
        language_buttons(),
        page_buttons(ARTICLE, 1, 3, texts.VIETNAMESE),
        *(yes_no(kind, value, "y", "n") for kind, value in (("add", ARTICLE), ("back", "000001"), ("rm", ARTICLE))),
    ]
    data = [str(b.callback_data) for markup in made if markup for row in markup.inline_keyboard for b in row]
    assert max(len(each.encode()) for each in data) <= MOST_BYTES
    assert [each for each in data if read_press(each) is None] == []


def test_a_reference_too_long_for_a_button_has_none() -> None:
    [button] = watch_button("3482/QĐ-UBND", texts.VIETNAMESE)
    assert read_press(str(button.callback_data)) == Press("watch", ("3482/QĐ-UBND",))
    assert watch_button("Đ" * 40, texts.VIETNAMESE) == []


@given(st.text() | st.none())
def test_any_data_is_a_known_press_or_none(data: str | None) -> None:
    press = read_press(data)
    assert press is None or press.kind in PATTERNS


@given(st.text(min_size=1, max_size=40))
def test_a_deep_link_leads_back_to_its_reference(reference: str) -> None:
    payload = payload_of(reference)
    assert payload is None or read_payload(payload.removeprefix("r_")) == reference


@given(st.text())
def test_any_payload_is_read_or_refused(value: str) -> None:
    read_payload(value)
