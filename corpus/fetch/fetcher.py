"""The front of fetching: URLs in, pages out in order, whatever the URLs turn out to be."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpx

from config.errors import InputError
from corpus.clean import normalise, printable
from corpus.fetch.client import Answer, Client, Sleep
from corpus.fetch.errors import ComeBackError, PassingError, page_limit
from corpus.fetch.guard import Allowed, Clock, Deadline, GuardedTransport, Resolver, lookup
from corpus.fetch.listing import listing
from corpus.fetch.log import FetchLog
from corpus.fetch.models import Failed, FetchPolicy, Page, Unchanged
from corpus.fetch.robots import Robots
from corpus.fetch.urls import normal
from corpus.models import Raw

Outcome = Page | Unchanged | Failed


@dataclass(slots=True)
class _Run:
    """One call of `fetch`: what is left to ask for, and what need not be asked again."""

    key: str
    done: frozenset[str]
    follow: bool
    crawling: bool  # False while all there is to fetch is one page that was named
    waiting: deque[tuple[str, bool]] = field(default_factory=deque)  # a URL, and whether it may be a listing
    seen: set[str] = field(default_factory=set)

    def add(self, listings: Sequence[str], pages: Sequence[str] = ()) -> None:
        """Puts what was not met before at the head of the queue, pages first: what one listing names stays together.

        A section's next page is looked into only if this one showed a page that was not met before.
        """
        fresh = self._fresh(pages, may_list=False)
        if fresh or not pages:
            fresh += self._fresh(listings, may_list=True)
        self.waiting.extendleft(reversed(fresh))

    def _fresh(self, urls: Sequence[str], *, may_list: bool) -> list[tuple[str, bool]]:
        fresh = []
        for url in urls:
            if (name := normal(url)) not in self.seen:
                self.seen.add(name)
                fresh.append((url, may_list))
        return fresh


class Fetcher:
    """Fetches one page after another. Use as a context manager.

    A page counts as fetched only when the caller has said what became of it, with `stored` or `refused`: what a run
    that was interrupted had not stored is asked for again.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        log: FetchLog,
        *,
        holds: Callable[[str], bool] = lambda _article_id: True,
        resolve: Resolver = lookup,
        sleep: Sleep = time.sleep,
        clock: Clock = time.monotonic,
    ) -> None:
        """`holds` tells whether an article is still stored: of one that was removed the page is asked for anew."""
        deadline = Deadline(clock)
        transport = GuardedTransport(Allowed.of(policy.allowed_hosts), deadline, resolve)
        self._policy = policy
        self._log = log
        self._holds = holds
        self._client = Client(policy, transport, deadline, sleep=sleep, clock=clock)
        self._robots = Robots(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, url: str, *, follow: bool = False) -> Iterator[Outcome]:
        """The page at `url`, or all that a feed, sitemap or list there names; with `follow` what a section links to."""
        return self.fetch_all([url], follow=follow)

    def fetch_all(self, urls: Sequence[str], *, follow: bool = False) -> Iterator[Outcome]:
        """The same for several URLs: one outcome for each page, in order; a bad one never stops the others.

        robots.txt is heeded except for one URL that is named alone. A run that was broken off, by whatever
        or by a server that wants to be asked later, goes on where it was; so does one that reached the limit of pages,
        which ends with a Failed that says so.
        """
        key = hashlib.sha256("\n".join([str(follow), *map(normal, urls)]).encode(errors="replace")).hexdigest()
        run = _Run(key, self._log.done(key), follow, crawling=follow or len(urls) > 1)
        run.add(urls)
        yielded = looked_into = 0
        cut_short = False
        while run.waiting:
            url, may_list = run.waiting.popleft()
            if normal(url) in run.done:
                continue
            if max(yielded, looked_into) >= self._policy.max_pages:
                yield Failed(url, page_limit(self._policy.max_pages))
                return
            outcome = self._one(url, run, may_list=may_list)
            if outcome is None:
                looked_into += 1
                continue
            yielded += 1
            yield outcome
            if run.crawling and _is_settled(outcome):
                self._log.mark(key, url)
            cut_short |= isinstance(outcome, Failed) and isinstance(outcome.error, ComeBackError)
        if not cut_short:
            self._log.forget(key)

    def stored(self, page: Page, article_id: str) -> None:
        """The article of this page is stored."""
        self._log.stored(page, article_id)

    def refused(self, page: Page) -> None:
        """The page has no article that can be stored; a run that is resumed passes it over."""
        if page.crawl:
            self._log.mark(page.crawl, page.url)

    def _one(self, url: str, run: _Run, *, may_list: bool) -> Outcome | None:
        """What became of one URL; None for a listing, whose addresses are queued."""
        known = self._log.known(url)
        if known and not self._holds(known[1]):
            known = None
        try:
            answer = self._client.get(
                url, check=self._robots.check if run.crawling else None, known=known[0] if known else None
            )
            if known and answer.data is None:
                return Unchanged(url, known[1])
            raw = _raw(answer)
            found = listing(raw, follow=run.follow, limit=self._policy.max_bytes) if may_list else None
        except InputError as error:
            return Failed(url, error)
        if found:
            run.crawling = True
            run.add(found.listings, found.pages)
            return None
        return Page(url, raw, answer.validators, run.key if run.crawling else None)


def _is_settled(outcome: Outcome) -> bool:
    """Whether asking again in the same run would tell nothing new; a page is settled by who stores it."""
    return isinstance(outcome, Unchanged) or (
        isinstance(outcome, Failed) and not isinstance(outcome.error, PassingError)
    )


def _raw(answer: Answer) -> Raw:
    name = PurePosixPath(unquote(httpx.URL(answer.url).path)).name or httpx.URL(answer.url).host
    return Raw(answer.data or b"", normalise(printable(name)), answer.url, answer.media_type, answer.charset)
