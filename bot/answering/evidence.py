"""What speaks for a text as the answer: how much of the question stands in it.

The words of a question do not weigh the same. A word's weight is its rarity, half as this corpus has it, half as the
news have it (bot.answering.background). Where the question has Vietnamese marks, marks must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bot.answering.abbreviations import write_out
from bot.answering.background import background_idf
from bot.answering.understand import Question
from retrieval.tokens import single_forms

Idf = Callable[[str], float]
Pair = tuple[str, str]
_Found = TypeVar("_Found", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares (0..1, weighted by rarity) of the question's content words and neighbouring pairs found in a text."""

    words: float
    pairs: float


@dataclass(frozen=True, slots=True)
class Bag:
    """The words and neighbouring pairs of a text."""

    words: AbstractSet[str]
    pairs: AbstractSet[Pair]


class Asked:
    """The content of one question, weighted, to be looked for in texts."""

    def __init__(self, question: Question, idf: Idf) -> None:
        self._marked = question.marked
        single = [t for t in question.terms if not t.whole]
        self._words = {
            self._form(t.marked, t.folded): _weight(idf, t.folded) for t in single if t.folded in question.content
        }
        self._pairs = {
            (self._form(a.marked, a.folded), self._form(b.marked, b.folded)): _weight(idf, f"{a.folded}_{b.folded}")
            for a, b in pairwise(single)
            if a.folded in question.content or b.folded in question.content
        }

    def bag(self, text: str) -> Bag:
        """The words and pairs of a text, as this question was typed."""
        forms = [self._form(*each) for each in single_forms(write_out(text))]
        return Bag(frozenset(forms), frozenset(pairwise(forms)))

    def coverage(self, *parts: tuple[Bag, float]) -> Coverage:
        """How much of the question stands in a text and what surrounds it; each part with the credit it earns."""
        return Coverage(
            _share(self._words, [(bag.words, credit) for bag, credit in parts]),
            _share(self._pairs, [(bag.pairs, credit) for bag, credit in parts]),
        )

    def _form(self, marked: str, folded: str) -> str:
        return marked if self._marked else folded


def _weight(idf: Idf, folded: str) -> float:
    return (idf(folded) + background_idf(folded)) / 2


def _share(weights: Mapping[_Found, float], parts: Iterable[tuple[AbstractSet[_Found], float]]) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    parts = list(parts)
    earned = (
        weight * max((credit for found, credit in parts if term in found), default=0.0)
        for term, weight in weights.items()
    )
    return sum(earned) / total
