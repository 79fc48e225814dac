"""URLs: read strictly, compared in a normal form, found in a list."""

from __future__ import annotations

import re

import httpx

from config.errors import InputError
from corpus.fetch.errors import bad_url, with_password

_SCHEMES = ("http", "https")
_MAX_PORT = 65_535
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")  # a name (IDNA) or an address; httpx lets other signs pass, encoded
# What campaigns, mailings and social networks hang on links; the page is the same without.
_TRACKING = re.compile(r"(?:utm_\w*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|zarsrc|_ga)(?:=|$)", re.IGNORECASE)


def parsed(url: str) -> httpx.URL:
    """The URL without fragment, with a path, its host without a final dot.

    Raises:
        InputError: not http or https, no host, or with a user name.
    """
    try:
        read = httpx.URL(url.strip())
        host = read.host.rstrip(".")
        if read.scheme not in _SCHEMES or not host:
            raise bad_url(f"{read.scheme or '?'}://")
        if read.userinfo:
            raise with_password()
        if not _HOST.fullmatch(read.raw_host.decode("ascii")):
            raise bad_url(read.host)
        if read.port and read.port > _MAX_PORT:
            raise bad_url(f":{read.port}")
        return read.copy_with(fragment=None, host=host, raw_path=read.raw_path)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise bad_url(type(error).__name__) from error


def normal(url: str) -> str:
    """The form in which two spellings of one URL are equal: what cannot be read stays as it is."""
    try:
        read = parsed(url)
    except InputError:
        return url
    query = read.query.decode("ascii")
    kept = "&".join(part for part in query.split("&") if part and not _TRACKING.match(part))
    return str(read.copy_with(query=kept.encode() or None))


def urls_in(text: str) -> list[str] | None:
    """The URLs of a list: one a line, blank lines and lines after # apart; None if any other line stands there."""
    lines = [line.strip() for line in text.splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if urls and all(url.lower().startswith(("http://", "https://")) and " " not in url for url in urls):
        return urls
    return None
