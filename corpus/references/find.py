"""Find: every reference to a directive in a text, where it stands, and what it says.

1. `view.py` gives the text one spelling.
2. Type words ("Quyết định", "QĐ", "Luật") and numbers ("3482/QĐ-UBND", "45-NQ/TW") are looked for, each once over the
   text.
3. They are put together: a number with the type before it; a type with a bare serial; a law's name with its year; a
   type with "này".
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
from corpus.references.kinds import CODE, CODES, LETTER, NAMED, is_no_kind, is_office, kind_of_part
from corpus.references.relations import Deed, Span, relate
from corpus.references.symbols import Symbol, symbol_at
from corpus.references.view import Told, View, any_of, view_of
from corpus.references.words import Link, TypeWord, link_before, named_law, numbered_law, type_words

# ------------------------------------------------------------------------------------------------ numbers

_DIGITS = r"(?<!\d[.,]\d)\d{0,4}[a-z]?"
_SERIAL = rf"(?P<serial>\d(?<![\w/-]\d){_DIGITS})"
_SYMBOLIC = re.compile(  # begins with a digit, which is looked for fastest; a letter may be stuck to it: số12/QĐ-UBND
    rf"(?P<serial>\d(?<![\d_/-]\d){_DIGITS})\s{{0,2}}(?P<first>[/-])\s{{0,2}}(?:(?P<year>(?:19|20)\d\d)\s{{0,2}}[/-]\s{{0,2}})?(?=[a-z])"
)
_BARE = re.compile(rf"{_SERIAL}(?:\s?/\s?(?P<year>(?:19|20)\d\d))?(?!\w|\s?[/%]|-\d|[.,]\d|\s?-\s?[a-z]{{1,6}}\s?/)")
_LISTED = re.compile(
    r"\s{0,3}(?:,|;|va\b|,\s?va\b)\s{0,3}(?:so\s{1,2})?(?P<serial>\d{1,5}[a-z]?)"
    r"(?=\s{0,2}(?:[,;.)]|$|va\b|ve\b|ngay\b|cua\b|cung\b))(?![.,]\d)"
)
_CONTINUED = re.compile(r"\s{0,3}(?:,|;|va|hoac|,\s?va)\s{0,3}(?:(?:so|cac)\s{0,2}:?\s{0,2})?")
_LONGEST_BETWEEN = 12
_FILE = re.compile(r"\.(?:signed\.)?(?:pdf|docx?|xlsx?|rtf|txt|html?|zip|rar|jpe?g|png)\b")
_STUCK_SO = re.compile(r"(?<!\w)so$")
_SO = re.compile(r"(?:\s?\([a-z]{1,5}\))?(?P<so>\s{1,3}so(?:\s+hieu)?\s{0,2}[:.]?\s{0,3}|\s{0,2}:?\s{1,2}|\s{1,3})")
_STUCK = re.compile(r"(?P<serial>\d{1,5})/(?P<year>(?:19|20)\d\d)(?![\w/-]|[.,]\d)")  # NĐ15/2020
_CODE = re.compile(rf"(?<![\w/-])(?P<code>{'|'.join(CODES)})\s{{1,2}}(?:nam\s)?\(?(?P<year>(?:19|20)\d\d)(?![\w/-])")
_UNIT = re.compile(r"\s?(?:%|dong\b|trieu\b|ty\b|nguoi\b)")
_SELF = re.compile(r"\s{1,3}nay(?!\w)")
_YEARS = re.compile(r"(?:19|20)\d\d")
_LARGEST_MONTH = 12
_BODIES_LAST = frozenset(("UBND", "HĐND", "CP", "TTg"))
_OLD_BODIES = frozenset(("CP", "TTg", "HĐBT"))  # alone behind a serial before 2004: 64/CP

_OTHER_PAPERS = any_of(
    """
    hợp đồng, hoá đơn, hóa đơn, biên bản, giấy phép, cấp phép, giấy chứng nhận, giấy giới thiệu, chứng chỉ, bản án,
    mẫu, biểu mẫu, phụ lục, tài khoản, điện thoại, số nhà, tiêu chuẩn, quy chuẩn, tcvn, qcvn, gcn, hồ sơ, mã số,
    biển số, cccd, cmnd, phiếu, biên lai, đăng ký kinh doanh, stk, tờ bản đồ, cáo trạng, gói thầu, xét nghiệm
    """
)
_OTHER_NUMBERED = any_of("cấp, (?<!đại )biểu, km, lô, thửa, căn hộ, (?<!hạ )tầng, vé")  # right before its number
_ROOM = r"(?<!hải )(?<!văn )(?<!quốc )(?<!trưởng )(?<!phó )phòng"  # no city and no office
_IS_OF_OTHER_PAPER = Told(
    rf"(?<!\w)(?:{_OTHER_PAPERS}(?:\s+[^\W\d_]+){{0,9}}?|{_OTHER_NUMBERED}|{_ROOM})\s{{0,3}}(?:\(?số|:)?\s{{0,2}}:?\s{{0,2}}$"
)
_OTHER_PAPER_REACH = 80
_WRITING = re.compile(r"van ban (?:so )?:?\s?$")
_GENERIC = re.compile(r"(?:van ban|so|tai|thuoc|cong van|tai lieu|:)\s{0,2}(?:so)?\s{0,2}:?\s{0,2}$")

# ------------------------------------------------------------------------------------------- bare serials

# Types that are nouns and nothing else, so that a bare number behind them is a serial ("Nghị định 100").
_STRONG = frozenset(
    ("Nghị định", "Nghị quyết", "Thông tư", "Thông tư liên tịch", "Chỉ thị", "Công văn", "Công điện", "Sắc lệnh")
)
_WEAK = frozenset(("Quyết định", "Thông báo", "Kết luận", "Quy định", "Hướng dẫn"))  # verbs too
_SMALL_SELVES = frozenset(("Nghị định", "Nghị quyết", "Thông tư", "Thông tư liên tịch", "Chỉ thị"))
_COUNTABLE = any_of(
    r"""
    người, tuần, giờ, trang, điều, khoản, điểm, vấn đề, nội dung, ca, trường hợp, tổ chức, cá nhân, đối tượng, đơn vị,
    đồng, triệu, tỷ, nghìn, hộ, học, cuộc, dự án, đề án, giải pháp, nhiệm vụ, mục, mức, chỉ tiêu, phần, lần, bước, xã,
    phường, quận, huyện, tỉnh, khu, loại, nhóm, tiêu chí, thủ tục, công trình, doanh nghiệp, cơ quan, đoàn, địa phương,
    vụ, chương, mẫu, công văn, quyết định, nghị quyết, văn bản, chữ, cán bộ, m2, ha, km, kg, suất, hàng, lớp, m, con,
    năm(?!\s+\d), tháng(?!\s+\d), ngày(?!\s+\d), bản(?!\s+hành), bộ(?!\s+sung), quý(?!\s+định)
    """
)
_COUNTED = Told(rf"\s{{1,2}}{_COUNTABLE}(?!\w)")
_GOING_ON = any_of(
    """
    ngay, cua, ve, quy, noi, co, la, gi, do, cho, nao, con, van, duoc, thay, het, bi, da, nay, va, tai, ban, hoi, chi,
    de, thi, neu, trong, theo, voi, chua, ma, phe duyet, cong bo, cho phep, giao, thu hoi, dong y, trien khai, lien,
    sao, the, vd, v, vv, dau, o
    """
)
_GOES_ON = re.compile(rf"\s{{0,2}}(?:$|[,.;:?!()\"”\n-]|{_GOING_ON}\b)")
_SPELT_ON = re.compile(r"\s?(?:\(|,\s)?\s?(?:ngay|cua|ve)\s")
_NAMED_BY = re.compile(r"(?<!\w)(?:theo|tai|can cu|cua|trong|so|voi|boi|bang)\s$")

# --------------------------------------------------------------------------------------------------- days

_DAY_BEHIND = re.compile(
    r"\s{0,3}(?:,\s{0,2})?(?:\(\s{0,2})?(?:(?:duoc\s+)?(?:ky ban hanh|ban hanh|ky)\s+)?"
    r"(?P<shared>(?:deu\s+)?cung\s+|deu\s+)?(?:ban hanh\s+|ky\s+)?(?:vao\s+)?ngay\s{1,3}(?=[\dkmhbntlc])"
)
_DAY_IN_BRACKETS = re.compile(r"\s{0,2}(?:\(\s{0,2}|\|\s?|,?\s{1,2})(?=\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4})")
_DAY_BEHIND_ISSUER = re.compile(
    r"(?:\s?\(?khoa [ivx\d]{1,6}\)?)?\s{0,3},?\s{0,2}(?:(?:da\s+)?(?:ky ban hanh|ban hanh|ky)\s+)?"
    r"(?:\(\s{0,2})?(?P<shared>cung\s+)?(?:ban hanh\s+)?ngay\s{1,3}(?=\d)"
)
_TO_NUMBER = r"\s+(?:(?:van ban|cac)\s+)?(?:so\s{0,2}:?\s{0,2})?"
_NAMELY = re.compile(r"\s?[,:]?\s(?:gom|bao gom|la|do la)\s?:?\s(?:cac\s)?")  # "ba quyết định cùng ngày …, gồm …"
_ISSUED = re.compile(
    rf"[^.;\n]{{0,160}}?(?<!\w){any_of('ky ban hanh, ban hanh, da ky, ky, co, ra, da gui, gui')}{_TO_NUMBER}"
)
_AND_ANOTHER = re.compile(rf"(?:[^.;\n\d]{{0,300}}?(?<!\w)va|\s{{0,2}},){_TO_NUMBER}")
_DAY_LEAD = re.compile(r"ngay\s{1,3}$")
_NOT_ISSUED = re.compile(r"(?:tu|den|truoc|sau|ke tu|het|trong)\s+$")
_ENDS = re.compile(r"[.]\s|\n\n")
_SENTENCE = 240


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
        self._ends_of_words = {word.end for word in self._words}
        self._marked = not view.text.isascii()

    def all(self) -> Iterator[_Found]:
        symbolic = list(self._symbolic())
        yield from symbolic
        yield from self._codes()
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
            if symbol is None or not (self._begins_well(match.start()) and self._ends_well(symbol.end)):
                continue
            link = link_before(self._view, self._words, match.start(), kind_of_part(symbol.parts[0]))
            listed = previous if previous and self._continues(previous.end, match.start()) else None
            kind, accepted = self._judge(match, symbol, link, listed)
            if not accepted:
                continue
            start = link.word.start if link else match.start()
            previous = _Found(start, symbol.end, kind, _number(match, symbol), link.name if link else None)
            yield previous

    def _begins_well(self, start: int) -> bool:
        """Whether no other word is stuck to a number than its type or "số"."""
        if not start or not self._view.folded[start - 1].isalnum():
            return True
        return start in self._ends_of_words or bool(_STUCK_SO.search(self._view.folded, max(0, start - 3), start))

    def _ends_well(self, end: int) -> bool:
        following = self._view.folded[end : end + 1]
        if following.isalnum():
            return self._stuck(end)
        return following not in {"_", "@", "/"} and not _FILE.match(self._view.folded, end)

    def _stuck(self, end: int) -> bool:
        """Whether the word behind is stuck to the symbol, a blank having been lost."""
        return self._view.text[end - 1].isupper() and self._view.text[end].islower()

    def _continues(self, end: int, start: int) -> bool:
        """Whether a number is the next of a list: "30/2020/NĐ-CP, 61/2018/NĐ-CP"."""
        return 0 <= start - end <= _LONGEST_BETWEEN and bool(_CONTINUED.fullmatch(self._view.folded, end, start))

    def _judge(
        self, match: re.Match[str], symbol: Symbol, link: Link | None, listed: _Found | None
    ) -> tuple[str | None, bool]:
        """The type of document, and whether it is one at all."""
        parts = tuple(part.replace(" ", "") for part in symbol.parts)
        own = kind_of_part(parts[0])
        if is_no_kind(parts) and not (link and link.direct):
            return None, False
        if len(parts) == 1 and len(parts[0]) == 1 and own is None:
            return None, False
        if match["first"] == "-" and match["year"] is None and not (_is_party(symbol, own) or _is_old(parts, link)):
            return None, False
        kind: str | None
        if link:
            known = own or is_office(parts[0]) or not symbol.typed_small or link.has_so or match["year"]
            kind, accepted = link.word.kind, bool(known)
        elif own is None:
            kind, accepted = self._letter(match, parts, symbol, listed)
        else:
            kind, accepted = own, self._tells_its_type(match, parts, symbol, listed)
        by_word = link and (link.direct or link.word.is_named or link.word.kind == own)
        return kind, accepted and bool(by_word or not self._is_of_other_paper(match.start()))

    def _is_of_other_paper(self, at: int) -> bool:
        """Whether the number at `at` is called a contract's, a form's, a telephone's."""
        before = self._view.text[max(0, at - _OTHER_PAPER_REACH) : at]
        return _IS_OF_OTHER_PAPER.search(before if self._marked else before.lower())

    def _is_behind(self, pattern: re.Pattern[str], at: int) -> bool:
        return pattern.search(self._view.folded, max(0, at - _OTHER_PAPER_REACH), at) is not None

    def _tells_its_type(
        self, match: re.Match[str], parts: Sequence[str], symbol: Symbol, listed: _Found | None
    ) -> bool:
        """Whether a symbol that begins with a type's abbreviation is a directive's without a word that says so."""
        if symbol.typed_small and not (len(parts) > 1 or match["year"]):
            return False
        if (len(parts) > 1 and len(parts[1]) > 1) or match["year"] or listed:
            return True
        return not symbol.typed_small and self._is_behind(_WRITING, match.start())

    def _letter(
        self, match: re.Match[str], parts: Sequence[str], symbol: Symbol, listed: _Found | None
    ) -> tuple[str | None, bool]:
        """What a symbol that names no type is: an official letter, one more of a list, or nothing."""
        of_list = listed.kind if listed else None
        if len(parts) == 1 and parts[0] in _OLD_BODIES:
            return of_list, True
        if match["year"]:
            return of_list, all(len(part) > 1 and part.isupper() for part in parts)
        if len(parts) < 2 or len(parts[0].rstrip("0123456789")) < 2:
            return None, False
        if listed:
            return of_list, True
        generic = not symbol.typed_small and self._is_behind(_GENERIC, match.start())
        of_body = parts[-1] in _BODIES_LAST and not is_office(parts[0])  # a type we do not know, not an office's letter
        return (None if of_body else LETTER), is_office(parts[0]) or (generic and not of_body)

    def _codes(self) -> Iterator[_Found]:
        """Codes by their abbreviation and year: "BLDS 2015"."""
        for match in _CODE.finditer(self._view.folded):
            yield _Found(match.start(), match.end(), CODE, None, CODES[match["code"]], int(match["year"]))

    # ------------------------------------------------------------------------------------------ what a type word begins

    def _behind(self, word: TypeWord) -> Iterator[_Found]:
        view = self._view
        if this := _SELF.match(view.folded, word.end):
            if self._is_self(word, this.end()):
                yield _Found(word.start, this.end(), word.kind)
            return
        if word.is_named and (numbered := numbered_law(view, word)):
            yield _Found(word.start, numbered.end, word.kind, numbered.number, numbered.name)
            return
        if word.is_named and not word.short and (law := named_law(view, word)):
            if law.year is not None:
                yield _Found(word.start, law.end, word.kind, None, law.name, law.year)
                return
            if (day := date_at(view.folded, law.end)) and day.has_year:
                year = int(day.iso[:4]) if day.iso else None
                yield _Found(word.start, day.end, word.kind, None, law.name, year, day)
                return
        yield from self._bare(word)

    def _is_self(self, word: TypeWord, end: int) -> bool:
        """Whether a document means itself by a type word with "này" behind it, which ends at `end`."""
        written = self._view.text[word.end : end].strip()
        marked = any(ord(letter) > 0x7F for letter in self._view.text[word.start : word.end])
        if word.short or (marked and written.lower() != "này"):
            return False
        return word.capital or word.kind in _SMALL_SELVES

    def _bare(self, word: TypeWord) -> Iterator[_Found]:
        view = self._view
        if word.short and (stuck := _STUCK.match(view.folded, word.end)):
            yield _Found(word.start, stuck.end(), word.kind, stuck[0])
            return
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
        listed = "so" in so[0] or (word.kind in _STRONG and view.folded.endswith("cac ", 0, word.start))
        while match := _LISTED.match(view.folded, found.end):
            if not listed and len(match["serial"]) != len(found.number or ""):
                return
            start = match.start("serial")
            found = _Found(start, match.end("serial"), word.kind, view.text[start : match.end("serial")])
            yield found

    def _is_serial(self, word: TypeWord, match: re.Match[str], *, has_so: bool) -> bool:
        """Whether a bare number behind a type word is its serial, and not a year, a month or a count."""
        if match["year"]:
            no_month = int(re.sub(r"\D", "", match["serial"])) > _LARGEST_MONTH
            weakly = word.kind in _WEAK and (
                no_month or self._is_behind(_NAMED_BY, word.start)
            )  # "bởi quyết định 9/2022"
            return has_so or word.kind in _STRONG | NAMED or weakly
        if has_so:
            return not _UNIT.match(self._view.folded, match.end())
        if word.kind in NAMED or _YEARS.fullmatch(match["serial"]):
            return False
        if _COUNTED.match(self._view, match.end(), marked=self._marked):
            return False
        return self._is_short_for(word) if word.short else self._is_numbered(word, match)

    def _is_short_for(self, word: TypeWord) -> bool:
        """Whether an abbreviation before a bare number stands for a type: "QĐ 12" does, "KH 12" may mean anything."""
        if word.kind in {"Quyết định", "Nghị quyết", "Nghị định", "Công văn"}:
            return True
        return not word.capital and bool(_NAMED_BY.search(self._view.folded, max(0, word.start - 10), word.start))

    def _is_numbered(self, word: TypeWord, match: re.Match[str]) -> bool:
        """Whether a type written out bears a bare number: always a noun's, a verb's only where a noun is likelier."""
        if word.kind in _STRONG:
            return True
        folded, end = self._view.folded, match.end()
        if word.kind not in _WEAK or not _GOES_ON.match(folded, end):
            return False
        return len(match["serial"]) >= 3 or self._is_capital_inside(word) or bool(_SPELT_ON.match(folded, end))

    def _is_capital_inside(self, word: TypeWord) -> bool:
        """Whether a type word bears a capital that is not its sentence's, so that it is a name."""
        before = self._view.text[max(0, word.start - 3) : word.start].rstrip()
        return word.capital and bool(before) and (before[-1].isalnum() or before[-1] in ',;(“"')


