"""LLM mode put together from settings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.answering.rewriting import Writer
from bot.cli.common import home_of
from config.settings import Settings

FAILURES, PAUSE = 5, 60.0  # in a row, after which a server is left alone; seconds until it is tried again


@contextmanager
def writer_of(settings: Settings) -> Iterator[Writer | None]:
    """What writes in LLM mode, open until the end of the block; None while no server is set."""
    llm = settings.llm
    if not llm.base_url or not llm.model:
        yield None
        return
    # A tenth of a second of imports that quote mode need not pay.
    from bot.llm.client import ChatClient, Endpoint  # noqa: PLC0415
    from bot.llm.guards import Budget  # noqa: PLC0415
    from bot.llm.writer import LlmWriter  # noqa: PLC0415
    from config.waiting import Breaker  # noqa: PLC0415

    endpoint = Endpoint(
        base_url=llm.base_url,
        model=llm.model,
        key=llm.key(),
        connect=llm.connect_timeout,
        silence=llm.timeout,
        total=llm.total,
        retries=llm.retries,
        max_tokens=llm.max_tokens,
    )
    breaker = Breaker(FAILURES, PAUSE, time.monotonic)
    budget = Budget(home_of(settings).llm_spent, llm.daily_tokens)
    with closing(ChatClient(endpoint)) as client:
        yield LlmWriter(client, breaker, budget, concurrency=llm.concurrency, max_tokens=llm.max_tokens)
