"""Buttons and replies, where the foreign Bot API server cannot judge."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.answering.models import Answer, Citation, Option, Status
from bot.messages import VIETNAMESE
from bot.telegram.handlers import BUTTON_LABEL, _is_web_address, _option_buttons, _reply, _source_buttons

ARTICLE = "0123456789abcdef"


def answered(source: str) -> Answer:
    citation = Citation(1, ARTICLE, "Chợ Sắt", source, None, 99_999_999, 100_000_000, "Mở lúc 5 giờ.")
    return Answer("?", Status.ANSWERED, (citation,), "000001", "r", 1.0)


def buttons(source: str) -> InlineKeyboardMarkup:
    markup = _source_buttons(answered(source), VIETNAMESE)
    assert markup
    return markup


@dataclass
class FakeMessage:
    """Records replies; refuses the first with buttons when told to."""

    refuses_buttons: bool = False
    message_id: int = 5
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def reply_text(self, text: str, **options: Any) -> None:
        if self.refuses_buttons and options.get("reply_markup"):
            raise BadRequest("Button_url_invalid")
        self.sent.append({"text": text, **options})


def reply(message: FakeMessage, pages: list[str], markup: InlineKeyboardMarkup | None) -> None:
    asyncio.run(_reply(cast("Message", message), pages, markup))


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
        ("https://[haiphong", False),  # not an address at all
    ],
)
def test_only_a_web_address_becomes_a_link_button(source: str, is_address: bool) -> None:
    assert _is_web_address(source) is is_address
    urls = [button.url for row in buttons(source).inline_keyboard for button in row if button.url]
    assert urls == ([source] if is_address else [])


def test_the_passage_button_fits_telegrams_64_bytes() -> None:
    data = buttons("x").inline_keyboard[0][0].callback_data
    assert isinstance(data, str)
    assert len(data.encode()) <= 64
    assert ARTICLE in data


def test_option_buttons_fit_telegrams_64_bytes_and_show_a_label_that_can_be_read() -> None:
    long = "Quyết định 12/QĐ-UBND ngày 05/03/2018 của Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu và nhiều cơ quan khác nữa"
    citation = Citation(1, ARTICLE, "Chợ Sắt", "x", None, 0, 4, "12/Q")
    options = (Option(long, "a?"), Option("12/QĐ-UBND", "b?"))
    answer = Answer("?", Status.REFERENCE, (citation,), "000001", "0123456789ab", 1.0, options=options)
    markup = _option_buttons(answer)
    assert markup
    shown = [button for row in markup.inline_keyboard for button in row]
    assert [str(button.callback_data) for button in shown] == ["opt:0123456789ab:1", "opt:0123456789ab:2"]
    assert all(len(str(button.callback_data).encode()) <= 64 for button in shown)
    assert [len(button.text) for button in shown] == [BUTTON_LABEL, 10]
    assert _option_buttons(answered("x")) is None


def test_buttons_stand_below_the_last_page_only() -> None:
    message = FakeMessage()
    reply(message, ["một", "hai"], buttons("x"))
    assert [bool(sent["reply_markup"]) for sent in message.sent] == [False, True]


def test_an_address_telegram_refuses_does_not_cost_the_answer() -> None:
    message = FakeMessage(refuses_buttons=True)
    reply(message, ["một"], buttons("https://x.y"))
    assert [sent["text"] for sent in message.sent] == ["một"]


def test_a_refusal_without_buttons_is_not_hidden() -> None:
    class Refusing(FakeMessage):
        async def reply_text(self, text: str, **options: Any) -> None:
            raise BadRequest("Chat not found")

    with pytest.raises(BadRequest, match="Chat not found"):
        reply(Refusing(), ["một"], None)
