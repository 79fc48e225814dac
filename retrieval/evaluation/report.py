"""What an evaluation found: as JSON (a contract, values 0..1) and as a table in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.evaluation.compare import Difference, Interval, interval
from retrieval.evaluation.measure import METRICS
from retrieval.evaluation.runs import Evaluated, OtherRun

MACRO = "macro"
MAIN = METRICS[0]  # the one that the table gives an interval and a test for


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one set, or of all together (`name` is then MACRO).

    `compared` counts the questions that the other run asked too; without one, or with none in common, `differences`
    is empty.
    """

    name: str
    queries: int
    documents: int
    skipped: int
    unknown: int
    means: Mapping[str, float]
    intervals: Mapping[str, Interval | None]
    p50_ms: float
    p95_ms: float
    compared: int
    differences: Mapping[str, Difference]


def figures_of(each: Evaluated, other: OtherRun | None) -> Figures:
    """The figures of one set; against another run where one is given."""
    compared, differences = other.compare(each) if other else (0, {})
    return Figures(
        name=each.name,
        queries=len(each.rankings),
        documents=each.documents,
        skipped=each.skipped,
        unknown=each.unknown,
        means={metric: each.mean(metric) for metric in METRICS},
        intervals={metric: each.interval(metric) for metric in METRICS},
        p50_ms=each.milliseconds(50),
        p95_ms=each.milliseconds(95),
        compared=compared,
        differences=differences,
    )


def macro_of(sets: Sequence[Evaluated]) -> Figures:
    """The mean of the sets' means, every set counting alike; milliseconds are those of all questions."""
    ms = [ranking.ms for each in sets for ranking in each.rankings]
    return Figures(
        name=MACRO,
        queries=len(ms),
        documents=sum(each.documents for each in sets),
        skipped=sum(each.skipped for each in sets),
        unknown=sum(each.unknown for each in sets),
        means={metric: float(np.mean([each.mean(metric) for each in sets])) for metric in METRICS},
        intervals={metric: interval([each.values[metric] for each in sets]) for metric in METRICS},
        p50_ms=float(np.percentile(ms, 50)),
        p95_ms=float(np.percentile(ms, 95)),
        compared=0,
        differences={},
    )


def figures_json(figures: Figures) -> dict[str, Any]:
    """One entry of the JSON."""
    plain = {
        **{metric: round(value, 6) for metric, value in figures.means.items()},
        "queries": figures.queries,
        "docs": figures.documents,
        "p50_ms": round(figures.p50_ms, 2),
        "p95_ms": round(figures.p95_ms, 2),
        "ci95": {metric: _ends(ends) for metric, ends in figures.intervals.items()},
        "skipped_queries": figures.skipped,
        "unknown_docs": figures.unknown,
    }
    if not figures.differences:
        return plain
    against = {
        metric: {
            "other": round(each.other, 6),
            "difference": round(each.difference, 6),
            "ci95": _ends(each.interval),
            "p": round(each.p, 4),
        }
        for metric, each in figures.differences.items()
    }
    return {**plain, "against": {"queries": figures.compared, **against}}


def _ends(ends: Interval | None) -> list[float] | None:
    return [round(end, 6) for end in ends] if ends else None


def table_lines(rows: Sequence[Figures], language: str) -> list[str]:
    """A Markdown table, one row a set, and below it what a reader of the figures has to know."""
    compared = any(each.differences for each in rows)
    head = ["set", "questions", "documents"] if language == "en" else ["bộ", "câu hỏi", "bài"]
    head += ["nDCG@10", "95 %", "recall@1", "recall@10", "MRR@10", "p50 ms", "p95 ms"]
    head += ["Δ nDCG@10", "95 %", "p"] if compared else []
    lines = [_line(head), f"| --- |{' ---: |' * (len(head) - 1)}"]
    lines += [_line(_cells(each, compared=compared)) for each in rows]
    notes = [note for each in rows if each.name != MACRO for note in _notes(each, language)]
    return [*lines, "", *notes] if notes else lines


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(each: Figures, *, compared: bool) -> list[str]:
    ndcg, *others = (f"{each.means[metric]:.3f}" for metric in METRICS)
    cells = [each.name.replace("|", "\\|"), str(each.queries), str(each.documents), ndcg]
    cells += [_range(each.intervals[MAIN]), *others, f"{each.p50_ms:.1f}", f"{each.p95_ms:.1f}"]
    if not compared:
        return cells
    if not each.differences:
        return [*cells, "", "", ""]
    found = each.differences[MAIN]
    return [*cells, f"{found.difference:+.3f}", _range(found.interval, sign="+"), f"{found.p:.4f}"]


def _range(ends: Interval | None, sign: str = "") -> str:
    return " … ".join(f"{end:{sign}.3f}" for end in ends) if ends else "—"


def _notes(each: Figures, language: str) -> list[str]:
    en = language == "en"
    notes = []
    if each.skipped:
        told = "questions have no relevant document and were left out" if en else "câu hỏi không có bài đúng, bỏ qua"
        notes.append(f"- {each.name}: {each.skipped} {told}.")
    if each.unknown:
        told = (
            "judgements name documents that the corpus has not; they count as not found"
            if en
            else "dòng trong qrels.tsv nêu bài không có trong corpus.jsonl, tính là không tìm thấy"
        )
        notes.append(f"- {each.name}: {each.unknown} {told}.")
    if each.differences and each.compared < each.queries:
        told = "questions are in both runs" if en else "câu hỏi có trong cả hai lần đo"
        notes.append(f"- {each.name}: {each.compared} {told}.")
    return notes
