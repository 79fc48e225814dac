"""Time in a question: the days it speaks of ("tháng 7/2019"), and whether it wants what is newest ("mới nhất")."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from corpus.syllables import without_marks

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s?[/.-]\s?(?P<month>\d{{1,2}})\s?[/.-]\s?{_YEAR}(?!\d)")
_DAY_IN_WORDS = re.compile(rf"ngay (?P<day>\d{{1,2}}) thang (?P<month>\d{{1,2}}) nam {_YEAR}")
_MONTH = re.compile(rf"thang (?P<month>\d{{1,2}})(?:\s?[/.-]\s?|,? nam ){_YEAR}(?!\d)")
_YEAR_ALONE = re.compile(rf"nam {_YEAR}(?!\d)")
_NEWEST = re.compile(r"\b(?:moi nhat|gan day nhat|gan day|moi day|hien hanh|vua (?:qua|ban hanh)|latest|newest)\b")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date


def asked_period(question: str) -> Period | None:
    """The day, month or year that a question names first; None where it names none that exists.

    A year is one only behind "năm": "Luật Đất đai 2013" names a law.
    """
    text = _folded(question)
    for pattern in (_DAY, _DAY_IN_WORDS, _MONTH, _YEAR_ALONE):
        if found := pattern.search(text):
            named = found.groupdict()
            return _period(int(named["year"]), int(named.get("month") or 0), int(named.get("day") or 0))
    return None


def wants_newest(question: str) -> bool:
    """Whether a question asks for what is newest."""
    return _NEWEST.search(_folded(question)) is not None


def _period(year: int, month: int, day: int) -> Period | None:
    try:
        if day:
            return Period(date(year, month, day), date(year, month, day))
        if month:
            return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    except ValueError:  # 31/6/2019; calendar's own error is one too
        return None
    return Period(date(year, 1, 1), date(year, 12, 31))


def _folded(text: str) -> str:
    return " ".join(without_marks(text.lower()).split())
