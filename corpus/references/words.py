"""Type words in a text ("Quyết định", "QĐ", "Luật Đất đai"), and what may stand between one and its number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.references.kinds import KIND_OF_NAME, KINDS, NAMED
from corpus.references.view import View, any_of, fold, one_of

_ABBREVIATED = "QĐ NQ NĐ CV TTLT TT CT KH TB KL CĐ BC TTr CTr HD ĐA VBHN".split()
_KIND_OF_ABBREVIATION = {fold(short): KINDS[short] for short in _ABBREVIATED}
_BEGINNING = re.compile(r"(?:\A|[\n.!?])\s*$")
_SMALL_ABBREVIATIONS = frozenset("qd nq nd cv ttlt tt ct kh tb".split())  # typed on a phone
_SPACED = one_of(
    word.replace(" ", r"\s{1,3}") for word in sorted({*KIND_OF_NAME, *_KIND_OF_ABBREVIATION}, key=len, reverse=True)
)
_WORDS = re.compile(rf"(?<![\w/-]){_SPACED}(?![^\W\d]|[_/-])")  # a number may be stuck to it: Nghị định30/2020/NĐ-CP
_BEFORE_NO_LAW = any_of(  # kỷ luật, pháp luật, sinh viên luật, thiết lập …
    """
    phap, ky, quy, am, dai hoc, hoc, dh, du, dao, khoa, nganh, cu nhan, sinh vien, truong, phep, menh, giam, thiet
    """
)
_NOT_LAW = re.compile(rf"{_BEFORE_NO_LAW}\s$")
_LAWFUL = re.compile(
    r"(?:trai|dung|lam|hinh)\s$"
)  # trái luật, đúng luật; with its capital it is a law: "nội dung Luật …"
_LONGEST_BEFORE = 14
_NOT_LAW_BEHIND = re.compile(r"\s(?:sư|su|pháp|phap|gia|học|lệ)(?!\w)")  # luật gia is no Luật Giá

_SHORT_IN_BRACKETS = r"(?:\s?\([a-z]{1,5}\))?"
_DIRECT = re.compile(
    rf"{_SHORT_IN_BRACKETS}\s{{0,3}}(?:\(\s?)?"
    r"(?P<so>(?::\s{1,2})?so(?:\s+hieu)?\s{0,2}[:.]?\s{0,3}|:\s{0,2}|ky hieu\s+)?"
)
_NO_GAP_WORD = any_of(
    "van ban, ban hanh, theo, tai, va, trong, duoc, da, nay, la, thi, co, kem, voi, de, nhu, hoac, cac"
)
_GAP_WORD = rf"[ \t]{{1,3}}(?!{_NO_GAP_WORD}\b)[a-z]+"
_GAP = re.compile(rf"{_SHORT_IN_BRACKETS}(?:{_GAP_WORD}){{1,12}}?[ \t]{{1,3}}(?P<so>so\s{{0,2}}[:.]?\s{{0,3}})")
_LONGEST_GAP = 160
_NAME_WORD = r",?\s{1,3}[a-z]+"
# Words that no law has in its name, so that what follows them is not its year. Without marks some are those of a name:
# they stay out.
_NO_NAME = frozenset(
    "theo tại trong được đã này định ngày số thì là khi để nếu các qua từ đến cho hiệu cùng có vào cuối".split()
)
_NO_NAME_FOLDED = frozenset("theo trong nay ngay so khi neu cac qua cho hieu cung dinh".split())
_NAMES_WITH_THEM = re.compile(
    r"Các tổ chức tín dụng|cac to chuc tin dung|người có công|theo hợp đồng|có vốn|khi Nhà nước|trong các cơ quan",
    re.IGNORECASE,
)
_ABBREVIATED_NAME = re.compile(r"[bcdđghklmnpqrstvx]{3,6}")  # luật bhxh
_REVISED = r"(?:\s?\(sua doi(?:, bo sung)?\))?"
_NAME_GAP = re.compile(
    rf"(?:{_NAME_WORD}){{1,18}}?{_REVISED}\s{{0,3}}(?:,\s)?(?:nam\s+\d{{4}}\s?)?\(?(?P<so>\bso\s{{0,2}}[:.]?\s{{0,3}})?"
)
_YEAR_BEHIND = re.compile(r"\s*(?:năm\s+)?(?:19|20)\d\d$", re.IGNORECASE)
_TO_A_DIGIT = re.compile(r"[^.;\d]{1,300}+(?=\d)")  # behind no other does a year or a day follow
_NAME_YEAR = re.compile(
    rf"(?P<name>(?:{_NAME_WORD}){{0,18}}?){_REVISED}\s{{1,3}}(?:\(\s?)?(?:(?:sua doi\s+)?nam\s{{1,3}})?"
    r"(?P<year>(?:19|20)\d\d)(?![\w/-]|[.,]\d)"
)
_NAME_NUMBER = re.compile(
    rf"(?P<name>(?:{_NAME_WORD}){{1,18}}?)\s{{1,3}}(?:so\s{{1,3}})?(?P<serial>\d{{1,3}})/(?P<year>(?:19|20)\d\d)(?![\w/-])"
)
_TO_ITS_DAY = _REVISED + r"\s{0,3},?\s{0,3}(?:\(\s?)?ngay\s{1,3}(?=\d)"
_AMENDING = re.compile(rf"\s+sua doi[^.;\n\d]{{0,240}}?{_TO_ITS_DAY}")
_NAME_DAY = re.compile(rf"(?P<name>(?:{_NAME_WORD}){{1,18}}?){_TO_ITS_DAY}")


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A type word: its span in the view, the type, and how it is written."""

    start: int
    end: int
    kind: str
    capital: bool  # its first letter
    short: bool  # an abbreviation

    @property
    def is_named(self) -> bool:
        """Whether documents of this type bear names of their own, as laws do."""
        return self.kind in NAMED


