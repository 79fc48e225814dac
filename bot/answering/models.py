"""Answers and their citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.answering.fixed import Unusable
from corpus.models import Article
from corpus.resolve import Resolution


class Status(StrEnum):
    """What kind of answer it is."""

    ANSWERED = "answered"
    REFERENCE = "reference"  # what the register says of a directive, with the sentences that say so
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and the place it stands: `article.text[start:end] == quote`. `n` counts from 1.

    `answer` is where in the article the very thing asked for stands (a number, a date, a name), inside the quote.
    """

    n: int
    article_id: str
    title: str
    source: str
    published: datetime | None
    start: int
    end: int
    quote: str
    answer: tuple[int, int] | None = None


def cite(n: int, article: Article, start: int, end: int, answer: tuple[int, int] | None = None) -> Citation:
    """The citation of a span; the quote is cut from the stored text here and nowhere else."""
    quote = article.text[start:end]
    return Citation(n, article.id, article.title, article.source, article.published, start, end, quote, answer)


class UnprovenError(Exception):
    """A quote does not stand where its citation says: a fault of the program, and never shown to a person."""


def prove(citations: Iterable[Citation], get_article: Callable[[str], Article | None]) -> None:
    """Holds every quote against the stored article, before anybody sees it.

    Raises:
        UnprovenError: one cannot be pointed to; names article and offsets, not the words.
    """
    for each in citations:
        article = get_article(each.article_id)
        if article is None or not each.quote or not 0 <= each.start < each.end:
            raise UnprovenError(f"no article {each.article_id} holds {each.start}-{each.end}")
        if article.text[each.start : each.end] != each.quote:
            raise UnprovenError(f"the text of article {each.article_id} at {each.start}-{each.end} is not the quote")
        if each.answer and not each.start <= each.answer[0] < each.answer[1] <= each.end:
            raise UnprovenError(
                f"the answer marked is not in the quote of article {each.article_id} at {each.start}-{each.end}"
            )


@dataclass(frozen=True, slots=True)
class Decision:
    """Why the best passage was shown or not: its evidence, weighted, is held against what is `enough`.

    `passage` is its id; `terms` names each piece of evidence with its share of the support.
    """

    passage: str
    terms: Mapping[str, float]
    enough: float

    @property
    def support(self) -> float:
        """What the evidence comes to; an answer needs `enough` of it."""
        return sum(self.terms.values())


@dataclass(frozen=True, slots=True)
class Option:
    """One of several things a question can mean: what to call it, and the question that asks for it alone."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What is kept of a question and its answer, for the questions that follow.

    `question` is as it was understood, in Vietnamese; `directives` are those that the answer's quotes name; `options`
    are those offered instead of one answer. `english`: it was asked in English.
    """

    question: str
    directives: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    receipt: str = ""
    english: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets. Law: answered or reference means at least one citation, and the text is the quotes.

    `text` of the other statuses is empty: what to say then is a matter of the interface and its language.
    `nearest` names articles on a near subject when nothing was found; `unusable` says why a text is no question;
    `about` is what the register says of the directive asked about; `differing` tells that the articles cited say
    different things, newest first. `asked` is the question that was answered, where the text as typed was understood
    as another one. `options`: it can mean several things, each proved by a citation, and the person is asked which.
    `english`: it was asked in English.
    """

    question: str
    status: Status
    citations: tuple[Citation, ...]
    generation: str
    receipt: str
    elapsed_ms: float
    nearest: tuple[str, ...] = ()
    unusable: Unusable | None = None
    about: Resolution | None = None
    differing: bool = False
    asked: str | None = None
    options: tuple[Option, ...] = ()
    english: bool = False

    def __post_init__(self) -> None:
        if (self.status in {Status.ANSWERED, Status.REFERENCE}) != bool(self.citations):
            raise ValueError(f"status {self.status} with {len(self.citations)} citations breaks the citation law")
        if self.options and not self.citations:
            raise ValueError("options without a citation break the citation law")

    @property
    def text(self) -> str:
        """The quotes, in reading order; nothing else is ever an answer."""
        return "\n".join(citation.quote for citation in self.citations)
