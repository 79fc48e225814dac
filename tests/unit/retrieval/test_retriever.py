"""Fusion: how much each index has to say, and what a hit tells about itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.models import Passage
from corpus.snapshot import indexed_text
from retrieval import retriever as module
from retrieval.hits import Hit
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import Generation
from tests.fakes import HashEncoder

QUESTION = "thủ tục nộp hồ sơ ở bộ phận một cửa"
UNMARKED = "thu tuc nop ho so o bo phan mot cua"


def search(generation: Generation, question: str, fusion: Fusion, k: int = 10) -> list[Hit]:
    parts = (generation.snapshot, generation.lexical, generation.vectors)
    return Retriever(*parts, HashEncoder(), fusion).search(question, k)


def both(share: float) -> Fusion:
    return Fusion(share)


def passages(generation: Generation, rows: list[int]) -> list[Passage]:
    found = generation.snapshot.passages(rows)
    return [found[row] for row in rows]


def test_weight_zero_gives_the_lexical_order(generation):
    expected = generation.lexical.search(QUESTION, 10)
    hits = search(generation, QUESTION, both(0))
    assert [hit.passage for hit in hits] == passages(generation, [row for row, _ in expected])
    assert [hit.lexical for hit in hits] == [score for _, score in expected]
    assert {hit.dense for hit in hits} == {None}


def test_weight_one_gives_the_dense_order(generation):
    rows, cosines = generation.vectors.search(HashEncoder().encode([QUESTION], "query")[0], 10)
    hits = search(generation, QUESTION, both(1))
    assert [hit.passage for hit in hits] == passages(generation, rows.tolist())
    assert [hit.dense for hit in hits] == cosines.tolist()
    assert {hit.lexical for hit in hits} == {None}


def test_the_score_is_the_weighted_sum_of_scores_scaled_to_one(generation):
    hits = search(generation, QUESTION, both(0.3))
    dense = [hit.dense for hit in hits if hit.dense is not None]
    lexical = [hit.lexical or 0.0 for hit in hits]
    low, high = min(dense), max(dense)
    expected = [0.3 * (d - low) / (high - low) + 0.7 * x / max(lexical) for d, x in zip(dense, lexical, strict=True)]
    assert [hit.score for hit in hits] == pytest.approx(expected)


def test_a_passage_only_the_lexical_index_proposed_has_its_true_cosine(generation, monkeypatch):
    """With few candidates the two lists hardly overlap; a missing cosine would count as the worst."""
    monkeypatch.setattr(module, "CANDIDATES", 2)
    encoder = HashEncoder()
    query = encoder.encode([QUESTION], "query")[0]
    for hit in search(generation, QUESTION, both(0.5)):
        vector = encoder.encode([indexed_text(hit.passage)], "document")[0]
        assert hit.dense == pytest.approx(float(query @ vector), abs=1e-5)


@given(
    question=st.sampled_from([QUESTION, UNMARKED, "3482/QĐ-UBND", "Sở Y tế", "?", ""]) | st.text(max_size=30),
    share=st.floats(0, 1),
    k=st.integers(1, 12),
)
def test_hits_are_sorted_ranked_and_true_to_their_articles(generation, question, share, k):
    hits = search(generation, question, both(share), k)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) <= k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in hits)
    for hit in hits:
        article = generation.snapshot.article(hit.passage.article_id)
        assert article is not None
        assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_the_encoder_sees_a_question_with_marks_however_it_was_typed(generation):
    heard = []

    class Listening(HashEncoder):
        def encode(self, texts, role):
            heard.extend(texts)
            return super().encode(texts, role)

    parts = (generation.snapshot, generation.lexical, generation.vectors)
    retriever = Retriever(*parts, Listening(), both(0.5))
    for question in (QUESTION, UNMARKED):
        retriever.search(question, 3)
    assert heard == [QUESTION, QUESTION]
