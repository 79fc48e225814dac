"""The harness itself: python-telegram-bot's Bot at one end, a webhook of a few lines at the other."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)

from tests.contract import telemelya_server
from tests.contract.telemelya_server import TelemelyaServer, TelemelyaServerError

_REASON = telemelya_server.available()
pytestmark = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")
SECRET = "Do-not_tell"
CHAT = 42
BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Nguồn", callback_data="source:1")]])


class Webhook(ThreadingHTTPServer):
    """Keeps the updates that arrive; with a secret, it refuses those that come without it."""

    def __init__(self, secret: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.secret = secret
        self.updates: SimpleQueue[dict[str, Any]] = SimpleQueue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/telegram"


class _Receiver(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        knows = self.headers["X-Telegram-Bot-Api-Secret-Token"] == self.server.secret
        if knows:
            self.server.updates.put(update)
        self.send_response(200 if knows else 403)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass  # a failed test says enough


@contextmanager
def _webhook(secret: str | None = None) -> Iterator[Webhook]:
    with Webhook(secret) as webhook:
        serving = threading.Thread(target=webhook.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield webhook
        finally:
            webhook.shutdown()
            serving.join()


@pytest.fixture(scope="module")
def started() -> Iterator[TelemelyaServer]:
    with TelemelyaServer() as server:
        yield server


@pytest.fixture
def server(started: TelemelyaServer) -> TelemelyaServer:
    started.reset()
    started.secret_token = None
    return started


@pytest.fixture
async def bot(server: TelemelyaServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url) as bot:
        yield bot
        await bot.delete_webhook()


@pytest.fixture
async def webhook(bot: Bot) -> AsyncIterator[Webhook]:
    with _webhook() as webhook:
        await bot.set_webhook(webhook.url)
        yield webhook


def _received(webhook: Webhook, bot: Bot) -> Update:
    """The next update, as python-telegram-bot reads it; what was sent has arrived when the call returned."""
    update = Update.de_json(webhook.updates.get(timeout=5), bot)
    assert update is not None
    return update


async def test_what_a_citizen_writes_arrives_at_the_webhook(server: TelemelyaServer, bot: Bot, webhook: Webhook):
    update_id = server.send_text("/start căn cước", chat_id=CHAT)

    update = _received(webhook, bot)

    assert update.update_id == update_id
    assert update.message is not None
    assert (update.message.text, update.message.chat_id) == ("/start căn cước", CHAT)
    assert list(update.message.parse_entities().values()) == ["/start"]


async def test_what_the_bot_sends_is_recorded_for_each_chat(server: TelemelyaServer, bot: Bot):
    message = await bot.send_message(CHAT, "Theo <b>Điều 5</b>", parse_mode="HTML", reply_markup=BUTTONS)
    await bot.send_message(CHAT + 1, "khác")

    [sent] = server.wait_for(1, chat_id=CHAT)

    assert sent == {
        "chat_id": CHAT,
        "message_id": message.message_id,
        "text": "Theo <b>Điều 5</b>",
        "parse_mode": "HTML",
        "reply_markup": BUTTONS.to_dict(),
    }
    assert len(server.sent()) == 2
    with pytest.raises(TimeoutError, match="1 of 2 sendMessage calls"):
        server.wait_for(2, timeout=0.1, chat_id=CHAT)


async def test_a_message_is_edited(server: TelemelyaServer, bot: Bot):
    message = await bot.send_message(CHAT, "Đang tìm…")

    edited = await bot.edit_message_text("Đã tìm thấy", CHAT, message.message_id)

    assert isinstance(edited, Message)
    assert (edited.text, edited.message_id) == ("Đã tìm thấy", message.message_id)
    [call] = server.sent("editMessageText", chat_id=CHAT)
    assert call == {"chat_id": CHAT, "message_id": message.message_id, "text": "Đã tìm thấy"}


async def test_a_pressed_button_is_answered(server: TelemelyaServer, bot: Bot, webhook: Webhook):
    message = await bot.send_message(CHAT, "Trả lời", reply_markup=BUTTONS)

    query_id = server.press("source:1", message_id=message.message_id, chat_id=CHAT)

    query = _received(webhook, bot).callback_query
    assert query is not None
    assert query.message is not None
    assert (query.id, query.data, query.message.message_id) == (query_id, "source:1", message.message_id)
    await query.answer("Nghị định 105", show_alert=True)
    [answer] = server.sent("answerCallbackQuery")
    assert answer == {"callback_query_id": query_id, "text": "Nghị định 105", "show_alert": True}


async def test_an_inline_query_is_answered(server: TelemelyaServer, bot: Bot, webhook: Webhook):
    query_id = server.inline_query("căn cước")

    query = _received(webhook, bot).inline_query
    assert query is not None
    assert (query.id, query.query) == (query_id, "căn cước")
    await query.answer([InlineQueryResultArticle("1", "Căn cước", InputTextMessageContent("Điều 5"))], cache_time=0)

    [answer] = server.sent("answerInlineQuery")
    assert answer["inline_query_id"] == query_id
    assert [result["title"] for result in answer["results"]] == ["Căn cước"]


async def test_a_file_that_a_citizen_sends_can_be_downloaded(server: TelemelyaServer, bot: Bot, webhook: Webhook):
    content = "Điều 1. Phạm vi".encode() * 100_000

    file_id = server.send_document(content, name="Nghị định 105.txt", mime_type="text/plain", chat_id=CHAT)

    message = _received(webhook, bot).message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_id, message.document.file_size) == (file_id, len(content))
    assert message.document.file_name == "Nghị định 105.txt"
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content


async def test_the_secret_token_comes_with_every_update(server: TelemelyaServer, bot: Bot):
    with _webhook(SECRET) as webhook:
        await bot.set_webhook(webhook.url, secret_token=SECRET)
        with pytest.raises(TelemelyaServerError, match="answered 403"):
            server.send_text("không có mã")
        server.secret_token = "guessed"
        with pytest.raises(TelemelyaServerError, match="answered 403"):
            server.send_text("sai mã")
        server.secret_token = SECRET

        server.send_text("đúng mã")
        pressed = server.press("source:1", message_id=1)
        asked = server.inline_query("căn cước")
        server.send_document(b"x", name="x.txt")

        arrived = [webhook.updates.get(timeout=5) for _ in range(4)]
    assert webhook.updates.empty()
    assert arrived[0]["message"]["text"] == "đúng mã"
    assert [arrived[1]["callback_query"]["id"], arrived[2]["inline_query"]["id"]] == [pressed, asked]
    assert arrived[3]["message"]["document"]["file_name"] == "x.txt"


@pytest.mark.parametrize("secret", [None, SECRET])
def test_an_update_without_a_webhook_is_an_error(server: TelemelyaServer, secret: str | None):
    server.secret_token = secret
    with pytest.raises(TelemelyaServerError, match=r"(?i)no webhook"):
        server.send_text("có ai không?")


def test_a_server_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(telemelya_server, "PYTHON", telemelya_server.SERVER_FOLDER / "nowhere")
    assert "telemelya is not installed" in (telemelya_server.available({}) or "")
    assert telemelya_server.available({"CHIDAO_REQUIRE_SERVERS": "1"}) is None
    with pytest.raises(TelemelyaServerError, match="not installed"), TelemelyaServer():
        pass
