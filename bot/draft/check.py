"""Every reference of a draft with the verdict on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.report.directives import mark_of, note_of, quote_of
from corpus.models import Article, Reference
from corpus.parse.letterhead import read_letterhead
from corpus.references import find_references
from corpus.register import Register, number_key
from corpus.resolve import Resolution, Verdict, resolve

_HEAD = 1500  # code points in which a draft's own number stands
_NUMBER_LINE = re.compile(r"\s*Số\s*:", re.IGNORECASE)
GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """One reference of a draft: the verdict, why, and the words of an article that say so.

    `evidence` is (article id, title, quote), None where there is none. `mark` is ✓, ⚠ or ✗.
    """

    reference: Reference
    verdict: Verdict
    mark: str
    note: str
    evidence: tuple[str, str, str] | None = None


def own_number(text: str) -> str | None:
    """The number a draft bears itself: its letterhead's, else a line of the first ones that is nothing but "Số: …"."""
    if number := read_letterhead(text).number:
        return number
    line = next((each for each in text[:_HEAD].split("\n") if _NUMBER_LINE.match(each)), "")
    found = find_references(line)
    return found[0].number if len(found) == 1 and not line[found[0].end :].strip() else None


class Checker:
    """Checks texts against one register."""

    def __init__(self, register: Register, get_article: GetArticle, language: str) -> None:
        self._register = register
        self._get_article = get_article
        self._language = language
        self._known: dict[tuple[object, ...], Resolution] = {}

    def check(self, text: str, *, own: str | None = None) -> list[Checked]:
        """Every reference in the text, in reading order, with offsets in it.

        `own` is the draft's own number; None: what the text's letterhead says.
        """
        own = own or own_number(text)
        return [self._checked(each, own) for each in find_references(text)]

    def _checked(self, reference: Reference, own: str | None) -> Checked:
        if reference.is_self or (own and reference.number and number_key(reference.number) == number_key(own)):
            note = "the document itself" if self._language == "en" else "chính văn bản này"
            return Checked(reference, Verdict.EXACT, mark_of(Verdict.EXACT), note)
        found = self._resolved(reference)
        mark = "⚠" if reference.date_text and mark_of(found.verdict) == "✓" else mark_of(found.verdict)
        return Checked(reference, found.verdict, mark, note_of(found, self._language), self._evidence(found))

    def _resolved(self, reference: Reference) -> Resolution:
        """A draft names the same directives again and again."""
        asked = (reference.label, reference.kind, reference.date, reference.issuer, reference.date_text)
        if asked not in self._known:
            self._known[asked] = resolve(self._register, reference)
        return self._known[asked]

    def _evidence(self, found: Resolution) -> tuple[str, str, str] | None:
        mention = next(iter((*found.effects, *found.mentions)), None)
        article = self._get_article(mention.article_id) if mention else None
        if mention is None or article is None:
            return None
        return article.id, article.title, " ".join(quote_of(mention, self._get_article).split())
