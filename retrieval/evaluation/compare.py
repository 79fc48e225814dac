"""How sure a figure is, and whether two runs over the same questions differ: resampling, with SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from retrieval.evaluation.measure import Values

RESAMPLES = 2_000  # the ends of an interval move by less than 0.001 between seeds, on 300 questions and more
FLIPS = 9_999  # of signs; the smallest p is then 0.0002, two-sided, the run itself counted as one of them
LEVEL = 0.95
_BATCH = 1_000  # resamples held at once; fewer are slower, more take memory
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric in this run and another: the other's mean, this one's minus it with its interval, and p.

    `p` is that of a two-sided randomisation test: how often chance alone, swapping the two runs question by question,
    makes a difference as large. Of several thousand tests for information retrieval it is the one that assumes least
    (Smucker, Allan and Carterette 2007).
    """

    other: float
    difference: float
    interval: Interval | None
    p: float


def interval(samples: Sequence[Values]) -> Interval | None:
    """The 95 % bootstrap interval of the mean of the sets' means; None where a set has a single question.

    Questions are drawn anew within each set. The same every time.
    """
    if min(map(len, samples)) < 2:
        return None
    drawn = stats.bootstrap(
        samples,
        _mean_of_means,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(drawn.confidence_interval.low), float(drawn.confidence_interval.high)


def _mean_of_means(*samples: Values, axis: int = -1) -> Values:
    return np.asarray(np.mean([sample.mean(axis=axis) for sample in samples], axis=0))


def difference(here: Values, other: Values) -> Difference:
    """Two runs compared, question by question."""
    gained = here - other
    return Difference(float(other.mean()), float(gained.mean()), interval([gained]), _randomised(gained))


def _randomised(gained: Values) -> float:
    moved = gained[gained != 0]  # to swap equal values changes nothing, and most are equal
    if len(moved) < 2:
        return 1.0
    test = stats.permutation_test(
        (moved,),
        np.sum,
        permutation_type="samples",  # of a single sample: the signs
        n_resamples=FLIPS,
        batch=_BATCH,
        vectorized=True,
        rng=np.random.default_rng(0),
    )
    return float(test.pvalue)
