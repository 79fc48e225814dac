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
