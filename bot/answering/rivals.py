"""Whether two sentences of different articles answer the same question differently."""

from __future__ import annotations

from bot.answering.spans import answer_span
from bot.answering.understand import Question
from retrieval.tokens import single_forms

ALIKE = 0.6  # share of words in common, figures left out


def differ(question: Question, one: str, other: str) -> bool:
    """Whether both hold the thing asked for, not the same, in nearly the same words."""
    first, second = answer_span(question, one), answer_span(question, other)
    if first is None or second is None:
        return False
    return _words(one[slice(*first)]) != _words(other[slice(*second)]) and _likeness(one, other) >= ALIKE


def _words(text: str) -> list[str]:
    return [marked for marked, _ in single_forms(text)]


def _likeness(one: str, other: str) -> float:
    first, second = ({word for word in _words(each) if not word[0].isdigit()} for each in (one, other))
    return len(first & second) / max(1, len(first | second))
