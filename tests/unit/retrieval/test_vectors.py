"""FAISS against plain numpy."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.exact import exact_search
from retrieval.hits import Vectors
from retrieval.vectors import VectorDraft, VectorIndex, write_vectors


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)) + 1e-6
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def index_of(vectors: Vectors) -> VectorIndex:
    with TemporaryDirectory() as folder:
        draft = VectorDraft(*vectors.shape)
        draft.rows[:] = vectors
        write_vectors(Path(folder), draft)
        return VectorIndex(Path(folder))


@given(
    count=st.integers(1, 60),
    dimension=st.integers(1, 40),
    k=st.integers(1, 80),
    seed=st.integers(0, 2**32),
    twice=st.booleans(),
)
def test_search_agrees_with_the_oracle(count, dimension, k, seed, twice):
    vectors = unit_vectors(count, dimension, seed)
    if twice:
        vectors = np.concatenate([vectors, vectors])  # every score is a tie
    query = unit_vectors(1, dimension, seed + 1)[0]
    rows, scores = index_of(vectors).search(query, k)
    _, expected = exact_search(vectors, query, k)
    assert scores == pytest.approx(expected, abs=1e-5)
    assert vectors[rows] @ query == pytest.approx(expected, abs=1e-5)  # the same rows, up to ties
    assert len(set(rows.tolist())) == len(rows) == min(k, len(vectors))


def test_the_oracle_gives_the_largest_products_in_order_and_ties_by_row():
    vectors = np.array([[0, 1], [1, 0], [0.6, 0.8], [1, 0]], dtype=np.float32)
    rows, scores = exact_search(vectors, np.array([1, 0], dtype=np.float32), 3)
    assert rows.tolist() == [1, 3, 2]
    assert scores == pytest.approx([1, 1, 0.6])


def test_an_empty_index_finds_nothing():
    rows, scores = index_of(np.empty((0, 8), np.float32)).search(unit_vectors(1, 8, 0)[0], 5)
    assert rows.shape == scores.shape == (0,)


def test_a_stored_vector_comes_back_bit_by_bit():
    vectors = unit_vectors(7, 12, 3)
    index = index_of(vectors)
    assert all(np.array_equal(index.vector(row), vectors[row]) for row in range(7))


@given(count=st.integers(0, 20), data=st.data())
def test_vectors_are_copied_to_other_rows_and_the_rest_stays(count, data):
    vectors = unit_vectors(count, 5, 1)
    there = data.draw(st.permutations(range(count + 3)))[:count]
    expected = np.zeros((count + 3, 5), np.float32)
    expected[there] = vectors
    draft = VectorDraft(count + 3, 5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.vectors._COPIED", 3)
        index_of(vectors).copy_to(draft, range(count), there)
    assert np.array_equal(draft.rows, expected)
