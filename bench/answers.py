"""How often questions are refused that have an answer, and that have none: what the cut-off is set by.

    .venv/bin/python bench/answers.py FOLDER... [--questions 300] [--picture FILE.png]

A folder is in BEIR form: corpus.jsonl, queries.jsonl (with an `answer`), qrels.tsv. It is indexed in a temporary home
by the chunking, the reload and the indexes that serve. Three kinds of questions, with their marks and without:
its own; its own with the gold document hidden from both indexes; those of the other folders given.
A quote of another document that happens to hold a hidden question's answer counts as a refusal: it is no error.
Below it the same at other cut-offs, all sets together, with coverage (the share of answerable questions that are
answered) and risk (the share of those answers that do not contain the gold one, word for word); the picture shows both.
How many answers are right is told by `chidao eval --answers`.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.answering import compose
from bot.answering.engine import compose_from
from bot.answering.understand import Question, read_question
from bot.evaluation.questions import plain
from config.settings import RetrievalSettings
from corpus.generation import Home
from corpus.syllables import without_marks
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.sets import Document, read_documents, read_set
from retrieval.hits import Encoder
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live

FUSION = Fusion(RetrievalSettings().dense_weight)
OPENING = 80  # characters of a document that has no title
STEPS = (-2, -1, -0.4, -0.2, 0, 0.2, 0.4, 1, 2)  # of cut-offs around the one in use
OFF_TOPIC_SHARE = 4  # one in so many of another folder's questions is asked here


@dataclass(frozen=True)
class Asked:
    """A question of a set: what to show, and the documents that hold it."""

    text: str
    answer: str
    documents: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What would be shown for a question at any cut-off up to `support`; `right`: it holds the gold answer."""

    support: float
    right: bool

    def is_refused(self, enough: float) -> bool:
        """Whether nothing is shown at a cut-off."""
        return self.support < enough

    def is_no_error(self, enough: float) -> bool:
        """Whether it does not mislead somebody whose question has no answer."""
        return self.is_refused(enough) or self.right


@dataclass
class Tally:
    """What came of questions: their own, those whose documents were hidden, and those of other sets."""

    own: list[Found] = field(default_factory=list)
    hidden: list[Found] = field(default_factory=list)
    off_topic: list[Found] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Takes in what came of others."""
        self.own += other.own
        self.hidden += other.hidden
        self.off_topic += other.off_topic

    def refused(self, enough: float) -> tuple[float, float, float]:
        """Shares refused at a cut-off: answerable, hidden, off topic."""
        return (
            _share(each.is_refused(enough) for each in self.own),
            _share(each.is_no_error(enough) for each in self.hidden),
            _share(each.is_refused(enough) for each in self.off_topic),
        )

    def risk(self, enough: float) -> float:
        """The share of the answers to answerable questions that do not hold the gold answer."""
        return _share(not each.right for each in self.own if not each.is_refused(enough))


def _share(values: Iterable[bool]) -> float:
    """How many are true, of 1; not a number where there are none."""
    found = list(values)
    return statistics.fmean(found) if found else math.nan


class _Hiding:
    """Both indexes, as if the passages of some articles were not there."""

    def __init__(self, generation: Generation, articles: frozenset[str]) -> None:
        self._generation = generation
        self._articles = articles
        self.vectors_at = generation.vectors.vectors_at
        self.cosines = generation.vectors.cosines
        self.count = generation.lexical.count
        self.idf = generation.lexical.idf
        self.frequencies = generation.lexical.frequencies

    def search(self, asked: Any, count: int, within: None = None) -> Any:  # noqa: ARG002  as the indexes are called
        """Lexical search of a text, dense search of a vector."""
        if isinstance(asked, str):
            found = self._generation.lexical.search(asked, count)
            kept = self._kept([row for row, _ in found])
            return [(row, score) for row, score in found if row in kept]
        rows, cosines = self._generation.vectors.search(asked, count)
        kept = self._kept(rows.tolist())
        chosen = [place for place, row in enumerate(rows.tolist()) if row in kept]
        return rows[chosen], cosines[chosen]

    def _kept(self, rows: list[int]) -> set[int]:
        passages = self._generation.snapshot.passages(rows)
        return {row for row in rows if passages[row].article_id not in self._articles}


class _Bot:
    """Answers over one folder, whatever the evidence, also as if some articles were not there."""

    def __init__(self, home: Home, encoder: Encoder) -> None:
        self._served = open_live(home)
        self._articles = {document: article for article, document in documents_of(self._served).items()}
        self._asked = encoder

    def find(self, text: str, answer: str, hidden: frozenset[str] = frozenset()) -> Found:
        """What is shown, as if these documents were in neither index."""
        question = read_question(text)
        if not isinstance(question, Question):
            return Found(-math.inf, right=False)
        hiding: Any = _Hiding(self._served, frozenset(self._articles[document] for document in hidden))
        served = replace(self._served, lexical=hiding, vectors=hiding)
        composed = compose_from(served, question, self._asked, FUSION, "")
        if not composed.citations:
            return Found(-math.inf, right=False)
        support = sum(composed.decision.terms.values()) if composed.decision else math.inf  # the register's
        return Found(support, _holds([citation.quote for citation in composed.citations], answer))

    def close(self) -> None:
        """Closes what is open."""
        self._served.close()


def main() -> None:
    """Measures each folder and writes one table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=300, help="at most so many of a folder, drawn by chance")
    parser.add_argument("--picture", type=Path, help="where to draw the curves")
    options = parser.parse_args()
    enough, compose.ENOUGH = compose.ENOUGH, -math.inf  # everything is composed; what is refused is told afterwards
    encoder, identity = make_encoder(str(DEFAULT_MODEL), {}), identify(str(DEFAULT_MODEL), {})
    asked = {folder: _questions(folder, options.questions) for folder in options.folders}
    together = {True: Tally(), False: Tally()}
    sys.stdout.write("| set | refused | hidden: refused | off topic: refused |\n| --- | ---: | ---: | ---: |\n")
    for folder in options.folders:
        others = [q for other in options.folders if other != folder for q in asked[other][::OFF_TOPIC_SHARE]]
        with tempfile.TemporaryDirectory() as place:
            home = index_documents(Path(place), map(_titled, read_documents(folder)), Coder(encoder, identity))
            with closing(_Bot(home, encoder)) as bot:
                for marks in (True, False):
                    tally = _measure(bot, asked[folder], others, marks=marks)
                    together[marks].add(tally)
                    shares = " | ".join(f"{100 * share:.1f}" for share in tally.refused(enough))
                    sys.stdout.write(f"| {folder.name}{'' if marks else ', no marks'} | {shares} |\n")
                    sys.stdout.flush()
    sys.stdout.write("\n| cut-off | coverage | risk | hidden: refused | off topic: refused ")
    sys.stdout.write(f"| no marks: coverage | risk | hidden | off topic |\n|{' ---: |' * 9}\n")
    for cut_off in (enough + step for step in STEPS):
        cells = " | ".join(_cells(together[marks], cut_off) for marks in (True, False))
        sys.stdout.write(f"| {cut_off:.1f}{' (in use)' if cut_off == enough else ''} | {cells} |\n")
    if options.picture:
        _draw(together, enough, options.picture)


