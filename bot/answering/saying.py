"""What is said to a text, once it is known what it may mean: the first reading that finds anything, or a question back.

A question back is asked only of what the register holds: a number that it knows as several documents, "that decision"
where two were named. Its options are proved by the sentences cited with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.answering.clarify import name_of, options_among, options_of, resolution_of
from bot.answering.compose import NOTHING, Composed
from bot.answering.conversation import Meant, searchable
from bot.answering.directives import (
    bare_number,
    coverage,
    name_it,
    said_of_each,
    what_it_is,
    which_directive,
)
from bot.answering.fixed import Unusable
from bot.answering.models import Option
from bot.answering.understand import Question, read_question
from corpus.resolve import Resolution, Verdict
from retrieval.serving import Generation

Compose = Callable[[Question], Composed]
HALF = 0.5  # of the words asked; with fewer an answer may be about anything in the document


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: `asked` is the question that it answers, empty for none; the rest as in `Answer`."""

    composed: Composed
    asked: str = ""
    options: tuple[Option, ...] = ()
    unusable: Unusable | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says what one generation has to say; `compose` answers a question from it, `may_ask` allows a question back."""

    generation: Generation
    compose: Compose
    may_ask: bool

    def say(self, meant: Meant) -> Said:
        """What is said to what was meant."""
        readings = meant.readings
        if meant.directives:
            options = options_among(meant.directives, readings, self.generation.register)
            if len(options) > 1 and self.may_ask:
                return self._which(options)
            readings = tuple(each.question for each in options) if len(options) == 1 else ()
        first: Said | None = None
        for reading in readings:
            said = self._read(reading, meant)
            if said.composed.citations:
                return said
            if first is None or first.unusable:  # what became too long when it was made whole
                first = said
        return first or Said(NOTHING)

    def _read(self, reading: str, meant: Meant) -> Said:
        question = read_question(searchable(reading, english=meant.english))
        if isinstance(question, Unusable):
            return Said(NOTHING, unusable=question)
        found = which_directive(question, self.generation.register)
        if found is None:
            return Said(self.compose(question), reading)
        if found.directive and bare_number(question):
            return self._read(name_of(found.directive), meant)
        composed = self.compose(question)
        told = what_it_is(question, found, self.generation.snapshot.article)
        if told and not name_it(composed.citations, found):
            composed = Composed(told.citations, about=told.resolution)
        said = Said(composed, reading)
        return self._perhaps_which(said, question, found) if found.verdict is Verdict.AMBIGUOUS else said

    def _perhaps_which(self, said: Said, question: Question, found: Resolution) -> Said:
        """The options, where a number that several documents bear leaves open which is asked about.

        Where something in it is asked, only those count whose answers have most of its words; one alone leaves nothing
        open.
        """
        options = options_of(question.text, found, self.generation.register) if self.may_ask else ()
        if said.composed.about:
            return replace(said, options=options)
        answers = [(each, answer) for each in options if (answer := self._answer(each.question)).citations]
        shares = [coverage(question, found, answer.citations) for _, answer in answers]
        best = max(shares, default=0.0)
        answers = [each for each, share in zip(answers, shares, strict=True) if share == best > HALF]
        quotes = [answer.citations[0] for _, answer in answers]
        if len({(each.article_id, each.start) for each in quotes}) > 1:
            cited = tuple(replace(each, n=n) for n, each in enumerate(quotes, start=1))
            return Said(Composed(cited, about=found), said.asked, tuple(each for each, _ in answers))
        return said if said.composed.citations or not answers else Said(answers[0][1], answers[0][0].question)

    def _which(self, options: tuple[Option, ...]) -> Said:
        """Which of the directives that a conversation named is meant."""
        found = [each for option in options if (each := resolution_of(option.label, self.generation.register))]
        known = tuple(
            directive for each in found for directive in ([each.directive] if each.directive else each.candidates)
        )
        citations = said_of_each(known, self.generation.snapshot.article)
        about = Resolution(Verdict.AMBIGUOUS, None, candidates=known)
        return Said(Composed(citations, about=about), options=options) if citations else Said(NOTHING)

    def _answer(self, text: str) -> Composed:
        question = read_question(text)
        return NOTHING if isinstance(question, Unusable) else self.compose(question)
