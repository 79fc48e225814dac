"""Feeds, sitemaps, lists and sections from a real server, and runs that are broken off."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.fetch import Failed, Page
from tests.contract import fault_server as faults
from tests.contract.fault_server import FaultServer, page, status
from tests.contract.fetching import BODY, World, articles

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.log.close()


# ------------------------------------------------------------------------------------------------ listings

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Tin</title>
<item><title>Một</title><link>{0}</link></item><item><title>Hai</title><link>{1}</link></item>
<item><title>Một nữa</title><link>{0}?utm_source=rss</link></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>
<entry><title>Một</title><link href="/1"/></entry><entry><title>Hai</title><link href="/2" rel="alternate"/></entry>
</feed>"""
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
SITEMAP_INDEX = (
    '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
)


def test_a_feed_gives_the_pages_of_its_entries_each_once(server, world):
    one, two = articles(server, "/1", "/2")
    assert world.stored(server.on("/rss", page(RSS.format(one, two)))) == [one, two]
    # A feed is known by its bytes, whatever the server calls it; addresses count from where it is.
    assert world.stored(server.on("/atom", page(ATOM, {"Content-Type": "text/html; charset=ascii"}))) == [one, two]


def test_a_sitemap_index_gives_the_pages_of_its_sitemaps_packed_or_not(server, world):
    one, two, three = articles(server, "/1", "/2", "/3")
    first = SITEMAP.format(f"<url><loc> {one} </loc></url><url><loc>{two}</loc></url>")
    second = gzip.compress(SITEMAP.format(f"<url><loc>{three}</loc></url>").encode())
    links = [server.on("/s1.xml", page(first)), server.on("/s2.xml.gz", page(second))]
    index = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    assert world.stored(server.on("/sitemap.xml", page(SITEMAP_INDEX.format(index)))) == [one, two, three]


def test_a_list_behind_a_url_is_followed(server, world):
    one, two = articles(server, "/1", "/2")
    listed = page(f"# các bài\n{one}\n\n{two}\n", {"Content-Type": "text/plain"})
    assert world.stored(server.on("/ds.txt", listed)) == [one, two]


def test_a_sitemap_cannot_read_files_nor_grow(server, world):
    bomb = '<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY a "{}">{}]>'.format(
        "x" * 1000, "".join(f'<!ENTITY {b} "{f"&{a};" * 100}">' for a, b in zip("abcde", "bcdeg", strict=True))
    )
    text = bomb + SITEMAP.format("<url><loc>http://127.0.0.1/&f;&g;</loc></url>")
    outcomes = world.fetch(server.on("/s.xml", page(text)))
    assert all(len(outcome.url) < 100 for outcome in outcomes)


def test_a_section_is_followed_over_its_pages_without_menus_and_attachments(server, world):
    one, two, three = articles(
        server, "/tin/1001-khai-mac-ky-hop", "/tin/1002-thong-bao", "/tin/thanh-pho-hop-ban-ve-y-te.html"
    )
    first = """<nav><a href="/tin/9999">Chức năng và nhiệm vụ của Sở Y tế thành phố</a></nav>
        <a href="/gioi-thieu">Cơ cấu tổ chức của Sở</a> <a href="/tin/1001-khai-mac-ky-hop"><img></a>
        <a href="/tin/1001-khai-mac-ky-hop#top">Khai mạc kỳ họp thứ mười Hội đồng nhân dân</a>
        <a href="/tin/1002-thong-bao">Thông báo về việc nghỉ lễ</a>
        <a href="/tep/1003.pdf">Quyết định về việc công bố thủ tục hành chính</a>
        <a href="http://noi-khac.test/1004">Tin của một trang khác về thành phố này</a>
        <a href="/lich/2024/2">2</a> <a href="http://[">hỏng</a> <a href="?trang=2">Trang sau »</a>"""
    second = """<a href="/tin/1002-thong-bao">Thông báo về việc nghỉ lễ</a>
        <a href="/tin/thanh-pho-hop-ban-ve-y-te.html">Thành phố họp bàn về y tế</a> <a href="/tin?trang=3">3</a>"""
    server.on("/tin?trang=2", page(second))
    server.on("/tin?trang=3", page(second.replace("trang=3", "trang=4")))
    assert world.stored(server.on("/tin", page(first)), follow=True) == [one, two, three]
    # The third page shows nothing new, so there is no fourth.
    assert [path for path in server.asked if "trang" in path] == ["/tin?trang=2", "/tin?trang=3"]
    assert isinstance(world.page(server.url("/tin")), Page)  # without `follow` it is a page like any other


