"""What a text says is done to a directive: replaced, repealed, amended; by which other directive, if it names one.

Clauses of effect follow the formulas of Decree 78/2025/NĐ-CP and Decree 30/2020/NĐ-CP: "Nghị định này thay thế …", "Bãi bỏ các văn bản
sau: …", "… hết hiệu lực kể từ ngày …", "… (được sửa đổi, bổ sung bởi …)". A verb governs the list behind it, in the passive
the list before it; what an item says of itself ("… của Chính phủ sửa đổi Nghị định …") governs only itself. Parts of a
directive repealed or replaced amend it. What is only planned, proposed, asked or denied does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.models import Relation
from corpus.parse.layout import CELLS
from corpus.references.view import Told, View, fold

_VERB_RELATIONS = {
    "thay the": Relation.REPLACES, "thay cho": Relation.REPLACES, "bai bo": Relation.REPEALS, "huy bo": Relation.REPEALS,
    "cham dut hieu luc": Relation.REPEALS, "het hieu luc": Relation.REPEALS, "sua doi": Relation.AMENDS,
    "bo sung": Relation.AMENDS, "dinh chinh": Relation.AMENDS, "dieu chinh": Relation.AMENDS,
}  # fmt: skip
_VERB = r"(?:thay\s+the|thay\s+cho|bai\s+bo|huy\s+bo|sua\s+doi|bo\s+sung|dinh\s+chinh|dieu\s+chinh|(?:cham\s+dut|het)\s+hieu\s+luc)"
_VERBS = re.compile(rf"(?<!\w)(?P<first>{_VERB})(?P<more>(?:\s*(?:,|;|va|hoac|/|-)?\s*{_VERB})*)(?!\w)")
_ALONE_OTHERWISE = frozenset({"bo sung", "dieu chinh"})  # alone they mostly have other objects than a directive
_PASSIVE_LEAD = re.compile(r"(?<!\w)(?:duoc|bi)\s+(?:(?!(?:giao|phep)\b)\w+\s+){0,2}$")
_PASSIVE = re.compile(
    rf"(?<!\w)(?:(?:duoc|bi|da)\s+(?:chinh phu\s+|quoc hoi\s+|\w+\s+)?(?P<verb>{_VERB})"
    r"|(?P<end>(?:het|cham\s+dut|khong\s+con|mat)\s+hieu\s+luc)|(?:deu\s+)?(?P<gone>bai bo)"
    r"|(?P<since>sua doi)(?:,?\s+bo sung)?\s+(?:nam\s+)?(?:19|20)\d\d)(?!\w)"
)
_ACTOR = re.compile(
    r"(?:[\s,]|mot so dieu|toan bo|noi dung|lan thu \w+|nam \d{4}|khoan \d+|diem \w)*(?:boi|bang|tai|theo|trong)(?!\w)"
)
# Between a verb and what it does something to stand parts of a document, never another deed.
_BREAKS = re.compile(
    r"(?<!\w)(?:theo|can cu|thuc hien|trien khai|giao(?!\s+(?:dich|thong|duc|dat))|yeu cau|nham|phu hop|khi|neu|tren co so|huong dan|thi hanh|ke tu|hieu luc|duoc|bi|de|doi voi|truoc khi"
    r"|nhung|tuy nhien|vi pham|xu ly|ap dung|cong bo|phe duyet|boi)(?!\w)|[.!?]\s"
)
_INSIDE_OBJECT = re.compile(
    r"(?:da )?(?:duoc )?(?:ban hanh )?kem theo|(?:duoc )?quy dinh (?:tai|trong|theo)|da duoc|doi voi [\w\s,]+ (?:tai|cua)\b|co hieu luc"
)
_NUMBERED_PART = re.compile(r"(?<!\w)(?:dieu|khoan|diem|chuong|muc|tiet)\s+(?:[\divx]+[a-z]?|[a-z])(?!\w)")
_PART = re.compile(
    r"(?<!\w)(?:dieu|khoan|diem|chuong|muc|tiet|mau|cum tu|tu|phu luc|bieu|doan|noi dung|quy dinh)(?!\w)"
)
_WHOLE = re.compile(r"(?<!\w)(?:mot so dieu|toan bo|(?:cac|nhung) van ban|(?:ban hanh )?kem theo)(?!\w)")
_HEAD = re.compile(
    r"(?:[\s,:()“”\"|•+-]|(?:\d{1,2}|[a-z]{1,2})[.)]|(?<!\w)(?:va|cung|voi|cac|hoac|so|nhu|gom|dieu|khoan|diem|chuong|muc|tiet|mau|cua|tai|trong|quy dinh|tu|den"
    r"|noi dung|mot so|phu luc|ban hanh|kem theo|thuoc|sau|day|dong thoi|[a-z]|[ivx]+|\d+[a-z]?(?:/[\w-]+)?)(?!\w))*"
)
_SEPARATOR = re.compile(r"[;\n]|,|(?<!\w)va(?!\w)|:")
_LONGEST = 600
_PLANNED = (
    r"(?<!\w)(?:dự thảo|đề nghị|kiến nghị|đề xuất|dự kiến|tham mưu|soạn thảo|góp ý|lấy ý kiến|chuẩn bị|nghiên cứu|xem xét|rà soát|mong muốn|đang sửa"
    r"|xây dựng (?:dự thảo|nghị|thông tư|quyết định|luật|văn bản)|trình (?:chính phủ|quốc hội|hđnd|ubnd|thủ tướng|bộ))(?!\w)"
)
_DENIED = (
    r"(?<!\w)(?:không|chưa|cần|phải|nên|sắp|nếu|muốn|hỏi|(?<!về )việc|có thể|để|yêu cầu|ko|trình|đang|quá trình|kế hoạch)\s+(?:\w+\s+){0,2}$"
    r"|(?<!\w)(?:không|chưa)\s+(?:\w+\s+){0,5}$"
)
_ASKED = r"(?<!\w)(?:chưa|không|ko|hay)\s*(?:ạ|vậy|thế|nhỉ|ad|nhé)?\s*$|\?\s*$|(?<!\w)(?:chưa|không|ko)\s*\?"
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d][^\W\d.”\")])[”\")]?[.!?]+\s+(?=[A-ZĐÁÀẢÃẠÂẤẦĂÊÔƠƯỐỦỨỞÝ\"“(\d-])|(?<=\d)[.]\s+(?=[A-ZĐÁÀẢÃẠÂẤẦĂÊÔƠƯỐỦỨỞÝ\"“(-])|(?<=\d)[.]\n|\n\s*\n"
)
_HEADING = re.compile(r"hết hiệu lực|bãi bỏ|thay thế", re.IGNORECASE)
_LINE_END = re.compile(r"(?<![;:,|\s])[ \t]*\n\s*(?=[^\sa-zđáàảãạâấầăêôơưốủứởý|])")


_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")


def _blank(quoted: re.Match[str]) -> str:
    return " " * len(quoted[0])


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
_IS_PLANNED, _IS_DENIED, _IS_ASKED = Told(_PLANNED), Told(_DENIED), Told(_ASKED)


def relate(view: View, spans: Sequence[Span]) -> list[Deed]:
    """For every reference what the text says is done to it."""
    deeds = [_NOTHING] * len(spans)
    for start, end, members in _sentences(view, spans):
        if _VERBS.search(view.folded, start, end):
            sentence = _Sentence(view, spans, start, end, members)
            sentence.read()
            for i in members:
                deeds[i] = _NOTHING if spans[i].myself else sentence.deeds.get(i, _NOTHING)
    return [_in_table(view, span) if deed is _NOTHING else deed for span, deed in zip(spans, deeds, strict=True)]


def _in_table(view: View, span: Span) -> Deed:
    """What the heading of a table says of the directives in its rows: "Danh mục văn bản hết hiệu lực"."""
    line = view.text.rfind("\n", 0, span.start) + 1
    if not line or CELLS.strip() not in view.text[line : span.end + 4]:
        return _NOTHING
    heading = ""
    while line and CELLS.strip() in (heading := view.text[view.text.rfind("\n", 0, line - 1) + 1 : line]):
        line = view.text.rfind("\n", 0, line - 1) + 1
    found = _HEADING.search(heading)
    return Deed(_VERB_RELATIONS[fold(found[0])], None) if found and not heading.rstrip().endswith(".") else _NOTHING


def _sentences(view: View, spans: Sequence[Span]) -> Iterator[tuple[int, int, list[int]]]:
    """The sentences that hold references: where each begins and ends, and the references in it."""
    at = 0
    while at < len(spans):
        first = spans[at]
        floor = max(0, first.start - _LONGEST)
        start = max((cut.end() for cut in _cuts(view, floor, first.start)), default=floor)
        members, end = [at], first.end
        while True:
            limit = spans[members[-1] + 1].start if members[-1] + 1 < len(spans) else len(view.text)
            cut = next(_cuts(view, end, min(limit + 1, end + _LONGEST)), None)
            if cut is not None or limit - end > _LONGEST or limit == len(view.text):
                end = cut.start() + 1 if cut is not None else min(limit, end + _LONGEST)
                break
            members.append(members[-1] + 1)
            end = spans[members[-1]].end
        yield start, end, members
        at = members[-1] + 1


def _cuts(view: View, start: int, end: int) -> Iterator[re.Match[str]]:
    """Where sentences end within a stretch."""
    ends = [*_SENTENCE_END.finditer(view.text, start, end), *_LINE_END.finditer(view.text, start, end)]
    return iter(sorted(ends, key=lambda cut: cut.start()))


class _Sentence:
    """One sentence: its verbs of effect, and to which references each of them does something."""

    def __init__(self, view: View, spans: Sequence[Span], start: int, end: int, members: list[int]) -> None:
        self._marked, self._text = view.text, view.folded
        self._spans = spans
        self._start, self._end = start, end
        self._members = members
        self.deeds: dict[int, Deed] = {}
        self._outer: Deed | None = None  # what the verb of the sentence does to the list behind it
        self._bounded = False  # the verb is an item's own, so that its list ends with the item

    def read(self) -> None:
        """Fills `deeds`."""
        for i in self._members:
            self._read_before(i)
        for i in self._members:
            self._read_behind(i)

    def _gap(self, i: int) -> tuple[int, str]:
        """What stands before a reference, behind the one before it in the sentence; and where that begins."""
        begin = self._spans[i - 1].end if i != self._members[0] else self._start
        return begin, self._text[begin : self._spans[i].start]

    def _behind(self, i: int) -> str:
        stop = self._spans[i + 1].start if i != self._members[-1] else self._end
        return self._text[self._spans[i].end : stop]

    # ------------------------------------------------------------------------------------------------- verbs before

    def _read_before(self, i: int) -> None:
        begin, gap = self._gap(i)
        strong = max(gap.rfind(";"), gap.rfind("\n"))
        if strong >= 0 and self._bounded:
            self._outer = None
        verbs = [*_VERBS.finditer(_QUOTED.sub(_blank, gap))]
        if strong >= 0 and self._outer and not _VERBS.search(gap, strong):
            verbs = []  # they tell of the item before
        if verbs and (deed := self._active(i, begin, gap, verbs)):
            self.deeds[i] = deed
            return
        if self._outer and not verbs and self._is_next_item(i, gap):
            self.deeds[i] = self._of_part(self._outer, _after_separator(gap))
        elif self._outer and verbs and not self._is_described(i, gap, verbs[-1].start()):
            self._outer = None

    def _active(self, i: int, begin: int, gap: str, verbs: Sequence[re.Match[str]]) -> Deed | None:
        verb = verbs[-1]
        first = " ".join(verb["first"].split())
        between = gap[verb.end() :]
        if not self._governs(first, verb, gap, between):
            return None
        if self._is_unreal(begin + verb.start(), i):
            self._outer = None
            return _NOTHING
        described = self._is_described(i, gap, verb.start())
        actor = self._actor(i, gap[: verb.start()])
        deed = Deed(_VERB_RELATIONS[first], actor)
        if not described:
            self._outer = deed
            self._bounded = actor is not None
        return self._of_part(deed, between)

    @staticmethod
    def _governs(first: str, verb: re.Match[str], gap: str, between: str) -> bool:
        """Whether the verb does something to the reference behind `between`."""
        if _PASSIVE_LEAD.search(gap, 0, verb.start()):
            return False
        if first == "het hieu luc":
            return ":" in between
        if first == "cham dut hieu luc":
            return ":" in between or bool(_HEAD.fullmatch(between))
        if _HEAD.fullmatch(between):
            return True
        if first in _ALONE_OTHERWISE and not verb["more"]:
            return False
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
        return (
            ";" not in gap[:verb_at] and "\n" not in gap[:verb_at] and not re.search(r"(?:,|\bva)\s*$", gap[:verb_at])
        )

    def _is_next_item(self, i: int, gap: str) -> bool:
        """Whether the reference is the head of the next item of the list that a verb governs."""
        if i == self._members[0]:
            return False
        head = _after_separator(gap)
        if head is None:
            return False
        if re.search(r"[;\n]", gap):
            return _HEAD.fullmatch(head) is not None or not _BREAKS.search(_INSIDE_OBJECT.sub("", head))
        return _HEAD.fullmatch(head) is not None and self.deeds.get(i - 1, _NOTHING).relation is not Relation.CITES

    def _actor(self, i: int, lead: str) -> int | None:
        """The reference that does it: the one right before the verb, but for the document itself."""
        if i == self._members[0] or self._spans[i - 1].myself or re.search(r"[;\n]", lead):
            return None
        return i - 1

    def _is_unreal(self, at: int, i: int) -> bool:
        """Whether what the verb at `at` tells is planned, proposed, asked or denied."""
        clause = re.split(r"[;\n]", self._marked[self._start : at])[-1]
        if _IS_PLANNED.search(clause) or _IS_DENIED.search(clause):
            return True
        return _IS_ASKED.search(self._marked[self._spans[i].end : self._end].rstrip(" .\n"))

    # ------------------------------------------------------------------------------------------------- verbs behind

    def _read_behind(self, i: int) -> None:
        behind = self._behind(i)
        found = _PASSIVE.search(behind)
        if found is None or ";" in behind[: found.start()] or "\n" in behind[: found.start()]:
            return
        if re.search(r"(?<!\w)(?:thi(?! hanh)|bi)(?!\w)", behind[: found.start()]):
            return  # "theo Thông tư … thì khoản 1 Điều 4 được sửa đổi"
        if found["gone"] and not re.search(r"\b(?:deu|nay)\s*$", behind[: found.start()]):
            return
        at = self._spans[i].end + found.start()
        if self._is_unreal(self._spans[i].start, i) or _IS_DENIED.search(self._marked[self._spans[i].end : at]):
            return
        if self._is_condition(behind[: found.start()]):
            return
        verb = found["verb"] or found["gone"] or found["since"]
        relation = _VERB_RELATIONS[" ".join(verb.split())] if verb else Relation.REPEALS
        rest = (
            _VERBS.sub("", behind[found.end() :], count=1)
            if verb and _VERBS.match(behind, found.end())
            else behind[found.end() :]
        )
        rest = re.sub(rf"^(?:\s*(?:,|va)?\s*{_VERB})*", "", rest)
        actor = i + 1 if i != self._members[-1] and _ACTOR.match(rest) and not self._spans[i + 1].myself else None
        for each in self._subjects(i):
            before = self.deeds.get(each, _NOTHING)
            if before.relation is Relation.CITES or relation is Relation.REPEALS:
                self.deeds[each] = Deed(relation, actor)
        if actor is not None:
            self._clear_actors(actor)

    @staticmethod
    def _is_condition(lead: str) -> bool:
        return bool(re.search(r"(?:truoc khi|khi|neu|sau khi|den khi|cho den)\s+(?:\w+\s+){0,6}$", lead))

    def _subjects(self, i: int) -> list[int]:
        """The reference a verb behind it is about, with the list it ends; of what amended it, what is amended."""
        subjects = [i]
        while subjects[-1] != self._members[0]:
            before = subjects[-1] - 1
            gap = self._text[self._spans[before].end : self._spans[before + 1].start]
            if self.deeds.get(before, _NOTHING).by == before + 1 or (
                self.deeds.get(before, _NOTHING).by is not None and self.deeds[before].by == subjects[0]
            ):
                return [before]
            if not re.fullmatch(r"(?:\s|,|(?<!\w)(?:va|cac|so|cung)(?!\w))*", gap):
                break
            subjects.append(before)
        amended = [each for each in self._members if self.deeds.get(each, _NOTHING).by in subjects]
        return amended or subjects

    def _clear_actors(self, actor: int) -> None:
        """What amends or replaces another is not itself amended by the same verb, nor are others of its list."""
        for each in self._members:
            if each >= actor and self.deeds.get(each) and self.deeds[each].by is None and each == actor:
                self.deeds[each] = _NOTHING


def _after_separator(gap: str) -> str | None:
    """What stands between the last separator of a list and the reference."""
    separators = [*_SEPARATOR.finditer(gap)]
    strong = [found for found in separators if found[0] in ";\n"]
    if strong:
        return gap[strong[-1].end() :]
    return gap[separators[-1].end() :] if separators else None
