"""What a text says is done to a directive: replaced, repealed, amended; by which other directive, if it names one.

Clauses of effect follow the formulas of Decree 78/2025/NĐ-CP and Decree 30/2020/NĐ-CP: "Nghị định này thay thế …",
"Bãi bỏ các văn bản sau: …", "… hết hiệu lực kể từ ngày …", "… (được sửa đổi, bổ sung bởi …)". A verb governs the list
behind it, in the passive the list before it; what an item says of itself ("… của Chính phủ sửa đổi Nghị định …")
governs only itself. Parts of a directive repealed or replaced amend it. What is only planned, proposed, asked or denied
does nothing.

Sentences may be as long as a text (a list of all that is repealed), so nothing here reads a sentence anew for each of
its references: only the stretch around one, which is at most `_LONGEST` on either side.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from corpus.models import CELLS, Relation
from corpus.references.view import Told, View, any_of, fold, one_of

_RELATIONS = {
    "thay the": Relation.REPLACES, "thay cho": Relation.REPLACES, "the cho": Relation.REPLACES,
    "bai bo": Relation.REPEALS, "huy bo": Relation.REPEALS, "huy hieu luc": Relation.REPEALS,
    "cham dut hieu luc": Relation.REPEALS, "het hieu luc": Relation.REPEALS, "sua doi": Relation.AMENDS,
    "bo sung": Relation.AMENDS, "dinh chinh": Relation.AMENDS, "dieu chinh": Relation.AMENDS,
}  # fmt: skip
_CANCELS = (  # "hủy Quyết định …"; without its object and its marks it may be the end of "chỉ huy" or a name
    r"(?<!chi )(?<!phat )huy(?=(?:\s+(?:cac|nhung|toan\s+bo|mot\s+phan|cua))*+\s+"
    rf"(?:$|{any_of('quyet dinh, nghi quyet, thong bao, cong van, ke hoach, chi thi, van ban, qd, nq, tb, cv')}(?!\w)))"
)
_VERB = one_of([*(verb.replace(" ", r"\s+") for verb in _RELATIONS), _CANCELS])
_RELATIONS["huy"] = Relation.REPEALS
_VERBS = re.compile(rf"(?<!\w)(?P<first>{_VERB})(?P<more>(?:\s*+(?:,|;|va|hoac|/|-)?\s*+{_VERB})*)(?!\w)")
_ALONE_OTHERWISE = frozenset({"bo sung", "dieu chinh"})  # alone they mostly have other objects than a directive
_PASSIVE_LEAD = re.compile(r"(?<!\w)(?:duoc|bi)\s+(?:(?!(?:giao|phep)\b)\w+\s+){0,2}$")
_BODIES = "chinh phu, quoc hoi, ubnd, uy ban nhan dan, hdnd, hoi dong nhan dan, thu tuong, thanh uy, tinh uy, bo, so"
_BODY = rf"{any_of(_BODIES)}(?:\s+\w+){{0,4}}?"
_SWAPPED = r"(?:duoc|bi)\s+(?P<swapped>thay)(?=\s+(?:bang|boi)(?!\w))"
_PASSIVE = re.compile(
    rf"(?<!\w)(?:(?:duoc|bi)\s+(?:{_BODY}\s+|\w+\s+)?(?P<verb>{_VERB})"
    rf"|{_SWAPPED}|(?:deu\s+)?(?P<gone>bai bo)|(?:duoc|bi)\s+(?P<cancelled>huy)(?!\s+(?:bo|hoai|diet)\b)"
    r"|(?P<end>(?:het|cham\s+dut|khong\s+con|mat)\s+hieu\s+luc(?!\s+(?:cua\s+)?(?:giay|hop dong|du an|chung chi)\b))"
    r"|(?P<since>sua doi)(?:,?\s+bo sung)?\s+(?:nam\s+)?(?:19|20)\d\d)(?!\w)"
)
_NO_LONGER = re.compile(r"(?<!\w)(?:het|cham\s+dut)\s+hieu\s+luc(?!\w)")
_OTHER_EFFECT = re.compile(rf"(?<!\w)(?:(?:khong\s+con|mat)\s+hieu\s+luc(?!\w)|(?:duoc|bi)\s+huy(?!\w)|{_SWAPPED})")
_IN_BRACKETS = re.compile(  # "(sửa đổi tại Nghị định …)", "(đã sửa đổi, bổ sung)": it was amended
    rf"\s*\(\s*(?P<done>da\s+(?:duoc\s+)?|duoc\s+)?(?P<verb>{_VERB})(?!\w)"
)
_BY_THIS = re.compile(r"\s*(?:bang|boi)(?!\w)")  # "thay thế bằng Quyết định …": what follows replaces
_MORE_VERBS = re.compile(rf"(?:\s*+(?:,|va)?\s*+{_VERB})*")
_TO_ACTOR = r"(?:[\s,]|mot so dieu|toan bo|noi dung|lan thu \w+|nam \d{4}|khoan \d+|diem \w)*+"
_ACTOR = re.compile(rf"{_TO_ACTOR}(?:boi|bang|tai|theo|trong)(?!\w)")
# Between a verb and what it does something to stand parts of a document, never another deed.
_BREAK_WORDS = any_of(
    """
    theo, can cu, thuc hien, trien khai, yeu cau, nham, phu hop, khi, neu, tren co so, huong dan, thi hanh, ke tu,
    hieu luc, duoc, bi, de, doi voi, nen, dua vao, truoc khi, tuy nhien,
    nhung(?! (?:quy dinh|noi dung|dieu|khoan|diem|van ban|cum tu)), vi pham, xu ly, ap dung, cong bo, phe duyet, boi,
    giao(?! (?:dich|thong|duc|dat))
    """
)
_BREAKS = re.compile(rf"(?<!\w){_BREAK_WORDS}(?!\w)|(?:[!?]|(?<!\d)[.])\s")
_INSIDE_OBJECT = re.compile(
    r"(?:da )?(?:duoc )?(?:ban hanh )?kem theo|(?:duoc )?quy dinh (?:tai|trong|theo)|da duoc"
    r"|doi voi [\w\s,]+ (?:tai|cua)\b|co hieu luc"
)
_ISSUED_WITH = re.compile(  # "sửa đổi một số điều của Quy chế thực hiện … ban hành kèm theo Quyết định"
    r"[^.;\n]{0,40}?(?<!\w)(?:quy che|quy dinh|danh muc|dieu le|phuong an|de an|bang gia|ke hoach|chuong trinh)"
    r"[^.;\n]{0,240}(?:duoc )?ban hanh (?:kem )?theo\s+(?:cac\s+)?"
)
_UNIT = any_of("dieu, khoan, diem, chuong, muc, tiet")
_NUMBERED_PART = re.compile(
    rf"(?<!\w)(?:{_UNIT}\s+(?:[\divx]+[a-z]?|[a-z])|(?:mau|bieu|phu luc)\s+(?:so\s+)?[\divx]+[a-z]?)(?!\w)"
)
_PART = re.compile(
    rf"(?<!\w)(?:{_UNIT}|{any_of('mau, cum tu, phu luc, bieu, doan, noi dung, quy dinh, mot phan')}"
    r"|tu(?! (?:ngay|thang|nam|khi)\b))(?!\w)"  # "từ" is a word, "từ ngày" none
)
_WHOLE = re.compile(r"(?<!\w)(?:trong do co|mot so dieu|toan bo|(?:cac|nhung) van ban|(?:ban hanh )?kem theo)(?!\w)")
_HEAD_WORDS = any_of(
    """
    va, cung, voi, lai, cac, hoac, so, nhu, gom, mau, cua, tai, trong, quy dinh, tu, den, noi dung, mot so, phu luc,
    mot phan, toan bo, van ban, nghi dinh, nghi quyet, quyet dinh, thong tu, chi thi, cong van, luat,
    ban hanh, kem theo, thuoc, sau, day, dong thoi, vao, thi hanh
    """
)
_TITLED_PART = re.compile(rf"\s*{_UNIT}\s+(?:[\divx]+[a-z]?|[a-z])(?:\s+\w+){{0,8}}?\s+(?:cua|tai|trong)\s+")
_HEAD = re.compile(  # possessive: "a)" can be read in two ways, and a list of them in two to the power of its length
    r"(?:[\s,:()“”\"|•+-]|(?:\d{1,2}|[a-z]{1,2})[.)]"
    rf"|(?<!\w)(?:{_HEAD_WORDS}|{_UNIT}|[a-z]|[ivx]+|\d+[a-z]?(?:/[\w-]+)?)(?!\w))*+"
)
_SEPARATOR = re.compile(r"[;\n]|,|(?<!\w)va(?!\w)|:")
_LONGEST = 600
_PLANNED_WORDS = any_of(
    """
    dự thảo, đề nghị, kiến nghị, đề xuất, dự kiến, tham mưu, (?<!khâu )(?<!quá trình )soạn thảo, góp ý, lấy ý kiến,
    chuẩn bị, nghiên cứu, xem xét, (?<!kết quả )rà soát, hoàn thành, hoàn thiện, mong, sớm, nhanh chóng, đang sửa,
    dự án luật, dự luật, đã trình, xin (?:ý kiến|điều|sửa|thay|bãi|hủy|bổ),
    xây dựng (?:dự thảo|nghị|thông tư|quyết định|luật|văn bản),
    trình (?:chính phủ|quốc hội|hđnd|ubnd|thủ tướng|bộ)
    """
)
_DENYING_WORDS = any_of(
    """
    không, chưa, cần, phải, nên, sắp, nếu, muốn, hỏi, (?<!về )(?<!ngoài )việc, có thể, để, yêu cầu, ko, trình, đang,
    quá trình, kế hoạch(?! này)
    """
)
_IS_PLANNED = Told(rf"(?<!\w){_PLANNED_WORDS}(?!\w)")
_IS_DENIED = Told(rf"(?<!\w){_DENYING_WORDS}\s+(?:\w+\s+){{0,2}}$|(?<!\w)(?:không|chưa)\s+(?:\w+\s+){{0,5}}$")
_QUESTION = 100  # how far behind a reference a sentence may end that asks about it
_THEN = re.compile(r"(?<!\w)thì(?!\w)")
_WILL = re.compile(r"(?<!\w)se\s+$")
_DENIAL = 80  # how far before a verb a word that denies it may stand
_IS_ASKED = Told(r"(?<!\w)(?:chưa|không|ko|hay)\s*+(?:ạ|vậy|thế|nhỉ|ad|nhé)?\s*+$|\?\s*+$")
_IS_ASKED_INSIDE = Told(r"(?<!\w)(?:chưa|không|ko)\s*+\?")
_CAPITAL = "A-ZĐÁÀẢÃẠÂẤẦĂÊÔƠƯỐỦỨỞÝ"
_SENTENCE_END = re.compile(  # begins with a set of letters, which is looked for fastest
    r"[.!?”\")\n](?:"
    rf"(?:(?<=[^\W\d][^\W\d.”\")][.!?])[.!?]*+|(?<=[^\W\d][^\W\d.”\")][”\")])[.!?]++)\s++(?=[{_CAPITAL}\"“(\d-])"
    rf"|(?<=\d[.])(?:\s++(?=[{_CAPITAL}\"“(-])|\n)|(?<=\n)\s*\n)"
)
_LINE_END = re.compile(r"\n\s*+(?=[^\sa-zđáàảãạâấầăêôơưốủứởý|])")
_NUMBERED = re.compile(r"[ \t]*(?:\d{1,2}|[a-zđ])[.)]\s+(?=[^\n]{0,30}\d)")  # a line of a list of documents
_ENUMERATOR = re.compile(r"(?:\A|\n)[ \t]{0,6}\d{1,2}$")
_GOES_ON = frozenset(";:,|")  # at a line's end
_CATALOGUE = re.compile(r"danh mục[^.\n]*\n?[^.\n]*(?:hết hiệu lực|bãi bỏ|thay thế)", re.IGNORECASE)
_LISTED_KINDS = any_of(
    "quyet dinh, nghi quyet, chi thi, thong tu, nghi dinh, ke hoach, cong van, thong bao, luat, phap lenh"
)
_ROW = re.compile(rf"\s*(?:\d{{1,3}}[.)]?\s+|[-+*]\s+)?{_LISTED_KINDS}(?!\w)")
_CELL = 60  # characters; a longer line, or one that ends as a sentence does, ends a catalogue
_HEADING = re.compile(r"hết hiệu lực|bãi bỏ|thay thế", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
_LIST_GAP = re.compile(rf"(?:\s|,|(?<!\w)(?:va|cac|so|cung|{_UNIT}|[ivx]+|\d+[a-z]?|[a-z])(?!\w))*+")
_IS_CONDITION = re.compile(r"(?:truoc khi|khi|neu|sau khi|den khi|cho den)\s+(?:\w+\s+){0,6}$")
_OTHER_SUBJECT = re.compile(
    r"(?<!\w)(?:thi(?! hanh)(?!\s*$)|(?<!trang )(?<!thiet )(?<!chuan )bi|danh muc)(?!\w)"
)  # "theo Thông tư … thì khoản 1 Điều 4 được sửa đổi"
_OF = re.compile(r"\s*cua(?!\w)")
_ADJUNCT = re.compile(r"(?<!\w)(?:thuc hien|theo|can cu|thi hanh|trien khai|tai|trong)\s+(?:cac\s+)?$")
_AND_THEN = re.compile(r",\s+\w+\s+\w")  # "theo Nghị định …, thời hạn đã hết hiệu lực"
_GONE_LEAD = re.compile(r"\b(?:deu|nay)\s*$")
_ITEM_END = re.compile(r"[.]\s*\n")
_STRONG = re.compile(r"[;\n]")
_ISSUED = re.compile(r"(?<!\w)(?:ban hanh|cong bo|ky|thong qua|hieu luc|ra doi|ap dung)(?!\w)")
_IF_PASSED = re.compile(
    r"(?<!\w)(?:neu|khi)\s+(?:\w+\s+){0,2}duoc\s+(?:\w+\s+){0,2}(?:thong qua|ban hanh|phe duyet|chap thuan)(?!\w)"
)
_UNNUMBERED = re.compile(  # "… và Nghị định thay thế Nghị định …": one that has no number yet does it
    rf"(?<!\w)(?:{any_of('nghi dinh, nghi quyet, quyet dinh, thong tu, luat, ke hoach, chi thi')}|(?P<several>van ban))"
    r"\s+$"
)
_UNTOUCHED = re.compile(r"\s+(?:khong|chua|van|tiep tuc)(?!\w)")
_EXCEPTED = re.compile(r"(?<!\w)(?:rieng|tru|ngoai tru)\s+(?:doi voi\s+)?$")
_IS_DONE = re.compile(r"(?<!\w)da\s+(?:(?:duoc|bi)\s+)?$")
_BY_NEXT = re.compile(r"(?<!\w)(?:duoc|bi)\s*$")  # "X đã được Thông tư số … thay thế"
_AT_ONCE = re.compile(rf"\s+(?P<verb>{_VERB})(?!\w)")
_IN_SEVERAL = re.compile(r"(?<!\w)(?:tai|trong|cua|thuoc)\s+(?:cac|nhung)\s+$")
_OTHER_LAW = re.compile(r"(?<!\w)luat\s+\w.*?(?:,|\bva)\s")  # "Luật sửa đổi Luật Đất đai và Nghị định …" names two
_WORDS = re.compile(r"(?<!\w)(?:cum tu|tu ngu)(?!\w)")
_INTO = re.compile(r"(?<!\w)(?:vao|vao trong)\s+(?:cac\s+)?$")
_PARTLY = re.compile(rf"(?:\s+thi hanh)?\s+(?:mot phan|{_UNIT}\s+[\da-z]+)(?!\w)")
_LISTED_BEFORE = re.compile(r"(?:,|\bva)\s*$")


class Span(NamedTuple):
    """A reference's place in the view; `myself` where the document means itself."""

    start: int
    end: int
    myself: bool


