"""The `chidao` command. Each command reads settings, does one thing and prints it; the work is done elsewhere.

Exit codes: 0 all well, 1 some inputs failed, 2 the command or the settings cannot be used.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import closing
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import click

from bot import report, terminal
from bot.answering.engine import AnswerEngine
from bot.chat import run_chat
from bot.messages import messages_in
from bot.render import terminal_lines
from config.errors import ChidaoError, HomeError, InputError, NoGenerationError, SettingsError
from config.log import configure_logging
from config.settings import Settings, load_settings
from corpus.generation import Home
from corpus.ingest import Ingested, ingest
from corpus.store import ArticleStore
from retrieval.build import Progress, ReloadReport, reload
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.hits import Role
from retrieval.retriever import Weights
from retrieval.serving import open_live

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"
_JSON = click.option("--json", "as_json", is_flag=True, help="In ra JSON. / Print JSON.")


def main() -> None:
    """Runs the command line; errors become one line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the command
    try:
        settings = load_settings()
        configure_logging(logging.WARNING, _token(settings))
        try:
            cli.main(prog_name="chidao", obj=settings, standalone_mode=True)
        except ChidaoError as error:
            _fail(error, settings.language)
    except SettingsError as error:
        _fail(error, "vi")


def _fail(error: ChidaoError, language: str) -> None:
    click.echo(f"chidao: {error.text(language)}", err=True)
    sys.exit(2 if isinstance(error, SettingsError) else 1)


def _token(settings: Settings) -> str | None:
    return settings.telegram.token.get_secret_value() if settings.telegram.token else None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chidao")
def cli() -> None:
    """Hỏi đáp về văn bản chỉ đạo của thành phố, luôn kèm câu trích và nguồn.

    Answers about a city's directives, always with the quote and its source. Bắt đầu / First: chidao chat --sample
    """


@cli.command(short_help="Thêm bài / add articles")
@click.argument("inputs", nargs=-1, required=True, metavar="PATH...")
@_JSON
@click.pass_obj
def add(settings: Settings, inputs: tuple[str, ...], as_json: bool) -> None:
    """Thêm bài viết (tệp .txt hoặc thư mục) vào kho. / Add articles (.txt files or folders) to the store."""
    failed = new = False
    with ArticleStore(Home(settings.home).store) as store:
        for result in ingest(inputs, store):
            failed, new = failed or result.error is not None, new or result.new
            _echo_ingested(result, as_json=as_json, language=settings.language)
    if new and not as_json:
        hint = "now run: chidao reload" if settings.language == "en" else "tiếp theo, chạy: chidao reload"
        click.echo(hint, err=True)
    sys.exit(1 if failed else 0)


def _echo_ingested(result: Ingested, *, as_json: bool, language: str) -> None:
    if as_json:
        click.echo(_json(report.ingested_json(result, language)))
    else:
        click.echo(report.ingested_line(result, language))


@cli.command("reload", short_help="Nạp lại / put the stored articles into use")
@_JSON
@click.pass_obj
def reload_command(settings: Settings, as_json: bool) -> None:
    """Dựng bản nạp mới từ kho và đưa vào dùng. / Build a new generation of the store and put it into use."""
    done = _reload(settings)
    if as_json:
        _echo_json(report.reload_json(done))
    else:
        click.echo("\n".join(report.reload_lines(done, settings.language)))


def _reload(settings: Settings) -> ReloadReport:
    model, prompts = _model(settings)
    label = "encoding" if settings.language == "en" else "mã hoá"
    return reload(Home(settings.home), make_encoder(model, prompts), identify(model, prompts), _progress(label))


def _progress(label: str) -> Progress:
    """Draws on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    bar: Any = None

    def draw(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and total:
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
        if bar is not None:
            bar.update(done - bar.pos)
            if done == total:
                bar.render_finish()

    return draw


def _model(settings: Settings) -> tuple[str, dict[Role, str]]:
    """The model's folder or hub name, and the prompts that override its own."""
    given: dict[Role, str | None] = {
        "query": settings.encoder.query_prompt,
        "document": settings.encoder.passage_prompt,
    }
    prompts = {role: prompt for role, prompt in given.items() if prompt is not None}
    return settings.encoder.model or str(DEFAULT_MODEL), prompts


@cli.command("list", short_help="Liệt kê bài / list articles")
@_JSON
@click.pass_obj
def list_command(settings: Settings, as_json: bool) -> None:
    """Liệt kê các bài trong kho. / List the articles in the store."""
    with ArticleStore(Home(settings.home).store) as store:
        if as_json:
            _echo_json([report.summary_json(article) for article in store.all()])
        else:
            for article in store.all():
                click.echo(report.article_line(article))


@cli.command(short_help="Hiện một bài / show an article")
@click.argument("article_id")
@_JSON
@click.pass_obj
def show(settings: Settings, article_id: str, as_json: bool) -> None:
    """Hiện một bài theo mã. / Show one article by its id."""
    with ArticleStore(Home(settings.home).store) as store:
        article = store.get(article_id)
    if article is None:
        raise InputError(
            f"không có bài mang mã «{article_id}»; xem các mã bằng: chidao list",
            f"no article has the id «{article_id}»; see the ids with: chidao list",
        )
    if as_json:
        _echo_json(report.article_json(article))
    else:
        click.echo(f"{report.article_line(article)}\n{article.source}\n\n{article.text}")


