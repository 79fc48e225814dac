"""`chidao eval` as it is typed: real encoder, real indexes, small sets."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.homes import run_chidao
from tests.unit.retrieval.evaluation.beir import beir_folder

FIGURES = {"ndcg@10", "recall@1", "recall@10", "mrr@10", "queries", "docs", "p50_ms", "p95_ms"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return beir_folder(tmp_path / "set")


def evaluated(home: Path, *arguments: object) -> dict[str, Any]:
    done = run_chidao(home, "eval", *map(str, arguments), "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize("options", [(), ("--unmarked",), ("--mode", "lexical"), ("--mode", "dense", "--unmarked")])
def test_the_figures_of_a_set_stand_under_its_folder_as_typed(tmp_path, folder, options):
    figures = evaluated(tmp_path / "home", folder, *options)
    assert list(figures) == [str(folder)]
    assert figures[str(folder)].keys() >= FIGURES
    assert figures[str(folder)]["ndcg@10"] == 1.0
    assert (figures[str(folder)]["queries"], figures[str(folder)]["docs"]) == (2, 3)


def test_several_sets_have_a_mean(tmp_path, folder):
    other = beir_folder(tmp_path / "other", relevant={"q1": {"cau": 1}, "q2": {"phep": 1}})
    figures = evaluated(tmp_path / "home", folder, other)
    means = [figures[key]["ndcg@10"] for key in (str(folder), str(other))]
    assert figures["macro"]["ndcg@10"] == pytest.approx(sum(means) / 2, abs=1e-3)


def test_a_folder_that_is_no_set_is_named_and_the_others_go_on(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    done = run_chidao(tmp_path / "home", "eval", str(tmp_path / "empty"), str(folder), "--json")
    assert done.returncode == 1
    figures = json.loads(done.stdout)
    assert "corpus.jsonl" in figures[str(tmp_path / "empty")]["error"]
    assert figures[str(folder)]["ndcg@10"] == 1.0


def test_a_run_is_kept_and_another_compared_with_it(tmp_path, folder):
    kept = tmp_path / "run"
    evaluated(tmp_path / "home", folder, "--out", kept)
    assert {path.name for path in kept.iterdir()} == {"eval.md", "eval.png", "eval.json", "run.jsonl"}
    done = run_chidao(tmp_path / "home", "eval", str(folder), "--mode", "lexical", "--against", str(kept))
    assert done.returncode == 0, done.stderr
    assert "| p" in done.stdout or "p |" in done.stdout


def test_measuring_leaves_the_home_as_it_is(tmp_path, folder):
    home = tmp_path / "home"
    evaluated(home, folder)
    assert [path.name for path in home.iterdir()] == ["eval"]
