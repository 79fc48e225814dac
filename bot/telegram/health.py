"""Whether the bot is well: alive, and ready to answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.state.database import StateError
from bot.telegram.desk import Desk
from bot.telegram.http import Reply, Request, Route
from bot.telegram.observing import Affairs, Exposition, Outcome
from config.errors import ChidaoError

LATELY = 90.0  # seconds since Telegram answered last; a poll takes up to 40 (30, and 10 on the way)
_STATE_SECONDS = 5.0  # that the state has to answer; Prometheus waits for ten
_OF_POLLING = frozenset({"getUpdates", "getMe"})  # a poll, and the call that polling begins with
Probe = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Watch:
    """Where to listen for Prometheus, and what it is shown."""

    listen: str
    port: int
    exposition: Exposition


class Health:
    """What is asked at /healthz and /readyz, and /metrics where there is an exposition.

    A bot that polls has reached Telegram when a poll came back: where another polls too, other calls succeed all the
    same. One with a webhook may have no reason to call for hours; it makes a call where the last is long ago.
    """

    def __init__(self, desk: Desk, *, polls: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._polls = polls
        self._clock = clock
        self._heard: float | None = None
        self._counting: asyncio.Task[int] | None = None
        self.stopping = False

    def called(self, method: str, outcome: Outcome) -> None:
        """A call of Telegram was made."""
        if outcome == "sent" and (method in _OF_POLLING or not self._polls):
            self._heard = self._clock()

    async def keep_in_touch(self, probe: Probe) -> None:
        """Asks Telegram whether it is there, where nothing was heard of it for half as long as is allowed."""
        while not self._polls:
            if self._heard is None or self._clock() - self._heard > LATELY / 2:
                with suppress(TelegramError):  # what was heard last tells
                    await probe()
            await asyncio.sleep(LATELY / 4)

    def routes(self) -> list[Route]:
        """What tells whether it is alive, and whether ready."""
        return [Route("GET", "/healthz", self._alive), Route("GET", "/readyz", self._ready)]

    def metrics_route(self, exposition: Exposition) -> Route:
        """What Prometheus reads."""

        async def metrics(_request: Request) -> Reply:
            affairs = await self.affairs()
            return Reply(body=await asyncio.to_thread(exposition.page, affairs), media_type=exposition.media_type)

        return Route("GET", "/metrics", metrics)

    async def affairs(self) -> Affairs:
        """How things stand."""
        waiting = await self._waiting()
        generation, articles, passages = await asyncio.to_thread(self._generation)
        return Affairs(waiting, generation, articles, passages, tuple(self._lacking(waiting, generation)))

    async def _waiting(self) -> int | None:
        """Updates that wait; None where the state does not say so in time.

        One thread at most waits for it: looks come every few seconds, and a state that hangs would hold as many.
        """
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(asyncio.to_thread(self._desk.state.inbox.waiting))
        try:
            return await asyncio.wait_for(asyncio.shield(self._counting), _STATE_SECONDS)
        except (StateError, TimeoutError):
            return None

    def _generation(self) -> tuple[str, int, int]:
        try:
            with self._desk.engine.reading() as live:
                return live.name, live.manifest.articles, live.manifest.passages
        except ChidaoError:
            return "", 0, 0

    def _lacking(self, waiting: int | None, generation: str) -> Iterator[str]:
        if not generation:
            yield "generation"
        if waiting is None:
            yield "state"
        if self._heard is None or self._clock() - self._heard > LATELY:
            yield "telegram"
        if self.stopping:
            yield "stopping"

    async def _alive(self, _request: Request) -> Reply:
        """That this is answered is the proof: the loop turns."""
        return Reply(body=b'{"ok": true}')

    async def _ready(self, _request: Request) -> Reply:
        lacking = (await self.affairs()).lacking
        body = json.dumps({"ok": not lacking, "lacking": lacking}).encode()
        return Reply(503 if lacking else 200, body)
