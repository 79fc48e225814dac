"""What the doctor makes of what services say."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.doctor.models import Health
from bot.doctor.services import MOST_SKEW, Account, _clock, look_at_bot, look_at_telegram
from tests.contract.fault_server import FaultServer, Reply, page


@pytest.mark.parametrize(
    ("seconds", "health"), [(0, Health.GOOD), (MOST_SKEW * 2, Health.WARNING), (-MOST_SKEW * 2, Health.WARNING)]
)
def test_a_clock_that_is_wrong_is_told(seconds: float, health: Health) -> None:
    [finding] = _clock(format_datetime(datetime.now(UTC) + timedelta(seconds=seconds)))
    assert finding.health is health


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_where_nobody_tells_the_time_nothing_is_said(date: str | None) -> None:
    assert list(_clock(date)) == []


@pytest.mark.parametrize(
    ("reply", "health", "seen"),
    [
        (page('{"ok": true, "lacking": []}'), Health.GOOD, "runs, and is ready"),
        (
            page('{"ok": false, "lacking": ["state", "telegram"]}', code=503),
            Health.FAILED,
            "not ready: state, telegram",
        ),
        (page("<html></html>"), Health.WARNING, "another program answers at port"),
        (page("[]"), Health.WARNING, "another program answers at port"),
    ],
)
def test_the_running_bot_is_asked_whether_it_is_ready(reply: Reply, health: Health, seen: str) -> None:
    with FaultServer() as server:
        server.on("/readyz", reply)
        [finding] = look_at_bot("127.0.0.1", int(server.url("").rpartition(":")[2]))
    assert finding.health is health
    assert seen in finding.lines("en")[0]


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        (401, "does not accept the token (401)"),
        (404, "does not accept the token (404)"),
        (502, "answers with an error (502)"),
    ],
)
def test_a_token_is_blamed_only_where_telegram_does_not_know_it(code: int, seen: str) -> None:
    with FaultServer() as server:
        server.on("/bot1:x/getMe", page("no", code=code))
        finding, clock = look_at_telegram(Account("1:x", server.url("/bot")))
    assert finding.health is Health.FAILED
    assert seen in finding.lines("en")[0]
    assert clock.what == "clock"