def type_words(view: View) -> list[TypeWord]:
    """Every type word, in reading order."""
    words: list[TypeWord] = []
    for match in _WORDS.finditer(view.folded):
        start, end = match.span()
        written = view.text[start:end]
        folded = " ".join(match[0].split())
        short = folded in _KIND_OF_ABBREVIATION
        if short and not _is_abbreviation(view, start, written, folded):
            continue
        if short and words and view.text[start - 1 : start] == "(" and start - words[-1].end <= 2:
            continue  # "quyết định (QĐ) xử phạt số …"
        kind = _KIND_OF_ABBREVIATION[folded] if short else KIND_OF_NAME[folded]
        if not short and not _is_spelt(written, kind):
            continue
        if kind == "Luật" and _is_other_word(view, start, end):
            continue
        if kind == "Lệnh" and not written[0].isupper():
            continue
        words.append(TypeWord(start, end, kind, written[0].isupper(), short))
    return words


@lru_cache(maxsize=4096)  # a text writes the same few words again and again
def _is_spelt(written: str, kind: str) -> bool:
    """Whether the marks that are written are those of the type: "lưu thông từ 6h" names no Thông tư."""
    letters = " ".join(written.lower().replace("ð", "đ").split())
    name = kind.lower()
    return all(letter in allowed for letter, *allowed in zip(letters, name, fold(name), strict=True))


def _is_abbreviation(view: View, start: int, written: str, folded: str) -> bool:
    """Whether letters that could stand for a type do: in capitals or, as typed on a phone, where a sentence begins."""
    if written.isupper() or (written[:2].isupper() and folded in {"ctr", "ttr"}):
        return True
    if folded not in _SMALL_ABBREVIATIONS:
        return False
    return written.islower() or (
        written.istitle() and _BEGINNING.search(view.text, max(0, start - 3), start) is not None
    )


def _is_other_word(view: View, start: int, end: int) -> bool:
    """Whether "luật" is part of another word: kỷ luật, luật sư."""
    floor = max(0, start - _LONGEST_BEFORE)
    before = _NOT_LAW.search(view.folded, floor, start) or (
        view.text[start].islower() and _LAWFUL.search(view.folded, floor, start)
    )
    return bool(before) or _NOT_LAW_BEHIND.match(view.text, end) is not None


