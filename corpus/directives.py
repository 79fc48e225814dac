"""Directives, read off their mentions: one number may name several, and articles may disagree on a date.

A number with its year inside, of a body that there is only one of (30/2020/NĐ-CP, 31/2024/QH15), names one directive.
Any other is used again each year and by every committee: mentions that name different bodies, or days of different
years, are of different directives (45-NQ/TW of 2019 is not 45-NQ/TW of 2023). Two days of one year are one directive
whose date is told in two ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.models import Relation
from corpus.references.issuers import issuer_of_symbol
from corpus.references.view import fold
from corpus.register import Mention, Register

_YEAR_INSIDE = re.compile(r"\d+[a-z]?[/-](?:19|20)\d\d/|.*qh\d+$")
# Bodies that every province, district or commune has; departments (sở, phòng) have symbols that begin with S and P.
_LOCAL = re.compile(
    r"[/-](?:ubnd|ub|hdnd|tu|hu|qu|du|vp|vpub|vptu|vpubnd|ubmttq|tttp|btv|ct|s[a-z]{1,7}|p[a-z]{1,6})(?![a-z])"
)
_ABBREVIATED = (
    ("ubnd", "uy ban nhan dan"),
    ("ub ", "uy ban nhan dan "),
    ("hdnd", "hoi dong nhan dan"),
    ("tp.", "thanh pho "),
    ("tp ", "thanh pho "),
    ("tx ", "thi xa "),
)
_HEADS = re.compile(
    r"^(?:pho )?(?:chu tich|bo truong|giam doc|truong ban|thuong truc|ban thuong vu|ban chap hanh|van phong) "
)
# "Sở Y tế, UBND thành phố Hải Phòng", "Sở Y tế thành phố Hải Phòng", "Sở Y tế Hải Phòng"
_OF_PLACE = re.compile(r",? (?:uy ban nhan dan )?(?:thanh pho|tinh)(?!\w)")


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: the mentions that speak of it, and what they say.

    `dates` are the days told, the most often told first; `held` is the id of the article that is its own text.
    """

    mentions: tuple[Mention, ...]

    @property
    def label(self) -> str:
        """Its number, or a law's name and year."""
        return _commonest(each.label for each in self.mentions) or ""

    @property
    def kind(self) -> str | None:
        """Its type, as most mentions tell."""
        return _commonest(each.kind for each in self.mentions)

    @property
    def number(self) -> str | None:
        """Its số/ký hiệu in normal form; None for a law known by its name only."""
        return _commonest(each.number for each in self.mentions)

    @property
    def dates(self) -> tuple[str, ...]:
        """Days of issue as the articles tell them; that of its own text first, then the most often told."""
        own = [each.date for each in self.mentions if each.own and each.date]
        told = Counter(each.date for each in self.mentions if each.date)
        return tuple(
            dict.fromkeys([*own, *(day for day, _ in sorted(told.items(), key=lambda item: (-item[1], item[0])))])
        )

    @property
    def date(self) -> str | None:
        """The day of issue, where there is one."""
        return self.dates[0] if self.dates else None

    @property
    def issuer(self) -> str | None:
        """The body as its own text or most articles name it, else as the symbol tells."""
        own = _commonest(each.issuer for each in self.mentions if each.own)
        return (
            own
            or _commonest(each.issuer for each in self.mentions)
            or (issuer_of_symbol(self.number) if self.number else None)
        )

    @property
    def subject(self) -> str | None:
        """The trích yếu: of its own text, else as most articles write it, the longer of equals."""
        own = _commonest(each.subject for each in self.mentions if each.own)
        told = sorted((subject for each in self.mentions if (subject := each.subject)), key=len, reverse=True)
        return own or _commonest(told)

    @property
    def held(self) -> str | None:
        """The article that is the directive's own text."""
        return next((each.article_id for each in self.mentions if each.own), None)

    @property
    def articles(self) -> int:
        """How many articles name it."""
        return len({each.article_id for each in self.mentions})

    @property
    def effects(self) -> tuple[Mention, ...]:
        """The mentions that say it is replaced, repealed or amended; replaced and repealed first."""
        done = (each for each in self.mentions if each.relation is not Relation.CITES)
        return tuple(sorted(done, key=lambda each: each.relation is Relation.AMENDS))


