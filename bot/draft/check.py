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


@dataclass(frozen=True, slots=True)
class Own:
    """The number a draft bears itself and its day, as far as its head tells."""

    number: str | None = None
    date: str | None = None

    def is_meant_by(self, reference: Reference) -> bool:
        """Whether a reference is the draft itself, and not a document of another day that has the same number."""
        if reference.number is None or self.number is None:
            return reference.is_self
        return number_key(reference.number) == number_key(self.number) and reference.date in {None, self.date}


def own_of(text: str) -> Own:
    """What a draft is: by its letterhead, else by a line of the first ones that is nothing but "Số: …"."""
    head = read_letterhead(text)
    if head.number:
        return Own(head.number, head.published.date().isoformat() if head.published else None)
    line = next((each for each in text[:_HEAD].split("\n") if _NUMBER_LINE.match(each)), "")
    found = find_references(line)
    return Own(found[0].number) if len(found) == 1 and not line[found[0].end :].strip() else Own()


class Checker:
    """Checks texts against one register."""

    def __init__(self, register: Register, get_article: GetArticle, language: str) -> None:
        self._register = register
        self._get_article = get_article
        self._language = language
        self._known: dict[tuple[object, ...], Resolution] = {}

    def check(self, text: str, *, own: Own | None = None) -> list[Checked]:
        """Every reference in the text, in reading order, with offsets in it.

        `own` is the draft itself; None: what the head of the text says.
        """
        own = own or own_of(text)
        return [self._checked(each, own) for each in find_references(text)]

    def _checked(self, reference: Reference, own: Own) -> Checked:
        if own.is_meant_by(reference):
            note = "the document itself" if self._language == "en" else "chính văn bản này"
            return Checked(reference, Verdict.EXACT, mark_of(Verdict.EXACT), note)
        found = self._resolved(reference)
        mark = mark_of(found.verdict, reference)
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
