"""Receipts explained and unanswered questions, as JSON, as lines, and as rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.receipts.gaps import Gap
from bot.receipts.models import KeptDecision, KeptHit, KeptRewriting, Span
from bot.receipts.replay import Account, Explained
from bot.report.cells import plain_cell
from corpus.models import Article

Json = dict[str, Any]
_OPENING = 160  # characters of a passage that are shown to people

# --------------------------------------------------------------------------------------------------------------- why


def explained_json(explained: Explained, language: str) -> Json:
    """A receipt, what was kept of the answer, and what its generation says now."""
    receipt, articles = explained.receipt, explained.articles
    replayed = explained.replayed
    return {
        "receipt": receipt.id,
        "moment": receipt.moment.isoformat(),
        "question": receipt.question,
        "masked": receipt.masked,
        "generation": receipt.generation,
        "elapsed_ms": receipt.elapsed_ms,
        **_account_json(explained.kept, articles),
        "replay": {"same": replayed.says_the_same(explained.kept), **_account_json(replayed, articles)}
        if replayed
        else None,
        "not_replayed": explained.why_not.text(language) if explained.why_not else None,
    }


def _account_json(account: Account, articles: Mapping[str, Article]) -> Json:
    return {
        "status": account.status.value,
        "verdict": account.verdict.value if account.verdict else None,
        "hits": [
            {
                "rank": rank,
                "score": hit.score,
                "lexical": hit.lexical,
                "dense": hit.dense,
                **_span_json(hit, articles, "text"),
            }
            for rank, hit in enumerate(account.hits, start=1)
        ],
        "decision": _decision_json(account.decision) if account.decision else None,
        "citations": [
            {"n": n, **_span_json(span, articles, "quote")} for n, span in enumerate(account.citations, start=1)
        ],
        "llm": _rewriting_json(account.llm) if account.llm else None,
    }


def _span_json(span: Span, articles: Mapping[str, Article], words: str) -> Json:
    """Where it stands; the words and the title where the article can still be read."""
    article = articles.get(span.article)
    return {
        "article_id": span.article,
        "title": article.title if article else None,
        "start": span.start,
        "end": span.end,
        words: article.text[span.start : span.end] if article else None,
    }


def _decision_json(decision: KeptDecision) -> Json:
    return {
        "passage": decision.passage,
        "terms": decision.terms,
        "support": decision.support,
        "enough": decision.enough,
        "answered": decision.support >= decision.enough,
    }


def _rewriting_json(rewriting: KeptRewriting) -> Json:
    return {
        "outcome": rewriting.outcome.value,
        "claims": [list(citations) for citations in rewriting.claims],
        "dropped": [fault.value for fault in rewriting.faults],
    }


def explained_lines(explained: Explained, language: str) -> list[str]:
    """The same for people: what was kept, under a replay that says another thing."""
    en = language == "en"
    receipt, replayed = explained.receipt, explained.replayed
    moment = receipt.moment.astimezone().strftime("%d/%m/%Y %H:%M")
    generation = "generation" if en else "bản nạp"
    lines = [f"{receipt.id} · {moment} · {generation} {receipt.generation} · {receipt.elapsed_ms:.0f} ms"]
    if receipt.question:
        note = (" (personal data taken out)" if en else " (đã che dữ liệu cá nhân)") if receipt.masked else ""
        lines.append(f"{'question' if en else 'câu hỏi'}: {receipt.question}{note}")
    same = replayed is not None and replayed.says_the_same(explained.kept)
    lines.append(_replay_line(explained, en=en, same=same))
    if replayed and not same:
        lines += _account_lines(replayed, explained.articles, en=en)
        lines += ["", "kept from then:" if en else "đã lưu lúc đó:"]
    return lines + _account_lines(explained.kept, explained.articles, en=en)


def _replay_line(explained: Explained, *, en: bool, same: bool) -> str:
    if explained.why_not:
        reason = explained.why_not.text("en" if en else "vi")
        return f"not replayed: {reason}" if en else f"không trả lời lại được: {reason}"
    if same:
        return "replayed: THE SAME answer" if en else "trả lời lại: GIỐNG câu trả lời lúc đó"
    return "replayed: ANOTHER answer" if en else "trả lời lại: KHÁC câu trả lời lúc đó"


def _account_lines(account: Account, articles: Mapping[str, Article], *, en: bool) -> list[str]:
    verdict = f" · {account.verdict.value}" if account.verdict else ""
    lines = [f"{'status' if en else 'kết quả'}: {account.status.value}{verdict}"]
    for span in account.citations:
        lines += [f"  “{_words(span, articles, en=en)}”", f"    {_place(span, articles)}"]
    lines += [_rewriting_line(account.llm, en=en)] if account.llm else []
    lines.append(_decision_line(account, en=en))
    for rank, hit in enumerate(account.hits, start=1):
        lines += [f"  #{rank}  {_scores(hit, en=en)}  {_place(hit, articles)}"]
        lines += [f"      {_words(hit, articles, en=en, limit=_OPENING)}"]
    return lines


def _rewriting_line(rewriting: KeptRewriting, *, en: bool) -> str:
    line = f"LLM: {rewriting.outcome.value}"
    if rewriting.claims:
        held = ", ".join("".join(f"[{n}]" for n in citations) for citations in rewriting.claims)
        line += f" · {'claims held by' if en else 'câu được giữ nhờ'} {held}"
    if rewriting.faults:
        counted = ", ".join(f"{fault.value} {count}" for fault, count in Counter(rewriting.faults).items())
        line += f" · {'claims dropped' if en else 'câu bị bỏ'}: {counted}"
    return line


def _decision_line(account: Account, *, en: bool) -> str:
    name = "decision" if en else "quyết định"
    decision = account.decision
    if decision is None:
        if account.verdict:
            return f"{name}: {'by the register of directives' if en else 'theo sổ văn bản'}"
        return f"{name}: {'no passage may answer' if en else 'không đoạn nào được phép trả lời'}"
    sign = "≥" if decision.support >= decision.enough else "<"
    terms = " + ".join(f"{term} {value:.2f}" for term, value in decision.terms.items())
    return f"{name}: {decision.support:.2f} {sign} {decision.enough:g} ({terms}) [{decision.passage}]"


def _scores(hit: KeptHit, *, en: bool) -> str:
    lexical, dense = ("—" if score is None else f"{score:.3f}" for score in (hit.lexical, hit.dense))
    return f"{hit.score:.3f} ({'lexical' if en else 'từ'} {lexical} · {'dense' if en else 'nghĩa'} {dense})"


def _place(span: Span, articles: Mapping[str, Article]) -> str:
    article = articles.get(span.article)
    return f"{article.title if article else '—'} · {span.article} [{span.start}–{span.end}]"


def _words(span: Span, articles: Mapping[str, Article], *, en: bool, limit: int | None = None) -> str:
    article = articles.get(span.article)
    if article is None:
        return "(the article is not held any more)" if en else "(bài không còn trong kho)"
    words = " ".join(article.text[span.start : span.end].split())
    return words if limit is None or len(words) <= limit else f"{words[:limit]}…"


# -------------------------------------------------------------------------------------------------------------- gaps


@dataclass(frozen=True, slots=True)
class Gaps:
    """Unanswered questions of the last `days`: counts by day, and where their text is kept the questions."""

    days: int
    text: bool
    by_day: Mapping[date, int]
    questions: Sequence[Gap]

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.by_day.values())


def gaps_json(gaps: Gaps) -> Json:
    """The list as JSON."""
    return {
        "days": gaps.days,
        "total": gaps.total,
        "text": gaps.text,
        "by_day": [{"day": day.isoformat(), "count": count} for day, count in gaps.by_day.items()],
        "questions": [_gap_json(each) for each in gaps.questions],
    }


def _gap_json(gap: Gap) -> Json:
    return {
        "question": gap.question,
        "count": gap.count,
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat(),
        "covered": gap.covered,
        "nearest": list(gap.nearest),
        "variants": list(gap.variants),
    }


def gaps_lines(gaps: Gaps, language: str) -> list[str]:
    """The list for people."""
    en = language == "en"
    lines = [unanswered_line(gaps.total, gaps.days, language)]
    if not gaps.text:
        lines.append(
            "their text is not kept; to keep it from now on, set CHIDAO_GAPS__TEXT=true"
            if en
            else "nội dung câu hỏi không được lưu; muốn lưu từ nay, đặt CHIDAO_GAPS__TEXT=true"
        )
    if not gaps.questions:
        lines += [f"  {day:%d/%m/%Y}  {count}" for day, count in gaps.by_day.items()]
    for gap in gaps.questions:
        covered = ("  ✓ answered now" if en else "  ✓ nay đã trả lời được") if gap.covered else ""
        lines.append(f"{gap.count:4d}×  {gap.last:%d/%m/%Y}  {gap.question}{covered}")
        lines += [f"        {'near' if en else 'gần'}: {title}" for title in gap.nearest]
    return lines


def unanswered_line(count: int, days: int, language: str) -> str:
    """How many questions found no answer."""
    return f"{count} questions in {days} days" if language == "en" else f"{count} câu trong {days} ngày"


def gaps_rows(gaps: Gaps) -> Iterator[Sequence[str | int]]:
    """Rows of the CSV, header first. What a spreadsheet would take for a formula is made plain: anybody wrote it."""
    yield ("question", "count", "first", "last", "covered", "nearest", "variants")
    for gap in gaps.questions:
        covered = "" if gap.covered is None else ("yes" if gap.covered else "no")
        question, near, variants = map(plain_cell, (gap.question, " | ".join(gap.nearest), " | ".join(gap.variants)))
        yield (question, gap.count, gap.first.isoformat(), gap.last.isoformat(), covered, near, variants)
