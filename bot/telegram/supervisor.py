"""Telling systemd, where it has started the bot, that it is alive (sd_notify(3), sd_watchdog_enabled(3))."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who has started the bot: the socket to tell it at, and within how many seconds it wants a sign (0: it does not).

    The signs come from the event loop: where that hangs there are none, and the bot is started anew.
    """

    address: str
    seconds: float

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Says that the bot is up, and gives signs until the end of the block."""
        self._tell("READY=1")
        signs = asyncio.create_task(self._give_signs())
        try:
            yield
        finally:
            signs.cancel()

    async def _give_signs(self) -> None:
        while self.seconds:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self.seconds / 2)

    def _tell(self, state: str) -> None:
        name = self.address.replace("@", "\0", 1) if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out, suppress(OSError):
            out.sendto(state.encode(), name)


def supervisor_in(environment: Mapping[str, str]) -> Supervisor | None:
    """The one that an environment names, if any."""
    address, microseconds = environment.get("NOTIFY_SOCKET"), environment.get("WATCHDOG_USEC", "0")
    if not address:
        return None
    return Supervisor(address, int(microseconds) / 1e6 if microseconds.isdecimal() else 0.0)