def _is_party(symbol: Symbol, own: str | None) -> bool:
    """Whether a symbol is written as the Party does: 45-NQ/TW."""
    return own is not None and len(symbol.parts) > 1 and "/" in symbol.normal


def _is_old(parts: Sequence[str], link: Link | None) -> bool:
    """Whether a symbol is one of before 2004 behind its type: Nghị định 64-CP."""
    return link is not None and len(parts) == 1 and parts[0] in _OLD_BODIES


def _serial(view: View, match: re.Match[str], number: str) -> str:
    return re.sub(r"\s", "", view.folded[match.start() : match.end()]) if match["year"] is None else number


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
    if named := issuer_after(view, behind, limit):
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
        if days and _is_day_of_issue(view, days[-1], each.start):
            each.day = days[-1]
            _date_the_list(view, found, i)


def _is_day_of_issue(view: View, day: Written, at: int) -> bool:
    """Whether a sentence says that what is named at `at` was issued on that day."""
    before = max(0, day.start - 20)
    lead = _DAY_LEAD.search(view.folded, before, day.start)
    if lead is None or _NOT_ISSUED.search(view.folded, before, lead.start()):
        return False
    issued = _ISSUED.fullmatch(view.folded, day.end, at)
    return issued is not None or _NAMELY.fullmatch(view.folded, day.end, at) is not None


def _date_the_list(view: View, found: Sequence[_Found], first: int) -> None:
    """What a sentence says to be issued on a day may be several: "ký Công văn … và Kế hoạch …"."""
    for i in range(first + 1, len(found)):
        each = found[i]
        if each.day or each.myself or not each.number:
            return
        if not _AND_ANOTHER.fullmatch(view.folded, found[i - 1].end, each.start):
            return
        each.day = found[first].day


def _share_days(view: View, found: Sequence[_Found]) -> None:
    """One date for several: "cùng ngày 02/01/2024" counts for each member of the list."""
    for before, each in reversed([*pairwise(found)]):
        if not (each.shares_day and each.day) or before.day or not before.number:
            continue
        if each.start - before.end <= _SENTENCE // 2 and not _ENDS.search(view.folded, before.end, each.start):
            before.day, before.shares_day = each.day, True
