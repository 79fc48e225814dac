"""Vectors in FAISS: inner product on unit vectors. The only importer of faiss.

`vectors.faiss` holds every vector as it is, at the row of its passage. Beyond a size at which reading them all takes
too long, `graph.faiss` beside it proposes candidates (HNSW over 8-bit codes), which get their true cosines from the
former. Within given rows the search is always exact: a graph loses recall there (docs/adr/0019-vector-index.md).

Files are written once and never changed: adding while searching is not safe in FAISS, and both are mapped into memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np

from retrieval.hits import Rows, Vectors

NAME = "vectors.faiss"
GRAPH = "graph.faiss"
# All measured by bench/vectors.py; docs/experiments.md, "Vector index". Flat search takes 3 ms for 50,000 vectors of
# 384 numbers on one core, 8 for 100,000; a graph takes 1 or 2, and about a minute to build per 100,000.
FLAT_UP_TO = 50_000
LINKS = 32  # 16 find 0.985 of the nearest where 32 find 0.992
BUILD_EFFORT = 200  # 120: two thirds of the time, and many more vectors that no link leads to
SEARCH_EFFORTS = (512, 1024, 2048)  # the first that finds enough is taken; 512 takes 1 or 2 ms, 2048 ten
CANDIDATES = 200  # to take the true best from; of 100 the 8-bit codes lose 1 % of the first 100
RECALL_AT, RECALL = 50, 0.99  # of the nearest 50 that a question shall find
_SAMPLE, _SAMPLE_RECALL = 200, 0.985  # points of which so much must be found; wherever it was, questions found 0.99
_log = logging.getLogger(__name__)
_faiss: Any = faiss  # its stubs know neither keyword arguments nor all of its names
_BLOCK = 4096  # vectors at a time, on their way through memory


class VectorDraft:
    """An index on its way to a file. `rows` is its memory, for unit vectors: float32 (count, dimension)."""

    def __init__(self, count: int, dimension: int) -> None:
        self.index = faiss.IndexFlatIP(dimension)
        self.index.add(np.zeros((count, dimension), np.float32))  # untouched zeros take no memory of their own
        self.rows = _rows_of(self.index)


def write_vectors(
    folder: Path,
    draft: VectorDraft,
    *,
    flat_up_to: int = FLAT_UP_TO,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Writes the vectors, each at its row, and beyond `flat_up_to` of them the graph. Equal vectors give equal files.

    A graph that finds too few of the nearest, whatever the effort, is not kept: then every search is flat. `progress`
    is told how many vectors the graph holds, and how many it will.

    Raises:
        OSError: a file cannot be written.
    """
    _write(folder / NAME, draft.index)
    if len(draft.rows) <= flat_up_to:
        return
    with _one_thread():  # two would link in an order that no second build repeats
        graph = _graph_of(draft.rows, progress)
        if _settle(graph, draft):
            _write(folder / GRAPH, graph)
        else:
            _log.warning("no graph finds enough of the nearest among these vectors; every search reads them all")


def _write(path: Path, index: faiss.Index) -> None:
    with path.open("wb") as file:  # FAISS's own writer takes a full disk for success
        faiss.write_index(index, _faiss.PyCallbackIOWriter(file.write))


def _graph_of(rows: Vectors, progress: Callable[[int, int], None]) -> faiss.IndexHNSW:
    codes = faiss.ScalarQuantizer.QT_8bit
    graph: faiss.IndexHNSW = _faiss.IndexHNSWSQ(rows.shape[1], codes, LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILD_EFFORT
    graph.train(rows)
    for at in range(0, len(rows), _BLOCK):
        graph.add(rows[at : at + _BLOCK])
        progress(min(at + _BLOCK, len(rows)), len(rows))
    return graph


def _settle(graph: faiss.IndexHNSW, draft: VectorDraft) -> bool:
    """Sets the least search effort that finds enough; False where none does.

    Many near copies of one text do that: all are linked to the middle one only, which cannot link to all of them.
    """
    queries, count = _between(draft.rows), min(RECALL_AT, len(draft.rows))
    _, nearest = draft.index.search(queries, count)
    for effort in SEARCH_EFFORTS:
        graph.hnsw.efSearch = effort
        _, found = _search_graph(graph, draft.index, queries, count)
        hits = sum(len({*a} & {*b}) for a, b in zip(nearest.tolist(), found.tolist(), strict=True))
        if hits >= _SAMPLE_RECALL * nearest.size:
            return True
    return False


def _between(rows: Vectors) -> Vectors:
    """Unit vectors halfway between two of the rows: apart from them, as questions are, and a little harder."""
    chance = np.random.default_rng(0)
    one, other = chance.integers(0, len(rows), (2, _SAMPLE))
    sums = rows[one] + rows[other]
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), np.float32)


