"""Where a text holds personal data: telephone numbers, numbers of cards and accounts, e-mail addresses, days of birth.

All is looked for in a reading of the text: as long as the text, in small letters without marks, with one kind of digit,
blank and dash, and letters typed for digits read as those, so that "Số CCCD: ０３１…" and "so cccd O31…" are one thing.

What has a shape of its own is found here; what is nothing but digits is told apart in `numbers.py`.
"""

from __future__ import annotations

import re
import unicodedata

from bot.receipts.numbers import Kind, Span, numbers
from corpus.syllables import without_marks

_FILLED = "["  # stands for what is found already: as the masks begin, and part of nothing that is looked for


class _Signs(dict[int, str]):
    """What each sign of a text is read as: one sign."""

    def __missing__(self, code: int) -> str:
        read = self[code] = _read(chr(code))
        return read


def _read(sign: str) -> str:
    if (digit := unicodedata.digit(sign, None)) is not None:
        return str(digit)
    category = unicodedata.category(sign)
    if category == "Pd" or sign == "\u2212":  # the sign for minus
        return "-"
    if category == "Zs" or sign == "\t":
        return " "
    plain = without_marks(unicodedata.normalize("NFKC", sign)).lower()
    return plain if len(plain) == 1 else sign


_SIGNS = _Signs()
_TYPED_AS_LETTERS = re.compile(r"(?<![a-z\d])[\dol]{2,24}(?![a-z\d])")  # O912 345 67o
_AS_DIGITS = str.maketrans("ol", "01")

_PROVIDER = r"(?:gmail|yahoo|hotmail|outlook|icloud)"  # others, spelt out so, would be words
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:"
    r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"| ?[(\[{] ?(?:a|at|a cong|@) ?[)\]}] ?[\w-]{1,63}(?: ?(?:\.|[(\[{] ?(?:\.|dot|cham) ?[)\]}]) ?[\w-]{1,63}){1,3}"
    rf"| ?(?:@| a cong | at ) ?{_PROVIDER} ?(?:[.,]| dot | cham ) ?(?:com(?:[., ]vn)?|vn)\b"
    r")"
)
_URL = re.compile(r"\b(?:https?://|www\.)[^\s\[]+")
# In an address a number mostly is that of a page; not one that a mobile or an identity card has.
_OF_A_PAGE = re.compile(r"(?<!\d)(?!(?:(?:84|0)[35789]\d{8}|0\d{11})(?!\d))\d+")
# H24.15-231201-0005: office, day, number.
_DOSSIER = re.compile(r"(?<![a-z\d])h\d\d(?:\.\d\d){0,3}-\d{6}-\d{4,6}(?!\d)")

_DAY = r"(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?\d{4}|\d{4}-\d\d-\d\d|(?:mung )?\d{1,2} thang \d{1,2} nam \d{4})(?!\d)"
_NOT_BIRTH = "".join(f"(?<!{word} )" for word in ("khai", "hoc", "thi", "tuyen", "phat", "ve", "an", "hy", "nay", "ho"))
_BORN = rf"{_NOT_BIRTH}\bsinh(?: ngay)?|\bngay(?: thang nam)? sinh|\bsn|\bdob|\bdate of birth|\bborn(?: on)?"
_WHOSE = r"(?: (?:cua|la|toi|em|con|be|chau|minh|bo|me|vo|chong)\b|[ :(]){0,6}"
_BIRTH = re.compile(rf"(?:{_BORN}){_WHOSE}(?P<data>{_DAY})")

_NO = r"(?: ?(?:so|no|number|num|la|is|moi|cu)\b|[ :.#(]){0,6}"
_PASSPORT = re.compile(
    rf"(?:\b(?:ho chieu|passport|hc|pp)\b{_NO}\b(?P<data>[a-z] ?\d{{7,8}})|(?<![\w.])(?P<bare>[a-z]\d{{7,8}}))(?!\w)"
)
_PLATE_LABEL = r"\b(?:bien(?: kiem soat| so)?|bks|bsx|xe(?: may)?|o to|plate)\b"
_PLATE = re.compile(
    rf"{_PLATE_LABEL}{_NO}\b(?P<data>\d\d ?-? ?[a-z]{{1,2}}\d? ?[-. ]? ?(?:\d{{3}}\.\d\d|\d{{4,5}}))(?![\w.]*\d)"
    r"|(?<![\w.,/-])(?P<bare>[1-9]\d ?-?[a-z]{1,2}\d?[- ](?:\d{3}\.\d\d|(?<=-)\d{5}))(?!\w)"
)
# Letters of who pays, a digit of how much is paid, two of the province, ten of the person (1351/QĐ-BHXH of 2015).
_HEALTH_CARD = re.compile(
    r"\b(?:bhyt|bao hiem y te|the bao hiem)\b(?: ?(?:so|la|cua|toi|ma)\b|[ :.#(]){0,6}"
    r"\b(?P<data>[a-z]{2} ?\d(?:[ .-]?\d){12})(?!\d)"
    r"|(?<!\w)(?P<bare>[a-z]{2}[1-5]\d{12})(?!\w)"
)
_LETTERED_ACCOUNT = re.compile(
    r"\b(?:stk|tk|tai khoan)\b(?: ?(?:so|la|cua|toi)\b|[ :.#(]){0,6}\b(?P<data>\d{2,4}[a-z]\d{6,12})(?!\w)"
)
# Without a label too: nothing public has that form.
_TAX_OF_BRANCH = re.compile(r"(?<![\w.])\d{10}-\d{3}(?!\w)")
_DIGIT = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)"
_SPOKEN = re.compile(rf"\b(?P<data>{_DIGIT}(?:[ ,.-]{{1,2}}{_DIGIT}){{8,12}})\b")
_SHAPES = (
    (_EMAIL, Kind.EMAIL),
    (_BIRTH, Kind.BIRTH),
    (_PASSPORT, Kind.PASSPORT),
    (_HEALTH_CARD, Kind.INSURANCE),
    (_LETTERED_ACCOUNT, Kind.ACCOUNT),
    (_TAX_OF_BRANCH, Kind.TAX),
    (_PLATE, Kind.PLATE),
    (_SPOKEN, Kind.PHONE),
)


def personal(text: str) -> list[Span]:
    """The pieces of personal data of a text, in its order."""
    left = _TYPED_AS_LETTERS.sub(_digits, text.translate(_SIGNS))
    spans: list[Span] = []
    for shape, kind in _SHAPES:
        spans += [(*_data(match), kind) for match in shape.finditer(left)]
        left = shape.sub(lambda match: _with_blank(match, *_data(match)), left)
    left = _URL.sub(lambda url: _OF_A_PAGE.sub(_blank, url[0]), _DOSSIER.sub(_blank, left))
    return sorted([*spans, *numbers(left)])


def _digits(word: re.Match[str]) -> str:
    letters = sum(sign.isalpha() for sign in word[0])
    return word[0].translate(_AS_DIGITS) if letters * 2 <= len(word[0]) else word[0]


def _data(match: re.Match[str]) -> tuple[int, int]:
    """Where the data stands in what was found: all of it, or what its label leaves."""
    return match.span(match.lastgroup or 0)


def _blank(match: re.Match[str]) -> str:
    return _FILLED * len(match[0])


def _with_blank(match: re.Match[str], start: int, end: int) -> str:
    at = match.start()
    return f"{match[0][: start - at]}{_FILLED * (end - start)}{match[0][end - at :]}"
