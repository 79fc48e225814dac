"""robots.txt by RFC 9309: asked once a run for each site; none means yes, one that cannot be had means no.

It binds what chidao finds by itself: pages of a list, feed, sitemap or section. One URL that an admin names is fetched
as a browser would fetch it for a person; the RFC speaks of crawlers.
"""

from __future__ import annotations

import httpx
from protego import Protego

from config.errors import InputError
from corpus.fetch import errors
from corpus.fetch.client import Client
from corpus.fetch.models import PRODUCT

MAX_DELAY = 60.0  # seconds; a Crawl-delay beyond it is taken as this
_MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 KiB must be read


class Robots:
    """The rules of every site met in this run."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._rules: dict[str, Protego | InputError] = {}

    def check(self, url: httpx.URL) -> None:
        """Lets a URL pass, and slows the client down where the site asks for it.

        Raises:
            InputError: the site forbids the page, or its robots.txt cannot be had.
        """
        site = str(url.copy_with(raw_path=b"/robots.txt"))
        if site not in self._rules:
            self._rules[site] = self._read(site, url.host)
        rules = self._rules[site]
        if isinstance(rules, InputError):
            raise rules
        if not rules.can_fetch(str(url), PRODUCT):
            raise errors.robots_refuse(url.host)

    def _read(self, site: str, host: str) -> Protego | InputError:
        try:
            data = self._client.get(site).data or b""
        except errors.StatusError:
            data = b""
        except errors.PassingError as error:
            return errors.robots_unread(host, error)
        except InputError as error:  # the way to the site is closed, for its pages as well
            return error
        rules = Protego.parse(data[:_MAX_BYTES].decode("utf-8-sig", errors="replace"))
        if delay := rules.crawl_delay(PRODUCT):
            self._client.slow_down(host, min(MAX_DELAY, delay))
        return rules
