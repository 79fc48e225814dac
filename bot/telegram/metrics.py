"""What was observed, for Prometheus. The only module that knows its library.

Every label takes words of a fixed set, so that the number of series is bounded whatever people send; docs/operations.md
lists them. One process counts for itself: of several behind a webhook each is scraped.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.answering.models import LlmOutcome, Status
from bot.telegram.observing import FAILED, UNAVAILABLE, UNSENT, Affairs, Asked, Observer, Outcome, Reload

STATUSES = (*(each.value for each in Status), UNAVAILABLE, FAILED, UNSENT)
STAGES = ("wait", "understand", "register", "search", "compose", "prove", "rewrite", "send")
PARTS = ("generation", "state", "telegram")
OTHER = "other"  # whatever is of no set, which is not to be while the sets are whole
_METHODS = (
    "getMe getUpdates setWebhook deleteWebhook getFile file getChatMember sendMessage sendMessageDraft sendDocument "
    "sendChatAction editMessageText deleteMessage answerCallbackQuery answerInlineQuery setMyCommands setMyDescription "
    "setMyShortDescription"
).split()
_ANSWER_BUCKETS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30)
_STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class Metrics(Observer):
    """Counts what it is told. Safe to share between threads."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self, update_kinds: Iterable[str]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, of when it began
        self._registry = registry = CollectorRegistry()
        self._shown = threading.Lock()  # gauges are set for a page, which is then written
        ProcessCollector(registry=registry)
        self._kinds = frozenset(update_kinds)

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"chidao_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"chidao_{name}", what, labels, registry=registry)

        self._questions = counter("questions", "Questions worked on, by what became of them.", "status", "via")
        self._answer_seconds = Histogram(
            "chidao_answer_seconds",
            "Seconds from a question being worked on to its answer being sent.",
            buckets=_ANSWER_BUCKETS,
            registry=registry,
        )
        self._stage_seconds = Histogram(
            "chidao_stage_seconds",
            "Seconds of a question in each stage.",
            ("stage",),
            buckets=_STAGE_BUCKETS,
            registry=registry,
        )
        self._updates = counter("updates_received", "Updates from Telegram, by kind.", "kind")
        self._failures = counter("updates_failed", "Updates that could not be worked on to their end.")
        self._calls = counter("telegram_calls", "Calls of the Bot API, by what came of them.", "method", "outcome")
        self._again = counter("telegram_retries", "Calls of the Bot API that were a further try.", "method")
        self._limited = counter("limited", "Messages not answered since too much was asked.", "whom")
        self._opinions = counter("opinions", "What people say of answers.", "opinion")
        self._reloads = counter("reloads", "Reloads and rollbacks from Telegram, by outcome.", "outcome")
        self._llm = counter("llm_requests", "Answers that a model was to write, by what came of it.", "outcome")
        self._tokens = counter("llm_tokens", "Tokens spent on replies of a model, prompts included.")
        self._inbox = gauge("inbox_updates", "Updates that are not answered yet; of all processes of one state.")
        self._ready = gauge("ready", "Whether each part is ready (1) or not (0).", "part")
        self._generation = gauge("generation_info", "The generation in use, by name.", "generation")
        self._articles = gauge("generation_articles", "Articles of the generation in use.")
        self._passages = gauge("generation_passages", "Passages of the generation in use.")
        self._begin()

    def _begin(self) -> None:
        """Series begin at 0, else the first event of each would be no rise."""
        for status in STATUSES:
            for via in ("chat", "inline"):
                self._questions.labels(status, via)
        for stage in STAGES:
            self._stage_seconds.labels(stage)
        for counter, values in (
            (self._updates, self._kinds),
            (self._limited, ("person", "everybody")),
            (self._opinions, ("right", "wrong")),
            (self._reloads, ("served", "blocked", "failed", "rolled_back")),
            (self._llm, [each.value for each in LlmOutcome]),
            (self._again, ("sendMessage",)),
        ):
            for value in values:
                counter.labels(value)
        for outcome in ("sent", "refused", "put_off", "failed"):
            self._calls.labels("sendMessage", outcome)

    def received(self, kind: str) -> None:
        """An update came."""
        self._updates.labels(_of(self._kinds, kind)).inc()

    def asked(self, asked: Asked) -> None:
        """A question was worked on."""
        self._questions.labels(_of(STATUSES, asked.status), asked.via).inc()
        if asked.via == "chat" and asked.stages:  # else none was sent
            self._answer_seconds.observe(asked.seconds)
        for stage, seconds in asked.stages.items():
            self._stage_seconds.labels(_of(STAGES, stage)).observe(seconds)
        if asked.work.llm:
            self._llm.labels(asked.work.llm).inc()
            self._tokens.inc(asked.work.tokens)

    def called(self, method: str, outcome: Outcome) -> None:
        """A call of the Bot API was made."""
        self._calls.labels(_of(_METHODS, method), outcome).inc()

    def called_again(self, method: str) -> None:
        """It is a further try."""
        self._again.labels(_of(_METHODS, method)).inc()

    def limited(self, whom: Literal["person", "everybody"]) -> None:
        """A message was not answered."""
        self._limited.labels(whom).inc()

    def judged(self, *, right: bool) -> None:
        """Somebody called an answer right or wrong."""
        self._opinions.labels("right" if right else "wrong").inc()

    def reloaded(self, outcome: Reload) -> None:
        """An admin's reload or rollback came to its end."""
        self._reloads.labels(outcome).inc()

    def failed(self) -> None:
        """An update could not be worked on to its end."""
        self._failures.inc()

    def page(self, affairs: Affairs) -> bytes:
        """All that was observed, and how things stand, in Prometheus' text format."""
        with self._shown:
            self._inbox.set(float("nan") if affairs.waiting is None else affairs.waiting)
            for part in PARTS:
                self._ready.labels(part).set(part not in affairs.lacking)
            self._generation.clear()  # one series, of the generation in use
            if affairs.generation:
                self._generation.labels(affairs.generation).set(1)
            self._articles.set(affairs.articles)
            self._passages.set(affairs.passages)
            return generate_latest(self._registry)


def _of(known: Iterable[str], value: str) -> str:
    return value if value in known else OTHER
