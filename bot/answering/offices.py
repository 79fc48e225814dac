"""Offices people hold: a sentence about the deputy does not answer a question about the head."""

from __future__ import annotations

import re

from bot.answering.expected import Expected
from bot.answering.understand import Question
from retrieval.tokens import folded_form

_OFFICES = (
    "tong bi thu|bi thu|chu tich|tong giam doc|giam doc|thu tuong|bo truong|truong ban|truong phong|chanh van phong|"
    "cuc truong|vien truong|chanh an|hieu truong"
)
_NAMED = re.compile(rf"\b(?P<deputy>pho (?:tong )?)?(?P<office>{_OFFICES})\b")
_WORD = re.compile(r"\w+")


def holds_office(question: Question, sentence: str) -> bool:
    """Whether a sentence may answer, as far as offices go.

    A question who holds an office needs that very office in the sentence. Any other question that names an office is
    not answered by a sentence that names its deputy alone.
    """
    asked = _named(question.searched)
    if not asked:
        return True
    there = _named(sentence)
    if question.expected is Expected.PERSON:
        return asked <= there
    return all((rank, name) in there or ("pho", name) not in there for rank, name in asked)


def _named(text: str) -> set[tuple[str, str]]:
    """Offices a text names: ("", "chu tich") the head, ("pho", "chu tich") the deputy."""
    folded = " ".join(map(folded_form, _WORD.findall(text)))
    return {("pho" if m["deputy"] else "", m["office"]) for m in _NAMED.finditer(folded)}
