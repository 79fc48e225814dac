"""Answers held against gold ones, and the figures as programs and people read them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.answering.models import Answer, Citation, Status, cite
from bot.evaluation.measure import Outcome, Share, ask_all, figures_of
from bot.evaluation.questions import Gold, GoldSet
from bot.evaluation.report import figures_json, outcome_rows, table_lines
from corpus.resolve import Resolution, Verdict
from tests.factories import article

MARKET = article("Chợ Sắt mở cửa lúc năm giờ. Sáng nào cũng vậy.", title="Chợ Sắt")
BRIDGE = article("Cầu Rào được xây năm 1980.", title="Cầu Rào")
KNOWN = {each.id: each for each in (MARKET, BRIDGE)}
OPENS, DAILY, BUILT = cite(1, MARKET, 0, 27), cite(2, MARKET, 28, 46), cite(3, BRIDGE, 0, 26)
GOLD = Gold("q1", "Chợ Sắt mở cửa lúc nào?", "Năm giờ. Sáng", frozenset({MARKET.id}))
DIFFERS = Resolution(Verdict.DATE_DIFFERS, None)


def answer(*citations: Citation, ms: float = 10.0, about: Resolution | None = None) -> Answer:
    status = Status.NOT_FOUND if not citations else Status.REFERENCE if about else Status.ANSWERED
    return Answer("?", status, citations, "000001", "r", ms, about=about)


def outcome(*citations: Citation, gold: Gold = GOLD, about: Resolution | None = None) -> Outcome:
    return Outcome(gold, answer(*citations, about=about), proven=True)


def test_the_gold_answer_may_lie_across_sentences_that_follow_each_other():
    assert outcome(OPENS, DAILY).holds
    assert not outcome(OPENS).holds
    assert not outcome(OPENS, BUILT, DAILY).holds
    assert not outcome().holds


def test_precision_is_of_the_sentences_shown_and_recall_of_the_relevant_articles():
    both = replace(GOLD, relevant=frozenset({MARKET.id, "elsewhere"}))
    found = outcome(OPENS, DAILY, BUILT, gold=both)
    assert found.precision == pytest.approx(2 / 3)
    assert (found.recall, found.words) == (0.5, 17)
    assert (outcome().precision, outcome().recall, outcome().words) == (0.0, 0.0, 0)
    assert outcome(OPENS, gold=replace(GOLD, relevant=frozenset())).recall == 0.0


def test_a_wrong_date_told_is_a_correction_and_no_answer():
    assert outcome(BUILT, about=DIFFERS).corrected
    assert not outcome(BUILT, about=Resolution(Verdict.EXACT, None)).corrected
    assert not outcome(BUILT).corrected
    assert not outcome().corrected


def test_every_sentence_shown_is_held_against_the_stored_article():
    misquoted = replace(BUILT, quote="Cầu Rào được xây năm 1990.")
    given = GoldSet("s", 2, (GOLD,), (Gold("n1", "?"),))
    said = {GOLD.text: answer(OPENS), "?": answer(misquoted)}
    steps: list[tuple[int, int]] = []
    outcomes = ask_all(given, said.__getitem__, KNOWN.get, lambda done, total: steps.append((done, total)))
    assert [each.proven for each in outcomes] == [True, False]
    assert steps == [(1, 2), (2, 2)]
    figures = figures_of(given, "quote", outcomes)
    assert (figures.sentences, figures.unproven) == (2, 1)
    assert any("STANDS IN NO ARTICLE" in line for line in table_lines([figures], "en"))


def some_figures() -> Any:
    others = [Gold(f"n{n}", "?") for n in range(4)]
    given = GoldSet("a|b", 2, (GOLD, replace(GOLD, id="q2"), replace(GOLD, id="q3")), tuple(others), skipped=1, lost=2)
    outcomes = [
        outcome(OPENS, DAILY),
        outcome(BUILT, gold=given.answerable[1]),
        outcome(gold=given.answerable[2]),
        outcome(gold=others[0]),
        outcome(gold=others[1]),
        outcome(BUILT, gold=others[2], about=DIFFERS),
        outcome(BUILT, gold=others[3]),
    ]
    return figures_of(given, "quote", outcomes), outcomes


def test_refusals_count_as_misses_and_precision_is_of_what_was_answered():
    figures, _ = some_figures()
    means = {name: share["mean"] for name, share in _shares(figures).items()}
    assert means == {
        "shown": pytest.approx(1 / 3), "precision": 0.5, "recall": pytest.approx(1 / 3),
        "refused": pytest.approx(1 / 3), "unanswerable_refused": 0.5, "corrected": 0.25,
    }  # fmt: skip
    assert figures.words == (8.5, 10.75)  # of 11 and 6 words


def _shares(figures: Any) -> dict[str, Any]:
    names = ("shown", "precision", "recall", "refused", "unanswerable_refused", "corrected")
    return {name: {"mean": getattr(figures, name).mean} for name in names}


def test_a_share_has_an_interval_around_it_unless_it_is_of_one_question():
    share = Share.of([0.0, 1.0] * 50)
    assert share
    assert share.interval
    assert share.interval[0] < share.mean == 0.5 < share.interval[1]
    assert Share.of([1.0]) == Share(1.0, None)
    assert Share.of([]) is None


def test_the_json_has_a_set_with_its_modes():
    figures, _ = some_figures()
    got = json.loads(json.dumps(figures_json([figures, replace(figures, mode="llm")])))
    assert list(got) == ["a|b"]
    assert list(got["a|b"]) == ["quote", "llm"]
    quote = got["a|b"]["quote"]
    assert (quote["questions"], quote["unanswerable"], quote["docs"]) == (3, 4, 2)
    assert (quote["gold_shown"], quote["unanswerable_refused"], quote["unanswerable_corrected"]) == (
        0.333333,
        0.5,
        0.25,
    )
    assert (quote["answers_unproven"], quote["skipped_queries"], quote["lost_gold"]) == (0, 1, 2)
    assert quote["ci95"].keys() == {
        "gold_shown", "citation_precision", "citation_recall", "refused", "unanswerable_refused",
        "unanswerable_corrected",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_table_has_a_row_a_set_and_mode_and_notes_below(language: str):
    figures, _ = some_figures()
    none = figures_of(GoldSet("home", 2, ()), "quote", [])
    head, rule, first, second, *notes = table_lines([figures, none], language)
    assert {line.replace("\\|", "").count("|") for line in (head, rule, first, second)} == {17}
    assert first.startswith("| a\\|b | quote | 3 | 0.333 |")
    assert second.count("—") == 8
    assert len([note for note in notes if note]) == 3


def test_each_question_is_a_row_of_its_own():
    _, outcomes = some_figures()
    rows = [json.loads(json.dumps(row)) for row in outcome_rows("s", "quote", outcomes)]
    assert [row["_id"] for row in rows] == ["q1", "q2", "q3", "n0", "n1", "n2", "n3"]
    assert (rows[0]["holds"], rows[0]["shown"], rows[3]["holds"], rows[5]["corrected"]) == (
        True, f"{OPENS.quote}\n{DAILY.quote}", None, True
    )  # fmt: skip