@cli.command(short_help="Tình trạng kho / state of the home")
@_JSON
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Tình trạng kho: số bài, bản nạp đang dùng. / State of the home: articles, the generation in use."""
    home = Home(settings.home)
    stored = 0
    if home.store.exists():
        with ArticleStore(home.store) as store:
            stored = store.count()
    try:
        with closing(open_live(home)) as generation:
            manifest, live = generation.manifest, generation.name
    except NoGenerationError:
        manifest, live = None, None
    except HomeError as error:  # every generation is damaged: when an admin needs this command most
        click.echo(f"chidao: {error.text(settings.language)}", err=True)
        manifest, live = None, None
    state = report.status_json(home, stored, manifest, live)
    if as_json:
        _echo_json(state)
    else:
        click.echo("\n".join(report.status_lines(state, settings.language)))


@cli.command(short_help="Hỏi một câu / ask a question")
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Tệp JSONL, mỗi dòng {_id, text}; - là đầu vào chuẩn. / JSONL file, or - for standard input.",
)
@_JSON
@click.pass_obj
def ask(settings: Settings, question: str | None, batch: IO[str] | None, as_json: bool) -> None:
    """Hỏi một câu, hoặc cả tệp câu hỏi. / Ask one question, or a file of them."""
    if (question is None) == (batch is None):
        raise click.UsageError("cần một câu hỏi hoặc --batch TỆP / give one question or --batch FILE")
    messages = messages_in(settings.language)
    with closing(_engine(settings)) as engine:
        if batch is not None:
            failed = False
            for line in _answer_lines(engine, batch, settings):
                failed = failed or "error" in line
                click.echo(_json(line))
            sys.exit(1 if failed else 0)
        try:
            answer = engine.answer(question or "")
        except ChidaoError:
            if as_json:  # a program gets JSON whatever happens; what to do about it goes to standard error
                _echo_json(report.unavailable_json(question or "", messages, settings.contact))
            raise
    if as_json:
        _echo_json(report.answer_json(answer, messages, settings.contact))
    else:
        terminal.show(terminal_lines(answer, messages, settings.contact))


def _answer_lines(engine: AnswerEngine, batch: IO[str], settings: Settings) -> Iterator[dict[str, Any]]:
    """One JSON object a line: the answer, or what is wrong with the line."""
    messages = messages_in(settings.language)
    for number, line in enumerate(batch, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            identity, text = row["_id"], row["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            wrong = (
                f'dòng {number} không đúng dạng {{"_id": "...", "text": "..."}} / '
                f'line {number} is not of the form {{"_id": "...", "text": "..."}}'
            )
            yield {"line": number, "error": wrong}
            continue
        yield {"_id": identity, **report.answer_json(engine.answer(text), messages, settings.contact)}


@cli.command(short_help="Trò chuyện / conversation in the terminal")
@click.option(
    "--sample", is_flag=True, help="Nạp bộ bài mẫu nếu kho còn trống. / Load the sample articles if the home is empty."
)
@click.pass_obj
def chat(settings: Settings, sample: bool) -> None:
    """Trò chuyện ngay trong cửa sổ lệnh. / A conversation in the terminal."""
    if sample:
        _load_sample(settings)
    with closing(_engine(settings)) as engine:
        run_chat(
            engine,
            messages_in(settings.language),
            city=settings.city,
            contact=settings.contact,
            language=settings.language,
        )


def _load_sample(settings: Settings) -> None:
    """Fills an empty home with the sample articles; leaves any other as it is."""
    home = Home(settings.home)
    if home.names():
        return
    with ArticleStore(home.store) as store:
        if store.count():
            raise InputError(
                "kho đã có bài nhưng chưa nạp, nên không thêm bài mẫu; chạy: chidao reload, rồi chidao chat",
                "the store holds articles that are not reloaded yet, so no samples were added; run: chidao reload, "
                "then chidao chat",
            )
        for result in ingest([str(SAMPLE)], store):
            if result.error:
                raise result.error
    _reload(settings)


@cli.command(short_help="Bot Telegram / the Telegram bot")
@click.pass_obj
def bot(settings: Settings) -> None:
    """Chạy bot Telegram. / Run the Telegram bot."""
    if settings.telegram.token is None:
        raise SettingsError(_HOW_TO_CONNECT_VI, _HOW_TO_CONNECT_EN)
    # Half a second of imports that other commands need not pay.
    from bot.telegram.app import BotAccount, run_bot  # noqa: PLC0415
    from bot.telegram.handlers import Handlers  # noqa: PLC0415

    configure_logging(logging.INFO, _token(settings))
    with closing(_engine(settings)) as engine:
        engine.warm_up()
        account = BotAccount(
            token=settings.telegram.token.get_secret_value(),
            base_url=settings.telegram.base_url,
            poll_interval=settings.telegram.poll_interval,
            concurrency=settings.telegram.concurrency,
        )
        run_bot(Handlers(engine, settings.city, settings.contact), account)


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


def _engine(settings: Settings) -> AnswerEngine:
    model, prompts = _model(settings)
    weights = Weights(settings.retrieval.dense_weight, settings.retrieval.dense_weight_unmarked)
    return AnswerEngine(
        Home(settings.home), make_encoder(model, prompts), identify(model, prompts), weights, city=settings.city
    )


def _echo_json(value: Any) -> None:
    click.echo(_json(value, indent=2))


def _json(value: Any, indent: int | None = None) -> str:
    """JSON with its letters as they are; half a surrogate pair, which UTF-8 cannot hold, as its escape."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()
