"""The memory of what was fetched: lost without harm, shared by processes."""

import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from config.errors import HomeError
from corpus.fetch import FetchLog, Page
from corpus.fetch.models import Validators
from corpus.models import Raw

URL = "https://cong.vn/a"


def _page(url: str = URL, crawl: str | None = None) -> Page:
    return Page(url, Raw(b"", "a", url), Validators(url, '"v1"', None), crawl)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fetched.sqlite"


def test_what_was_stored_is_known_under_every_spelling_of_its_url(path):
    with FetchLog(path) as log:
        log.stored(_page(), "a" * 16)
    with FetchLog(path) as log:
        assert log.known(URL + "?utm_source=x#b") == (Validators(URL, '"v1"', None), "a" * 16)
        assert log.known("https://cong.vn/b") is None


def test_progress_is_kept_for_a_run_until_it_is_complete(path):
    with FetchLog(path) as log:
        log.stored(_page(crawl="c"), "a" * 16)
        log.mark("c", "https://cong.vn/b")
        log.mark("khác", "https://cong.vn/c")
        assert log.done("c") == {URL, "https://cong.vn/b"}
        log.forget("c")
        assert log.done("c") == frozenset()
        assert log.done("khác") == {"https://cong.vn/c"}


def test_progress_of_a_week_ago_is_forgotten(path):
    with FetchLog(path) as log:
        log.mark("c", URL)
        log._db.execute("UPDATE progress SET moment = ?", ((datetime.now(UTC) - timedelta(days=8)).isoformat(),))
        assert log.done("c") == frozenset()


def test_an_article_that_was_taken_back_leaves_no_url_in_the_file(path):
    named = "https://cong.vn/ho-so-nguyen-van-a"
    with FetchLog(path) as log:
        log.stored(_page(), "a" * 16)
        log.stored(_page(named, crawl="c"), "b" * 16)
        log.forget_articles(["b" * 16])
        assert log.known(named) is None
        assert log.done("c") == frozenset()
        assert log.known(URL)
        assert not any(named.encode() in file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize("data", [b"no database at all " * 300, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_replaced(path, data):
    path.write_bytes(data)
    with FetchLog(path) as log:
        log.mark("c", URL)
        assert log.done("c") == {URL}


def test_a_file_of_another_program_is_replaced(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE pages (other)")
    db.close()
    with FetchLog(path) as log:
        assert log.known(URL) is None


def test_damage_that_shows_later_is_replaced_too(path):
    with FetchLog(path) as log:
        for i in range(500):
            log.mark("c", f"{URL}/{i}")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with FetchLog(path) as log:
        assert log.done("c") == frozenset()
        log.mark("c", URL)
        assert log.done("c") == {URL}


def test_a_disk_that_refuses_is_a_home_error(tmp_path):
    (tmp_path / "tep").write_text("x", encoding="utf-8")
    with pytest.raises(HomeError) as refused:
        FetchLog(tmp_path / "tep" / "fetched.sqlite")
    assert refused.value.vi.endswith("kiểm tra CHIDAO_HOME, quyền ghi và dung lượng đĩa")
    assert refused.value.en.startswith("cannot use fetched.sqlite (")


def test_a_full_disk_is_a_home_error(path):
    with FetchLog(path) as log:
        log._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(HomeError, match=r"cannot use .*full"):
            log.mark("c", "x" * 100_000)


def _mark_many(path, crawl, barrier):
    barrier.wait()
    with FetchLog(path) as log:
        for i in range(50):
            log.mark(crawl, f"{URL}/{i}")


def test_two_processes_write_at_once(path):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    writers = [context.Process(target=_mark_many, args=(path, crawl, barrier)) for crawl in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    with FetchLog(path) as log:
        assert [len(log.done(crawl)) for crawl in "ab"] == [50, 50]
