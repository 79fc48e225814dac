"""Stages are timed, each without those within it."""

from __future__ import annotations

import pytest

from bot.answering.work import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    now = [100.0]
    monkeypatch.setattr("bot.answering.work.time.perf_counter", lambda: now[0])
    return now


def test_a_stage_within_another_stops_its_time(clock: list[float]) -> None:
    watch = Stopwatch()
    with watch.stage("understand"):
        clock[0] += 1
        with watch.stage("search"):
            clock[0] += 10
        clock[0] += 2
    clock[0] += 50
    assert watch.seconds == {"search": 10, "understand": 3}


def test_one_that_comes_again_goes_on(clock: list[float]) -> None:
    watch = Stopwatch()
    for seconds in (1, 2):
        with watch.stage("search"):
            clock[0] += seconds
    assert watch.seconds == {"search": 3}


def test_one_that_fails_is_timed_and_the_outer_goes_on(clock: list[float]) -> None:
    watch = Stopwatch()

    def search() -> None:
        with watch.stage("search"):
            clock[0] += 1
            raise ValueError("x")

    with watch.stage("understand"):
        with pytest.raises(ValueError, match="x"):
            search()
        clock[0] += 5
    assert watch.seconds == {"search": 1, "understand": 5}
