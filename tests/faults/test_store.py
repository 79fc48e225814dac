"""The store under damage, wrong rights and several processes at once."""

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from config.errors import HomeError
from corpus.store import ArticleStore
from tests.factories import article, text_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "articles.sqlite"


def _filled(path: Path, articles: int = 50) -> None:
    with ArticleStore(path) as store:
        for i in range(articles):
            store.add(article(f"Sở số {i} họp. " * 100, title=f"bài {i}"), f"{i}.txt")


@pytest.mark.parametrize("data", [b"this is no database, far from it " * 40, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_store_is_refused_and_kept(path, data):
    path.write_bytes(data)
    with pytest.raises(HomeError) as refused:
        ArticleStore(path)
    assert refused.value.en.startswith("the store articles.sqlite is damaged (")
    assert refused.value.en.endswith("move the file to another folder, keep it, and add the articles again")
    assert refused.value.vi.startswith("kho bài articles.sqlite hỏng (")
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "use", [lambda s: list(s.all()), lambda s: s.get("0" * 16), lambda s: s.add(article(), "bai.txt")]
)
def test_damage_behind_the_first_page_is_a_home_error_too(path, use):
    _filled(path)
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with ArticleStore(path) as store, pytest.raises(HomeError, match=r"the store articles\.sqlite is damaged"):
        use(store)


def test_a_store_of_another_program_is_refused_and_kept(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE articles (other)")
    db.close()
    with pytest.raises(HomeError, match="cannot open the store"):
        ArticleStore(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    db.close()


def test_a_home_that_is_a_file_is_a_home_error(tmp_path):
    with pytest.raises(HomeError, match=r"cannot open the store articles\.sqlite \(.*\); check CHIDAO_HOME"):
        ArticleStore(text_file(tmp_path) / "articles.sqlite")


def test_a_store_that_is_a_folder_is_a_home_error(path):
    path.mkdir()
    with pytest.raises(HomeError, match=r"unable to open database file") as refused:
        ArticleStore(path)
    assert "kiểm tra CHIDAO_HOME, quyền ghi và dung lượng đĩa" in refused.value.vi


def test_a_full_disk_is_a_home_error_and_loses_nothing_stored_before(path):
    with ArticleStore(path) as store:
        store.add(article(), "bai.txt")
        store._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(HomeError, match=r"cannot write to the store .*full.* check CHIDAO_HOME"):
            store.add(article("dài " * 100_000), "bai.txt")
        assert store.count() == 1


def _add(path: Path, barrier: Any, titles: list[str], failed: Any) -> None:
    barrier.wait()
    try:
        with ArticleStore(path) as store:
            for title in titles:
                store.add(article(f"Sở {title} họp.", title=title), title)
    except Exception as error:  # noqa: BLE001  the parent shows it
        failed.put(repr(error))


def test_two_processes_adding_at_once_to_a_new_store_lose_nothing(tmp_path):
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    failed = context.Queue()
    for round_ in range(5):
        path, barrier = tmp_path / f"{round_}.sqlite", context.Barrier(2)
        lists = [[f"{name}{i}" for i in range(10)] + ["chung"] for name in "ab"]
        workers = [context.Process(target=_add, args=(path, barrier, titles, failed)) for titles in lists]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
        assert failed.empty(), failed.get()
        with ArticleStore(path) as store:
            assert {a.title for a in store.all()} == {*lists[0], *lists[1]}


def test_a_store_that_another_is_just_making_is_waited_for(path, monkeypatch):
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(lambda: ArticleStore(path).__exit__(None, None, None))
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.2)
        first.execute("COMMIT")
        opening.result(timeout=5)
    first.close()


def test_threads_adding_at_once_lose_nothing(path):
    def add(name: str) -> None:
        with ArticleStore(path) as store:
            for i in range(10):
                store.add(article(f"Sở {name}{i} họp.", title=f"{name}{i}"), f"{name}{i}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, "abcd"))
    with ArticleStore(path) as store:
        assert store.count() == 40
