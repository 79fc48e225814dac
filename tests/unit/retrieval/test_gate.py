"""The gate: what a candidate loses and wins, and when that is too much."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.models import Attachment
from retrieval.gate import OPEN_GATE, Change, Difference, Gate, GateReport, Outcome, difference
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import ARTICLES, CORRECTED, TICKET, TitleQuestions, add, forget, live, run_reload
from tests.unit.retrieval.homes import title_gate as gate_of

NOTHING = Difference()
TITLES = [one.title for one in ARTICLES]


def report(questions: int, before: int | None, right: int, tolerance: float = 0.0) -> GateReport:
    lost = tuple(Outcome(id=str(i), text="?", right=False) for i in range((before or right) - right))
    return GateReport(
        difference=NOTHING, tolerance=tolerance, questions=questions, right=right, before=before, lost=lost
    )


@pytest.mark.parametrize(
    ("questions", "before", "right", "tolerance", "passed"),
    [
        (10, 10, 10, 0.0, True),  # nothing lost
        (10, 9, 10, 0.0, True),  # one won
        (10, 10, 9, 0.0, False),  # one lost
        (10, 10, 9, 0.1, True),  # as much as is tolerated
        (10, 10, 8, 0.1, False),  # one more
        (100, 100, 71, 0.29, True),  # 0.29 times 100 is a little under 29 for a computer
        (100, 100, 70, 0.29, False),
        (3, 3, 2, 0.33, False),  # a third is more than 0.33
        (10, 0, 0, 0.0, True),  # never right, no loss
        (10, 10, 0, 1.0, True),  # all is tolerated
        (10, None, 0, 0.0, True),  # nothing to compare with
        (0, None, 0, 0.0, True),  # no questions
    ],
)
def test_the_gate_lets_through_what_loses_no_more_than_is_tolerated(questions, before, right, tolerance, passed):
    assert report(questions, before, right, tolerance).passed is passed


@given(st.data())
def test_a_tolerance_written_as_a_share_of_the_questions_tolerates_just_that_many(data):
    """One written with two decimals, of a hundred questions: 0.07 lets 7 be lost and not 8."""
    questions, share = 100, data.draw(st.integers(0, 99))
    assert report(questions, questions, questions - share, float(f"0.{share:02d}")).passed
    assert not report(questions, questions, questions - share - 1, float(f"0.{share:02d}")).passed


@pytest.fixture
def two(home):
    """A home that serves all articles but the last, with the generation open; the last article is stored too."""
    add(home, *ARTICLES[:-1])
    run_reload(home, gate=gate_of(*TITLES))
    with live(home) as opened:
        yield home, opened


def test_lost_and_won_are_named(two):
    home, before = two
    add(home, ARTICLES[-1])
    forget(home, ARTICLES[0])
    run_reload(home)
    with live(home) as after:
        judged = gate_of(*TITLES, tolerance=0.2).judge(NOTHING, after, before, forced=False)
    assert [each.id for each in judged.lost] == [TITLES[0]]
    assert [each.id for each in judged.won] == [TITLES[-1]]
    assert (judged.questions, judged.before, judged.right, judged.tolerance) == (5, 4, 4, 0.2)
    assert judged.passed  # one won against one lost
    assert [each.right for each in judged.outcomes] == [False, True, True, True, True]


def test_without_a_generation_served_there_is_nothing_to_lose(two):
    _, candidate = two
    judged = gate_of("không có").judge(NOTHING, candidate, None, forced=False)
    assert (judged.before, judged.right, judged.lost, judged.passed) == (None, 0, (), True)


def test_no_questions_pass(two):
    judged = OPEN_GATE.judge(NOTHING, two[1], two[1], forced=False)
    assert (judged.questions, judged.before, judged.outcomes, judged.passed) == (0, None, (), True)


def test_a_changed_model_is_compared_with_what_the_old_one_answered_then(two):
    """Its vectors cannot be asked with the new encoder; its own gate noted every outcome."""
    home, before = two
    forget(home, ARTICLES[0])
    gate = Gate(questions := TitleQuestions(TITLES[:2]))
    told = run_reload(home, HashEncoder("2"), gate=gate)
    assert questions.asked == ["candidate"]
    assert told.gate is not None
    assert [each.id for each in told.gate.lost] == [TITLES[0]]
    assert (told.blocked, told.generation) == (True, before.name)


def test_the_same_model_is_asked_again_and_both_answer_the_same_questions(two):
    home, before = two
    questions = TitleQuestions(TITLES)
    add(home, ARTICLES[-1])
    run_reload(home, gate=Gate(questions))
    assert questions.asked == ["candidate", before.name]


@pytest.mark.parametrize(
    "served", [None, b'{"difference": {}, "tolerance": 0, "questions": 0, "right": 0, "before": 0}']
)
def test_a_changed_model_with_no_outcomes_to_compare_with_passes(two, served):
    home, before = two
    run_reload(home, HashEncoder("2"))
    with live(home) as candidate:
        judged = gate_of(*TITLES).judge(NOTHING, candidate, replace(before, gate_report=served), forced=False)
    assert (judged.before, judged.passed) == (None, True)


def test_a_report_comes_back_from_its_json_and_takes_nothing_more(two):
    _, before = two
    judged = gate_of(*TITLES).judge(Difference(added=(Change(id="1", title="Một"),)), before, before, forced=True)
    assert GateReport.model_validate_json(judged.model_dump_json()) == judged
    with pytest.raises(ValidationError):
        Outcome.model_validate({"id": "1", "text": "?", "right": True, "later": 1})


# ------------------------------------------------------------------------------------------------------- difference

OLD, KEPT = article("Một.", title="Một"), article("Hai.", title="Hai")
NEW = article("Một, sửa.", title="Một")


def ids(found: Difference) -> tuple[list[str], list[tuple[str, str | None]], list[str]]:
    return (
        [each.id for each in found.added],
        [(each.id, each.before) for each in found.changed],
        [each.id for each in found.removed],
    )


@pytest.fixture
def serving(home):
    """A generation that serves OLD and KEPT."""
    add(home, OLD, KEPT)
    run_reload(home)
    with live(home) as opened:
        yield opened


@pytest.mark.parametrize(
    ("articles", "current_of", "expected"),
    [
        ([OLD, KEPT], {}, ([], [], [])),  # nothing changes
        ([OLD, KEPT, NEW], {}, ([NEW.id], [], [])),  # added
        ([KEPT], {}, ([], [], [OLD.id])),  # removed
        ([NEW, KEPT], {OLD.id: NEW.id}, ([], [(NEW.id, OLD.id)], [])),  # superseded
        ([NEW, KEPT], {}, ([NEW.id], [], [OLD.id])),  # the one in, the other out: no versions
        ([KEPT], {OLD.id: NEW.id}, ([], [], [OLD.id])),  # superseded by what was removed since
        ([KEPT], {OLD.id: KEPT.id}, ([], [], [OLD.id])),  # now an older version of one that is served already
        ([NEW], {OLD.id: NEW.id, KEPT.id: NEW.id}, ([], [(NEW.id, KEPT.id)], [OLD.id])),  # one for both
        ([OLD, KEPT], {"0" * 16: OLD.id}, ([], [], [])),  # of versions that were never served nothing is told
        ([], {}, ([], [], [OLD.id, KEPT.id])),
    ],
)  # fmt: skip
def test_what_changes_is_told_once_and_nothing_is_passed_over(serving, articles, current_of, expected):
    found = difference(serving, [each.listed for each in articles], current_of)
    added, changed, removed = ids(found)
    accounted = {*removed, *(before for _, before in changed if before)}
    assert {OLD.id, KEPT.id} - {each.id for each in articles} <= accounted
    assert len(found.changed) == len(expected[1])
    assert (added, sorted(accounted - {OLD.id, KEPT.id})) == (expected[0], [])
    assert len(removed) == len(expected[2])
    assert found.empty is not any(expected)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "https://haiphong.gov.vn/1"},
        {"issuer": "Sở Y tế"},
        {"attachments": (Attachment("a.pdf", "https://x.vn/a.pdf"),)},
    ],
)
def test_what_a_reader_sees_beside_the_text_counts_as_a_change(serving, change):
    found = difference(serving, [replace(OLD, **change).listed, KEPT.listed], {})
    assert ids(found) == ([], [(OLD.id, OLD.id)], [])


def test_where_nothing_is_served_all_is_new():
    assert ids(difference(None, [OLD.listed, KEPT.listed], {"0" * 16: OLD.id})) == ([OLD.id, KEPT.id], [], [])
    assert difference(None, [], {}).empty


def test_a_correction_in_the_store_is_a_change_of_what_is_served(home):
    add(home, TICKET)
    run_reload(home)
    with live(home) as opened:
        assert ids(difference(opened, [CORRECTED.listed], {TICKET.id: CORRECTED.id})) == (
            [], [(CORRECTED.id, TICKET.id)], [],
        )  # fmt: skip
