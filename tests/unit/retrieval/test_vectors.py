"""FAISS against plain numpy."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.exact import exact_search
from retrieval.hits import Vectors
from retrieval.vectors import FLAT_UP_TO, GRAPH, NAME, RECALL, VectorDraft, VectorIndex, write_vectors
from retrieval.vectors import RECALL_AT as K


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)) + 1e-6
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def write(folder: Path, vectors: Vectors, flat_up_to: int = FLAT_UP_TO) -> None:
    draft = VectorDraft(*vectors.shape)
    draft.rows[:] = vectors
    write_vectors(folder, draft, flat_up_to=flat_up_to)


def index_of(vectors: Vectors, flat_up_to: int = FLAT_UP_TO) -> VectorIndex:
    with TemporaryDirectory() as folder:
        write(Path(folder), vectors, flat_up_to)
        return VectorIndex(Path(folder))


def clustered(count: int, dimension: int, seed: int) -> Vectors:
    """Unit vectors in clusters around centres that are near each other, as passages of a city's articles are."""
    chance = np.random.default_rng(seed)
    centres = 1.5 + chance.standard_normal((count // 40, dimension))
    drawn = centres[chance.integers(0, len(centres), count)] + chance.standard_normal((count, dimension))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


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
    assert all(np.array_equal(index.vectors_at([row])[0], vectors[row]) for row in range(7))


# ------------------------------------------------------------------------------------------------ within given rows
@given(
    count=st.integers(1, 60),
    k=st.integers(1, 80),
    seed=st.integers(0, 2**32),
    graph=st.booleans(),
    data=st.data(),
)
def test_within_any_rows_search_agrees_with_the_oracle_graph_or_not(count, k, seed, graph, data):
    vectors, query = unit_vectors(count, 8, seed), unit_vectors(1, 8, seed + 1)[0]
    within = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1)))), dtype=np.int64)
    rows, scores = index_of(vectors, flat_up_to=0 if graph else count).search(query, k, within)
    expected_rows, expected = exact_search(vectors[within], query, k)
    assert rows.tolist() == within[expected_rows].tolist()
    assert scores == pytest.approx(expected, abs=1e-5)


# ------------------------------------------------------------------------------------------------ beyond the threshold
@pytest.fixture(scope="module")
def cloud() -> Vectors:
    """Vectors and, after them, questions of the same kind."""
    return clustered(12_200, 128, seed=5)


@pytest.fixture(scope="module")
def graph(cloud: Vectors) -> VectorIndex:
    index = index_of(cloud[:-200], flat_up_to=1000)
    assert index._graph
    return index


def test_the_graph_finds_what_exact_search_finds(cloud, graph):
    found = [
        len({*graph.search(query, K)[0].tolist()} & {*exact_search(cloud[:-200], query, K)[0].tolist()})
        for query in cloud[-200:]
    ]
    assert np.mean(found) / K >= RECALL


def test_scores_found_by_the_graph_are_true_cosines_best_first(cloud, graph):
    for query in cloud[-20:]:
        rows, scores = graph.search(query, K)
        assert scores == pytest.approx(cloud[rows] @ query, abs=1e-5)
        assert scores.tolist() == sorted(scores, reverse=True)
        assert len({*rows.tolist()}) == K


def test_more_than_the_graph_reaches_is_searched_exactly(cloud, graph):
    rows, _ = graph.search(cloud[-1], 20_000)
    assert sorted(rows.tolist()) == list(range(len(cloud) - 200))


def test_a_graph_s_vectors_come_back_bit_by_bit(cloud, graph):
    assert all(np.array_equal(graph.vectors_at([row])[0], cloud[row]) for row in (0, 1, 11_999))


def test_threads_find_what_one_finds(cloud, graph):
    def search(query: Vectors) -> list[int]:
        return [int(row) for row in graph.search(query, K)[0]]

    alone = list(map(search, cloud[-200:]))
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(search, cloud[-200:])) == alone


def test_there_is_a_graph_beyond_the_threshold_only(tmp_path):
    vectors = unit_vectors(11, 4, 1)
    for flat_up_to, files in [(11, [NAME]), (10, [GRAPH, NAME])]:
        folder = tmp_path / str(flat_up_to)
        folder.mkdir()
        write(folder, vectors, flat_up_to)
        assert sorted(path.name for path in folder.iterdir()) == files


def test_equal_vectors_give_equal_files(tmp_path):
    vectors = clustered(3000, 16, seed=2)
    for name in "ab":
        (tmp_path / name).mkdir()
        write(tmp_path / name, vectors, flat_up_to=10)
    for file in (NAME, GRAPH):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_open_index_is_read_on_after_its_files_are_deleted(tmp_path):
    vectors = unit_vectors(40, 8, 4)
    write(tmp_path, vectors, flat_up_to=10)
    index = VectorIndex(tmp_path)
    shutil.rmtree(tmp_path)
    rows, _ = index.search(vectors[3], 5)
    assert rows.tolist() == exact_search(vectors, vectors[3], 5)[0].tolist()


def test_a_graph_that_finds_too_few_is_not_kept_and_search_is_exact(tmp_path, caplog):
    """Copies of one text that differ from it a little, each in another way, and the text itself among them."""
    apart = np.linalg.qr(np.random.default_rng(1).standard_normal((400, 400)))[0]
    middle = apart[0]
    copies = np.concatenate([middle[None], *(middle + size * apart[1:] for size in (0.20, 0.22, 0.24, 0.26))])
    vectors = np.asarray(copies / np.linalg.norm(copies, axis=1, keepdims=True), dtype=np.float32)
    write(tmp_path, vectors, flat_up_to=0)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert "no graph finds enough of the nearest among these vectors" in caplog.text
    rows, _ = VectorIndex(tmp_path).search(vectors[5], K)
    assert rows.tolist()[:3] == exact_search(vectors, vectors[5], K)[0].tolist()[:3]


def test_progress_tells_how_far_the_graph_is(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.vectors._BLOCK", 4)
    draft, told = VectorDraft(10, 4), list[tuple[int, int]]()
    draft.rows[:] = unit_vectors(10, 4, 6)
    write_vectors(tmp_path, draft, flat_up_to=0, progress=lambda *done: told.append(done))
    assert told == [(4, 10), (8, 10), (10, 10)]
