"""`chidao eval --answers` as an evaluator and other programs use it: the real encoder, in processes of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.eval.questions import GOLDEN, UNANSWERABLE
from tests.homes import run_chidao
from tests.unit.retrieval.evaluation.beir import DOCUMENTS, beir_folder, write_lines

FIGURES = {
    "questions", "unanswerable", "docs", "gold_shown", "citation_precision", "citation_recall", "refused",
    "unanswerable_refused", "unanswerable_corrected", "words_median", "words_p95", "p50_ms", "p95_ms", "sentences",
    "answers_unproven", "answers_written", "skipped_queries", "lost_gold", "ci95",
}  # fmt: skip
ANSWERS = {"q1": "5 giờ sáng", "q2": "bộ phận một cửa"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "data"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {**DOCUMENTS, "cho": "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."}
    made = beir_folder(tmp_path_factory.mktemp("sets") / "chợ", documents)
    rows = map(json.loads, (made / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    write_lines(made / "queries.jsonl", [json.dumps({**row, "answer": ANSWERS[row["_id"]]}) for row in rows])
    return made


@pytest.fixture(scope="module")
def unanswerable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("questions") / "no.jsonl"
    write_lines(file, [json.dumps({"_id": "n1", "text": "Giá vàng hôm nay bao nhiêu?"})])
    return file


def figures(home: Path, *arguments: object) -> dict[str, Any]:
    result = run_chidao(home, "eval", "--answers", *map(str, arguments), "--json")
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("typed", [(), ("--unmarked",)])
def test_a_folder_is_asked_over_its_own_corpus(home: Path, folder: Path, unanswerable: Path, typed: tuple[str]) -> None:
    [(name, modes)] = figures(home, folder, "--unanswerable", unanswerable, *typed).items()
    assert name == str(folder)
    found = modes["quote"]
    assert found.keys() == FIGURES
    assert (found["questions"], found["unanswerable"], found["docs"]) == (2, 1, 3)
    assert found["gold_shown"] == found["citation_precision"] == found["citation_recall"] == 1
    assert (found["refused"], found["unanswerable_refused"], found["answers_unproven"]) == (0, 1, 0)
    assert 0 < found["p50_ms"] <= found["p95_ms"]


def test_golden_files_and_unanswerable_questions_are_asked_of_the_home(sample_home: Path) -> None:
    found = figures(sample_home, GOLDEN, "--questions", 20)[str(GOLDEN)]["quote"]
    assert (found["questions"], found["unanswerable"], found["docs"], found["lost_gold"]) == (20, 40, 19, 0)
    assert found["gold_shown"] > 0.4
    alone = figures(sample_home, "--unanswerable", UNANSWERABLE)["home"]["quote"]
    assert (alone["questions"], alone["gold_shown"], alone["unanswerable"]) == (0, None, 80)
    assert alone["unanswerable_refused"] > 0.5


def test_table_figures_and_every_answer_are_written(home: Path, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    result = run_chidao(home, "eval", "--answers", str(folder), "--out", str(out))
    assert result.returncode == 0, result.stderr
    assert {path.name for path in out.iterdir()} == {"answers.md", "answers.json", "answers.jsonl"}
    assert result.stdout.strip() in (out / "answers.md").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["_id"], row["holds"], row["proven"]) for row in rows] == [("q1", True, True), ("q2", True, True)]


def test_a_set_that_cannot_be_asked_is_named_and_the_others_measured(home: Path, folder: Path, tmp_path: Path) -> None:
    result = run_chidao(home, "eval", "--answers", str(tmp_path / "none"), str(folder), "--json", CHIDAO_LANGUAGE="en")
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert "no such folder" in report[str(tmp_path / "none")]["error"]
    assert report[str(folder)]["quote"]["gold_shown"] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give a FOLDER"),
        (["--answers"], "give a FOLDER"),
        ([".", "--unanswerable", __file__], "--unanswerable wants --answers"),
        ([".", "--answers", "--against", "."], "--against is not for --answers"),
    ],
)
def test_what_does_not_go_together_is_told(home: Path, arguments: list[str], told: str) -> None:
    result = run_chidao(home, "eval", *arguments)
    assert (result.returncode, told in result.stderr) == (2, True)
