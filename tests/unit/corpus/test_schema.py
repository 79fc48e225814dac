"""A store that an older chidao wrote becomes one of today, with every article in it."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from corpus.schema import SCHEMA_VERSION, bring_up_to_date, version_of
from corpus.store import ArticleStore
from tests.factories import article

FIRST_SCHEMA = """
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, published TEXT, source TEXT NOT NULL,
        text TEXT NOT NULL, digest TEXT NOT NULL
    );
    CREATE TABLE added (article_id TEXT PRIMARY KEY REFERENCES articles(id), moment TEXT NOT NULL);
    PRAGMA journal_mode = WAL;
    PRAGMA user_version = 1;"""
ARTICLES = [article(f"Sở số {i} họp về việc {i * 7}.", title=f"Sở số {i}", source=f"{i}.txt") for i in range(12)]
ARTICLES.append(article("Không rõ ngày.", title="Không ngày", published=None))


@pytest.fixture
def path(tmp_path):
    """A store as the first schema had it."""
    made = tmp_path / "articles.sqlite"
    with closing(sqlite3.connect(made)) as db, db:
        db.executescript(FIRST_SCHEMA)
        for i, one in enumerate(ARTICLES):
            published = one.published.isoformat() if one.published else None
            row = (one.id, one.title, published, one.source, one.text, one.digest)
            db.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", row)
            db.execute("INSERT INTO added VALUES (?, ?)", (one.id, f"2026-01-01T00:00:{i:02d}+00:00"))
    return made


def tables(path):
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f"PRAGMA table_info({name})").fetchall() for name in names}


def signed(path):
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(DISTINCT article_id) FROM bands").fetchone() == (len(ARTICLES),)
        return {article_id for (article_id,) in db.execute("SELECT article_id FROM signatures")}


def test_every_article_is_kept_in_its_order_and_signed(path):
    with ArticleStore(path) as store:
        assert list(store.all()) == ARTICLES
        assert store.current_of() == {}
    assert signed(path) == {one.id for one in ARTICLES}


def test_an_old_file_ends_with_the_tables_of_a_new_one(path, tmp_path):
    for each in (path, tmp_path / "new.sqlite"):
        ArticleStore(each).__exit__(None, None, None)
    assert tables(path) == tables(tmp_path / "new.sqlite")


def test_an_old_file_is_used_like_a_new_one(path):
    """What the first schema could not hold goes in, and a copy of an old article is found."""
    copy = article(ARTICLES[0].text + " Theo Thanh Hà.", title=ARTICLES[0].title, source="b.txt")
    with ArticleStore(path) as store:
        assert store.add(copy, "b.txt").placed.supersedes == ARTICLES[0].id
        assert store.remove(ARTICLES[1].id) == [ARTICLES[1]]
        assert store.count() == len(ARTICLES) - 1


def test_several_that_open_an_old_file_at_once_all_find_it_whole(path):
    together = Barrier(4)

    def open_and_count(_):
        together.wait()
        with ArticleStore(path) as store:
            return store.count()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_and_count, range(4))) == [len(ARTICLES)] * 4
    assert signed(path) == {one.id for one in ARTICLES}


def test_a_migration_that_fails_leaves_the_old_file(path, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("corpus.versions.signature", fail)
    with pytest.raises(MemoryError):
        ArticleStore(path)
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as db:
        assert version_of(db) == 1
    with ArticleStore(path) as store:
        assert store.count() == len(ARTICLES)


@pytest.mark.parametrize("times", [1, 2])
def test_bringing_up_to_date_twice_changes_nothing_more(times):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        assert version_of(db) == 0
        for _ in range(times):
            bring_up_to_date(db)
        assert version_of(db) == SCHEMA_VERSION


def test_an_article_of_the_first_schema_has_no_issuer_and_no_files(path):
    ArticleStore(path).__exit__(None, None, None)
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT DISTINCT issuer, attachments FROM articles").fetchall()
    assert rows == [(None, json.dumps([]))]
