"""What a URL is, told by its bytes: a feed, a sitemap, a list, with `follow` a section of a portal, else a page."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import feedparser
from lxml import etree, html

from config.errors import InputError
from corpus.fetch.errors import empty_list, long_feed, nothing_listed
from corpus.fetch.inflate import GZIP_MAGIC, collected, inflated
from corpus.fetch.urls import urls_in
from corpus.models import Raw

_FEEDS = frozenset({"rss", "feed", "RDF"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_MAX_FEED = (
    2_000_000  # bytes; feedparser takes over a second for each million (tests/unit/corpus/fetch/test_listing.py)
)
_ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z|gz|jpe?g|png|gif|svg|mp3|mp4|wav)$", re.IGNORECASE
)
# A headline has words; its address an id or a slug. A menu entry of five words has neither.
_MIN_WORDS = 5
_SURE_LENGTH = 60
_ARTICLE_ADDRESS = re.compile(r"\d{4}|(?:[^\W_]+-){5}")
_WORD = re.compile(r"[^\W_]+")
_NEXT = frozenset("tiếp|tiếp theo|tiếp tục|trang sau|trang tiếp|trang tiếp theo|trang kế|sau|next|»|›|>|>>".split("|"))
_PAGE_NUMBER = re.compile(r"\d{1,4}$")
_FURNITURE = ("nav", "footer")


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses that were found: of `pages` to fetch, and of further `listings` to look into."""

    pages: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()


def listing(raw: Raw, *, follow: bool, limit: int) -> Listing | None:
    """The addresses that these bytes list, or None if they are a page; unpacked they may have `limit` bytes.

    Raises:
        InputError: they list nothing that can be read, or are too large.
    """
    data = _unpacked(raw.data, limit)
    root = _root(data)
    if root in _SITEMAPS:
        return _or_refused(_sitemap(data, raw.source), empty_list)
    if root in _FEEDS:
        return _or_refused(_feed(data, raw.source), empty_list)
    if urls := urls_in(data.decode("utf-8-sig", errors="replace")):
        return Listing(listings=tuple(urls))
    return _or_refused(_section(raw), nothing_listed) if follow else None


def _unpacked(data: bytes, limit: int) -> bytes:
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        return collected(inflated([data]), limit)
    except zlib.error:
        raise empty_list() from None


def _root(data: bytes) -> str | None:
    """The name of the first element of an XML document; entities are not resolved, nothing is loaded."""
    try:
        start = etree.iterparse(BytesIO(data.lstrip()), events=("start",), resolve_entities=False, no_network=True)
        return next((element.tag.rpartition("}")[2] for _, element in start), None)  # <o:p> is none for QName
    except etree.XMLSyntaxError:
        return None


def _or_refused(found: Listing, error: Callable[[], InputError]) -> Listing:
    if not found.pages and not found.listings:
        raise error()
    return found


def _feed(data: bytes, source: str) -> Listing:
    if len(data) > _MAX_FEED:
        raise long_feed(_MAX_FEED)
    feed = feedparser.parse(BytesIO(data), response_headers={"content-location": source}, sanitize_html=False)
    return Listing(tuple(_absolute(source, entry.link) for entry in feed.entries if entry.get("link")))


def _sitemap(data: bytes, source: str) -> Listing:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(data.lstrip(), parser)
    if root is None:
        return Listing()
    pages, listings = (
        tuple(_absolute(source, each.text) for each in root.iterfind(path) if each.text)
        for path in ("{*}url/{*}loc", "{*}sitemap/{*}loc")
    )
    return Listing(pages, listings)


def _section(raw: Raw) -> Listing:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        page = html.document_fromstring(raw.data.decode("utf-8", errors="replace").encode(), parser=parser)
    except etree.LxmlError:
        return Listing()
    base = _absolute(raw.source, page.xpath("string(//base/@href)"))
    pages, listings = [], []
    for link in page.iter("a", "link"):
        target = _absolute(base, link.get("href", ""))
        try:
            here = urlsplit(target).scheme in ("http", "https") and _site(target) == _site(raw.source)
        except ValueError:  # an address that is none, such as http://[
            continue
        text = " ".join("".join(link.itertext()).split())
        if here and _is_pagination(link.get("rel", ""), text, target, raw.source):
            listings.append(target)
        elif here and link.tag == "a" and _is_article(text, target) and not _is_furniture(link):
            pages.append(target)
    return Listing(tuple(pages), tuple(listings))


def _absolute(base: str, link: str) -> str:
    """The address a link means, without fragment; one that is none stays as it is, to be refused in its turn."""
    try:
        return urldefrag(urljoin(base, link.strip())).url
    except ValueError:
        return link


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _is_pagination(rel: str, text: str, target: str, current: str) -> bool:
    """Another page of the same section: said so, or a number (days of a calendar lie elsewhere)."""
    if "next" in rel.lower().split() or text.casefold().rstrip(" »›>") in _NEXT or text in _NEXT:
        return True
    section = urlsplit(current).path.rpartition(".")[0] or urlsplit(current).path
    return bool(_PAGE_NUMBER.match(text)) and urlsplit(target).path.startswith(section.rstrip("/"))


def _is_article(text: str, target: str) -> bool:
    parts = urlsplit(target)
    if _ATTACHMENT.search(unquote(parts.path)) or len(_WORD.findall(text)) < _MIN_WORDS:
        return False
    return len(text) >= _SURE_LENGTH or bool(_ARTICLE_ADDRESS.search(f"{parts.path}?{parts.query}"))


def _is_furniture(link: html.HtmlElement) -> bool:
    return next(link.iterancestors(*_FURNITURE), None) is not None
