"""Faults and rate limits on demand."""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from typing import Final

from tests.botapi.errors import ApiError

KINDS: Final = ("429", "500", "502", "timeout", "garbage", "closed", "lost")
"""In the order drawn. All but "lost" keep the call from being carried out; "lost" loses the answer alone."""


class Faults:
    """Draws for each call which fault befalls it, if any."""

    def __init__(self) -> None:
        self.set({}, seed=0, methods=())

    def set(self, shares: Mapping[str, float], *, seed: int, methods: Collection[str]) -> None:
        """Shares of 0 to 1 by kind, together at most 1; `methods` empty means all of them."""
        if unknown := shares.keys() - set(KINDS):
            raise ValueError(f"unknown faults {sorted(unknown)}; there are {KINDS}")
        if not all(0 <= share <= 1 for share in shares.values()) or sum(shares.values()) > 1 + 1e-9:
            raise ValueError(f"shares are 0 to 1 and together at most 1, got {dict(shares)}")
        self._shares, self._methods = dict(shares), {method.lower() for method in methods}
        self._chance = random.Random(seed)

    def draw(self, method: str) -> str | None:
        """The fault of this call; the same seed and order of calls give the same faults."""
        if not self._shares or (self._methods and method.lower() not in self._methods):
            return None
        at = self._chance.random()
        for kind in KINDS:
            at -= self._shares.get(kind, 0)
            if at < 0:
                return kind
        return None


class Limits:
    """At most so many messages in a window (Bot API FAQ, "My bot is hitting limits"); off until set."""

    def __init__(self) -> None:
        self.set(per_chat=None, overall=None, per_group_minute=None)

    def set(self, *, per_chat: int | None, overall: int | None, per_group_minute: int | None) -> None:
        """Messages a second in one chat, a second in all, and a minute in one group; None is no limit."""
        self._limits = (per_chat, overall, per_group_minute)
        self._sent: dict[int | str, deque[float]] = defaultdict(deque)

    def check(self, chat_id: int) -> None:
        """Counts a message.

        Raises:
            ApiError: 429 with the seconds to wait; the message then counts for nothing.
        """
        per_chat, overall, per_group_minute = self._limits
        now = time.monotonic()
        windows: list[tuple[int | str, int | None, float]] = [(chat_id, per_chat, 1.0), ("all", overall, 1.0)]
        if chat_id < 0:
            windows.append((f"group {chat_id}", per_group_minute, 60.0))
        for key, limit, seconds in windows:
            sent = self._sent[key]
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if limit is not None and len(sent) >= limit:
                raise too_many(max(1, math.ceil(sent[0] + seconds - now)))
        for key, limit, _ in windows:
            if limit is not None:
                self._sent[key].append(now)


def too_many(retry_after: int) -> ApiError:
    """429 as Telegram words it; seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
