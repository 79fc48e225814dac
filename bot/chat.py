"""The conversation in a terminal."""

from __future__ import annotations

import contextlib
import sys
from io import TextIOWrapper

import click

from bot.answering.engine import AnswerEngine
from bot.messages import Messages
from bot.render import terminal_lines
from bot.terminal import show
from config.errors import ChidaoError

with contextlib.suppress(ImportError):  # arrow keys and history at the prompt, where Python has it
    import readline  # noqa: F401

QUIT = frozenset({"/quit", "/exit", "/q", "/thoat"})
HELP = frozenset({"/help", "/start", "/?"})


def run_chat(engine: AnswerEngine, messages: Messages, *, city: str, contact: str, language: str) -> None:
    """Reads questions from standard input until it ends or the person leaves; prints answers."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a terminal in another encoding must not end the conversation
    engine.warm_up()
    show([messages.chat_greeting.format(city=city)])
    while (line := _read(messages.chat_prompt)) is not None:
        said = line.strip()
        if said.casefold() in QUIT:
            break
        if said.casefold() in HELP:
            show([messages.chat_help])
        elif said:
            show(["", *_reply(engine, said, messages, contact, language), ""])
    click.echo(messages.chat_bye)


def _reply(engine: AnswerEngine, question: str, messages: Messages, contact: str, language: str) -> list[str]:
    try:
        return list(terminal_lines(engine.answer(question), messages, contact))
    except ChidaoError as error:  # a reload with another model, say: tell, and stay in the conversation
        return [error.text(language)]


def _read(prompt: str) -> str | None:
    """One line, or None at the end of the input."""
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None
