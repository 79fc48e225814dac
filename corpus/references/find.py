"""Find: every reference to a directive in a text, where it stands, and what it says.

1. `view.py` gives the text one spelling.
2. Type words ("Quyết định", "QĐ", "Luật") and numbers ("3482/QĐ-UBND", "45-NQ/TW") are looked for, each once over the text.
3. They are put together: a number with the type before it; a type with a bare serial; a law's name with its year; a type
   with "này".
4. What stands around adds the date (`dates.py`), the issuer (`issuers.py`) and what is done to it (`relations.py`).

What counts as a reference and how far it reaches: tests/data/references/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.models import Reference
from corpus.references.dates import Written, date_at, dates_in
from corpus.references.issuers import issuer_after, issuer_of_symbol
from corpus.references.kinds import LETTER, NAMED, is_no_kind, is_office, kind_of_part
from corpus.references.relations import Deed, Span, relate
from corpus.references.symbols import Symbol, symbol_at
from corpus.references.view import Told, View, view_of
from corpus.references.words import Link, TypeWord, link_before, named_law, type_words

_SERIAL = r"(?<![\w/-])(?<!\d[.,])(?P<serial>\d{1,5}[a-z]?)"
_SYMBOLIC = re.compile(
    rf"{_SERIAL}\s{{0,2}}(?P<first>[/-])\s{{0,2}}(?:(?P<year>(?:19|20)\d\d)\s{{0,2}}[/-]\s{{0,2}})?(?=[a-z])"
)
_BARE = re.compile(rf"{_SERIAL}(?:\s?/\s?(?P<year>(?:19|20)\d\d))?(?!\w|\s?[/%]|-\d|[.,]\d|\s?-\s?[a-z]{{1,6}}\s?/)")
_LISTED = re.compile(
    r"\s{0,3}(?:,|;|va\b|,\s?va\b)\s{0,3}(?:so\s{1,2})?(?P<serial>\d{1,5}[a-z]?)(?=\s{0,2}(?:[,;.)]|$|va\b|ngay\b|cua\b|cung\b))(?![.,]\d)"
)
_SELF = re.compile(r"\s{1,3}nay(?!\w)")
_NO_DIRECTIVE = Told(
    r"(?<!\w)(?:hợp đồng|hoá đơn|hóa đơn|biên bản|giấy phép|cấp phép|cấp|giấy chứng nhận|giấy giới thiệu|chứng chỉ|bản án|mẫu|biểu mẫu|biểu|phụ lục|tài khoản"
    r"|điện thoại|số nhà|tiêu chuẩn|quy chuẩn|tcvn|qcvn|gcn|hồ sơ|mã số|biển số|cccd|cmnd|phiếu|biên lai|đăng ký kinh doanh|stk|km|lô|thửa|tờ bản đồ"
    r"|phòng|căn hộ|tầng)(?:\s+[^\W\d_]+){0,6}?\s{0,3}(?:\(?số|:)?\s{0,2}:?\s{0,2}$"
)
_NO_DIRECTIVE_REACH = 60
_WRITING = re.compile(r"van ban (?:so )?:?\s?$")
_GENERIC = re.compile(r"(?:van ban|so|tai|thuoc|cong van|tai lieu|:)\s{0,2}(?:so)?\s{0,2}:?\s{0,2}$")

# Types that are nouns and nothing else, so that a bare serial behind them is a number ("Nghị định 100").
_STRONG = frozenset(
    ("Nghị định", "Nghị quyết", "Thông tư", "Thông tư liên tịch", "Chỉ thị", "Công văn", "Công điện", "Sắc lệnh")
)
_WEAK = frozenset(("Quyết định", "Thông báo", "Kết luận", "Quy định", "Hướng dẫn"))  # verbs too
_COUNTED = Told(
    r"\s{1,2}(?:năm(?!\s+\d)|người|tháng(?!\s+\d)|tuần|giờ|trang|điều|khoản|điểm|vấn đề|nội dung|ca|trường hợp|tổ chức|cá nhân|đối tượng|đơn vị|đồng"
    r"|triệu|tỷ|nghìn|hộ|học|bản(?!\s+hành)|cuộc|dự án|đề án|giải pháp|nhiệm vụ|mục|mức|chỉ tiêu|phần|lần|bước|ngày(?!\s+\d)|xã|phường|quận|huyện|tỉnh|khu"
    r"|loại|nhóm|tiêu chí|bộ(?!\s+sung)|quý(?!\s+định)|thủ tục|công trình|doanh nghiệp|cơ quan|đoàn|địa phương|vụ|chương|mẫu|công văn|quyết định|nghị quyết"
    r"|văn bản|chữ|cán bộ|m2|ha|km|kg|suất|hàng|lớp|m|con)(?!\w)"
)
_GOES_ON = re.compile(
    r"\s{0,2}(?:$|[,.;:?!()\"”\n-]|(?:ngay|cua|ve|quy|noi|co|la|gi|do|cho|nao|con|van|duoc|thay|het|bi|da|nay|va|tai|ban|hoi|chi|de|thi|neu|dong y|trien khai|lien|sao|the|vd|v|vv|dau|o)\b)"
)
_SMALL_SELVES = frozenset(("Nghị định", "Nghị quyết", "Thông tư", "Thông tư liên tịch", "Chỉ thị"))
_LARGEST_MONTH = 12
_OLD_BODIES = frozenset(("CP", "TTg", "HĐBT"))  # alone behind a serial before 2004: 64/CP
_YEARS = re.compile(r"(?:19|20)\d\d")

_DAY_BEHIND = re.compile(
    r"\s{0,3}(?:,\s{0,2})?(?:\(\s{0,2})?(?:(?:duoc\s+)?(?:ky ban hanh|ban hanh|ky)\s+)?(?P<shared>(?:deu\s+)?cung\s+|deu\s+)?(?:ban hanh\s+|ky\s+)?(?:vao\s+)?ngay\s{1,3}(?=[\dkmhbntlc])"
)
_DAY_IN_BRACKETS = re.compile(r"\s{0,2}(?:\(\s{0,2}|\|\s?|,?\s{1,2})(?=\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4})")
_DAY_BEHIND_ISSUER = re.compile(
    r"\s{0,3},?\s{0,2}(?:(?:da\s+)?(?:ky ban hanh|ban hanh|ky)\s+)?(?:\(\s{0,2})?(?P<shared>cung\s+)?(?:ban hanh\s+)?ngay\s{1,3}(?=\d)"
)
_ISSUED = re.compile(
    r"[^.;\n]{0,160}?(?<!\w)(?:ky ban hanh|ban hanh|da ky|ky|co|ra|da gui|gui)\s+(?:(?:van ban|cac)\s+)?(?:so\s{0,2}:?\s{0,2})?"
)
_AND_ANOTHER = re.compile(r"(?:[^.;\n\d]{0,300}?(?<!\w)va|\s{0,2},)\s+(?:(?:van ban|cac)\s+)?(?:so\s{0,2}:?\s{0,2})?")
_NOT_ISSUED = re.compile(r"(?:tu|den|truoc|sau|ke tu|het|trong)\s+$")
_SENTENCE = 240
_SPELT_ON = re.compile(r"\s?(?:\(|,\s)?\s?(?:ngay|cua|ve)\s")
_NAMED_BY = re.compile(r"(?<!\w)(?:theo|tai|can cu|cua|trong|so|voi)\s$")
_SO = re.compile(r"(?:\s?\([a-z]{1,5}\))?(?P<so>\s{1,3}so(?:\s+hieu)?\s{0,2}[:.]?\s{0,3}|\s{0,2}:?\s{1,2}|\s{1,3})")
_UNIT = re.compile(r"\s?(?:%|dong\b|trieu\b|ty\b|nguoi\b)")


@dataclass(slots=True)
class _Found:
    """A reference in the making; offsets count in the view."""

    start: int
    end: int
    kind: str | None
    number: str | None = None
    name: str | None = None
    year: int | None = None
    day: Written | None = None
    issuer: str | None = None
    shares_day: bool = False

    @property
    def myself(self) -> bool:
        return self.number is None and self.name is None


def find_references(text: str) -> tuple[Reference, ...]:
    """Every reference to a directive, in reading order; spans do not overlap and count in the text as it is given.

    Takes time linear in the text.
    """
    view = view_of(text)
    found = _without_overlaps(_Finder(view).all())
    for each, following in zip(found, [*found[1:], None], strict=False):
        _add_day_and_issuer(view, each, following.start if following else len(view.text))
    _add_days_before(view, found)
    _share_days(view, found)
    deeds = relate(view, [Span(each.start, each.end, each.myself) for each in found])
    return tuple(_reference(text, view, each, deed) for each, deed in zip(found, deeds, strict=True))


def _reference(text: str, view: View, found: _Found, deed: Deed) -> Reference:
    start, end = view.span(found.start, found.end)
    day = found.day
    return Reference(
        text[start:end],
        start,
        end,
        found.kind,
        found.number,
        day.iso if day else None,
        found.issuer,
        deed.relation,
        deed.by,
        found.name,
        found.year,
        view.text[day.start : day.end] if day and day.iso is None and day.has_year else None,
    )


def _without_overlaps(found: Iterator[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


class _Finder:
    """One walk over a view for each form that a reference can have."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._words = type_words(view)
        self._marked = not view.text.isascii()

    def all(self) -> Iterator[_Found]:
        symbolic = list(self._symbolic())
        yield from symbolic
        taken = {each.start for each in symbolic}
        for word in self._words:
            if word.start in taken:
                continue
            yield from self._behind(word)

    # ------------------------------------------------------------------------------------------ numbers with a symbol

    def _symbolic(self) -> Iterator[_Found]:
        previous: _Found | None = None
        for match in _SYMBOLIC.finditer(self._view.folded):
            symbol = symbol_at(self._view, match.end())
            if symbol is None or not self._ends_well(symbol.end):
                continue
            link = link_before(self._view, self._words, match.start())
            listed = previous if previous and self._continues(previous.end, match.start()) else None
            kind, accepted = self._judge(match, symbol, link, listed)
            if not accepted:
                continue
            start = link.word.start if link else match.start()
            previous = _Found(start, symbol.end, kind, _number(match, symbol))
            yield previous

    def _ends_well(self, end: int) -> bool:
        following = self._view.folded[end : end + 1]
        return not (following.isalnum() and not self._stuck(end)) and following not in {"_", "@"} and following != "/"

    def _stuck(self, end: int) -> bool:
        """Whether the word behind is stuck to the symbol, a blank having been lost."""
        return self._view.text[end - 1].isupper() and self._view.text[end].islower()

    def _continues(self, end: int, start: int) -> bool:
        between = self._view.folded[end:start] if 0 <= start - end <= 12 else "-"
        return bool(re.fullmatch(r"\s{0,3}(?:,|;|va|hoac|,\s?va)\s{0,3}(?:(?:so|cac)\s{0,2}:?\s{0,2})?", between))

    def _judge(
        self, match: re.Match[str], symbol: Symbol, link: Link | None, listed: _Found | None
    ) -> tuple[str | None, bool]:
        """The type of document, and whether it is one at all."""
        parts = [part.replace(" ", "") for part in symbol.parts]
        own = kind_of_part(parts[0])
        party = match["first"] == "-" and match["year"] is None
        if (is_no_kind(parts) and not (link and link.direct)) or (party and not self._is_party(symbol, own)):
            return None, False
        if not (link and (link.direct or link.word.is_named)) and self._is_of_no_directive(match.start()):
            return None, False
        before = self._view.folded[max(0, match.start() - _NO_DIRECTIVE_REACH) : match.start()]
        if link:
            known = own or is_office(parts[0]) or not symbol.typed_small or link.has_so or match["year"]
            return link.word.kind, bool(known)
        if own is None:
            return self._letter(match, parts, symbol, listed, before)
        enough = (
            (_WRITING.search(before) and not symbol.typed_small)
            or (len(parts) > 1 and len(parts[1]) > 1)
            or match["year"]
            or listed
        )
        if symbol.typed_small and not (len(parts) > 1 or match["year"]):
            return None, False
        return own, bool(enough)

    def _is_of_no_directive(self, at: int) -> bool:
        """Whether the number at `at` is called a contract's, a form's, a telephone's."""
        before = self._view.text[max(0, at - _NO_DIRECTIVE_REACH) : at]
        return _NO_DIRECTIVE.search(before if self._marked else before.lower())

    @staticmethod
    def _is_party(symbol: Symbol, own: str | None) -> bool:
        return own is not None and len(symbol.parts) > 1 and "/" in symbol.normal

    def _letter(
        self, match: re.Match[str], parts: list[str], symbol: Symbol, listed: _Found | None, before: str
    ) -> tuple[str | None, bool]:
        """What a symbol that names no type is: an official letter, one more of a list, or nothing."""
        if len(parts) == 1 and parts[0] in _OLD_BODIES:
            return (listed.kind if listed else None), True
        if match["year"]:
            return (listed.kind if listed else None), all(len(part) > 1 and part.isupper() for part in parts)
        if len(parts) < 2 or any(len(part.rstrip("0123456789")) < 2 for part in parts[:1]):
            return None, False
        if listed:
            return listed.kind, True
        if is_office(parts[0]) or (_GENERIC.search(before) and not symbol.typed_small):
            return LETTER, True
        return None, False

    # ------------------------------------------------------------------------------------------ what a type word begins

    def _behind(self, word: TypeWord) -> Iterator[_Found]:
        view = self._view
        if _SELF.match(view.folded, word.end):
            if self._is_self(word):
                yield _Found(word.start, _end(_SELF.match(view.folded, word.end)), word.kind)
            return
        if word.is_named and not word.short and (law := named_law(view, word)):
            if law.year is not None:
                yield _Found(word.start, law.end, word.kind, None, law.name, law.year)
                return
            if day := date_at(view.folded, law.end):
                year = int(day.iso[:4]) if day.iso else None
                yield _Found(word.start, day.end, word.kind, None, law.name, year, day)
                return
        yield from self._bare(word)

    def _is_self(self, word: TypeWord) -> bool:
        at = _end(_SELF.match(self._view.folded, word.end))
        written = self._view.text[word.end : at].strip()
        marked = any(ord(letter) > 0x7F for letter in self._view.text[word.start : word.end])
        if word.short or (marked and written.lower() != "này"):
            return False
        return word.capital or word.kind in _SMALL_SELVES

    def _bare(self, word: TypeWord) -> Iterator[_Found]:
        view = self._view
        so = _SO.match(view.folded, word.end)
        if so is None or not (match := _BARE.match(view.folded, so.end())):
            return
        if "\n" in so[0] and "so" not in so[0]:
            return
        if not self._is_serial(word, match, has_so="so" in so[0]):
            return
        number = match["serial"] + (f"/{match['year']}" if match["year"] else "")
        found = _Found(word.start, match.end(), word.kind, _serial(view, match, number))
        yield found
        while "so" in so[0] and (match := _LISTED.match(view.folded, found.end)):
            start = match.start("serial")
            found = _Found(start, match.end("serial"), word.kind, view.text[start : match.end("serial")])
            yield found

    def _is_serial(self, word: TypeWord, match: re.Match[str], *, has_so: bool) -> bool:
        """Whether a bare number behind a type word is its serial, and not a year, a month or a count."""
        folded, serial = self._view.folded, match["serial"]
        if word.kind in NAMED and not (has_so or match["year"]):
            return False
        if match["year"]:
            return (
                has_so
                or word.kind in _STRONG | NAMED
                or (word.kind in _WEAK and int(serial.rstrip("abcdefghijklmnopqrstuvwxyz")) > _LARGEST_MONTH)
            )
        if has_so:
            return not _is_unit(folded, match.end())
        if _COUNTED.match(self._view, match.end(), marked=self._marked) or _YEARS.fullmatch(serial):
            return False
        if word.short:
            known = word.kind in {"Quyết định", "Nghị quyết", "Nghị định", "Công văn"}
            return known or (not word.capital and bool(_NAMED_BY.search(folded, max(0, word.start - 10), word.start)))
        if word.kind in _STRONG:
            return True
        if word.kind not in _WEAK or not _GOES_ON.match(folded, match.end()):
            return False
        return len(serial) >= 3 or self._is_capital_inside(word) or bool(_SPELT_ON.match(folded, match.end()))

    def _is_capital_inside(self, word: TypeWord) -> bool:
        """Whether a type word bears a capital that is not its sentence's, so that it is a name."""
        before = self._view.text[max(0, word.start - 3) : word.start].rstrip()
        return word.capital and bool(before) and (before[-1].isalnum() or before[-1] in ',;(“"')


