"""Runs as files: what is written is compared question by question, whatever became of the folder's name."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import InputError
from retrieval.evaluation.measure import METRICS, Ranking
from retrieval.evaluation.runs import RUN, Evaluated, read_run, write_run
from retrieval.evaluation.sets import Asked, Document, QuestionSet

ASKED = QuestionSet(
    (Document("a", "", "x"), Document("b", "", "y")), tuple(Asked(f"q{n}", "?", {"a": 1}) for n in range(6))
)


def evaluated(found: str, name: str = "sets/một", asked: QuestionSet = ASKED) -> Evaluated:
    """A run in which the nth question found the nth of these documents and then the other one, or nothing ("-")."""
    ranked = {"a": ("a", "b"), "b": ("b", "a"), "-": ()}
    rankings = [
        Ranking(q.id, ranked[one], 2.0 + at) for at, (q, one) in enumerate(zip(asked.questions, found, strict=False))
    ]
    return Evaluated.of(name, ASKED.digest, asked, rankings)


def test_means_are_those_of_the_questions() -> None:
    each = evaluated("aaabb-")
    assert each.mean("recall@1") == 0.5
    assert each.mean("mrr@10") == pytest.approx(4 / 6)
    assert each.milliseconds(50) == 4.5
    assert each.interval("recall@10") is not None


def test_a_run_that_is_written_and_read_does_not_differ_from_itself(tmp_path: Path) -> None:
    each = evaluated("abab-a")
    write_run(tmp_path / RUN, [each])
    for path in (tmp_path, tmp_path / RUN):
        compared, differences = read_run(path).compare(each)
        assert compared == 6
        assert [(differences[metric].difference, differences[metric].p) for metric in METRICS] == [(0, 1)] * 4


def test_two_runs_are_compared_over_the_questions_both_asked(tmp_path: Path) -> None:
    """The earlier run asked all six, the later one four, from a folder that has moved."""
    write_run(tmp_path / RUN, [evaluated("bbbbbb")])
    later = evaluated("aaaa", "elsewhere/một", replace(ASKED, questions=ASKED.questions[1:5]))
    compared, differences = read_run(tmp_path).compare(later)
    assert compared == 4
    assert (differences["recall@1"].other, differences["recall@1"].difference) == (0, 1)
    assert differences["recall@1"].p == pytest.approx(2 / 16)


def test_equal_questions_in_two_folders_are_told_apart_by_name(tmp_path: Path) -> None:
    write_run(tmp_path / RUN, [evaluated("aaaaaa", "one"), evaluated("------", "two")])
    run = read_run(tmp_path)
    assert run.compare(evaluated("aaaaaa", "one"))[1]["mrr@10"].difference == 0
    assert run.compare(evaluated("aaaaaa", "two"))[1]["mrr@10"].difference == 1


def test_other_questions_are_not_compared(tmp_path: Path) -> None:
    write_run(tmp_path / RUN, [replace(evaluated("aaaaaa"), digest="another")])
    assert read_run(tmp_path).compare(evaluated("aaaaaa")) == (0, {})


@pytest.mark.parametrize("line", ["{", "[]", '{"set": "a", "questions": "d", "query": "q", "scores": {"mrr@10": 1}}'])
def test_what_is_no_run_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    write_run(tmp_path / RUN, [evaluated("aaaaaa")])
    with (tmp_path / RUN).open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(InputError, match=r"run.jsonl, line 7: not a run"):
        read_run(tmp_path)


def test_a_folder_without_a_run_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the run .*--out"):
        read_run(tmp_path)
