"""What every handler has at hand, and what it knows of the person it serves."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from telegram import Message, Update
from telegram.ext import Application, ContextTypes

from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, Turn
from bot.messages import Messages, messages_in
from bot.receipts.models import Receipt
from bot.state.database import StateError
from bot.state.store import State
from bot.telegram.limits import Limits
from bot.telegram.observing import Observer
from bot.telegram.operations import Operations
from bot.telegram.roles import Roles
from bot.telegram.texts import Texts, texts_in

Context = ContextTypes.DEFAULT_TYPE
T = TypeVar("T")
App = Application[Any, Any, Any, Any, Any, Any]
_TIMED = 1_000  # of the last answers
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What settings say of the city and of what is kept: `receipts` and `days` in days.

    `model`: LLM mode is on; `service`: questions are encoded at a server.
    """

    city: str
    contact: str
    receipts: int
    days: int
    model: bool
    service: bool


@dataclass(slots=True)
class Counts:
    """What /status tells of this process; `seconds` are of the last answers, from being worked on to being sent."""

    began: float = field(default_factory=time.monotonic)
    questions: int = 0
    errors: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_TIMED))


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that handlers work with. `thinking` bounds how many questions the engine has at once."""

    engine: AnswerEngine
    state: State
    operations: Operations
    house: House
    roles: Roles
    limits: Limits
    receipt: Callable[[str], Receipt | None]
    thinking: asyncio.Semaphore
    counts: Counts = field(default_factory=Counts)
    observer: Observer = field(default_factory=Observer)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is served: the user, the chat, its words. `talk` names the conversation: in a group, each member's own."""

    user: int
    chat: int
    talk: int
    private: bool
    messages: Messages
    texts: Texts


async def visitor_of(update: Update, desk: Desk) -> Visitor:
    """Who sent an update, with words in the language chosen, else in that of the person's Telegram."""
    user = update.effective_user.id if update.effective_user else 0
    chat = update.effective_chat.id if update.effective_chat else user
    chosen = await remembered(None, desk.state.people.language, user)
    code = chosen or (update.effective_user.language_code if update.effective_user else None)
    messages = messages_in(code)
    private = chat == user
    talk = chat if private else (chat << 64) ^ user
    return Visitor(user, chat, talk, private, messages, texts_in(messages.language))


async def remembered(otherwise: T, method: Callable[..., T], *arguments: Any) -> T:
    """What the state says; where the database is away, that, for an answer must not depend on it."""
    try:
        return await asyncio.to_thread(method, *arguments)
    except StateError as error:
        _log.warning("the state is away: %s", type(error).__name__)
        return otherwise


async def turns_of(desk: Desk, visitor: Visitor) -> tuple[Turn, ...]:
    """The turns before."""
    nothing: tuple[Turn, ...] = ()
    return await remembered(nothing, desk.state.conversations.turns, visitor.talk)


async def remember_turn(desk: Desk, visitor: Visitor, answer: Answer) -> None:
    """Keeps a turn for the questions that follow."""
    await remembered(None, desk.state.conversations.remember, visitor.talk, answer)


def command_text(message: Message) -> str:
    """What stands behind a command."""
    return (message.text or message.caption or "").partition(" ")[2].strip()
