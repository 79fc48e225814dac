"""Reloads, rollbacks, removals and the state of a home, as JSON and as lines, in both languages."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.report import reloads
from bot.report.reloads import HomeState
from corpus.generation import Home
from retrieval.build import ReloadReport
from retrieval.gate import Change, Difference, GateReport, Outcome
from retrieval.removal import Check, Proof
from tests.factories import article, manifest, publish

NOTHING = Difference()
CHANGES = Difference(
    added=(Change(id="a1", title="Chợ Sắt"),),
    changed=(Change(id="c3", title="Giá vé", before="c2"),),
    removed=(Change(id="b2", title="Cầu Rào"),),
)
CHANGES_JSON = {
    "added": [{"id": "a1", "title": "Chợ Sắt"}],
    "changed": [{"id": "c3", "title": "Giá vé", "before": "c2"}],
    "removed": [{"id": "b2", "title": "Cầu Rào"}],
}
CHANGES_LINES = ["+ Chợ Sắt", "~ Giá vé", "- Cầu Rào"]
LOST, WON = Outcome(id="q1", text="Mấy giờ?", right=False), Outcome(id="q2", text="Năm nào?", right=True)
GATE = GateReport(
    difference=CHANGES, tolerance=0.1, questions=10, right=8, before=9, lost=(LOST,), won=(WON,), outcomes=(LOST, WON)
)
CHECKS = (Check("articles", 3, 0), Check("passages", 7, 0), Check("vectors", 7, 0), Check("lexical entries", 7, 0),
          Check("references", 3, 0), Check("cache entries", 0, 0), Check("files naming its id", 9, 0))  # fmt: skip
CLEAN = Proof(("b2",), "000002", CHECKS, held_by=("000001",), unread=("000000",))
LEFT = replace(CLEAN, checks=(Check("articles", 3, 1),), held_by=(), unread=())
RELOADED = ReloadReport(
    generation="000002", new=True, articles=2, passages=5, encoded=3, difference=CHANGES, gate=None, pruned=(),
    set_aside=(), proof=None, seconds=1.234,
)  # fmt: skip


def round_trip(value: Any) -> Any:
    return json.loads(json.dumps(value))


# ------------------------------------------------------------------------------------------------------------ reload


def test_a_reload_as_json() -> None:
    assert round_trip(reloads.reload_json(RELOADED)) == {
        "generation": "000002", "new": True, "dry_run": False, "blocked": False, "articles": 2, "passages": 5,
        "encoded": 3, **CHANGES_JSON, "gate": None, "pruned": [], "set_aside": [], "removal": None, "seconds": 1.23,
    }  # fmt: skip


def test_a_reload_as_json_with_all_that_can_be_told() -> None:
    report = replace(RELOADED, gate=GATE, pruned=("000000",), set_aside=("000001",), proof=CLEAN, new=False)
    got = round_trip(reloads.reload_json(report, dry_run=True))
    assert (got["dry_run"], got["blocked"], got["pruned"], got["set_aside"]) == (True, False, ["000000"], ["000001"])
    assert got["gate"] == {
        "passed": True, "forced": False, "tolerance": 0.1, "questions": 10, "right_before": 9, "right": 8,
        "lost": [{"_id": "q1", "text": "Mấy giờ?"}], "won": [{"_id": "q2", "text": "Năm nào?"}],
    }  # fmt: skip
    assert got["removal"] == reloads.proof_json(CLEAN)


BLOCKED = GATE.model_copy(update={"tolerance": 0.0, "won": ()})


@pytest.mark.parametrize(("forced", "blocked"), [(False, True), (True, False)])
def test_a_gate_that_does_not_pass_blocks_unless_forced(forced: bool, blocked: bool) -> None:
    report = replace(RELOADED, gate=BLOCKED.model_copy(update={"forced": forced}))
    got = reloads.reload_json(report)
    assert (got["blocked"], got["gate"]["passed"], got["gate"]["forced"]) == (blocked, False, forced)


@pytest.mark.parametrize(
    ("language", "changes", "dry_run", "last"),
    [
        ("vi", {}, False, "đang dùng bản 000002: 2 bài, 5 đoạn, mã hoá 3, 1.2 s"),
        ("en", {}, False, "generation 000002 is in use: 2 articles, 5 passages, 3 encoded, 1.2 s"),
        ("vi", {"new": False}, False, "không có gì đổi; vẫn dùng 000002"),
        ("en", {"new": False}, False, "no change; 000002 stays"),
        ("vi", {"new": False, "gate": BLOCKED}, False, "BỊ CHẶN: vẫn dùng 000002; sửa lại, hoặc: chidao reload --f"),
        ("en", {"new": False, "gate": BLOCKED}, False, "BLOCKED: 000002 stays in use; mend it, or: chidao reload --f"),
        ("vi", {"new": False}, True, "chưa đổi gì; vẫn dùng 000002"),
        ("en", {"new": False}, True, "nothing was changed; 000002 stays in use"),
        ("en", {"new": False, "generation": None}, True, "nothing was changed; — stays in use"),
        ("vi", {"new": False, "gate": BLOCKED}, True, "chưa đổi gì; vẫn dùng 000002; nếu nạp, bản mới SẼ BỊ CHẶN"),
        ("en", {"new": False, "gate": BLOCKED}, True, "nothing was changed; 000002 stays in use; a reload WILL BE BLO"),
    ],
)  # fmt: skip
def test_the_outcome_stands_last(language: str, changes: dict[str, Any], dry_run: bool, last: str) -> None:
    lines = reloads.reload_lines(replace(RELOADED, **changes), language, dry_run=dry_run)
    assert lines[:3] == CHANGES_LINES
    assert lines[-1].startswith(last)
    assert lines[-1].endswith("1.2 s")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("vi", ["kiểm tra: câu hỏi chuẩn trả lời đúng 9 → 8 / 10", "  ✗ q1: Mấy giờ?", "  ✓ q2: Năm nào?"]),
        ("en", ["gate: golden questions right 9 → 8 / 10", "  ✗ q1: Mấy giờ?", "  ✓ q2: Năm nào?"]),
    ],
)
def test_the_gate_tells_how_many_are_right_and_which_were_lost_and_won(language: str, told: list[str]) -> None:
    assert reloads.reload_lines(replace(RELOADED, gate=GATE), language)[3:6] == told


@pytest.mark.parametrize(
    ("language", "changes", "told"),
    [
        ("vi", {"questions": 0}, "kiểm tra: chưa có câu hỏi chuẩn (golden.jsonl)"),
        ("en", {"questions": 0}, "gate: no golden questions (golden.jsonl)"),
        ("vi", {"before": None}, "kiểm tra: câu hỏi chuẩn trả lời đúng 8 / 10"),  # nothing to compare with
        ("en", {"before": None}, "gate: golden questions right 8 / 10"),
    ],
)
def test_a_gate_without_questions_or_without_a_before(language: str, changes: dict[str, Any], told: str) -> None:
    gate = GATE.model_copy(update=changes)
    assert reloads.reload_lines(replace(RELOADED, gate=gate), language)[3] == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("vi", "bản 000001 hỏng: đã chuyển vào damaged/"), ("en", "000001 was damaged: moved to damaged/")],
)
def test_a_damaged_generation_that_was_moved_is_named(language: str, told: str) -> None:
    assert told in reloads.reload_lines(replace(RELOADED, set_aside=("000001",)), language)


@pytest.mark.parametrize(("language", "more"), [("vi", "+ … và 5 bài nữa (--json)"), ("en", "+ … and 5 more (--json)")])
def test_a_long_list_of_changes_is_cut_for_people_only(language: str, more: str) -> None:
    many = Difference(added=tuple(Change(id=str(n), title=f"Bài {n}") for n in range(25)))
    lines = reloads.difference_lines(many, language)
    assert (len(lines), lines[-1]) == (21, more)
    assert len(reloads.difference_json(many)["added"]) == 25


# ---------------------------------------------------------------------------------------------- rollback and removal


def test_a_rollback_names_both_generations_and_what_a_reload_would_do_again() -> None:
    assert round_trip(reloads.rollback_json("000002", "000001", CHANGES)) == {
        "left": "000002", "generation": "000001", "pending": CHANGES_JSON, "removed_but_served": [],
    }  # fmt: skip
    english = reloads.rollback_lines("000002", "000001", CHANGES, "en")
    assert english[0] == "generation 000001 is in use again, 000002 is not"
    assert english[1].startswith("the next reload would do this again")
    assert english[2:] == CHANGES_LINES
    vietnamese = reloads.rollback_lines("000002", "000001", CHANGES, "vi")
    assert vietnamese[0] == "dùng lại bản 000001, thôi dùng 000002"
    assert vietnamese[1].startswith("lần reload tới sẽ lại làm những việc sau")
    assert len(reloads.rollback_lines("000002", "000001", NOTHING, "vi")) == 1


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("vi", "BÀI ĐÃ GỠ nay lại được dùng để trả lời; gỡ bằng: chidao reload"),
        ("en", "REMOVED ARTICLES are served again; take them out: chidao reload"),
    ],
)
def test_a_rollback_to_a_generation_with_removed_articles_warns_of_them(language: str, warning: str) -> None:
    lines = reloads.rollback_lines("000002", "000001", CHANGES, language, removed=frozenset({"b2", "x9"}))
    assert lines[1:3] == [warning, "  ! b2  Cầu Rào"]
    assert lines[4:] == CHANGES_LINES[:2], "what a reload takes out again is no mistake to mend first"
    got = reloads.rollback_json("000002", "000001", CHANGES, removed=frozenset({"b2", "x9"}))
    assert got["removed_but_served"] == [{"id": "b2", "title": "Cầu Rào"}]
    only = Difference(removed=CHANGES.removed)
    assert len(reloads.rollback_lines("000002", "000001", only, language, removed=frozenset({"b2"}))) == 3


def test_a_proof_as_json_lists_what_was_checked() -> None:
    got = round_trip(reloads.proof_json(CLEAN))
    assert list(got) == ["articles", "generation", "clean", "checked", "held_by", "unread"]
    assert got["checked"][1] == {"what": "passages", "looked_at": 7, "found": 0}
    assert (got["clean"], got["held_by"], got["unread"]) == (True, ["000001"], ["000000"])


def test_a_removal_as_json_is_what_is_gone_and_the_proof() -> None:
    gone = [article("Bài.", title="Cầu Rào")]
    got = round_trip(reloads.removal_json(gone, LEFT))
    assert got["removed"] == [{"id": gone[0].id, "title": "Cầu Rào"}]
    assert got["clean"] is False
    assert round_trip(reloads.removal_json(gone, None)) == {
        "removed": got["removed"], "generation": None, "clean": True, "checked": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "head", "others", "following"),
    [
        ("vi", "bài đã gỡ, trong bản 000002: ", "các bản cũ còn giữ bài đã gỡ: 000001 000000; xoá: chidao purge",
         "tiếp theo, chạy: chidao reload"),
        ("en", "removed articles, in generation 000002: ",
         "generations that still hold them: 000001 000000; delete: chidao purge", "next, run: chidao reload"),
    ],
)  # fmt: skip
def test_a_removal_for_people(language: str, head: str, others: str, following: str) -> None:
    gone = [article("Bài.", title="Cầu Rào")]
    first, proof, named = reloads.removal_lines(gone, CLEAN, language)
    assert first == f"- {gone[0].id}  Cầu Rào"
    assert proof.startswith(head + {"vi": "không còn sót (bài 0/3", "en": "nothing is left (articles 0/3"}[language])
    assert named == others
    assert reloads.removal_lines([], LEFT, language) == [
        head + {"vi": "còn sót (bài 1/3)", "en": "still there (articles 1/3)"}[language], following,
    ]  # fmt: skip
    assert reloads.removal_lines(gone, None, language) == [first]


def test_every_check_has_a_name_in_vietnamese() -> None:
    [line, _] = reloads.removal_lines([], CLEAN, "vi")
    assert not [check.what for check in CHECKS if check.what in line]


def test_a_reload_after_a_removal_shows_the_proof() -> None:
    lines = reloads.reload_lines(replace(RELOADED, proof=CLEAN), "en")
    assert any("nothing is left" in line for line in lines)


@pytest.mark.parametrize(
    ("deleted", "language", "line"),
    [
        (("000001", "000002"), "vi", "đã xoá: 000001 000002"),
        (("000001", "000002"), "en", "deleted: 000001 000002"),
        ((), "vi", "không bản cũ nào còn bài đã gỡ"),
        ((), "en", "no other generation holds a removed article"),
    ],
)
def test_a_purge(deleted: tuple[str, ...], language: str, line: str) -> None:
    assert reloads.purge_lines(deleted, language) == [line]
    assert reloads.purge_json(deleted) == {"purged": list(deleted)}


# ------------------------------------------------------------------------------------------------------------- state


def test_the_state_of_an_empty_home(tmp_path: Path) -> None:
    state = HomeState(Home(tmp_path), 0, NOTHING)
    assert round_trip(reloads.status_json(state)) == {
        "home": str(tmp_path), "stored": 0, "generation": None, "articles": 0, "passages": 0, "model": None,
        "created": None, "current": None, "generations": [], "withdrawn": [], "damaged": [], "blocked": False,
        "pending": {"added": [], "changed": [], "removed": []}, "missing": {"count": 0, "top": []},
        "unanswered": None,
    }  # fmt: skip
    for language, advice in (("vi", "chưa có: chidao reload"), ("en", "none yet: chidao reload")):
        lines = reloads.status_lines(state, language)
        assert any(line.endswith(advice) for line in lines)
        assert len(lines) == 8


def test_the_state_tells_how_many_questions_found_no_answer(tmp_path: Path) -> None:
    state = HomeState(Home(tmp_path), 0, NOTHING, unanswered=(12, 30))
    assert reloads.status_json(state)["unanswered"] == {"count": 12, "days": 30}
    assert any(line.endswith("12 câu trong 30 ngày (chidao gaps)") for line in reloads.status_lines(state, "vi"))
    assert any(line.endswith("12 questions in 30 days (chidao gaps)") for line in reloads.status_lines(state, "en"))


@pytest.mark.parametrize(("language", "counts"), [("vi", "1 bài, 1 đoạn"), ("en", "1 articles, 1 passages")])
def test_the_state_of_a_home_that_serves(tmp_path: Path, language: str, counts: str) -> None:
    home = Home(tmp_path)
    publish(home)
    state = HomeState(home, 1, NOTHING, "000001", manifest())
    got = round_trip(reloads.status_json(state))
    assert (got["generation"], got["current"], got["generations"]) == ("000001", "000001", ["000001"])
    assert (got["model"], got["created"]) == ("vi", "2026-01-01T00:00:00+00:00")
    lines = reloads.status_lines(state, language)
    assert len({line.index(line.split("  ")[-1].strip()) for line in lines}) == 1, "values stand in one column"
    [served] = [line for line in lines if counts in line]
    assert "000001" in served


def test_the_state_tells_when_another_generation_than_the_one_in_use_is_served(tmp_path: Path) -> None:
    home = Home(tmp_path)
    publish(home)
    publish(home)
    state = HomeState(home, 1, NOTHING, "000001", manifest())
    assert "INSTEAD" not in "\n".join(reloads.status_lines(state, "en")), "a reload may just have ended"
    (home.folder("000002") / "corpus.sqlite").write_bytes(b"x")
    assert "INSTEAD OF 000002, which is damaged" in "\n".join(reloads.status_lines(state, "en"))
    assert "THAY CHO 000002 bị hỏng" in "\n".join(reloads.status_lines(state, "vi"))
    (tmp_path / "CURRENT").write_text("")
    assert "INSTEAD OF CURRENT" in "\n".join(reloads.status_lines(state, "en"))


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        ("vi", ["chưa nạp", "+1 ~1 -1 (chạy: chidao reload)", "000002 000003 (đã thôi dùng)", "bị hỏng", "bị chặn"]),
        ("en", ["not reloaded", "+1 ~1 -1 (run: chidao reload)", "000002 000003 (withdrawn)", "damaged", "blocked"]),
    ],
)
def test_the_state_names_what_waits_what_was_blocked_and_what_is_damaged(
    tmp_path: Path, language: str, rows: list[str]
) -> None:
    home = Home(tmp_path)
    for _ in range(3):
        publish(home)
    with home.writer():
        home.roll_back()
        (home.folder("000001") / "corpus.sqlite").write_bytes(b"x")
        home.set_aside_damaged()
    home.blocked.touch()
    state = HomeState(home, 1, CHANGES, "000002", manifest())
    got = reloads.status_json(state)
    assert (got["withdrawn"], got["damaged"], got["blocked"]) == (["000003"], ["000001"], True)
    assert got["pending"] == CHANGES_JSON
    text = "\n".join(reloads.status_lines(state, language))
    assert not [row for row in rows if row not in text]
