"""Many people at once: nothing lost, nothing twice, in order; with faults and kills at most twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bench.telegram_load import Load, Report, run_load, table

SMALL = Load(users=20, questions=5, seconds=6, hang=2.5, patience=20, settings={"CHIDAO_TELEGRAM__TIMEOUT": "2"})


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own: the server of each test counts its updates from the same number on."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


def run(home: Path, load: Load) -> Report:
    log = home.parent / "log"
    report = run_load(home, log, load)
    told = f"{table(report)}\n{log.read_text('utf-8')[-2000:]}"
    assert (report.asked, report.lost, report.out_of_order, report.violations) == (100, 0, 0, 0), told
    return report


def test_each_question_is_answered_once(home: Path):
    report = run(home, SMALL)
    assert (report.answered, report.told, report.twice) == (100, 0, 0)


def test_with_faults_none_is_lost(home: Path):
    report = run(home, replace(SMALL, faults=0.05))
    assert report.answered + report.told == 100
    assert report.twice == 0  # none of these faults carries a call out


def test_where_answers_are_lost_and_the_bot_is_killed_none_comes_more_than_twice(home: Path):
    report = run(home, replace(SMALL, lost_answers=0.1, kills=2))
    assert report.answered + report.told == 100
    assert report.most <= 2
    assert "unexplained" not in report.reasons
