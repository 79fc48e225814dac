"""Resolve: what the articles know of one reference, as a verdict with its evidence.

The ladder (first that holds): `not_found` no article names it · `ambiguous` the number was used for several documents,
and nothing asked tells which · `date_differs` known with other days only · `superseded` an article says it is replaced,
repealed or amended · `exact` number and date agree with what the articles say · `cited_only` articles cite it, its own
text is not held · `number_only` its text is held, no date was asked or is known. A neighbour is never a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.directives import Directive, directives_of, same_body
from corpus.models import Reference
from corpus.references import find_references
from corpus.references.issuers import issuer_of_symbol
from corpus.references.kinds import KIND_OF_NAME
from corpus.references.view import fold
from corpus.register import Mention, Register, key_of

_SHARE = 0.8  # of the words of a subject asked for, that a directive's subject must have
_CLOSE = 0.8
_NEIGHBOURS = 3
_TELLING = 4  # digits of a bare number from which one slip away is no accident
_WORD = re.compile(r"[^\W_]+")
_BARE_NUMBER = re.compile(
    r"(?:(?P<kind>[^\W\d_]+(?: [^\W\d_]+){0,3}) )??(?:(?:số|so) ?:? ?)?"
    r"(?P<number>\d{1,5}[a-z]?(?:/(?:19|20)\d\d)?(?:[/-][^\W\d_]{1,14})?)[ /.,;:?!-]*",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What the articles say of a reference."""

    EXACT = "exact"
    NUMBER_ONLY = "number_only"
    DATE_DIFFERS = "date_differs"
    AMBIGUOUS = "ambiguous"
    CITED_ONLY = "cited_only"
    SUPERSEDED = "superseded"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A verdict, the directive it is about, and what else there is.

    `candidates` are the documents that the number was used for, or that have the subject asked for; `effects` the
    mentions that say it is replaced, repealed or amended, `acts` those where it does that to others; `neighbours` are
    labels of known directives that are spelt alike, offered where nothing was found.
    """

    verdict: Verdict
    asked: Reference | None
    directive: Directive | None = None
    candidates: tuple[Directive, ...] = ()
    effects: tuple[Mention, ...] = ()
    acts: tuple[Mention, ...] = ()
    neighbours: tuple[str, ...] = ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The places that speak of it, or of all candidates."""
        return (
            self.directive.mentions if self.directive else tuple(m for each in self.candidates for m in each.mentions)
        )


def resolve_query(register: Register, query: str) -> Resolution:
    """What a person asks for: a reference in any form, a bare number ("3482"), or words of a subject."""
    asked = [each for each in find_references(query) if not each.is_self]
    if asked:
        return resolve(register, asked[0])
    if bare := _BARE_NUMBER.fullmatch(" ".join(query.split())):
        kind = KIND_OF_NAME.get(fold(bare["kind"] or ""))
        found = resolve(register, Reference(query, 0, len(query), kind, bare["number"], None))
        if bare["kind"] is None or (kind and found.verdict is not Verdict.NOT_FOUND):
            return found
    return _by_subject(register, query)


def resolve(register: Register, asked: Reference) -> Resolution:
    """The verdict on one reference found in a text."""
    known = _known(register, asked)
    if asked.issuer and asked.number and issuer_of_symbol(asked.number) is None:
        known = [each for each in known if each.issuer is None or same_body(asked.issuer, each.issuer)]
        known = [each for each in known if each.issuer or each.dates] or known  # what tells neither can be any's
    if not known:
        return Resolution(Verdict.NOT_FOUND, asked, neighbours=_neighbours(register, asked))
    if asked.date:
        agreeing = [each for each in known if asked.date in each.dates]
        if agreeing:
            known = agreeing
        elif dated := [each for each in known if each.dates]:
            return _told(register, Verdict.DATE_DIFFERS, asked, dated)
    if len(known) > 1:
        return Resolution(Verdict.AMBIGUOUS, asked, candidates=tuple(known))
    return _told(register, _verdict(known[0], asked), asked, known)


def _verdict(directive: Directive, asked: Reference) -> Verdict:
    if directive.effects:
        return Verdict.SUPERSEDED
    if asked.date and asked.date in directive.dates:
        return Verdict.EXACT
    return Verdict.NUMBER_ONLY if directive.held else Verdict.CITED_ONLY


def _told(register: Register, verdict: Verdict, asked: Reference | None, known: Sequence[Directive]) -> Resolution:
    if len(known) > 1:
        return Resolution(verdict, asked, candidates=tuple(known))
    return Resolution(verdict, asked, known[0], effects=known[0].effects, acts=_acts(register, known[0]))


