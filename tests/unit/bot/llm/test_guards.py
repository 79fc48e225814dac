"""When a server is not asked."""

from datetime import date
from pathlib import Path

from bot.llm.guards import Budget


def test_a_day_has_its_tokens_and_the_next_day_new_ones(tmp_path: Path):
    day = [date(2026, 11, 25)]
    budget = Budget(tmp_path / "spent.sqlite", 100, lambda: day[0])
    other = Budget(tmp_path / "spent.sqlite", 100, lambda: day[0])
    assert budget.take(60)
    assert not other.take(60)
    budget.give_back(30)
    assert other.take(60)
    day[0] = date(2026, 11, 26)
    assert budget.take(100)
    assert not budget.take(1)


def test_no_tokens_are_spent_that_cannot_be_counted(tmp_path: Path):
    budget = Budget(tmp_path / "no such folder" / "spent.sqlite", 100)
    assert not budget.take(1)
    budget.give_back(1)
    assert not Budget(tmp_path / "spent.sqlite", 0).take(1)
