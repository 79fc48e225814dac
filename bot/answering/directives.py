"""Questions that name a directive go to the register first.

A number that no article names has no answer, whatever is near it. A number the articles give another date says so. One
that is asked about in general ("3482/QĐ-UBND?", "còn hiệu lực không?") is answered by the sentences that name it, or
that say what was done to it. All other questions go on to the passages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.answering.models import Citation, cite
from bot.answering.understand import Question
from corpus.directives import Directive
from corpus.models import Article
from corpus.references import find_references
from corpus.references.view import fold
from corpus.register import Mention, Register
from corpus.resolve import Resolution, Verdict, resolve, resolve_query
from corpus.sentences import sentence_spans
from retrieval.tokens import folded_form, terms

MAX_SENTENCES = 3
# Words of a question that ask of a directive in general; what is left beside them asks for something in it.
_GENERAL = frozenset(
    map(
        folded_form,
        """văn bản số nội dung quy định về việc gì ban hành ký ngày tháng năm thông tin tra cứu có tồn tại hay không thế
        nào hỏi cơ quan nói điều chỉnh trích yếu đúng""".split(),
    )
)
_ABOUT = frozenset(
    map(
        folded_form,
        "văn bản số nội dung quy định về việc gì thông tin tra cứu thế nào nói điều chỉnh trích yếu".split(),
    )
)
_EFFECT = frozenset(
    map(folded_form, "còn hết hiệu lực thay thế bị bãi bỏ hủy sửa đổi bổ sung áp dụng dùng nữa".split())
)
_EFFECT_ASKED = ("hieu luc", "thay the", "bai bo", "huy bo", "sua doi", "con ap dung", "con dung")
# "thay thế văn bản nào", but not "bị thay thế bởi văn bản nào"
_DOES_WHAT = re.compile(
    r"(?<!bi )(?<!duoc )(?:thay the|bai bo|huy bo|sua doi|bo sung)(?! boi| bang)"
    r"(?:\s+(?!boi|bang)\w+){1,4}\s+(?:nao|gi)\b"
    r"|(?<!bi )(?<!duoc )(?:thay the|bai bo|sua doi|bo sung)\s+(?:nhung|cai|gi)\b"
)
_TELLING = 3  # digits of a bare number that is taken for the only directive of that number
_BARE = re.compile(r"\W*(?:so )?(?P<number>\d{2,5}[a-z]?)\W*")  # "3482", "số 12?"
_STILL = re.compile(r"\b(?:con|het) hieu luc\b|\bcon (?:ap dung|dung|gia tri)\b|\bbi (?:thay the|bai bo|huy)\b")
GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What the register says to a question: the sentences, and the resolution where it is to be told too.

    Without either it has no answer, and no passage has; `nearest` are then the articles that name the directive.
    """

    resolution: Resolution | None
    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()


def ask_register(question: Question, register: Register, get_article: GetArticle) -> Said | None:
    """What the register says; None where the question is for the passages."""
    asked = [each for each in find_references(question.text) if not each.is_self]
    found = [resolve(register, each) for each in {(each.label, each.date): each for each in asked}.values()]
    if unknown := next((each for each in found if each.verdict is Verdict.NOT_FOUND and _has_number(each)), None):
        return Said(unknown)
    if differing := next((each for each in found if each.verdict is Verdict.DATE_DIFFERS), None):
        return _said(differing, [each for each in differing.mentions if each.date], get_article)
    if len(found) != 1 or not _tells_its_day(found[0]):
        return None
    if not _left(question, [each.text for each in asked]) <= _GENERAL | _EFFECT:
        return None
    return _said_in_general(question, found[0], get_article)


def which_directive(question: Question, register: Register) -> Resolution | None:
    """What the register knows of the only directive that a question names, or of a number that is all it says."""
    asked = [each for each in find_references(question.text) if not each.is_self]
    if not asked and (number := bare_number(question)):
        found = resolve_query(register, number)
        known = found.verdict is Verdict.AMBIGUOUS or (found.directive and len(number) >= _TELLING)
        return found if known else None
    labels = {(each.label, each.date) for each in asked}
    return resolve(register, asked[0]) if len(labels) == 1 else None


