"""What an evaluation of answers found: as JSON (values 0..1), as a table in Markdown, and question by question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.evaluation.measure import AnswerFigures, Outcome, Share

Json = dict[str, Any]
_SHARES = {
    "gold_shown": "shown",
    "citation_precision": "precision",
    "citation_recall": "recall",
    "refused": "refused",
    "unanswerable_refused": "unanswerable_refused",
    "unanswerable_corrected": "corrected",
}


def figures_json(rows: Iterable[AnswerFigures]) -> Json:
    """Set -> mode -> figures."""
    report: dict[str, Json] = {}
    for each in rows:
        report.setdefault(each.set.name, {})[each.mode] = _mode_json(each)
    return report


def _mode_json(figures: AnswerFigures) -> Json:
    shares: Mapping[str, Share | None] = {name: getattr(figures, field) for name, field in _SHARES.items()}
    return {
        "questions": len(figures.set.answerable),
        "unanswerable": len(figures.set.unanswerable),
        "docs": figures.set.documents,
        **{name: round(share.mean, 6) if share else None for name, share in shares.items()},
        "words_median": figures.words[0],
        "words_p95": figures.words[1],
        "p50_ms": round(figures.ms[0], 2),
        "p95_ms": round(figures.ms[1], 2),
        "sentences": figures.sentences,
        "answers_unproven": figures.unproven,
        "answers_written": figures.written,
        "skipped_queries": figures.set.skipped,
        "lost_gold": figures.set.lost,
        "ci95": {
            name: [round(end, 6) for end in share.interval] if share and share.interval else None
            for name, share in shares.items()
        },
    }


def table_lines(rows: Sequence[AnswerFigures], language: str) -> list[str]:
    """A table, one row a set and mode, and below it what a reader of the figures has to know."""
    head = (
        ["set", "mode", "questions", "gold shown", "95 %", "precision", "recall", "refused", "words p50", "p95"]
        if language == "en"
        else ["bộ", "cách", "câu hỏi", "có đáp án", "95 %", "trích đúng", "bao phủ", "từ chối", "chữ p50", "p95"]
    )
    head += ["p50 ms", "p95 ms"]
    head += (
        ["no answer: questions", "refused", "95 %", "corrected"]
        if language == "en"
        else ["không có đáp án", "từ chối", "95 %", "đính chính"]
    )
    lines = [_line(head), f"| --- | --- |{' ---: |' * (len(head) - 2)}"]
    lines += [_line(_cells(each)) for each in rows]
    return [*lines, "", *(note for each in rows for note in _notes(each, english=language == "en"))]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(each: AnswerFigures) -> list[str]:
    lengths, times = (f"{value:.0f}" for value in each.words), (f"{value:.1f}" for value in each.ms)
    return [
        each.set.name.replace("|", "\\|"),
        each.mode,
        str(len(each.set.answerable)),
        *_share(each.shown),
        *(_share(share)[0] for share in (each.precision, each.recall, each.refused)),
        *lengths,
        *times,
        str(len(each.set.unanswerable)),
        *_share(each.unanswerable_refused),
        _share(each.corrected)[0],
    ]


def _share(share: Share | None) -> tuple[str, str]:
    if share is None:
        return "—", "—"
    return f"{share.mean:.3f}", " … ".join(f"{end:.3f}" for end in share.interval) if share.interval else "—"


def _notes(each: AnswerFigures, *, english: bool) -> Iterator[str]:
    name = f"- {each.set.name}, {each.mode}"
    if each.unproven:
        told = (
            "ANSWERS WITH A SENTENCE THAT STANDS IN NO ARTICLE" if english else "CÂU TRẢ LỜI CÓ CÂU KHÔNG CÓ TRONG BÀI"
        )
        yield f"{name}: {each.unproven} {told}."
    elif each.sentences:
        told = "sentences shown, each found in its article again" if english else "câu trích, câu nào cũng khớp với bài"
        yield f"{name}: {each.sentences} {told}."
    if each.written:
        told = (
            "answers in the model's words, the others quoted"
            if english
            else "câu trả lời do máy viết, còn lại là trích"
        )
        yield f"{name}: {each.written} {told}."
    if each.set.skipped:
        told = "questions have no gold answer, left out" if english else "câu hỏi không có đáp án mẫu, bỏ qua"
        yield f"{name}: {each.set.skipped} {told}."
    if each.set.lost:
        told = (
            "gold answers stand in no relevant article word for word; they count as not shown"
            if english
            else "đáp án mẫu không có nguyên văn trong bài đúng, tính là không trả lời được"
        )
        yield f"{name}: {each.set.lost} {told}."


def outcome_rows(name: str, mode: str, outcomes: Iterable[Outcome]) -> Iterator[Json]:
    """One object a question."""
    for each in outcomes:
        yield {
            "set": name,
            "mode": mode,
            "_id": each.gold.id,
            "text": each.gold.text,
            "gold": each.gold.answer,
            "status": each.answer.status.value,
            "shown": each.answer.text,
            "holds": each.holds if each.gold.answer else None,
            "corrected": each.corrected,
            "precision": each.precision,
            "recall": each.recall,
            "proven": each.proven,
            "ms": round(each.answer.elapsed_ms, 2),
        }
