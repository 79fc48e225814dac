"""What admins can have done, as far as Telegram sees it; bot/cli/operations.py does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.models import Article

Step = Callable[[str], None]  # told what a reload is at, from another thread


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What came of a reload: a report in lines; `blocked` by the gate; the generation that is now in use."""

    lines: Sequence[str]
    blocked: bool
    generation: str | None


class Operations(Protocol):
    """Each does its work in the calling thread, and raises ChidaoError where it cannot."""

    def read(self, name: str, data: bytes | None) -> Article:
        """The article in a file, or at an address where there is no data; nothing is stored."""
        ...

    def add(self, name: str, data: bytes | None, language: str) -> Sequence[str]:
        """Stores it, and says in lines what became of it."""
        ...

    def reload(self, language: str, step: Step, *, force: bool) -> Reloaded:
        """Builds a new generation, and serves it where the gate lets it pass."""
        ...

    def rollback(self, language: str) -> Sequence[str]:
        """Serves the generation before, and says so in lines."""
        ...

    def article(self, article_id: str) -> Article | None:
        """An article of the store."""
        ...

    def remove(self, article_id: str, language: str) -> Sequence[str]:
        """Takes an article out, and says in lines where it is left."""
        ...

    def status(self, language: str) -> Sequence[str]:
        """The state of the home, in lines."""
        ...

    def gaps(self, language: str) -> Sequence[str]:
        """Questions without an answer, those alike together, in lines."""
        ...
