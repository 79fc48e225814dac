"""Question in, hits out: lexical and dense candidates, fused by a weighted sum, read again where that is set up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.models import Passage
from corpus.snapshot import Snapshot, indexed_text
from retrieval.hits import Encoder, Hit, LexicalSearch, Rows, Vectors, VectorSearch
from retrieval.marks import MarkRestorer
from retrieval.times import Period, asked_period, wants_newest
from retrieval.tokens import is_marked

CANDIDATES = 100  # taken from each index before fusion
# Credit of a passage for its article's day, where the question is about time: enough to choose between two that match
# alike, not to put another matter first (docs/experiments.md, "Time in questions").
IN_PERIOD, NEWEST = 0.1, 0.1


class Reranker(Protocol):
    """Reads a question and passages together."""

    top: int

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each of at most `top` texts answers the question; bigger is better."""
        ...


@dataclass(frozen=True, slots=True)
class Fusion:
    """How hits are ranked: the share of the dense score in the sum, the rest being lexical; what reads them again."""

    dense_weight: float
    reranker: Reranker | None = None


class Retriever:
    """Hybrid search over one generation. Safe to share between threads."""

    def __init__(
        self, snapshot: Snapshot, lexical: LexicalSearch, vectors: VectorSearch, encoder: Encoder, fusion: Fusion
    ) -> None:
        self._snapshot = snapshot
        self._lexical = lexical
        self._vectors = vectors
        self._encoder = encoder
        self._fusion = fusion
        self._marks = MarkRestorer(lexical.frequencies)

    def search(self, question: str, k: int, within: Rows | None = None) -> list[Hit]:
        """The `k` best passages, best first; of the rows `within`, in order, where they are given (filters.py)."""
        weight = self._fusion.dense_weight
        lexical = dict(self._lexical.search(question, CANDIDATES, within)) if weight < 1 else {}
        dense = self._dense(question, lexical, within) if weight > 0 else {}
        scaled_lexical, scaled_dense = _scale(lexical, from_zero=True), _scale(dense, from_zero=False)
        fused = {
            row: weight * scaled_dense.get(row, 0.0) + (1 - weight) * scaled_lexical.get(row, 0.0)
            for row in lexical.keys() | dense.keys()
        }
        credited = fused | self._credited(question, fused)
        best = sorted(fused, key=lambda row: (-credited[row], row))[:k]
        scores = sorted((fused[row] for row in best), reverse=True)  # what changes places takes over the place's score
        passages = self._snapshot.passages(best)
        if self._fusion.reranker:
            best = _reranked(self._fusion.reranker, question, best, passages)
        return [
            Hit(passages[row], score, rank, lexical.get(row), dense.get(row))
            for rank, (row, score) in enumerate(zip(best, scores, strict=True), start=1)
        ]

    def _dense(self, question: str, lexical: dict[int, float], within: Rows | None) -> dict[int, float]:
        """Cosines of the nearest passages, and of the lexical candidates, which deserve a true score too."""
        written = question if is_marked(question) else self._marks.restore(question)
        query: Vectors = self._encoder.encode([written], "query")[0]
        rows, cosines = self._vectors.search(query, CANDIDATES, within)
        found = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
        missing = [row for row in lexical if row not in found]
        return found | dict(zip(missing, self._vectors.cosines(query, missing).tolist(), strict=True))

    def _credited(self, question: str, fused: dict[int, float]) -> dict[int, float]:
        """The scores with credit for articles of the time that the question asks about; none where it asks of none."""
        period, newest = asked_period(question), wants_newest(question)
        if period is None and not newest:
            return {}
        days = self._snapshot.days(fused)
        order = {day: place for place, day in enumerate(sorted(set(days.values())))}
        return {
            row: fused[row]
            + (IN_PERIOD if period and _is_in(period, day) else 0.0)
            + (NEWEST * order[day] / max(1, len(order) - 1) if newest else 0.0)
            for row, day in days.items()
        }


def _is_in(period: Period, day: str) -> bool:
    return period.first.isoformat() <= day <= period.last.isoformat()


def _reranked(reranker: Reranker, question: str, rows: list[int], passages: dict[int, Passage]) -> list[int]:
    """The first rows in the reranker's order, then the others."""
    first, others = rows[: reranker.top], rows[reranker.top :]
    scores = reranker.scores(question, [indexed_text(passages[row]) for row in first]) if first else []
    order = sorted(range(len(first)), key=lambda i: -scores[i])
    return [*(first[i] for i in order), *others]


def _scale(scores: dict[int, float], *, from_zero: bool) -> dict[int, float]:
    """Scores scaled so that the best is 1 and the worst (or zero, where zero means no match) is 0."""
    if not scores:
        return {}
    low = 0.0 if from_zero else min(scores.values())
    width = max(scores.values()) - low
    return {row: (score - low) / width if width > 0 else 1.0 for row, score in scores.items()}
