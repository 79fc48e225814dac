"""What a question asks for: its content words, the numbers it insists on, the type of answer it expects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.abbreviations import write_out
from bot.answering.expected import Expected, expected_type
from bot.answering.fixed import Unusable, fixed_kind, without_courtesies
from corpus.clean import normalise
from corpus.syllables import without_marks
from retrieval.tokens import Term, folded_form, is_marked, marked_form, terms

MAX_QUESTION = 1000  # code points; the longest of 9,700 questions of the measuring sets has 469
MIN_LATIN_SHARE = 0.5  # of the letters; below it the question is in another script


# Words that say how something is asked, not what about.
_STOP_WORDS = frozenset(
    """
    là gì ai nào đâu sao thế vậy à ạ nhỉ hả hở không chưa có được bị phải bao nhiêu mấy khi lúc ở tại về của và
    các những cho với thì mà này đó kia ấy do bởi từ đến trong ngoài trên dưới theo như hay hoặc rằng để nên cũng đã
    đang sẽ vừa mới cần muốn hỏi xin biết giúp em anh chị tôi mình bạn ơi dạ vâng ra vào lên lại đi một việc cái
    con nói thuộc bằng vì nếu còn nữa rồi hiện nay giờ ta bot ad admin nhé nha thưa đấy đây
    """.split()
)
_MARKED_STOPS = frozenset(map(marked_form, _STOP_WORDS))
_FOLDED_STOPS = frozenset(map(folded_form, _STOP_WORDS))

# Words that are part of how something is asked only beside others: "diễn ra khi nào", "giữ chức vụ gì".
_ASKING = re.compile(
    r"\b(?:(?:duoc )?(?:dien ra|to chuc)(?= (?:khi nao|o dau|luc nao|vao|tai dau|ngay nao))"
    r"|(?:giu|lam|co) chuc (?:vu )?gi|chuc (?:vu|danh)(?: cua \w+)? (?:la )?gi"
    r"|noi (?:ve )?(?:dieu )?gi|noi dung (?:la )?gi)\b"
)

_DOCUMENT = "nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi|cong van|ket luan|ke hoach|de an|luat|quy dinh"
_SERIAL = re.compile(rf"\b(?P<kind>{_DOCUMENT}) (?:so )?(?P<serial>\d{{1,5}})(?![\w/])")
# "tuyến xe buýt số 12", "phòng số 5": another one of the kind is another thing. Not "tổng số 12 phường".
_NUMBERED = re.compile(
    r"\b(?P<kind>(?!(?:tong|trong|mot|con|da|chi|ti|ty|ki|ky|tham)\b)[a-z]+) so (?P<number>\d{1,2})(?![\w/])"
)
_YEARS = range(1900, 2100)  # "Luật 2024" names a year
_RANGE = re.compile(r"\d+[-\u2010-\u2015]\d+")
_INSISTED_DIGITS = 3  # a year, the serial of a directive, a street law: not "5 tháng"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    `text` is as typed; `searched` and `terms` have abbreviations written out and no greeting before the question.
    `content` are the folded words that carry the subject. `numbers` and `serials` may not be missing from an article
    that answers: directive numbers, dates and years; and (document word, serial) where a directive is named by its
    serial alone, ("dinh", "61"). So may not (word, number) of other things, ("buyt", 12).
    """

    text: str
    searched: str
    marked: bool
    terms: tuple[Term, ...]
    content: frozenset[str]
    numbers: tuple[str, ...]
    serials: tuple[tuple[str, str], ...]
    numbered: tuple[tuple[str, int], ...]
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
    if kind := fixed_kind(text):
        return kind
    marked = is_marked(text)
    written = write_out(without_courtesies(text))
    searched = written if marked else without_marks(written)
    found = terms(searched)
    if not found:
        return Unusable.EMPTY
    serials = _serials(found)
    return Question(
        text=text,
        searched=searched,
        marked=marked,
        terms=tuple(found),
        content=_content(found, marked),
        numbers=_numbers(searched, found, {serial for _, serial in serials}),
        serials=serials,
        numbered=_numbered(found, serials),
        expected=expected_type(searched, marked=marked),
    )


def searched_for(text: str) -> str:
    """What the indexes are asked for a text: the question with abbreviations written out, or the text if it is none."""
    question = read_question(text)
    return text if isinstance(question, Unusable) else question.searched


def _content(found: list[Term], marked: bool) -> frozenset[str]:
    """Folded forms of the words that carry the subject; of all words when none would be left."""
    stops = _MARKED_STOPS if marked else _FOLDED_STOPS
    single = [t for t in found if not t.whole]
    text = " ".join(t.folded for t in single)
    asking = {
        text.count(" ", 0, phrase.start()) + place
        for phrase in _ASKING.finditer(text)
        for place in range(len(phrase.group().split()))
    }
    rest = (t for at, t in enumerate(single) if at not in asking)
    words = {t.folded for t in rest if (t.marked if marked else t.folded) not in stops}
    return frozenset(words or {t.folded for t in found})


def _numbers(text: str, found: list[Term], serials: set[str]) -> tuple[str, ...]:
    """Directive numbers and dates whole, and other numbers of three digits or more; of "2016-2020" each end."""
    wholes = [t for t in found if t.whole and not _RANGE.fullmatch(text, t.start, t.end)]
    covered = [(t.start, t.end) for t in wholes]
    plain = [
        t.folded
        for t in found
        if t.folded.isdigit()
        and len(t.folded) >= _INSISTED_DIGITS
        and t.folded not in serials
        and not any(start <= t.start and t.end <= end for start, end in covered)
    ]
    return tuple(dict.fromkeys([*(t.folded for t in wholes), *plain]))


def _numbered(found: list[Term], serials: tuple[tuple[str, str], ...]) -> tuple[tuple[str, int], ...]:
    """Things named by a short number behind "số", which are no directives."""
    words = _words(found)
    named = [(m["kind"], m["number"]) for m in _NUMBERED.finditer(words)]
    return tuple(dict.fromkeys((kind, int(number)) for kind, number in named if (kind, number) not in serials))


def _serials(found: list[Term]) -> tuple[tuple[str, str], ...]:
    """Directives named by a document word and a serial only: "nghị định 61", "nq 57"."""
    named = [(m["kind"].split()[-1], m["serial"]) for m in _SERIAL.finditer(_words(found))]
    return tuple(dict.fromkeys((kind, serial) for kind, serial in named if int(serial) not in _YEARS))


def _words(found: list[Term]) -> str:
    """The words one after another; a part of a number with parts, such as 61 of 61/2018, ends with a stroke."""
    # A number with parts follows its own parts in the list, so the words alone would not show where it stood.
    inside = [(t.start, t.end) for t in found if t.whole]
    return " ".join(
        f"{t.folded}/" if any(a <= t.start and t.end <= b for a, b in inside) else t.folded
        for t in found
        if not t.whole
    )
