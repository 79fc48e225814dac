"""Example questions from the articles in use, for somebody who does not know what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import nlargest
from itertools import islice

from corpus.models import Listed
from corpus.references import find_references
from retrieval.serving import Generation

LONGEST = 60  # code points, as a button on a phone shows
_LOOKED_AT = 30  # articles, the newest
_ASKED = ("{0} về việc gì?", "{0} có hiệu lực từ ngày nào?", "Ai ban hành {0}?")
IsAnswered = Callable[[str, str], bool]  # whether a question is answered from the article of that id


def examples(generation: Generation, is_answered: IsAnswered, count: int) -> tuple[str, ...]:
    """Questions that the newest articles answer, each of another article, and of another kind where that goes."""
    newest = nlargest(_LOOKED_AT, generation.snapshot.listed(), key=_day)
    found: list[str] = []
    for article in newest:
        if len(found) == count:
            break
        fit = (each for each in _questions(article, len(found)) if len(each) <= LONGEST and each not in found)
        found += islice((each for each in fit if is_answered(each, article.id)), 1)
    return tuple(found)


def _day(article: Listed) -> str:
    return article.published.isoformat() if article.published else ""


def _questions(article: Listed, turn: int) -> Iterator[str]:
    """What to ask an article: after the directive that its title names, in turn each kind first; else by its title."""
    named = next((" ".join(each.text.split()) for each in find_references(article.title) if each.number), None)
    if named is None:
        yield article.title.rstrip(" …")
        return
    for at in range(len(_ASKED)):
        yield _ASKED[(turn + at) % len(_ASKED)].format(named)
