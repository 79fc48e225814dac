"""From hits to the sentences that answer, or to none.

1. Sentences of the first hits are scored: how much of the question stands in the sentence and, for less credit, in
   its heading and the sentence before; its passage's rank score; whether it holds the type of thing asked for.
2. The best one is shown if the evidence for it suffices, with sentences of the same passage that score nearly as
   well, in reading order, and the lists they belong to (quotes.py). Where another article says the same with another
   figure, day or name, both are shown, the newest first (rivals.py).
Never shown: an article without the directive or date the question names; a passage about another year or city; a
heading alone; the deputy where the head of an office is asked for; where an amount of money, a duration, an area, a
percentage or a telephone number is asked for, a sentence without one.
How the numbers below were found: docs/experiments.md, "Choosing sentences" and "When not to answer".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from bot.answering.abbreviations import write_out
from bot.answering.addressed import is_addressed, speaks_to_the_model
from bot.answering.bodies import names_bodies
from bot.answering.counted import counts_it
from bot.answering.evidence import Asked, Bag, Coverage, Idf
from bot.answering.expected import STRICT, fit
from bot.answering.lists import lead_in, leads, list_end
from bot.answering.models import Citation, Claim, Decision, Rewriting, cite
from bot.answering.offices import holds_office, names_offices, says_who_signed
from bot.answering.places import names_places
from bot.answering.quotes import MAX_QUOTES, quoted
from bot.answering.rivals import differ
from bot.answering.spans import answer_span
from bot.answering.understand import Question
from corpus.models import Article, Passage
from corpus.resolve import Resolution
from corpus.sentences import sentence_spans
from retrieval.hits import Hit
from retrieval.neighbours import merge_neighbours
from retrieval.tokens import single_forms, terms

HITS = 30  # asked of retrieval; the sentences of the first are read, the rest show what a chance likeness is
READ = 6  # the gold sentence is among their sentences for 98 % of xquad_vi
NEARLY = 0.84  # of the best sentence's score, for a neighbour to be shown with it
# For a word of the question that stands in the title, the heading or the words that lead to a list, or in the sentence
# before, and not in the sentence itself.
HEADING_CREDIT, BEFORE_CREDIT = 0.5, 0.4
RIVAL = 0.9  # of the best score, for a sentence of another article to be set against it
PAIRS_WEIGHT, TYPE_WEIGHT = 0.75, 0.3  # in a sentence's score; words and rank score weigh 1
# Weights of the evidence: a logistic regression over four sets, rounded; ENOUGH is where right answers lost and
# wrong ones refused are in balance.
WORDS, PAIRS, AGREEMENT, MARGIN, FIT = 5.0, 3.5, 10.0, 7.5, 0.75
ENOUGH = 14.4  # support; what it refuses: docs/experiments.md, "When not to answer"
USUAL_MARGIN = 0.135  # where vectors say nothing, since there are no hits further down
GUESSED = 0.027  # less margin without marks: more words agree by chance, and the marks that are encoded are guessed
NEAR_WORDS = 0.3  # share of the question's words; below it not even a title is offered
MAX_NEAREST = 3
PARTS_OF_A_TEXT = frozenset({"dieu", "khoan", "diem", "chuong", "muc", "phan", "trang", "so"})

_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_AND_MONTH = re.compile(r"\d{1,2}/\d{1,2}")
GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Composed:
    """Citations when the question is answered; else the titles of the nearest articles.

    `differing`: the citations are of several articles that say different things, newest first. `about` is what the
    register says of the directive asked about, where that is the answer. `claims` are a model's sentences, which the
    citations hold. `hits`, `decision` and `rewriting` tell how it came about; they are no part of what is said, so they
    do not count when two are compared.
    """

    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()
    differing: bool = False
    about: Resolution | None = None
    hits: tuple[Hit, ...] = field(default=(), compare=False)
    decision: Decision | None = field(default=None, compare=False)
    claims: tuple[Claim, ...] = ()
    rewriting: Rewriting | None = field(default=None, compare=False)


NOTHING = Composed()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for answering with the best sentence; bigger is better.

    `passage`: what of the question stands in its passage, title and heading. `agreement`: the passage's rank score,
    1 where both indexes put it first. `margin`: how much nearer its vector is than those of the hits further down.
    `fit`: whether a chosen sentence holds the type of thing asked for.
    """

    passage: Coverage
    agreement: float
    margin: float
    fit: float

    @property
    def terms(self) -> dict[str, float]:
        """Each piece, weighted."""
        return {
            "words": WORDS * self.passage.words,
            "pairs": PAIRS * self.passage.pairs,
            "agreement": AGREEMENT * self.agreement,
            "margin": MARGIN * self.margin,
            "fit": FIT * self.fit,
        }

    @property
    def support(self) -> float:
        """One number to hold against ENOUGH: their sum."""
        return sum(self.terms.values())


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    fit: float
    score: float
    counts: bool  # names the thing that the question counts, where it counts one