def bare_number(question: Question) -> str:
    """The number, without a kind or a symbol, that is all a question says: "3482"; else empty."""
    match = _BARE.fullmatch(fold(question.text))
    return match["number"] if match else ""


def coverage(question: Question, found: Resolution, citations: Sequence[Citation]) -> float:
    """The share of the words asked of a directive, beside its name and day, that stand in quotes; 1 where none are."""
    asked = {word for word in _left(question, [found.asked.text] if found.asked else []) if word not in _GENERAL}
    said = {each.folded for citation in citations for each in terms(citation.quote)}
    return len(asked & said) / len(asked) if asked else 1.0


def what_it_is(question: Question, found: Resolution, get_article: GetArticle) -> Said | None:
    """The sentences that tell what a directive is, for a question that asks no more than that, or only names it."""
    asked = found.asked
    if asked is None or not _tells_its_day(found) or not _left(question, [asked.text, asked.issuer or ""]) <= _ABOUT:
        return None
    mentions = found.mentions if found.directive else [_dated(each) for each in found.candidates]
    return _said(found, [each for each in mentions if each.subject] or mentions, get_article)


def name_it(citations: Sequence[Citation], found: Resolution) -> bool:
    """Whether one of the quotes names the directive."""
    return any(
        each.article_id == citation.article_id and citation.start <= each.start < citation.end
        for citation in citations
        for each in found.mentions
    )


def said_of_each(known: Sequence[Directive], get_article: GetArticle) -> tuple[Citation, ...]:
    """A sentence for each of several directives."""
    said = _said(None, [_dated(each) for each in known], get_article)
    return said.citations if said else ()


def _has_number(found: Resolution) -> bool:
    """Whether a number was asked for; a law's name has many spellings, so one unknown tells nothing."""
    return found.asked is not None and found.asked.number is not None


def _said_in_general(question: Question, found: Resolution, get_article: GetArticle) -> Said | None:
    """What is said to a question about one directive, and not about something in it."""
    if _asks_effect(question) and (said := _effect(question, found, get_article)):
        return said
    if found.verdict is Verdict.AMBIGUOUS:
        return _said(found, [_dated(each) for each in found.candidates], get_article)
    if _STILL.search(fold(question.text)):  # a sentence that names it does not say that it is in force
        articles = map(get_article, dict.fromkeys(each.article_id for each in found.mentions))
        return Said(None, nearest=tuple(article.title for article in articles if article)[:MAX_SENTENCES])
    return None


def _tells_its_day(found: Resolution) -> bool:
    """Whether articles tell the day asked with the number; where none does, only one that has both may answer."""
    day = found.asked.date if found.asked else None
    return day is None or (found.directive is not None and day in found.directive.dates)


def _effect(question: Question, found: Resolution, get_article: GetArticle) -> Said | None:
    """What was done to the directive, or what it does to others."""
    if _DOES_WHAT.search(fold(question.text)):
        return _said(None, found.acts, get_article)
    return _said(found, found.effects, get_article)


def _left(question: Question, references: Iterable[str]) -> set[str]:
    """The words that carry the question, without those of the references."""
    named = {each.folded for text in references for each in terms(text)}
    return {word for word in question.content if word not in named and not word[0].isdigit()}


def _dated(directive: Directive) -> Mention:
    """The mention that tells its day, if any does."""
    return next((each for each in directive.mentions if each.date), directive.mentions[0])


def _asks_effect(question: Question) -> bool:
    plain = fold(question.text)
    return any(words in plain for words in _EFFECT_ASKED)


def _said(resolution: Resolution | None, mentions: Sequence[Mention], get_article: GetArticle) -> Said | None:
    """The sentences of the mentions, each once; None where no article of them can be read."""
    spans: dict[tuple[str, int, int], Article] = {}
    for mention in mentions:
        article = get_article(mention.article_id)
        if article is None:
            continue
        sentences = sentence_spans(article.text)
        start, end = next(
            ((a, b) for a, b in sentences if a <= mention.start < b), (mention.quote_start, mention.quote_end)
        )
        spans.setdefault((article.id, start, end), article)
    cited = [cite(n, article, a, b) for n, ((_, a, b), article) in enumerate(spans.items(), start=1)][:MAX_SENTENCES]
    return Said(resolution, tuple(cited)) if cited else None
