"""How often questions are refused that have an answer, and that have none: what the cut-off is set by.

    .venv/bin/python bench/answers.py FOLDER... [--questions 300]

A folder is in BEIR form: corpus.jsonl, queries.jsonl (with an `answer`), qrels.tsv. It is indexed in a temporary home
by the chunking, the reload and the indexes that serve. Three kinds of questions, with their marks and without:
its own; its own with the gold document hidden from both indexes; those of the other folders given.
A quote of another document that happens to hold a hidden question's answer counts as a refusal: it is no error.
How many answers are right is told by `chidao eval --answers`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.answering.engine import AnswerEngine, compose_from
from bot.answering.understand import Question, read_question
from bot.evaluation.questions import plain
from config.settings import RetrievalSettings
from corpus.generation import Home
from corpus.syllables import without_marks
from retrieval.encoder import DEFAULT_MODEL, ModelIdentity, identify, make_encoder
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.sets import Document, read_documents, read_set
from retrieval.hits import Encoder
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live

FUSION = Fusion(RetrievalSettings().dense_weight)
OPENING = 80  # characters of a document that has no title
OFF_TOPIC_SHARE = 4  # one in so many of another folder's questions is asked here


@dataclass(frozen=True)
class Asked:
    """A question of a set: what to show, and the documents that hold it."""

    text: str
    answer: str
    documents: frozenset[str]


@dataclass
class Tally:
    """What came of the questions of one set, typed one way."""

    refused: list[bool] = field(default_factory=list)
    hidden_refused: list[bool] = field(default_factory=list)
    off_topic_refused: list[bool] = field(default_factory=list)

    def row(self, name: str) -> str:
        """A line of the table."""
        percent = [
            f"{100 * statistics.fmean(values):.1f}" if values else "—"
            for values in (self.refused, self.hidden_refused, self.off_topic_refused)
        ]
        return f"| {name} | {' | '.join(percent)} |\n"


class _Hiding:
    """Both indexes, as if the passages of some articles were not there."""

    def __init__(self, generation: Generation, articles: frozenset[str]) -> None:
        self._generation = generation
        self._articles = articles
        self.vectors_at = generation.vectors.vectors_at
        self.idf = generation.lexical.idf
        self.frequency = generation.lexical.frequency

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


class _Bot(AnswerEngine):
    """The engine over one folder, which can also answer as if some articles were not there."""

    def __init__(self, home: Home, encoder: Encoder, identity: ModelIdentity) -> None:
        super().__init__(home, encoder, identity, FUSION)
        self._served = open_live(home)
        self._articles = {document: article for article, document in documents_of(self._served).items()}
        self._asked = encoder

    def quotes(self, text: str) -> list[str]:
        """What is shown."""
        return [citation.quote for citation in self.answer(text).citations]

    def quotes_without(self, text: str, documents: frozenset[str]) -> list[str]:
        """What is shown when these documents are in neither index."""
        question = read_question(text)
        if not isinstance(question, Question):
            return []
        hiding: Any = _Hiding(self._served, frozenset(self._articles[document] for document in documents))
        served = replace(self._served, lexical=hiding, vectors=hiding)
        composed = compose_from(served, question, self._asked, FUSION, "")
        return [citation.quote for citation in composed.citations]

    def close(self) -> None:
        """Closes what is open."""
        super().close()
        self._served.close()


def main() -> None:
    """Measures each folder and writes one table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=300, help="at most so many of a folder, drawn by chance")
    options = parser.parse_args()
    encoder, identity = make_encoder(str(DEFAULT_MODEL), {}), identify(str(DEFAULT_MODEL), {})
    asked = {folder: _questions(folder, options.questions) for folder in options.folders}
    sys.stdout.write("| set | refused | hidden: refused | off topic: refused |\n| --- | ---: | ---: | ---: |\n")
    for folder in options.folders:
        others = [q for other in options.folders if other != folder for q in asked[other][::OFF_TOPIC_SHARE]]
        with tempfile.TemporaryDirectory() as place:
            home = index_documents(Path(place), map(_titled, read_documents(folder)), Coder(encoder, identity))
            with closing(_Bot(home, encoder, identity)) as bot:
                for marks in (True, False):
                    tally = _measure(bot, asked[folder], others, marks=marks)
                    sys.stdout.write(tally.row(f"{folder.name}{'' if marks else ', no marks'}"))
                    sys.stdout.flush()


def _measure(bot: _Bot, own: list[Asked], others: list[Asked], *, marks: bool) -> Tally:
    tally = Tally()
    for question in own:
        text = _typed(question.text, marks=marks)
        tally.refused.append(not bot.quotes(text))
        quotes = bot.quotes_without(text, question.documents)
        tally.hidden_refused.append(not quotes or _holds(quotes, question.answer))
    for question in others:
        tally.off_topic_refused.append(not bot.quotes(_typed(question.text, marks=marks)))
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
