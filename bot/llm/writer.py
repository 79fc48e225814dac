"""Asks a model for claims, within every limit; what goes wrong is a word, and quote mode answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering.addressed import speaks_to_the_model
from bot.answering.models import Citation, LlmOutcome, Rewriting
from bot.answering.rewriting import Hear, Source
from bot.answering.understand import Question
from bot.llm.client import ChatClient, FailedError
from bot.llm.guards import Budget
from bot.llm.prompt import Message, messages_for
from bot.llm.reply import claims_of, claims_so_far
from config.waiting import Breaker

# What a token of Vietnamese holds at least, by the tokenisers in use; where the server does not count for us.
CHARACTERS_A_TOKEN = 1.5
_FREE = frozenset({LlmOutcome.UNREACHABLE, LlmOutcome.REFUSED})  # failures that no server asks money for


class LlmWriter:
    """Writes answers with a model (`bot.answering.rewriting.Writer`). Safe to share between threads.

    `concurrency` requests may be under way; one more is not made, for a citizen would wait for the others.
    """

    def __init__(
        self, client: ChatClient, breaker: Breaker, budget: Budget, *, concurrency: int, max_tokens: int
    ) -> None:
        self._client = client
        self._breaker = breaker
        self._budget = budget
        self._slots = threading.BoundedSemaphore(concurrency)
        self._max_tokens = max_tokens

    def write(
        self,
        question: Question,
        quoted: Sequence[Citation],
        sources: Sequence[Source],
        hear: Hear = lambda _written: None,
    ) -> Rewriting:
        """Claims from the sources, or the word for why there are none; `hear` is told of those that hold so far."""
        fit = [source for source in sources if not speaks_to_the_model(source.text)]
        if speaks_to_the_model(question.text) or not all(_is_within(each, fit) for each in quoted):
            return Rewriting(LlmOutcome.ADDRESSED)
        try:
            reply, tokens = self._reply(
                messages_for(question.text, fit), lambda text: _told(hear, claims_so_far(text, question, quoted, fit))
            )
        except FailedError as failed:
            return Rewriting(failed.outcome)
        return replace(claims_of(reply, question, quoted, fit), tokens=tokens)

    def _reply(self, messages: Sequence[Message], hear: Callable[[str], None]) -> tuple[str, int]:
        """The model's reply, and the tokens spent on it. Raises FailedError."""
        if not self._slots.acquire(blocking=False):
            raise FailedError(LlmOutcome.BUSY)
        try:
            if not self._breaker.allows():
                raise FailedError(LlmOutcome.RESTING)
            return self._within_budget(messages, hear)
        finally:
            self._slots.release()

    def _within_budget(self, messages: Sequence[Message], hear: Callable[[str], None]) -> tuple[str, int]:
        prompt = round(sum(len(each["content"]) for each in messages) / CHARACTERS_A_TOKEN)
        taken = prompt + self._max_tokens
        if not self._budget.take(taken):
            raise FailedError(LlmOutcome.SPENT)
        try:
            completion = self._client.complete(messages, hear)
        except FailedError as failed:
            self._breaker.failed()
            if failed.outcome in _FREE:
                self._budget.give_back(taken)
            raise
        self._breaker.succeeded()
        used = completion.tokens or prompt + round(len(completion.text) / CHARACTERS_A_TOKEN)
        self._budget.give_back(taken - used)
        return completion.text, used


def _told(hear: Hear, written: Rewriting) -> None:
    if written.claims:
        hear(written)


def _is_within(citation: Citation, sources: Sequence[Source]) -> bool:
    return any(s.article.id == citation.article_id and s.start <= citation.start < s.end for s in sources)
