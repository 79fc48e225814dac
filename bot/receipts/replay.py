"""A receipt explained: its question asked again of the very generation that answered, or what was kept instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from bot.answering.compose import Composed
from bot.answering.engine import status_of
from bot.answering.models import Status
from bot.answering.understand import Question, read_question
from bot.receipts.masking import without_masks
from bot.receipts.models import HITS, KeptDecision, KeptHit, KeptRewriting, Receipt, Span, spans_of
from config.errors import ChidaoError, HomeError, InputError
from corpus.generation import Home
from corpus.models import Article
from corpus.resolve import Verdict
from corpus.store import ArticleStore
from retrieval.backends.backend import Backend
from retrieval.encoder import ModelIdentity
from retrieval.serving import Generation, check_model

Ask = Callable[[Generation, Question], Composed]


@dataclass(frozen=True, slots=True)
class Account:
    """How an answer came about: what was found, what was decided, what was shown, what a model did to it."""

    status: Status
    verdict: Verdict | None
    hits: tuple[KeptHit, ...]
    decision: KeptDecision | None
    citations: tuple[Span, ...]
    llm: KeptRewriting | None = None

    def says_the_same(self, other: Account) -> bool:
        """Whether quote mode says the same. Scores may differ a little between processors."""
        return (self.status, self.verdict, self.quoted) == (other.status, other.verdict, other.quoted)

    @property
    def quoted(self) -> tuple[Span, ...]:
        """What quote mode cites, which no model was needed for."""
        return self.llm.quoted if self.llm and self.llm.claims else self.citations


@dataclass(frozen=True, slots=True)
class Explained:
    """A receipt, the account that was `kept` in it, and its question `replayed`; `why_not` says why it was not.

    `articles` are those of the hits and citations that can still be read, by id.
    """

    receipt: Receipt
    kept: Account
    replayed: Account | None
    why_not: ChidaoError | None
    articles: Mapping[str, Article]


def explain(receipt: Receipt, home: Home, backend: Backend, identity: ModelIdentity, ask: Ask) -> Explained:
    """Asks the question of a receipt again, of the generation that it names.

    Raises:
        HomeError: neither that generation nor the store can be read.
    """
    kept = Account(receipt.status, receipt.verdict, receipt.hits, receipt.decision, receipt.citations, receipt.llm)
    try:
        generation = backend.open_named(receipt.generation)
    except HomeError as gone:
        return Explained(receipt, kept, None, gone, _stored(home, kept))
    with closing(generation):
        try:
            replayed, why_not = _replay(receipt, generation, identity, ask), None
        except ChidaoError as error:
            replayed, why_not = None, error
        return Explained(receipt, kept, replayed, why_not, _articles(generation.snapshot.article, kept, replayed))


def _replay(receipt: Receipt, generation: Generation, identity: ModelIdentity, ask: Ask) -> Account:
    question = read_question(without_masks(receipt.question or ""))
    if not isinstance(question, Question):
        raise InputError(
            "câu hỏi không được lưu (CHIDAO_RECEIPTS__TEXT tắt) hoặc không phải câu hỏi",
            "the question was not kept (CHIDAO_RECEIPTS__TEXT is off), or was none",
        )
    check_model(generation, identity)
    composed = ask(generation, question)
    return Account(
        status_of(composed),
        composed.about.verdict if composed.about else None,
        tuple(map(KeptHit.of, composed.hits[:HITS])),
        KeptDecision.of(composed.decision) if composed.decision else None,
        spans_of(composed.citations),
    )


def _stored(home: Home, kept: Account) -> dict[str, Article]:
    """From the store: an id stands for the words, so an article of that id is the one that was quoted."""
    if not home.store.exists():
        return {}
    with ArticleStore(home.store) as store:
        return _articles(store.get, kept)


def _articles(get: Callable[[str], Article | None], *accounts: Account | None) -> dict[str, Article]:
    spans: Iterable[Span] = (span for each in accounts if each for span in (*each.hits, *each.citations))
    found = {article_id: get(article_id) for article_id in {span.article for span in spans}}
    return {article_id: article for article_id, article in found.items() if article}