class Deed(NamedTuple):
    """What is done to a reference, and the index of the reference that does it; None for the document itself."""

    relation: Relation
    by: int | None


_NOTHING = Deed(Relation.CITES, None)


def relate(view: View, spans: Sequence[Span]) -> list[Deed]:
    """For every reference what the text says is done to it."""
    deeds = [_NOTHING] * len(spans)
    for start, end, members in _sentences(view, spans):
        if _VERBS.search(view.folded, start, end) or _OTHER_EFFECT.search(view.folded, start, end):
            said = _Sentence(view, spans, start, end, members).read()
            for i in members:
                if not spans[i].myself:
                    deeds[i] = said.get(i, _NOTHING)
                elif i in said and (named := _named_before(view, spans, i)) is not None and deeds[named] is _NOTHING:
                    deeds[named] = said[i]
    rows = _rows_under_headings(view.text)
    return [_in_rows(rows, span) if deed is _NOTHING else deed for span, deed in zip(spans, deeds, strict=True)]


def _named_before(view: View, spans: Sequence[Span], i: int) -> int | None:
    """The directive that "Nghị định này đã được thay thế …" tells of: the last one of its type named just before."""
    if not _PASSIVE.search(view.folded, spans[i].end, spans[i].end + _DENIAL):
        return None  # "sau khi sửa đổi nghị định này" tells no effect
    kind = view.folded[spans[i].start : spans[i].end].removesuffix("nay")
    for named in range(i - 1, -1, -1):
        if spans[i].start - spans[named].end > _LONGEST:
            return None
        if not spans[named].myself and view.folded.startswith(kind, spans[named].start):
            return named
    return None


