"""Questions that can mean one of several directives: the options among which a person chooses.

An option exists only where the register knows the directive, so each can be proved by a stored sentence, and only where
the question that it stands for names that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.answering.models import Option
from corpus.directives import Directive
from corpus.references import find_references
from corpus.register import Register
from corpus.resolve import Resolution, Verdict, resolve

MAX_OPTIONS = 6  # buttons below one message


def options_of(question: str, found: Resolution, register: Register) -> tuple[Option, ...]:
    """The directives that a number was used for, each with the question asked of it; fewer than two are none."""
    asked = found.asked
    if asked is None:
        return ()
    start = question.find(asked.text)
    names = dict.fromkeys(filter(None, map(name_of, found.candidates)))
    if start < 0:
        return ()
    before, behind = question[:start], question[start + len(asked.text) :]
    return _several([Option(name, f"{before}{name}{behind}") for name in names if _is_told(name, register)])


def options_among(names: Sequence[str], questions: Sequence[str], register: Register) -> tuple[Option, ...]:
    """The options for directives that a conversation named, each with its question; those that the register knows."""
    return tuple(
        Option(name, question)
        for name, question in zip(names, questions, strict=False)
        if resolution_of(name, register) is not None
    )


def resolution_of(name: str, register: Register) -> Resolution | None:
    """What the register knows of a directive by its name; None where nothing."""
    references = find_references(name)
    found = resolve(register, references[0]) if references else None
    return found if found and found.verdict is not Verdict.NOT_FOUND else None


def name_of(directive: Directive) -> str:
    """A directive so that it can be told from others of its number: kind, number, day and issuer, as far as known."""
    day = f"ngày {datetime.fromisoformat(directive.date):%d/%m/%Y}" if directive.date else ""
    issuer = f"của {directive.issuer}" if directive.issuer else ""
    kind = directive.kind if directive.number else ""
    return " ".join(filter(None, [kind, directive.label, day, issuer]))


def _is_told(name: str, register: Register) -> bool:
    found = resolution_of(name, register)
    return found is not None and found.verdict is not Verdict.AMBIGUOUS


def _several(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(options[:MAX_OPTIONS]) if len(options) > 1 else ()
