"""Example questions from the articles in use, for somebody who does not know what can be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from heapq import nlargest
from itertools import islice

from bot.answering.expected import Expected
from bot.answering.models import Citation
from bot.answering.understand import Question, read_question
from corpus.models import Listed
from corpus.references import find_references
from retrieval.serving import Generation

LONGEST = 60  # code points, as a button on a phone shows
_LOOKED_AT = 30  # articles, the newest
_PROCEDURE = re.compile(
    r"(?:đăng ký|cấp|đổi|làm|xin|nộp|giải quyết|khiếu nại|tố cáo|thu hồi|cải chính)\b", re.IGNORECASE
)
_LEAST_WORDS = 4  # of content, in a heading that asks: "Khi nào bắt đầu" asks of what stands above it
_HOW_LONG = "{0} trong bao nhiêu ngày?"
_OF_DIRECTIVES = ("{0} về việc gì?", "{0} có hiệu lực từ ngày nào?", "Ai ban hành {0}?")
Quoted = Callable[[str], Citation | None]  # the first quote that answers a question, None where none does


def examples(generation: Generation, quoted: Quoted, count: int) -> tuple[str, ...]:
    """Questions that the newest articles answer, each of another article: those of everyday life first.

    The last one is about a directive where there is one, so that both kinds are shown.
    """
    newest = nlargest(_LOOKED_AT, generation.snapshot.listed(), key=_day)
    found: dict[str, str] = {}  # by article
    for kind, most in ((_everyday, count - 1), (_of_directive, count), (_everyday, count), (_by_title, count)):
        for article in newest:
            if len(found) >= most:
                break
            if article.id not in found:
                for question in islice(kind(article, generation, quoted, len(found)), 1):
                    found[article.id] = question
    return tuple(found.values())


def _day(article: Listed) -> str:
    return article.published.isoformat() if article.published else ""


def _everyday(article: Listed, generation: Generation, quoted: Quoted, _turn: int) -> Iterator[str]:
    """Headings that ask, and how long what a heading names takes; answered by the very thing asked for, below it."""
    for heading in dict.fromkeys(cut.context.rpartition("\n")[2] for cut in generation.snapshot.cuts()(article.id)):
        if heading == article.title or _names_directive(heading):
            continue
        asks = _asks(heading)
        question = f"{heading.rstrip(' ?')}?" if asks else _HOW_LONG.format(heading)
        if len(question) > LONGEST or not (asks or _PROCEDURE.match(heading)):
            continue
        quote = quoted(question)
        if quote is None or quote.answer is None or quote.article_id != article.id:
            continue
        passage = generation.snapshot.passage_at(article.id, quote.start)
        if passage and passage.context.rpartition("\n")[2] == heading:
            yield question


def _asks(heading: str) -> bool:
    """Whether a heading is a question that can be understood alone."""
    question = read_question(heading)
    return (
        isinstance(question, Question)
        and question.expected is not Expected.ANY
        and len(question.content) >= _LEAST_WORDS
    )


def _of_directive(article: Listed, _generation: Generation, quoted: Quoted, turn: int) -> Iterator[str]:
    """What to ask of the directive that a title names."""
    if named := _names_directive(article.title):
        for at in range(len(_OF_DIRECTIVES)):
            question = _OF_DIRECTIVES[(turn + at) % len(_OF_DIRECTIVES)].format(named)
            if _is_fit(question, article, quoted):
                yield question


def _by_title(article: Listed, _generation: Generation, quoted: Quoted, _turn: int) -> Iterator[str]:
    """A title, which is found as it stands."""
    if _is_fit(title := article.title.rstrip(" …"), article, quoted):
        yield title


def _names_directive(text: str) -> str | None:
    return next((" ".join(each.text.split()) for each in find_references(text) if each.number), None)


def _is_fit(question: str, article: Listed, quoted: Quoted) -> bool:
    if len(question) > LONGEST:
        return False
    quote = quoted(question)
    return quote is not None and quote.article_id == article.id
