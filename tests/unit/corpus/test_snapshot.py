from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DamagedError
from corpus.chunk import split
from corpus.models import Article, Attachment
from corpus.sealed import SealedFile
from corpus.snapshot import Cut, Snapshot, passage_key, write_snapshot
from tests.factories import article, passage

ARTICLES = (
    article("Sở Y tế họp.\n" + "Đường phố 👍 sạch đẹp. " * 60, title="Một"),
    article("Ủy ban thông báo.", title="Hai", published=None),
)
PASSAGES = [p for a in ARTICLES for p in split(a)]


def cut(one: Article) -> list[Cut]:
    return [Cut.of(each) for each in split(one)]


@pytest.fixture
def snapshot(tmp_path):
    write_snapshot(tmp_path / "ảnh #1?.sqlite", ARTICLES, cut)
    opened = Snapshot(SealedFile(tmp_path / "ảnh #1?.sqlite"))
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
    write_snapshot(path, [made], lambda _: [Cut.of(passage(made, start, end))])
    snapshot = Snapshot(SealedFile(path))
    assert snapshot.passages([0])[0].text == text[start:end]
    snapshot.close()


def test_articles_come_back_whole(snapshot):
    assert [snapshot.article(a.id) for a in ARTICLES] == list(ARTICLES)
    assert snapshot.article("khong-co") is None
    assert snapshot.titles() == {a.id: a.title for a in ARTICLES}


def test_passages_come_in_order_whole_or_as_they_are_stored(snapshot):
    assert list(snapshot.all_passages()) == PASSAGES
    assert list(snapshot.lengths()) == [(passage_key(one), len(one.text)) for one in PASSAGES]
    cuts_of = snapshot.cuts()
    assert [cuts_of(one.id) for one in ARTICLES] == [cut(one) for one in ARTICLES]
    assert cuts_of("khong-co") == []


def test_articles_are_listed_without_their_text(snapshot):
    assert list(snapshot.listed()) == [one.listed for one in ARTICLES]


def test_a_key_names_what_the_encoder_sees(snapshot):
    assert snapshot.keys() == {passage_key(p): i for i, p in enumerate(PASSAGES)}
    made = article()
    assert passage_key(passage(made, context="a")) != passage_key(passage(made, context="b"))
    assert passage_key(passage(made)) == passage_key(passage(article(title="khác")))


def test_threads_may_share_a_snapshot(snapshot):
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda i: snapshot.passages([i])[i] == PASSAGES[i], [*range(len(PASSAGES))] * 20))


def test_issuer_and_attachments_come_back_too(tmp_path):
    made = Article.create(
        title="Một", published=None, source="a", text="Bài.", issuer="Sở Y tế", attachments=(Attachment("a", "b"),)
    )
    write_snapshot(tmp_path / "a.sqlite", [made], lambda _: [])
    opened = Snapshot(SealedFile(tmp_path / "a.sqlite"))
    assert list(opened.articles()) == [made]
    opened.close()


def test_articles_and_passages_are_counted(snapshot):
    assert sorted(snapshot.articles(), key=lambda a: a.title) == sorted(ARTICLES, key=lambda a: a.title)
    assert snapshot.passages_count() == len(PASSAGES)
    for one in ARTICLES:
        assert snapshot.passages_of([one.id]) == len(split(one))
    assert snapshot.passages_of([a.id for a in ARTICLES]) == len(PASSAGES)
    assert snapshot.passages_of([]) == snapshot.passages_of(["khong-co"]) == 0


def test_every_character_of_a_passage_finds_it_and_none_beside_it_does(snapshot):
    for wanted in PASSAGES:
        for at in (wanted.start, wanted.end - 1):
            found = snapshot.passage_at(wanted.article_id, at)
            assert found is not None
            assert found.start <= at < found.end
    assert snapshot.passage_at(ARTICLES[0].id, len(ARTICLES[0].text)) is None
    assert snapshot.passage_at("khong-co", 0) is None


def test_a_snapshot_of_nothing_is_read_like_any_other(tmp_path):
    write_snapshot(tmp_path / "a.sqlite", [], cut)
    opened = Snapshot(SealedFile(tmp_path / "a.sqlite"))
    assert (opened.titles(), opened.keys(), opened.passages_count()) == ({}, {}, 0)
    opened.close()


def test_the_rows_and_the_day_of_every_article_are_told(snapshot):
    one, two = snapshot.spans
    assert (one.article_id, one.published, one.first) == (ARTICLES[0].id, "2019-08-07", 0)
    assert (two.article_id, two.published) == (ARTICLES[1].id, None)
    for span in (one, two):
        of = {each.article_id for each in snapshot.passages(range(span.first, span.last + 1)).values()}
        assert of == {span.article_id}
    assert (one.last + 1, two.last + 1) == (two.first, snapshot.passages_count())


def test_a_file_that_went_bad_after_it_was_opened_is_named(tmp_path):
    """By its pages, or by text that is no UTF-8."""
    folder = tmp_path / "000007"
    folder.mkdir()
    path = folder / "corpus.sqlite"
    write_snapshot(path, ARTICLES, cut)
    sound = path.read_bytes()
    for bad in (b"x" * len(sound), sound.replace("Sở Y tế".encode(), b"\xff" * len("Sở Y tế".encode()))):
        path.write_bytes(bad)
        named = "generation 000007 is damaged at corpus.sqlite"
        with closing(Snapshot(SealedFile(path))) as opened, pytest.raises(DamagedError, match=named):
            opened.article(ARTICLES[0].id)
