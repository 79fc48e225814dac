"""What a question asks for: its content words, the numbers it insists on, the type of answer it expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.clean import normalise
from retrieval.tokens import Term, folded_form, is_marked, marked_form, terms

MAX_QUESTION = 1000  # code points; the longest of 8,000 questions of the measuring sets has 420
MIN_LATIN_SHARE = 0.5  # of the letters; below it the question is in another script


class Expected(StrEnum):
    """The type of answer a question word asks for."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    ANY = "any"


class Unusable(StrEnum):
    """Why a text cannot be searched for at all."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OTHER_SCRIPT = "other_script"


# Words that say how something is asked, not what about.
_STOP_WORDS = frozenset(
    """
    là gì ai nào đâu sao thế vậy à ạ nhỉ hả hở không chưa có được bị phải bao nhiêu mấy khi lúc ở tại về của và
    các những cho với thì mà này đó kia ấy do bởi từ đến trong ngoài trên dưới theo như hay hoặc rằng để nên cũng đã
    đang sẽ vừa mới cần muốn hỏi xin biết giúp em anh chị tôi mình bạn ơi dạ vâng ra vào lên lại đi một việc cái
    con nói thuộc bằng vì nếu còn nữa rồi hiện nay giờ ta người_ta bot ad admin nhé nha với_ạ thưa đấy đây
    """.split()
)
_MARKED_STOPS = frozenset(map(marked_form, _STOP_WORDS))
_FOLDED_STOPS = frozenset(map(folded_form, _STOP_WORDS))

_EXPECTED = (
    (Expected.NUMBER, r"bao nhieu|may|ti le|so luong|muc phi|le phi|bao lau|bao xa|dai|rong|cao bao"),
    (Expected.TIME, r"khi nao|bao gio|ngay nao|ngay may|nam nao|thang nao|luc nao|hom nao|thoi gian nao|ngay thang"),
    (Expected.PERSON, r"ai|nguoi nao|co quan nao|don vi nao|to chuc nao|ten gi|ten la"),
    (Expected.PLACE, r"o dau|tai dau|noi nao|dia diem nao|cho nao|dia chi"),
)
_EXPECTED_PATTERNS = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _EXPECTED)
_INSISTED_DIGITS = 3  # a year, the serial of a directive, a street law: not "5 tháng"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read. `content` are the terms that must be found; `numbers` the ones that may not be missing."""

    text: str
    marked: bool
    terms: tuple[Term, ...]
    content: frozenset[str]
    numbers: tuple[str, ...]
    expected: Expected


def read_question(text: str) -> Question | Unusable:
    """The question in `text`, or why it cannot be searched for."""
    text = " ".join(normalise(text).split())
    if len(text) > MAX_QUESTION:
        return Unusable.TOO_LONG
    letters = [c for c in text if c.isalpha()]
    latin = sum(c < "\u0250" or "\u1e00" <= c <= "\u1eff" for c in letters)
    if letters and latin / len(letters) < MIN_LATIN_SHARE:
        return Unusable.OTHER_SCRIPT
    found = terms(text)
    if not found:
        return Unusable.EMPTY
    marked = is_marked(text)
    return Question(text, marked, tuple(found), _content(found, marked), _numbers(found), _expected(found))


def _content(found: list[Term], marked: bool) -> frozenset[str]:
    """Folded forms of the words that carry the subject; of all words when none would be left."""
    stops = _MARKED_STOPS if marked else _FOLDED_STOPS
    words = {t.folded for t in found if not t.whole and (t.marked if marked else t.folded) not in stops}
    return frozenset(words or {t.folded for t in found})


def _numbers(found: list[Term]) -> tuple[str, ...]:
    """Directive numbers and dates whole, and other numbers of three digits or more."""
    wholes = [t for t in found if t.whole]
    covered = [(t.start, t.end) for t in wholes]
    plain = [
        t.folded
        for t in found
        if t.folded.isdigit()
        and len(t.folded) >= _INSISTED_DIGITS
        and not any(start <= t.start and t.end <= end for start, end in covered)
    ]
    return tuple(dict.fromkeys([*(t.folded for t in wholes), *plain]))


def _expected(found: list[Term]) -> Expected:
    asked = " ".join(t.folded for t in found if not t.whole)
    return next((kind for kind, pattern in _EXPECTED_PATTERNS if pattern.search(asked)), Expected.ANY)
