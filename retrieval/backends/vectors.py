"""Search by vectors on a server: HNSW over the whole corpus, exact among given rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.sealed import Tables
from retrieval.backends.rows import among
from retrieval.hits import Rows, Vectors

_NEAREST = 'SELECT "row", -(embedding <#> ?::vector) FROM vectors ORDER BY embedding <#> ?::vector LIMIT ?'
# Added to zero, so that no index answers: a graph loses what lies among few rows.
_EXACT = """
    SELECT "row", -(embedding <#> ?::vector) FROM vectors WHERE {among}
    ORDER BY (embedding <#> ?::vector) + 0, "row" LIMIT ?"""
_COSINES = 'SELECT "row", -(embedding <#> ?::vector) FROM vectors WHERE "row" = ANY(?::bigint[])'
_VECTORS = 'SELECT "row", embedding::real[] FROM vectors WHERE "row" = ANY(?::bigint[])'


class ServerVectors:
    """`retrieval.hits.VectorSearch` over the vectors of a generation on a server."""

    def __init__(self, tables: Tables) -> None:
        self._query = tables.query

    def search(self, query: Vectors, k: int, within: Rows | None = None) -> tuple[Rows, Vectors]:
        """Rows and cosines of the `k` nearest to a unit vector of shape (dimension,), best first.

        `within` are the rows to choose among, in order; among them the search is exact.
        """
        asked = written(query)
        if within is None:
            found = self._query(_NEAREST, (asked, asked, k))
        elif len(within):
            condition, rows = among(within)
            found = self._query(_EXACT.format(among=condition), (asked, rows, asked, k))
        else:
            found = []
        return np.array([row for row, _ in found], np.int64), np.array([cosine for _, cosine in found], np.float32)

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of each of these rows with a unit vector, float32 of shape (len(rows),)."""
        found = dict(self._query(_COSINES, (written(query), [*rows]))) if rows else {}
        return np.array([found[row] for row in rows], np.float32)

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors at these rows, float32 of shape (len(rows), dimension)."""
        found = dict(self._query(_VECTORS, ([*rows],)))
        return np.array([found[row] for row in rows], np.float32)

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return int(self._query("SELECT count(*) FROM vectors")[0][0])


def written(vector: Vectors) -> str:
    """A vector as pgvector reads it, bit by bit the same."""
    return f"[{','.join(map(repr, vector.tolist()))}]"
