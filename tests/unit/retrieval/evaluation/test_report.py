"""Figures as JSON, as a table and as a picture."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from retrieval.evaluation.plot import write_plot
from retrieval.evaluation.report import MACRO, Figures, figures_json, figures_of, macro_of, table_lines
from retrieval.evaluation.runs import RUN, read_run, write_run
from tests.unit.retrieval.evaluation.test_runs import evaluated

GOOD, POOR = evaluated("aaaaab", "sets/good"), replace(evaluated("bb----", "sets/poor"), digest="other")


def compared(tmp_path: Path) -> Figures:
    write_run(tmp_path / RUN, [evaluated("abbbbb", "sets/good")])
    return figures_of(GOOD, read_run(tmp_path))


def test_the_json_has_what_programs_rely_on() -> None:
    found = figures_json(figures_of(GOOD, None))
    assert found["recall@1"] == pytest.approx(5 / 6, abs=1e-6)
    assert (found["recall@10"], found["queries"], found["docs"]) == (1, 6, 2)
    assert (found["p50_ms"], found["p95_ms"]) == (4.5, 6.75)
    low, high = found["ci95"]["recall@1"]
    assert low <= found["recall@1"] <= high
    assert "against" not in found


def test_the_json_tells_the_difference_to_another_run(tmp_path: Path) -> None:
    against = figures_json(compared(tmp_path))["against"]
    assert against["queries"] == 6
    assert against["recall@1"]["other"] == pytest.approx(1 / 6, abs=1e-6)
    assert against["recall@1"]["difference"] == pytest.approx(4 / 6, abs=1e-6)
    assert against["recall@1"]["p"] == pytest.approx(2 / 16)


def test_every_set_counts_alike_in_the_macro_average() -> None:
    few = replace(POOR, rankings=POOR.rankings[:2], values={name: found[:2] for name, found in POOR.values.items()})
    macro = macro_of([GOOD, few])
    assert macro.means["mrr@10"] == pytest.approx((GOOD.mean("mrr@10") + 0.5) / 2)
    assert (macro.name, macro.queries, macro.documents) == (MACRO, 8, 4)


def test_the_table_is_markdown_with_notes_below() -> None:
    lines = table_lines([figures_of(GOOD, None), replace(figures_of(POOR, None), skipped=2, unknown=3)], "en")
    assert lines[0].startswith("| set | questions | documents | nDCG@10 | 95 % | recall@1 |")
    assert lines[2].startswith("| sets/good | 6 | 2 | 0.938 | ")
    assert len({line.count("|") for line in lines[:4]}) == 1
    assert lines[4:] == [
        "",
        "- sets/poor: 2 questions have no relevant document and were left out.",
        "- sets/poor: 3 judgements name documents that the corpus has not; they count as not found.",
    ]


def test_the_table_shows_differences_where_there_are_any(tmp_path: Path) -> None:
    lines = table_lines([compared(tmp_path), figures_of(POOR, None), macro_of([GOOD, POOR])], "vi")
    assert lines[0].endswith("| Δ nDCG@10 | 95 % | p |")
    assert "| +0.246 | +0." in lines[2]
    assert lines[3].endswith("|  |  |  |")
    assert len({line.count("|") for line in lines}) == 1


def test_a_single_question_has_no_interval_to_show() -> None:
    one = replace(GOOD, rankings=GOOD.rankings[:1], values={name: found[:1] for name, found in GOOD.values.items()})
    assert "| 1.000 | — | 1.000 |" in table_lines([figures_of(one, None)], "vi")[2]


def test_the_picture_is_drawn_for_one_set_and_for_many(tmp_path: Path) -> None:
    rows = [compared(tmp_path), replace(figures_of(POOR, None), name="một/tên/" + "rất_dài_" * 20)]
    for count, shown in ((1, rows[:1]), (13, [*rows * 6, macro_of([GOOD, POOR])])):
        write_plot(tmp_path / "eval.png", shown, "hybrid · câu hỏi bỏ dấu")
        with Image.open(tmp_path / "eval.png") as image:
            width, height = image.size
            colours = image.convert("RGB").resize((90, 40)).getcolors(90 * 40)
        assert colours is not None
        assert len(colours) > 10
        assert width == 1350
        assert height == pytest.approx(150 * (1.7 + 0.55 * count), abs=2)
