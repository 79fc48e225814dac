"""Dates as Vietnamese portals write them. A date is read only from what shows nothing else: no guess from prose."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from config.errors import InputError

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 1990, 2100  # no portal is older; another year is a slip of a form

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
_TIME = re.compile(r"(\d{1,2})[:hg](\d{2})(?::\d{2})?$")

_SHOWN_DATE = re.compile(
    r"(?<!\d)(?:(?:ngày\s+)?(?P<day>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s*,?\s+(?:năm\s+)?(?P<y>\d{4}))(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})\s?(?::|h|g|giờ)\s?(?P<minute>\d{2})(?:\s?(?:'|phút)|:(?P<second>\d{2}))?"
    r"(?:\s?(?P<half>AM|PM|SA|CH)\b)?(?!\d)",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\(?\b(?:GMT|UTC)\s?\+\s?0?7(?::00)?\)?", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:(?:ngày|giờ|thời\s+gian)\s+)?(?:đăng(?:\s+(?:tin|bài|tải|ngày|lúc|vào))?|cập\s+nhật|xuất\s+bản|tạo|đưa\s+tin"
    r"|gửi(?:\s+bài)?|phát\s+hành)(?:\s+(?:lúc|ngày|lần\s+cuối))*|\bngày(?=\s*:)|\bthời\s+gian(?=\s*:)|\blúc\b"
    r"|\b(?:posted|published|updated|date)(?:\s+(?:on|at))?\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"cập\s+nhật|updated", re.IGNORECASE)
_COUNT = re.compile(
    r"\b(?:số\s+)?(?:lượt|lần|người)(?:\s+(?:người|đã))?\s*(?:xem|đọc|truy\s+cập)?\s*:?\s*\(?[\d.,]*\)?"
    r"|\b(?:đã\s+)?(?:xem|đọc)\s*:?\s*\(?\d[\d.,]*\)?(?:\s+lần)?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_BY = re.compile(r"\b(?:bởi|tác giả|người đăng|by)\b.*$", re.IGNORECASE)


def stated_moment(date: str, time: str | None) -> datetime:
    """The moment a header line states ("07/08/2019", "14:37"), in Vietnam's time zone.

    Raises:
        InputError: it does not exist or has another form.
    """
    if iso := _ISO_DATE.match(date):
        year, month, day = map(int, iso.groups())
    elif written := _DATE.match(date):
        day, month, year = map(int, written.groups())
    else:
        raise _bad_date(date)
    clock = _TIME.match(time) if time else None
    if time and not clock:
        raise _bad_date(f"{date} {time}")
    hour, minute = map(int, clock.groups()) if clock else (0, 0)
    try:
        return datetime(year, month, day, hour, minute, tzinfo=TIME_ZONE)
    except ValueError:
        raise _bad_date(f"{date} {time or ''}".strip()) from None


def iso_moment(value: str) -> datetime | None:
    """The moment in a page's metadata (ISO 8601), None where it is no such thing; without a zone it is Vietnam's."""
    try:
        moment = datetime.fromisoformat(value.strip())
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
    except ValueError:
        return None
    return moment.replace(tzinfo=TIME_ZONE) if moment.tzinfo is None else moment.astimezone(TIME_ZONE)


def shown_moment(line: str) -> datetime | None:
    """The moment of a line that shows a date and at most a time, weekday, label, author or count of readers.

    A line with other words is prose ("Hải Phòng, ngày 7 tháng 8 năm 2019" is a letterhead): None.
    """
    date = _SHOWN_DATE.search(line)
    if not date:
        return None
    rest = line[: date.start()] + "\n" + line[date.end() :]
    clock = _CLOCK.search(rest)
    if clock:
        rest = rest[: clock.start()] + "\n" + rest[clock.end() :]
    return None if _says_more(rest) else _moment(date, clock)


def is_labelled(line: str) -> bool:
    """Whether a line with a date says that it is the date of publishing."""
    return bool(_LABEL.search(line))


def is_update(line: str) -> bool:
    """Whether a line with a date gives the last change, not the publishing."""
    return bool(_UPDATED.search(line))


def _says_more(rest: str) -> bool:
    """Whether words are left beside a date: none may be, but behind a label the author's name."""
    labelled = is_labelled(rest)
    for pattern in (_ZONE, _WEEKDAY, _COUNT, _LABEL):
        rest = pattern.sub(" ", rest)
    return bool(_LETTER.search(_BY.sub("", rest.strip()) if labelled else rest))


def _moment(date: re.Match[str], clock: re.Match[str] | None) -> datetime | None:
    day, month, year = _day_month_year(date, clock)
    hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second")) if clock else (0, 0, 0)
    half = (clock["half"] or "").upper() if clock else ""
    if half in {"PM", "CH"} and hour < 12:
        hour += 12
    if half in {"AM", "SA"} and hour == 12:
        hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=TIME_ZONE)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= year <= LAST_YEAR else None


def _day_month_year(date: re.Match[str], clock: re.Match[str] | None) -> tuple[int, int, int]:
    """Day first, but in the American form of a server left at its defaults: "2:37:00 PM 8/7/2019"."""
    if date["iso_year"]:
        return int(date["iso_day"]), int(date["iso_month"]), int(date["iso_year"])
    if date["y"]:
        return int(date["d"]), int(date["m"]), int(date["y"])
    day, month, year = int(date["day"]), int(date["month"]), int(date["year"])
    padded = date["day"].startswith("0") or date["month"].startswith("0")
    american = clock and clock["second"] and (clock["half"] or "").upper() in {"AM", "PM"} and not padded
    if american and day <= 12:
        day, month = month, day
    return day, month, year


def _bad_date(seen: str) -> InputError:
    return InputError(
        f"ngày đăng «{seen}» không có thật hoặc không đúng dạng 07/08/2019 14:37; hãy sửa dòng đó",
        f"the date «{seen}» does not exist or is not of the form 07/08/2019 14:37; correct that line",
    )
