"""A fetcher in a world where waiting takes no time and names lead where a test says."""

import time
from pathlib import Path
from typing import Any

from config.errors import InputError
from corpus.fetch import Failed, Fetcher, FetchLog, FetchPolicy, Page, Unchanged
from tests.contract.fault_server import FaultServer, page

BODY = "<html><body><p>Thành phố họp.</p></body></html>"


def articles(server: FaultServer, *paths: str) -> list[str]:
    """The same short page at each of these paths."""
    return [server.on(path, page(BODY)) for path in paths]


class Clock:
    """Time in which sleeping takes no time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return time.monotonic() + sum(self.slept)


class World:
    """A fetcher, its log and clock, and names that lead to addresses."""

    def __init__(self, home: Path) -> None:
        self.log = FetchLog(home / "fetched.sqlite")
        self.clock = Clock()
        self.names: dict[str, list[str]] = {}
        self.policy: dict[str, Any] = {
            "delay": 0.0, "timeout": 0.5, "total": 5.0, "allowed_hosts": ("127.0.0.0/8",),
        }  # fmt: skip

    def resolve(self, host: str, port: int) -> list[str]:
        return self.names.get(host, [host])

    def fetcher(self, **options: Any) -> Fetcher:
        policy = FetchPolicy(**self.policy)
        return Fetcher(policy, self.log, resolve=self.resolve, sleep=self.clock.sleep, clock=self.clock.now, **options)

    def fetch(self, *urls: str, follow: bool = False, **options: Any) -> list[Page | Unchanged | Failed]:
        with self.fetcher(**options) as fetcher:
            return list(fetcher.fetch_all(urls, follow=follow))

    def stored(self, *urls: str, follow: bool = False) -> list[str]:
        """Fetches and stores every page; what was asked of it, as URLs, in order."""
        with self.fetcher() as fetcher:
            found = []
            for outcome in fetcher.fetch_all(urls, follow=follow):
                found.append(outcome.url)
                if isinstance(outcome, Page):
                    fetcher.stored(outcome, "a" * 16)
            return found

    def page(self, url: str) -> Page:
        [outcome] = self.fetch(url)
        assert isinstance(outcome, Page), outcome
        return outcome

    def error(self, url: str, **options: Any) -> InputError:
        *_, outcome = self.fetch(url, **options)
        assert isinstance(outcome, Failed), outcome
        return outcome.error
