"""What a page says of its article beside the body: names, date, address, issuer, attachments. None beats a guess."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from corpus.models import Attachment, Raw
from corpus.parse.dates import is_labelled, is_update, iso_moment, shown_moment
from corpus.parse.html_blocks import Block, plain
from corpus.parse.html_body import FILE_LABEL, SHORTEST_PROSE, Body, is_file
from corpus.parse.letterhead import read_letterhead

_ARTICLES = frozenset({"Article", "NewsArticle", "BlogPosting", "Report", "GovernmentService", "ReportageNewsArticle"})
_PUBLISHED = ("article:published_time", "datepublished", "pubdate", "dc.date.issued", "og:published_time")
_TITLE_PARTS = re.compile(r"\s+(?:[-–—|»:]|::)\s+|\s*\|\s*")
_DATE_BEFORE, _DATE_REACH = 4, 8  # blocks above the title, and below the article's end, where its date may stand
_CLOCK_NAME = re.compile(
    r"(?:^|\s)(?:header|top|banner|clock|today|current|menu|nav|search|marquee|login)", re.IGNORECASE
)
_ARCHIVE = re.compile(r"^(?:https?://web\.archive\.org)?/web/\d{4,14}[a-z_]*/(?=https?://)", re.IGNORECASE)
_OWNER = re.compile(
    r"(?:cơ\s+quan|đơn\s+vị)\s+(?:chủ\s+quản|quản\s+lý|ban\s+hành)\s*:\s*(?P<name>[^.;|\n]{4,100})", re.IGNORECASE
)
_ORIGIN = re.compile(r"\W*(?:theo\s+)?nguồn(?:\s+tin)?\s*:\s*(?P<name>.{4,100})", re.IGNORECASE)
_NO_BODY = re.compile(r"https?:|www\.|\.(?:vn|com|net|org)\b|sưu\s+tầm|tổng\s+hợp|internet", re.IGNORECASE)
_NO_NAME = re.compile(r"\W*(?:tải.*|xem.*|tại\s+đây|download.*|file.*|tệp.*|click.*|chi\s+tiết)?\W*", re.IGNORECASE)


class Metadata:
    """What the head of a page says, read before the tree is pruned."""

    def __init__(self, root: HtmlElement) -> None:
        self._linked = list(_linked_data(root))
        self._meta: dict[str, str] = {}
        for meta in root.iter("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
            self._meta.setdefault(name, plain(meta.get("content", "")))
        self._title = plain(" ".join(title.text_content() for title in root.iter("title")))
        self._canonical = [
            link.get("href", "") for link in root.iter("link") if link.get("rel", "").lower() == "canonical"
        ]
        self._base = next((base.get("href") for base in root.iter("base") if base.get("href")), "")

    @property
    def names(self) -> list[str]:
        """The titles the page gives itself, and their parts, best first."""
        given = [
            *(plain(str(item.get("headline", ""))) for item in self._linked),
            self._meta.get("og:title", ""),
            self._title,
        ]
        parts = [part for name in given for part in _TITLE_PARTS.split(name)]
        return [name for name in [*given, *sorted(parts, key=len, reverse=True)] if name]

    @property
    def published(self) -> datetime | None:
        """The moment of publishing the head states."""
        stated = [str(item.get("datePublished", "")) for item in self._linked]
        stated += [self._meta.get(name, "") for name in _PUBLISHED]
        return next(filter(None, map(iso_moment, stated)), None)

    @property
    def site(self) -> str | None:
        """The site's name."""
        return self._meta.get("og:site_name") or None

    def source(self, raw: Raw) -> str:
        """The page's canonical address where it is on the host it came from, else what it came from."""
        for given in [*self._canonical, self._meta.get("og:url", "")]:
            address = _joined(raw.source, given)
            host, path = _host(address), address.rstrip("/").count("/")
            if host and path > 2 and host == (_host(raw.source) or host):
                return address
        return raw.source

    def address(self, raw: Raw, link: str) -> str:
        """A link as an absolute URL where the page's own is known; without the prefix of a web archive."""
        return _joined(_joined(raw.source, self._base) if self._base else raw.source, _ARCHIVE.sub("", link.strip()))


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if _host(base) else link
    except ValueError:  # such as an unclosed bracket of an IPv6 address
        return link


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "") if url.startswith(("http://", "https://")) else ""
    except ValueError:
        return ""


