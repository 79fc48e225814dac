"""The clock, which no server of ours sets wrong."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.doctor.models import Health
from bot.doctor.services import MOST_SKEW, _clock


@pytest.mark.parametrize(
    ("seconds", "health"), [(0, Health.GOOD), (MOST_SKEW * 2, Health.WARNING), (-MOST_SKEW * 2, Health.WARNING)]
)
def test_a_clock_that_is_wrong_is_told(seconds: float, health: Health) -> None:
    [finding] = _clock(format_datetime(datetime.now(UTC) + timedelta(seconds=seconds)))
    assert finding.health is health


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_where_nobody_tells_the_time_nothing_is_said(date: str | None) -> None:
    assert list(_clock(date)) == []
