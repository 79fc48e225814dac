"""What retrieval hands on, and what it asks of an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.models import Passage

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]  # of passages in one generation
Role = Literal["query", "document"]


class Encoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors, one row a text: float32 of shape (len(texts), dimension)."""
        ...


class LexicalSearch(Protocol):
    """Finds passages by their terms. Safe to share between threads."""

    def search(self, question: str, k: int, within: Rows | None = None) -> list[tuple[int, float]]:
        """Rows and BM25 scores (k1 1.2, b 0.75) of the `k` best, best first; rows that share no term are left out.

        `within` are the rows to choose among, in order; none that belongs to the best of them is lost.
        """
        ...

    @property
    def count(self) -> int:
        """How many passages there are."""
        ...

    def frequencies(self, marked: Sequence[str]) -> list[int]:
        """In how many passages each of these marked terms or pairs stands."""
        ...

    def idf(self, folded: str) -> float:
        """Inverse document frequency of a folded term or pair, as BM25 has it; largest for one never seen."""
        ...


class VectorSearch(Protocol):
    """Finds passages by their vectors. Safe to share between threads."""

    def search(self, query: Vectors, k: int, within: Rows | None = None) -> tuple[Rows, Vectors]:
        """Rows and cosines of the `k` nearest to a unit vector of shape (dimension,), best first.

        `within` are the rows to choose among, in order; among them the search is exact.
        """
        ...

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        """The stored vectors at these rows, float32 of shape (len(rows), dimension)."""
        ...

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of each of these rows with a unit vector, float32 of shape (len(rows),)."""
        ...

    @property
    def count(self) -> int:
        """How many vectors there are."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. All scores: bigger is better.

    `score` is the weighted sum the hits are ranked by. `lexical` and `dense` are what the two indexes gave
    (BM25; cosine), None where that index did not find the passage.
    """

    passage: Passage
    score: float
    rank: int
    lexical: float | None
    dense: float | None
