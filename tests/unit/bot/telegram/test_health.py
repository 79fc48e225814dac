"""Whether the bot is ready, as time goes by without a word from Telegram."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram.error import NetworkError

from bot.state.database import StateError
from bot.telegram.desk import Desk
from bot.telegram.health import LATELY, Health
from config.errors import NoGenerationError


def desk(waiting: Any = 3, generation: Any = "000001") -> Desk:
    def count() -> int:
        if isinstance(waiting, Exception):
            raise waiting
        return int(waiting)

    @contextmanager
    def reading() -> Any:
        if isinstance(generation, Exception):
            raise generation
        yield SimpleNamespace(name=generation, manifest=SimpleNamespace(articles=19, passages=129))

    state = SimpleNamespace(inbox=SimpleNamespace(waiting=count))
    return cast("Desk", SimpleNamespace(state=state, engine=SimpleNamespace(reading=reading)))


async def lacking(health: Health) -> tuple[str, ...]:
    return (await health.affairs()).lacking


@pytest.mark.parametrize(
    ("polls", "method", "outcome", "missing"),
    [
        (True, "getUpdates", "sent", ()),
        (True, "getMe", "sent", ()),
        (True, "sendMessage", "sent", ("telegram",)),  # another polls, and this one gets nothing
        (True, "getUpdates", "refused", ("telegram",)),
        (True, "getUpdates", "failed", ("telegram",)),
        (False, "sendMessage", "sent", ()),
        (False, "sendMessage", "put_off", ("telegram",)),
    ],
)
async def test_telegram_is_reached_by_what_tells_of_it(polls, method, outcome, missing) -> None:
    health = Health(desk(), polls=polls)
    health.called(method, outcome)
    assert await lacking(health) == missing


async def test_what_was_long_ago_no_longer_counts() -> None:
    now = [1000.0]
    health = Health(desk(), polls=True, clock=lambda: now[0])
    health.called("getUpdates", "sent")
    now[0] += LATELY - 1
    assert await lacking(health) == ()
    now[0] += 2
    assert await lacking(health) == ("telegram",)


@pytest.mark.parametrize(
    ("affairs", "missing"),
    [
        (desk(waiting=StateError("no such table: updates")), ("state",)),
        (desk(generation=NoGenerationError("chưa nạp", "not reloaded")), ("generation",)),
    ],
)
async def test_a_part_that_is_away_is_named(affairs: Desk, missing: tuple[str, ...]) -> None:
    health = Health(affairs, polls=True)
    health.called("getMe", "sent")
    assert await lacking(health) == missing


async def test_a_state_that_hangs_is_away_and_holds_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.health._STATE_SECONDS", 0.01)
    asked, goes_on = [], threading.Event()

    def hang() -> int:
        asked.append(1)
        goes_on.wait(30)
        return 7

    hanging = desk()
    hanging.state.inbox.waiting = hang  # type: ignore[method-assign]
    health = Health(hanging, polls=True)
    health.called("getMe", "sent")
    assert [await lacking(health) for _ in range(3)] == [("state",)] * 3
    assert asked == [1]
    goes_on.set()
    await asyncio.sleep(0.1)
    assert (await health.affairs()).waiting == 7


async def test_it_is_not_ready_for_more_while_it_stops() -> None:
    health = Health(desk(), polls=True)
    health.called("getMe", "sent")
    health.stopping = True
    assert await lacking(health) == ("stopping",)


class Ended(Exception):  # noqa: N818  no error: the end of a test
    """Enough time has passed."""


async def test_a_webhooks_bot_asks_now_and_then_where_it_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [1000.0], []
    health = Health(desk(), polls=False, clock=lambda: now[0])
    health.called("setWebhook", "sent")

    async def passed(seconds: float) -> None:
        now[0] += seconds
        if now[0] > 1000.0 + LATELY * 2.3:
            raise Ended

    async def probe() -> None:
        asked.append(now[0])
        if len(asked) == 1:
            raise NetworkError("away")
        health.called("getMe", "sent")

    monkeypatch.setattr("bot.telegram.health.asyncio.sleep", passed)
    with pytest.raises(Ended):
        await health.keep_in_touch(probe)
    assert len(asked) == 3


async def test_one_that_polls_asks_nothing() -> None:
    async def probe() -> None:
        pytest.fail("the polls tell")

    await Health(desk(), polls=True).keep_in_touch(probe)
