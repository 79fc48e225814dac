"""Search by terms on a server: BM25 over our own terms, marked and folded, as `retrieval/lexical.py` has it.

A passage is kept as a sparse vector: for each of its terms what BM25 makes of how often it stands there (all but the
term's rarity), so that the score of a question is an inner product, which the server works out, and each of several
servers for its share. Which passages are scored is a matter of an index of the terms: those that hold any of the
question's rarest terms, of which so many are taken that CANDIDATES passages come together. Tantivy's scores come out
the same, to six digits; what a few thousand candidates miss of the best 100 is told in docs/experiments.md, "pgvector".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.clean import normalise
from corpus.sealed import Tables
from retrieval.backends.rows import LISTED, among
from retrieval.hits import Rows
from retrieval.tokens import index_terms, is_marked, terms

MARKED, FOLDED = "m", "f"  # stand before a term, to tell the two fields apart
DIMENSIONS = 1_000_000_000  # the most that pgvector takes; a term's place is its number
CANDIDATES = 5000  # passages scored for a question, about
_REMEMBERED = 200_000  # terms whose numbers stay in memory
_K1, _B = 1.2, 0.75  # Tantivy's, and Lucene's
_SCORED = """
    SELECT "row", -(weights <#> ?::sparsevec) FROM lexical WHERE terms && ?::int[] AND {among}
    ORDER BY weights <#> ?::sparsevec, "row" LIMIT ?"""
_LOOKED_UP = "SELECT term, number, passages FROM terms WHERE term = ANY(?::text[])"


def weights(counts: Sequence[int], length: int, average: float) -> Iterable[float]:
    """What BM25 makes of how often each term of a passage stands in it; times the term's idf it is the score.

    `length` is the passage's number of terms, `average` that of all; it counts as precisely as Tantivy keeps it.
    """
    if not length:  # and the average may be 0
        return []
    occurrences = np.asarray(counts, np.float64)
    norm = _K1 * (1 - _B + _B * _kept_length(length) / average)
    weighed: list[float] = ((_K1 + 1) * occurrences / (occurrences + norm)).tolist()
    return weighed


def _kept_length(length: int) -> int:
    """A length as one byte tells it: exact below 40, then to three binary digits (Lucene's SmallFloat)."""
    if length < 40:
        return length
    shift = (length - 24).bit_length() - 4
    return ((length - 24 >> shift) << shift) + 24


def sparse(numbers: Iterable[int], values: Iterable[float]) -> str:
    """A sparse vector as pgvector reads it, places counting from 1."""
    places = (f"{number + 1}:{value:.7g}" for number, value in zip(numbers, values, strict=True))
    return f"{{{','.join(places)}}}/{DIMENSIONS}"


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the corpus: its number, and in how many passages it stands."""

    number: int
    passages: int


class ServerTerms:
    """`retrieval.hits.LexicalSearch` over the terms of a generation of `total` passages on a server."""

    def __init__(self, tables: Tables, total: int) -> None:
        self._query = tables.query
        self._total = total
        self._known: dict[str, _Term | None] = {}

    def search(self, question: str, k: int, within: Rows | None = None) -> list[tuple[int, float]]:
        """Rows and BM25 scores of the `k` best, best first; rows that share no term are left out.

        `within` are the rows to choose among, in order; up to LISTED of them, each is looked at.
        """
        wanted = sorted(self._wanted(question), key=lambda term: (term.passages, term.number))
        if not wanted or (within is not None and not len(within)):
            return []
        chosen, condition, rows = self._rarest(wanted, k, CANDIDATES), "TRUE", list[object]()
        if within is not None:
            condition, value = among(within)
            rows = [value]
            few = len(within) <= LISTED
            chosen = wanted if few else self._rarest(wanted, k, CANDIDATES * self._total // len(within))
        ordered = sorted(wanted, key=lambda term: term.number)
        asked = sparse((term.number for term in ordered), (self._idf(term.passages) for term in ordered))
        found = self._query(_SCORED.format(among=condition), (asked, [term.number for term in chosen], *rows, asked, k))
        return [(int(row), float(score)) for row, score in found]

    def _rarest(self, wanted: Sequence[_Term], k: int, candidates: int) -> Sequence[_Term]:
        """The first of the terms, which come rarest first: about `candidates` passages have them, and at least `k`."""
        together = 0
        for place, term in enumerate(wanted):
            if together >= candidates or (together >= k and together + term.passages > 2 * candidates):
                return wanted[:place]
            together += term.passages
        return wanted

    def _wanted(self, question: str) -> list[_Term]:
        found = terms(normalise(question))  # articles are stored so; some keyboards send decomposed letters
        asked = [FOLDED + term for term in dict.fromkeys(index_terms(found, "folded"))]
        if is_marked(question):
            asked += [MARKED + term for term in dict.fromkeys(index_terms(found, "marked"))]
        return [term for term in self._terms(asked) if term]

    @property
    def count(self) -> int:
        """How many passages there are."""
        return int(self._query("SELECT count(*) FROM lexical")[0][0])

    def frequencies(self, marked: Sequence[str]) -> list[int]:
        """In how many passages each of these marked terms or pairs stands."""
        return [term.passages if term else 0 for term in self._terms([MARKED + each for each in marked])]

    def idf(self, folded: str) -> float:
        """Inverse document frequency of a folded term or pair, as BM25 has it; largest for one never seen."""
        (term,) = self._terms([FOLDED + folded])
        return self._idf(term.passages if term else 0)

    def _idf(self, passages: int) -> float:
        return math.log(1 + (self._total - passages + 0.5) / (passages + 0.5))

    def _terms(self, asked: Sequence[str]) -> Iterator[_Term | None]:
        """What is known of each term: remembered, since a generation never changes; else looked up, all at once."""
        remembered = self._known
        known = {term: remembered[term] for term in asked if term in remembered}
        if unknown := [term for term in dict.fromkeys(asked) if term not in known]:
            found = {term: _Term(*told) for term, *told in self._query(_LOOKED_UP, (unknown,))}
            known |= {term: found.get(term) for term in unknown}
            if len(remembered) > _REMEMBERED:
                remembered = self._known = {}
            remembered.update((term, known[term]) for term in unknown)
        return (known[term] for term in asked)
