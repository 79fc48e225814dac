"""Fetching from a real server that misbehaves. Waits are counted, not waited for."""

import gzip
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpcore
import pytest

from corpus.fetch import Failed, Page, Unchanged
from tests.contract import fault_server as faults
from tests.contract.fault_server import FaultServer, page, redirect, status
from tests.contract.fetching import BODY, World


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.log.close()


# ------------------------------------------------------------------------------------------------ pages


def test_a_page_comes_with_its_bytes_and_what_the_server_said_of_them(server, world):
    url = server.on("/tin/bai-1.html?id=2", page(BODY))
    world.policy["contact"] = "lienhe@vidu.vn"
    raw = world.page(url + "#phan-2").raw
    assert (raw.data, raw.name, raw.source) == (BODY.encode(), "bai-1.html", url)
    assert (raw.media_type, raw.charset) == ("text/html", "utf-8")
    assert server.headers[0]["User-Agent"] == "chidao/0.1 (+lienhe@vidu.vn)"
    assert server.headers[0]["Host"] == f"127.0.0.1:{server.port}"


def test_a_packed_page_is_unpacked(server, world):
    assert world.page(server.on("/a", page(gzip.compress(BODY.encode()), {"Content-Encoding": "gzip"}))).raw.data


def test_a_wrong_charset_is_passed_on_as_said_and_the_bytes_are_untouched(server, world):
    raw = world.page(server.on("/a", page(BODY, {"Content-Type": "text/html; charset=no-such"}))).raw
    assert (raw.charset, raw.data) == ("no-such", BODY.encode())


def test_a_redirect_is_followed_and_its_end_is_the_source(server, world):
    server.on("/b", page(BODY))
    found = world.page(server.on("/a", redirect("/b", code=301)))
    assert (found.url, found.raw.source) == (server.url("/a"), server.url("/b"))


def test_a_cookie_set_on_the_way_is_sent_back_to_that_host_alone(server, world):
    world.names = {"mot.test": ["127.0.0.1"], "hai.test": ["127.0.0.1"]}
    server.on("/a", redirect("/a", cookie="khach=1"), redirect(server.url("/b", "hai.test")))
    server.on("/b", page(BODY))
    world.page(server.url("/a", "mot.test"))
    assert [headers["Cookie"] for headers in server.headers] == [None, "khach=1", None]


# ------------------------------------------------------------------------------------------------ faults that heal


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(status(500), id="500"),
        pytest.param(status(429), id="429 without Retry-After"),
        pytest.param(status(503, {"Retry-After": "soon"}), id="503 with a Retry-After that says nothing"),
        pytest.param(faults.CUT_OFF, id="fewer bytes than announced"),
        pytest.param(faults.CUT_OFF_CHUNK, id="ends within a chunk"),
        pytest.param(faults.CUT_OFF_GZIP, id="gzip without its end"),
        pytest.param(faults.NO_GZIP, id="called gzip and is not"),
        pytest.param(faults.reset, id="connection reset"),
        pytest.param(faults.BAD_STATUS_LINE, id="not HTTP"),
        pytest.param(faults.silent, id="no answer within the timeout"),
    ],
)
def test_what_may_heal_is_asked_again_after_growing_pauses(server, world, fault):
    world.policy["timeout"] = 0.2
    assert world.page(server.on("/a", fault, fault, page(BODY))).raw.data == BODY.encode()
    first, second = world.clock.slept
    assert 0.5 < first <= 1.5 <= second + 0.5 <= 3.5


def test_a_server_in_trouble_for_ever_is_given_up_after_four_attempts(server, world):
    error = world.error(server.on("/a", status(502)))
    assert server.asked == ["/a"] * 4
    assert error.vi == "máy chủ 127.0.0.1 đang có sự cố hoặc quá tải (502) sau nhiều lần thử; hãy thử lại sau"
    assert error.en.startswith("the server 127.0.0.1 is in trouble or overloaded (502), tried several times; try again")


def test_retry_after_in_seconds_is_waited_for(server, world):
    world.page(server.on("/a", status(429, {"Retry-After": "90"}), page(BODY)))
    assert 85 < sum(world.clock.slept) <= 90


def test_retry_after_as_a_date_counts_from_the_servers_clock(server, world):
    late = datetime(2020, 1, 1, tzinfo=UTC)  # a server whose clock is years behind
    headers = {
        "Retry-After": format_datetime(late + timedelta(seconds=60), usegmt=True),
        "Date": format_datetime(late, usegmt=True),
    }
    world.page(server.on("/a", faults.raw(_head(503, headers)), page(BODY)))
    assert 55 < sum(world.clock.slept) <= 60


