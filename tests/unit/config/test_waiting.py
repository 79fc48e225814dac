"""How long a server is waited for."""

import pytest

from config.waiting import Breaker, retry_after


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


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("", 0.0), ("3", 3.0), ("0", 0.0), ("99999999", 86_400.0), ("-3", 0.0), ("1e9", 0.0), ("9" * 400, 0.0),
     ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_how_long_a_server_wants_to_be_left(told, seconds):
    assert retry_after(told) == seconds
