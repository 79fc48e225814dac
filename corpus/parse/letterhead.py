"""The head of an administrative document: who issued it, its number and date, and what it is about.

The parts and their order are those of Decree 30/2020/NĐ-CP, Appendix I (thể thức văn bản hành chính); party documents
("ĐẢNG CỘNG SẢN VIỆT NAM") have nearly the same. Nothing is found in a text without the national or the party's heading:
a wrong number or date would be worse than none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from corpus.clean import normalise
from corpus.models import CELLS
from corpus.parse.dates import TIME_ZONE
from corpus.parse.finish import MAX_TITLE
from corpus.references import KINDS, find_references

HEAD_LINES = 30  # the head of a document with long names on both sides has about twenty
_HEADING = re.compile(r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA|ĐẢNG CỘNG SẢN VIỆT NAM")
_REST_OF_HEADING = re.compile(r"(?:VIỆT )?NAM|Độc lập\W+Tự do\W+Hạnh phúc\W*|[\W_]+", re.IGNORECASE)
_NUMBER = re.compile(r"\W*Số\s*:?\s*(?P<number>[\d/].*)", re.IGNORECASE)
_OPEN_NUMBER = re.compile(r"\W*Số\s*:", re.IGNORECASE)
_RULE = re.compile(r"\s*[-_–—=*.]{3,}$")  # drawn of characters under a name
_PLACE_AND_DATE = re.compile(
    r"[^\d,]{2,40},\s*ngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})\W*", re.IGNORECASE
)
_ABOUT = re.compile(r"V/v|Về việc", re.IGNORECASE)
# Decree 30/2020/NĐ-CP, article 7, beside the kinds that references name; "Công văn" is never written in a head.
_KINDS = {
    name.upper(): name
    for name in (
        *(kind for kind in KINDS.values() if kind != "Công văn"), "Bộ luật", "Thông cáo", "Dự án", "Biên bản",
        "Hợp đồng", "Bản ghi nhớ", "Bản thỏa thuận", "Giấy ủy quyền", "Giấy giới thiệu", "Thư công",
    )
}  # fmt: skip
_LETTER = "Công văn"
_PROSE = (".", ";", ":")
_BODY_BEGINS = re.compile(r"(?:Căn cứ|Kính gửi|Thực hiện|Xét|Theo|Điều|Chương|Phần|[IVX]+\.|\d+\.)\s")
_ORGAN = re.compile(
    r"(?:[ỦU][YỶ] BAN|UBND|HĐND|HỘI|SỞ|BỘ|BAN|CỤC|CHI CỤC|TỔNG|VĂN PHÒNG|PHÒNG|(?:THÀNH|TỈNH|QUẬN|HUYỆN|ĐẢNG) [ỦU][YỶ]"
    r"|ĐẢNG BỘ|CHÍNH PHỦ|THỦ TƯỚNG|CHỦ TỊCH|QUỐC HỘI|TRUNG TÂM|TRƯỜNG|BỆNH VIỆN|VIỆN|THANH TRA|CÔNG AN|T[ÒO][ÀA] ÁN"
    r"|BẢO HIỂM|KHO BẠC|NGÂN HÀNG|MẶT TRẬN|LIÊN ĐOÀN|ĐOÀN|CÔNG TY)\b"
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the head of a document says; None for what it does not say plainly."""

    issuer: str | None = None
    number: str | None = None
    published: datetime | None = None
    kind: str | None = None
    subject: str | None = None

    @property
    def title(self) -> str | None:
        """Such as "Quyết định số 3482/QĐ-UBND: Về việc …", as far as kind, number and subject are known."""
        if not (self.kind or self.number):
            return None
        name = self.kind or "Văn bản"
        named = f"{name} số {self.number}" if self.number else name
        return f"{named}: {self.subject}" if self.subject else named


class _Piece(NamedTuple):
    """A line of the head, or one cell of it where the two columns stand side by side."""

    text: str
    column: int


