"""Vectors in FAISS: inner product on unit vectors, exact. The only importer of faiss.

An index file is written once and never changed: adding while searching is not safe in FAISS.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.hits import Vectors

NAME = "vectors.faiss"
_COPIED = 4096  # vectors at a time, on their way through memory


class VectorDraft:
    """An index on its way to a file. `rows` is its memory, for unit vectors: float32 (count, dimension)."""

    def __init__(self, count: int, dimension: int) -> None:
        self.index = faiss.IndexFlatIP(dimension)
        self.index.add(np.zeros((count, dimension), np.float32))  # untouched zeros take no memory of their own
        self.rows = _rows_of(self.index)


def write_vectors(folder: Path, draft: VectorDraft) -> None:
    """Writes the index; a vector's row is its id.

    Raises:
        OSError: the file cannot be written.
    """
    with (folder / NAME).open("wb") as file:  # FAISS's own writer takes a full disk for success
        faiss.write_index(draft.index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def _rows_of(index: faiss.IndexFlat) -> Vectors:
    """The vectors where FAISS keeps them, not a copy; to be used no longer than the index."""
    if not index.ntotal:
        return np.empty((0, index.d), np.float32)
    flat: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
    return flat.reshape(index.ntotal, index.d)


class VectorIndex:
    """Exact search by cosine. Safe to share between threads: nothing is added after opening."""

    def __init__(self, folder: Path) -> None:
        self._index = cast("faiss.IndexFlat", faiss.read_index(str(folder / NAME)))

    def search(self, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Rows and cosines of the `k` nearest to a unit vector of shape (dimension,), best first."""
        count = min(k, self._index.ntotal)
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, rows = self._index.search(query.reshape(1, -1), count)
        return rows[0], scores[0]

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    def vector(self, row: int) -> Vectors:
        """The stored vector at a row, float32 of shape (dimension,)."""
        return np.asarray(self._index.reconstruct(row), dtype=np.float32)

    def copy_to(self, draft: VectorDraft, rows: Sequence[int], their_rows: Sequence[int]) -> None:
        """Copies the vectors at `rows` to other rows of a draft."""
        stored = _rows_of(self._index)
        for at in range(0, len(rows), _COPIED):
            block = slice(at, at + _COPIED)
            draft.rows[their_rows[block]] = stored[rows[block]]