@dataclass(frozen=True, slots=True)
class _Read:
    """A hit, and those of its sentences that may be shown."""

    hit: Hit
    article: Article
    found: Coverage  # in its title, heading and text
    sentences: list[_Sentence]

    @property
    def top(self) -> _Sentence:
        """The best sentence."""
        return max(self.sentences, key=lambda s: s.score)


def compose(question: Question, hits: Sequence[Hit], get_article: GetArticle, idf: Idf, city: str = "") -> Composed:
    """The citations that answer the question, or none and the nearest titles; the articles are those of `city`."""
    if all(word.isdigit() or word in PARTS_OF_A_TEXT for word in question.content):
        return NOTHING  # "Điều 5 khoản 3": of what?
    asked = Asked(question, idf)
    first = hits[:READ]
    articles = {known: article for known in {h.passage.article_id for h in first} if (article := get_article(known))}
    near = merge_neighbours([hit for hit in first if hit.passage.article_id in articles], articles)
    read = [_read(question, asked, hit, articles[hit.passage.article_id]) for hit in near]
    ranked = sorted((r for r in read if r.sentences), key=lambda r: -r.top.score)
    # Reading an article whole takes time: only until one fits.
    is_about = partial(_is_about, question, [hit.passage for hit in first], city)
    best = next((r for r in ranked if _names_all(question, r.article) and is_about(r)), None)
    decision = None
    if best is not None:
        chosen = _chosen(best.sentences)
        evidence = _evidence(question, best, chosen, hits)
        decision = Decision(best.hit.passage.id, evidence.terms, ENOUGH)
        if evidence.support >= ENOUGH:
            rivals = [r for r in ranked if _is_rival(question, r, best) and is_about(r)]
            composed = _differing(question, [best, *rivals]) if rivals else Composed(_cited(question, best, chosen))
            return replace(composed, decision=decision)
    return Composed((), _nearest(question, read), decision=decision)


def _cited(question: Question, read: _Read, chosen: Sequence[_Sentence]) -> tuple[Citation, ...]:
    """The sentences chosen, with the lists they belong to, and the answer marked in the best of them."""
    text, best = read.article.text, chosen[0]
    spans = quoted(text, [(s.start, s.end) for s in chosen])
    found = answer_span(question, text[best.start : best.end])
    answer = (best.start + found[0], best.start + found[1]) if found else None
    return tuple(
        cite(n, read.article, start, end, answer if answer and start <= answer[0] and answer[1] <= end else None)
        for n, (start, end) in enumerate(spans, start=1)
    )


def _is_rival(question: Question, read: _Read, best: _Read) -> bool:
    """Whether another article answers as well as the best, but otherwise."""
    if read.article.id == best.article.id or not _names_all(question, read.article):
        return False
    if read.top.score < RIVAL * best.top.score or read.found.words < best.found.words or read.top.fit < best.top.fit:
        return False
    one, other = (each.article.text[each.top.start : each.top.end] for each in (best, read))
    return differ(question, one, other)


def _differing(question: Question, reads: Sequence[_Read]) -> Composed:
    """The best sentence of each article, newest article first."""
    newest = sorted(reads[:MAX_QUOTES], key=lambda r: r.article.published.isoformat() if r.article.published else "")
    cited = [c for read in reversed(newest) for c in _cited(question, read, [read.top])]
    return Composed(tuple(replace(c, n=n) for n, c in enumerate(cited, start=1)), differing=True)


def _is_about(question: Question, passages: Sequence[Passage], city: str, read: _Read) -> bool:
    """Whether the best sentence's passage, what stands above it, or its date names the question's places and years.

    Its own passage: a year that a neighbour names is another matter's.
    """
    own = next(p for p in passages if p.article_id == read.article.id and p.start <= read.top.start < p.end)
    around = f"{own.context}\n{own.text}"
    years = {number for number in question.numbers if _YEAR.fullmatch(number)}
    named = {folded for _, folded in single_forms(around)}
    if read.article.published:
        named.add(str(read.article.published.year))
    if not (years <= named and names_places(question, around, city)):
        return False
    whole = f"{read.article.title}\n{read.article.text}"
    return names_bodies(question, whole) and names_offices(question, whole)