def missing(register: Register) -> Iterator[Directive]:
    """The ledger of the missing: directives that articles name and whose own text is not held, the most named first."""
    for key in register.not_held():
        yield from directives_of(register.named(key))


def _commonest(values: Iterable[str | None]) -> str | None:
    told = Counter(value for value in values if value)
    return max(told, key=lambda value: told[value], default=None)


def directives_of(mentions: Sequence[Mention]) -> list[Directive]:
    """The directives that mentions of one or several numbers speak of, kept apart; the most mentioned first."""
    by_key: dict[str, list[Mention]] = {}
    for each in mentions:
        by_key.setdefault(each.key, []).append(each)
    found = [Directive(tuple(group)) for same in by_key.values() for group in _apart(same)]
    return sorted(found, key=lambda one: -len(one.mentions))


def _apart(mentions: list[Mention]) -> list[list[Mention]]:
    """Mentions of one number, by body and by year; what tells neither joins where only one can be meant."""
    key = mentions[0].key
    number = mentions[0].number
    if number is None:
        return [mentions]
    local = _LOCAL.search(key) is not None and issuer_of_symbol(number) is None
    by_body = _by_body(mentions) if local else [mentions]
    if _YEAR_INSIDE.match(key):
        return by_body
    return [group for same in by_body for group in _by_year(same)]


def _by_body(mentions: list[Mention]) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    rest = [each for each in mentions if not each.issuer]
    for each in sorted((m for m in mentions if m.issuer), key=lambda m: -len(m.issuer or "")):
        fitting = [group for group in groups if same_body(each.issuer, group[0].issuer)]
        if len(fitting) > 1:
            rest.append(each)  # "UBND tỉnh" of which province?
        elif fitting:
            fitting[0].append(each)
        else:
            groups.append([each])
    return _joined(groups, rest)


def _by_year(mentions: list[Mention]) -> list[list[Mention]]:
    groups: dict[str, list[Mention]] = {}
    for each in mentions:
        if each.date:
            groups.setdefault(each.date[:4], []).append(each)
    return _joined(list(groups.values()), [m for m in mentions if not m.date])


def _joined(groups: list[list[Mention]], rest: list[Mention]) -> list[list[Mention]]:
    """The groups with the mentions that do not tell: to the only one, to one of the same day or article, else apart."""
    apart: list[Mention] = []
    joined = [list(group) for group in groups]
    told = [{each.date for each in group} | {each.article_id for each in group} for group in groups]
    for each in rest:
        fitting = [at for at, known in enumerate(told) if len(groups) == 1 or (each.date or each.article_id) in known]
        (joined[fitting[0]] if len(fitting) == 1 else apart).append(each)
    return [*joined, apart] if apart else joined


def same_body(one: str | None, other: str | None) -> bool:
    """Whether two names can be of one body: "UBND tỉnh" and "Ủy ban nhân dân tỉnh Đắk Nông" can."""
    a, b = (_plain_body(name or "") for name in (one, other))
    shorter, longer = sorted((a, b), key=len)
    return longer.startswith(shorter) and not (shorter and longer[len(shorter) :][:1].isalnum())  # quận 1, quận 10


def _plain_body(name: str) -> str:
    plain = fold(" ".join(name.split()))
    for short, full in _ABBREVIATED:
        plain = plain.replace(short, full)
    plain = " ".join(_HEADS.sub("", plain).split())
    return _OF_PLACE.sub("", plain) if plain.startswith("so ") else plain
