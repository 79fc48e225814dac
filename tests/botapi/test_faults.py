"""Faults and rate limits on demand."""

from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from tests.botapi.client import StrictServer, StrictServerError

LAN = 42


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns of retry_after as a number, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("429", RetryAfter, "Flood control exceeded"),
        ("500", NetworkError, "Internal Server Error"),
        ("502", NetworkError, "Bad Gateway"),
        ("closed", NetworkError, "disconnected"),
        ("timeout", TimedOut, "Timed out"),
        ("lost", NetworkError, "disconnected"),
    ],
)
async def test_each_fault_reaches_the_bot(
    bot: Bot, telegram: StrictServer, kind: str, error: type[Exception], said: str
) -> None:
    telegram.send_text("x", chat_id=LAN)
    with telegram.faults({kind: 1}, methods=["sendMessage"]), pytest.raises(error, match=said):
        await bot.send_message(LAN, "y", read_timeout=0.2)
    await bot.send_message(LAN, "z")
    shown = [message["text"] for message in telegram.bot_messages(LAN)]
    assert shown == (["y", "z"] if kind == "lost" else ["z"])
    [call, _] = telegram.calls("sendMessage")
    assert (call.fault, call.ok) == (kind, kind == "lost")
    assert telegram.violations() == []


def test_garbage_is_no_json(telegram: StrictServer) -> None:
    with telegram.faults({"garbage": 1}):
        answer = httpx.get(f"{telegram.base_url}{telegram.token}/getMe")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_a_hung_call_is_closed_in_the_end(telegram: StrictServer) -> None:
    telegram.set_settings(hang_seconds=0.1)
    with telegram.faults({"timeout": 1}), pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{telegram.base_url}{telegram.token}/getMe")


def drawn(telegram: StrictServer, seed: int) -> list[int]:
    url = f"{telegram.base_url}{telegram.token}/getMe"
    with telegram.faults({"500": 0.3, "429": 0.2}, seed=seed), httpx.Client(trust_env=False) as client:
        return [client.get(url).status_code for _ in range(100)]


def test_a_share_of_the_calls_fails_and_the_same_seed_fails_the_same(telegram: StrictServer) -> None:
    first = drawn(telegram, 1)
    assert 15 < first.count(500) < 45
    assert 8 < first.count(429) < 35
    assert drawn(telegram, 1) == first != drawn(telegram, 2)


@pytest.mark.parametrize("shares", [{"fire": 0.1}, {"500": 0.7, "502": 0.7}, {"500": -1}])
def test_shares_that_cannot_be_are_refused(telegram: StrictServer, shares: dict[str, float]) -> None:
    with pytest.raises(StrictServerError, match=r"shares|unknown faults"):
        telegram.set_faults(shares)


async def test_too_many_messages_are_put_off(bot: Bot, telegram: StrictServer) -> None:
    for chat_id in (LAN, LAN + 1, LAN + 2):
        telegram.send_text("x", chat_id=chat_id)
    telegram.set_limits(per_chat=1, overall=2)
    await bot.send_message(LAN, "1")
    with pytest.raises(RetryAfter) as put_off:
        await bot.send_message(LAN, "2")
    assert put_off.value.retry_after == timedelta(seconds=1)
    await bot.send_message(LAN + 1, "1")
    with pytest.raises(RetryAfter):
        await bot.send_message(LAN + 2, "1")
    telegram.set_limits()
    await bot.send_message(LAN, "2")
    assert telegram.violations() == []


async def test_a_group_has_its_limit_a_minute(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("/x", chat_id=-5)
    telegram.set_limits(per_group_minute=2)
    await bot.send_message(-5, "1")
    await bot.send_message(-5, "2")
    with pytest.raises(RetryAfter) as put_off:
        await bot.send_message(-5, "3")
    assert put_off.value.retry_after > timedelta(seconds=55)  # type: ignore[operator]
