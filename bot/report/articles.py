"""Stored articles as JSON and as lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from corpus.models import Article, Reference
from corpus.references import find_references
from corpus.store import OlderVersion

if TYPE_CHECKING:  # it brings what fetches along
    from corpus.ingest import Ingested

Json = dict[str, Any]


def summary_json(article: Article) -> Json:
    """An article without its text."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "issuer": article.issuer,
        "characters": len(article.text),
        "references": len(find_references(article.text)),
        "attachments": len(article.attachments),
    }


def article_json(article: Article, current: str | None, older: Sequence[OlderVersion]) -> Json:
    """An article with its text, the directives it names, its files and versions.

    `current` is the id of the article that superseded this one.
    """
    summary = summary_json(article)
    del summary["characters"]
    return {
        **summary,
        "text": article.text,
        "references": [reference_json(reference) for reference in find_references(article.text)],
        "attachments": [{"name": each.name, "url": each.url} for each in article.attachments],
        "superseded_by": current,
        "versions": [_version_json(version) for version in older],
    }


def reference_json(reference: Reference) -> Json:
    """A reference: where it stands, and what is known of the directive from the text alone."""
    return {
        "text": reference.text,
        "start": reference.start,
        "end": reference.end,
        "kind": reference.kind,
        "number": reference.number,
        "date": reference.date,
        "issuer": reference.issuer,
        "relation": reference.relation.value,
    }


def _version_json(version: OlderVersion) -> Json:
    published = version.article.published
    return {
        "id": version.article.id,
        "title": version.article.title,
        "published": published.isoformat() if published else None,
        "source": version.article.source,
        "added": version.added.isoformat(),
    }


def article_line(article: Article) -> str:
    """An article in one line."""
    return f"{article.id}  {_day(article.published)}  {article.title}"


def article_lines(article: Article, current: str | None, older: Sequence[OlderVersion], language: str) -> list[str]:
    """An article for people to read."""
    english = language == "en"
    lines = [article_line(article), article.source]
    if article.issuer:
        lines.append(article.issuer)
    if current:
        lines.append(f"superseded by: {current}" if english else f"đã được thay bằng bài: {current}")
    lines += ["", article.text]
    labels = filter(None, (each.label for each in find_references(article.text)))
    if directives := list(dict.fromkeys(labels)):
        lines += ["", ("directives named: " if english else "văn bản được nêu: ") + ", ".join(directives)]
    if article.attachments:
        lines += ["", "attachments:" if english else "tệp đính kèm:"]
        lines += [f"  {each.name}  {each.url}" for each in article.attachments]
    if older:
        lines += ["", "older versions:" if english else "các bản cũ:"]
        lines += [f"  {article_line(each.article)}  ({_added(each.added, english=english)})" for each in older]
    return lines


def _added(moment: datetime, *, english: bool) -> str:
    return f"{'added' if english else 'thêm'} {moment.astimezone():%d/%m/%Y %H:%M}"


def _day(moment: datetime | None) -> str:
    return moment.strftime("%d/%m/%Y") if moment else "—".center(10)


def ingested_json(result: Ingested, language: str) -> Json:
    """What became of one input of `add`."""
    if result.article is None:
        return {"input": result.name, "error": result.error.text(language) if result.error else ""}
    return {
        "input": result.name,
        **summary_json(result.article),
        "new": result.new,
        "supersedes": result.placed.supersedes,
        "version_of": result.placed.version_of,
        "taken_back": result.taken_back,
    }


def ingested_line(result: Ingested, language: str) -> str:
    """The same for people."""
    english = language == "en"
    if result.article is None:
        return f"✗ {result.name}: {result.error.text(language) if result.error else ''}"
    return f"{'–' if result.taken_back else '✓'} {result.name}: {article_line(result.article)}{_fate(result, english)}"


def _fate(result: Ingested, english: bool) -> str:
    """How many characters and references were stored, or why nothing was."""
    if result.article is None:
        return ""
    if result.taken_back:
        return " (taken back before; name it to add it again)" if english else " (đã gỡ; muốn thêm lại, nêu đích danh)"
    if not result.new:
        return f" ({_counts(result.article, english=english)}) " + ("(stored before)" if english else "(đã có)")
    relation = ""
    if old := result.placed.supersedes:
        relation = f" (takes the place of {old})" if english else f" (thay cho {old})"
    if current := result.placed.version_of:
        relation = f" (an older version of {current})" if english else f" (bản cũ của {current})"
    return f" ({_counts(result.article, english=english)}){relation}"


def _counts(article: Article, *, english: bool) -> str:
    characters, references = len(article.text), len(find_references(article.text))
    if english:
        return f"{characters} characters, {references} references"
    return f"{characters} ký tự, {references} dẫn chiếu"
