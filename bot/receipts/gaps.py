"""Unanswered questions for an admin: those alike together, and what today's articles would say to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.answering.compose import Composed
from bot.answering.understand import Question, read_question
from bot.receipts.masking import without_masks
from bot.receipts.replay import Ask
from bot.receipts.store import Unanswered
from corpus.syllables import without_marks
from retrieval.serving import Generation
from retrieval.tokens import is_marked

_Key = tuple[frozenset[str], tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same: how often they came, and what the generation in use says to them.

    `question` is the way it was asked most often, with marks where it ever was; `variants` are all the ways, the most
    frequent first. `covered` says whether it would be answered now, None where nothing could be asked; `nearest`
    are titles of articles on a near subject.
    """

    question: str
    variants: tuple[str, ...]
    count: int
    first: date
    last: date
    covered: bool | None = None
    nearest: tuple[str, ...] = ()


def grouped(found: Iterable[Unanswered]) -> list[Gap]:
    """Questions of the same content words, numbers and directives together, whatever their marks; most asked first."""
    groups: dict[_Key, list[Unanswered]] = defaultdict(list)
    for each in found:
        if (key := _key(each.text)) is not None:
            groups[key].append(each)
    return sorted(map(_gap, groups.values()), key=lambda gap: (-gap.count, -gap.last.toordinal(), gap.question))


def _key(text: str) -> _Key | None:
    question = read_question(without_marks(without_masks(text)))
    if not isinstance(question, Question):
        return None
    return question.content, tuple(sorted(question.numbers)), tuple(sorted(question.serials))


def _gap(alike: list[Unanswered]) -> Gap:
    counts: Counter[str] = Counter()
    for each in alike:
        counts[each.text] += each.count
    variants = tuple(text for text, _ in counts.most_common())
    days = [each.day for each in alike]
    question = next(filter(is_marked, variants), variants[0])
    return Gap(question, variants, counts.total(), min(days), max(days))


def asked_now(gaps: Iterable[Gap], generation: Generation, ask: Ask) -> Iterator[Gap]:
    """Each with what this generation says to it."""
    for gap in gaps:
        question = read_question(without_masks(gap.question))
        composed = ask(generation, question) if isinstance(question, Question) else Composed()
        yield replace(gap, covered=bool(composed.citations), nearest=composed.nearest)
