"""What is counted: a number answers "bao nhiêu cán bộ?" only near the thing that the question counts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.evidence import Bag
from bot.answering.expected import Expected
from bot.answering.understand import Question

_HOW_MANY = ("bao", "nhieu")
_COUNTED_OTHERWISE = frozenset(("lan", "thoi", "cai", "cu"))  # "bao nhiêu lần": told as "ba giải", "hai bàn"


def counts_it(question: Question, bags: Sequence[Bag]) -> bool:
    """Whether the thing that the question counts stands in a text (its bags).

    Without marks a word alone says little ("can" of "cán bộ" is "cần" too), so the one behind it has to follow there.
    """
    if question.expected is not Expected.NUMBER:
        return True
    single = [term for term in question.terms if not term.whole]
    for at in range(len(single) - 2):
        how, many, counted = single[at : at + 3]
        if (how.folded, many.folded) != _HOW_MANY or counted.folded in _COUNTED_OTHERWISE:
            continue
        behind = next((term.folded for term in single[at + 3 : at + 4] if term.folded in question.content), None)
        if not question.marked and behind:
            return any((counted.folded, behind) in bag.pairs for bag in bags)
        word = counted.marked if question.marked else counted.folded
        return counted.folded not in question.content or any(word in bag.words for bag in bags)
    return True
