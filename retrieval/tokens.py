"""Terms of Vietnamese text for lexical search: syllables, neighbouring pairs, numbers and document numbers.

Each term has a marked form, equal for all spellings of one syllable (NFC or NFD, "hoà" or "hòa", "kỹ" or "kĩ"),
and a folded form without marks, as people type on a phone.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from corpus.clean import normalise

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_WORD = re.compile(r"[^\W_]+(?:[./&\u2010-\u2015-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+$")
_SPELT_DATE = re.compile(r"(\d{1,2})\s+th[aá]ng\s+(\d{1,2})\s+n[aă]m\s+(\d{4})", re.IGNORECASE)
_Y_AFTER_CONSONANTS = re.compile(r"((?:^|[^aeiouyăâêôơư])|^qu)y$")
MARKED_SHARE = 0.2  # running Vietnamese has marks on 70-80 % of its syllables; names and codes bring that down


@dataclass(frozen=True, slots=True)
class Term:
    """One term and where it stands: `text[start:end]`. `whole` is a number with its parts: 3482/QĐ-UBND, 27/12/2018."""

    marked: str
    folded: str
    start: int
    end: int
    whole: bool = False


def terms(text: str) -> list[Term]:
    """The single terms of a text. `3482/QĐ-UBND` yields itself and its parts.

    A date in words ("ngày 27 tháng 12 năm 2018") also yields the term of the same date in figures.
    """
    found = []
    for word in _WORD.finditer(text):
        start = word.start()
        found += [Term(t.marked, t.folded, start + t.start, start + t.end, t.whole) for t in _terms_of(word.group())]
    return [*found, *_spelt_dates(text)]


@lru_cache(maxsize=1 << 15)
def _terms_of(written: str) -> tuple[Term, ...]:
    """The terms of one word; they stand where they would if the text began with it."""
    if _THOUSANDS.match(written):
        number = written.replace(".", "")
        return (Term(number, number, 0, len(written)),)
    parts = [
        Term(marked_form(form := _number(part.group())), folded_form(form), part.start(), part.end())
        for part in _PART.finditer(written)
    ]
    if written[0].isdigit() and not written.isalnum():
        return (_whole(_PART.findall(written), 0, len(written)), *parts)
    return tuple(parts)


def _spelt_dates(text: str) -> list[Term]:
    return [_whole(date.groups(), date.start(), date.end()) for date in _SPELT_DATE.finditer(text)]


def _whole(parts: Iterable[str], start: int, end: int) -> Term:
    joined = "/".join(map(_number, parts))
    return Term(marked_form(joined), folded_form(joined), start, end, whole=True)


def _number(part: str) -> str:
    """Leading zeros off: 06/QĐ-TTg is 6/QĐ-TTg, 24/01/2019 is 24/1/2019."""
    return part.lstrip("0") or "0" if part.isdigit() else part


def index_terms(found: Sequence[Term], form: Literal["marked", "folded"]) -> list[str]:
    """What is indexed and searched in one form: every term, and every two neighbouring single ones joined."""
    singles: list[str] = [getattr(t, form) for t in found if not t.whole]
    wholes: list[str] = [getattr(t, form) for t in found if t.whole]
    return _with_pairs(singles, wholes)


def _with_pairs(singles: Sequence[str], wholes: Sequence[str]) -> list[str]:
    return [*singles, *wholes, *map("_".join, pairwise(singles))]


def index_text(text: str) -> tuple[str, str]:
    """The marked and the folded `index_terms` of a text, joined by spaces: the same, four times as fast."""
    singles: list[tuple[str, str]] = []
    wholes: list[tuple[str, str]] = []
    for found, whole in map(_forms_of, _WORD.findall(text)):
        singles += found
        wholes += whole
    wholes += [(date.marked, date.folded) for date in _spelt_dates(text)]
    marked, folded = (
        " ".join(_with_pairs([pair[form] for pair in singles], [pair[form] for pair in wholes])) for form in (0, 1)
    )
    return marked, folded


def single_forms(text: str) -> list[tuple[str, str]]:
    """Marked and folded forms of the single terms of a text, where their places do not matter: twice as fast."""
    return [pair for word in _WORD.findall(text) for pair in _forms_of(word)[0]]


_Forms = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1 << 16)
def _forms_of(written: str) -> tuple[_Forms, _Forms]:
    """Marked and folded forms of one word: the single terms, then the whole."""
    found = _terms_of(written)
    singles = tuple((term.marked, term.folded) for term in found if not term.whole)
    return singles, tuple((term.marked, term.folded) for term in found if term.whole)


@lru_cache(maxsize=65536)
def marked_form(word: str) -> str:
    """Lower case, the tone moved to the end as a digit, final y as i: one form for all spellings."""
    letters, tone = [], ""
    for char in unicodedata.normalize("NFD", word.lower().replace("ð", "đ")):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters))
    if plain.endswith("y"):
        plain = _Y_AFTER_CONSONANTS.sub(r"\1i", plain)
    return f"{plain}{tone}" if tone else plain


@lru_cache(maxsize=65536)
def folded_form(word: str) -> str:
    """Lower case without any mark, đ as d, final y as i."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    bare = bare.replace("đ", "d").replace("ð", "d")
    return _Y_AFTER_CONSONANTS.sub(r"\1i", bare) if bare.endswith("y") else bare


def is_marked(text: str) -> bool:
    """Whether a question was typed with Vietnamese marks."""
    words = [p.group() for p in _PART.finditer(normalise(text)) if p.group().isalpha()]
    marked = sum(marked_form(w) != folded_form(w) for w in words)
    return bool(words) and marked / len(words) >= MARKED_SHARE