def test_a_page_that_lists_nothing_is_told(server, world):
    assert "add it without --follow" in world.error(server.on("/a", page(BODY)), follow=True).en
    assert "sitemap" in world.error(server.on("/s.xml", page("<rss><channel><item><"))).vi


def test_a_bad_url_does_not_stop_the_others_and_each_is_asked_once(server, world):
    one, two = articles(server, "/1", "/2")
    outcomes = world.fetch(one, "http://[", server.url("/khong-co"), one + "?utm_campaign=x", two)
    assert [type(outcome) for outcome in outcomes] == [Page, Failed, Failed, Page]


# ------------------------------------------------------------------------------------------------ interruption


def test_a_run_that_was_broken_off_goes_on_and_a_complete_one_begins_anew(server, world):
    urls = articles(server, "/1", "/2", "/3", "/4")
    feed = server.on("/sitemap.xml", page(SITEMAP.format("".join(f"<url><loc>{url}</loc></url>" for url in urls))))
    with world.fetcher() as fetcher:
        outcomes = fetcher.fetch(feed)
        for _, outcome in zip(range(3), outcomes, strict=False):
            if outcome.url != urls[1]:
                fetcher.stored(outcome, "a" * 16)
        outcomes.close()
    assert world.stored(feed) == [urls[1], urls[3]]  # the second was fetched and never stored
    assert world.stored(feed) == urls


def test_a_page_that_was_refused_is_passed_over_when_the_run_goes_on(server, world):
    urls = articles(server, "/1", "/2")
    with world.fetcher() as fetcher:
        outcomes = fetcher.fetch_all(urls)
        fetcher.refused(next(outcomes))
        outcomes.close()
    assert world.stored(*urls) == urls[1:]


def test_the_limit_of_pages_is_told_and_the_same_command_goes_on(server, world):
    world.policy["max_pages"] = 2
    urls = articles(server, "/1", "/2", "/3", "/4", "/5")
    urls.insert(1, server.url("/khong-co"))  # counts, and is not asked for again
    assert world.stored(*urls) == [*urls[:2], urls[2]]
    [*_, told] = world.fetch(*urls)
    assert told.error.vi.startswith("đã tải đủ 2 trang một lượt; chạy lại lệnh này để tải tiếp")
    assert world.stored(*urls) == [*urls[2:4], urls[4]]


def test_a_run_that_a_server_put_off_asks_only_for_the_rest_when_it_is_run_again(server, world):
    urls = articles(server, "/1", "/2", "/3")
    server.on("/2", status(503, {"Retry-After": "3600"}), page(BODY))
    assert world.stored(*urls) == urls
    assert world.stored(*urls) == urls[1:]
    assert world.stored(*urls) == urls


KILLED = """
import sys
from pathlib import Path
from corpus.fetch import FetchLog, FetchPolicy, Fetcher
home, *urls = sys.argv[1:]
policy = FetchPolicy(delay=0, allowed_hosts=("127.0.0.0/8",))
with FetchLog(Path(home) / "fetched.sqlite") as log, Fetcher(policy, log) as fetcher:
    for page in fetcher.fetch_all(urls):
        fetcher.stored(page, "a" * 16)
"""


def test_a_killed_run_goes_on_where_it_was(server, world, tmp_path):
    arrived = threading.Event()

    def hang(handler: Any) -> None:
        arrived.set()
        faults.silent(handler)

    urls = articles(server, "/1", "/2", "/3", "/4")
    server.on("/3", hang, page(BODY))
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), *urls], cwd=ROOT)
    try:
        assert arrived.wait(20)
    finally:
        process.kill()
        process.wait()
    server.asked.clear()
    assert world.stored(*urls) == urls[2:]
    assert server.asked == ["/robots.txt", "/3", "/4"]