def _linked_data(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """JSON-LD objects that describe an article."""
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", ""):
            continue
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, dict):
                kind = item.get("@type")
                if _ARTICLES & set(map(str, kind if isinstance(kind, list) else [kind])):
                    yield item
                waiting.extend(item.values())
            elif isinstance(item, list):
                waiting.extend(item)


# ------------------------------------------------------------------------------------------------- date, from blocks


def find_published(blocks: Sequence[Block], body: Body, metadata: Metadata) -> datetime | None:
    """The moment of publishing: from the metadata, from <time> or a line of its own at the title or under the body."""
    if stated := metadata.published:
        return stated
    title_at = body.first - 1
    prose = next((block for block in body.kept if len(block.text) >= SHORTEST_PROSE), None)
    begins = next((at for at, block in enumerate(blocks) if block is prose), 0)
    shown = [
        (_rank(block, at, title_at, begins), at, moment)
        for at, block in enumerate(blocks)
        if title_at - _DATE_BEFORE <= at < body.last + _DATE_REACH
        if (moment := _block_moment(block)) is not None
    ]
    ranked = [found for found in shown if found[0] is not None]
    return min(ranked, default=(None, None, None))[2]


def _block_moment(block: Block) -> datetime | None:
    stated = (iso_moment(time.get("datetime", "")) for time in block.element.iter("time"))
    return next(filter(None, stated), None) or shown_moment(block.text)


def _rank(block: Block, at: int, title_at: int, begins: int) -> int | None:
    """How surely a date of its own line is the article's, 0 the surest; None where it may be another's."""
    if is_update(block.text):
        return 3
    if is_labelled(block.text):
        return 0
    if at > title_at:
        return 1 if at < begins else None
    return None if _is_frame(block.element) else 2


def _is_frame(element: HtmlElement) -> bool:
    """Whether a date stands in the page's head, where today's stands."""
    around = [element, *element.iterancestors()]
    return any(
        e.tag in {"header", "nav"} or _CLOCK_NAME.search(e.get("class", "")) or _CLOCK_NAME.search(e.get("id", ""))
        for e in around
        if e.tag != "body"
    )


# ------------------------------------------------------------------------------------------- issuer and attachments


def find_issuer(blocks: Sequence[Block], text: str, site: str | None) -> str | None:
    """The publishing body: a letterhead's, the source the page names, the portal's owner, the site's name."""
    if issuer := read_letterhead(text).issuer:
        return issuer
    lines = text.split("\n")
    origins = (_ORIGIN.fullmatch(line) for line in lines[-3:])
    owners = (_OWNER.search(block.text) for block in reversed(blocks))
    for found in (*origins, *owners):
        if found and not _NO_BODY.search(name := found["name"].strip(" .,-–()")):
            return name
    return site


def find_attachments(
    root: HtmlElement, blocks: Sequence[Block], body: Body, metadata: Metadata, raw: Raw
) -> tuple[Attachment, ...]:
    """Links to documents in the body or right behind it, each address once."""
    bounds = [blocks[at].inner if at < len(blocks) else None for at in (body.first, body.last)]
    found: dict[str, str] = {}
    is_inside = False
    for element in root.iter():
        if element is bounds[1]:
            break
        is_inside = is_inside or element is bounds[0]
        if is_inside and element.tag == "a" and is_file(url := element.get("href", "")):
            address = metadata.address(raw, url)
            found.setdefault(address, _file_name(plain(element.text_content()), address))
    return tuple(Attachment(name, url) for url, name in found.items() if not url.lower().startswith("javascript:"))


def _file_name(shown: str, address: str) -> str:
    if not _NO_NAME.fullmatch(shown) and not FILE_LABEL.fullmatch(shown):
        return shown
    return plain(unquote(re.split(r"[?#]", address)[0].rstrip("/").rsplit("/", 1)[-1])) or address
