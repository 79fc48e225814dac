"""Search in plain numpy over the passages of a generation: slow, obvious, and what every backend is held against."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from corpus.clean import normalise
from corpus.snapshot import Snapshot, indexed_text
from retrieval.exact import exact_search
from retrieval.hits import Rows, Vectors
from retrieval.tokens import index_terms, index_text, is_marked, terms

K1, B = 1.2, 0.75
EXACT_LENGTHS = 40  # up to here Lucene and Tantivy keep a length as it is


class ExactTerms:
    """BM25 as it is written down (Robertson and Zaragoza, 2009), over the two fields."""

    def __init__(self, snapshot: Snapshot) -> None:
        texts = [index_text(indexed_text(passage)) for passage in snapshot.all_passages()]
        self._fields = [[Counter(text[field].split()) for text in texts] for field in (0, 1)]
        self._norms = [
            K1 * (1 - B + B * np.array([_kept(int(each)) for each in lengths]) / lengths.mean())
            for lengths in (np.array([counter.total() for counter in field]) for field in self._fields)
        ]
        self.count = len(texts)

    def search(self, question: str, k: int, within: Rows | None = None) -> list[tuple[int, float]]:
        found = terms(normalise(question))
        scores = self._scores(1, index_terms(found, "folded"))
        if is_marked(question):
            scores += self._scores(0, index_terms(found, "marked"))
        allowed = range(self.count) if within is None else within.tolist()
        best = sorted((row for row in allowed if scores[row] > 0), key=lambda row: (-scores[row], row))[:k]
        return [(row, float(scores[row])) for row in best]

    def _scores(self, field: int, wanted: Sequence[str]) -> Vectors:
        scores = np.zeros(self.count)
        for term in dict.fromkeys(wanted):
            occurrences = np.array([counter[term] for counter in self._fields[field]], np.float64)
            scores += self._idf(field, term) * (K1 + 1) * occurrences / (occurrences + self._norms[field])
        return np.asarray(scores, np.float32)

    def frequencies(self, marked: Sequence[str]) -> list[int]:
        return [self._frequency(0, term) for term in marked]

    def idf(self, folded: str) -> float:
        return self._idf(1, folded)

    def _frequency(self, field: int, term: str) -> int:
        return len([counter for counter in self._fields[field] if term in counter])

    def _idf(self, field: int, term: str) -> float:
        having = self._frequency(field, term)
        return math.log(1 + (self.count - having + 0.5) / (having + 0.5))


def _kept(length: int) -> int:
    """A length as one byte keeps it: the largest of a growing ladder that is not above it."""
    steps, rung = 1, EXACT_LENGTHS
    ladder = [*range(EXACT_LENGTHS)]
    while rung <= length:
        steps *= 2
        ladder += range(rung, rung + 8 * steps, steps)
        rung += 8 * steps
    kept: int = max(each for each in ladder if each <= length)
    return kept


class ExactVectors:
    """Inner products with every vector."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self.count = len(vectors)

    def search(self, query: Vectors, k: int, within: Rows | None = None) -> tuple[Rows, Vectors]:
        rows = np.arange(self.count) if within is None else within
        found, scores = exact_search(self._vectors[rows], query, k)
        return rows[found], scores

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        return self._vectors[list(rows)]

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        return self._vectors[list(rows)] @ query
