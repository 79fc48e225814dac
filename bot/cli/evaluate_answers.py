"""`chidao eval --answers`: sets through the very engine that serves, each mode a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bot.answering.engine import AnswerEngine
from bot.answering.rewriting import Writer
from bot.cli.common import Bar, echo_json, home_of, json_text
from bot.cli.evaluate import FOLDER, Choices, about, writing
from bot.cli.llm import writer_of
from bot.evaluation.measure import AnswerFigures, Outcome, ask_all, figures_of
from bot.evaluation.questions import Gold, GoldSet, of_folder, of_golden_file
from bot.evaluation.report import figures_json, outcome_rows, table_lines
from config.errors import ChidaoError
from config.settings import Settings
from corpus.generation import Home
from retrieval.backends.backend import HomeBackend
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.sets import read_set
from retrieval.serving import Generation, open_live

SERVED = "home"  # the name of the set that is asked of the home's own articles
QUOTE, LLM = "quote", "llm"  # the second only where settings name a server


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of one set in one mode, and what they are made of."""

    figures: AnswerFigures
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """Measures sets as chosen; the `unanswerable` questions are asked beside each."""

    settings: Settings
    chosen: Choices
    coder: Coder
    unanswerable: Sequence[Gold]

    def measure(self, name: str | None) -> list[Found]:
        """One set in every mode.

        A folder is asked over its own corpus, a file of golden questions over the articles of the home; without a name
        only the unanswerable ones are asked, of the home.

        Raises:
            ChidaoError: the set cannot be read, or there is nothing to ask.
        """
        with self._opened(name) as (home, live, given):
            asked = given.drawn(self.chosen.questions).also(self.unanswerable)
            asked = asked.unmarked() if self.chosen.unmarked else asked
            with writer_of(self.settings) as writer:
                modes = {QUOTE: None, LLM: writer} if writer else {QUOTE: None}
                return [self._ask(asked, mode, self._engine(home, each), live) for mode, each in modes.items()]

    def _ask(self, asked: GoldSet, mode: str, engine: AnswerEngine, live: Generation) -> Found:
        bar = Bar(f"{'asking' if self.settings.language == 'en' else 'hỏi'} ({mode})")
        with closing(engine):
            engine.warm_up()
            outcomes = ask_all(asked, engine.answer, live.snapshot.article, bar)
        return Found(figures_of(asked, mode, outcomes), outcomes)

    def _engine(self, home: Home, writer: Writer | None) -> AnswerEngine:
        fusion, city = self.chosen.fusion, self.settings.city
        backend, identity = HomeBackend(home), self.coder.identity
        return AnswerEngine(backend, self.coder.encoder, identity, fusion, city=city, writer=writer)

    @contextmanager
    def _opened(self, name: str | None) -> Iterator[tuple[Home, Generation, GoldSet]]:
        """The home that a set is asked of, its generation, and the set."""
        if name is not None and not Path(name).is_file():
            given = read_set(Path(name))
            given = given.without_titles() if self.chosen.without_titles else given
            home = index_documents(home_of(self.settings).path / FOLDER, given.documents, self.coder)
            with closing(open_live(home)) as live:
                yield home, live, of_folder(name, given, documents_of(live))
            return
        home = home_of(self.settings)
        with closing(open_live(home)) as live:
            if name is None:
                yield home, live, GoldSet(SERVED, live.manifest.articles, ())
            else:
                yield home, live, of_golden_file(name, Path(name), live.snapshot.articles())


def evaluate_answers(evaluation: AnswerEvaluation, sets: Sequence[str], out: Path | None, *, as_json: bool) -> bool:
    """Measures every set once and reports; false where one could not be measured."""
    language = evaluation.settings.language
    found: list[Found] = []
    failed: dict[str, str] = {}
    for name in dict.fromkeys(sets or [SERVED]):
        try:
            found += evaluation.measure(name if sets else None)
        except ChidaoError as error:
            failed[name] = error.text(language)
            click.echo(f"chidao: {failed[name]}", err=True)
    rows = [each.figures for each in found]
    report = {**figures_json(rows), **{name: {"error": why} for name, why in failed.items()}}
    lines = [about(evaluation.settings, evaluation.chosen), "", *table_lines(rows, language)] if rows else []
    if as_json:
        echo_json(report)
    elif lines:
        click.echo("\n".join(lines))
    if out and rows:
        _write(out, lines, json_text(report, indent=2), found)
    return not failed


def _write(out: Path, lines: Sequence[str], report: str, found: Sequence[Found]) -> None:
    with writing(out):
        (out / "answers.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
        (out / "answers.json").write_text(f"{report}\n", encoding="utf-8")
        with (out / "answers.jsonl").open("w", encoding="utf-8") as file:
            for each in found:
                for row in outcome_rows(each.figures.set.name, each.figures.mode, each.outcomes):
                    file.write(f"{json_text(row)}\n")
    click.echo(f"→ {out}", err=True)
