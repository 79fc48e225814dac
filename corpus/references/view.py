"""A text as the finders read it, with the way back to where each letter stood.

Finders want one spelling for every letter: composed (NFC), without invisible characters, and for matching without marks
and capitals, every dash a hyphen. Texts come decomposed, with soft hyphens inside numbers, or typed on a phone, and
offsets must be true for the text as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.syllables import without_marks

_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_MARKS = "\u0300-\u036f"
# Marks belong to the letter before. No letter has so many; putting in order takes the square of their number.
_ODD = re.compile(f"[{_INVISIBLE}{_MARKS}]{{1,32}}")
_MARK = re.compile(f"[{_MARKS}]")
_DROPPED = re.compile(f"[{_INVISIBLE}]+")
_SLASHES = "\u2044\u2215\uff0f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_PLANE = 0x10000  # letters beyond it are no Vietnamese ones; they fold to a sign that no pattern wants
_NO_LETTER = "\ufffd"


@dataclass(frozen=True, slots=True)
class View:
    """`text` is composed and without invisible characters, `folded` the same without marks and capitals, as long.

    `starts` and `ends` tell for each letter where it stood; None where the text was in order as it came.
    """

    text: str
    folded: str
    starts: NDArray[np.int64] | None = None
    ends: NDArray[np.int64] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it came, for a span of the view that is not empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])


def view_of(text: str) -> View:
    """The view of a text. Takes time linear in it."""
    if unicodedata.is_normalized("NFC", text) and not _DROPPED.search(text):
        return View(text, fold(text))
    pieces: list[str] = []
    places: list[tuple[int, int, int]] = []  # of what is composed or dropped: begin, end, length that is left
    done = 0
    for odd in _ODD.finditer(text):
        begin = odd.start() - 1 if odd.start() > done and _MARK.search(odd[0]) else odd.start()
        composed = _composed(text[begin : odd.end()])
        pieces += (text[done:begin], composed)
        places.append((begin, odd.end(), len(composed)))
        done = odd.end()
    joined = "".join([*pieces, text[done:]])
    return View(joined, fold(joined), *_way_back(places, len(joined)))


@lru_cache(maxsize=4096)
def _composed(letter: str) -> str:
    return unicodedata.normalize("NFC", _DROPPED.sub("", letter))


def _way_back(places: list[tuple[int, int, int]], length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each letter of a view where it began and ended, told the places where it differs from the text."""
    begins, ends, lengths = np.array(places, np.int64).reshape(-1, 3).T
    missing = np.cumsum(ends - begins - lengths)  # behind each place
    at = begins - missing + (ends - begins - lengths)  # each place in the view
    spread = np.diff(at + lengths, prepend=0, append=length)
    starts = np.arange(length) + np.repeat(np.append(0, missing), spread)
    stops = starts + 1
    inside = np.repeat(at, lengths) + np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    starts[inside], stops[inside] = np.repeat(begins, lengths), np.repeat(ends, lengths)
    return starts, stops


def fold(text: str) -> str:
    """The text in small letters without marks, đ and Ð as d, dashes as hyphens, slashes as one; as long as it was."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _table()[np.minimum(codes, _PLANE)].tobytes().decode("utf-32-le")


@cache
def _table() -> NDArray[np.uint32]:
    """For each code point of the first plane the one it folds to; the entry after them for all others."""
    table = np.arange(_PLANE + 1, dtype=np.uint32)
    table[0xD800:0xE000] = table[_PLANE] = ord(_NO_LETTER)
    for code in (*range(0x80, 0x250), *range(0x1E00, 0x1F00)):
        plain = without_marks(chr(code)).lower()
        if len(plain) == 1:
            table[code] = ord(plain)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(letter)] = ord(letter.lower())
    table[0xFF10:0xFF1A] = np.arange(ord("0"), ord("9") + 1)  # digits as wide as East Asian letters
    table[[ord("Ð"), ord("ð"), ord("Ɖ"), ord("ɖ")]] = ord("d")
    table[[ord(dash) for dash in _DASHES]] = ord("-")
    table[[ord(slash) for slash in _SLASHES]] = ord("/")
    return table


class Told:
    """A pattern, written with marks, that is looked for with them where a text has any: "chữa" is not "chưa"."""

    def __init__(self, marked: str) -> None:
        self._marked = re.compile(marked, re.IGNORECASE)
        self._folded = re.compile(without_marks(marked), re.IGNORECASE)

    def search(self, text: str) -> bool:
        """Whether it occurs in the text."""
        return (self._folded if text.isascii() else self._marked).search(text) is not None

    def ends(self, text: str, start: int, end: int) -> list[int]:
        """Where it ends each time that it occurs in a stretch of the text."""
        pattern = self._folded if text[start:end].isascii() else self._marked
        return [found.end() for found in pattern.finditer(text, start, end)]

    def match(self, view: View, at: int, *, marked: bool) -> bool:
        """Whether it stands at this place of a view, which is `marked` or is not."""
        found = self._marked.match(view.text, at) if marked else self._folded.match(view.folded, at)
        return found is not None


def any_of(listed: str) -> str:
    """A pattern for any of several, listed with commas or line breaks between them."""
    return one_of(re.split(r"\s*[,\n]\s*", listed.strip()))


def one_of(patterns: Iterable[str]) -> str:
    """A pattern for any of several; grouped by first letters, which makes looking for it half as fast again."""
    by_letter: dict[str, list[str]] = {}
    for pattern in filter(None, patterns):
        whole = not pattern[0].isalpha() or pattern[1:2] in set("?*+{")
        by_letter.setdefault("" if whole else pattern[0], []).append(pattern if whole else pattern[1:])
    return "(?:" + "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items()) + ")"
