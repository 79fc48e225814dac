"""Families: which of several versions is current, whatever order they come in."""

import sqlite3
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.models import Article
from corpus.schema import bring_up_to_date
from corpus.versions import Families, Placed, forget_family_rows
from tests.factories import article

TEXT = (
    "Sáng 7/8, Ủy ban nhân dân thành phố họp về công tác y tế. Sở Y tế báo cáo kết quả tiêm vắc xin sởi trong sáu "
    "tháng đầu năm. Tổng kinh phí là 3,5 tỷ đồng, chi cho mười hai trung tâm y tế quận và huyện trên địa bàn."
)
FIRST = article(TEXT)
DAY = FIRST.published
assert DAY is not None
CORRECTED = article(TEXT.replace("3,5 tỷ", "4,5 tỷ"), published=DAY + timedelta(hours=2))
AGAIN = article(TEXT.replace("3,5 tỷ", "5,5 tỷ"), published=DAY + timedelta(hours=4))
EARLIER = article(TEXT, published=DAY - timedelta(days=1))
OTHER = article("Lễ hội Hoa Phượng Đỏ khai mạc tối mai tại quảng trường.", title="Lễ hội")
OTHER_NEWS = article("Cầu Rào đóng để sửa từ thứ hai.", title="Cầu Rào", published=DAY + timedelta(days=30))
PAGE = "https://haiphong.gov.vn/tin/1"
NAMES = {FIRST.id: "first", CORRECTED.id: "corrected", AGAIN.id: "again", EARLIER.id: "earlier", OTHER.id: "other"}


class Shelf:
    """Families over articles that are kept in a dict."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        bring_up_to_date(self.db)
        self.families = Families(self.db)
        self.articles: dict[str, Article] = {}

    def place(self, one: Article, origin: str = "") -> Placed:
        """Each article comes from a place of its own unless `origin` names it."""
        self.articles[one.id] = one
        return self.families.place(one, origin or f"{one.id}.txt", self.articles.get)

    @property
    def current_of(self) -> dict[str, str]:
        return dict(self.db.execute("SELECT article_id, current_id FROM versions"))


@pytest.fixture
def shelf():
    made = Shelf()
    yield made
    made.db.close()


@pytest.mark.parametrize(
    ("added", "current_of"),
    [
        ([FIRST, OTHER], {}),  # nothing in common
        ([FIRST, CORRECTED], {"first": "corrected"}),  # a figure corrected within hours
        ([CORRECTED, FIRST], {"first": "corrected"}),  # the same pair, met the other way round
        ([FIRST, EARLIER], {"earlier": "first"}),  # the copy published before
        ([FIRST, CORRECTED, AGAIN], {"first": "again", "corrected": "again"}),  # corrected twice
        ([AGAIN, CORRECTED, FIRST], {"first": "again", "corrected": "again"}),
        ([AGAIN, FIRST, CORRECTED], {"first": "again", "corrected": "again"}),
    ],
)
def test_the_latest_of_a_family_is_current(shelf, added, current_of):
    for one in added:
        shelf.place(one)
    assert {NAMES[old]: NAMES[new] for old, new in shelf.current_of.items()} == current_of


def test_who_places_an_article_is_told_how_it_stands(shelf):
    assert shelf.place(FIRST) == Placed()
    assert shelf.place(CORRECTED) == Placed(supersedes=FIRST.id)
    assert shelf.place(EARLIER) == Placed(version_of=CORRECTED.id)
    assert shelf.place(OTHER) == Placed()


def test_what_a_page_says_now_supersedes_what_it_said_whatever_the_words(shelf):
    shelf.place(OTHER, PAGE)
    assert shelf.place(OTHER_NEWS, PAGE) == Placed(supersedes=OTHER.id)


def test_a_file_name_used_again_for_another_article_is_no_version(shelf):
    shelf.place(OTHER, "/bai/1.txt")
    assert shelf.place(OTHER_NEWS, "/bai/1.txt") == Placed()


def test_a_page_read_again_supersedes_its_own_article_and_not_one_it_is_alike_to(shelf):
    """Two pages carry the article; the page that changes takes its own family along."""
    shelf.place(FIRST, PAGE)
    shelf.place(OTHER, "https://haiphong.gov.vn/tin/2")
    assert shelf.place(CORRECTED, PAGE).supersedes == FIRST.id
    assert OTHER.id not in shelf.current_of


def test_likeness_to_an_older_version_does_not_displace_the_current_one(shelf):
    """The page now says something else altogether; a copy of what it said once, met elsewhere, is no news."""
    shelf.place(FIRST, PAGE)
    shelf.place(OTHER_NEWS, PAGE)
    placed = shelf.place(CORRECTED, "https://bao.vn/y-te")
    assert placed == Placed(version_of=OTHER_NEWS.id)


def test_articles_stored_before_there_were_signatures_are_found(shelf):
    shelf.articles[FIRST.id] = FIRST
    shelf.families.sign_unsigned([FIRST])
    assert shelf.place(CORRECTED) == Placed(supersedes=FIRST.id)


def test_a_signature_that_is_missing_is_made_again(shelf):
    shelf.place(FIRST)
    shelf.db.execute("DELETE FROM signatures")
    assert shelf.place(CORRECTED).supersedes == FIRST.id


def test_a_row_of_an_article_that_is_gone_finds_nothing(shelf):
    shelf.place(FIRST)
    del shelf.articles[FIRST.id]
    assert shelf.place(CORRECTED) == Placed()


def test_forgetting_leaves_no_row(shelf):
    shelf.place(FIRST, PAGE)
    shelf.place(CORRECTED, PAGE)
    for one in (FIRST, CORRECTED):
        forget_family_rows(shelf.db, one.id)
    for table in ("versions", "origins", "signatures", "bands"):
        assert shelf.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


_POOL = [FIRST, CORRECTED, AGAIN, EARLIER, OTHER, OTHER_NEWS]


@given(st.permutations(_POOL), st.lists(st.sampled_from([PAGE, "a.txt", "https://bao.vn/2"]), min_size=6, max_size=6))
def test_whatever_comes_in_whatever_order_every_superseded_article_has_a_current_one(order, origins):
    shelf = Shelf()
    for one, origin in zip(order, origins, strict=True):
        shelf.place(one, origin)
    older = shelf.current_of
    shelf.db.close()
    assert not set(older) & set(older.values())
    assert set(older) | set(older.values()) <= {one.id for one in _POOL}
