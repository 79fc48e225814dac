"""Printed pages of a city portal, documents as running text, and plain text with or without header lines.

A printed page begins with "Print Thứ Tư, 07/08/2019 14:37", then the body, then furniture: labels such as
"Tiện ích thông tin" and "Nguồn tin", and the title in a line "QR CODE: ...". Plain text may begin with
"Tiêu đề:", "Ngày đăng:" and "Nguồn:" lines; without them a letterhead names it, else its first line is the title. A
line above or below the title that shows a date and nothing else is when it was published.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from config.errors import InputError
from corpus.clean import tidy
from corpus.models import Article
from corpus.parse.dates import TIME_ZONE, shown_moment, stated_moment
from corpus.parse.finish import MAX_TITLE, finished
from corpus.parse.legacy import to_unicode
from corpus.parse.letterhead import read_letterhead

__all__ = ["TIME_ZONE", "parse_printed_page"]

_PRINTED = re.compile(r"Print\s+(?:Thứ\s+[^\s,]+|Chủ nhật)\s*,\s*(?P<date>\S+)(?:\s+(?P<time>\S+))?$", re.IGNORECASE)
_HEADER = re.compile(r"(?P<name>Tiêu đề|Ngày đăng|Nguồn)\s*:\s*(?P<value>.*)$", re.IGNORECASE)
_QR_TITLE = re.compile(r"QR CODE\s*:\s*(?P<title>.*)$", re.IGNORECASE)
_ORIGIN = re.compile(r"Nguồn tin\s*(?::\s*(?P<origin>.*))?$", re.IGNORECASE)
_TAIL_LABELS = frozenset(
    {
        "tiện ích thông tin",
        "qr code",
        "chúng tôi trên mạng xã hội",
        "qr code fanpage",
        "tin khác",
    }
)
_FANPAGE = "mã qr code truy cập"
_OTHER_NEWS_LABEL = "tin khác"
_ENDS_OF_PROSE = (".", ";", ":")  # what titles and names of newspapers do not end in


@dataclass(slots=True)
class _Parts:
    """What a page has shown so far."""

    title: str = ""
    published: datetime | None = None
    source: str = ""
    body: str = ""


def parse_printed_page(raw: str, *, source: str, title: str = "", published: datetime | None = None) -> Article:
    """The article of a printed page, of a document or of plain text.

    `source` stands in where the page names no origin, `title` and `published`, what the file says of itself, where
    the text says nothing.

    Raises:
        InputError: the page has no text, no body, or a date that does not exist.
    """
    text = tidy(to_unicode(raw))  # in this order: tidy drops the soft hyphen, which is the ư of TCVN3
    if not text:
        raise InputError(
            "tệp không có chữ nào đọc được (chỉ có ký tự ẩn); hãy lưu lại trang thành .txt (UTF-8)",
            "no readable text, invisible characters only; save the page as .txt (UTF-8) again",
        )
    body, tail = _split_tail(text.split("\n"))
    parts = _Parts()
    body = _take_headers(body, parts)
    _take_tail(tail, parts)
    parts.body = "\n".join(body).strip()
    head = read_letterhead(parts.body)
    parts.title = parts.title or head.title or ""  # a document is kept with its head
    if not parts.title:
        _take_first_line(parts, title)
    return finished(
        title=parts.title,
        published=parts.published or head.published or published,
        source=parts.source or source,
        body=parts.body,
        issuer=head.issuer,
    )


def _label(line: str) -> bool:
    folded = line.casefold()
    if folded in _TAIL_LABELS or folded.startswith(_FANPAGE):
        return True
    return bool(_QR_TITLE.match(line) or _ORIGIN.match(line))


def _split_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    """Body lines and furniture lines.

    A body may hold a line like a label: one label alone is no tail, and labels that prose parts from the last ones
    stay in the body.
    """
    labels = [i for i, line in enumerate(lines) if _label(line)]
    first = len(labels) - 1
    while first > 0 and not any(map(_is_prose, lines[labels[first - 1] + 1 : labels[first]])):
        first -= 1
    if len(labels) - first < 2:
        return lines, []
    return lines[: labels[first]], lines[labels[first] :]


def _is_prose(line: str) -> bool:
    return line.endswith(_ENDS_OF_PROSE) or len(line) > MAX_TITLE


def _take_headers(lines: list[str], parts: _Parts) -> list[str]:
    """Reads the print line and the header lines off the top; returns the rest."""
    for at, line in enumerate(lines):
        if not line:
            continue
        if printed := _PRINTED.match(line):
            parts.published = stated_moment(printed["date"], printed["time"])
        elif header := _HEADER.match(line):
            _take_header(header["name"].casefold(), header["value"].strip(), parts)
        elif parts.published is None and (moment := shown_moment(line)):
            parts.published = moment
        else:
            return lines[at:]
    return []


def _take_header(name: str, value: str, parts: _Parts) -> None:
    if name == "tiêu đề":
        parts.title = value
    elif name == "nguồn":
        parts.source = value
    else:
        date, _, time = value.partition(" ")
        parts.published = stated_moment(date.rstrip(","), time.strip() or None) if date else None


def _take_tail(tail: list[str], parts: _Parts) -> None:
    """The title from "QR CODE: ..." and the origin under "Nguồn tin"; both may run over several lines."""
    section = ""
    for line in tail:
        if section == _OTHER_NEWS_LABEL:  # below it stand the titles of other articles
            return
        if not line:
            section = "" if section == "title" and parts.title else section
        elif title := _QR_TITLE.match(line):
            section, parts.title = "title", title["title"].strip()
        elif origin := _ORIGIN.match(line):
            section, parts.source = "origin", origin["origin"] or ""
        elif _label(line):
            section = line.casefold()
        elif section == "title":
            parts.title = f"{parts.title} {line}".strip()
        elif section == "origin":
            parts.source = f"{parts.source} {line}".strip()


def _take_first_line(parts: _Parts, title: str) -> None:
    """Plain text: the first line is the title if it reads like one, else `title` or that line's beginning."""
    first, _, rest = parts.body.partition("\n")
    if rest.strip() and not _is_prose(first) and not first.endswith(","):
        parts.title, parts.body = first, rest.strip()
        below, _, rest = parts.body.partition("\n")
        if parts.published is None and rest.strip() and (moment := shown_moment(below)):
            parts.published, parts.body = moment, rest.strip()
    else:
        parts.title = title or first
