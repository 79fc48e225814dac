"""Filters: which rows they leave, and that search within them loses nothing."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from corpus.generation import Home
from corpus.models import Article
from corpus.parse.printed_page import TIME_ZONE
from retrieval.filters import Filter, rows_within
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import Generation
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import add, live, run_reload


def on(day: int | None, title: str, text: str) -> Article:
    return article(text, title=title, published=datetime(2024, 5, day, 23, 30, tzinfo=TIME_ZONE) if day else None)


ARTICLES = {
    "city": on(1, "Giấy phép", "Theo Quyết định số 12/QĐ-UBND ngày 03/02/2024 của UBND thành phố Hải Phòng, hồ sơ"),
    "province": on(2, "Đất đai", "Theo Quyết định số 12/QĐ-UBND của UBND tỉnh Đắk Nông, hồ sơ nộp tại xã."),
    "decree": on(2, "Văn thư", "Nghị định số 30/2020/NĐ-CP của Chính phủ quy định hồ sơ. " * 30),
    "plain": on(3, "Lễ hội", "Người dân nộp hồ sơ tham gia lễ hội."),
    "undated": on(None, "Hồ sơ", "Kế hoạch số 5/KH-UBND của UBND thành phố Hải Phòng về hồ sơ."),
}  # fmt: skip


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    home = Home(tmp_path_factory.mktemp("home"))
    add(home, *ARTICLES.values())
    run_reload(home)
    with live(home) as opened:
        yield opened


def left_by(wanted: Filter, generation: Generation) -> set[str]:
    rows = rows_within(wanted, generation.snapshot, generation.register)
    assert rows.tolist() == sorted({*rows.tolist()})
    passages = generation.snapshot.passages(rows.tolist()).values()
    names = {each.id: name for name, each in ARTICLES.items()}
    found = {names[each.article_id] for each in passages}
    all_of = [row for row, each in enumerate(generation.snapshot.all_passages()) if names[each.article_id] in found]
    assert rows.tolist() == all_of  # articles whole
    return found


FROM_THE_SECOND = date(2024, 5, 2)
FILTERS = [
    (Filter(), {*ARTICLES}),
    (Filter(published_from=FROM_THE_SECOND), {"province", "decree", "plain"}),
    (Filter(published_to=FROM_THE_SECOND), {"city", "province", "decree"}),
    (Filter(FROM_THE_SECOND, FROM_THE_SECOND), {"province", "decree"}),  # the day by the page's clock, not by UTC's
    (Filter(published_from=date(2025, 1, 1)), set()),
    (Filter(kind="Quyết định"), {"city", "province"}),
    (Filter(kind="quyet dinh"), {"city", "province"}),
    (Filter(kind="Công điện"), set()),
    (Filter(issuer="UBND thành phố Hải Phòng"), {"city", "undated"}),
    (Filter(issuer="Ủy ban nhân dân TP Hải Phòng"), {"city", "undated"}),
    (Filter(issuer="Chính phủ"), {"decree"}),
    (Filter(kind="Kế hoạch", issuer="UBND thành phố Hải Phòng"), {"undated"}),
    (Filter(kind="Nghị định", issuer="UBND thành phố Hải Phòng"), set()),  # one directive must be both
    (Filter(published_to=FROM_THE_SECOND, issuer="UBND thành phố Hải Phòng"), {"city"}),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS)
def test_a_filter_leaves_the_articles_that_meet_it(generation, wanted, expected):
    assert left_by(wanted, generation) == expected


@pytest.mark.parametrize(("wanted", "expected"), FILTERS)
@pytest.mark.parametrize("question", ["nộp hồ sơ ở đâu", "nop ho so o dau"])
def test_search_within_a_filter_finds_every_passage_that_is_left(generation, wanted, expected, question):
    retriever = Retriever(
        generation.snapshot, generation.lexical, generation.vectors, HashEncoder(), Fusion(0.5)
    )  # fmt: skip
    within = rows_within(wanted, generation.snapshot, generation.register)
    hits = retriever.search(question, 100, within)
    assert {hit.passage for hit in hits} == {*generation.snapshot.passages(within.tolist()).values()}
    unfiltered = {hit.passage: hit for hit in retriever.search(question, 100)}
    for hit in hits:
        assert hit.lexical == pytest.approx(unfiltered[hit.passage].lexical, rel=1e-5)
        assert hit.dense == pytest.approx(unfiltered[hit.passage].dense, abs=1e-5)
