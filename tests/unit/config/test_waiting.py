"""How long a server is waited for."""

import socket
from types import SimpleNamespace

import httpx
import pytest

from config.waiting import Breaker, Deadline, retry_after


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


def test_a_connection_that_is_made_too_late_is_of_no_use():
    here, there = socket.socketpair()
    with here, there, Deadline(0) as deadline:
        made = SimpleNamespace(get_extra_info=lambda _name: here)
        deadline.watch("connection.connect_tcp.complete", {"return_value": made})
        assert there.recv(1) == b""


def test_a_reply_that_the_end_of_its_time_cuts_off_is_not_taken_for_a_whole_one():
    with Deadline(0) as deadline:
        for chunks in ([], [b"half"]):
            with pytest.raises(httpx.ReadTimeout):
                list(deadline.within(iter(chunks)))
    with Deadline(60) as deadline:
        assert list(deadline.within(iter([b"a", b"b"]))) == [b"a", b"b"]


def test_when_time_is_over_no_connection_is_begun_and_what_is_open_can_be_closed():
    """An error of ours in any other step would keep the library from closing what it has."""
    with Deadline(0) as deadline:
        deadline.watch("http11.response_closed.started", {})
        deadline.watch("http11.receive_response_body.failed", {})
        with pytest.raises(httpx.ReadTimeout):
            deadline.watch("connection.connect_tcp.started", {})


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("", 0.0), ("3", 3.0), ("0", 0.0), ("99999999", 86_400.0), ("-3", 0.0), ("1e9", 0.0), ("9" * 400, 0.0),
     ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_how_long_a_server_wants_to_be_left(told, seconds):
    assert retry_after(told) == seconds
