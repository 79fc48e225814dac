"""A model's reply cut into sentences, of which those stay that cite and that the claim lock holds.

A sentence cites by [1] or [1, 2], within it or behind its end. Its proof are single sentences of the passages it names,
and the quotes that quote mode chose there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.addressed import is_addressed
from bot.answering.lock import Fault, fault_of, words_of
from bot.answering.models import Citation, Claim, LlmOutcome, Rewriting, cite
from bot.answering.rewriting import Source
from bot.answering.understand import Question
from corpus.clean import normalise
from corpus.sentences import sentence_spans

MAX_REPLY = 6_000  # characters read; three sentences have some hundred
MAX_SENTENCE = 600  # characters; a longer one is no sentence for a citizen
MAX_CLAIMS = 4
ABOUT = 0.5  # share of the question's words in what holds a claim, unless quote mode chose it too
# Three digits: a number of a passage, and never one that takes time to read.
_MARKS = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_BEHIND_THE_END = re.compile(r"([.!…]+)((?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+)\.?")
_EMPHASIS = re.compile(r"\*\*|__|`")
_BULLET = re.compile(r"^\s*(?:[-*•–#>]+|\d{1,2}[.)])\s+", re.MULTILINE)
Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reply without its marks, and the numbers it cites."""

    text: str
    cited: tuple[int, ...]


def sentences_of(reply: str) -> Iterator[Sentence]:
    """The sentences of a reply."""
    text = _BULLET.sub("", _EMPHASIS.sub("", normalise(reply[:MAX_REPLY])))
    text = _BEHIND_THE_END.sub(r"\2\1", text)
    for start, end in sentence_spans(text):
        numbers = [int(n) for mark in _MARKS.finditer(text, start, end) for n in re.findall(r"\d+", mark[1])]
        written = " ".join(_MARKS.sub("", text[start:end]).split())
        if written:
            yield Sentence(written, tuple(dict.fromkeys(numbers)))


def claims_of(reply: str, question: Question, quoted: Sequence[Citation], sources: Sequence[Source]) -> Rewriting:
    """The claims of a reply that hold; none where too little is left of it for what quote mode has."""
    bench = _Bench(question, quoted, sources)
    held: dict[str, list[Citation]] = {}
    faults: list[Fault] = []
    for sentence in sentences_of(reply):
        found = bench.hold(sentence)
        if isinstance(found, Fault):
            faults.append(found)
        elif len(held) < MAX_CLAIMS:
            held.setdefault(sentence.text, found)
    if not held or not _says_enough(held, question, quoted):
        return Rewriting(LlmOutcome.LOCKED, faults=tuple(faults))
    return _numbered(held, faults)


def claims_so_far(text: str, question: Question, quoted: Sequence[Citation], sources: Sequence[Source]) -> Rewriting:
    """The claims that hold in what there is of a reply, its last sentence aside, which may go on."""
    bench = _Bench(question, quoted, sources)
    held: dict[str, list[Citation]] = {}
    for sentence in list(sentences_of(text))[:-1]:
        found = bench.hold(sentence)
        if not isinstance(found, Fault) and len(held) < MAX_CLAIMS:
            held.setdefault(sentence.text, found)
    return _numbered(held, ())


class _Bench:
    """Holds sentences against what they cite."""

    def __init__(self, question: Question, quoted: Sequence[Citation], sources: Sequence[Source]) -> None:
        self._question = question
        self._sources = {source.n: source for source in sources}
        self._quoted = {_span(each): each for each in quoted}

    def hold(self, sentence: Sentence) -> list[Citation] | Fault:
        """What holds a sentence, the best of each passage that it cites; or why nothing does."""
        cited = [self._sources[n] for n in sentence.cited if n in self._sources]
        if not cited:
            return Fault.UNCITED
        if len(sentence.text) > MAX_SENTENCE:
            return Fault.EMPTY
        holding: list[Citation] = []
        fault = Fault.WORDS
        for source in cited:
            for candidate in self._candidates(sentence.text, source):
                found = fault_of(sentence.text, candidate.quote)
                if found is None and self._is_about(candidate):
                    holding.append(candidate)
                    break
                fault = found or Fault.BESIDE
        return holding or fault

    def _candidates(self, text: str, source: Source) -> list[Citation]:
        """What may hold a sentence: quotes in the passage and its sentences, those with most of its words first."""
        quotes = [
            q
            for q in self._quoted.values()
            if q.article_id == source.article.id and source.start <= q.start < source.end
        ]
        known = {_span(q) for q in quotes}
        others = [
            cite(0, source.article, start, end)
            for start, end in sentence_spans(source.article.text, source.start, source.end)
            if (source.article.id, start, end) not in known and not is_addressed(source.article.text, start, end)
        ]
        words = words_of(text)
        return sorted([*quotes, *others], key=lambda each: -len(words & words_of(each.quote)))

    def _is_about(self, candidate: Citation) -> bool:
        """Whether it speaks of what was asked."""
        asked = self._question.content
        return _span(candidate) in self._quoted or len(asked & words_of(candidate.quote)) >= ABOUT * len(asked)


def _span(citation: Citation) -> Span:
    return citation.article_id, citation.start, citation.end


def _says_enough(held: dict[str, list[Citation]], question: Question, quoted: Sequence[Citation]) -> bool:
    """Whether the claims tell the very thing asked for where quote mode has it: a number, a date, a name."""
    said = frozenset().union(*map(words_of, held))
    answers = [
        words_of(each.quote[each.answer[0] - each.start : each.answer[1] - each.start])
        for each in quoted
        if each.answer
    ]
    if answers:
        return any(answer <= said for answer in answers)
    asked = words_of(question.searched)
    figures = {word for each in quoted for word in words_of(each.quote) if word[0].isdigit()} - asked
    return not figures or bool(figures & said)


def _numbered(held: dict[str, list[Citation]], faults: Sequence[Fault]) -> Rewriting:
    """The claims, with what holds them numbered in the order in which it is named."""
    numbers: dict[Span, int] = {}
    citations: list[Citation] = []
    claims = []
    for text, holding in held.items():
        for each in holding:
            if _span(each) not in numbers:
                numbers[_span(each)] = len(citations) + 1
                citations.append(replace(each, n=len(citations) + 1))
        claims.append(Claim(text, tuple(sorted({numbers[_span(each)] for each in holding}))))
    return Rewriting(LlmOutcome.WRITTEN, tuple(claims), tuple(citations), tuple(faults))