class _Row(NamedTuple):
    """A table's row, and what the heading of the table says of the directives in it."""

    start: int
    end: int
    deed: Deed


def _rows_under_headings(text: str) -> list[_Row]:
    """The rows of tables whose heading says what is done to the directives in them: "Danh mục văn bản hết hiệu lực"."""
    sign = CELLS.strip()
    if sign not in text and not _CATALOGUE.search(text):
        return []
    rows: list[_Row] = []
    at, heading = 0, ""
    deed: Deed | None = None
    listed = _NOTHING  # what a catalogue's heading says of the lines below it, where cells are lines of their own
    for line in text.split("\n"):
        if sign in line:
            deed = deed or _said_by(heading)
            if deed is not _NOTHING:
                rows.append(_Row(at, at + len(line), deed))
        elif listed is not _NOTHING and (head := _ROW.match(fold(line))):
            rows.append(_Row(at, at + head.end(), listed))  # what else the line names did it: "bị bãi bỏ bởi …"
        else:
            if _CATALOGUE.search(f"{heading}\n{line}") and _said_by(line) is not _NOTHING:
                listed = _said_by(line)
            elif len(line) > _CELL or line.endswith("."):
                listed = _NOTHING
            heading, deed = line, None
        at += len(line) + 1
    return rows


