"""Question in, hits out: lexical and dense candidates, fused by a weighted sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.snapshot import Snapshot
from retrieval.hits import Encoder, Hit, Rows, Vectors
from retrieval.lexical import LexicalIndex
from retrieval.tokens import is_marked
from retrieval.vectors import VectorIndex

CANDIDATES = 100  # taken from each index before fusion


@dataclass(frozen=True, slots=True)
class Weights:
    """Share of the dense score in the sum, for questions typed with marks and without; the rest is lexical.

    The encoder has learned marked text only (docs/experiments.md, "Fusion weights"), so it counts little without.
    """

    marked: float
    unmarked: float


class Retriever:
    """Hybrid search over one generation. Safe to share between threads."""

    def __init__(
        self, snapshot: Snapshot, lexical: LexicalIndex, vectors: VectorIndex, encoder: Encoder, weights: Weights
    ) -> None:
        self._snapshot = snapshot
        self._lexical = lexical
        self._vectors = vectors
        self._encoder = encoder
        self._weights = weights

    def search(self, question: str, k: int, within: Rows | None = None) -> list[Hit]:
        """The `k` best passages, best first; of the rows `within`, in order, where they are given (filters.py)."""
        weight = self._weights.marked if is_marked(question) else self._weights.unmarked
        lexical = dict(self._lexical.search(question, CANDIDATES, within)) if weight < 1 else {}
        dense = self._dense(question, lexical, within) if weight > 0 else {}
        scaled_lexical, scaled_dense = _scale(lexical, from_zero=True), _scale(dense, from_zero=False)
        fused = {
            row: weight * scaled_dense.get(row, 0.0) + (1 - weight) * scaled_lexical.get(row, 0.0)
            for row in lexical.keys() | dense.keys()
        }
        best = sorted(fused, key=lambda row: (-fused[row], row))[:k]
        passages = self._snapshot.passages(best)
        return [
            Hit(passages[row], fused[row], rank, lexical.get(row), dense.get(row))
            for rank, row in enumerate(best, start=1)
        ]

    def _dense(self, question: str, lexical: dict[int, float], within: Rows | None) -> dict[int, float]:
        """Cosines of the nearest passages, and of the lexical candidates, which deserve a true score too."""
        query: Vectors = self._encoder.encode([question], "query")[0]
        rows, cosines = self._vectors.search(query, CANDIDATES, within)
        found = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
        for row in lexical.keys() - found.keys():
            found[row] = float(np.dot(self._vectors.vector(row), query))
        return found


def _scale(scores: dict[int, float], *, from_zero: bool) -> dict[int, float]:
    """Scores scaled so that the best is 1 and the worst (or zero, where zero means no match) is 0."""
    if not scores:
        return {}
    low = 0.0 if from_zero else min(scores.values())
    width = max(scores.values()) - low
    return {row: (score - low) / width if width > 0 else 1.0 for row, score in scores.items()}
