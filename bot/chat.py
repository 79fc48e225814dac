"""The conversation in a terminal."""

from __future__ import annotations

import contextlib
import sys
from io import TextIOWrapper

import click

from bot.answering.engine import AnswerEngine
from bot.conversations import Conversations
from bot.messages import Messages
from bot.render import terminal_lines
from bot.terminal import show
from config.errors import ChidaoError

with contextlib.suppress(ImportError):  # arrow keys and history at the prompt, where Python has it
    import readline  # noqa: F401

QUIT = frozenset({"/quit", "/exit", "/q", "/thoat"})
NEW = frozenset({"/new"})
HELP = frozenset({"/help", "/start", "/?"})
_CHAT = 0  # the only one in a terminal


def run_chat(engine: AnswerEngine, messages: Messages, *, city: str, contact: str, language: str) -> None:
    """Reads questions from standard input until it ends or the person leaves; prints answers."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a terminal in another encoding must not end the conversation
    engine.warm_up()
    conversations = Conversations()
    show([messages.chat_greeting.format(city=city)])
    while (line := _read(messages.chat_prompt)) is not None:
        said = line.strip()
        if said.casefold() in QUIT:
            break
        if said.casefold() in HELP:
            show([messages.chat_help])
        elif said.casefold() in NEW:
            conversations.forget(_CHAT)
            show([messages.forgotten])
        elif said:
            try:
                answer = engine.answer(said, conversations.turns(_CHAT))
            except ChidaoError as error:  # a reload with another model, say: tell, and stay in the conversation
                show(["", error.text(language), ""])
                continue
            conversations.remember(_CHAT, answer)
            show(["", *terminal_lines(answer, messages, contact), ""])
    click.echo(messages.chat_bye)


def _read(prompt: str) -> str | None:
    """One line, or None at the end of the input."""
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None
