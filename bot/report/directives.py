"""What the register says of a directive, as JSON (the command line contract) and as lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.report.cells import plain_cell
from corpus.directives import Directive
from corpus.models import Article, Reference, Relation
from corpus.register import Mention
from corpus.resolve import Resolution, Verdict
from corpus.succession import succession_of

Json = dict[str, Any]
GetArticle = Callable[[str], Article | None]

MARKS = {Verdict.EXACT: "✓", Verdict.NUMBER_ONLY: "✓", Verdict.CITED_ONLY: "✓", Verdict.NOT_FOUND: "✗"}
WARNING = "⚠"
_SHOWN = 5  # mentions listed for people; JSON has all
_VERDICTS = {
    Verdict.EXACT: ("số và ngày khớp với các bài", "number and date agree with the articles"),
    Verdict.NUMBER_ONLY: ("có toàn văn trong kho; không có ngày để so", "its text is held; no date to compare"),
    Verdict.CITED_ONLY: ("các bài có dẫn, kho chưa có toàn văn", "articles cite it; its own text is not held"),
    Verdict.DATE_DIFFERS: ("số có, nhưng các bài ghi ngày khác", "known number, but the articles give another date"),
    Verdict.AMBIGUOUS: ("số này dùng cho nhiều văn bản", "this number was used for several documents"),
    Verdict.SUPERSEDED: ("có bài ghi đã bị thay thế, bãi bỏ hoặc sửa đổi", "an article says it is replaced or amended"),
    Verdict.NOT_FOUND: ("không bài nào nêu số này", "no article names it"),
}
_OF_SUBJECT = {  # where words of a subject were asked, and no number
    Verdict.AMBIGUOUS: ("nhiều văn bản có trích yếu này", "several documents have this subject"),
    Verdict.NOT_FOUND: (
        "không có số văn bản, và không văn bản nào có trích yếu này",
        "no number, and no directive has this subject",
    ),
}
_DONE = {
    Relation.REPLACES: ("bị thay thế", "replaced"),
    Relation.REPEALS: ("bị bãi bỏ, hết hiệu lực", "repealed"),
    Relation.AMENDS: ("được sửa đổi, bổ sung", "amended"),
}
_DOES = {
    Relation.REPLACES: ("thay thế", "replaces"),
    Relation.REPEALS: ("bãi bỏ", "repeals"),
    Relation.AMENDS: ("sửa đổi, bổ sung", "amends"),
}
_PASSIVE = {Relation.REPLACES: "replaced_by", Relation.REPEALS: "repealed_by", Relation.AMENDS: "amended_by"}


def mark_of(verdict: Verdict, asked: Reference | None = None) -> str:
    """✓ fits what the articles say, ⚠ look again, also at a day that no calendar has, ✗ unknown."""
    mark = MARKS.get(verdict, WARNING)
    return WARNING if mark == "✓" and asked and asked.date_text else mark


def resolution_json(query: str, found: Resolution, get_article: GetArticle, language: str) -> Json:
    """The verdict on a query, with every mention as evidence."""
    return {
        "query": query,
        "verdict": found.verdict.value,
        "directive": _directive_json(found.directive) if found.directive else None,
        "mentions": [_mention_json(each, get_article) for each in found.mentions],
        "related": related_json(found, get_article),
        "candidates": [_directive_json(each) for each in found.candidates],
        "did_you_mean": list(found.neighbours),
        "note": note_of(found, language),
    }


def _directive_json(directive: Directive) -> Json:
    return {
        "kind": directive.kind,
        "number": directive.number or directive.label,
        "date": directive.date,
        "issuer": directive.issuer,
        "subject": directive.subject,
        "dates": list(directive.dates),
        "held": directive.held,
    }


def _mention_json(mention: Mention, get_article: GetArticle) -> Json:
    article = get_article(mention.article_id)
    return {
        "article_id": mention.article_id,
        "title": article.title if article else None,
        "published": article.published.isoformat() if article and article.published else None,
        "start": mention.quote_start,
        "end": mention.quote_end,
        "quote": quote_of(mention, get_article),
        "date": mention.date,
        "reference": {"start": mention.start, "end": mention.end},
    }


def quote_of(mention: Mention, get_article: GetArticle) -> str:
    """The words of the article that name the directive."""
    article = get_article(mention.article_id)
    return article.text[mention.quote_start : mention.quote_end] if article else ""


def related_json(found: Resolution, get_article: GetArticle) -> list[Json]:
    """What is done to the directive, and what it does to others, each with the words that say so."""
    done = [(_PASSIVE[each.relation], each.actor, each) for each in found.effects]
    does = [(each.relation.value, each.label, each) for each in found.acts]
    return [
        {"relation": relation, "directive": label, **_mention_json(each, get_article)}
        for relation, label, each in done + does
    ]


def note_of(found: Resolution, language: str) -> str:
    """The reason for the verdict in one line: what differs, what replaced it, what was meant perhaps."""
    at = 1 if language == "en" else 0
    reason = (_VERDICTS if found.asked else _VERDICTS | _OF_SUBJECT)[found.verdict][at]
    known = [found.directive] if found.directive else list(found.candidates)
    asked = found.asked
    notes = []
    if asked and asked.date_text:
        notes.append((f"ngày {asked.date_text} không có trong lịch", f"there is no day {asked.date_text}")[at])
    if found.verdict is Verdict.DATE_DIFFERS:
        reason += ": " + ", ".join(dict.fromkeys(day_of(day) for each in known for day in each.dates))
    elif found.verdict is Verdict.AMBIGUOUS:
        told = [each for each in known if each.dates] or known  # mentions without a day can be of any of them
        reason += ": " + "; ".join(title_of(each) for each in told[:_SHOWN])
    elif found.verdict is Verdict.SUPERSEDED and found.effects:
        reason = _effect(found.effects[0], at)
    if found.directive and len(found.directive.dates) > 1 and found.verdict is not Verdict.DATE_DIFFERS:
        days = ", ".join(map(day_of, found.directive.dates))
        notes.append((f"các bài ghi nhiều ngày: {days}", f"the articles give several days: {days}")[at])
    if found.neighbours:
        notes.append(("có phải: ", "did you mean: ")[at] + ", ".join(found.neighbours))
    issuers = (asked.issuer if asked else None, found.directive.issuer if found.directive else None)
    if after := next(filter(None, map(succession_of, issuers)), None):
        day = after.ended.strftime("%d/%m/%Y")
        notes.append(
            (
                f"{after.body} thôi tồn tại từ {day}, nay là {after.successor} ({after.source})",
                f"{after.body} ended on {day}; now {after.successor} ({after.source})",
            )[at]
        )
    return "; ".join([reason, *notes])


def _effect(effect: Mention, at: int) -> str:
    by = f" {('bởi', 'by')[at]} {effect.actor}" if effect.actor else ""
    return f"{_DONE[effect.relation][at]}{by}"


def day_of(date: str) -> str:
    """An ISO date as people here write it: 27/12/2018."""
    return datetime.fromisoformat(date).strftime("%d/%m/%Y")


def title_of(directive: Directive) -> str:
    """A directive in one line: type, number, day, issuer."""
    day = f" ngày {' / '.join(map(day_of, directive.dates))}" if directive.dates else ""
    issuer = f" của {directive.issuer}" if directive.issuer else ""
    kind = f"{directive.kind} " if directive.kind and directive.number else ""
    return f"{kind}{directive.label}{day}{issuer}"


def resolution_lines(query: str, found: Resolution, get_article: GetArticle, language: str) -> list[str]:
    """The same for people."""
    at = 1 if language == "en" else 0
    known = [found.directive] if found.directive else list(found.candidates)
    lines = [f"{mark_of(found.verdict, found.asked)} {query}: {note_of(found, language)}"]
    for directive in known:
        lines += ["", title_of(directive)]
        if directive.subject:
            lines.append(f"  {('về', 'about')[at]}: {directive.subject}")
        lines += _mention_lines(directive.mentions, get_article, at)
    for relation, label, each in [(_DONE, m.actor, m) for m in found.effects] + [
        (_DOES, m.label, m) for m in found.acts
    ]:
        lines += [
            "",
            f"{relation[each.relation][at]}: {label or ('(văn bản trong bài)', '(the document in the article)')[at]}",
        ]
        lines += _mention_lines([each], get_article, at)
    return lines


def ledger_rows(missing: Iterable[Directive]) -> Iterator[list[str]]:
    """The ledger of the missing as rows for a spreadsheet, its head first."""
    yield ["number", "kind", "date", "issuer", "subject", "articles", "mentions"]
    for each in missing:
        known = (each.label, each.kind, each.date, each.issuer, each.subject, each.articles, len(each.mentions))
        yield ["" if value is None else plain_cell(str(value)) for value in known]


def _mention_lines(mentions: Sequence[Mention], get_article: GetArticle, at: int) -> list[str]:
    lines = []
    for mention in mentions[:_SHOWN]:
        article = get_article(mention.article_id)
        if article is None:
            continue
        day = article.published.strftime("%d/%m/%Y") if article.published else ("không ghi ngày", "undated")[at]
        quote = " ".join(quote_of(mention, get_article).split())
        lines += [
            f"  “{quote}”",
            f"    — {article.title}",
            f"    {day} · {article.id} [{mention.quote_start}–{mention.quote_end}]",
        ]
    if (more := len(mentions) - _SHOWN) > 0:
        lines.append((f"  … và {more} chỗ nữa (--json)", f"  … and {more} more (--json)")[at])
    return lines
