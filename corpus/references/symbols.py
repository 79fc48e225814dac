"""The symbol behind a serial number: QĐ-UBND, TTLT-BTP-BNV, UBND-KSTTHC, TB/TU; where it ends and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.references.kinds import is_office, kind_of_part, normal_part
from corpus.references.view import View

_MAX_PARTS = 9  # NQLT-UBTVQH14-CP-ĐCTUBTWMTTQVN has four; joint circulars have up to seven
_PART = re.compile(r"[qn] d(?=\s?-)|[a-z]{1,14}\d{0,3}(?![a-z])")  # scans part Q and Đ, N and Đ
_BETWEEN = re.compile(r"(\s{0,2})([-/&])(\s{0,2})")
_STUCK = re.compile(r"[A-ZĐÐƯ]{2,}(?=[^\W\dA-ZĐÐƯ]{2,}$)")  # the blank between symbol and text is lost
_WORDS = frozenset(
    "thang ngay nam gio tuan lan quy nguoi ho ha kg km m tan ta nam ky vu hoc ban ca lit phut giay bo con cay".split()
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol: where it ends, its parts as written and its normal form."""

    end: int
    parts: tuple[str, ...]
    normal: str

    @property
    def typed_small(self) -> bool:
        """Whether it stands in small letters, as people type on a phone."""
        return self.parts[0].islower()


def symbol_at(view: View, at: int) -> Symbol | None:
    """The symbol that begins at `at`; None where a word stands there that is none."""
    first = _part(view, at)
    if first is None or fold_of(view, at, first) in _WORDS:
        return None
    parts, normal, end = [first], [normal_part(first.replace(" ", ""))], at + len(first)
    while len(parts) < _MAX_PARTS and (between := _BETWEEN.match(view.folded, end)):
        part = _part(view, between.end())
        if part is None or not _goes_on(parts, part, between):
            break
        parts.append(part)
        normal += [between[2], normal_part(part)]
        end = between.end() + len(part)
        if end < len(view.text) and view.text[end].isalpha():
            break  # the word stuck to it
    return Symbol(end, tuple(parts), "".join(normal))


def fold_of(view: View, at: int, part: str) -> str:
    """The folded form of what stands at `at`."""
    return view.folded[at : at + len(part)]


def _part(view: View, at: int) -> str | None:
    if not (match := _PART.match(view.folded, at)):
        return None
    written = view.text[at : match.end()]
    if stuck := _STUCK.match(written):
        return stuck[0]
    return written


def _goes_on(parts: list[str], part: str, between: re.Match[str]) -> bool:
    """Whether a part behind a separator belongs to the symbol: always in capitals, with blanks only where it must."""
    blanks = bool(between[1]) + bool(between[3])
    if between[2] == "/" and len(parts) > 1 and blanks:
        return False
    is_body = is_office(part) or kind_of_part(part) is not None or normal_part(part) in _BODIES
    if part.islower() or not _is_capital(part):
        return is_body or (not blanks and part.islower() and parts[0].islower())
    if not blanks:
        return True
    if len(part.rstrip("0123456789")) < 2:
        return False
    return is_body or len(parts) == 1 or (blanks == 1 and not between[1])


_BODIES = frozenset("UBND HĐND CP TTg TW TU HU QU ĐU UB UBTVQH VPCP BTC BNV BTP CTN ĐH".split())


def _is_capital(part: str) -> bool:
    """Whether a part looks like an abbreviation: TTg, BTC, CTr, Qh13; not "Quy", "Số"."""
    letters = part.rstrip("0123456789")
    return (
        sum(letter.isupper() for letter in letters) >= 2
        or letters != part
        or len(letters) == 1
        or normal_part(part) != part
    )
