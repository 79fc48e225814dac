"""What the bot tells of its own work, in numbers and words of fixed sets: to the log, and to an observer.

Nothing personal may be handed to an observer: no text, no name, no id of a person, a chat or a message.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.answering.models import Answer
from bot.answering.work import Work
from config.log import Fact, facts

Via = Literal["chat", "inline"]
Outcome = Literal["sent", "refused", "put_off", "failed"]
Reload = Literal["served", "blocked", "failed", "rolled_back"]
# Statuses of questions without an answer: nothing to answer from, a fault of the program, Telegram would not take it.
UNAVAILABLE, FAILED, UNSENT = "unavailable", "failed", "unsent"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question: `seconds` from being worked on to being sent, `stages` in seconds.

    Where none was sent there are no stages.
    """

    via: Via
    status: str
    seconds: float
    stages: Mapping[str, float] = field(default_factory=dict)
    work: Work = field(default_factory=Work)


@dataclass(frozen=True, slots=True)
class Affairs:
    """How things stand: updates that wait (None: not known), the generation (empty: none), what is not ready."""

    waiting: int | None
    generation: str
    articles: int
    passages: int
    lacking: tuple[str, ...]


class Observer:
    """Is told what happens, from any thread. This one does not care."""

    def received(self, kind: str) -> None:
        """An update came."""

    def asked(self, asked: Asked) -> None:
        """A question was worked on."""

    def called(self, method: str, outcome: Outcome) -> None:
        """A call of the Bot API was made."""

    def called_again(self, method: str) -> None:
        """It is a further try."""

    def limited(self, whom: Literal["person", "everybody"]) -> None:
        """A message was not answered: one person, or all together, ask too much."""

    def judged(self, *, right: bool) -> None:
        """Somebody called an answer right or wrong."""

    def reloaded(self, outcome: Reload) -> None:
        """An admin's reload or rollback from Telegram came to its end."""

    def failed(self) -> None:
        """An update could not be worked on to its end."""


class Exposition(Protocol):
    """Shows what was observed."""

    media_type: str

    def page(self, affairs: Affairs) -> bytes:
        """All of it, and how things stand."""
        ...


def note_answer(observer: Observer, answer: Answer, via: Via, seconds: float, **stages: float) -> None:
    """One line about an answer, and the observer; `stages` are those around the engine, in seconds."""
    asked = Asked(via, answer.status.value, seconds, {**answer.work.seconds, **stages}, answer.work)
    known: dict[str, Fact] = {
        "status": asked.status,
        "kind": answer.kind,
        "via": via,
        "generation": answer.generation,
        "receipt": answer.receipt,
        "hits": answer.work.hits,
    }
    if answer.work.llm:
        known |= {"llm": answer.work.llm, "tokens": answer.work.tokens}
    milliseconds = {f"{name}_ms": round(1000 * each, 1) for name, each in asked.stages.items()}
    _log.info("answer", extra=facts(**known, total_ms=round(1000 * seconds, 1), **milliseconds))
    observer.asked(asked)


def note_no_answer(observer: Observer, status: str, via: Via, seconds: float) -> None:
    """The same of a question that got none."""
    _log.info("answer", extra=facts(status=status, via=via, total_ms=round(1000 * seconds, 1)))
    observer.asked(Asked(via, status, seconds))