def _said_by(heading: str) -> Deed:
    found = _HEADING.search(heading)
    return Deed(_RELATIONS[fold(found[0])], None) if found and not heading.rstrip().endswith(".") else _NOTHING


def _in_rows(rows: Sequence[_Row], span: Span) -> Deed:
    place = bisect_right(rows, span.start, key=lambda row: row.start) - 1 if rows else -1
    return rows[place].deed if place >= 0 and span.start < rows[place].end else _NOTHING


def _sentences(view: View, spans: Sequence[Span]) -> Iterator[tuple[int, int, range]]:
    """The sentences that hold references: where each begins and ends, and the references in it."""
    first = done = 0
    while first < len(spans):
        floor = max(done, spans[first].start - _LONGEST)
        start = max((end for _, end in _cuts(view.text, floor, spans[first].start)), default=floor)
        last = first
        while (end := _end_behind(view.text, spans, last)) is None:
            last += 1
        yield start, end, range(first, last + 1)
        first, done = last + 1, spans[last].end


def _end_behind(text: str, spans: Sequence[Span], i: int) -> int | None:
    """Where the sentence of a reference ends; None where it goes on to the next reference."""
    end = spans[i].end
    limit = spans[i + 1].start if i + 1 < len(spans) else len(text)
    if cut := min(_cuts(text, end, min(limit + 1, end + _LONGEST)), default=None):
        return cut[0] + 1
    if limit - end > _LONGEST or limit == len(text):
        return min(limit, end + _LONGEST)
    return None


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where sentences end within a stretch: each time the end of one and the beginning of the next."""
    for found in _SENTENCE_END.finditer(text, start, end):
        if _ENUMERATOR.search(text, max(0, found.start() - 9), found.start()):
            continue
        if "\n" not in found[0] or not _are_numbered(text, found.start(), found.end()):
            yield found.span()
    for found in _LINE_END.finditer(text, start, end):
        before = found.start()
        while before > start and text[before - 1] in " \t":
            before -= 1
        if not before or text[before - 1] in _GOES_ON or text[before - 1].isspace():
            continue
        if not _are_numbered(text, before, found.end()):
            yield before, found.end()


def _are_numbered(text: str, before: int, behind: int) -> bool:
    """Whether the line that begins at `behind` and the one that ends at `before` are both items of a numbered list."""
    return bool(_NUMBERED.match(text, behind) and _NUMBERED.match(text, text.rfind("\n", 0, before) + 1))


class _Sentence:
    """One sentence: its verbs of effect, and to which references each of them does something."""

    def __init__(self, view: View, spans: Sequence[Span], start: int, end: int, members: range) -> None:
        self._marked, self._text = view.text, view.folded
        self._spans = spans
        self._start, self._end = start, end
        self._members = members
        self._deeds: dict[int, Deed] = {}
        self._outer: Deed | None = None  # what the verb of the sentence does to the list behind it
        self._drafted: set[int] = set()  # to which something is only planned
        self._listed = False  # a colon leads to the list, so that its items may end as sentences do
        self._bounded = False  # the verb is an item's own, so that its list ends with the item

    def read(self) -> dict[int, Deed]:
        """What is done to the references of the sentence; those to which nothing is may be missing."""
        for i in self._members:
            self._read_before(i)
        for i in self._members:
            self._read_behind(i)
        return self._deeds

    def _gap(self, i: int) -> tuple[int, str]:
        """What stands before a reference, behind the one before it in the sentence; and where that begins."""
        begin = self._spans[i - 1].end if i != self._members[0] else self._start
        return begin, self._text[begin : self._spans[i].start]

    def _behind(self, i: int) -> str:
        return self._text[self._spans[i].end : self._stop(i)]

    def _stop(self, i: int) -> int:
        """Where the next reference begins, or the sentence ends."""
        return self._spans[i + 1].start if i != self._members[-1] else self._end

    def _deed(self, i: int) -> Deed:
        return self._deeds.get(i, _NOTHING)

    # ------------------------------------------------------------------------------------------------- verbs before

    def _read_before(self, i: int) -> None:
        begin, gap = self._gap(i)
        strong = max(gap.rfind(";"), gap.rfind("\n"))
        if (strong >= 0 and self._bounded) or (not self._listed and _ITEM_END.search(gap)):
            self._outer = None
        verbs = [*_VERBS.finditer(_QUOTED.sub(_blank, gap))]
        if strong >= 0 and self._outer and not _VERBS.search(gap, strong):
            verbs = []  # they tell of the item before
        if verbs and (deed := self._active(i, begin, gap, verbs[-1])):
            self._deeds[i] = deed
            return
        if self._is_lead_in(i, gap):
            self._outer, self._bounded, self._listed = Deed(Relation.REPEALS, None), False, True
            self._deeds[i] = self._of_part(self._outer, gap)
            return
        if self._outer and not verbs and self._is_next_item(i, gap):
            self._deeds[i] = self._of_part(self._outer, _after_separator(gap))
        elif self._outer and verbs and not self._is_described(i, gap, verbs[-1].start()):
            self._outer = None

    def _is_lead_in(self, i: int, gap: str) -> bool:
        """Whether a list begins here of what loses effect "kể từ ngày Nghị định này có hiệu lực: …"."""
        before = i - 1
        if i == self._members[0] or not self._spans[before].myself or ":" not in gap:
            return False
        start = self._spans[before - 1].end if before != self._members[0] else self._start
        return (
            _NO_LONGER.search(self._text, max(start, self._spans[before].start - _LONGEST), self._spans[before].start)
            is not None
        )

    def _active(self, i: int, begin: int, gap: str, verb: re.Match[str]) -> Deed | None:
        first = " ".join(verb["first"].split())
        between = gap[verb.end() :]
        lead = gap[: verb.start()]
        if not self._governs(first, verb, gap, between) or (_UNNUMBERED.search(lead) and _OTHER_LAW.search(between)):
            return None
        actor = self._actor(i, lead)
        is_done = actor is not None and actor not in self._drafted
        if self._is_unreal(begin + verb.start(), i, begin if is_done else None) or self._is_by_one_to_come(i, lead):
            self._outer = None
            self._drafted.add(i)
            return _NOTHING
        described = self._is_described(i, gap, verb.start())
        deed = Deed(_RELATIONS[first], actor)
        if not described:
            self._outer = (
                self._of_part(deed, between) if _IN_SEVERAL.search(between) or _WORDS.search(between) else deed
            )
            self._listed = ":" in between
            self._bounded = actor is not None and not self._listed
        return self._of_part(deed, between)

    @staticmethod
    def _governs(first: str, verb: re.Match[str], gap: str, between: str) -> bool:
        """Whether the verb does something to the reference behind `between`."""
        if (
            _BY_THIS.match(between)
            or _PASSIVE_LEAD.search(gap, 0, verb.start())
            or _is_of_what_is_before(gap, verb.start())
        ):
            return False
        if first == "het hieu luc":
            return ":" in between
        alone = first in _ALONE_OTHERWISE and not verb["more"] and not _INTO.search(between)
        if _HEAD.fullmatch(between):
            return not (alone and _OF.match(between))  # "phạm vi điều chỉnh của Quyết định …"
        if alone or first == "cham dut hieu luc":
            return not alone and ":" in between
        if _ISSUED_WITH.fullmatch(between):
            return True
        return not _BREAKS.search(_INSIDE_OBJECT.sub("", between)) and between.count("\n") <= between.count(":")

    @staticmethod
    def _of_part(deed: Deed, between: str | None) -> Deed:
        """Repealing or replacing a part amends the whole."""
        if deed.relation is Relation.AMENDS or between is None:
            return deed
        of_part = _NUMBERED_PART.search(between) or (_PART.search(between) and not _WHOLE.search(between))
        return Deed(Relation.AMENDS, deed.by) if of_part else deed

    def _is_described(self, i: int, gap: str, verb_at: int) -> bool:
        """Whether the verb belongs to what an item of a list says of itself, not to the sentence."""
        if self._outer is None or i == self._members[0]:
            return False
        if _UNNUMBERED.search(gap, 0, verb_at):
            return True
        return not _STRONG.search(gap, 0, verb_at) and not _LISTED_BEFORE.search(gap, 0, verb_at)

    def _is_next_item(self, i: int, gap: str) -> bool:
        """Whether the reference is the head of the next item of the list that a verb governs."""
        if i == self._members[0]:
            return False
        head = _after_separator(gap)
        if head is None or _UNTOUCHED.match(self._behind(i)) or _EXCEPTED.search(gap):
            return False
        if _STRONG.search(gap):
            return _HEAD.fullmatch(head) is not None or not _BREAKS.search(_INSIDE_OBJECT.sub("", head))
        is_head = _HEAD.fullmatch(head) or _TITLED_PART.fullmatch(head)  # "và Chương III Tiếp công dân của Thông tư …"
        return is_head is not None and self._deed(i - 1).relation is not Relation.CITES

    def _actor(self, i: int, lead: str) -> int | None:
        """The reference that does it: the one right before the verb, but for the document itself."""
        if i == self._members[0] or self._spans[i - 1].myself or _STRONG.search(lead) or _UNNUMBERED.search(lead):
            return None
        return i - 1

    # ------------------------------------------------------------------------------- what is not said to have happened

    def _is_unreal(self, at: int, i: int, begin: int | None = None) -> bool:
        """Whether what the verb at `at` tells is planned, proposed, asked or denied.

        `begin` is where the directive ends that does it: one with a number is no draft, whatever stands before it.
        """
        if begin is None:
            floor = max(self._start, at - _LONGEST)
            begin = max(floor, self._marked.rfind(";", floor, at) + 1, self._marked.rfind("\n", floor, at) + 1)
            myself = i > self._members[0] and self._spans[i - 1].myself
            if not myself and _WILL.search(self._text, begin, at):
                return True  # a body will; what a document says that it will do, it does
        if _IS_DONE.search(self._text, max(begin, at - _DENIAL), at):
            begin = at
        last = bisect_right(self._plans, at) - 1
        if last >= 0 and self._plans[last] > begin:
            return True
        if _IS_DENIED.search(self._marked[max(begin, at - _DENIAL) : at]):
            return True
        if _IF_PASSED.search(self._text, self._spans[i].end, min(self._end, self._spans[i].end + _LONGEST)):
            return True
        if _THEN.search(self._marked, self._spans[i].end, min(self._end, self._spans[i].end + _QUESTION)):
            return False  # what is asked is something else
        behind = self._marked[at : min(max(self._stop(i), self._spans[i].end), self._spans[i].end + _QUESTION)]
        return "?" in behind or _IS_ASKED_INSIDE.search(behind) or self._is_asked(i)

    @cached_property
    def _plans(self) -> list[int]:
        """Where each word ends that tells of a plan."""
        ends: list[int] = []
        begin = self._start
        for i in self._members:
            ends += _IS_PLANNED.ends(self._marked, begin, self._spans[i].start)
            begin = self._spans[i].end
        return ends

    def _is_by_one_to_come(self, i: int, lead: str) -> bool:
        """Whether one without a number does it that nothing says was issued: "xây dựng nghị định thay thế …"."""
        named = _UNNUMBERED.search(lead)
        at = self._spans[i].start - len(self._gap(i)[1]) + named.start() if named else 0
        if named is None or named["several"] or self._marked[at].isupper():  # with a capital it is the title of one
            return False
        begin = max(self._start, self._spans[i].start - _LONGEST)
        return _ISSUED.search(self._text, begin, min(self._end, self._spans[i].end + _QUESTION)) is None

    def _is_asked(self, i: int) -> bool:
        """Whether the sentence ends near the reference, and as a question."""
        end = self._spans[i].end
        if self._end - end > _QUESTION:
            return False
        return _IS_ASKED.search(self._marked[end : self._end].rstrip(" .\n"))

    # ------------------------------------------------------------------------------------------------- verbs behind

    def _read_behind(self, i: int) -> None:
        behind = self._behind(i)
        if i != self._members[-1] and _BY_NEXT.search(behind):
            self._read_behind_next(i, behind)
            return
        found = _is_of_what_is_before(behind) or _PASSIVE.search(behind)
        if found is None or not self._is_said_of(i, behind[: found.start()], found):
            return
        relation, actor = _told(found), None
        if i != self._members[-1] and not self._spans[i + 1].myself:
            more = _MORE_VERBS.match(behind, found.end())
            actor = i + 1 if _ACTOR.match(behind, more.end() if more else found.end()) else None
        if actor is None and _WILL.search(behind, 0, found.start()):
            return
        part = _PARTLY.match(behind, found.end()) or _NUMBERED_PART.search(behind, 0, found.start())
        for each in self._subjects(i):
            if self._deed(each).relation is Relation.CITES or relation is Relation.REPEALS:
                self._deeds[each] = self._of_part(Deed(relation, actor), part[0] if part else self._part_before(each))
        if actor is not None and self._deed(actor).by is None:
            self._deeds[actor] = _NOTHING  # what amends another is not itself amended by the same verb

    def _read_behind_next(self, i: int, behind: str) -> None:
        """Of a reference what the verb behind the next one tells: "X đã được Thông tư số 14/2013/TT-BYT thay thế"."""
        verb, at = _AT_ONCE.match(self._text, self._spans[i + 1].end), self._spans[i].end
        if verb and not _STRONG.search(behind) and not self._is_unreal(at, i + 1, at):
            self._deeds |= dict.fromkeys(self._subjects(i), Deed(_RELATIONS[" ".join(verb["verb"].split())], i + 1))

    def _is_said_of(self, i: int, lead: str, found: re.Match[str]) -> bool:
        """Whether a verb behind a reference, with `lead` between them, tells what was done to it."""
        alone = _EXCEPTED.search(self._text, max(self._start, self._spans[i].start - _DENIAL), self._spans[i].start)
        if (
            _STRONG.search(lead)
            or (_OTHER_SUBJECT.search(lead) and not alone)  # "Riêng Thông tư … thì đã bị bãi bỏ"
            or (found.groupdict().get("gone") and not _GONE_LEAD.search(lead))
        ):
            return False
        at = self._spans[i].end
        before = max(self._start, self._spans[i].start - _DENIAL)
        if _AND_THEN.search(lead) and _ADJUNCT.search(self._text, before, self._spans[i].start):
            return False
        if _IS_CONDITION.search(self._text, before, self._spans[i].start):
            return False
        denied = _IS_DENIED.search(self._marked[max(at, at + len(lead) - _DENIAL) : at + len(lead)])
        if denied or _IS_CONDITION.search(lead):
            return False
        return not self._is_unreal(self._spans[i].start, i, at if _IS_DONE.search(lead) else None)

    def _part_before(self, i: int) -> str | None:
        """The part of a directive that is named right before it: "khoản 1 Điều 5 " of "khoản 1 Điều 5 Nghị định …"."""
        begin, gap = max(self._start, self._spans[i].start - _DENIAL), self._gap(i)[1]
        lead = self._text[max(begin, self._spans[i].start - len(gap)) : self._spans[i].start]
        parts = [*_NUMBERED_PART.finditer(lead)]
        return lead[parts[-1].start() :] if parts and _HEAD.fullmatch(lead, parts[-1].end()) else None

    def _subjects(self, i: int) -> list[int]:
        """The reference a verb behind it is about, with the list it ends; of what amended it, what is amended."""
        subjects = [i]
        while subjects[-1] != self._members[0]:
            before = subjects[-1] - 1
            if self._deed(before).by in {before + 1, i}:
                return [before]
            if not _LIST_GAP.fullmatch(self._text, self._spans[before].end, self._spans[before + 1].start):
                break
            subjects.append(before)
        amended = [each for one in subjects for each in self._amended_by(one)]
        return amended or subjects

    def _amended_by(self, i: int) -> list[int]:
        """The references right behind one that it does something to."""
        amended: list[int] = []
        while (each := i + len(amended) + 1) <= self._members[-1] and self._deed(each).by == i:
            amended.append(each)
        return amended


def _is_of_what_is_before(gap: str, verb_at: int | None = None) -> re.Match[str] | None:
    """The verb of a bracket that tells of the reference before it, and names who did it behind."""
    found = _IN_BRACKETS.match(gap)
    if found is None or verb_at not in {None, found.start("verb")}:
        return None
    more = _MORE_VERBS.match(gap, found.end())
    named_or_done = more and (
        _ACTOR.match(gap, more.end()) or (found["done"] and gap[more.end() : more.end() + 1] == ")")
    )
    return found if named_or_done else None


def _told(found: re.Match[str]) -> Relation:
    """What a verb behind a reference says was done to it."""
    named = found.groupdict()
    if named.get("swapped"):
        return Relation.REPLACES
    verb = named["verb"] or named.get("gone") or named.get("cancelled") or named.get("since")
    return _RELATIONS[" ".join(verb.split())] if verb else Relation.REPEALS


def _blank(quoted: re.Match[str]) -> str:
    return " " * len(quoted[0])


def _after_separator(gap: str) -> str | None:
    """What stands between the last separator of a list and the reference."""
    separators = [*_SEPARATOR.finditer(gap)]
    strong = [found for found in separators if found[0] in ";\n"]
    if strong:
        return gap[strong[-1].end() :]
    return gap[separators[-1].end() :] if separators else None
