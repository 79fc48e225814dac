"""The commands of those who ask: one question, a conversation."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from bot import terminal
from bot.answering.engine import AnswerEngine
from bot.chat import run_chat
from bot.cli.admin import add_inputs, reload_home
from bot.cli.common import (
    JSON_OPTION,
    asked_of,
    batch_rows,
    echo_json,
    encoder_of,
    fusion_of,
    home_of,
    json_text,
    retention_of,
    served_of,
)
from bot.cli.llm import writer_of
from bot.messages import messages_in
from bot.receipts.recorder import Recorder
from bot.render import terminal_lines
from bot.report import answers
from config.errors import ChidaoError, InputError
from config.settings import Settings
from corpus.store import ArticleStore

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@click.command(short_help="Hỏi một câu / ask a question")
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Tệp JSONL, mỗi dòng {_id, text}; - là đầu vào chuẩn. / JSONL file, or - for standard input.",
)
@JSON_OPTION
@click.pass_obj
def ask(settings: Settings, question: str | None, batch: IO[str] | None, as_json: bool) -> None:
    """Hỏi một câu, hoặc cả tệp câu hỏi. / Ask one question, or a file of them."""
    if (question is None) == (batch is None):
        raise click.UsageError("cần một câu hỏi hoặc --batch TỆP / give one question or --batch FILE")
    messages = messages_in(settings.language)
    with engine_of(settings) as engine:
        if batch is not None:
            failed = False
            for line in _answer_lines(engine, batch, settings):
                failed = failed or "error" in line
                click.echo(json_text(line))
            sys.exit(1 if failed else 0)
        try:
            answer = engine.answer(question or "")
        except ChidaoError:
            if as_json:  # a program gets JSON whatever happens; what to do about it goes to standard error
                echo_json(answers.unavailable_json(question or "", messages, settings.contact))
            raise
    if as_json:
        echo_json(answers.answer_json(answer, messages, settings.contact))
    else:
        lines = terminal_lines(answer, messages, settings.contact)
        kept = [messages.receipt.format(receipt=answer.receipt)] if settings.receipts.days else []
        terminal.show([*lines, *kept])


def _answer_lines(engine: AnswerEngine, batch: IO[str], settings: Settings) -> Iterator[dict[str, Any]]:
    """One JSON object a line: the answer, or what is wrong with the line."""
    messages = messages_in(settings.language)
    for row in batch_rows(batch):
        if isinstance(row, dict):
            yield row
        else:
            identity, text = row
            yield {"_id": identity, **answers.answer_json(engine.answer(text), messages, settings.contact)}


@click.command(short_help="Trò chuyện / conversation in the terminal")
@click.option(
    "--sample", is_flag=True, help="Nạp bộ bài mẫu nếu kho còn trống. / Load the sample articles if the home is empty."
)
@click.pass_obj
def chat(settings: Settings, sample: bool) -> None:
    """Trò chuyện ngay trong cửa sổ lệnh. / A conversation in the terminal."""
    if sample:
        _load_sample(settings)
    with engine_of(settings) as engine:
        run_chat(
            engine,
            messages_in(settings.language),
            city=settings.city,
            contact=settings.contact,
            language=settings.language,
        )


def _load_sample(settings: Settings) -> None:
    """Fills an empty home with the sample articles; leaves any other as it is."""
    home = home_of(settings)
    if home.names():
        return
    with ArticleStore(home.store) as store:
        if store.count():
            raise InputError(
                "kho đã có bài nhưng chưa nạp, nên không thêm bài mẫu; chạy: chidao reload, rồi chidao chat",
                "the store holds articles that are not reloaded yet, so no samples were added; run: chidao reload, "
                "then chidao chat",
            )
    for result in add_inputs(settings, [str(SAMPLE)]):
        if result.error:
            raise result.error
    reload_home(settings)


@contextmanager
def engine_of(settings: Settings) -> Iterator[AnswerEngine]:
    """The engine behind the interfaces; what it answers is recorded."""
    encoder, identity = encoder_of(settings)
    with closing(Recorder(asked_of(settings), retention_of(settings))) as recorder, writer_of(settings) as writer:
        fusion, city = fusion_of(settings), settings.city
        engine = AnswerEngine(served_of(settings), encoder, identity, fusion, city=city, keep=recorder, writer=writer)
        with closing(engine):
            yield engine


COMMANDS = (ask, chat)