def read_letterhead(text: str) -> Letterhead:
    """What the first lines say; empty where they are no letterhead."""
    pieces = list(_pieces(text))
    if not _is_headed(pieces):
        return Letterhead()
    at_number = next((at for at, piece in enumerate(pieces) if _NUMBER.match(piece.text)), 0)
    number = _number(pieces[at_number].text)
    at_kind, kind = next(((at, _KINDS[p.text]) for at, p in enumerate(pieces) if p.text in _KINDS), (None, None))
    subject = _subject([piece.text for piece in pieces[at_kind + 1 :]]) if at_kind is not None else None
    if kind is None and (letter := _about(pieces)):
        kind, subject = _LETTER, letter
    if kind is None and number:
        kind = next((reference.kind for reference in find_references(number)), None)
    published = next(filter(None, map(_day, pieces)), None)
    return Letterhead(_issuer(pieces[:at_number]), number, published, kind, subject)


def is_heading(line: str) -> bool:
    """Whether a line is the national or the party's heading, or begins with it."""
    return bool(_HEADING.match(line))


def is_number(line: str) -> bool:
    """Whether a line gives a document's number, or leaves it open."""
    return bool(_NUMBER.match(line) or _OPEN_NUMBER.match(line))


def _pieces(text: str) -> Iterator[_Piece]:
    lines = filter(str.strip, text.split("\n"))
    for line in islice(lines, HEAD_LINES):
        for column, cell in enumerate(line[: 2 * MAX_TITLE].split(CELLS)):
            if piece := _RULE.sub("", " ".join(normalise(cell).split())):
                yield _Piece(piece, column)


def _is_headed(pieces: Sequence[_Piece]) -> bool:
    """Whether the national or the party's heading is there, with no prose above it (an annex has a head of its own)."""
    for piece in pieces:
        if _HEADING.match(piece.text):
            return True
        if piece.text.endswith(_PROSE):
            return False
    return False


def _number(text: str) -> str | None:
    """The number in its normal form; "Số:      /QĐ-UBND", not yet numbered, has none."""
    if not (match := _NUMBER.fullmatch(text)):
        return None
    found = find_references(f"{_LETTER} số {match['number']}")  # the word makes "123/UBND-VX" a number too
    return found[0].number if found and found[0].start == 0 else None


def _day(piece: _Piece) -> datetime | None:
    if not (match := _PLACE_AND_DATE.fullmatch(piece.text)):
        return None
    try:
        return datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=TIME_ZONE)
    except ValueError:
        return None


def _about(pieces: Sequence[_Piece]) -> str | None:
    """The subject of an official letter, which stands under its number."""
    left = [piece.text for piece in pieces if piece.column == 0]
    return next((_subject(left[at:]) for at, text in enumerate(left) if _ABOUT.match(text)), None)


def _subject(lines: Sequence[str]) -> str | None:
    """The trích yếu that begins here: a line, and those that go on in small letters."""
    if not lines or lines[0].isupper() or lines[0].endswith(_PROSE) or _BODY_BEGINS.match(lines[0]):
        return None
    taken = [lines[0]]
    for line in lines[1:]:
        if not line[0].islower():
            break
        taken.append(line)
    return " ".join(taken)


def _issuer(pieces: Sequence[_Piece]) -> str | None:
    """The issuing body, then the one it belongs to ("SỞ Y TẾ, UBND THÀNH PHỐ HẢI PHÒNG"), from above the number."""
    organs: list[str] = []
    for text, column in pieces:
        if column or not text.isupper() or _HEADING.match(text) or _REST_OF_HEADING.fullmatch(text):
            continue
        if _ORGAN.match(text) and not (organs and organs[-1].endswith(" VÀ")):
            organs.append(text)
        elif organs:
            organs[-1] += f" {text}"
    return ", ".join(reversed(organs)) or None
