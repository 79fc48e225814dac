"""Search in plain numpy: slow, obvious, and what the tests hold the FAISS index against."""

import numpy as np
from numpy.typing import NDArray

from retrieval.hits import Vectors


def exact_search(vectors: Vectors, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
    """Rows and inner products of the `k` largest, best first; equal scores in row order.

    Args:
        vectors: unit vectors, float32 (n, dimension).
        query: a unit vector, float32 (dimension,).
        k: how many, at most.
    """
    scores = vectors @ query
    rows = np.argsort(-scores, kind="stable")[:k]
    return rows.astype(np.int64), scores[rows]
