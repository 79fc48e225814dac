"""What bytes list: told by the bytes alone, safely for any bytes."""

import gzip
import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.fetch.listing import Listing, listing
from corpus.models import Raw

HERE = "https://cong.vn/tin/muc.html"
LIMIT = 10_000_000
RSS = "<rss><channel><item><link>{}</link></item></channel></rss>"
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<item><link>{}</link></item></rdf:RDF>"
)
SITEMAP = "<urlset><url><loc>{}</loc></url></urlset>"


def _listing(data: str | bytes, *, follow: bool = False) -> Listing | None:
    raw = Raw(data if isinstance(data, bytes) else data.encode(), "muc.html", HERE)
    return listing(raw, follow=follow, limit=LIMIT)


@pytest.mark.parametrize(
    "data",
    [
        RSS.format("/a"),
        "\n\n" + RSS.format("/a"),  # before the declaration, where none may stand
        '<?xml version="1.0" encoding="UTF-8"?><!-- <html> -->' + RSS.format("/a"),
        "\ufeff" + RSS.format("/a"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + RSS.format("/a")).encode("utf-16"),
        RDF.format("/a"),
        SITEMAP.format("/a#b"),
        gzip.compress(SITEMAP.format("/a").encode(), mtime=0),
        '<ns:urlset xmlns:ns="http://x"><ns:url><ns:loc> /a </ns:loc></ns:url></ns:urlset>',
        SITEMAP.format("/a") + "<rác",
    ],
)
def test_feeds_and_sitemaps_are_known_however_they_are_written(data):
    assert _listing(data) == Listing(pages=("https://cong.vn/a",))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<html><body>RSS <rss></body></html>",
        "Một câu.",
        b"%PDF-1.7",
        b"\x00" * 99,
        "<!doctype html><urlset>",
        "<o:p>Word",
    ],
)
def test_all_else_is_a_page(data):
    assert _listing(data) is None


def test_a_bomb_in_a_sitemap_stops_at_the_limit():
    with pytest.raises(InputError, match="larger than 10 MB"):
        _listing(gzip.compress(b"\0" * (LIMIT + 1)))


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<a href="1234.html">Năm chữ là một tiêu đề</a>', True),
        ('<a href="ubnd-thanh-pho-hop-ban-y-te">Năm chữ là một tiêu đề</a>', True),
        ('<a href="?id=1234">Năm chữ là một tiêu đề</a>', True),
        ('<a href="//www.cong.vn/1234">Năm chữ là một tiêu đề</a>', True),
        ('<h3><a href="a"><b>Một tiêu đề rất dài không cần số hay chữ nào</b> trong địa chỉ của nó</a></h3>', True),
        ('<a href="1234.html">Bốn chữ thì không</a>', False),
        ('<a href="gioi-thieu">Chức năng nhiệm vụ quyền hạn</a>', False),
        ('<a href="1234.pdf">Năm chữ là một tiêu đề</a>', False),
        ('<a href="1234.DOCX?x=1">Năm chữ là một tiêu đề</a>', False),
        ('<a href="https://noi.khac.vn/1234">Năm chữ là một tiêu đề</a>', False),
        ('<a href="javascript:mo(1234)">Năm chữ là một tiêu đề</a>', False),
        ('<a href="mailto:a@cong.vn?subject=1234">Năm chữ là một tiêu đề</a>', False),
        ('<nav><ul><li><a href="1234">Năm chữ là một tiêu đề</a></ul></nav>', False),
        ('<footer><a href="1234">Năm chữ là một tiêu đề</a></footer>', False),
    ],
)
def test_a_link_with_a_headline_and_an_address_of_its_own_is_an_article(link, found):
    if found:
        listed = _listing(f"<body>{link}</body>", follow=True)
        assert listed
        assert len(listed.pages) == 1
    else:
        with pytest.raises(InputError, match="no links to articles"):
            _listing(f"<body>{link}</body>", follow=True)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="next" href="?p=2">', True),
        ('<a rel="nofollow next" href="?p=2">…</a>', True),
        ('<a href="?p=2">Trang sau</a>', True),
        ('<a href="?p=2"> TIẾP  theo » </a>', True),
        ('<a href="?p=2">»</a>', True),
        ('<a href="?p=2">2</a>', True),
        ('<a href="muc-p2.html">2</a>', True),
        ('<a href="/tin/muc/2">2</a>', True),
        ('<a href="/lich/2024/05">5</a>', False),  # a day of a calendar
        ('<a href="?p=0">Trang trước</a>', False),
        ('<a href="?p=2">Tiếp dân</a>', False),
        ('<a href="https://noi.khac.vn/?p=2">Trang sau</a>', False),
    ],
)
def test_pages_of_the_same_section_are_looked_into(link, found):
    article = '<a href="1234.html">Năm chữ là một tiêu đề</a>'
    listed = _listing(f"<body>{article}{link}</body>", follow=True)
    assert listed
    assert len(listed.listings) == found


_PIECES = st.sampled_from(
    [
        "<rss>", "<channel>", "<item>", "<link>", "</link>", "</item>", "<urlset>", "<url>", "<loc>", "</loc>",
        "<feed>", "<entry>", '<link href="', "http://[", "//", '">', "<a href='", "'>", "<base href='http://['>",
        "<!DOCTYPE a [",
        "<!ENTITY b '&b;'>", "]>", "&b;", "<?xml encoding='x'?>", "<![CDATA[", "xml:base='http://['", "\x00", "<",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=30).map("".join), st.booleans())
@example("<rss><channel><item><link>http://[</link></item></channel></rss>", False)
@example("<feed xml:base='http://['><entry><link href='/a'/></entry></feed>", False)
@example("<base href='http://['><a href='1234'>Năm chữ là một tiêu đề</a>", True)
def test_any_bytes_are_a_listing_a_page_or_refused(text, follow):
    try:
        found = _listing(text.encode(errors="surrogatepass"), follow=follow)
    except InputError:
        return
    assert found is None or isinstance(found, Listing)


@pytest.mark.parametrize(
    "data",
    [
        "<rss><channel>" + "<item><link>http://a.vn/1</link></item>" * 22_000,
        "<rss><channel>" + "<item><link>http://a.vn/1</link></item>" * 60_000,  # over the limit
        "<rss>" + "&lt;p>" * 300_000,
        "<a href=/2024/x>" * 150_000,
        "<div>" * 1_000_000,
        "<a href='/" + "a-" * 500_000 + "'>Năm chữ là một tiêu đề</a>",
    ],
)
def test_no_listing_takes_long(data):
    started = time.process_time()
    with suppress(InputError):
        _listing(data, follow=True)
    assert time.process_time() - started < 10
