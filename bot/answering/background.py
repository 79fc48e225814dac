"""How rare a word is in Vietnamese at large.

A corpus of twenty pages cannot tell a rare name from a chatty word that no page happens to use. The table beside this
file can: in how many of 210,000 news passages each syllable and pair stands. Made by bench/background.py.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("background.txt")
_UNSEEN = 5.0  # passages, for what is in too few of them to be in the table (it ends at 11, for pairs at 140)


def background_idf(folded: str) -> float:
    """Inverse document frequency of a folded syllable, or of two joined by `_`, in the news."""
    counts = _counts()
    return math.log(counts["passages"] / counts.get(folded, _UNSEEN))


@cache
def _counts() -> dict[str, int]:
    rows = (line.split() for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {term: int(count) for term, count in rows}
