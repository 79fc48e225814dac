import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import HomeError
from corpus.clean import normalise
from corpus.store import SCHEMA_VERSION, ArticleStore, article_of, article_row
from tests.factories import article


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "articles.sqlite"


@pytest.fixture
def store(path):
    with ArticleStore(path) as opened:
        yield opened


def test_an_article_comes_back_as_it_was_stored(store):
    made = article()
    assert store.add(made)
    assert store.get(made.id) == made


def test_adding_twice_stores_once(store):
    assert [store.add(article()), store.add(article())] == [True, False]
    assert store.count() == 1
    assert list(store.all()) == [article()]


def test_the_same_article_from_another_file_is_stored_once_under_the_first_name(store):
    store.add(article(source="a.txt"))
    assert not store.add(article(source="b.txt"))
    assert [a.source for a in store.all()] == ["a.txt"]


def test_articles_come_in_the_order_of_being_added(store):
    titles = [f"bài {i}" for i in (3, 1, 2)]
    for title in titles:
        store.add(article(title=title))
    assert [a.title for a in store.all()] == titles


def test_an_unknown_id_is_none(store):
    assert store.get("0" * 16) is None


def test_what_one_reader_stored_the_next_one_sees(path):
    with ArticleStore(path) as store:
        store.add(article())
    with ArticleStore(path) as store:
        assert store.count() == 1


def test_a_reader_sees_what_another_adds_meanwhile(path, store):
    with ArticleStore(path) as other:
        other.add(article())
    assert store.get(article().id) == article()


@given(
    st.text(st.characters()).map(normalise),
    st.none() | st.datetimes(timezones=st.sampled_from([UTC, datetime.now().astimezone().tzinfo])),
)
def test_a_row_is_its_article_again(text, published):
    made = article(text, published=published)
    assert article_of(article_row(made)) == made


def test_a_store_of_a_newer_chidao_is_refused_by_name(path):
    ArticleStore(path).__exit__(None, None, None)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(HomeError) as refused:
        ArticleStore(path)
    assert refused.value.en == ("the store articles.sqlite was written by a newer chidao (schema 2); upgrade chidao")
    assert refused.value.vi.startswith("kho bài articles.sqlite do phiên bản chidao mới hơn ghi (bản 2)")
