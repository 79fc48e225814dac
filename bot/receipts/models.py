"""What a receipt holds: enough to ask the question again and to see why it was answered so, and nobody's identity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.answering.compose import Composed
from bot.answering.lock import Fault
from bot.answering.models import Answer, Citation, Decision, LlmOutcome, Rewriting, Status
from bot.receipts.masking import masked
from corpus.clean import normalise
from corpus.models import Passage
from corpus.resolve import Verdict
from retrieval.hits import Hit

HITS = 10  # kept of the thirty that are looked at: the best of them; the others come back with a replay
_DIGITS = 6  # of a score


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # a newer chidao may have kept more


class Span(_Kept):
    """A stretch of an article; its words are not kept, so what is taken back leaves none here."""

    article: str
    start: int
    end: int


class KeptHit(Span):
    """A passage that was found, and its scores."""

    score: float
    lexical: float | None
    dense: float | None

    @classmethod
    def of(cls, hit: Hit) -> KeptHit:
        """What is kept of a hit."""
        found: Passage = hit.passage
        lexical, dense = (None if score is None else round(score, _DIGITS) for score in (hit.lexical, hit.dense))
        return cls(
            article=found.article_id,
            start=found.start,
            end=found.end,
            score=round(hit.score, _DIGITS),
            lexical=lexical,
            dense=dense,
        )


class KeptDecision(_Kept):
    """A decision; see `bot.answering.models.Decision`."""

    passage: str
    terms: dict[str, float]
    enough: float

    @classmethod
    def of(cls, decision: Decision) -> KeptDecision:
        """What is kept of a decision."""
        terms = {name: round(value, _DIGITS) for name, value in decision.terms.items()}
        return cls(passage=decision.passage, terms=terms, enough=decision.enough)

    @property
    def support(self) -> float:
        """What the terms come to."""
        return round(sum(self.terms.values()), _DIGITS)


class KeptRewriting(_Kept):
    """What came of asking a model: for each claim shown the citations that hold it, for each one dropped the fault.

    `quoted` is what quote mode would have shown instead of the claims. Its words are not kept, nor asked for again.
    """

    outcome: LlmOutcome
    claims: tuple[tuple[int, ...], ...] = ()
    faults: tuple[Fault, ...] = ()
    quoted: tuple[Span, ...] = ()

    @classmethod
    def of(cls, rewriting: Rewriting) -> KeptRewriting:
        """What is kept of it."""
        return cls(
            outcome=rewriting.outcome,
            claims=tuple(claim.citations for claim in rewriting.claims),
            faults=rewriting.faults,
            quoted=spans_of(rewriting.quoted),
        )


class Receipt(_Kept):
    """One answer: what was said, from which generation, and why.

    `moment` is cut to the minute. `question` is None where it was not to be kept, or was none; `masked` says that
    personal data was taken out of it. `verdict` is the register's, where that was the answer or the refusal.
    Fields that come later need a default: what is kept already has not got them.
    """

    id: str
    moment: datetime
    generation: str
    status: Status
    elapsed_ms: float
    question: str | None = None
    masked: bool = False
    hits: tuple[KeptHit, ...] = ()
    decision: KeptDecision | None = None
    verdict: Verdict | None = None
    citations: tuple[Span, ...] = ()
    llm: KeptRewriting | None = None


def receipt_of(answer: Answer, composed: Composed, moment: datetime, *, with_text: bool) -> Receipt:
    """What is kept of an answer; a text that is no question is not kept at all."""
    written = normalise(answer.asked or answer.question)  # what was answered, which a follow-up does not say itself
    question = masked(written) if with_text and answer.status is not Status.OUT_OF_SCOPE else None
    return Receipt(
        id=answer.receipt,
        moment=moment.replace(second=0, microsecond=0),
        generation=answer.generation,
        status=answer.status,
        elapsed_ms=round(answer.elapsed_ms, 1),
        question=question,
        masked=question is not None and question != written,
        hits=tuple(map(KeptHit.of, composed.hits[:HITS])),
        decision=KeptDecision.of(composed.decision) if composed.decision else None,
        verdict=composed.about.verdict if composed.about else None,
        citations=spans_of(answer.citations),
        llm=KeptRewriting.of(composed.rewriting) if composed.rewriting else None,
    )


def spans_of(citations: Iterable[Citation]) -> tuple[Span, ...]:
    """Where the sentences shown stand."""
    return tuple(Span(article=each.article_id, start=each.start, end=each.end) for each in citations)
