"""The last turns of each chat, in the memory of this process and nowhere else: never logged, never stored."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.answering.conversation import turn_of
from bot.answering.models import Answer, Turn

MAX_CHATS = 10_000  # of at most a few kilobytes each
MAX_TURNS = 4
KEPT_SECONDS = 20 * 60.0  # a person who comes back later has another thing in mind


@dataclass(slots=True)
class Conversations:
    """Remembers the last turns of the chats that spoke last. Safe to share between threads.

    `clock` gives seconds, for tests.
    """

    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _chats: OrderedDict[int, tuple[float, tuple[Turn, ...]]] = field(default_factory=OrderedDict, repr=False)

    def turns(self, chat: int) -> tuple[Turn, ...]:
        """The turns of a chat, the last one last; none where it was silent for too long."""
        with self._lock:
            self._forget_old()
            return self._chats.get(chat, (0.0, ()))[1]

    def until(self, chat: int, receipt: str) -> tuple[Turn, ...]:
        """The turns of a chat up to the answer with this receipt; none where it is no longer known."""
        turns = self.turns(chat)
        return next((turns[: at + 1] for at, turn in enumerate(turns) if turn.receipt == receipt), ())

    def remember(self, chat: int, answer: Answer) -> None:
        """Adds an answer's turn to its chat; what was no question leaves none."""
        turn = turn_of(answer)
        if turn is None:
            return
        with self._lock:
            self._forget_old()
            _, turns = self._chats.pop(chat, (0.0, ()))
            self._chats[chat] = (self.clock(), (*turns, turn)[-MAX_TURNS:])
            if len(self._chats) > MAX_CHATS:
                self._chats.popitem(last=False)

    def forget(self, chat: int) -> None:
        """Clears a chat."""
        with self._lock:
            self._chats.pop(chat, None)

    def _forget_old(self) -> None:
        """Drops the chats that spoke too long ago; the one that spoke longest ago stands first."""
        oldest = self.clock() - KEPT_SECONDS
        while self._chats:
            chat, (spoke, _) = next(iter(self._chats.items()))
            if spoke > oldest:
                return
            del self._chats[chat]
