"""What every command needs: the encoder that settings name, a progress bar, JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click
from pydantic import BaseModel, SecretStr

from bot.receipts.store import Place, Retention
from config.errors import SettingsError
from config.settings import Settings
from corpus.generation import Home
from retrieval.backends.backend import Backend, HomeBackend
from retrieval.encoder import DEFAULT_MODEL, ModelIdentity, identify, make_encoder
from retrieval.encoding import Coder, Progress
from retrieval.hits import Encoder, Role
from retrieval.reranker import CrossEncoderReranker
from retrieval.retriever import Fusion
from retrieval.workers import Crew

if TYPE_CHECKING:  # what needs a server alone need pay for
    from sqlalchemy import URL

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="In ra JSON. / Print JSON.")
_PASSWORD = re.compile(r"://[^:/@\s]*:([^@\s]+)@")  # of an address, whatever signs it is of
_QUICK = 2.0  # seconds that pass before a bar is drawn


def home_of(settings: Settings) -> Home:
    """The home folder that settings name."""
    return Home(settings.home)


def served_of(settings: Settings) -> Backend:
    """Where questions are looked up."""
    if settings.index.backend == "faiss":
        return HomeBackend(home_of(settings))
    from retrieval.backends.pgvector import PgvectorBackend  # noqa: PLC0415  a fifth of a second

    return PgvectorBackend(index_address(settings))


def index_address(settings: Settings) -> URL:
    """The server of the index.

    Raises:
        SettingsError: none is set, or what is set is no address.
    """
    from retrieval.backends.server import address_of  # noqa: PLC0415

    if url := settings.index.url or settings.database.url:
        return address_of(url.get_secret_value(), "CHIDAO_INDEX__URL" if settings.index.url else "CHIDAO_DATABASE__URL")
    raise SettingsError(
        "pgvector cần CHIDAO_INDEX__URL, hoặc CHIDAO_DATABASE__URL: địa chỉ máy chủ PostgreSQL",
        "pgvector needs CHIDAO_INDEX__URL, or CHIDAO_DATABASE__URL: the address of the PostgreSQL server",
    )


def coder_of(settings: Settings, progress: tuple[Progress, Progress] | None = None, *, workers: int = 1) -> Coder:
    """The encoder that settings name, reporting encoding and indexing to `progress`, else to progress bars.

    `workers` encode passages.
    """
    labels = ("encoding", "indexing") if settings.language == "en" else ("mã hoá", "dựng chỉ mục")
    encoding, indexing = progress or (Bar(labels[0]), Bar(labels[1]))
    make = None if settings.encoder.base_url else partial(make_encoder, *model_of(settings))
    return Coder(*encoder_of(settings, waits=True), encoding, indexing, Crew(workers, make))


def encoder_of(settings: Settings, *, waits: bool = False) -> tuple[Encoder, ModelIdentity]:
    """The encoder that settings name, and which one it is; nothing is loaded before it encodes.

    A service is given up soon where a citizen waits for the question's vector, and not so soon where a reload `waits`.

    Raises:
        SettingsError: the service's key cannot be read.
    """
    model, prompts = model_of(settings)
    if not settings.encoder.base_url:
        return make_encoder(model, prompts), identify(model, prompts)
    from retrieval.service import HURRY, LEISURE, Service, ServiceEncoder  # noqa: PLC0415  a tenth of a second

    service = Service(settings.encoder.base_url, model, settings.encoder.key(), prompts)
    return ServiceEncoder(service, question=LEISURE if waits else HURRY), service.identity


def model_of(settings: Settings) -> tuple[str, dict[Role, str]]:
    """The model's folder or hub name, and the prompts that override its own."""
    given: dict[Role, str | None] = {
        "query": settings.encoder.query_prompt,
        "document": settings.encoder.passage_prompt,
    }
    prompts = {role: prompt for role, prompt in given.items() if prompt is not None}
    return settings.encoder.model or str(DEFAULT_MODEL), prompts


def fusion_of(settings: Settings) -> Fusion:
    """How hits are ranked."""
    model, top = settings.reranker.model, settings.reranker.top
    return Fusion(settings.retrieval.dense_weight, CrossEncoderReranker(model, top) if model else None)


def log_level(settings: Settings, usual: int) -> int:
    """The least level of our own lines: that of settings, else the usual one."""
    return logging.getLevelNamesMapping()[settings.log.level.upper()] if settings.log.level else usual


def asked_of(settings: Settings) -> Place:
    """Where receipts and unanswered questions are kept."""
    url = settings.database.url
    return Place(home_of(settings).asked, url.get_secret_value() if url else None)


def retention_of(settings: Settings) -> Retention:
    """For how long receipts and unanswered questions are kept, and whether with their text."""
    receipts, gaps = settings.receipts, settings.gaps
    return Retention(receipts.days, receipts.text, gaps.days, gaps.text)


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """Every secret that settings hold, at any depth, and the password in one that is an address: no line shows them."""
    for _, value in settings:
        if isinstance(value, BaseModel):
            yield from secrets_of(value)
        elif isinstance(value, SecretStr):
            secret = value.get_secret_value()
            yield secret
            for password in _PASSWORD.findall(secret):  # of one setting's several servers each has its own
                yield from {password, unquote(password)}


class Bar:
    """A progress bar with the time left, on standard error where that is a terminal, for what takes over two seconds.

    Called with how much is done, of how much.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = time.monotonic()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Draws the bar at `done` of `total`."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            if done == total or time.monotonic() - self._began < _QUICK:
                return
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
        self._bar.update(done - self._bar.pos)
        if done == total:
            self._bar.render_finish()
            self._bar = None

    def clear(self) -> None:
        """Takes the bar off the line, for something else to be written there."""
        if self._bar is not None:
            click.echo("\r\x1b[2K", nl=False, err=True)


def show_cursor() -> None:
    """Gives a terminal its cursor back, which a bar that was broken off leaves hidden."""
    if sys.stderr.isatty():
        click.echo("\x1b[?25h", nl=False, err=True)


def batch_rows(batch: Iterable[str]) -> Iterator[tuple[Any, str] | dict[str, Any]]:
    """The lines {"_id", "text"} of a JSONL file as pairs; for a line of another form what is wrong with it, as JSON."""
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
        yield identity, text


def echo_json(value: Any) -> None:
    """Prints JSON, indented."""
    click.echo(json_text(value, indent=2))


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON with its letters as they are; half a surrogate pair, which UTF-8 cannot hold, as its escape."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()