def _is_unit(folded: str, at: int) -> bool:
    return _UNIT.match(folded, at) is not None


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _serial(view: View, match: re.Match[str], number: str) -> str:
    return re.sub(r"\s", "", view.text[match.start() : match.end()]) if match["year"] is None else number


def _number(match: re.Match[str], symbol: Symbol) -> str:
    """The normal form: serial, year and symbol without blanks; the serial's letter as it is written."""
    if match["year"]:
        joint = "-" if match["first"] == "-" else "/"
        return f"{match['serial']}{joint}{match['year']}/{symbol.normal}"
    return f"{match['serial']}{match['first']}{symbol.normal}"


# --------------------------------------------------------------------------------------------------- what stands around


def _add_day_and_issuer(view: View, found: _Found, limit: int) -> None:
    """The date behind a reference, before or behind its issuer, and the issuer; nothing beyond `limit`."""
    if found.myself or found.day:
        return
    day = _day_behind(view, found, found.end, (_DAY_BEHIND, _DAY_IN_BRACKETS))
    if day and day.end <= limit:
        found.day, found.end = day, day.end
    behind = found.end + (1 if view.text[found.end : found.end + 1] == ")" else 0)
    named = issuer_after(view, behind)
    if named and named[1] <= limit:
        found.issuer, end = named
        if found.day is None and (day := _day_behind(view, found, end, (_DAY_BEHIND_ISSUER,))) and day.end <= limit:
            found.day, found.end = day, day.end
    elif found.number:
        found.issuer = issuer_of_symbol(found.number)


