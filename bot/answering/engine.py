"""The engine behind every interface: one question in, one answer out, always from the generation in use."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.answering.background import background_idf
from bot.answering.compose import HITS, NOTHING, Composed, compose
from bot.answering.models import Answer, Status
from bot.answering.understand import Question, Unusable, read_question
from corpus.generation import Home
from corpus.models import Article
from retrieval.encoder import ModelIdentity
from retrieval.hits import Encoder
from retrieval.retriever import Retriever, Weights
from retrieval.serving import Generation, check_model, open_live

RECEIPT_BYTES = 6
_log = logging.getLogger(__name__)


class AnswerEngine:
    """Answers questions over a home. Safe to share between threads; picks up a reload at the next question."""

    def __init__(self, home: Home, encoder: Encoder, identity: ModelIdentity, weights: Weights) -> None:
        self._home = home
        self._encoder = encoder
        self._identity = identity
        self._weights = weights
        self._lock = threading.Lock()
        self._open: Generation | None = None
        self._opened_for: str | None = None
        self._readers: dict[str, int] = {}
        self._retired: dict[str, Generation] = {}

    def answer(self, text: str) -> Answer:
        """The answer to a question; any text is a question, if perhaps one without an answer.

        Raises:
            NoGenerationError: nothing was reloaded yet.
            HomeError: no generation can be read.
            ModelError: the encoder cannot be loaded, or the index is another model's.
        """
        began = time.perf_counter()
        question = read_question(text)
        with self._reading() as generation:
            if isinstance(question, Unusable):
                status, composed = Status.OUT_OF_SCOPE, NOTHING
            else:
                composed = self._compose(question, generation)
                status = Status.ANSWERED if composed.citations else Status.NOT_FOUND
        answer = Answer(
            question=text,
            status=status,
            citations=composed.citations,
            generation=generation.name,
            receipt=secrets.token_hex(RECEIPT_BYTES),
            elapsed_ms=(time.perf_counter() - began) * 1000,
            nearest=composed.nearest,
            unusable=question if isinstance(question, Unusable) else None,
        )
        _log.info("answer %s: %s in %.0f ms from %s", answer.receipt, status, answer.elapsed_ms, generation.name)
        return answer

    def warm_up(self) -> None:
        """Loads all that is loaded once, so that the first question need not wait. Raises as `answer` does."""
        with self._reading() as generation:
            generation.snapshot.titles()
        self._encoder.encode(["câu hỏi"], "query")
        background_idf("câu")

    def article(self, article_id: str) -> Article | None:
        """An article of the generation in use, or None. Raises as `answer` does."""
        with self._reading() as generation:
            return generation.snapshot.article(article_id)

    def close(self) -> None:
        """Closes what is open."""
        with self._lock:
            for generation in [*self._retired.values(), *([self._open] if self._open else [])]:
                generation.close()
            self._retired.clear()
            self._open = self._opened_for = None

    def _compose(self, question: Question, generation: Generation) -> Composed:
        retriever = Retriever(generation.snapshot, generation.lexical, generation.vectors, self._encoder, self._weights)
        hits = retriever.search(question.searched, HITS)
        return compose(question, hits, generation.snapshot.article, generation.lexical.idf)

    @contextmanager
    def _reading(self) -> Iterator[Generation]:
        """The generation in use; it stays open until the last reader is done, also after a reload."""
        with self._lock:
            generation = self._current()
            self._readers[generation.name] = self._readers.get(generation.name, 0) + 1
        try:
            yield generation
        finally:
            with self._lock:
                self._readers[generation.name] -= 1
                if not self._readers[generation.name] and generation.name in self._retired:
                    self._retired.pop(generation.name).close()

    def _current(self) -> Generation:
        named = self._home.current()
        if self._open is None or named != self._opened_for:
            opened = open_live(self._home)
            check_model(opened, self._identity)
            self._retire()
            self._open, self._opened_for = opened, named
        return self._open

    def _retire(self) -> None:
        if self._open is None:
            return
        if self._readers.get(self._open.name):
            self._retired[self._open.name] = self._open
        else:
            self._open.close()
