"""The one place where a model's words may become part of an answer: sources go out, claims come back.

Quote mode has composed its answer before; whatever goes wrong here, that answer is given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answering.compose import Composed, GetArticle
from bot.answering.fixed import Unusable
from bot.answering.models import Citation, LlmOutcome, Rewriting, prove, prove_claims
from bot.answering.understand import Question
from corpus.models import Article

_log = logging.getLogger(__name__)
SOURCES = 5  # passages given to the model: those that are quoted, and further hits in their order


Hear = Callable[[Rewriting], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered stretch of an article that a model may write from."""

    n: int
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words."""
        return self.article.text[self.start : self.end]


class Writer(Protocol):
    """Asks a model. Never raises for what the model or the way to it does."""

    def write(self, question: Question, quoted: Sequence[Citation], sources: Sequence[Source], hear: Hear) -> Rewriting:
        """Claims from the sources that answer the question at least as the quotes do; `hear` is told how far it is."""
        ...


def rewritten(
    composed: Composed,
    question: Question | Unusable,
    get_article: GetArticle,
    writer: Writer,
    hear: Callable[[Composed], None] = lambda _composed: None,
) -> Composed:
    """What quote mode composed, with the claims of a model before its quotes where it wrote any that hold.

    `hear` is told of the same with the claims that hold so far, while the model writes.

    Only what passages answer is rewritten: not what the register says, nor articles that differ, which are shown side
    by side.
    """
    if isinstance(question, Unusable) or not composed.citations or composed.about or composed.differing:
        return composed

    def so_far(written: Rewriting) -> None:
        prove(written.citations, get_article)
        hear(replace(composed, citations=written.citations, claims=written.claims))

    try:
        written = writer.write(question, composed.citations, sources_of(composed, get_article), so_far)
        prove(written.citations, get_article)
        prove_claims(written.claims, written.citations)
    except Exception as error:  # noqa: BLE001  the answer that quote mode has must not be lost to a bug here
        _log.error("an answer was not rewritten: %s", type(error).__name__)  # its text may hold people's words
        return replace(composed, rewriting=Rewriting(LlmOutcome.BROKEN))
    if not written.claims:
        return replace(composed, rewriting=written)
    written = replace(written, quoted=composed.citations)
    return replace(composed, citations=written.citations, claims=written.claims, rewriting=written)


def sources_of(composed: Composed, get_article: GetArticle) -> list[Source]:
    """The passages of the quotes, then further hits, as many as are allowed."""
    quotes = [(each.article_id, each.start, each.end) for each in composed.citations]
    passages = [(hit.passage.article_id, hit.passage.start, hit.passage.end) for hit in composed.hits]
    found: list[tuple[str, int, int]] = []
    for article_id, start, end in quotes:
        holding = [each for each in passages if each[0] == article_id and each[1] <= start < each[2]]
        passage = holding[0] if holding else (article_id, start, end)
        found.append((article_id, passage[1], max(passage[2], end)))
    spans = list(dict.fromkeys([*found, *(each for each in passages if not _overlaps_any(each, found))]))[:SOURCES]
    articles = [(get_article(article_id), start, end) for article_id, start, end in spans]
    return [Source(n, article, start, end) for n, (article, start, end) in enumerate(articles, start=1) if article]


def _overlaps_any(span: tuple[str, int, int], others: Sequence[tuple[str, int, int]]) -> bool:
    return any(span[0] == other[0] and span[1] < other[2] and other[1] < span[2] for other in others)
