"""Answers and their citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.answering.fixed import Unusable
from bot.answering.lock import Fault, fault_of
from bot.answering.work import Work
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


@dataclass(frozen=True, slots=True)
class Claim:
    """A generated sentence, and the numbers of the citations whose quotes say it, each of them by itself."""

    text: str
    citations: tuple[int, ...]


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


def prove_claims(claims: Sequence[Claim], citations: Sequence[Citation]) -> None:
    """Holds every claim against the quotes it cites; no claims need no proof.

    Raises:
        ValueError: one cites nothing, or what is not there, or what does not say it; or a citation is nobody's. Names
            the claim by its place, not its words.
    """
    quotes = {citation.n: citation.quote for citation in citations}
    for place, claim in enumerate(claims, start=1):
        if not claim.citations or not quotes.keys() >= set(claim.citations):
            raise ValueError(f"claim {place} cites {claim.citations} of {sorted(quotes)}, which breaks the claim law")
        if fault := next(filter(None, (fault_of(claim.text, quotes[n]) for n in claim.citations)), None):
            raise ValueError(f"claim {place} is not held by its quotes ({fault}), which breaks the claim law")
    if claims and quotes.keys() != {n for claim in claims for n in claim.citations}:
        raise ValueError("a citation that no claim cites breaks the claim law")


class LlmOutcome(StrEnum):
    """What came of asking a model."""

    WRITTEN = "written"  # its claims are shown
    ADDRESSED = "addressed"  # the question or what is quoted speaks to the model: it was not asked
    BUSY = "busy"  # as many requests as are allowed are under way
    SPENT = "spent"  # the day's budget is used up, or cannot be counted
    RESTING = "resting"  # it failed too often just now
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # it answered with an error
    SLOW = "slow"
    NONSENSE = "nonsense"  # it answered in no form that is known, or too much
    LOCKED = "locked"  # too little of what it wrote passed the claim lock
    BROKEN = "broken"  # a fault of the program


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a model made of an answer. `faults` tells for each sentence that was dropped why.

    Other outcomes than WRITTEN have no claims. The citations are numbered from 1 in the order of the claims; `quoted`
    are those of quote mode, in whose place they are shown. `tokens` were spent, prompt included, as far as is known.
    """

    outcome: LlmOutcome
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    faults: tuple[Fault, ...] = ()
    quoted: tuple[Citation, ...] = ()
    tokens: int = 0


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

    Where there are `claims` the text is theirs, and the law is that each cites, that the claim lock holds it against
    every quote it cites, and that no citation is left over. Only what is answered has any.
    `text` of the other statuses is empty: what to say then is a matter of the interface and its language.
    `nearest` names articles on a near subject when nothing was found; `unusable` says why a text is no question;
    `about` is what the register says of the directive asked about; `differing` tells that the articles cited say
    different things, newest first. `asked` is the question that was answered, where the text as typed was understood
    as another one. `options`: it can mean several things, each proved by a citation, and the person is asked which.
    `english`: it was asked in English. `work` is what it took.
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
    claims: tuple[Claim, ...] = ()
    asked: str | None = None
    options: tuple[Option, ...] = ()
    english: bool = False
    work: Work = field(default_factory=Work)

    def __post_init__(self) -> None:
        if (self.status in {Status.ANSWERED, Status.REFERENCE}) != bool(self.citations):
            raise ValueError(f"status {self.status} with {len(self.citations)} citations breaks the citation law")
        if self.options and not self.citations:
            raise ValueError("options without a citation break the citation law")
        if self.claims and (self.status is not Status.ANSWERED or self.options):
            raise ValueError(f"status {self.status} with claims breaks the citation law")
        prove_claims(self.claims, self.citations)

    @property
    def kind(self) -> str:
        """What kind of text it answers: a fixed reply's, "options", "english", "reworded", else "plain"."""
        if self.unusable:
            return self.unusable.value
        if self.options:
            return "options"
        if self.english:
            return "english"
        return "reworded" if self.asked else "plain"

    @property
    def text(self) -> str:
        """The quotes, in reading order, or the claims with the numbers of what they cite; nothing else ever."""
        if self.claims:
            return "\n".join(f"{claim.text} {''.join(f'[{n}]' for n in claim.citations)}" for claim in self.claims)
        return "\n".join(citation.quote for citation in self.citations)
