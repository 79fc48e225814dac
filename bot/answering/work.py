"""What an answer took, in numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds in each stage, hits that were read, and in LLM mode what came of it and the tokens it took."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    hits: int = 0
    llm: str = ""
    tokens: int = 0


class Stopwatch:
    """Times stages in one thread. A stage within another stops the other's time; one that comes again goes on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage = ""
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times until the end of the block."""
        outer = self._stage
        self._switch(name)
        try:
            yield
        finally:
            self._switch(outer)

    def _switch(self, name: str) -> None:
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = name, now