def _cells(tally: Tally, enough: float) -> str:
    refused, hidden, off_topic = tally.refused(enough)
    return " | ".join(f"{100 * share:.1f}" for share in (1 - refused, tally.risk(enough), hidden, off_topic))


def _draw(together: dict[bool, Tally], enough: float, file: Path) -> None:
    """Two curves over all cut-offs: risk by coverage; refusals of what has no answer by refusals of what has one."""
    from matplotlib.figure import Figure  # noqa: PLC0415  takes a second, and not every run draws

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set(xlabel="coverage: answerable questions answered", ylabel="risk: answers without the gold answer")
    right.set(xlabel="answerable questions refused", ylabel="questions without an answer refused", xlim=(0, 0.5))
    for marks, style in ((True, "-"), (False, "--")):
        tally, typed = together[marks], "marks" if marks else "no marks"
        cuts = sorted({each.support for each in tally.own if math.isfinite(each.support)})[::5]
        shares = [tally.refused(cut) for cut in cuts]
        left.plot([1 - refused for refused, _, _ in shares], list(map(tally.risk, cuts)), style, label=typed)
        for name, at, colour in (("document hidden", 1, "C3"), ("off topic", 2, "C2")):
            right.plot([s[0] for s in shares], [s[at] for s in shares], style, color=colour, label=f"{name}, {typed}")
        used = tally.refused(enough)
        left.plot(1 - used[0], tally.risk(enough), "ko", label="in use" if marks else None)
        right.plot([used[0]] * 2, used[1:], "ko", label="in use" if marks else None)
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(file, dpi=90)


def _measure(bot: _Bot, own: list[Asked], others: list[Asked], *, marks: bool) -> Tally:
    tally = Tally()
    for question in own:
        text = _typed(question.text, marks=marks)
        tally.own.append(bot.find(text, question.answer))
        tally.hidden.append(bot.find(text, question.answer, question.documents))
    for question in others:
        tally.off_topic.append(bot.find(_typed(question.text, marks=marks), question.answer))
    return tally


def _holds(quotes: list[str], answer: str) -> bool:
    return any(plain(answer) in plain(quote) for quote in quotes)


def _typed(text: str, *, marks: bool) -> str:
    """As it is, or as typed on a phone: lower case, no marks."""
    return text if marks else without_marks(text.lower())


def _titled(document: Document) -> Document:
    """Where a document has no title, its opening stands in."""
    return replace(document, title=document.title or document.text[:OPENING])


def _questions(folder: Path, count: int) -> list[Asked]:
    """Of those that have an answer, at most `count`, drawn by chance, the same every time."""
    questions = read_set(folder).questions
    asked = [Asked(each.text, each.answer, frozenset(each.relevant)) for each in questions if each.answer]
    return random.Random(0).sample(asked, min(count, len(asked)))


if __name__ == "__main__":
    main()
