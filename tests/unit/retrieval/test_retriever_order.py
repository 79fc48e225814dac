"""What changes the order of fused hits: the time a question asks about, and a reranker."""

from datetime import datetime

import pytest

from corpus.generation import Home
from corpus.parse.printed_page import TIME_ZONE
from retrieval.hits import Hit
from retrieval.retriever import Fusion, Retriever
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import add, live, run_reload

TEXT = "Ủy ban nhân dân thành phố họp phiên thường kỳ, nghe báo cáo về tình hình kinh tế xã hội{}."
YEARS = (2018, 2019, 2020)


@pytest.fixture
def served(tmp_path):
    home = Home(tmp_path)
    add(
        home,
        *(
            article(
                TEXT.format(f" {name}"),
                title=f"Phiên họp {name}",
                published=datetime(year, 7, 12, tzinfo=TIME_ZONE),
            )
            for year, name in zip(YEARS, ("một", "hai", "ba"), strict=True)
        ),
    )
    run_reload(home)
    with live(home) as generation:
        yield generation


def search(served, question: str, reranker=None) -> list[Hit]:
    fusion = Fusion(0.0, reranker)
    return Retriever(served.snapshot, served.lexical, served.vectors, HashEncoder(), fusion).search(question, 10)


def years(served, hits: list[Hit]) -> list[int]:
    return [served.snapshot.article(hit.passage.article_id).published.year for hit in hits]


@pytest.mark.parametrize(
    ("asked", "first"),
    [("tháng 7/2019", 2019), ("thang 7 nam 2020", 2020), ("năm 2018", 2018), ("mới nhất", 2020), ("gan day", 2020)],
)
def test_of_articles_that_match_alike_the_one_of_the_time_asked_about_comes_first(served, asked, first):
    hits = search(served, f"báo cáo tình hình kinh tế xã hội {asked}")
    assert years(served, hits)[0] == first
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


class Backwards:
    """Finds the last of what it reads the best."""

    top = 2

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question, texts):
        self.read += texts
        return [float(place) for place, _ in enumerate(texts)]


def test_a_reranker_changes_the_order_of_the_first_hits_and_no_others(served):
    question = "phiên họp một"
    before = search(served, question)
    reranker = Backwards()
    after = search(served, question, reranker)
    assert [hit.passage for hit in after] == [before[i].passage for i in (1, 0, 2)]
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert [hit.rank for hit in after] == [1, 2, 3]
    assert after[0].lexical == before[1].lexical
    assert len(reranker.read) == 2


def test_a_reranker_is_not_asked_about_nothing(served):
    reranker = Backwards()
    assert search(served, "xyzxyz", reranker) == []
    assert reranker.read == []
