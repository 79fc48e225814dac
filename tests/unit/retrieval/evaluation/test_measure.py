"""Rankings of documents, and their scores against hand-computed values and a slow, obvious twin."""

import math
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import SettingsError
from corpus.models import Passage
from retrieval.evaluation.measure import CUT, METRICS, PASSAGES, Ranking, ask, check_library, score
from retrieval.evaluation.sets import Asked
from retrieval.hits import Hit

NAMES = [f"d{number:02}" for number in range(15)]
GAINS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3), min_size=1)
RANKINGS = st.lists(st.sampled_from(NAMES), unique=True, max_size=CUT)


def scores_of(relevant: dict[str, int], *found: str) -> dict[str, float]:
    """The four metrics of one ranking."""
    values = score([Asked("q", "?", relevant)], [Ranking("q", found, 1.0)])
    return {metric: float(values[metric][0]) for metric in METRICS}


def expect(ndcg: float, recall_1: float, recall_10: float, mrr: float) -> object:
    return pytest.approx(dict(zip(METRICS, (ndcg, recall_1, recall_10, mrr), strict=True)))


@pytest.mark.parametrize(
    ("relevant", "found", "expected"),
    [
        ({"a": 1}, "abc", (1, 1, 1, 1)),
        ({"a": 1}, "bca", (1 / 2, 0, 1, 1 / 3)),  # rank 3: 1 / log2(4)
        ({"a": 1}, "bcdefghija", (1 / math.log2(11), 0, 1, 1 / 10)),
        ({"a": 1}, "bc", (0, 0, 0, 0)),
        ({"a": 1}, "", (0, 0, 0, 0)),
        ({"a": 1, "b": 1}, "ab", (1, 1 / 2, 1, 1)),
        ({"a": 1, "b": 2}, "ab", ((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), 1 / 2, 1, 1)),  # gains as they are
        ({"a": 1, "gone": 1}, "a", (1 / (1 + 1 / math.log2(3)), 1 / 2, 1 / 2, 1)),
    ],
)
def test_scores_are_those_computed_by_hand(
    relevant: dict[str, int], found: str, expected: tuple[float, float, float, float]
) -> None:
    assert scores_of(relevant, *found) == expect(*expected)


@given(GAINS, RANKINGS)
def test_scores_agree_with_a_naive_twin(relevant: dict[str, int], found: list[str]) -> None:
    def gained(gains: Sequence[int]) -> float:
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))

    right = [rank for rank, name in enumerate(found, start=1) if name in relevant]
    ideal = sorted(relevant.values(), reverse=True)[:CUT]
    assert scores_of(relevant, *found) == expect(
        gained([relevant.get(name, 0) for name in found]) / gained(ideal),
        sum(name in relevant for name in found[:1]) / len(relevant),
        len(right) / len(relevant),
        1 / right[0] if right else 0,
    )


def test_values_are_in_the_order_of_the_questions() -> None:
    asked = [Asked(name, "?", {name: 1}) for name in ("z", "a", "m")]
    values = score(asked, [Ranking("z", ("z",), 1.0), Ranking("a", ("z",), 1.0), Ranking("m", ("a", "m"), 1.0)])
    assert values["mrr@10"].tolist() == [1, 0, 0.5]


def test_a_document_ranks_where_its_best_passage_does() -> None:
    """And no more than ten are kept, however many passages are found."""

    def search(text: str, k: int) -> list[Hit]:
        articles = ["1", "0", "1", *(str(number) for number in range(40))]
        assert (text, k) == ("Ở đâu?", PASSAGES)
        return [Hit(Passage(each, 0, 1, "x", ""), 1.0, rank, None, None) for rank, each in enumerate(articles, start=1)]

    told: list[tuple[int, int]] = []
    documents = {str(number): f"d{number}" for number in range(40)}
    [ranking] = ask([Asked("q", "Ở đâu?", {"d1": 1})], search, documents, lambda *far: told.append(far))
    assert ranking.documents[:3] == ("d1", "d0", "d2")
    assert len(ranking.documents) == CUT
    assert ranking.ms >= 0
    assert told == [(1, 1)]


def test_without_the_metrics_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(SettingsError, match=r"ir-measures is missing .*pip install ir-measures"):
        check_library()