def _head(code: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {code} X", *(f"{name}: {value}" for name, value in headers.items()), "Content-Length: 0"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_a_long_retry_after_ends_with_the_hour_to_come_back_and_leaves_the_host_alone(server, world):
    first = server.on("/a", status(429, {"Retry-After": "7200"}))
    with world.fetcher() as fetcher:
        [failed] = fetcher.fetch(first)
        [other] = fetcher.fetch(server.on("/b", page(BODY)))
    assert isinstance(failed, Failed)
    when = datetime.now(UTC).astimezone() + timedelta(seconds=7200)
    assert failed.error.en.startswith(f"the server 127.0.0.1 asks to wait until {when:%H}")
    assert f"{when:%d/%m/%Y}; hãy chạy lại lệnh này sau lúc đó" in failed.error.vi
    assert isinstance(other, Failed)
    assert server.asked == ["/a"]


def test_a_host_that_has_gone_silent_is_not_asked_for_every_page(server, world):
    with world.fetcher() as fetcher:
        for path in ("/a", "/b", "/c", "/d", "/e"):
            [failed] = fetcher.fetch(server.on(path, faults.reset))
            assert "không trả lời hoặc ngắt giữa chừng" in failed.error.vi
    assert len(server.asked) == 12


# ------------------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize("fault", [faults.SLOW_BODY, faults.SLOW_HEADERS], ids=["body", "headers"])
def test_a_server_that_drips_is_left_when_the_page_has_had_its_time(server, world, fault):
    world.policy["total"] = 0.3
    started = time.monotonic()
    error = world.error(server.on("/a", fault))
    assert time.monotonic() - started < 2
    assert error.en.startswith("the server 127.0.0.1 had not sent the page after 0.3 seconds; try later or raise")
    assert server.asked == ["/a"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.HUGE_CLAIM, id="says it is 2 GB"),
        pytest.param(faults.ENDLESS, id="never ends"),
        pytest.param(faults.GZIP_BOMB, id="200 MB in 200 kB"),
        pytest.param(page(b"x" * 1_000_001), id="a byte too many"),
    ],
)
def test_a_page_over_the_limit_is_refused_and_never_in_memory(server, world, fault):
    world.policy["max_bytes"] = 1_000_000
    url = server.on("/a", fault)
    tracemalloc.start()
    error = world.error(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.vi == "trang lớn hơn 1 MB; nếu đúng là một bài, tăng CHIDAO_FETCH__MAX_BYTES"
    assert peak < 8_000_000
    assert server.asked == ["/a"]


def test_a_compression_that_was_not_asked_for_is_refused(server, world):
    error = world.error(server.on("/a", page(b"..", {"Content-Encoding": "gzip, gzip"})))
    assert "not asked for («gzip, gzip»)" in error.en


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (404, "trang không còn ở địa chỉ này (404); kiểm tra lại địa chỉ"),
        (403, "máy chủ từ chối (403); nếu mở được bằng trình duyệt, hãy lưu trang thành tệp rồi thêm tệp"),
        (304, "máy chủ từ chối (304)"),  # although no validators were sent
        (501, "máy chủ 127.0.0.1 đang có sự cố hoặc quá tải (501)"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(server, world, code, message):
    assert world.error(server.on("/a", status(code))).vi.startswith(message)
    assert server.asked == ["/a"]


# ------------------------------------------------------------------------------------------------ where one may go


def test_a_redirect_loop_is_told(server, world):
    server.on("/b", redirect("/a"))
    assert "redirects in circles" in world.error(server.on("/a", redirect("/b"))).en
    assert server.asked == ["/a", "/b"]


def test_a_chain_of_redirects_ends(server, world):
    for i in range(20):
        server.on(f"/{i}", redirect(f"/{i + 1}"))
    assert "redirects in circles" in world.error(server.url("/0")).en
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://10.0.0.5/", "the address 10.0.0.5 is not public; if it is meant, set CHIDAO_FETCH__ALLOWED_HOSTS="),
        ("http://169.254.169.254/latest/", "the address 169.254.169.254 is not public"),
        ("http://trong.test/", "the address trong.test (192.168.1.9) is not public"),
        ("http://8.8.8.8:6379/", "port 6379 is not a web port (80, 443)"),
        ("file:///etc/passwd", "the URL cannot be used (file://)"),
        ("gopher://127.0.0.1/", "the URL cannot be used (gopher://)"),
        ("http://ai:mat@127.0.0.1/", "the URL holds a user name"),
    ],
)
def test_a_redirect_to_where_one_may_not_go_is_refused(server, world, location, message):
    world.names = {"trong.test": ["192.168.1.9"]}
    assert world.error(server.on("/a", redirect(location))).en.startswith(message)


