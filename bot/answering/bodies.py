"""Bodies and small places a question names: what one department, ward or district did does not answer for another.

The names of departments and ministries are few, so they are known without capitals too; those of wards, communes and
districts are told by their capitals, and those of districts that were abolished by corpus/succession.toml.
"""

from __future__ import annotations

import re
from functools import cache

from bot.answering.abbreviations import write_out
from bot.answering.understand import Question
from corpus.succession import abolished_names
from retrieval.tokens import Term, folded_form, marked_form, single_forms, terms

# What a department (sở), ministry (bộ) or branch is for, as much of it as people say.
_FIELDS = """
    y tế, giáo dục, xây dựng, tài chính, nội vụ, tư pháp, công thương, nông nghiệp, tài nguyên, giao thông, văn hóa,
    thể thao, du lịch, khoa học, truyền thông, lao động, kế hoạch, ngoại vụ, dân tộc, quốc phòng, công an, ngoại giao
"""
_FIELD = "|".join(" ".join(map(folded_form, field.split())) for field in map(str.strip, _FIELDS.split(",")))
_BODY = re.compile(rf"\b(?:so|bo)(?: van hoa(?: va)?)? (?P<name>{_FIELD})\b")
_BODY_WORDS = frozenset(map(marked_form, ("sở", "bộ")))  # "hồ sơ xây dựng" names no department
_KIND_OF_AREA = re.compile(r"^(?:quan|huyen|thanh pho|thi xa|tinh) ")
_AREAS = frozenset(map(folded_form, ("quận", "huyện", "phường", "xã", "trấn", "khu", "thôn")))
_LONGEST_NAME = 3


def names_bodies(question: Question, text: str) -> bool:
    """Whether every department, ministry, district, ward or commune the question names stands in the text too."""
    wanted = _bodies(question) | _areas(question)
    if not wanted:
        return True
    words = " ".join(folded for _, folded in single_forms(write_out(text)))
    return all(f" {name} " in f" {words} " for name in wanted)


def _bodies(question: Question) -> set[str]:
    single = [term for term in question.terms if not term.whole]
    words = " ".join(term.folded for term in single)
    found = [(words.count(" ", 0, each.start()), each["name"]) for each in _BODY.finditer(words)]
    return {name for at, name in found if not question.marked or single[at].marked in _BODY_WORDS}


def _areas(question: Question) -> set[str]:
    """Names behind "phường", "quận": by their capitals; without capitals those of districts that once were."""
    single = [term for term in question.terms if not term.whole]
    found = set()
    for at, term in enumerate(single):
        if term.folded in _AREAS:
            behind = single[at + 1 : at + 1 + _LONGEST_NAME]
            found |= {name for name in [_capitalised(question, behind) or _known(behind)] if name}
    return found


def _capitalised(question: Question, behind: list[Term]) -> str:
    name: list[str] = []
    for term in behind:
        if not question.searched[term.start].isupper():
            break
        name.append(term.folded)
    return " ".join(name)


def _known(behind: list[Term]) -> str:
    words = [term.folded for term in behind]
    runs = (" ".join(words[:length]) for length in range(len(words), 1, -1))
    return next((run for run in runs if run in _abolished()), "")


@cache
def _abolished() -> frozenset[str]:
    """Folded names of the districts that were abolished, without their kind."""
    folded = (" ".join(term.folded for term in terms(name)) for name in abolished_names())
    return frozenset(_KIND_OF_AREA.sub("", name) for name in folded)
