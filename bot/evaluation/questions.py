"""Questions with their gold answers, and questions that have none."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.clean import normalise
from corpus.models import Article
from corpus.syllables import without_marks
from retrieval.evaluation.sets import QUERY_FORM, QuestionSet, Row, read_rows

_NO_WORD = re.compile(r"[\W_]+")
_GOLDEN_FORM = '{"_id": "g1", "text": "…?", "answer": "…"} / {"_id": "n1", "text": "…?", "answer": null}'


@dataclass(frozen=True, slots=True)
class Gold:
    """A question and its gold answer; None where the articles have none.

    `relevant` are the ids of the articles that answer it.
    """

    id: str
    text: str
    answer: str | None = None
    relevant: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Questions over one corpus, named as it was given.

    `skipped` counts those without a gold answer in a folder, `lost` those whose gold answer stands in no relevant
    article, so that nobody can show it: they stay and lower the figures.
    """

    name: str
    documents: int
    answerable: tuple[Gold, ...]
    unanswerable: tuple[Gold, ...] = ()
    skipped: int = 0
    lost: int = 0

    def drawn(self, count: int | None) -> GoldSet:
        """With at most `count` of the answerable questions, drawn by chance, the same every time."""
        if count is None or count >= len(self.answerable):
            return self
        return replace(self, answerable=tuple(random.Random(0).sample(self.answerable, count)))  # noqa: S311  no secret

    def unmarked(self) -> GoldSet:
        """With questions as typed without Vietnamese marks."""
        return replace(self, answerable=_unmarked(self.answerable), unanswerable=_unmarked(self.unanswerable))

    def also(self, unanswerable: Iterable[Gold]) -> GoldSet:
        """With more questions that have no answer."""
        return replace(self, unanswerable=(*self.unanswerable, *unanswerable))


class _GoldenRow(Row):
    answer: str | None = None
    answer_contains: str | None = None


def plain(text: str) -> str:
    """Words alone, between blanks: letters composed, capitals, blanks and punctuation of no account."""
    return f" {_NO_WORD.sub(' ', normalise(text).casefold()).strip()} "


def of_folder(name: str, given: QuestionSet, document_of: Mapping[str, str]) -> GoldSet:
    """The questions of a folder that have a gold answer; `document_of` names the document of an article."""
    articles = {document: article for article, document in document_of.items()}
    texts = {document.id: plain(f"{document.title}\n{document.text}") for document in given.documents}
    answered = [each for each in given.questions if each.answer and plain(each.answer).strip()]
    golds = tuple(
        Gold(each.id, each.text, each.answer, frozenset(articles[d] for d in each.relevant if d in articles))
        for each in answered
    )
    lost = sum(not any(plain(each.answer or "") in texts.get(d, "") for d in each.relevant) for each in answered)
    return GoldSet(
        name, len(given.documents), golds, skipped=len(given.questions) - len(answered) + given.skipped, lost=lost
    )


def of_golden_file(name: str, path: Path, articles: Iterable[Article]) -> GoldSet:
    """The questions of a golden file, over the articles given: those that hold a gold answer are relevant.

    Raises:
        InputError: the file cannot be read, or a line is of another form; names it.
    """
    texts = [(article.id, plain(article.text)) for article in articles]
    golds = [_gold(row, texts) for row in read_rows(path, _GoldenRow, _GOLDEN_FORM)]
    answerable = tuple(gold for gold in golds if gold.answer)
    lost = sum(not gold.relevant for gold in answerable)
    return GoldSet(name, len(texts), answerable, tuple(gold for gold in golds if not gold.answer), lost=lost)


def _gold(row: _GoldenRow, texts: Iterable[tuple[str, str]]) -> Gold:
    answer = row.answer or row.answer_contains
    if not answer or not plain(answer).strip():
        return Gold(row.id, row.text)
    return Gold(row.id, row.text, answer, frozenset(article for article, text in texts if plain(answer) in text))


def read_unanswerable(path: Path) -> tuple[Gold, ...]:
    """Questions that have no answer, of a JSONL file.

    Raises:
        InputError: as above.
    """
    return tuple(Gold(row.id, row.text) for row in read_rows(path, Row, QUERY_FORM))


def _unmarked(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    return tuple(replace(gold, text=without_marks(gold.text)) for gold in golds)
