"""What a page says of its article beside the body: names, address, issuer, attachments; the date its head states."""

import json
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from corpus.models import Attachment, Raw
from corpus.parse.dates import stated_in_head
from corpus.parse.html_blocks import Block, blocks_of, line_breaker, plain
from corpus.parse.html_body import FILE_LABEL, Body, is_file

_ARTICLES = frozenset(
    {"Article", "NewsArticle", "BlogPosting", "Report", "GovernmentService", "ReportageNewsArticle",
     "OpinionNewsArticle", "AnalysisNewsArticle", "TechArticle"}
)  # fmt: skip
_PAGES = frozenset({"WebPage", "ItemPage", "AboutPage", "QAPage", "FAQPage"})
_OTHERS = frozenset({"itemListElement", "comment", "mentions", "hasPart", "review", "isBasedOn"})  # of other pages
_PUBLISHED = (
    "article:published_time", "article:published", "article.published", "og:published_time", "datepublished", "pubdate",
    "publishdate", "publish-date", "publish_date", "publication_date", "published_time", "dc.date.issued", "dc.date",
    "dcterms.issued", "dcterms.date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_DATED = ("dc.date.created", "dcterms.created", "datecreated", "date")  # often when the page was made for this reader
_TITLE_PARTS = re.compile(r"\s+(?:[-–—|»:]|::)\s+|\s*\|\s*")
_COMMENT = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_ARCHIVE = re.compile(r"^(?:https?://web\.archive\.org)?/web/\d{4,14}[a-z_]*/(?=https?://)", re.IGNORECASE)
_OWNER = re.compile(
    r"(?:cơ\s+quan|đơn\s+vị)\s+(?:chủ\s+quản|quản\s+lý|ban\s+hành)\s*:\s*(?P<name>[^.;|\n]{4,100})", re.IGNORECASE
)
_OWNS = re.compile(  # decomposed letters too
    "|".join(
        unicodedata.normalize(form, r"(?:cơ\s+quan|đơn\s+vị)\s+(?:chủ\s+quản|quản\s+lý|ban\s+hành)\s*(?::|$)")
        for form in ("NFC", "NFD")
    ),
    re.IGNORECASE,
)
_ORIGIN = re.compile(r"\W*(?:theo\s+)?nguồn(?:\s+tin)?\s*:\s*(?P<name>.{4,100})", re.IGNORECASE)
_NO_BODY = re.compile(r"https?:|www\.|\.(?:vn|com|net|org)\b|sưu\s+tầm|tổng\s+hợp|internet", re.IGNORECASE)
_NO_NAME = re.compile(r"\W*(?:tải.*|xem.*|tại\s+đây|download.*|file.*|tệp.*|click.*|chi\s+tiết)?\W*", re.IGNORECASE)


class Metadata:
    """What the head of a page says, read before the tree is pruned."""

    def __init__(self, root: HtmlElement) -> None:
        data = list(_linked_data(root))
        self._linked = [item for item in data if _kinds(item) & _ARTICLES]
        self._pages = [item for item in data if _kinds(item) & _PAGES]
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
        stated += [str(item.get("datePublished", "")) for item in self._pages]
        return next(filter(None, map(stated_in_head, stated)), None)

    @property
    def dated(self) -> datetime | None:
        """A moment the head gives without saying what happened then."""
        return next(filter(None, (stated_in_head(self._meta.get(name, "")) for name in _DATED)), None)

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
    """JSON-LD objects of the page, those of other pages left out."""
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", ""):
            continue
        try:
            waiting = deque([json.loads(_COMMENT.sub("", script.text or ""), strict=False)])
        except (ValueError, RecursionError):
            continue
        while waiting:
            item = waiting.popleft()
            if isinstance(item, dict):
                yield item
                waiting.extend(value for key, value in item.items() if key not in _OTHERS)
            elif isinstance(item, list):
                waiting.extend(item)


def _kinds(item: dict[str, Any]) -> set[str]:
    kind = item.get("@type")
    return set(map(str, kind if isinstance(kind, list) else [kind]))


# ------------------------------------------------------------------------------------------- issuer and attachments


def find_origin(text: str) -> str | None:
    """The body whose text it is, as the article's last lines say."""
    return _named(_ORIGIN.fullmatch(line) for line in text.split("\n")[-3:])


def find_owner(root: HtmlElement) -> str | None:
    """The body that runs the portal, as the page says last; looked for before the footer is dropped."""
    places = (
        line_breaker(element if _OWNS.search(element.text or "") else element.getparent())
        for element in root.iter()
        if _OWNS.search(element.text or "") or _OWNS.search(element.tail or "")
    )
    lines = (block.text for place in reversed(dict.fromkeys(places)) for block in reversed(blocks_of(place)))
    return _named(map(_OWNER.search, lines))


def _named(found: Iterable[re.Match[str] | None]) -> str | None:
    names = (match["name"].strip(" .,-–()") for match in found if match)
    return next((name for name in names if not _NO_BODY.search(name)), None)


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
