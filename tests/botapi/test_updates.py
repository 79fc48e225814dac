"""Long polling and webhooks."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict
from telegram.ext import Application, MessageHandler, filters

from tests.botapi.client import StrictServer
from tests.botapi.conftest import Caller

LAN = 42


async def test_a_poll_waits_and_what_is_not_confirmed_comes_again(bot: Bot, telegram: StrictServer) -> None:
    begun = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - begun < 15
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await asyncio.to_thread(telegram.send_text, "một", chat_id=LAN)
    begun = time.monotonic()
    [first] = await polling
    assert time.monotonic() - begun < 15  # of the 20 that it would wait
    telegram.send_text("hai", chat_id=LAN)
    assert [update.update_id for update in await bot.get_updates()] == [first.update_id, first.update_id + 1]
    assert len(await bot.get_updates(limit=1)) == 1
    [second] = await bot.get_updates(offset=first.update_id + 1)
    assert second.message is not None
    assert second.message.text == "hai"
    assert telegram.pending() == 1
    assert [latency.attempts for latency in telegram.latencies()] == [3, 2]


async def test_a_negative_offset_takes_the_last(bot: Bot, telegram: StrictServer) -> None:
    for text in ("một", "hai", "ba"):
        telegram.send_text(text, chat_id=LAN)
    [last] = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "ba"
    assert telegram.pending() == 1


async def test_a_second_poll_ends_the_first(bot: Bot, telegram: StrictServer) -> None:
    async with Bot(telegram.token, base_url=telegram.base_url) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await asyncio.to_thread(telegram.send_text, "x", chat_id=LAN)
        assert len(await second) == 1
    assert [violation.method for violation in telegram.violations()] == ["getUpdates"]


async def test_a_poller_that_went_away_is_in_nobodys_way(bot: Bot, telegram: StrictServer) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=0.2) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{telegram.base_url}{telegram.token}/getUpdates", params={"timeout": 20})
    await asyncio.sleep(0.1)
    telegram.send_text("x", chat_id=LAN)
    assert len(await bot.get_updates(timeout=10)) == 1
    assert telegram.violations() == []


async def test_allowed_updates_are_remembered(bot: Bot, telegram: StrictServer) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    assert telegram.send_text("x", chat_id=LAN).update_id is None
    await bot.get_updates()
    assert telegram.send_text("x", chat_id=LAN).update_id is None
    await bot.get_updates(allowed_updates=[])
    assert telegram.send_text("x", chat_id=LAN).update_id


async def test_an_application_polls(telegram: StrictServer) -> None:
    """The loop that people really run: answers, then stops cleanly."""
    application = Application.builder().token(telegram.token).base_url(telegram.base_url).build()

    async def answer(update: Any, context: Any) -> None:
        await update.message.reply_text(f"bạn viết: {update.message.text}", do_quote=True)

    application.add_handler(MessageHandler(filters.TEXT, answer))
    updater = application.updater
    assert updater is not None
    async with application:
        await updater.start_polling(timeout=10)
        await application.start()
        sent = await asyncio.to_thread(telegram.send_text, "xin chào", chat_id=LAN)
        [call] = await asyncio.to_thread(telegram.wait_for, 1, chat_id=LAN)
        await updater.stop()
        await application.stop()
    assert call.parameters["reply_parameters"]["message_id"] == sent.message_id
    assert telegram.pending() == 0
    assert telegram.violations() == []


class Hook:
    """A webhook on loopback that answers 200 to a text once its `refusals` are used up."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str | None, float]] = []
        self.refusals: dict[str, list[int]] = {}
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                secret = self.headers["X-Telegram-Bot-Api-Secret-Token"]
                hook.got.append((update["message"]["text"], secret, time.monotonic()))
                refusals = hook.refusals.get(update["message"]["text"])
                self.send_response(refusals.pop(0) if refusals else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def texts(self, count: int) -> list[str]:
        """The texts, once there are so many."""
        deadline = time.monotonic() + 5
        while len(self.got) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return [text for text, _, _ in self.got]


@pytest.fixture
def hooks() -> Iterator[list[Hook]]:
    made = [Hook(), Hook()]
    threads = [threading.Thread(target=hook.server.serve_forever, args=(0.01,)) for hook in made]
    for thread in threads:
        thread.start()
    yield made
    for hook, thread in zip(made, threads, strict=True):
        hook.server.shutdown()
        hook.server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _own_address(telegram: StrictServer) -> None:
    telegram.set_webhook_targets(first_pause=0.05, longest_pause=0.2)


async def test_a_webhook_gets_updates_with_its_secret(bot: Bot, telegram: StrictServer, hooks: list[Hook]) -> None:
    telegram.send_text("trước", chat_id=LAN)
    await bot.set_webhook(hooks[0].url, secret_token="bí-mật".encode().hex(), allowed_updates=["message"])
    telegram.send_text("sau", chat_id=LAN)
    assert hooks[0].texts(2) == ["trước", "sau"]
    assert hooks[0].got[0][1] == "bí-mật".encode().hex()
    info = await bot.get_webhook_info()
    assert (info.url, info.allowed_updates) == (hooks[0].url, ("message",))
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    telegram.send_text("nữa", chat_id=LAN)
    assert len(await bot.get_updates(timeout=10)) == 1


async def test_a_failing_webhook_is_tried_again_in_order_and_holds_up_nobody_else(
    bot: Bot, telegram: StrictServer, hooks: list[Hook]
) -> None:
    hooks[0].refusals["một"] = [500, 503]
    await bot.set_webhook(hooks[0].url)
    telegram.send_text("một", chat_id=LAN)
    telegram.send_text("hai", chat_id=LAN)
    hooks[0].texts(1)
    telegram.send_text("khác", chat_id=LAN + 1)
    texts = hooks[0].texts(5)
    assert [text for text in texts if text != "khác"] == ["một", "một", "một", "hai"]
    assert texts[-1] != "khác"
    first, second, third = (at for text, _, at in hooks[0].got if text == "một")
    assert third - second > second - first > 0.04
    info = await bot.get_webhook_info()
    assert "Wrong response from the webhook: 503" in (info.last_error_message or "")
    assert telegram.pending() == 0


async def test_pending_updates_wait_for_a_webhook_that_is_down(
    bot: Bot, telegram: StrictServer, hooks: list[Hook]
) -> None:
    telegram.set_webhook_targets("http://127.0.0.1:1/")
    await bot.set_webhook("https://bot.example.org/hook")
    telegram.send_text("x", chat_id=LAN)
    await asyncio.sleep(0.1)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, (info.last_error_message or "")[:17]) == (1, "Connection failed")
    telegram.set_webhook_targets(hooks[0].url)
    assert hooks[0].texts(1) == ["x"]


async def test_several_processes_behind_one_address_get_updates_in_turn(
    bot: Bot, telegram: StrictServer, hooks: list[Hook]
) -> None:
    telegram.set_webhook_targets(*(hook.url for hook in hooks))
    await bot.set_webhook("https://bot.example.org/hook")
    for n in range(4):
        telegram.send_text(f"{n}", chat_id=LAN)
    assert [sorted(hook.texts(2)) for hook in hooks] == [["0", "2"], ["1", "3"]]


async def test_an_update_can_come_twice(bot: Bot, telegram: StrictServer, hooks: list[Hook]) -> None:
    await bot.set_webhook(hooks[0].url)
    sent = telegram.send_text("x", chat_id=LAN)
    hooks[0].texts(1)
    assert sent.update_id is not None
    telegram.redeliver(sent.update_id)
    assert hooks[0].texts(2) == ["x", "x"]


async def test_pending_updates_can_be_dropped(bot: Bot, telegram: StrictServer, call: Caller) -> None:
    telegram.send_text("x", chat_id=LAN)
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
