"""When a server is not asked."""

from datetime import date
from pathlib import Path

from bot.llm.guards import Breaker, Budget


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_try():
    now = [0.0]
    breaker = Breaker(3, 60.0, lambda: now[0])
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] = 61.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    now[0] = 90.0
    assert not breaker.allows()
    now[0] = 122.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()


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