@dataclass(frozen=True, slots=True)
class Link:
    """A type word and what stands between it and the number: "số", a law's own name, or nothing else (`direct`)."""

    word: TypeWord
    has_so: bool
    direct: bool
    name: str | None = None


def link_before(view: View, words: Sequence[TypeWord], at: int, own: str | None = None) -> Link | None:
    """The type word that the number at `at` belongs to; None where none stands near enough.

    That is the nearest, or the one before it that the number's symbol stands for (`own`): "Thông báo kết luận số
    12/TB-UBND" is a Thông báo.
    """
    place = bisect_right(words, at, key=lambda word: word.end) - 1 if words else -1
    if place < 0 or (link := _link(view, words[place], at)) is None:
        return None
    if place and own is not None and words[place].kind != own == words[place - 1].kind:
        return _link(view, words[place - 1], at) or link
    return link


def _link(view: View, word: TypeWord, at: int) -> Link | None:
    if found := _DIRECT.fullmatch(view.folded, word.end, at):
        return Link(word, has_so=found["so"] is not None, direct=True)
    if at - word.end > _LONGEST_GAP:
        return None
    pattern = _NAME_GAP if word.is_named else _GAP
    if not (found := pattern.fullmatch(view.folded, word.end, at)):
        return None
    name = None
    if word.is_named:
        stretch = view.text[word.end : found.start("so") if found["so"] else at].strip(" ,(")
        name = _YEAR_BEHIND.sub("", " ".join(stretch.split()))
        if not _is_name(word, name):
            return None
    return Link(word, found["so"] is not None, direct=False, name=name)


@dataclass(frozen=True, slots=True)
class NamedLaw:
    """A law named with its year ("Luật Đất đai năm 2013") or its day: `end` is behind the year, or before the day."""

    end: int
    name: str
    year: int | None


def named_law(view: View, word: TypeWord) -> NamedLaw | None:
    """What follows the type word of a law, if it is a name with year or day; a day needs a name with its capital."""
    if not _TO_A_DIGIT.match(view.folded, word.end):
        return None
    if amending := _AMENDING.match(view.folded, word.end):  # "Luật sửa đổi … của Luật X ngày …": the outer one's day
        return NamedLaw(amending.end(), " ".join(view.text[word.end : amending.end()].split()[:-1]).strip(" ,"), None)
    for pattern in (_NAME_YEAR, _NAME_DAY):
        if not (match := pattern.match(view.folded, word.end)):
            continue
        start, end = match.span("name")
        name = " ".join(view.text[start:end].split())
        if not _is_name(word, name) or (pattern is _NAME_DAY and not name[0].isupper()):
            continue
        return NamedLaw(match.end(), name, int(match["year"]) if pattern is _NAME_YEAR else None)
    return None


@dataclass(frozen=True, slots=True)
class NumberedLaw:
    """A law named with its number as far as people know it: "Luật Đất đai 45/2013"."""

    end: int
    name: str
    number: str


def numbered_law(view: View, word: TypeWord) -> NumberedLaw | None:
    """What follows the type word of a law, if it is a name with serial and year."""
    if not (match := _NAME_NUMBER.match(view.folded, word.end)):
        return None
    start, end = match.span("name")
    name = " ".join(view.text[start:end].split())
    return NumberedLaw(match.end(), name, f"{match['serial']}/{match['year']}") if _is_name(word, name) else None


def _is_name(word: TypeWord, name: str) -> bool:
    """Whether these words can be a law's own name: a capital, or as short as people type."""
    if not name:
        return word.kind == "Hiến pháp"
    if name.startswith(","):
        return False
    words = _NAMES_WITH_THEM.sub("", name).lower().replace(",", "").split()
    stops = _NO_NAME_FOLDED if name.isascii() else _NO_NAME
    if any(each in stops for each in words):
        return False
    if word.kind == "Hiến pháp" and words[:1] in (["nước"], ["nuoc"]):
        return True
    return name[0].isupper() or 2 <= len(words) <= 8 or _ABBREVIATED_NAME.fullmatch(name) is not None
