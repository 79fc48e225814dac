"""What admins have done from Telegram: the same as by the commands of admin.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.admin import add_inputs, home_state, reload_home, remove_article, roll_back
from bot.cli.common import home_of
from bot.cli.receipts import listed_gaps
from bot.report import articles, receipts, reloads
from bot.telegram.operations import Reloaded, Step
from config.errors import InputError
from config.settings import Settings
from corpus.ingest import Ingested
from corpus.models import Article, Raw
from corpus.parse import parse
from corpus.store import ArticleStore

_LINES = 20  # of what was added from one address


@dataclass(frozen=True, slots=True)
class HomeOperations:
    """`bot.telegram.operations.Operations` over the home that settings name."""

    settings: Settings

    def read(self, name: str, data: bytes | None) -> Article:
        """The article in a file, or at an address where there is no data; nothing is stored."""
        return parse(_raw(name, data)) if data is not None else parse(self._fetched(name))

    def _fetched(self, url: str) -> Raw:
        from corpus.fetch import Failed, Fetcher, FetchLog, FetchPolicy, Page  # noqa: PLC0415  a tenth of a second

        policy = FetchPolicy(**self.settings.fetch.model_dump())
        with (
            tempfile.TemporaryDirectory() as folder,
            FetchLog(Path(folder) / "fetched.sqlite") as log,
            Fetcher(policy, log) as fetcher,
        ):
            for outcome in fetcher.fetch(url):
                if isinstance(outcome, Page):
                    return outcome.raw
                if isinstance(outcome, Failed):
                    raise outcome.error
        raise InputError("địa chỉ này không có bài nào", "there is no article at this address")

    def add(self, name: str, data: bytes | None, language: str) -> Sequence[str]:
        """Stores it, and says in lines what became of it."""
        if data is None:
            results = list(add_inputs(self.settings, [name]))
        else:
            article = parse(_raw(name, data))
            with ArticleStore(home_of(self.settings).store) as store:
                added = store.add(article, name)
            results = [Ingested(name, article, added.new, placed=added.placed)]
        lines = [_line(each, language) for each in results]
        return [*lines[:_LINES], *(["…"] if len(lines) > _LINES else [])]

    def reload(self, language: str, step: Step, *, force: bool) -> Reloaded:
        """Builds a new generation, and serves it where the gate lets it pass."""
        labels = ("encoding", "indexing") if language == "en" else ("mã hoá", "dựng chỉ mục")
        encoding, indexing = (_told(step, label) for label in labels)
        done = reload_home(self.settings, force=force, progress=(encoding, indexing))
        return Reloaded(reloads.reload_lines(done, language), done.blocked, done.generation)

    def rollback(self, language: str) -> Sequence[str]:
        """Serves the generation before, and says so in lines."""
        left, taken, pending, removed = roll_back(self.settings)
        return reloads.rollback_lines(left, taken, pending, language, removed)

    def article(self, article_id: str) -> Article | None:
        """An article of the store."""
        with ArticleStore(home_of(self.settings).store) as store:
            return store.get(article_id)

    def remove(self, article_id: str, language: str) -> Sequence[str]:
        """Takes an article out, and says in lines where it is left."""
        gone, proof = remove_article(home_of(self.settings), article_id, language)
        return reloads.removal_lines(gone, proof, language)

    def status(self, language: str) -> Sequence[str]:
        """The state of the home, in lines."""
        return reloads.status_lines(home_state(self.settings, language), language)

    def gaps(self, language: str) -> Sequence[str]:
        """Questions without an answer, those alike together, in lines."""
        return receipts.gaps_lines(listed_gaps(self.settings), language)


def _line(result: Ingested, language: str) -> str:
    """What became of an input: the article by its title, day and id; else as the command line tells it."""
    article = result.article
    if article is None or not result.new:
        return articles.ingested_line(result, language)
    day = article.published.strftime("%d/%m/%Y") if article.published else "—"
    return f"✓ {article.title}\n{day} · {'id' if language == 'en' else 'mã'} {article.id}"


def _raw(name: str, data: bytes) -> Raw:
    return Raw(data, name, name)


def _told(step: Step, label: str) -> Callable[[int, int], None]:
    return lambda done, total: step(f"{label} {done}/{total}")
