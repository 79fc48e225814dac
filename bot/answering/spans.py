"""The answer in a sentence: the number, the date, the name that a question asks for, to be marked in the quote."""

from __future__ import annotations

import re

from bot.answering.expected import CAPITALS, Expected
from bot.answering.understand import Question
from corpus.references import find_references
from retrieval.tokens import terms

_FIGURE = r"(?<![\w.,/-])\d[\d.,]*(?<![.,])"
_SCALE = r"(?:\s*(?:nghìn|ngàn|triệu|tỉ|tỷ))*"
_UNIT_OF_TIME = r"(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|quý|năm|thế kỷ|thập kỷ|thập niên|học kỳ)"
_FEW = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|nửa)"
_DATE = (
    r"(?:ngày\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?"
    r"|(?:ngày\s+)?\d{1,2}/\d{1,2}(?![\d/])|tháng\s+\d{1,2}(?:\s*/\s*|\s+năm\s+)\d{4}|năm\s+\d{4}|\d{4}\s*[-–]\s*\d{4}"
    r"|(?:thế\s+kỷ\s+(?:thứ\s+)?[\dIVX]+)|tháng\s+\d{1,2}"
)
_HOUR = r"\d{1,2}\s*(?:giờ|h|:)\s*(?:\d{2}(?:\s*phút|[’'])?)?(?:\s*[-–]\s*\d{1,2}\s*(?:giờ|h|:)\s*(?:\d{2})?)?"
_ORGANISATION = (
    "Sở|Ban|Bộ|Phòng|Ủy|Hội|Trung|Công|Chi|Cục|Viện|Trường|Thành|Tỉnh|Quận|Huyện|Phường|Đảng|Mặt|Liên|Tổng|Phó|Chủ|Bí"
)
_NAME = rf"(?<!\w)(?<!Sở )(?<!Ban )(?<!Bộ )(?!(?:{_ORGANISATION})\b)[{CAPITALS}]\w*(?:\s+[{CAPITALS}]\w*)+"
_PATTERNS = {
    Expected.PHONE: (
        r"(?<![\d.,])(?:\(?\d{2,4}\)?[\s.-]?){2,4}\d{2,4}(?![\d,])|\b1[89]00[\s.]?\d{3,6}\b|\b1[0-9]{2,3}\b"
    ),
    Expected.MONEY: (
        rf"{_FIGURE}{_SCALE}\s*(?:đồng|đ\b|vnđ|vnd|usd|đô la|euro)?(?:\s*/\s*[\w²]+(?:/\w+)?)?"
        r"|miễn\s+(?:lệ\s+)?phí"
    ),
    Expected.PERCENTAGE: rf"{_FIGURE}\s*(?:%|phần trăm)",
    Expected.AREA: rf"{_FIGURE}{_SCALE}\s*(?:m2|m²|km2|km²|ha\b|héc ta|hecta|mét vuông|dặm vuông)",
    Expected.HOUR: _HOUR,
    Expected.DURATION: rf"(?:\d[\d.,]*|{_FEW})\s+{_UNIT_OF_TIME}(?:\s+làm\s+việc)?",
    Expected.TIME: rf"(?:{_HOUR},?\s*(?:{_DATE}))|{_DATE}",
    Expected.NUMBER: rf"{_FIGURE}{_SCALE}",
    Expected.PERSON: _NAME,
}  # fmt: skip
_SPANS = {
    kind: re.compile(pattern, 0 if kind is Expected.PERSON else re.IGNORECASE) for kind, pattern in _PATTERNS.items()
}

_FAR = 80  # characters beyond which nearness tells nothing


def answer_span(question: Question, sentence: str) -> tuple[int, int] | None:
    """Where the thing asked for stands in a sentence; None where its type has no form, or it is not there.

    Of several the one nearest to the question's own words; never what the question itself names.
    """
    found = [
        span for span in _candidates(question.expected, sentence) if not _is_named(question, sentence[slice(*span)])
    ]
    if not found:
        return None
    places = [t.start for t in terms(sentence) if t.folded in question.content]
    return min(found, key=lambda span: sum(min(abs(place - span[0]), _FAR) for place in places))


def _candidates(expected: Expected, sentence: str) -> list[tuple[int, int]]:
    if expected is Expected.DOCUMENT:
        return [(each.start, each.end) for each in find_references(sentence) if not each.is_self]
    pattern = _SPANS.get(expected)
    found = pattern.finditer(sentence) if pattern else ()
    return [(each.start(), each.start() + len(each[0].rstrip())) for each in found]


def _is_named(question: Question, written: str) -> bool:
    """Whether all of it stands in the question already."""
    asked = {t.folded for t in question.terms}
    return all(t.folded in asked for t in terms(written) if not t.whole)
