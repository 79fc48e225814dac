"""Offices people hold, and signatures.

A sentence about the deputy, or about another body's head, does not answer for the head; one that tells who issued or
presented a paper does not tell who signed it.
"""

from __future__ import annotations

import re

from bot.answering.abbreviations import write_out
from bot.answering.expected import Expected, fit
from bot.answering.understand import Question
from retrieval.tokens import folded_form

_OFFICES = (
    "tong bi thu|bi thu|chu tich|tong giam doc|giam doc|thu tuong|bo truong|truong ban|truong phong|chanh van phong|"
    "cuc truong|vien truong|chanh an|hieu truong"
)
_BODIES = "nuoc|quoc hoi|uy ban nhan dan|hoi dong nhan dan|mat tran|so|cong an|thanh uy|tinh uy|quan uy|huyen uy"
_NAMED = re.compile(
    rf"\b(?P<deputy>pho (?:tong )?)?(?P<office>{_OFFICES})\b(?: thuong truc)?(?: (?P<body>{_BODIES})\b)?"
)
_WHO_SIGNED = re.compile(r"\b(?:ai|nguoi(?: nao)?|duoc ai|do ai) (?:da )?k[yi]\b")
_SIGNED = re.compile(r"(?<!ngày )\bk[ýí]\b", re.IGNORECASE)  # "từ ngày ký" does not say who
_WORD = re.compile(r"\w+")
Office = tuple[str, str, str]  # "pho" or "", the office, the body or ""


def holds_office(question: Question, sentence: str) -> bool:
    """Whether a sentence may answer, as far as offices go.

    A question who holds an office needs that very office in the sentence. Any other question that names an office is
    not answered by a sentence that names its deputy, or that office of another body, alone.
    """
    asked = _named(question.searched)
    if not asked:
        return True
    there = _named(sentence)
    if question.expected is Expected.PERSON:
        return all(any(_same(one, other) for other in there) for one in asked)
    return all(
        any(_same(one, other) for other in there) or not any(one[1] == other[1] for other in there) for one in asked
    )


def names_offices(question: Question, text: str) -> bool:
    """Whether every office the question names stands in the text, of whatever body."""
    asked = {office for _, office, _ in _named(question.searched)}
    return not asked or asked <= {office for _, office, _ in _named(text)}


def says_who_signed(question: Question, sentence: str) -> bool:
    """Whether a sentence speaks of signing and names somebody, where the question asks who signed."""
    if question.expected is not Expected.PERSON or not _WHO_SIGNED.search(_folded(question.searched)):
        return True
    named = fit(Expected.PERSON, sentence) == 1 or bool(_named(sentence))
    return named and _SIGNED.search(sentence) is not None


def _folded(text: str) -> str:
    return " ".join(map(folded_form, _WORD.findall(write_out(text))))


def _same(asked: Office, there: Office) -> bool:
    """The same rank and office, and not of two different bodies."""
    return asked[:2] == there[:2] and (not asked[2] or not there[2] or asked[2] == there[2])


def _named(text: str) -> set[Office]:
    """The offices a text names."""
    return {("pho" if m["deputy"] else "", m["office"], m["body"] or "") for m in _NAMED.finditer(_folded(text))}
