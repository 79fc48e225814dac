"""Directives named in a text by their full số/ký hiệu, with the date written beside them.

The forms are those of Decree 30/2020/NĐ-CP, Appendix I and III (số, ký hiệu văn bản) and of the party's documents
(45-NQ/TW). A number without a symbol ("Quyết định số 3482") is no reference yet.
"""

import re
from collections.abc import Iterator
from datetime import date

from corpus.models import Reference

# Abbreviation of the document type -> its name. Decree 30/2020/NĐ-CP, Appendix III; party types: Regulation 66-QĐ/TW.
KINDS = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án",
    "ĐA": "Đề án", "BC": "Báo cáo", "TTr": "Tờ trình", "CĐ": "Công điện", "GM": "Giấy mời", "NĐ": "Nghị định",
    "TT": "Thông tư", "TTLT": "Thông tư liên tịch", "L": "Lệnh", "PL": "Pháp lệnh", "KL": "Kết luận",
    "QH": "Luật", "UBTVQH": "Nghị quyết", "CV": "Công văn", "QyC": "Quy chế", "VBHN": "Văn bản hợp nhất",
}  # fmt: skip
_OWN_CAPITALS = {"TTG": "TTg", "CTR": "CTr", "TTR": "TTr", "QYĐ": "QyĐ", "QYC": "QyC", "QYD": "QyĐ", "TƯ": "TW"}
_NAMES = sorted({*KINDS.values(), "Bộ luật", "Hiến pháp"}, key=len, reverse=True)

_DASH = "[-\u2010-\u2015\u2212]"
_SYMBOL = rf"[A-ZĐÐ][A-Za-zĐÐđƯÔ]{{0,9}}\d{{0,2}}(?:\s?(?:{_DASH}|&)\s?[A-ZĐÐ][A-Za-zĐÐđƯÔ]{{0,9}}\d{{0,2}}){{0,4}}"
_NUMBER = re.compile(
    rf"(?<![\w/.-])(?P<serial>\d{{1,5}}[A-Za-z]?)\s?"
    rf"(?:/\s?(?P<year>(?:19|20)\d\d)\s?/\s?(?P<dated>{_SYMBOL})"  # 30/2020/NĐ-CP, 31/2024/QH15
    rf"|/\s?(?P<plain>{_SYMBOL})"  # 3482/QĐ-UBND
    rf"|{_DASH}\s?(?P<party>[A-ZĐÐ][A-Za-zĐÐ]{{1,4}}\s?/\s?[A-ZĐÐƯ]{{2,8}}))"  # 45-NQ/TW
    r"(?![\w/])"
)
_DATE_AFTER = re.compile(
    r"\s*+(?:,\s*+)?(?:\(\s*+)?(?:ban hành\s++)?ngày\s++"  # possessive: a long run of spaces is read once
    r"(?P<day>\d{1,2})(?:\s*+[/.-]\s*+|\s++tháng\s++)(?P<month>\d{1,2})(?:\s*+[/.-]\s*+|\s++năm\s++)(?P<year>\d{4})"
    rf"(?!\w|\s?/|\s?{_DASH}\s?[A-ZĐÐ]\w*\s?/)",  # "ngày 5 tháng 3/2019/NĐ-CP": the year is the next number's
    re.IGNORECASE,
)
_KIND_BEFORE = re.compile(rf"(?<!\w)(?P<kind>{'|'.join(_NAMES)})\s+(?:số\s*:?\s*)?$", re.IGNORECASE)
_LOOK_BACK = 40


def find_references(text: str) -> tuple[Reference, ...]:
    """Every directive written with its full number, in reading order; spans do not overlap."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Reference]:
    for match in _NUMBER.finditer(text):
        symbol = match["dated"] or match["plain"] or match["party"]
        kind = _kind(text, match.start(), symbol)
        if kind is None and match["dated"] is None:
            continue  # "12/QL5", "24/7": neither the words before nor the symbol make it a directive
        dated = _DATE_AFTER.match(text, match.end())
        start = match.start()
        if before := _KIND_BEFORE.search(text, max(0, start - _LOOK_BACK), start):
            start = before.start()
        end = dated.end() if dated else match.end()
        yield Reference(text[start:end], start, end, kind, _normal(match), _iso(dated) if dated else None)


def _kind(text: str, start: int, symbol: str) -> str | None:
    if before := _KIND_BEFORE.search(text, max(0, start - _LOOK_BACK), start):
        return before["kind"][:1].upper() + before["kind"][1:].lower()
    first = re.split(rf"\s*(?:{_DASH}|/)\s*", symbol)[0]
    return KINDS.get(_capitals(first.rstrip("0123456789")))


def _capitals(part: str) -> str:
    part = part.replace("Ð", "Đ").replace("đ", "Đ")
    return _OWN_CAPITALS.get(part.upper(), part if any(c.islower() for c in part) else part.upper())


def _normal(match: re.Match[str]) -> str:
    """Normal form: Đ as U+0110, plain hyphens, no spaces, the abbreviation's own capitals."""
    written = re.sub(r"\s", "", match.group())
    written = re.sub(_DASH, "-", written)
    return re.sub(r"[A-Za-zĐÐđƯÔ]+", lambda m: _capitals(m.group()), written)


def _iso(match: re.Match[str]) -> str | None:
    """ISO date, or None for a day that does not exist."""
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None
