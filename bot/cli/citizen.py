"""The commands of those who ask: one question, a conversation, the Telegram bot."""

from __future__ import annotations

import logging
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
from bot.cli.common import JSON_OPTION, batch_rows, echo_json, fusion_of, home_of, json_text, model_of, retention_of
from bot.cli.llm import writer_of
from bot.messages import messages_in
from bot.receipts.recorder import Recorder
from bot.render import terminal_lines
from bot.report import answers
from config.errors import ChidaoError, InputError, SettingsError
from config.log import configure_logging
from config.settings import Settings
from corpus.store import ArticleStore
from retrieval.encoder import identify, make_encoder

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


def token_of(settings: Settings) -> str | None:
    """The bot's token, a secret, or None."""
    return settings.telegram.token.get_secret_value() if settings.telegram.token else None


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
    with _engine(settings) as engine:
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
    with _engine(settings) as engine:
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


@click.command(short_help="Bot Telegram / the Telegram bot")
@click.pass_obj
def bot(settings: Settings) -> None:
    """Chạy bot Telegram. / Run the Telegram bot."""
    if settings.telegram.token is None:
        raise SettingsError(_HOW_TO_CONNECT_VI, _HOW_TO_CONNECT_EN)
    # Half a second of imports that other commands need not pay.
    from bot.telegram.app import BotAccount, run_bot  # noqa: PLC0415
    from bot.telegram.handlers import Handlers  # noqa: PLC0415

    configure_logging(logging.INFO, token_of(settings), settings.llm.key())
    with _engine(settings) as engine:
        engine.warm_up()
        account = BotAccount(
            token=settings.telegram.token.get_secret_value(),
            base_url=settings.telegram.base_url,
            poll_interval=settings.telegram.poll_interval,
            concurrency=settings.telegram.concurrency,
        )
        run_bot(Handlers(engine, settings.city, settings.contact, settings.receipts.days > 0), account)


_HOW_TO_CONNECT_VI = """chưa có mã bot Telegram. Cách lấy:
  1. Mở Telegram, tìm @BotFather (có dấu tích xanh), gửi /newbot, đặt tên và tên người dùng kết thúc bằng «bot».
  2. BotFather trả lời một mã dạng 123456789:AA...; mã này là bí mật, ai có nó điều khiển được bot.
  3. Đặt mã: export CHIDAO_TELEGRAM__TOKEN=123456789:AA...  (hoặc ghi dòng CHIDAO_TELEGRAM__TOKEN=... vào tệp .env)
  4. Chạy lại: chidao bot
Chưa cần Telegram? Thử ngay trong cửa sổ lệnh: chidao chat --sample"""
_HOW_TO_CONNECT_EN = """there is no Telegram bot token yet. How to get one:
  1. In Telegram, find @BotFather (blue tick), send /newbot, choose a name and a user name that ends in «bot».
  2. BotFather answers with a token like 123456789:AA...; it is a secret: whoever has it controls the bot.
  3. Set it: export CHIDAO_TELEGRAM__TOKEN=123456789:AA...  (or write CHIDAO_TELEGRAM__TOKEN=... into a file .env)
  4. Run again: chidao bot
No need for Telegram? Try it in the terminal: chidao chat --sample"""


@contextmanager
def _engine(settings: Settings) -> Iterator[AnswerEngine]:
    """The engine behind the interfaces; what it answers is recorded."""
    home = home_of(settings)
    model, prompts = model_of(settings)
    encoder, identity = make_encoder(model, prompts), identify(model, prompts)
    with closing(Recorder(home.asked, retention_of(settings))) as recorder, writer_of(settings) as writer:
        fusion, city = fusion_of(settings), settings.city
        engine = AnswerEngine(home, encoder, identity, fusion, city=city, keep=recorder, writer=writer)
        with closing(engine):
            yield engine


COMMANDS = (ask, chat, bot)
