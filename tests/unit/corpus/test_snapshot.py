from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import split
from corpus.snapshot import Snapshot, passage_key, write_snapshot
from tests.factories import article, passage

ARTICLES = (
    article("Sở Y tế họp.\n" + "Đường phố 👍 sạch đẹp. " * 60, title="Một"),
    article("Ủy ban thông báo.", title="Hai", published=None),
)
PASSAGES = [p for a in ARTICLES for p in split(a)]


@pytest.fixture
def snapshot(tmp_path):
    write_snapshot(tmp_path / "ảnh #1?.sqlite", ARTICLES, PASSAGES)
    opened = Snapshot(tmp_path / "ảnh #1?.sqlite")
    yield opened
    opened.close()


def test_passages_come_back_by_row_as_they_were_written(snapshot):
    assert snapshot.passages(range(len(PASSAGES))) == dict(enumerate(PASSAGES))


def test_passages_slice_from_their_articles(snapshot):
    for found in snapshot.passages(range(len(PASSAGES))).values():
        assert snapshot.article(found.article_id).text[found.start : found.end] == found.text


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1), data=st.data())
def test_any_span_of_any_text_is_sliced_by_code_points(text, data, tmp_path_factory):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    made = article(text)
    path = tmp_path_factory.mktemp("snapshot") / "a.sqlite"
    write_snapshot(path, [made], [passage(made, start, end)])
    snapshot = Snapshot(path)
    assert snapshot.passages([0])[0].text == text[start:end]
    snapshot.close()


def test_articles_come_back_whole(snapshot):
    assert [snapshot.article(a.id) for a in ARTICLES] == list(ARTICLES)
    assert snapshot.article("khong-co") is None
    assert snapshot.titles() == {a.id: a.title for a in ARTICLES}


def test_a_key_names_what_the_encoder_sees(snapshot):
    assert snapshot.keys() == {passage_key(p): i for i, p in enumerate(PASSAGES)}
    made = article()
    assert passage_key(passage(made, context="a")) != passage_key(passage(made, context="b"))
    assert passage_key(passage(made)) == passage_key(passage(article(title="khác")))


def test_threads_may_share_a_snapshot(snapshot):
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda i: snapshot.passages([i])[i] == PASSAGES[i], [*range(len(PASSAGES))] * 20))