def _search_graph(graph: faiss.IndexHNSW, flat: faiss.IndexFlat, queries: Vectors, count: int) -> tuple[Vectors, Rows]:
    """True cosines and rows of the best of the graph's candidates; rows are -1 where it reached too few."""
    wanted = max(CANDIDATES, 2 * count)
    effort = _faiss.SearchParametersHNSW(efSearch=max(graph.hnsw.efSearch, wanted))
    options = _faiss.IndexRefineSearchParameters(k_factor=wanted / count, base_index_params=effort)
    scores, rows = faiss.IndexRefine(graph, flat).search(queries, count, params=options)
    return scores, rows


@contextmanager
def _one_thread() -> Iterator[None]:
    """Until the end of the block FAISS works in the thread that calls it; other threads have settings of their own."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _rows_of(index: faiss.IndexFlat) -> Vectors:
    """The vectors where FAISS keeps them, not a copy; to be used no longer than the index.

    Those of a mapped file begin at an odd byte, so that numpy is slow on them: copy a few at a time.
    """
    if not index.ntotal:
        return np.empty((0, index.d), np.float32)
    flat: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
    return flat.reshape(index.ntotal, index.d)


def _mapped(path: Path) -> faiss.Index:
    """An index whose numbers stay in the file; the system reads those that are asked for."""
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


class VectorIndex:
    """Search by cosine. Safe to share between threads: nothing is added after opening."""

    def __init__(self, folder: Path) -> None:
        self._index = cast("faiss.IndexFlat", _mapped(folder / NAME))
        self._graph: faiss.IndexHNSW | None = None
        if (folder / GRAPH).exists():
            self._graph = cast("faiss.IndexHNSW", _mapped(folder / GRAPH))

    def search(self, query: Vectors, k: int, within: Rows | None = None) -> tuple[Rows, Vectors]:
        """Rows and cosines of the `k` nearest to a unit vector of shape (dimension,), best first.

        Exact, unless there is a graph and no `within`, the rows to choose among.
        """
        count = min(k, self.count if within is None else len(within))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        with _one_thread():  # two wait for each other where the cores are busy: 28 ms instead of 0.5 for 10,000 vectors
            if self._graph is None or within is not None:
                return self._exact(query, count, within)
            scores, rows = _search_graph(self._graph, self._index, query.reshape(1, -1), count)
            return (rows[0], scores[0]) if rows[0, -1] >= 0 else self._exact(query, count, None)

    def _exact(self, query: Vectors, count: int, within: Rows | None) -> tuple[Rows, Vectors]:
        chosen = None if within is None else _faiss.SearchParameters(sel=_bitmap(within, self.count))
        scores, rows = self._index.search(query.reshape(1, -1), count, params=chosen)
        return rows[0], scores[0]

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors at these rows, float32 of shape (len(rows), dimension)."""
        return np.asarray(self._index.reconstruct_batch(np.array(rows, np.int64)), dtype=np.float32)

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of each of these rows with a unit vector, float32 of shape (len(rows),)."""
        # No BLAS: its threads would wait for each other where several questions are asked at a time.
        scores: Vectors = np.einsum("ij,j->i", self.vectors_at(rows), query)
        return scores


def _bitmap(rows: Rows, count: int) -> Any:
    chosen = np.zeros(count, np.bool_)
    chosen[rows] = True
    return _faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
