import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import HomeError, InputError
from corpus.clean import normalise
from corpus.models import Attachment
from corpus.schema import SCHEMA_VERSION
from corpus.store import ArticleStore, article_of, article_row
from corpus.versions import Placed
from tests.factories import article

PAGE = "https://haiphong.gov.vn/tin/gia-ve-cua-nguyen-van-a"
FIRST = article("Giá vé tham quan Đảo Dấu là hai mươi nghìn đồng.", title="Giá vé", source=PAGE)
SECOND = article("Giá vé tham quan Đảo Dấu là ba mươi nghìn đồng.", title="Giá vé", source=PAGE)
THIRD = article("Vào cửa Đảo Dấu tự do từ hôm nay.", title="Giá vé", source=PAGE)
OTHER = article("Cầu Rào đóng để sửa từ thứ hai.", title="Cầu Rào", source="cau.txt")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "articles.sqlite"


@pytest.fixture
def store(path):
    with ArticleStore(path) as opened:
        yield opened


def test_an_article_comes_back_as_it_was_stored(store):
    made = article()
    assert store.add(made, "bai.txt").new
    assert store.get(made.id) == made


def test_adding_twice_stores_once(store):
    assert [store.add(article(), "bai.txt").new for _ in range(2)] == [True, False]
    assert store.count() == 1
    assert list(store.all()) == [article()]


def test_the_same_article_from_another_file_is_stored_once_and_says_where_it_was_met_last(store):
    store.add(article(source="a.txt"), "a.txt")
    assert not store.add(article(source="b.txt"), "b.txt").new
    assert [a.source for a in store.all()] == ["b.txt"]


def test_articles_come_in_the_order_of_being_added(store):
    titles = [f"bài {i}" for i in (3, 1, 2)]
    for title in titles:
        store.add(article(title=title), f"{title}.txt")
    assert [a.title for a in store.all()] == titles


def test_of_articles_added_together_all_are_stored_or_none(path, store):
    def broken_off():
        yield FIRST, "a.txt"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add_all(broken_off())
    assert store.count() == 0
    assert [added.new for added in store.add_all([(FIRST, "a.txt"), (OTHER, "b.txt"), (FIRST, "a.txt")])] == [
        True,
        True,
        False,
    ]
    assert store.count() == 2


def test_articles_stored_apart_are_no_versions_of_one_another(store):
    """FIRST and SECOND are two states of one page. Once more changes nothing."""
    for _ in range(2):
        store.add_apart([FIRST, SECOND])
        assert {each.id for each in store.all()} == {FIRST.id, SECOND.id}
    assert store.current_of() == {}


def test_an_unknown_id_is_none(store):
    assert store.get("0" * 16) is None


def test_what_one_reader_stored_the_next_one_sees(path):
    with ArticleStore(path) as store:
        store.add(article(), "bai.txt")
    with ArticleStore(path) as store:
        assert store.count() == 1


def test_a_reader_sees_what_another_adds_meanwhile(path, store):
    with ArticleStore(path) as other:
        other.add(article(), "bai.txt")
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
    assert refused.value.en == ("the store articles.sqlite was written by a newer chidao (schema 3); upgrade chidao")
    assert refused.value.vi.startswith("kho bài articles.sqlite do phiên bản chidao mới hơn ghi (bản 3)")


def test_the_same_article_again_takes_over_what_is_no_part_of_its_id(store):
    """Where it was met, who issued it and its files; the text stays, and so does the place in the order."""
    store.add(FIRST, "a.txt")
    store.add(OTHER, "b.txt")
    again = replace(FIRST, source="mới", issuer="Sở Du lịch", attachments=(Attachment("a.pdf", "https://x.vn/a.pdf"),))
    assert not store.add(again, "c.txt").new
    assert list(store.all()) == [again, OTHER]


# --------------------------------------------------------------------------------------------------------- versions


def test_what_is_read_at_one_moment_is_of_one_moment(path, store):
    store.add(FIRST, "a.txt")
    with store.one_moment():
        assert [one.id for one in store.listed()] == [FIRST.id]
        with ArticleStore(path) as other:
            other.add(OTHER, "b.txt")
        assert list(store.all()) == [FIRST]
    assert list(store.listed()) == [FIRST.listed, OTHER.listed]


@pytest.fixture
def corrected(store):
    """A store whose page was corrected twice, and one more article."""
    for one in (FIRST, SECOND, THIRD):
        store.add(one, PAGE)
    store.add(OTHER, "cau.txt")
    return store


def test_a_corrected_article_supersedes_and_who_adds_it_is_told(store):
    assert store.add(FIRST, PAGE).placed == Placed()
    assert store.add(SECOND, PAGE).placed == Placed(supersedes=FIRST.id)


def test_only_the_current_version_is_listed_and_counted(corrected):
    assert list(corrected.all()) == [THIRD, OTHER]
    assert corrected.count() == 2
    assert corrected.current_of() == {FIRST.id: THIRD.id, SECOND.id: THIRD.id}


