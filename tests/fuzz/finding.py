"""The reference finder, what the register makes of it, and addresses and lists that servers send."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from protego import Protego

from bot.report.directives import resolution_json, resolution_lines
from config.errors import InputError
from corpus.directives import missing
from corpus.fetch.listing import listing
from corpus.fetch.urls import normal, parsed
from corpus.models import Raw
from corpus.references.view import fold, view_of
from corpus.resolve import Verdict, resolve_query
from corpus.succession import succession_of
from tests.fuzz.laws import check_references
from tests.fuzz.parsing import REFERENCES
from tests.fuzz.target import DATA, Target, fields, hold, joined, sample_texts, text_of
from tests.fuzz.worlds import live

_LIMIT = 200_000  # bytes that a packed list may unpack to
_SPELLINGS = (
    "quyet dinh so 3482/qd-ubnd ngay 27/12/2018", "Luật số 31/2024/QH15", "NĐ 30/2020", "45-NQ/TW", "3482", "so 12",
    "Quyết  định\nsố: 06 / QĐ – TTg", "Thông tư liên tịch số 02/2019/TTLT-BTP-BNV", "nghị quyết về khoa học công nghệ",
    "UBND quận Lê Chân", "Sở Nội vụ TP. Hải Phòng", "Nghị định này được sửa đổi bởi Nghị định số 1/2021/NĐ-CP",
)  # fmt: skip


def _references(data: bytes) -> None:
    """Any text: offsets, normal forms, dates of a calendar, and the folded view they are found in."""
    text = text_of(data)
    for each in check_references(text):
        hold(each.date is None or date.fromisoformat(each.date).isoformat() == each.date, "a day of no calendar")
        hold(each.is_self is (each.label is None), "a reference without a name that does not mean its own text")
    view = view_of(text)
    hold(len(fold(text)) == len(text), "folding changes the length")
    if view.folded:
        start, end = view.span(0, len(view.folded))
        hold(0 <= start <= end <= len(text), "a span of the view lies outside the text")


def _reference_seeds() -> Iterator[bytes]:
    for text in sample_texts():
        yield text[:1_500].encode()
    for line in (DATA / "references" / "dev.jsonl").read_text("utf-8").splitlines()[:20]:
        yield line.encode()[:1_500]


def _resolve(data: bytes) -> None:
    """Any query: one verdict, with its evidence in stored articles; an id that has ended names its successor."""
    query = text_of(data)
    found = resolve_query(live().register, query)
    hold((found.verdict is Verdict.NOT_FOUND) == (not found.directive and not found.candidates), "a verdict of nothing")
    hold(found.verdict is not Verdict.AMBIGUOUS or len(found.candidates) > 1, "ambiguous between fewer than two")
    for mention in (*found.mentions, *found.effects, *found.acts):
        article = live().snapshot.article(mention.article_id)
        hold(article is not None, "evidence of no article")
        hold(bool(article and article.text[mention.quote_start : mention.quote_end]), "evidence of no words")
    for language in ("vi", "en"):
        resolution_json(query, found, live().snapshot.article, language)
        resolution_lines(query, found, live().snapshot.article, language)
    succession_of(query)


def _resolve_seeds() -> Iterator[bytes]:
    for query in _SPELLINGS:
        yield query.encode()
    for directive in missing(live().register):
        yield directive.label.encode()


def _listing(data: bytes) -> None:
    """A feed, sitemap, list or section: addresses, or refused."""
    follow, rest = data[:1] > b"\x40", data[1:]
    try:
        found = listing(Raw(rest, "x", "https://haiphong.gov.vn/tin?page=1"), follow=follow, limit=_LIMIT)
    except InputError:
        return
    for address in (*found.pages, *found.listings) if found else ():
        _address(address)


_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><item><title>Lịch tiếp công dân</title>'
    "<link>https://haiphong.gov.vn/tin/1</link><pubDate>Wed, 07 Aug 2019 14:37:00 +0700</pubDate></item>"
    "</channel></rss>"
)
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Tin</title><link href="/tin/2"/></entry></feed>'
_MAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://haiphong.gov.vn/a</loc></url></urlset>'
_SECTION = (
    '<html><base href="/x/"><body><ul><li><a href="/tin/thong-bao-lich-tiep-cong-dan-2024">Thông báo lịch tiếp công dân'
    ' tháng này</a></li></ul><a rel="next" href="?page=2">2</a>'
    '<nav><a href="http://[">Trang sau</a></nav></body></html>'
)


def _listing_seeds() -> Iterator[bytes]:
    for seed in (_FEED, _ATOM, _MAP, _SECTION, "https://a.vn/1\nhttps://a.vn/2\n# x"):
        yield b"\x7f" + seed.encode()
    yield b"\x00" + gzip.compress(_MAP.encode(), mtime=0)
    yield b"\x00" + _MAP.replace("urlset", "sitemapindex").replace("url>", "sitemap>").encode()


def _address(url: str) -> None:
    """An address is read or refused; its normal form is its own normal form."""
    try:
        read = parsed(url)
    except InputError:
        hold(normal(url) == url, "what cannot be read is changed")
        return
    hold(read.scheme in {"http", "https"} and bool(read.host), "an address of another kind")
    once = normal(url)
    hold(normal(once) == once, "normal twice is something else")
    urlsplit(once)


def _urls(data: bytes) -> None:
    """Addresses, and the rules of a robots.txt for them."""
    url, rules = fields(data, 2)
    _address(text_of(url))
    robots = Protego.parse(rules.decode("utf-8-sig", errors="replace"))
    try:
        read = parsed(text_of(url))
    except InputError:
        return
    robots.can_fetch(str(read), "chidao")
    robots.crawl_delay("chidao")


def _url_seeds() -> Iterator[bytes]:
    rules = "User-agent: *\nDisallow: /a*b$\nAllow: /a\nCrawl-delay: 1.5\nRequest-rate: 1/5\nVisit-time: 0600-0845\n"
    for url in (
        "https://haiphong.gov.vn/tin?utm_source=x&id=5#a",
        "http://user:p@[::1]:8080/%2e%2E/é",
        "HTTP://á.vn:80",
    ):
        yield joined(url, rules)


TARGETS = (
    Target("references", _references, _reference_seeds, REFERENCES, 3_000),
    Target("resolve", _resolve, _resolve_seeds, REFERENCES, 400),
    Target(
        "listing", _listing, _listing_seeds, ("<loc>", "<link>", "<item>", "<a href=", "]]>", "&e;", "http://["), 4_000
    ),
    Target(
        "urls", _urls, _url_seeds, ("http://", "[::1]", "%00", "@", ":99999", "utm_", "xn--", "..", "Disallow: "), 600
    ),
)
