"""Vietnamese marks put back on a question typed without them: "quyet dinh cua uy ban" is "quyết định của ủy ban".

The encoder knows words by their marks. Of all ways to mark the syllables the likeliest is taken, by how often each two
neighbours stand side by side (a bigram model, decoded by Viterbi, IEEE Trans. Inf. Theory 13(2), 1967): in the news,
counted once for all by bench/marks.py, and in the articles searched, whose names no newspaper knows. For searching
only: nobody is shown what was guessed.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.tokens import folded_form, marked_form

TABLE = Path(__file__).with_name("marks.npz")
START = "."  # stands before the first word of a sentence in the table
WORD = re.compile(r"[^\W\d_]+")
_STOP = re.compile(r"[.!?;:,()\"“”\n\d]")
_CANDIDATES = 20  # ways to mark a syllable that are tried; "do" has the most, 24, of which the last are hardly used
_OWN = 100  # times that an occurrence in the articles searched counts more than one in the news
_PAIR = 0.85  # the share of a syllable's probability that depends on the one before it
Frequencies = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Table:
    """How often each syllable, and each two neighbours, were seen; syllables by their number, pairs sorted."""

    spellings: list[str]
    forms: list[str]  # the terms of the marked index
    counts: NDArray[np.float64]
    pairs: NDArray[np.int64]  # number of the first * how many syllables there are + number of the second
    pair_counts: NDArray[np.int32]
    ways: dict[str, list[int]]  # folded -> numbers, the commonest first

    def together(self, first: Sequence[int], second: Sequence[int]) -> NDArray[np.float64]:
        """How often each of `first` stood before each of `second`: (len(first), len(second))."""
        keys = np.add.outer(np.array(first, np.int64) * len(self.forms), np.array(second, np.int64))
        places = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        return np.where(self.pairs[places] == keys, self.pair_counts[places], 0).astype(np.float64)


@cache
def _table() -> _Table:
    with np.load(TABLE, allow_pickle=False) as stored:
        spellings = stored["syllables"].tobytes().decode().split("\n")
        counts, pairs, pair_counts = stored["counts"], stored["pairs"], stored["pair_counts"]
    ways: dict[str, list[int]] = defaultdict(list)
    for number, spelling in enumerate(spellings):
        ways[folded_form(spelling)].append(number)
    forms = [marked_form(spelling) for spelling in spellings]
    return _Table(spellings, forms, counts.astype(np.float64), pairs, pair_counts, dict(ways))


class MarkRestorer:
    """Restores marks by what is usual in the language and in one corpus. Safe to share between threads."""

    def __init__(self, frequencies: Frequencies) -> None:
        """`frequencies` tells how often terms of the marked index stand in the corpus (retrieval.tokens)."""
        self._frequencies = frequencies

    def restore(self, text: str) -> str:
        """The text with the likeliest marks on every syllable; what it has no way to mark stays as it is."""
        guessed: list[str] = []
        for words in _runs(text):
            guessed += self._likeliest(words)
        place = iter(guessed)
        return WORD.sub(lambda found: _in_case(next(place), found[0]), text)

    def _likeliest(self, words: Sequence[str]) -> list[str]:
        table = _table()
        ways = [table.ways.get(folded_form(word), [])[:_CANDIDATES] for word in words]
        own = self._own(table, ways)
        before, score, steps = [table.ways[START][0]], np.zeros(1), []
        for tried in ways:
            if not tried:  # a foreign word or a name: what follows is read as if a sentence began
                steps.append((tried, np.zeros(0, np.int64)))
                before, score = [table.ways[START][0]], np.array([score.max()])
                continue
            reached = score[:, None] + np.log(_probability(table, own, before, tried))
            steps.append((tried, reached.argmax(axis=0)))
            before, score = tried, reached.max(axis=0)
        chosen: list[str] = []
        place = int(score.argmax())
        for (tried, came_from), word in zip(reversed(steps), reversed(words), strict=True):
            chosen.append(table.spellings[tried[place]] if tried else word)
            place = int(came_from[place]) if tried else 0
        return chosen[::-1]

    def _own(self, table: _Table, ways: Sequence[Sequence[int]]) -> dict[str, int]:
        """How often the terms of these ways and their pairs stand in the corpus: two questions to it, however many."""
        singles = dict.fromkeys(table.forms[number] for tried in ways for number in tried)
        own = dict(zip(singles, self._frequencies([*singles]), strict=True))
        seen = [[form for form in (table.forms[number] for number in tried) if own[form]] for tried in ways]
        neighbours = itertools.chain.from_iterable(itertools.starmap(itertools.product, itertools.pairwise(seen)))
        pairs = dict.fromkeys(map("_".join, neighbours))
        return own | dict(zip(pairs, self._frequencies([*pairs]), strict=True))


def _probability(
    table: _Table, own: dict[str, int], first: Sequence[int], second: Sequence[int]
) -> NDArray[np.float64]:
    """How likely each of `second` is behind each of `first`."""
    firsts, seconds = ([table.forms[number] for number in numbers] for numbers in (first, second))
    own_pairs = np.array([[own.get(f"{one}_{other}", 0) for other in seconds] for one in firsts])
    own_first, own_second = (np.array([own.get(form, 0) for form in forms]) for forms in (firsts, seconds))
    pair: NDArray[np.float64] = (table.together(first, second) + _OWN * own_pairs) / (
        table.counts[first] + _OWN * own_first
    )[:, None]
    single: NDArray[np.float64] = (table.counts[second] + _OWN * own_second) / table.counts.sum()
    return _PAIR * pair + (1 - _PAIR) * single


def _runs(text: str) -> Iterator[list[str]]:
    """The words of a text, cut where a sentence or a number ends the run of neighbours."""
    at = 0
    run: list[str] = []
    for word in WORD.finditer(text):
        if _STOP.search(text, at, word.start()) and run:
            yield run
            run = []
        run.append(word[0])
        at = word.end()
    if run:
        yield run


def _in_case(guessed: str, written: str) -> str:
    if written.isupper() and len(written) > 1:
        return guessed.upper()
    return guessed.capitalize() if written[0].isupper() else guessed
