"""Reloads, rollbacks, removals and the state of a home, as JSON and as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.report.receipts import unanswered_line
from corpus.directives import Directive
from corpus.generation import Home
from corpus.manifest import Manifest
from corpus.models import Article
from retrieval.build import ReloadReport
from retrieval.gate import Change, Difference, GateReport
from retrieval.removal import Proof

Json = dict[str, Any]
_CHECKS_VI = {
    "articles": "bài",
    "passages": "đoạn",
    "vectors": "vectơ",
    "lexical entries": "mục từ",
    "references": "dẫn chiếu",
    "cache entries": "mục nhớ tạm",
    "files naming its id": "tệp có mã bài",
}
_TOP = 3  # directives named in the line of the missing
_SHOWN = 20  # articles of one kind of change that are listed for people


@dataclass(frozen=True, slots=True)
class HomeState:
    """What a home stores, what it serves, and what the next reload would change.

    `missing` are the directives that articles served name and whose own text is not held, the most named first.
    `unanswered` is how many questions found no answer in the last days, and how many days, None where it is not known.
    """

    home: Home
    stored: int
    pending: Difference
    live: str | None = None
    manifest: Manifest | None = None
    missing: tuple[Directive, ...] = ()
    unanswered: tuple[int, int] | None = None


# ------------------------------------------------------------------------------------------------------------ reload


def reload_json(report: ReloadReport, *, dry_run: bool = False) -> Json:
    """What a reload did, or with `dry_run` would do."""
    return {
        "generation": report.generation,
        "new": report.new,
        "dry_run": dry_run,
        "blocked": report.blocked,
        "articles": report.articles,
        "passages": report.passages,
        "encoded": report.encoded,
        **difference_json(report.difference),
        "gate": _gate_json(report.gate) if report.gate else None,
        "pruned": list(report.pruned),
        "set_aside": list(report.set_aside),
        "removal": proof_json(report.proof) if report.proof else None,
        "seconds": round(report.seconds, 2),
    }


def difference_json(difference: Difference) -> Json:
    """Articles added, changed and removed."""
    return {
        "added": [{"id": each.id, "title": each.title} for each in difference.added],
        "changed": [{"id": each.id, "title": each.title, "before": each.before} for each in difference.changed],
        "removed": [{"id": each.id, "title": each.title} for each in difference.removed],
    }


def _gate_json(gate: GateReport) -> Json:
    return {
        "passed": gate.passed,
        "forced": gate.forced,
        "tolerance": gate.tolerance,
        "questions": gate.questions,
        "right_before": gate.before,
        "right": gate.right,
        "lost": [{"_id": each.id, "text": each.text} for each in gate.lost],
        "won": [{"_id": each.id, "text": each.text} for each in gate.won],
    }


def reload_lines(report: ReloadReport, language: str, *, dry_run: bool = False) -> list[str]:
    """The same for people."""
    english = language == "en"
    lines = difference_lines(report.difference, language)
    if report.gate:
        lines += _gate_lines(report.gate, english=english)
    if report.proof:
        lines += _proof_lines(report.proof, english=english)
    for name in report.set_aside:
        lines.append(
            f"{name} was damaged: moved to damaged/" if english else f"bản {name} hỏng: đã chuyển vào damaged/"
        )
    return [*lines, _outcome(report, english=english, dry_run=dry_run)]


def _outcome(report: ReloadReport, *, english: bool, dry_run: bool) -> str:
    served = report.generation or "—"
    if english:
        head = f"generation {served} is in use" if report.new else f"no change; {served} stays"
        head = f"BLOCKED: {served} stays in use; mend it, or: chidao reload --force" if report.blocked else head
        if dry_run:
            would = "; a reload WILL BE BLOCKED by the gate" if report.blocked else ""
            head = f"nothing was changed; {served} stays in use{would}"
        tail = f"{report.articles} articles, {report.passages} passages, {report.encoded} encoded"
    else:
        head = f"đang dùng bản {served}" if report.new else f"không có gì đổi; vẫn dùng {served}"
        head = f"BỊ CHẶN: vẫn dùng {served}; sửa lại, hoặc: chidao reload --force" if report.blocked else head
        if dry_run:
            would = "; nếu nạp, bản mới SẼ BỊ CHẶN" if report.blocked else ""
            head = f"chưa đổi gì; vẫn dùng {served}{would}"
        tail = f"{report.articles} bài, {report.passages} đoạn, mã hoá {report.encoded}"
    return f"{head}: {tail}, {report.seconds:.1f} s"


def difference_lines(difference: Difference, language: str) -> list[str]:
    """Added with +, changed with ~, removed with -."""
    return [
        *_changes("+", difference.added, language),
        *_changes("~", difference.changed, language),
        *_changes("-", difference.removed, language),
    ]


def _changes(sign: str, changes: Sequence[Change], language: str) -> list[str]:
    lines = [f"{sign} {change.title}" for change in changes[:_SHOWN]]
    if (more := len(changes) - _SHOWN) > 0:
        lines.append(
            f"{sign} … and {more} more (--json)" if language == "en" else f"{sign} … và {more} bài nữa (--json)"
        )
    return lines


def _gate_lines(gate: GateReport, *, english: bool) -> list[str]:
    if not gate.questions:
        return [
            "gate: no golden questions (golden.jsonl)" if english else "kiểm tra: chưa có câu hỏi chuẩn (golden.jsonl)"
        ]
    before = "" if gate.before is None else f"{gate.before} → "
    head = "gate: golden questions right" if english else "kiểm tra: câu hỏi chuẩn trả lời đúng"
    lines = [f"{head} {before}{gate.right} / {gate.questions}"]
    lines += [f"  ✗ {each.id}: {each.text}" for each in gate.lost]
    return lines + [f"  ✓ {each.id}: {each.text}" for each in gate.won]


# ---------------------------------------------------------------------------------------------- rollback and removal


def rollback_json(left: str, taken: str, pending: Difference, removed: frozenset[str] = frozenset()) -> Json:
    """Which generation was left, which one is served, and what the next reload would change again.

    `removed` are the ids of all articles that were ever taken back; those served again are named.
    """
    again = [{"id": each.id, "title": each.title} for each in pending.removed if each.id in removed]
    return {"left": left, "generation": taken, "pending": difference_json(pending), "removed_but_served": again}


def rollback_lines(
    left: str, taken: str, pending: Difference, language: str, removed: frozenset[str] = frozenset()
) -> list[str]:
    """The same for people."""
    english = language == "en"
    lines = [
        f"generation {taken} is in use again, {left} is not" if english else f"dùng lại bản {taken}, thôi dùng {left}"
    ]
    if again := [each for each in pending.removed if each.id in removed]:
        lines.append(
            "REMOVED ARTICLES are served again; take them out: chidao reload"
            if english
            else "BÀI ĐÃ GỠ nay lại được dùng để trả lời; gỡ bằng: chidao reload"
        )
        lines += [f"  ! {each.id}  {each.title}" for each in again]
    others = tuple(each for each in pending.removed if each.id not in removed)
    if changes := difference_lines(pending.model_copy(update={"removed": others}), language):
        lines.append(
            "the next reload would do this again; remove or correct these articles first:"
            if english
            else "lần reload tới sẽ lại làm những việc sau; hãy gỡ hoặc sửa các bài này trước:"
        )
    return lines + changes


def removal_json(gone: Sequence[Article], proof: Proof | None) -> Json:
    """What was removed from the store, and what is left of it in the generations."""
    removed = [{"id": each.id, "title": each.title} for each in gone]
    return {"removed": removed, **(proof_json(proof) if proof else {"generation": None, "clean": True, "checked": []})}


def removal_lines(gone: Sequence[Article], proof: Proof | None, language: str) -> list[str]:
    """The same for people."""
    english = language == "en"
    lines = [f"- {each.id}  {each.title}" for each in gone]
    if proof is None:
        return lines
    lines += _proof_lines(proof, english=english)
    if not proof.clean:
        lines.append("next, run: chidao reload" if english else "tiếp theo, chạy: chidao reload")
    return lines


def proof_json(proof: Proof) -> Json:
    """What was looked through for removed articles, and which other generations may still hold them."""
    return {
        "articles": list(proof.articles),
        "generation": proof.generation,
        "clean": proof.clean,
        "checked": [{"what": each.what, "looked_at": each.looked_at, "found": each.found} for each in proof.checks],
        "held_by": list(proof.held_by),
        "unread": list(proof.unread),
    }


def _proof_lines(proof: Proof, *, english: bool) -> list[str]:
    state = (
        ("nothing is left" if english else "không còn sót")
        if proof.clean
        else ("still there" if english else "còn sót")
    )
    names = {} if english else _CHECKS_VI
    counts = ", ".join(f"{names.get(each.what, each.what)} {each.found}/{each.looked_at}" for each in proof.checks)
    head = "removed articles, in generation" if english else "bài đã gỡ, trong bản"
    lines = [f"{head} {proof.generation}: {state} ({counts})"]
    if others := (*proof.held_by, *proof.unread):
        told = "generations that still hold them" if english else "các bản cũ còn giữ bài đã gỡ"
        lines.append(f"{told}: {' '.join(others)}; " + ("delete: chidao purge" if english else "xoá: chidao purge"))
    return lines


def purge_json(deleted: Sequence[str]) -> Json:
    """The generations that were deleted."""
    return {"purged": list(deleted)}


def purge_lines(deleted: Sequence[str], language: str) -> list[str]:
    """The same for people."""
    if not deleted:
        return ["no other generation holds a removed article" if language == "en" else "không bản cũ nào còn bài đã gỡ"]
    return [("deleted: " if language == "en" else "đã xoá: ") + " ".join(deleted)]


# ------------------------------------------------------------------------------------------------------------- state


def status_json(state: HomeState) -> Json:
    """The state of a home: what is stored, what is served, and which generations there are."""
    manifest = state.manifest
    return {
        "home": str(state.home.path),
        "stored": state.stored,
        "generation": state.live,
        "articles": manifest.articles if manifest else 0,
        "passages": manifest.passages if manifest else 0,
        "model": manifest.model if manifest else None,
        "created": manifest.created if manifest else None,
        "current": state.home.current(),
        "generations": state.home.names(),
        "withdrawn": sorted(state.home.withdrawn() & set(state.home.names())),
        "damaged": state.home.set_aside(),
        "blocked": state.home.blocked.exists(),
        "pending": difference_json(state.pending),
        "missing": {
            "count": len(state.missing),
            "top": [{"number": each.label, "articles": each.articles} for each in state.missing[:_SHOWN]],
        },
        "unanswered": {"count": state.unanswered[0], "days": state.unanswered[1]} if state.unanswered else None,
    }


def status_lines(state: HomeState, language: str) -> list[str]:
    """The same for people."""
    english = language == "en"
    rows = [
        ("home" if english else "thư mục", str(state.home.path)),
        ("articles stored" if english else "bài đã thêm", str(state.stored)),
        ("in use" if english else "đang dùng", _served(state, english=english)),
        ("not reloaded" if english else "chưa nạp", _pending(state.pending, english=english)),
        ("model" if english else "mô hình", state.manifest.model if state.manifest else "—"),
        ("generations" if english else "các bản", _generations(state.home, english=english)),
        ("text not held" if english else "thiếu toàn văn", _missing(state.missing, english=english)),
        ("unanswered" if english else "chưa đáp được", _unanswered(state.unanswered, language)),
    ]
    if aside := state.home.set_aside():
        rows.append(("damaged" if english else "bị hỏng", " ".join(aside)))
    if state.home.blocked.exists():
        rows.append(("blocked" if english else "bị chặn", "chidao reload --dry-run"))
    width = max(len(name) for name, _ in rows)
    return [f"{name.ljust(width)}  {value}" for name, value in rows]


def _unanswered(unanswered: tuple[int, int] | None, language: str) -> str:
    if not unanswered:
        return "—"
    count, days = unanswered
    return unanswered_line(count, days, language) + (" (chidao gaps)" if count else "")


def _missing(missing: Sequence[Directive], *, english: bool) -> str:
    if not missing:
        return "—"
    most = ", ".join(f"{each.label} ({each.articles})" for each in missing[:_TOP])
    return (
        f"{len(missing)} directives, most cited: {most}"
        if english
        else f"{len(missing)} văn bản, nêu nhiều nhất: {most}"
    )


def _served(state: HomeState, *, english: bool) -> str:
    if state.manifest is None:
        return "none yet: chidao reload" if english else "chưa có: chidao reload"
    moment = datetime.fromisoformat(state.manifest.created).astimezone().strftime("%d/%m/%Y %H:%M")
    articles, passages = state.manifest.articles, state.manifest.passages
    instead = _instead(state, english=english)
    if english:
        return f"{state.live} of {moment}: {articles} articles, {passages} passages{instead}"
    return f"{state.live} lúc {moment}: {articles} bài, {passages} đoạn{instead}"


def _instead(state: HomeState, *, english: bool) -> str:
    """What an admin must not overlook: the generation that should be in use is not the one that serves."""
    named = state.home.current()
    if named == state.live or (named and state.home.is_whole(named)):  # a reload may just have ended
        return ""
    name = named or "CURRENT"
    if english:
        return f"; INSTEAD OF {name}, which is damaged (run: chidao reload)"
    return f"; THAY CHO {name} bị hỏng (chạy: chidao reload)"


def _generations(home: Home, *, english: bool) -> str:
    withdrawn, mark = home.withdrawn(), "withdrawn" if english else "đã thôi dùng"
    return " ".join(f"{name} ({mark})" if name in withdrawn else name for name in home.names()) or "—"


def _pending(pending: Difference, *, english: bool) -> str:
    if pending.empty:
        return "nothing" if english else "không có gì"
    counts = f"+{len(pending.added)} ~{len(pending.changed)} -{len(pending.removed)}"
    return f"{counts} ({'run' if english else 'chạy'}: chidao reload)"
