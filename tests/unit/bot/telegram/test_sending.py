"""Sending: what was surely not carried out is tried on, what may have been once more, and a refusal not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram import sending
from bot.telegram.sending import TRIES, UNKNOWN_TRIES, Limiter, UnknownError, call, reply

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Nguồn ↗", url="https://x.y")]])


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


SERVER_ERROR = NetworkError("Internal Server Error (500)")
GARBAGE = TelegramError("Invalid server response")
NOT_CONNECTED = caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused"))
NO_ROOM = caused(TimedOut("Pool timeout"), httpx.PoolTimeout(""))
LOST = caused(TimedOut(), httpx.ReadTimeout(""))
CUT = caused(NetworkError("httpx.ReadError"), httpx.ReadError("reset"))


@dataclass
class FakeBot:
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send_message(self, chat: int, text: str, **options: Any) -> None:
        self.sent.append({"chat": chat, "text": text, **options})


@dataclass
class FakeMessage:
    """Records replies; fails with `errors`, one after another."""

    errors: list[TelegramError] = field(default_factory=list)
    message_id: int = 5
    sent: list[dict[str, Any]] = field(default_factory=list)
    tried: int = 0
    bot: FakeBot = field(default_factory=FakeBot)

    async def reply_text(self, text: str, **options: Any) -> None:
        self.tried += 1
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append({"text": text, **options})

    def get_bot(self) -> FakeBot:
        return self.bot


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PAUSE", 0.0)


def replied(message: FakeMessage, pages: Sequence[str], markup: InlineKeyboardMarkup | None = None) -> None:
    asyncio.run(reply(cast("Message", message), pages, markup))


def called(errors: list[TelegramError]) -> int:
    """How often a call was made that fails with these errors first."""
    message = FakeMessage(errors)
    asyncio.run(call(lambda: cast("Any", message.reply_text("x"))))
    return message.tried


@pytest.mark.parametrize("error", [SERVER_ERROR, GARBAGE, NOT_CONNECTED, NO_ROOM])
def test_what_was_surely_not_carried_out_is_tried_on(error: TelegramError) -> None:
    assert called([error] * (TRIES - 1)) == TRIES
    with pytest.raises(type(error)):
        called([error] * TRIES)


@pytest.mark.parametrize("error", [LOST, CUT])
def test_what_may_have_been_carried_out_is_tried_once_more(error: TelegramError) -> None:
    assert called([error]) == UNKNOWN_TRIES
    message = FakeMessage([error] * 5)
    with pytest.raises(UnknownError):
        replied(message, ["một"])
    assert message.tried == UNKNOWN_TRIES


def test_what_may_have_been_carried_out_is_not_repeated_where_that_is_not_allowed() -> None:
    message = FakeMessage([LOST])

    async def no() -> bool:
        return False

    with pytest.raises(UnknownError):
        asyncio.run(reply(cast("Message", message), ["một"], None, no))
    assert message.tried == 1


def test_a_chat_that_is_put_off_holds_back_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_AFTER", 0.0)
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    done: list[int] = []
    put_off = [RetryAfter(timedelta(seconds=0.2))]

    async def send(chat: int) -> bool:
        if chat == 1 and put_off:
            raise put_off.pop()
        done.append(chat)
        return True

    async def both() -> None:
        limiter = Limiter(30)
        calls = (limiter.process_request(send, (chat,), {}, "sendMessage", {"chat_id": chat}, None) for chat in (1, 2))
        await asyncio.gather(*calls)

    asyncio.run(both())
    assert done == [2, 1]


@pytest.mark.parametrize("error", [BadRequest("Chat not found"), Forbidden("blocked")])
def test_a_refusal_is_final(error: TelegramError) -> None:
    message = FakeMessage([error] * 5)
    with pytest.raises(type(error)):
        replied(message, ["một"])
    assert message.tried == 1


def test_buttons_stand_below_the_last_page_only() -> None:
    message = FakeMessage()
    replied(message, ["một", "hai"], BUTTONS)
    assert [bool(sent["reply_markup"]) for sent in message.sent] == [False, True]


def test_an_address_telegram_refuses_does_not_cost_the_answer() -> None:
    message = FakeMessage([BadRequest("Button_url_invalid")])
    replied(message, ["một"], BUTTONS)
    assert [sent["text"] for sent in message.sent] == ["một"]


def test_an_answer_follows_a_group_that_moved() -> None:
    message = FakeMessage([ChatMigrated(-100_5)])
    replied(message, ["một"])
    assert [(sent["chat"], sent["text"]) for sent in message.bot.sent] == [(-100_5, "một")]
