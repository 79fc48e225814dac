"""The engine behind every interface: one question in, one answer out, always from the generation in use."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from bot.answering.addressed import is_addressed
from bot.answering.background import background_idf
from bot.answering.compose import HITS, Composed, compose
from bot.answering.conversation import meaning_of, searchable
from bot.answering.directives import ask_register
from bot.answering.examples import examples
from bot.answering.live import LiveGeneration
from bot.answering.models import Answer, Citation, Status, Turn, UnprovenError, prove
from bot.answering.rewriting import Writer, rewritten
from bot.answering.saying import Speaker
from bot.answering.understand import Question, read_question
from bot.answering.work import Stopwatch, Work
from config.errors import NoVectorsError, ServerError
from corpus.models import Passage
from retrieval.backends.backend import Backend
from retrieval.encoder import ModelIdentity
from retrieval.hits import Encoder
from retrieval.retriever import Fusion
from retrieval.serving import Generation

RECEIPT_BYTES = 6
EXAMPLES = 3
Hear = Callable[[Answer], None]
Keep = Callable[[Answer, Composed], None]  # what is to be remembered of an answer; may neither raise nor wait
_log = logging.getLogger(__name__)


class AnswerEngine:
    """Answers questions. Safe to share between threads; picks up a reload at the next question.

    Its methods raise NoGenerationError (nothing was reloaded yet), HomeError (no generation can be read) or ModelError
    (the encoder cannot be loaded, or the index is another model's; its NoVectorsError, where an embedding service fails
    and the words of a question alone find no answer).
    """

    def __init__(  # noqa: PLR0913  the parts that an entry point puts together
        self,
        backend: Backend,
        encoder: Encoder,
        identity: ModelIdentity,
        fusion: Fusion,
        *,
        city: str = "",
        keep: Keep | None = None,
        writer: Writer | None = None,
    ) -> None:
        """`city` is the one whose articles these are; `keep` is told of every answer; `writer` is for LLM mode."""
        self._writer = writer
        self._city = city
        self._keep = keep
        self._live = LiveGeneration(backend, identity)
        self._examples: tuple[str, tuple[str, ...]] = ("", ())
        self._encoder = encoder
        self._fusion = fusion

    def answer(self, text: str, turns: Sequence[Turn] = (), hear: Hear | None = None) -> Answer:
        """The answer to a text, after the turns before it (the last one last); any text gets one.

        Where it can mean several things the answer offers them, but never twice in a row. While a model writes, `hear`
        is told of the answer that would be given without it, then of the claims that hold so far.
        """
        began = time.perf_counter()
        receipt = secrets.token_hex(RECEIPT_BYTES)
        watch = Stopwatch()
        with self._live.reading() as generation:
            compose = _Composer(generation, self._encoder, self._fusion, self._city, watch)
            with watch.stage("understand"):
                meant = meaning_of(text, turns)
                said = Speaker(generation, compose, may_ask=not (turns and turns[-1].options)).say(meant)
            with watch.stage("prove"):
                composed = _proven(said.composed, generation)
            if compose.failure and not composed.citations and not said.unusable:
                raise compose.failure  # "not found" may be said only after the whole search

            def answer_of(composed: Composed) -> Answer:
                return Answer(
                    question=text,
                    status=Status.OUT_OF_SCOPE if said.unusable else status_of(composed),
                    citations=composed.citations,
                    generation=generation.name,
                    receipt=receipt,
                    elapsed_ms=(time.perf_counter() - began) * 1000,
                    nearest=composed.nearest,
                    about=composed.about,
                    differing=composed.differing,
                    claims=composed.claims,
                    unusable=said.unusable,
                    asked=said.asked if said.asked not in {"", text} else None,
                    options=said.options if composed.citations else (),  # else none is proved
                    english=meant.english,
                    work=_work(composed, watch),
                )

            if self._writer and not said.options:
                question = read_question(searchable(said.asked, english=meant.english))
                so_far = (lambda each: hear(answer_of(each))) if hear else _unheard
                so_far(composed)
                with watch.stage("rewrite"):
                    composed = rewritten(composed, question, generation.snapshot.article, self._writer, so_far)
        answer = answer_of(composed)
        if self._keep:
            self._keep(answer, composed)
        return answer

    def warm_up(self) -> None:
        """Loads all that is loaded once, so that the first question need not wait; servers may be away for now."""
        background_idf("câu")
        try:
            with self._live.reading():
                self._encoder.encode(["câu hỏi"], "query")
        except NoVectorsError as error:
            _log.warning("%s; until then questions are answered by their words", error)
        except ServerError as error:
            _log.warning("%s; until then no question can be answered", error)

    def passage(self, article_id: str, at: int) -> tuple[str, Passage] | None:
        """The passage of an article at an offset, and the article's title; None where there is none."""
        with self._live.reading() as generation:
            article = generation.snapshot.article(article_id)
            passage = generation.snapshot.passage_at(article_id, at)
            return (article.title, passage) if article and passage else None

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The generation in use, open until the end of the block."""
        with self._live.reading() as generation:
            yield generation

    def examples(self) -> tuple[str, ...]:
        """Up to three questions that the articles in use answer; looked for once a generation, and not recorded."""
        with self._live.reading() as generation:
            if self._examples[0] != generation.name:
                compose = partial(compose_from, generation, encoder=self._encoder, fusion=self._fusion, city=self._city)

                def quoted(text: str) -> Citation | None:
                    question = read_question(text)
                    said = compose(question) if isinstance(question, Question) else Composed()
                    return next(iter(said.citations), None)

                self._examples = (generation.name, examples(generation, quoted, EXAMPLES))
            return self._examples[1]

    def close(self) -> None:
        """Closes what is open."""
        self._live.close()


def _unheard(_composed: Composed) -> None:
    """Nobody listens."""


def _work(composed: Composed, watch: Stopwatch) -> Work:
    rewriting = composed.rewriting
    llm, tokens = (rewriting.outcome.value, rewriting.tokens) if rewriting else ("", 0)
    return Work(dict(watch.seconds), len(composed.hits), llm, tokens)


def status_of(composed: Composed) -> Status:
    """The status of an answer that is this."""
    if not composed.citations:
        return Status.NOT_FOUND
    return Status.REFERENCE if composed.about else Status.ANSWERED


def _proven(composed: Composed, generation: Generation) -> Composed:
    """What is said, if every quote of it stands in the stored article; else nothing, and a line in the log.

    Quotes of a paragraph that gives orders to whoever answers are left out.
    """
    try:
        prove(composed.citations, generation.snapshot.article)
    except UnprovenError as error:
        _log.error("an answer was withheld: %s (generation %s)", error, generation.name)
        return replace(composed, citations=(), about=None, differing=False)
    honest = [each for each in composed.citations if not _is_order(each, generation)]
    if len(honest) == len(composed.citations):
        return composed
    about = composed.about if honest else None
    return replace(composed, citations=tuple(replace(each, n=n) for n, each in enumerate(honest, start=1)), about=about)


def _is_order(citation: Citation, generation: Generation) -> bool:
    article = generation.snapshot.article(citation.article_id)
    return article is not None and is_addressed(article.text, citation.start, citation.end)


@dataclass(slots=True)
class _Composer:
    """Composes answers from one generation; once the encoder gives no vectors, which `failure` tells, by words alone.

    Every quote is proved as ever, so what is found is no less true; less is found (docs/adr/0028-encoder-service.md).
    """

    generation: Generation
    encoder: Encoder
    fusion: Fusion
    city: str
    watch: Stopwatch
    failure: NoVectorsError | None = None

    def __call__(self, question: Question) -> Composed:
        if self.failure is None:
            try:
                return compose_from(self.generation, question, self.encoder, self.fusion, self.city, self.watch)
            except NoVectorsError as error:
                _log.warning("searched by words alone: %s", error)
                self.failure = error
        words = replace(self.fusion, dense_weight=0.0)
        return compose_from(self.generation, question, self.encoder, words, self.city, self.watch)


def compose_from(
    generation: Generation,
    question: Question,
    encoder: Encoder,
    fusion: Fusion,
    city: str,
    watch: Stopwatch | None = None,
) -> Composed:
    """What one generation has to say to a question: its register first, then its passages; `watch` times both."""
    watch = watch or Stopwatch()
    with watch.stage("register"):
        said = ask_register(question, generation.register, generation.snapshot.article)
    if said:
        return Composed(said.citations, said.nearest, about=said.resolution)
    with watch.stage("search"):
        hits = generation.retriever(encoder, fusion).search(question.searched, HITS)
    with watch.stage("compose"):
        composed = compose(question, hits, generation.snapshot.article, generation.lexical.idf, city)
    return replace(composed, hits=tuple(hits))