def _nearest(question: Question, read: list[_Read]) -> tuple[str, ...]:
    """Titles to look at instead; for a question about a directive, only of articles that name it."""
    near = sorted((r for r in read if r.found.words >= NEAR_WORDS), key=lambda r: -r.found.words)
    titles = dict.fromkeys(r.article.title for r in near if _names_all(question, r.article))
    return tuple(titles)[:MAX_NEAREST]


def _read(question: Question, asked: Asked, hit: Hit, article: Article) -> _Read:
    """A hit with its sentences scored, but for those that may not be shown."""
    passage = hit.passage
    headings = passage.context.split("\n")[1:]
    context = asked.bag(passage.context)
    suspect = speaks_to_the_model(passage.text)
    bags: list[Bag] = []
    leading: list[Bag] = []
    sentences = []
    for start, end in sentence_spans(article.text, passage.start, passage.end):
        text = article.text[start:end]
        if suspect and is_addressed(article.text, start, end):
            continue
        if text in headings or not (holds_office(question, text) and says_who_signed(question, text)):
            continue
        lead = lead_in(article.text, start)
        leading = [asked.bag(article.text[slice(*lead)])] if lead else []
        above = [(bag, HEADING_CREDIT) for bag in [context, *leading]]
        own = asked.bag(text)
        parts = [(own, 1.0), *above, *((bag, BEFORE_CREDIT) for bag in bags[-1:])]
        bags.append(own)
        if leads(article.text, end) and list_end(article.text, end) == end:
            continue  # it leads to more than can be shown
        found, fits = asked.coverage(*parts), fit(question.expected, text)
        speaks = fits == 1 or asked.coverage(*((bag, 1.0) for bag in [own, *leading])).words  # not its heading alone
        if speaks and (fits or question.expected not in STRICT):
            score = found.words + PAIRS_WEIGHT * found.pairs + hit.score + TYPE_WEIGHT * fits
            sentences.append(_Sentence(start, end, fits, score, counts_it(question, [own, *leading])))
    around = [context, *leading, *bags]
    if not counts_it(question, around):
        sentences = []
    return _Read(hit, article, asked.coverage(*((bag, 1.0) for bag in around)), sentences)


def _names_all(question: Question, article: Article) -> bool:
    """Whether every number the question insists on stands in the article, its title or its date."""
    if not question.numbers and not question.serials and not question.numbered:
        return True
    published = article.published.strftime("%d/%m/%Y") if article.published else ""
    found = terms(write_out(f"{article.title}\n{article.text}\n{published}"))
    whole = {t.folded for t in found if t.whole}
    single = [t.folded for t in found if not t.whole]
    words, pairs = set(single), set(pairwise(word for word in single if word != "so"))  # "công văn số 95"
    if article.published:  # the page of 28/3/2019 that says "24/3" means that year
        whole |= {f"{known}/{article.published.year}" for known in whole if _DAY_AND_MONTH.fullmatch(known)}
    return (
        all(
            any(f"{known}/".startswith(f"{number}/") for known in whole) or number in words
            for number in question.numbers
        )
        and all(
            (kind, serial) in pairs or any(re.match(rf"{serial}/(?:\d{{4}}/)?[a-z]", known) for known in whole)
            for kind, serial in question.serials
        )
        and all(_holds_numbered(single, kind, number) for kind, number in question.numbered)
    )


def _holds_numbered(words: Sequence[str], kind: str, number: int) -> bool:
    """Whether "số 12", or "tuyến 12" without it, stands among these words."""
    return any(before in {"so", kind} and word.isdigit() and int(word) == number for before, word in pairwise(words))


def _chosen(scored: list[_Sentence]) -> list[_Sentence]:
    """The best sentence and those nearly equal to it, best first; where some count what was asked, only these."""
    enough = NEARLY * max(s.score for s in scored)
    near = [s for s in scored if s.score >= enough]
    return sorted([s for s in near if s.counts] or near, key=lambda s: -s.score)[:MAX_QUOTES]


def _evidence(question: Question, best: _Read, chosen: list[_Sentence], hits: Sequence[Hit]) -> Evidence:
    return Evidence(best.found, best.hit.score, _margin(question, best.hit, hits), max(s.fit for s in chosen))


def _margin(question: Question, best: Hit, hits: Sequence[Hit]) -> float:
    """Cosine of the best passage less the mean of the hits that are not read; usual where vectors say nothing."""
    others = [hit.dense for hit in hits[READ:] if hit.dense is not None]
    if best.dense is None or not others:
        return USUAL_MARGIN
    return best.dense - sum(others) / len(others) - (0 if question.marked else GUESSED)