def _acts(register: Register, directive: Directive) -> tuple[Mention, ...]:
    """What a directive does to others, as told by articles that name it, and not another one of its number."""
    labels = sorted({each.label for each in directive.mentions})
    acts = dict.fromkeys(act for label in labels for act in register.acted_by(label))
    mine = {each.article_id for each in directive.mentions}
    of_others = {
        mention.article_id
        for key in {each.key for each in directive.mentions}
        for mention in register.named(key)
        if mention.article_id not in mine
    }
    return tuple(act for act in acts if act.article_id not in of_others)


def _known(register: Register, asked: Reference) -> list[Directive]:
    """The directives that the number, whole or in part, or the law's name and year can mean."""
    key = key_of(asked)
    if key is None:
        return []
    if asked.number is None:
        return _law(register, asked, key)
    has_symbol = re.search(r"[a-z]{2}", key) is not None
    if has_symbol and (found := register.named(key)):
        return directives_of(found)
    serial = re.match(r"\d+[a-z]?", key)
    same = register.with_serial(serial[0]) if serial else []
    beginning = [each for each in same if _begins(key, each.key)]
    if asked.kind and not has_symbol:
        beginning = [each for each in beginning if each.kind in {asked.kind, None}]
    return _without_shorter(directives_of(beginning))


def _begins(part: str, whole: str) -> bool:
    """Whether a key is the other's beginning: 3482/qd of 3482/qd-ubnd, but 3482/qd-ubnd not of 3482/qd-ubnd-nc."""
    separator = "&" if re.search(r"[a-z][-/&][a-z]", part) else "[/-]"
    return part == whole or re.match(f"{re.escape(part)}{separator}", whole) is not None


def _without_shorter(known: list[Directive]) -> list[Directive]:
    """Without those named by a bare serial only, where a whole number is known that they can mean."""
    whole = [each for each in known if each.number and re.search(r"[A-ZĐ]", each.number)]
    return whole or known


def _law(register: Register, asked: Reference, key: str) -> list[Directive]:
    """The law of that name and year; with what names it by its number, where articles tell that."""
    named = register.named(key)
    numbers = [each for each, number, name in register.laws() if _is_law(number, name, asked)]
    if len(numbers) == 1:
        return [Directive((*register.named(numbers[0]), *named))]
    return [Directive(tuple(mentions)) for mentions in (named, *map(register.named, numbers)) if mentions]


def _is_law(number: str, name: str, asked: Reference) -> bool:
    """Whether a number is that of the law asked for by name and year: 31/2024/QH15 of "Luật Đất đai năm 2024"."""
    year = re.search(r"/((?:19|20)\d\d)/", number)
    return fold(name) == fold(asked.name or "") and year is not None and int(year[1]) == asked.year


def _neighbours(register: Register, asked: Reference) -> tuple[str, ...]:
    """Numbers one slip of the typist away: a digit wrong, missing, too many, two changed round; another symbol."""
    key = key_of(asked) or ""
    rest = key.lstrip("0123456789")
    serial = key.removesuffix(rest)
    slipped = {each.lstrip("0") for each in _slips(serial)}
    slips: set[str] = set()
    if rest:
        slips = {f"{each}{rest}" for each in slipped}
    elif len(serial) >= _TELLING:
        slips = {each.key for one in slipped for each in register.with_serial(one)}
    other_symbol = {each.key for each in register.with_serial(serial) if _is_alike(each.key, key)}
    return tuple(register.labels(sorted((slips | other_symbol) - {key}))[:_NEIGHBOURS])


def _slips(serial: str) -> Iterator[str]:
    """Every serial that differs in one digit, or in two neighbours changed round."""
    for at in range(len(serial) + 1):
        before, after = serial[:at], serial[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for digit in "0123456789":
            yield before + digit + after
            yield before + digit + after[1:]


def _is_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _CLOSE


def _by_subject(register: Register, query: str) -> Resolution:
    """The directives whose subject has the words asked for."""
    wanted = set(_WORD.findall(fold(query)))
    keys = {key for key, subject in register.subjects() if _share(wanted, subject) >= _SHARE}
    known = [
        each
        for key in sorted(keys)
        for each in directives_of(register.named(key))
        if any(m.subject and _share(wanted, m.subject) >= _SHARE for m in each.mentions)
    ]
    if not wanted or not known:
        return Resolution(Verdict.NOT_FOUND, None)
    if len(known) > 1:
        return Resolution(Verdict.AMBIGUOUS, None, candidates=tuple(known))
    asked = Reference(query, 0, len(query), known[0].kind, known[0].number, None)
    return _told(register, _verdict(known[0], asked), None, known)


def _share(wanted: set[str], subject: str) -> float:
    return len(wanted & set(_WORD.findall(fold(subject)))) / len(wanted) if wanted else 0.0
