"""Numbers in a text that are somebody's: of a telephone, a card, an account; told apart by how many digits they have.

Digits come in groups ("0912 345 678"), groups in runs, and any groups that stand together may be a number: "tầng 2 0912
345 678". Where their count is not enough, a label before them says what they are ("stk", "mã số thuế").

Spared, for questions are about them: amounts of money and counts of people, hotlines (1022, 1900 …) and landlines
(02…), which are offices' mostly, days; and what is shorter than nine digits, unless a label says whose it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise


class Kind(Enum):
    """What a piece of personal data is."""

    PHONE = "phone"
    IDENTITY = "identity"
    EMAIL = "email"
    ACCOUNT = "account"
    PASSPORT = "passport"
    TAX = "tax"
    PLATE = "plate"
    INSURANCE = "insurance"
    BIRTH = "birth"
    NUMBER = "number"


Span = tuple[int, int, Kind]

_GROUP = re.compile(r"\d+")
_JOIN = re.compile(r"\)? {0,2}[-._/,]? {0,2}\(?")
_MOBILES = (
    re.compile(r"(?:00)?840?(?:[35789]\d{8}|1[2689]\d{8})"),
    re.compile(r"0(?:[35789]\d{8}|1[2689]\d{8})"),
)
_OFFICES = (
    re.compile(r"(?:00)?840?2\d{9}|02\d{9}|1[89]00\d{6}"),
    re.compile(r"(?:00)?840?2\d{8}|02\d{8}|1[89]00\d{5}"),
    re.compile(r"1[89]00\d{4}"),
)
_SHORTEST = 9  # digits of a bare number that is masked: those of the older identity card
_CARDS = (re.compile(r"9704\d{15}"), re.compile(r"9704\d{12}"))  # of Vietnamese banks
_DAY = re.compile(r"\d{1,2} ?[./ -] ?\d{1,2} ?[./ -] ?(?:1[89]|20)\d\d(?!\d)")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){1,6}|(?:,\d{3}){1,6})(?!\d)")  # 1.500.000.000
_UNITS = "dong d vnd usd nghin ngan trieu tr ty ti m2 nguoi luot".split()  # đ is read as d, tỷ as ty
_COUNTED = re.compile(  # "ngan" is a thousand, but for "ngan hang", a bank
    rf"[1-9]\d{{0,15}}(?:[., ]\d{{3}}){{0,6}}(?:[.,]\d{{1,2}})? ?(?:{'|'.join(_UNITS)})(?![a-z]| hang)"
)

_BANKS = (
    "vietcombank vcb techcombank tcb bidv agribank vietinbank ctg vpbank tpbank acb mb mbbank sacombank shb hdbank vib "
    "msb seabank eximbank ocb scb lpbank lienvietpostbank abbank pvcombank bacabank namabank ncb"
).split()
_BETWEEN = (
    r"so|no|number|num|la|is|cua|toi|em|me|minh|con|vo|chong|bo|be|chau|chi|anh|ong|ba|ca\ nhan|ho\ kinh\ doanh|cu|moi|"
    rf"ngan\ hang|nh|at|tai|vao|den|{'|'.join(_BANKS)}"
)
_LABEL = re.compile(
    rf"""\b(?:
    (?P<identity>cccd|cmnd|cmtnd|cmt|can\ cuoc(?:\ cong\ dan)?|chung\ minh(?:\ nhan\ dan|\ thu)?
        |dinh\ danh(?:\ ca\ nhan)?|(?:id|identity)(?:\ card)?)
    |(?P<tax>mst|ma\ so\ thue|ma\ thue|tax\ (?:code|number|id))
    |(?P<insurance>bhxh|bhyt|(?:so\ )?bao\ hiem\ (?:xa\ hoi|y\ te)|so\ bao\ hiem|social\ insurance)
    |(?P<account>stk|tk|tai\ khoan|chuyen\ khoan|account|so\ the|{"|".join(_BANKS)})
    )(?![a-z])(?:[ ,.:#(=/-]|\b(?:{_BETWEEN})(?![a-z])){{0,14}}""",
    re.VERBOSE,
)
_DIGITS_OF = {  # the likeliest first
    Kind.IDENTITY: (12, 9, 10, 11),
    Kind.TAX: (10,),
    Kind.INSURANCE: (10,),
    Kind.ACCOUNT: tuple(range(19, 7, -1)),
}


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits that stand together: where each stands, its place among the `digits`, and what joins them."""

    groups: tuple[tuple[int, int], ...]
    digits: str
    places: tuple[int, ...]
    joins: tuple[str, ...]

    def upto(self, first: int, count: int) -> int | None:
        """The group behind those from `first` on that have so many digits; None where no group ends there."""
        wanted = self.places[first] + count
        behind = bisect_left(self.places, wanted, first + 1)
        return behind if behind < len(self.places) and self.places[behind] == wanted else None


def numbers(reading: str) -> Iterator[Span]:
    """The numbers that are somebody's, from left to right, in a text in small letters without marks."""
    labels = {match.end(): Kind(match.lastgroup) for match in _LABEL.finditer(reading)}
    for run in _runs(reading):
        at = 0
        while at < len(run.groups):
            start = run.groups[at][0]
            behind, kind = _number(reading, run, at, labels.get(start))
            if kind:
                yield _whole(reading, start, run.groups[behind - 1][1], kind)
            at = behind


def _runs(reading: str) -> Iterator[_Run]:
    groups: list[tuple[int, int]] = []
    joins: list[str] = []
    for match in _GROUP.finditer(reading):
        join = reading[groups[-1][1] : match.start()] if groups else ""
        if groups and not (len(join) < 8 and _JOIN.fullmatch(join)):
            yield _run(reading, groups, joins)
            groups, joins = [], []
        elif groups:
            joins.append(join)
        groups.append(match.span())
    if groups:
        yield _run(reading, groups, joins)


def _run(reading: str, groups: list[tuple[int, int]], joins: list[str]) -> _Run:
    places = [0]
    for start, end in groups:
        places.append(places[-1] + end - start)
    digits = "".join(reading[start:end] for start, end in groups)
    return _Run(tuple(groups), digits, tuple(places), tuple(joins))


def _number(reading: str, run: _Run, at: int, label: Kind | None) -> tuple[int, Kind | None]:
    """The group behind the number that begins with group `at`, and its kind: None where it is spared."""
    start = run.groups[at][0]
    if counted := _COUNTED.match(reading, start):
        return _behind(run, counted.end()), None
    amount = _AMOUNT.match(reading, start)
    if label and not (label is Kind.ACCOUNT and amount) and (behind := _labelled(run, at, label)):
        return behind, label
    if day := _DAY.match(reading, start):
        return _behind(run, day.end()), None
    for shapes, kind in ((_OFFICES, None), (_MOBILES, Kind.PHONE), (_CARDS, Kind.NUMBER)):
        if behind := _of_shape(run, at, shapes):
            return behind, kind
    if amount:
        return _behind(run, amount.end()), None
    return _by_count(run, at)


def _labelled(run: _Run, at: int, label: Kind) -> int | None:
    """The group behind a number of which a label says what it is: one group, if that will do, or several."""
    counts = _DIGITS_OF[label]
    alone = run.places[at + 1] - run.places[at]
    return next((behind for count in (alone, *counts) if count in counts and (behind := run.upto(at, count))), None)


def _of_shape(run: _Run, at: int, shapes: tuple[re.Pattern[str], ...]) -> int | None:
    found = (shape.match(run.digits, run.places[at]) for shape in shapes)
    ends = (run.upto(at, len(match[0])) for match in found if match)
    return next((behind for behind in ends if behind and _is_one(run, at, behind)), None)


def _by_count(run: _Run, at: int) -> tuple[int, Kind | None]:
    """An identity number, bare or in groups of three or more; or a bare number too long to be anything public."""
    behind = run.upto(at, 12)
    if (
        behind
        and run.digits[run.places[at]] == "0"
        and min(_lengths(run, at, behind)) >= 3
        and _is_one(run, at, behind)
    ):
        return behind, Kind.IDENTITY
    alone = run.places[at + 1] - run.places[at]
    if alone >= _SHORTEST:
        return at + 1, Kind.IDENTITY if alone in {9, 12} else Kind.NUMBER
    if (behind := run.upto(at, 9)) and _lengths(run, at, behind) == [3, 3, 3] and _is_one(run, at, behind):
        return behind, Kind.IDENTITY
    return at + 1, None


def _is_one(run: _Run, first: int, behind: int) -> bool:
    """Whether groups read as one number: days, prices and lists of numbers, too, are groups with something between."""
    if _counts_up(run, first, behind):
        return False
    joins = {join.strip(" ()") for join in run.joins[first : behind - 1]}
    shortest = min(_lengths(run, first, behind)[1:] or [3])
    if joins & {"/", ",", "_"}:
        return len(joins) == 1 and shortest >= 3 and all(" " not in join for join in run.joins[first : behind - 1])
    return shortest >= 3 or len(joins) <= 1


def _counts_up(run: _Run, first: int, behind: int) -> bool:
    """Whether each group is one more than that before it, as months are: 03 04 05 06 07."""
    groups = [int(run.digits[start:end]) for start, end in pairwise(run.places[first : behind + 1])]
    return len(groups) > 3 and all(after == before + 1 for before, after in pairwise(groups))


def _lengths(run: _Run, first: int, behind: int) -> list[int]:
    return [after - before for before, after in pairwise(run.places[first : behind + 1])]


def _behind(run: _Run, end: int) -> int:
    """The first group that begins behind a place in the text."""
    return bisect_left(run.groups, (end, 0))


def _whole(reading: str, start: int, end: int, kind: Kind) -> Span:
    """The number with the plus before it and the bracket that is closed within it."""
    start -= reading[start - 1 : start] == "+"
    start -= reading[start - 1 : start] == "(" and ")" in reading[start:end]
    return start, end, kind
