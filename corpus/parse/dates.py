"""Dates as Vietnamese portals write them. A date is read only from what shows nothing else: no guess from prose."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from config.errors import InputError

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 1990, 2100  # no portal is older; another year is a slip of a form

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
_ONE_DIGIT_HOUR = re.compile(r"(?<=\d)T(?=\d:)")
_TIME = re.compile(r"(\d{1,2})[:hg](\d{2})(?::\d{2})?$")

_MONTHS = {
    name: 1 + number % 12
    for number, name in enumerate(
        "một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|mười một|mười hai"
        "|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec".split("|")
    )
} | {"giêng": 1, "bốn": 4, "bẩy": 7, "chạp": 12}  # fmt: skip
_IN_VIETNAMESE = r"tháng\s+(?P<{0}>\d{{1,2}}|mười\s+(?:một|hai)|[^\W\d_]{{2,5}})"
_IN_ENGLISH = (
    r"(?P<{0}>(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b)\.?"
)
_SHOWN_DATE = re.compile(
    r"(?<!\d)(?:(?:ngày\s+)?(?P<day>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})(?P<iso_sep>[/-])(?P<iso_month>\d{1,2})(?P=iso_sep)(?P<iso_day>\d{1,2})"
    rf"|(?:ngày\s+)?(?P<d>\d{{1,2}})\s+(?:{_IN_VIETNAMESE.format('m')}|{_IN_ENGLISH.format('em')})"
    r"\s*,?\s+(?:năm\s+)?(?P<y>\d{4})"
    rf"|(?:{_IN_VIETNAMESE.format('m1')}|{_IN_ENGLISH.format('em1')})\s+(?P<d1>\d{{1,2}})\s*,?\s+(?P<y1>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})\s?(?::|h|g|giờ)\s?(?P<minute>\d{2})(?:\s?(?:'|phút)|:(?P<second>\d{2}))?"
    r"(?:\s?(?P<half>AM|PM|SA|CH|sáng|trưa|chiều|tối)\b)?(?!\d)",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\(?\b(?:GMT|UTC)\s?\+\s?0?7(?::00)?\)?", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|b[ảẩ]y|[2-7])|chủ\s+nhật|T[2-7]|CN|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?"
    r"|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:(?:ngày|giờ|thời\s+gian)\s+)?(?:(?:được|đã)\s+)?(?:đăng(?:\s+(?:tin|bài|tải))?|cập\s+nhật|xuất\s+bản|tạo"
    r"|đưa\s+tin|gửi(?:\s+bài)?|phát\s+hành)(?:\s+(?:lúc|ngày|vào|lần\s+cuối))*(?!\w)"
    r"|\b(?:posted|publish(?:ed)?|created|submitted|(?:last\s+)?updated)(?:\s+(?:date|on|at))*\b",
    re.IGNORECASE,
)
_LINK_WORD = re.compile(  # between a label or a name and its date
    r"\bngày(?=\s*:)|\b(?:lúc|vào(?:\s+ngày)?|date|on|at)\b", re.IGNORECASE
)
_UPDATED = re.compile(r"cập\s+nhật|updated", re.IGNORECASE)
_COUNT = re.compile(
    r"\b(?:số\s+)?(?:lượt|lần|người)(?:\s+(?:người|đã))?\s*(?:xem|đọc|truy\s+cập)?\s*:?\s*\(?[\d.,]*\)?"
    r"|\b(?:đã\s+)?(?:xem|đọc|views?|hits|bình\s+luận|comments?)\s*:?\s*\(?\d[\d.,]*\)?(?:\s+lần)?"
    r"|\b\d[\d.,]*\s+(?:bình\s+luận|comments?|views?|lượt)\b"
    r"|\b\d+\s+(?:phút\s+đọc|min(?:utes?)?\s+read)\b"
    r"|\bA\s?[-+](?!\w)|\bcỡ\s+chữ\b|\b(?:in|gửi)\s+(?:bài|trang)(?:\s+viết)?\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[|•·»]\s*|\s[-–—]\s")
_LETTER = re.compile(r"[^\W\d_]")
_BY = r"(?:{0})[^\n]{{0,60}}?(?=\b(?:vào|lúc|ngày|on|at)\b|[|\n]|\s[-–—•]\s|$)"
_AUTHOR = re.compile(
    _BY.format(r"\b(?:tác\s+giả|người\s+(?:đăng|gửi|viết)|nguồn|chuyên\s+mục|author|category)\s*:"), re.IGNORECASE
)
_AUTHOR_BEHIND_LABEL = re.compile(_BY.format(r"\b(?:bởi|tác\s+giả|người\s+đăng|by)\b"), re.IGNORECASE)
_LONGEST_STAMP = 160  # code points of a line that may show a date and nothing else
_NAME_WORDS = 6  # of an author or a section that stands on the date's line
# What a date is of, if not of publishing.
_OTHER_DATE = re.compile(
    r"\b(?:ban\s+hành|hiệu\s+lực|ký|hạn|từ|đến|trước|sau|sinh|họp|hội\s+nghị|lễ|khai\s+\w+|bắt\s+đầu|kết\s+thúc|tổ\s+chức"
    r"|thời\s+gian|sự\s+kiện|địa\s+điểm|diễn\s+ra|sáng|trưa|chiều|tối|hôm\s+nay|số|năm|tuần|kỳ|quý|tháng|ngày)\b",
    re.IGNORECASE,
)


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


def stated_in_head(value: str) -> datetime | None:
    """The moment in a page's metadata, in the forms found there: ISO 8601, that of e-mail, or as pages show it."""
    try:
        return iso_moment(parsedate_to_datetime(value).isoformat())
    except ValueError:
        return iso_moment(_ONE_DIGIT_HOUR.sub("T0", value)) or shown_moment(value)


