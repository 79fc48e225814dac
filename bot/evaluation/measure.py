"""Answers held against the gold ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.answering.models import Answer, UnprovenError, prove
from bot.evaluation.questions import Gold, GoldSet, plain
from corpus.models import Article
from corpus.resolve import Verdict
from retrieval.encoding import Progress
from retrieval.evaluation.compare import Interval, interval
from retrieval.evaluation.measure import Values

Answerer = Callable[[str], Answer]
GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what was answered. `proven`: every sentence shown stands in its article, letter for letter."""

    gold: Gold
    answer: Answer
    proven: bool

    @property
    def refused(self) -> bool:
        """Whether nothing was shown."""
        return not self.answer.citations

    @property
    def corrected(self) -> bool:
        """Whether nothing was answered but that the date asked with is not the directive's."""
        about = self.answer.about
        return not self.refused and about is not None and about.verdict is Verdict.DATE_DIFFERS

    @property
    def holds(self) -> bool:
        """Whether what was shown contains the gold answer; of several sentences it may lie across."""
        return not self.refused and plain(self.gold.answer or "") in plain(self.answer.text)

    @property
    def precision(self) -> float:
        """The share of the sentences shown that are of a relevant article; 0 where none is shown."""
        shown = [each.article_id in self.gold.relevant for each in self.answer.citations]
        return sum(shown) / len(shown) if shown else 0.0

    @property
    def recall(self) -> float:
        """The share of the relevant articles that are cited."""
        cited = {each.article_id for each in self.answer.citations}
        return len(cited & self.gold.relevant) / len(self.gold.relevant) if self.gold.relevant else 0.0

    @property
    def words(self) -> int:
        """How long the answer is."""
        return len(self.answer.text.split())


@dataclass(frozen=True, slots=True)
class Share:
    """The mean of values between 0 and 1, and where it lies with 95 % confidence (None for a single question)."""

    mean: float
    interval: Interval | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Share | None:
        """The mean; None of no values."""
        if not values:
            return None
        found: Values = np.array(values, dtype=np.float64)
        return cls(float(found.mean()), interval([found]))


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """What came of one set in one mode.

    `shown`: answers that contain the gold answer, refusals counted as misses. `precision` is over the questions that
    were answered, `recall` over all. `refused` is of the answerable. `unanswerable_refused` and `corrected` are of the
    questions that have no answer; what is neither got a false answer. Lengths are of answers that were shown. `written`
    counts the answers in a model's words; all others are quote mode's.
    """

    set: GoldSet
    mode: str
    shown: Share | None
    precision: Share | None
    recall: Share | None
    refused: Share | None
    unanswerable_refused: Share | None
    corrected: Share | None
    words: tuple[float, float]
    ms: tuple[float, float]
    sentences: int
    unproven: int
    written: int


def ask_all(asked: GoldSet, answer: Answerer, get_article: GetArticle, progress: Progress) -> list[Outcome]:
    """Asks every question, those that have an answer first; what is shown is held against the stored articles."""
    golds = (*asked.answerable, *asked.unanswerable)
    outcomes = []
    for done, gold in enumerate(golds, start=1):
        given = answer(gold.text)
        outcomes.append(Outcome(gold, given, _is_proven(given, get_article)))
        progress(done, len(golds))
    return outcomes


def _is_proven(answer: Answer, get_article: GetArticle) -> bool:
    try:
        prove(answer.citations, get_article)
    except UnprovenError:
        return False
    return True


def figures_of(asked: GoldSet, mode: str, outcomes: Sequence[Outcome]) -> AnswerFigures:
    """The figures of these outcomes."""
    answerable = [each for each in outcomes if each.gold.answer]
    others = [each for each in outcomes if not each.gold.answer]
    answered = [each for each in answerable if not each.refused]
    return AnswerFigures(
        set=asked,
        mode=mode,
        shown=Share.of([each.holds for each in answerable]),
        precision=Share.of([each.precision for each in answered]),
        recall=Share.of([each.recall for each in answerable]),
        refused=Share.of([each.refused for each in answerable]),
        unanswerable_refused=Share.of([each.refused for each in others]),
        corrected=Share.of([each.corrected for each in others]),
        words=_percentiles([each.words for each in answered]),
        ms=_percentiles([each.answer.elapsed_ms for each in outcomes]),
        sentences=sum(len(each.answer.citations) for each in outcomes),
        unproven=sum(not each.proven for each in outcomes),
        written=sum(bool(each.answer.claims) for each in outcomes),
    )


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile; 0 of no values."""
    if not values:
        return 0.0, 0.0
    median, most = np.percentile(values, [50, 95])
    return float(median), float(most)
