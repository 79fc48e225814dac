"""Dates beside a reference: in figures, with "tháng" and "năm", or in words. Read from folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_ONES = dict(zip("khong mot hai ba bon nam sau bay tam chin".split(), range(10), strict=True)) | {
    "tu": 4, "lam": 5, "nham": 5, "linh": 0, "le": 0, "gieng": 1, "chap": 12,
}  # fmt: skip
_WORD = (
    "(?:khong|mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin|muoi|linh|le|gieng|chap|mung|mong|tram|nghin|ngan|moi)"
)
_FIGURES = r"(?P<day>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<year>(?:19|20)\d\d)"
_SPELT = r"(?P<day2>\d{1,2})\s+thang\s+(?P<month2>\d{1,2})(?:\s+nam\s+|\s?[/.-]\s?)(?P<year2>(?:19|20)\d\d)"
_WORDS = (
    rf"(?P<day3>{_WORD}(?:\s+{_WORD}){{0,2}})\s+thang\s+(?P<month3>{_WORD}(?:\s+{_WORD})?)"
    rf"\s+nam\s+(?P<year3>{_WORD}(?:\s+{_WORD}){{1,8}})"
)
_NO_MORE = r"(?![\w]|\s?[/]|\s?-\s?[a-z]\w*\s?/|[.,]\d)"  # "ngày 5 tháng 3/2019/NĐ-CP": the year is the next number's
DATE = re.compile(rf"(?:{_FIGURES}|{_SPELT}|{_WORDS}){_NO_MORE}")
_NO_YEAR = re.compile(rf"\d{{1,2}}(?:\s?[/.-]\s?|\s+thang\s+)\d{{1,2}}{_NO_MORE}(?!\s?[-/]\s?\d|\s+nam\s)")


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it stands in a text: its span, and ISO, None without a year and for a day that does not exist."""

    start: int
    end: int
    iso: str | None
    has_year: bool = True


def date_at(folded: str, at: int) -> Written | None:
    """The date that begins at `at`."""
    if match := DATE.match(folded, at):
        return Written(match.start(), match.end(), _iso(match))
    if match := _NO_YEAR.match(folded, at):
        return Written(match.start(), match.end(), None, has_year=False)
    return None


def dates_in(folded: str, start: int, end: int) -> list[Written]:
    """Every date of a stretch, in reading order."""
    return [Written(m.start(), m.end(), _iso(m)) for m in DATE.finditer(folded, start, end)]


def _iso(match: re.Match[str]) -> str | None:
    if match["day3"]:
        day, month, year = (_number(match[part].split()) for part in ("day3", "month3", "year3"))
    else:
        day, month, year = (int(match[part] or match[f"{part}2"]) for part in ("day", "month", "year"))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(words: list[str]) -> int:
    """A number in words: hai nghìn không trăm mười tám is 2018, hai mươi bảy and hai bảy are 27."""
    total = current = 0
    for word in words:
        if word in {"nghin", "ngan"}:
            total, current = total + current * 1000, 0
        elif word == "tram":
            total, current = total + current * 100, 0
        elif word == "muoi":
            current = current * 10 if current else 10
        elif word in _ONES:
            current = (current if current and current % 10 == 0 else current * 10) + _ONES[word]
    return total + current
