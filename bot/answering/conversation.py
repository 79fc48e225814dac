"""A text in its conversation: an option chosen, a follow-up, a question in English, or simply what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.english import in_vietnamese, is_english
from bot.answering.fixed import fixed_kind
from bot.answering.followups import follow_up, names_in
from bot.answering.models import Answer, Option, Status, Turn
from corpus.clean import normalise
from corpus.references.view import fold
from corpus.syllables import without_marks

_NUMBER = re.compile(r"(?:(?:cai|so|y|muc|lua chon|chon|phuong an|option|number)(?: thu)? )?(?P<n>\d)")
_ORDINALS = {"dau tien": 1, "thu nhat": 1, "thu hai": 2, "thu ba": 3, "thu tu": 4, "thu nam": 5,
             "first": 1, "second": 2, "third": 3}  # fmt: skip
_ORDINAL = re.compile(rf"(?:cai |van ban |the )?(?P<nth>{'|'.join(_ORDINALS)})(?: one)?")
_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*")
_LONGEST_CHOICE = 6  # words
_FILLER = frozenset("cai van ban nam cua ngay la do a nhe o ban thang the one of in".split())


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text asks: `readings`, the likeliest first, each tried if the one before finds nothing.

    Where `directives` are named, one cannot tell which of them is meant, and `readings` has a question for each.
    """

    readings: tuple[str, ...]
    directives: tuple[str, ...] = ()
    english: bool = False


def meaning_of(text: str, turns: Sequence[Turn]) -> Meant:
    """What a text means after these turns, the last one last."""
    last = turns[-1] if turns else None
    english = is_english(text) or (last is not None and last.english and not any(c.isalpha() for c in text))
    if last and (chosen := chosen_option(text, last.options)):
        return Meant((chosen.question,), english=english or last.english)
    if fixed_kind(text):
        return Meant((text,), english=english)
    typed = in_vietnamese(text) if is_english(text) else text
    followed = follow_up(typed, turns)
    if followed is None:
        return Meant((typed,), english=english)
    return Meant((*followed.questions, *((typed,) if followed.alone else ())), followed.directives, english)


def searchable(reading: str, *, english: bool) -> str:
    """A reading as it is searched for: a translated one without marks, for the names in it have none."""
    return without_marks(reading) if english else reading


def chosen_option(text: str, options: Sequence[Option]) -> Option | None:
    """The option that a text chooses: by its number ("2", "cái thứ hai") or by words that only one of them has."""
    plain = " ".join(_WORD.findall(fold(normalise(text))))
    if match := _NUMBER.fullmatch(plain):
        number = int(match["n"])
        return options[number - 1] if 1 <= number <= len(options) else None
    if match := _ORDINAL.fullmatch(plain):
        return options[_ORDINALS[match["nth"]] - 1] if _ORDINALS[match["nth"]] <= len(options) else None
    said = [word for word in plain.split() if word not in _FILLER]
    if not said or len(plain.split()) > _LONGEST_CHOICE:
        return None
    fitting = [option for option in options if set(said) <= _words(option.label)]
    return fitting[0] if len(fitting) == 1 else None


def _words(label: str) -> frozenset[str]:
    """The words of a label, its numbers in parts too."""
    plain = fold(label)
    return frozenset(_WORD.findall(plain)) | frozenset(re.findall(r"[^\W_]+", plain))


def turn_of(answer: Answer) -> Turn | None:
    """What is kept of an answer; nothing of one to a text that was no question."""
    if answer.status is Status.OUT_OF_SCOPE:
        return None
    directives = names_in(citation.quote for citation in answer.citations)
    return Turn(answer.asked or answer.question, directives, answer.options, answer.receipt, answer.english)
