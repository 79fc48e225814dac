"""From hits to the sentences that answer, or to none.

A sentence is scored by how much of the question stands in it, by its passage's rank score and by whether it holds
the type of thing asked for. The best one is shown if its passage supports the question well enough and every
directive number, date and year of the question stands in its article; with it, sentences of the same passage that
score nearly as well, in reading order. How the numbers below were found: docs/experiments.md, "Choosing sentences".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bot.answering.models import Citation, cite
from bot.answering.understand import Expected, Question
from corpus.models import Article
from corpus.sentences import sentence_spans
from retrieval.hits import Hit
from retrieval.tokens import terms

HITS = 6  # passages looked at; the gold sentence is among them for 98 % of xquad_vi
MAX_SENTENCES = 3
NEARLY = 0.8  # of the best sentence's score, for a neighbour to be shown with it
TYPE_WEIGHT = 0.3
WORDS_WEIGHT, PAIRS_WEIGHT = 0.375, 0.625  # in a passage's support
ENOUGH_SUPPORT = 0.38
NEAR_SUPPORT = 0.2  # below it not even a title is offered
MAX_NEAREST = 3

_Term = TypeVar("_Term", bound=Hashable)
Idf = Callable[[str], float]
GetArticle = Callable[[str], Article | None]

_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ)\b", re.IGNORECASE)
_TIME = re.compile(r"\d+/\d+|\d{4}|\b(?:ngày|tháng|năm|sáng|chiều|giờ|thế kỷ)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\s(])[A-ZÀ-ỸĐ]\w+")
_PLACE = re.compile(r"\b(?:tại|ở|trên|trong|đến|từ|phía|qua|địa chỉ)\b", re.IGNORECASE)
_SHOWS = {Expected.TIME: _TIME, Expected.PERSON: _NAME, Expected.PLACE: _PLACE}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares (0..1, weighted by IDF) of the question's content words and pairs found in a text."""

    words: float
    pairs: float


@dataclass(frozen=True, slots=True)
class Composed:
    """Citations when the question is answered; else the titles of the nearest articles."""

    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()


NOTHING = Composed()


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    score: float


def compose(question: Question, hits: Sequence[Hit], get_article: GetArticle, idf: Idf) -> Composed:
    """The citations that answer the question, or none and the nearest titles."""
    best_hit: Hit | None = None
    best: list[_Sentence] = []
    near: list[tuple[float, str]] = []
    for hit in hits:
        article = get_article(hit.passage.article_id)
        if article is None:
            continue
        support = _support(coverage(question, f"{hit.passage.context}\n{hit.passage.text}", idf))
        if support >= NEAR_SUPPORT:
            near.append((support, article.title))
        if support < ENOUGH_SUPPORT or not _has_numbers(question, article):
            continue
        scored = _scored(question, hit, article, idf)
        if scored and (not best or max(s.score for s in scored) > max(s.score for s in best)):
            best_hit, best = hit, scored
    if best_hit is None:
        titles = dict.fromkeys(title for _, title in sorted(near, key=lambda pair: -pair[0]))
        return Composed((), tuple(titles)[:MAX_NEAREST])
    article = get_article(best_hit.passage.article_id)
    assert article is not None  # noqa: S101  it was there a moment ago, and a snapshot does not change
    return Composed(tuple(cite(n, article, s.start, s.end) for n, s in enumerate(_chosen(best), start=1)), ())


def coverage(question: Question, text: str, idf: Idf) -> Coverage:
    """How much of the question's content stands in a text."""
    singles = [t.folded for t in terms(text) if not t.whole]
    words, pairs = set(singles), set(pairwise(singles))
    asked = {
        (a, b)
        for a, b in pairwise(t.folded for t in question.terms if not t.whole)
        if a in question.content or b in question.content
    }
    return Coverage(
        _share({word: idf(word) for word in question.content}, words),
        _share({pair: idf("_".join(pair)) for pair in asked}, pairs),
    )


def _share(weights: Mapping[_Term, float], found: AbstractSet[_Term]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0


def _support(found: Coverage) -> float:
    return WORDS_WEIGHT * found.words + PAIRS_WEIGHT * found.pairs


def _has_numbers(question: Question, article: Article) -> bool:
    """Whether every number the question insists on stands in the article, its title or its date."""
    if not question.numbers:
        return True
    published = article.published.strftime("%d/%m/%Y") if article.published else ""
    found = terms(f"{article.title}\n{article.text}\n{published}")
    whole = {t.folded for t in found if t.whole}
    single = {t.folded for t in found if not t.whole}
    return all(
        any(f"{known}/".startswith(f"{number}/") for known in whole) or number in single for number in question.numbers
    )


def _scored(question: Question, hit: Hit, article: Article, idf: Idf) -> list[_Sentence]:
    scored = []
    for start, end in sentence_spans(article.text, hit.passage.start, hit.passage.end):
        text = article.text[start:end]
        found = coverage(question, text, idf)
        score = found.words + found.pairs + hit.score + TYPE_WEIGHT * _type_evidence(question.expected, text)
        scored.append(_Sentence(start, end, score))
    return scored


def _type_evidence(expected: Expected, text: str) -> float:
    """1 where the sentence holds the type of thing asked for, 0 where it does not, 0.5 where nothing is expected."""
    if expected is Expected.ANY:
        return 0.5
    if expected is Expected.NUMBER:
        return 1.0 if _DIGIT.search(text) else 0.5 if _NUMBER_WORD.search(text) else 0.0
    return 1.0 if _SHOWS[expected].search(text) else 0.0


def _chosen(scored: list[_Sentence]) -> list[_Sentence]:
    """The best sentences, nearly equal ones with it, in reading order."""
    ranked = sorted(scored, key=lambda s: -s.score)[:MAX_SENTENCES]
    floor = NEARLY * ranked[0].score
    return sorted((s for s in ranked if s.score >= floor), key=lambda s: s.start)
