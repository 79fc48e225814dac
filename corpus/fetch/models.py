"""What fetching is told, and what it gives back. All frozen."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import InputError
from corpus.models import Raw

PRODUCT = "chidao"  # the name that robots.txt files know this program by


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How pages are fetched.

    `contact` (ASCII) goes into the user agent. `delay` is seconds between two requests to one host, `timeout` seconds
    for connecting and for each silence of a server, `total` seconds for one page; `max_bytes` counts after
    decompression. `max_pages` ends one run. `allowed_hosts` may be private or use any port: names (`portal.local`),
    names with a port (`127.0.0.1:8000`), networks (`10.1.0.0/16`).
    """

    contact: str = ""
    delay: float = 1.0
    timeout: float = 20.0
    total: float = 120.0
    max_bytes: int = 10_000_000
    max_pages: int = 1_000
    allowed_hosts: tuple[str, ...] = ()

    @property
    def user_agent(self) -> str:
        """What a server is told of who asks."""
        return f"{PRODUCT}/0.1 (+{self.contact})" if self.contact else f"{PRODUCT}/0.1"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask later whether the page changed; `url` is where the page was in the end."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the URL asked for, and its bytes, whose `source` is the URL after redirects.

    `crawl` names the run it belongs to, None where it was fetched alone.
    """

    url: str
    raw: Raw
    validators: Validators
    crawl: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the page is as it was when this article was made of it."""

    url: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The page was not fetched; the error says why and what to do."""

    url: str
    error: InputError
