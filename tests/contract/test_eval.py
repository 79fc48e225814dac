"""`chidao eval` as an evaluator and other programs use it: the real encoder, in processes of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.homes import ROOT, Chidao, run_chidao
from tests.unit.retrieval.evaluation.beir import beir_folder

FIGURES = {"ndcg@10", "recall@1", "recall@10", "mrr@10", "queries", "docs", "p50_ms", "p95_ms"}
ASIDE = {"ci95", "skipped_queries", "unknown_docs"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all: what is indexed for one test is there for the next."""
    return tmp_path_factory.mktemp("home") / "data"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return beir_folder(tmp_path_factory.mktemp("sets") / "chợ và cầu")


def figures(home: Path, *arguments: object) -> dict[str, Any]:
    result = run_chidao(home, "eval", *map(str, arguments), "--json")
    assert result.returncode == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_each_mode_gives_the_figures_under_the_folder_as_typed(home: Path, folder: Path, mode: str) -> None:
    [(name, found)] = figures(home, folder, "--mode", mode).items()
    assert name == str(folder)
    assert found.keys() == FIGURES | ASIDE
    assert (found["queries"], found["docs"]) == (2, 3)
    assert found["ndcg@10"] == found["recall@1"] == found["recall@10"] == found["mrr@10"] == 1
    assert 0 < found["p50_ms"] <= found["p95_ms"]


def test_questions_without_marks_are_searched_so(home: Path, folder: Path, tmp_path: Path) -> None:
    """Two documents that only marks tell apart."""
    alike = beir_folder(tmp_path, {"a": "Giá vé.", "b": "Giã vẽ."}, {"q": "Giã vẽ"}, {"q": {"b": 1}})
    lexical = (alike, "--mode", "lexical")
    assert figures(home, *lexical)[str(alike)]["recall@1"] == 1
    assert figures(home, *lexical, "--unmarked")[str(alike)]["recall@1"] == 0
    assert figures(home, folder, "--unmarked")[str(folder)]["recall@1"] == 1


def test_titles_can_be_left_out(home: Path, tmp_path: Path) -> None:
    questions, titles = {"q": "Lễ hội Hoa Phượng"}, {"cho": "Lễ hội Hoa Phượng"}
    folder = beir_folder(tmp_path, questions=questions, relevant={"q": {"cho": 1}}, titles=titles)
    lexical = (folder, "--mode", "lexical")
    assert figures(home, *lexical)[str(folder)]["recall@1"] == 1
    assert figures(home, *lexical, "--without-titles")[str(folder)]["recall@10"] == 0


def test_several_folders_have_a_macro_average_too(home: Path, folder: Path, tmp_path: Path) -> None:
    wrong = beir_folder(tmp_path, questions={"q": "Cầu Rào"}, relevant={"q": {"cho": 1}})
    report = figures(home, folder, wrong, folder, "--mode", "lexical")
    assert list(report) == [str(folder), str(wrong), "macro"]
    assert report["macro"]["recall@1"] == pytest.approx((1 + report[str(wrong)]["recall@1"]) / 2)
    assert report["macro"]["queries"] == 3


def test_a_broken_folder_is_named_and_the_others_measured(home: Path, folder: Path, tmp_path: Path) -> None:
    broken = beir_folder(tmp_path)
    (broken / "queries.jsonl").write_text('{"_id": "q1"}\n', encoding="utf-8")
    result = run_chidao(home, "eval", str(broken), str(folder), "--json", CHIDAO_LANGUAGE="en")
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert "queries.jsonl, line 1: not of the form" in report[str(broken)]["error"]
    assert report[str(broken)]["error"] in result.stderr
    assert report[str(folder)]["recall@1"] == 1


def test_a_run_is_written_and_another_compared_with_it(home: Path, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs" / "first"
    written = run_chidao(home, "eval", str(folder), "--mode", "lexical", "--out", str(out))
    assert written.returncode == 0, written.stderr
    assert {path.name for path in out.iterdir()} == {"eval.md", "eval.png", "eval.json", "run.jsonl"}
    assert written.stdout.strip() in (out / "eval.md").read_text(encoding="utf-8")
    assert json.loads((out / "eval.json").read_text(encoding="utf-8"))[str(folder)]["queries"] == 2
    assert (out / "eval.png").read_bytes().startswith(b"\x89PNG")
    assert len((out / "run.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    against = figures(home, folder, "--against", out, "--questions", 1)[str(folder)]["against"]
    assert (against["queries"], against["ndcg@10"]["difference"], against["ndcg@10"]["p"]) == (1, 0, 1)


def test_a_second_run_encodes_no_documents_and_the_home_serves_as_before(chidao: Chidao, tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    assert chidao("eval", str(folder)).returncode == 0
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["eval"]
    [indexed] = (tmp_path / "data" / "eval").iterdir()
    generations = list((indexed / "generations").iterdir())
    assert chidao("eval", str(folder), "--unmarked", "--mode", "dense").returncode == 0
    assert list((indexed / "generations").iterdir()) == generations
    state = json.loads(chidao("status", "--json").stdout)
    assert (state["generation"], state["stored"]) == (None, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "FOLDER"),
        (("x", "--mode", "best"), 2, "'best'"),
        (("x", "--questions", "0"), 2, "0"),
        (("x", "--against", "/nowhere"), 2, "/nowhere"),
        (("/nowhere",), 1, "/nowhere: không có thư mục này"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    result = run_chidao(home, "eval", *arguments)
    assert result.returncode == code
    assert told in result.stderr


def test_an_output_folder_that_cannot_be_made_is_named_before_the_work(home: Path, folder: Path) -> None:
    taken = folder / "corpus.jsonl" / "out"
    result = run_chidao(home, "eval", str(folder), "--out", str(taken))
    assert result.returncode == 1
    assert f"không ghi được vào {taken}" in result.stderr


def test_no_other_command_pays_for_the_libraries_of_evaluation() -> None:
    program = """
import sys
import bot.cli
print(sorted({"ir_measures", "matplotlib", "scipy", "retrieval.evaluation"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
