"""A claim held against a quote. A claim may leave out and join; it may not add, swap or turn.

Held in this order, the first fault ends it:
1. It says something: three words or figures at least, and is no question.
2. Every figure (number, date, document number), every name and body of it stands in the quote, in the same order; of
   the same unit, bounded by the same words ("không quá"), behind the same words, and no other figure of its kind stands
   between in the quote ("A tuyển 50, B tuyển 70" does not say that A tuyển 70).
3. Every word that says something stands in the quote, with its marks where the quote has marks.
4. Most of its words stand beside the same neighbours, and in the same order.
5. Negations and their like ("không", "phó", "dự kiến") govern the same words in both; a condition or another's words
   ("nếu", "rằng") are not left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

from bot.answering.lock.reading import FRAMES, QUESTION, Fact, Kind, Reading, is_year, read

MIN_CONTENT = 3
# Shares of a claim's content: neighbouring pairs of the quote, and the longest run in the quote's order. Set on the
# table of claims in tests/unit/bot/answering/test_lock.py: the lowest that let none of its false ones through.
PAIRS, ORDER = 0.6, 0.65
_BEFORE = 2  # content words before a figure that must stand before it in the quote
_FIGURES = frozenset({Kind.NUMBER, Kind.DATE, Kind.DOCUMENT})


class Fault(StrEnum):
    """Why a claim is dropped: it names no quote, none that speaks of the question, or the quote does not say it."""

    UNCITED = "uncited"
    BESIDE = "beside"
    EMPTY = "empty"
    FACTS = "facts"
    WORDS = "words"
    ORDER = "order"
    NEGATION = "negation"
    FRAME = "frame"


def fault_of(claim: str, quote: str) -> Fault | None:
    """The first fault of a claim held against a quote; None where the quote supports it."""
    said, source = read(claim), read(quote)
    return next((fault for fault, holds in _CHECKS.items() if not holds(said, source)), None)


def _says_something(said: Reading, source: Reading) -> bool:
    return len(said.content()) >= MIN_CONTENT and not any(text.tokens[-1:] == (QUESTION,) for text in (said, source))


# -------------------------------------------------------------------------------------------------------------- facts


def _facts_stand(said: Reading, source: Reading) -> bool:
    """Whether the facts can be laid on places of the quote, one behind the other."""
    laying = _Laying(said, source)
    before: list[int] | None = None  # where the places of the fact before end
    for i, fact in enumerate(said.facts):
        places = [place for place in _places(said, fact, source) if laying.is_told_alike(i, place)]
        before = sorted(place.end for place in places if before is None or laying.follows(fact, place, before))
        if not before:
            return False
    return True


def _places(said: Reading, fact: Fact, source: Reading) -> list[Fact]:
    """Where a fact of the claim stands in the quote."""
    if fact.kind is Kind.NAME:
        wanted, there = said.forms(marked=source.marked)[fact.start : fact.end], source.forms(marked=source.marked)
        length = len(wanted)
        return [Fact(Kind.NAME, at, at + length) for at in range(len(there)) if there[at : at + length] == wanted]
    form = said.tokens[fact.start].form
    year = is_year(said.tokens[fact.start])
    return [each for each in source.facts if each.kind in _FIGURES and _is_same(form, source, each, year=year)]


def _is_same(form: str, source: Reading, other: Fact, *, year: bool) -> bool:
    """The same figure, or the part of it that may stand alone: the month of a date, the beginning of a number."""
    known = source.tokens[other.start].form
    if known == form:
        return True
    if other.kind is Kind.DATE:
        return (year or "/" in form) and (known.endswith(f"/{form}") or ("/" in form and known.startswith(f"{form}/")))
    return other.kind is Kind.DOCUMENT and "/" in form and known.startswith(f"{form}/")


class _Laying:
    """What is looked up for each place, worked out once: a quote may be a table of hundreds of figures."""

    def __init__(self, said: Reading, source: Reading) -> None:
        self._said = said
        self._source = source
        self._content = said.content()
        self._forms = said.forms(marked=source.marked)
        self._source_forms = source.forms(marked=source.marked)
        self._spans = {
            kind: ([f.start for f in source.facts if f.kind is kind], [f.end for f in source.facts if f.kind is kind])
            for kind in Kind
        }

    def follows(self, fact: Fact, place: Fact, before: Sequence[int]) -> bool:
        """Whether a place lies behind one that ends at `before`, with no other fact of its kind between."""
        nearest = bisect_right(before, place.start) - 1
        return nearest >= 0 and self._last(fact.kind, place.start)[0] < before[nearest]

    def is_told_alike(self, i: int, place: Fact) -> bool:
        """Whether a figure counts the same thing, within the same bounds, behind the same words."""
        said, source, fact = self._said, self._source, self._said.facts[i]
        if fact.kind not in _FIGURES:
            return True
        counts = fact.kind is Kind.NUMBER and not is_year(said.tokens[fact.start])
        if counts and said.unit(fact.end) != source.unit(place.end):
            return False
        if said.bounds(fact.start) != source.bounds(place.start):
            return False
        begin = said.facts[i - 1].end if i else 0
        own = self._content[bisect_left(self._content, begin) : bisect_left(self._content, fact.start)][-_BEFORE:]
        near = self._source_forms[max(0, self._last(place.kind, place.start)[1]) : place.start]
        return all(self._forms[at] in near for at in own)

    def _last(self, kind: Kind, at: int) -> tuple[int, int]:
        """The span of the last fact of a kind in the quote that ends before a place; -1 where there is none."""
        starts, ends = self._spans[kind]
        last = bisect_right(ends, at) - 1
        return (starts[last], ends[last]) if last >= 0 else (-1, -1)


# -------------------------------------------------------------------------------------------------------------- words


def _words_stand(said: Reading, source: Reading) -> bool:
    there = set(source.forms(marked=source.marked))
    forms = said.forms(marked=source.marked)
    return all(forms[at] in there for at in said.content() if said.tokens[at].kind is Kind.WORD)


def _is_in_order(said: Reading, source: Reading) -> bool:
    mine, theirs = _content_forms(said, marked=source.marked), _content_forms(source, marked=source.marked)
    there = set(pairwise(theirs))
    pairs = [pair in there for pair in pairwise(mine)]
    return sum(pairs) >= PAIRS * len(pairs) and _longest_run(mine, theirs) >= ORDER * len(mine)


def _content_forms(text: Reading, *, marked: bool) -> list[str]:
    forms = text.forms(marked=marked)
    return [forms[at] for at in text.content()]


def _longest_run(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """How many of the one stand in the other in the same order (the longest common subsequence)."""
    row = [0] * (len(theirs) + 1)
    for word in mine:
        last = 0
        for j, other in enumerate(theirs, start=1):
            last, row[j] = row[j], last + 1 if word == other else max(row[j], row[j - 1])
    return row[-1]


# ---------------------------------------------------------------------------------------------------------- modifiers


def _modifiers_agree(said: Reading, source: Reading) -> bool:
    """Whether what is negated here is negated there, and what is negated there is not told plainly here."""
    theirs = {(m.form, m.governed[:1]) for m in source.modifiers}
    if any((m.form, m.governed[:1]) not in theirs for m in said.modifiers):
        return False
    mine = {(m.form, word) for m in said.modifiers for word in m.governed}
    plain = {token.form for token in said.tokens}
    return all((m.form, word) in mine for m in source.modifiers for word in m.governed if word in plain)


def _leaves_no_frame_out(said: Reading, source: Reading) -> bool:
    kept = {token.form for token in said.tokens}
    return not any(token.form in FRAMES and token.form not in kept for token in source.tokens)


_CHECKS: dict[Fault, Callable[[Reading, Reading], bool]] = {
    Fault.EMPTY: _says_something,
    Fault.FACTS: _facts_stand,
    Fault.WORDS: _words_stand,
    Fault.ORDER: _is_in_order,
    Fault.NEGATION: _modifiers_agree,
    Fault.FRAME: _leaves_no_frame_out,
}
