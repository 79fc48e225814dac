"""Vectors in FAISS: inner product on unit vectors, exact. The only importer of faiss.

An index file is written once and never changed: adding while searching is not safe in FAISS.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.hits import Vectors

NAME = "vectors.faiss"


def write_vectors(folder: Path, vectors: Vectors) -> None:
    """Writes unit vectors, float32 (n, dimension); a vector's row is its id.

    Raises:
        OSError: the file cannot be written.
    """
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    with (folder / NAME).open("wb") as file:  # FAISS's own writer takes a full disk for success
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


class VectorIndex:
    """Exact search by cosine. Safe to share between threads: nothing is added after opening."""

    def __init__(self, folder: Path) -> None:
        self._index = faiss.read_index(str(folder / NAME))

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
