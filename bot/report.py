"""What commands print, as the JSON other programs rely on (the command line contract) and as lines for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.answering.models import Answer, Citation
from bot.messages import Messages, explanation
from corpus.generation import Home, Manifest
from corpus.ingest import Ingested
from corpus.models import Article
from corpus.references import find_references
from retrieval.build import ReloadReport

Json = dict[str, Any]


def answer_json(answer: Answer, messages: Messages, contact: str) -> Json:
    """An answer; where there is none, `text` says so in the interface's words and `citations` is empty."""
    return {
        "question": answer.question,
        "status": answer.status.value,
        "text": answer.text or explanation(answer, messages, contact),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "generation": answer.generation,
        "receipt": answer.receipt,
        "elapsed_ms": round(answer.elapsed_ms, 1),
    }


def unavailable_json(question: str, messages: Messages, contact: str) -> Json:
    """The same form where no answer could be looked for: no generation, a damaged home, a missing model."""
    return {
        "question": question,
        "status": "unavailable",
        "text": messages.unavailable.format(contact=contact),
        "citations": [],
        "generation": None,
        "receipt": None,
        "elapsed_ms": 0.0,
    }


def _citation_json(citation: Citation) -> Json:
    return {
        "n": citation.n,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "published": citation.published.isoformat() if citation.published else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def summary_json(article: Article) -> Json:
    """An article without its text."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "characters": len(article.text),
        "references": len(find_references(article.text)),
    }


def article_json(article: Article) -> Json:
    """An article with its text and the directives it names."""
    references = [
        {"text": r.text, "start": r.start, "end": r.end, "kind": r.kind, "number": r.number, "date": r.date}
        for r in find_references(article.text)
    ]
    summary = summary_json(article)
    del summary["characters"]
    return {**summary, "text": article.text, "references": references}


def article_line(article: Article) -> str:
    """An article in one line."""
    date = article.published.strftime("%d/%m/%Y") if article.published else "—".center(10)
    return f"{article.id}  {date}  {article.title}"


def ingested_json(result: Ingested, language: str) -> Json:
    """What became of one input of `add`."""
    if result.article is None:
        return {"input": result.name, "error": result.error.text(language) if result.error else ""}
    return {"input": result.name, **summary_json(result.article), "new": result.new}


def ingested_line(result: Ingested, language: str) -> str:
    """The same for people."""
    if result.article is None:
        return f"✗ {result.name}: {result.error.text(language) if result.error else ''}"
    summary = summary_json(result.article)
    counts = (
        f"{summary['characters']} characters, {summary['references']} references"
        if language == "en"
        else f"{summary['characters']} ký tự, {summary['references']} dẫn chiếu"
    )
    known = "" if result.new else (" (stored before)" if language == "en" else " (đã có)")
    return f"✓ {result.name}: {article_line(result.article)} ({counts}){known}"


def reload_json(report: ReloadReport) -> Json:
    """What a reload did."""
    return {
        "generation": report.generation,
        "new": report.new,
        "articles": report.articles,
        "passages": report.passages,
        "encoded": report.encoded,
        "added": [{"id": i, "title": t} for i, t in report.added],
        "changed": [],  # an article's id follows from its content: a changed one is a new one until versions come
        "removed": [{"id": i, "title": t} for i, t in report.removed],
        "seconds": round(report.seconds, 2),
    }


def reload_lines(report: ReloadReport, language: str) -> list[str]:
    """The same for people."""
    lines = [f"+ {title}" for _, title in report.added] + [f"- {title}" for _, title in report.removed]
    if language == "en":
        head = f"generation {report.generation} is in use" if report.new else f"no change; {report.generation} stays"
        tail = f"{report.articles} articles, {report.passages} passages, {report.encoded} encoded"
    else:
        head = f"đang dùng bản {report.generation}" if report.new else f"không có gì đổi; vẫn dùng {report.generation}"
        tail = f"{report.articles} bài, {report.passages} đoạn, mã hoá {report.encoded}"
    return [*lines, f"{head}: {tail}, {report.seconds:.1f} s"]


def status_json(home: Home, stored: int, manifest: Manifest | None, live: str | None) -> Json:
    """The state of a home: what is stored, what is served, and which generations there are."""
    return {
        "home": str(home.path),
        "stored": stored,
        "generation": live,
        "articles": manifest.articles if manifest else 0,
        "passages": manifest.passages if manifest else 0,
        "model": manifest.model if manifest else None,
        "created": manifest.created if manifest else None,
        "current": home.current(),
        "generations": home.names(),
    }


def status_lines(state: Json, language: str) -> list[str]:
    """The same for people."""
    english = language == "en"
    created = datetime.fromisoformat(state["created"]).astimezone() if state["created"] else None
    moment = created.strftime("%d/%m/%Y %H:%M") if created else ""
    if state["generation"] is None:
        served = "none yet: chidao reload" if english else "chưa có: chidao reload"
    elif english:
        served = f"{state['generation']} of {moment}: {state['articles']} articles, {state['passages']} passages"
    else:
        served = f"{state['generation']} lúc {moment}: {state['articles']} bài, {state['passages']} đoạn"
    names = ("home", "articles stored", "in use", "model", "generations")
    if not english:
        names = ("thư mục", "bài đã thêm", "đang dùng", "mô hình", "các bản")
    values = (state["home"], state["stored"], served, state["model"] or "—", " ".join(state["generations"]) or "—")
    width = max(map(len, names))
    return [f"{name.ljust(width)}  {value}" for name, value in zip(names, values, strict=True)]