def _day_behind(view: View, found: _Found, at: int, patterns: Sequence[re.Pattern[str]]) -> Written | None:
    for pattern in patterns:
        if (match := pattern.match(view.folded, at)) and (day := date_at(view.folded, match.end())):
            found.shares_day = bool(match.groupdict().get("shared"))
            return day
    return None


def _add_days_before(view: View, found: Sequence[_Found]) -> None:
    """The date that opens a sentence which says that the directive was issued then."""
    for i, each in enumerate(found):
        if each.day or each.myself or not each.number:
            continue
        floor = max(found[i - 1].end if i else 0, each.start - _SENTENCE)
        days = dates_in(view.folded, floor, each.start)
        if not days:
            continue
        day = days[-1]
        lead = view.folded[max(0, day.start - 20) : day.start]
        told = re.search(r"ngay\s{1,3}$", lead)
        if (
            told
            and not _NOT_ISSUED.search(lead[: told.start()])
            and _ISSUED.fullmatch(view.folded, day.end, each.start)
        ):
            each.day = day
            _date_the_list(view, found[i:])


def _date_the_list(view: View, found: Sequence[_Found]) -> None:
    """What a sentence says to be issued on a day may be several: "ký Công văn … và Kế hoạch …"."""
    for before, each in pairwise(found):
        gap = view.folded[before.end : each.start]
        if each.day or each.myself or not each.number or not _AND_ANOTHER.fullmatch(gap):
            return
        each.day = found[0].day


def _share_days(view: View, found: Sequence[_Found]) -> None:
    """One date for several: "cùng ngày 02/01/2024" counts for each member of the list."""
    for i in reversed(range(1, len(found))):
        before, each = found[i - 1], found[i]
        if each.shares_day and each.day and before.day is None and before.number:
            between = view.folded[before.end : each.start]
            if len(between) <= _SENTENCE // 2 and not re.search(r"[.]\s|\n\n", between):
                before.day, before.shares_day = each.day, True