def test_older_versions_stay_readable_with_their_dates_the_last_added_first(corrected):
    older = corrected.older(THIRD.id)
    assert [each.article for each in older] == [SECOND, FIRST]
    assert datetime.now(UTC) - timedelta(minutes=2) < older[1].added < older[0].added < datetime.now(UTC)
    assert corrected.get(FIRST.id) == FIRST
    assert corrected.older(FIRST.id) == corrected.older(OTHER.id) == []


def test_a_repost_elsewhere_takes_the_place_and_is_stored_once(store):
    day = datetime(2019, 8, 8, tzinfo=UTC)
    repost = article(FIRST.text, title=FIRST.title, published=day, source="https://bao.vn/1")
    store.add(FIRST, PAGE)
    assert store.add(repost, "https://bao.vn/1").placed == Placed(supersedes=FIRST.id)
    assert list(store.all()) == [repost]


# ---------------------------------------------------------------------------------------------------------- removal


def test_an_article_taken_back_is_gone_and_remembered_by_id(corrected):
    assert corrected.remove(OTHER.id) == [OTHER]
    assert corrected.get(OTHER.id) is None
    assert list(corrected.all()) == [THIRD]
    [(identity, moment)] = corrected.removed().items()
    assert identity == OTHER.id
    assert datetime.now(UTC) - moment < timedelta(minutes=2)


def test_a_current_article_takes_its_versions_along(corrected):
    assert corrected.remove(THIRD.id) == [THIRD, SECOND, FIRST]
    assert list(corrected.all()) == [OTHER]
    assert corrected.current_of() == {}
    assert corrected.removed().keys() == {FIRST.id, SECOND.id, THIRD.id}


def test_an_older_version_goes_alone(corrected):
    assert corrected.remove(SECOND.id) == [SECOND]
    assert list(corrected.all()) == [THIRD, OTHER]
    assert corrected.current_of() == {FIRST.id: THIRD.id}
    assert corrected.removed().keys() == {SECOND.id}


@pytest.mark.parametrize("identity", ["0" * 16, "", "'; DROP TABLE articles", "b\udce0i"])  # the last is no UTF-8
def test_an_unknown_id_cannot_be_removed_and_the_message_says_where_to_look(corrected, identity):
    with pytest.raises(InputError, match=r"no article has the id «.*»; see the ids with: chidao list"):
        corrected.remove(identity)
    assert corrected.count() == 2
    assert corrected.removed() == {}


def test_what_is_added_again_is_no_longer_taken_back(corrected):
    corrected.remove(OTHER.id)
    assert corrected.add(OTHER, "cau.txt").new
    assert corrected.removed() == {}
    assert not corrected.was_removed(OTHER, "cau.txt")


@pytest.mark.parametrize(
    ("one", "origin", "was"),
    [
        (OTHER, "elsewhere", True),  # the same article, wherever it is met
        (article("Cầu Rào mở lại."), "cau.txt", True),  # what stands now where it stood
        (article("Cầu Rào mở lại."), "elsewhere", False),  # neither
        (THIRD, PAGE, False),
    ],
)
def test_what_was_taken_back_is_known_by_its_id_and_its_place(corrected, one, origin, was):
    corrected.remove(OTHER.id)
    assert corrected.was_removed(one, origin) is was


def test_removing_an_older_version_leaves_the_page_open_for_corrections(corrected):
    """Its place is the place of the current article too."""
    corrected.remove(FIRST.id)
    assert not corrected.was_removed(THIRD, PAGE)
    assert not corrected.was_removed(article("Giá vé lại đổi."), PAGE)
    assert corrected.was_removed(FIRST, PAGE)


def test_every_version_removed_one_by_one_closes_the_page(corrected):
    for one in (FIRST, SECOND, THIRD):
        corrected.remove(one.id)
    assert corrected.was_removed(article("Giá vé lại đổi."), PAGE)


def test_a_removed_version_does_not_come_back_as_family(corrected):
    """A new article is placed among what is stored, not among what was."""
    corrected.remove(THIRD.id)
    assert corrected.add(article("Giá vé mới.", title="Giá vé"), PAGE).placed == Placed()


def test_no_word_of_a_removed_article_is_left_in_any_file(path):
    """Neither text, title, source nor where it was met; while another connection is open, as a bot's or a list's is."""
    long = article("Số điện thoại riêng của ông Nguyễn Văn A. " * 400, title="Tựa đề kín", source=PAGE)
    with ArticleStore(path) as store, ArticleStore(path) as other:
        store.add(long, PAGE)
        for i in range(20):
            store.add(article(f"Sở số {i} họp về việc {i * 7}.", title=f"bài {i}"), f"{i}.txt")
        assert other.get(long.id) == long
        store.remove(long.id)
        files = list(path.parent.iterdir())
        assert {file.name for file in files} >= {"articles.sqlite", "articles.sqlite-wal"}
        left = b"".join(file.read_bytes() for file in files)
    for word in ("điện thoại riêng", "Tựa đề kín", "nguyen-van-a"):
        assert word.encode() not in left
    assert long.id.encode() in left  # the note that it was taken back


def test_a_store_with_a_removed_article_is_whole(corrected, path):
    corrected.remove(THIRD.id)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