def shown_moment(line: str) -> datetime | None:
    """The moment of a line that shows a date and at most a time, weekday, label, author or count of readers.

    A line with other words is prose ("Hải Phòng, ngày 7 tháng 8 năm 2019" is a letterhead): None.
    """
    date, clock, rest = _taken_apart(line)
    return _moment(date, clock) if date and not _LETTER.search(rest) else None


def moment_beside_name(line: str) -> datetime | None:
    """The moment of a line where besides the date only a name stands: "Thời sự | 07/08/2019", "Minh Hà 7/8/2019 14:37".

    Nothing tells an author from a place, so that this is to be asked only for lines at a title. A date that stands free
    on neither side of a separator needs a time.
    """
    date, clock, rest = _taken_apart(line)
    words = rest.split()
    if not date or len(words) > _NAME_WORDS or date["y"] or date["y1"] or line.endswith((".", ":", ";", "?", "!")):
        return None
    if any(map(str.isdigit, rest)) or _OTHER_DATE.search(rest):
        return None
    is_apart = any(_SHOWN_DATE.search(part) and shown_moment(part) for part in _SEPARATOR.split(line))
    return _moment(date, clock) if clock or is_apart else None


def is_labelled(line: str) -> bool:
    """Whether a line with a date says that it is the date of publishing."""
    return bool(_LABEL.search(line))


def is_update(line: str) -> bool:
    """Whether a line with a date gives the last change, not the publishing."""
    return bool(_UPDATED.search(line))


def _taken_apart(line: str) -> tuple[re.Match[str] | None, re.Match[str] | None, str]:
    """The date and the time of a line, and what is left of it without weekday, labels, author and counts of readers."""
    date = _SHOWN_DATE.search(line) if len(line) <= _LONGEST_STAMP and _YEAR.search(line) else None
    if not date:
        return None, None, line
    rest = line[: date.start()] + "\n" + line[date.end() :]
    clock = _CLOCK.search(rest)
    if clock:
        rest = rest[: clock.start()] + "\n" + rest[clock.end() :]
    by = (_AUTHOR, _AUTHOR_BEHIND_LABEL) if is_labelled(rest) else (_AUTHOR,)
    for pattern in (_ZONE, _WEEKDAY, *by, _LABEL, _COUNT, _LINK_WORD):
        rest = pattern.sub(" ", rest)
    return date, clock, rest


def _moment(date: re.Match[str], clock: re.Match[str] | None) -> datetime | None:
    year, month, day = _year_month_day(date, clock)
    hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second")) if clock else (0, 0, 0)
    half = (clock["half"] or "").upper() if clock else ""
    if half in {"PM", "CH", "CHIỀU", "TỐI"} and hour < 12:
        hour += 12
    if half in {"AM", "SA"} and hour == 12:
        hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=TIME_ZONE)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= year <= LAST_YEAR else None


def _year_month_day(date: re.Match[str], clock: re.Match[str] | None) -> tuple[int, int, int]:
    """Day first, but in the American form of a server left at its defaults: "2:37:00 PM 8/7/2019"."""
    if date["iso_year"]:
        return int(date["iso_year"]), int(date["iso_month"]), int(date["iso_day"])
    if date["y"]:
        return int(date["y"]), _month(date["m"] or date["em"]), int(date["d"])
    if date["y1"]:
        return int(date["y1"]), _month(date["m1"] or date["em1"]), int(date["d1"])
    day, month, year = int(date["day"]), int(date["month"]), int(date["year"])
    padded = date["day"].startswith("0") or date["month"].startswith("0")
    american = clock and clock["second"] and (clock["half"] or "").upper() in {"AM", "PM"} and not padded
    return (year, day, month) if american and day <= 12 else (year, month, day)


def _month(written: str) -> int:
    """The month's number, 0 for a word that is none."""
    name = " ".join(written.casefold().split())
    return int(name) if name.isdigit() else _MONTHS.get(name, _MONTHS.get(name[:3], 0))


def _bad_date(seen: str) -> InputError:
    return InputError(
        f"ngày đăng «{seen}» không có thật hoặc không đúng dạng 07/08/2019 14:37; hãy sửa dòng đó",
        f"the date «{seen}» does not exist or is not of the form 07/08/2019 14:37; correct that line",
    )
