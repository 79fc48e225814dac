"""Adjoining hits made one."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import split
from corpus.models import Passage
from retrieval.hits import Hit
from retrieval.neighbours import merge_neighbours
from tests.factories import article

TEXT = " ".join(
    f"Câu thứ {n} nói về việc thứ {n} của thành phố, có đủ chữ để thành một câu dài vừa phải." for n in range(40)
)
ONE, OTHER = article(TEXT, title="Bài một"), article(TEXT + " Hết.", title="Bài hai")
ARTICLES = {each.id: each for each in (ONE, OTHER)}
PASSAGES = split(ONE)


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(passage, 1 - rank / 10, rank, 20.0 - rank, None) for rank, passage in enumerate(passages, start=1)]


def spans(found: list[Hit]) -> list[tuple[int, int]]:
    return [(hit.passage.start, hit.passage.end) for hit in found]


def test_there_is_something_to_merge():
    assert len(PASSAGES) >= 5


def test_neighbours_take_the_rank_of_the_best_of_them():
    second, first, far = PASSAGES[1], PASSAGES[0], PASSAGES[4]
    found = merge_neighbours(hits(second, far, first), ARTICLES)
    assert spans(found) == [(first.start, second.end), (far.start, far.end)]
    assert [(hit.rank, hit.score) for hit in found] == [(1, 0.9), (2, 0.8)]
    assert found[0].passage.text == TEXT[first.start : second.end]


def test_what_lies_between_two_makes_one_of_all_three():
    found = merge_neighbours(hits(PASSAGES[2], PASSAGES[0], PASSAGES[4], PASSAGES[1]), ARTICLES)
    assert spans(found) == [(PASSAGES[0].start, PASSAGES[2].end), (PASSAGES[4].start, PASSAGES[4].end)]


def test_neighbours_under_another_heading_or_of_another_article_stay_apart():
    headed = replace(PASSAGES[1], context=f"{PASSAGES[1].context}\nMục 2")
    assert len(merge_neighbours(hits(PASSAGES[0], headed), ARTICLES)) == 2
    assert len(merge_neighbours(hits(PASSAGES[0], split(OTHER)[1]), ARTICLES)) == 2


@given(st.permutations(PASSAGES), st.integers(0, len(PASSAGES)))
def test_no_word_is_lost_nor_said_twice(order, count):
    found = merge_neighbours(hits(*order[:count]), ARTICLES)
    assert sum(len(hit.passage.text.split()) for hit in found) == sum(len(p.text.split()) for p in order[:count])
    assert all(hit.passage.text == TEXT[hit.passage.start : hit.passage.end] for hit in found)
    assert [hit.rank for hit in found] == sorted(hit.rank for hit in found)
