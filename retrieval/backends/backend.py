"""What a backend is, and the one of the home's own files."""

from __future__ import annotations

from typing import Protocol

from config.errors import HomeError
from corpus.generation import Home
from retrieval.serving import Generation, open_live, open_named


class Backend(Protocol):
    """Where generations are opened. Safe to share between threads."""

    def current(self) -> str | None:
        """What tells the generation in use from every other, or None; cheap, since it is asked before every question.

        Raises:
            HomeError: it cannot be read.
        """
        ...

    def open_live(self) -> Generation:
        """The generation in use.

        Raises:
            NoGenerationError: there is none yet.
            HomeError: it cannot be read.
        """
        ...

    def open_named(self, name: str) -> Generation:
        """The generation of that name, whether it is in use or not.

        Raises:
            HomeError: it is not held any more, or cannot be read.
        """
        ...


class HomeBackend:
    """Generations as the home's files hold them."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.current = home.current

    def open_live(self) -> Generation:
        """The generation in use, or where its files are damaged the newest good one before it."""
        return open_live(self._home)

    def open_named(self, name: str) -> Generation:
        """The generation of that name, whether it is in use or not."""
        if name not in self._home.names():
            raise not_held(name)
        return open_named(self._home, name)


def not_held(name: str) -> HomeError:
    """What is said of a generation that was pruned."""
    return HomeError(
        f"bản nạp {name} không còn trong kho (chỉ giữ CHIDAO_INDEX__KEEP bản)",
        f"generation {name} is not in the home any more (CHIDAO_INDEX__KEEP of them are kept)",
    )