def test_a_name_is_connected_to_the_address_that_was_checked_even_if_it_changes_later(world, monkeypatch):
    """DNS rebinding: the first look shows a public address, every later one the loopback."""
    looks = [["93.184.216.34"]]
    connected = []
    world.resolve = lambda host, port: looks.pop() if looks else ["127.0.0.1"]
    world.policy["allowed_hosts"] = ()

    def connect(self: Any, host: str, *rest: Any) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    error = world.error("http://doi.test/")
    assert connected == ["93.184.216.34"]
    assert error.vi == (
        "địa chỉ doi.test (127.0.0.1) là mạng nội bộ; nếu cố ý, đặt CHIDAO_FETCH__ALLOWED_HOSTS=doi.test"
    )


def test_one_private_address_among_public_ones_closes_the_name(world):
    world.policy["allowed_hosts"] = ()
    world.names = {"hai.test": ["93.184.216.34", "10.0.0.1"]}
    assert "hai.test (10.0.0.1) is not public" in world.error("http://hai.test/").en


def test_the_second_address_is_tried_where_the_first_does_not_answer(server, world):
    world.names = {"hai.test": ["127.0.0.2", "127.0.0.1"]}
    server.on("/a", page(BODY))
    assert world.page(server.url("/a", "hai.test")).raw.source == server.url("/a", "hai.test")
    assert server.headers[0]["Host"] == f"hai.test:{server.port}"


# ------------------------------------------------------------------------------------------------ unchanged pages

ETAG = {"ETag": '"v1"'}
MODIFIED = {"Last-Modified": "Wed, 07 Aug 2019 07:37:00 GMT"}


@pytest.mark.parametrize("headers", [ETAG, MODIFIED], ids=["ETag", "Last-Modified"])
def test_a_page_that_was_stored_and_did_not_change_is_unchanged(server, world, headers):
    url = server.on("/a", faults.conditional(BODY, headers))
    found = world.page(url)
    assert isinstance(world.fetch(url)[0], Page)  # nothing is remembered before the article is stored
    world.log.stored(found, "0123456789abcdef")
    assert world.fetch(url) == [Unchanged(url, "0123456789abcdef")]
    assert isinstance(world.fetch(url, holds=lambda article_id: False)[0], Page)  # removed since


def test_validators_are_not_shown_to_another_page_that_a_redirect_now_leads_to(server, world):
    server.on("/moi", faults.conditional("mới", MODIFIED))
    server.on("/cu", faults.conditional("cũ", MODIFIED))
    url = server.on("/a", redirect("/cu"), redirect("/moi"))
    world.log.stored(world.page(url), "a" * 16)
    assert world.page(url).raw.data == "mới".encode()


# ------------------------------------------------------------------------------------------------ robots.txt


def test_robots_bind_a_list_and_not_the_one_url_that_is_named(server, world):
    server.on("/robots.txt", page("User-agent: chidao\nDisallow: /kin", {"Content-Type": "text/plain"}))
    closed, opened = server.on("/kin/a", page(BODY)), server.on("/mo/b", page(BODY))
    assert isinstance(world.page(closed), Page)
    refused, found = world.fetch(closed, opened)
    assert refused.error.vi.startswith("robots.txt của 127.0.0.1 không cho tải hàng loạt trang này")
    assert "add its URL alone" in refused.error.en
    assert isinstance(found, Page)
    assert server.asked == ["/kin/a", "/robots.txt", "/mo/b"]


def test_robots_bind_where_a_redirect_leads(server, world):
    server.on("/robots.txt", page("User-agent: *\nDisallow: /kin"))
    server.on("/kin/a", page(BODY))
    refused, _ = world.fetch(server.on("/a", redirect("/kin/a")), server.on("/b", page(BODY)))
    assert "does not let programs fetch" in refused.error.en
    assert "/kin/a" not in server.asked


@pytest.mark.parametrize("fault", [status(500), faults.reset, status(429)])
def test_a_site_whose_robots_cannot_be_had_is_not_crawled(server, world, fault):
    server.on("/robots.txt", fault)
    failed = world.fetch(server.on("/a", page(BODY)), server.on("/b", page(BODY)))
    assert [outcome.error.en[:44] for outcome in failed] == ["robots.txt of 127.0.0.1 could not be read, s"] * 2
    assert server.asked == ["/robots.txt"] * 4


@pytest.mark.parametrize("reply", [status(404), status(403), page("<html>không phải robots</html>")])
def test_a_site_without_robots_is_crawled(server, world, reply):
    server.on("/robots.txt", reply)
    assert all(
        isinstance(outcome, Page) for outcome in world.fetch(server.on("/a", page(BODY)), server.on("/b", page(BODY)))
    )


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("0.5", 2), ("86400", 60), ("nan", 2)])
def test_the_longer_of_crawl_delay_and_our_own_is_kept_within_reason(server, world, asked, waited):
    world.policy["delay"] = 2.0
    server.on("/robots.txt", page(f"User-agent: *\nCrawl-delay: {asked}"))
    world.fetch(server.on("/a", page(BODY)), server.on("/b", page(BODY)))
    assert world.clock.slept[-1] == pytest.approx(waited, abs=0.3)
