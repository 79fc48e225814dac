"""Intervals and paired tests: known cases, and the same figures every time."""

import numpy as np
import pytest
from scipy import stats

from retrieval.evaluation.compare import difference, interval

HALF = np.array([0.0, 1.0] * 200)
CHANCE = np.random.default_rng(7)


def test_an_interval_of_a_share_is_the_one_statistics_knows() -> None:
    """Of 400 answers half are right: 0.5 with a standard error of 0.025."""
    low, high = interval([HALF]) or (0, 0)
    assert (low, high) == pytest.approx((0.451, 0.549), abs=0.004)
    assert interval([HALF]) == (low, high)


def test_an_interval_of_several_sets_counts_each_alike() -> None:
    """The mean of 0.5 and 1 is 0.75; all its doubt comes from the first."""
    assert interval([HALF, np.ones(10)]) == pytest.approx((0.7255, 0.7745), abs=0.003)


def test_a_single_question_has_no_interval() -> None:
    assert interval([np.ones(1)]) is None
    assert interval([HALF, np.ones(1)]) is None


def test_the_same_scores_do_not_differ() -> None:
    same = difference(HALF, HALF)
    assert (same.other, same.difference, same.interval, same.p) == (0.5, 0, (0, 0), 1)


def test_of_few_questions_every_swap_is_tried() -> None:
    """Five gains of five: 2 of the 32 ways to swap are as extreme."""
    assert difference(np.ones(5), np.zeros(5)).p == pytest.approx(2 / 32)
    assert difference(np.ones(1), np.zeros(1)).p == 1


def test_a_difference_has_its_sign_and_is_surer_with_more_questions() -> None:
    worse = np.where(CHANCE.random(400) < 0.1, 0.0, HALF)
    found = difference(worse, HALF)
    assert found.difference == pytest.approx(worse.mean() - 0.5)
    assert found.difference < 0
    assert found.interval is not None
    assert found.interval[0] < found.difference < found.interval[1] < 0
    assert found.p <= 0.001 < difference(worse[:40], HALF[:40]).p
    assert found == difference(worse, HALF)


def test_p_is_near_that_of_a_t_test() -> None:
    here, other = CHANCE.random(300), CHANCE.random(300)
    assert difference(here, other).p == pytest.approx(stats.ttest_rel(here, other).pvalue, abs=0.02)
