"""Personal data taken out of a question before it is stored: telephone numbers, identity numbers, e-mail addresses.

Rules, not understanding: a name or an address written in words stays. Spared, for questions are about them: amounts of
money, hotlines (1022, 1900 …) and landlines (02…), which are offices' mostly, numbers of documents and procedures.
"""

from __future__ import annotations

import re

PHONE, IDENTITY, EMAIL, NUMBER = "[điện thoại]", "[số định danh]", "[e-mail]", "[dãy số]"

_MASK = re.compile("|".join(map(re.escape, (PHONE, IDENTITY, EMAIL, NUMBER))))
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_GROUP = re.compile(r"\+?\d+")
_RUN = re.compile(r"\+?\d+(?:[ .-]\d+)*")  # of groups
_SHORTEST = (
    9  # digits; below that nothing is masked: those of the older identity card and of a mobile number without its 0
)
_MOBILE = re.compile(r"(?:\+?84|0)(?:[35789]\d{8}|1[2689]\d{8})")
_LANDLINE = re.compile(r"(?:\+?84|0)2\d{8,9}")
_HOTLINE = re.compile(r"1[89]00\d{4,6}")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")  # 1.500.000.000
_UNIT = re.compile(
    r"\s*(?:đ|d|đồng|dong|vnđ|vnd|nghìn|nghin|ngàn|triệu|trieu|tỷ|tỉ|ty|usd|m2|m²|ha|km)(?!\w)", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:cccd|cmnd|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?|chứng minh(?: nhân dân| thư)?|"
    r"chung minh(?: nhan dan| thu)?|định danh|dinh danh)\s*(?:số|so)?\s*(?:là|la|:)?\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}[ .-]\d{1,2}[ .-]\d{4}(?!\d)")


def masked(text: str) -> str:
    """The text with each telephone number, identity number, e-mail address and long bare number by its kind's name."""
    text = _EMAIL.sub(EMAIL, text)
    return _RUN.sub(lambda found: _masked_run(found, text), text)


def without_masks(text: str) -> str:
    """The text without what stands for personal data: words that nobody asked with."""
    return _MASK.sub(" ", text)


def _masked_run(found: re.Match[str], text: str) -> str:
    """A run of digits, of which any groups that stand together may be a number: "tầng 2 0912 345 678"."""
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, found.start(), found.end())]
    left, at = "", 0
    while at < len(groups):
        start = groups[at][0]
        ends = [end for _, end in reversed(groups[at:])]
        kinds = ((end, kind) for end in ends if (kind := _kind_of(text, start, end)) is not None)
        end, kind = next(kinds, (ends[-1], ""))
        at += sum(start <= first < end for first, _ in groups)
        left += (kind or text[start:end]) + text[end : groups[at][0] if at < len(groups) else end]
    return left


def _kind_of(text: str, start: int, end: int) -> str | None:
    """What personal number stands there; empty where it is one to be spared, None where it is neither."""
    number = text[start:end]
    digits = re.sub(r"[ .-]", "", number)
    if len(digits.lstrip("+")) < _SHORTEST:
        return None
    if _LANDLINE.fullmatch(digits) or _HOTLINE.fullmatch(digits):
        return ""
    if _LABEL.search(text, 0, start):
        return IDENTITY
    if _AMOUNT.fullmatch(number) or _UNIT.match(text, end):
        return ""
    if _MOBILE.fullmatch(digits):
        return None if _DATE.match(number) else PHONE
    return _identity(number, digits)


def _identity(number: str, digits: str) -> str | None:
    """An identity number, in groups of three or more or bare; or a bare number too long to be anything public."""
    groups = re.split(r"[ .-]", number)
    if len(groups) == 1:
        return IDENTITY if len(digits) in {9, 12} else NUMBER
    in_threes = len(digits) == 9 and all(len(group) == 3 for group in groups)
    citizen = len(digits) == 12 and digits.startswith("0") and all(len(group) >= 3 for group in groups)
    return IDENTITY if in_threes or citizen else None
