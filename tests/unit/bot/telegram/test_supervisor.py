"""What systemd's environment says, and that nothing comes of a socket that is gone."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from bot.telegram.supervisor import Supervisor, supervisor_in


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"NOTIFY_SOCKET": ""}, None),
        ({"NOTIFY_SOCKET": "/run/systemd/notify"}, Supervisor("/run/systemd/notify", 0)),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "60000000"}, Supervisor("@x", 60)),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}, Supervisor("/x", 0)),
    ],
)
def test_it_is_found_where_there_is_one(environment: dict[str, str], found: Supervisor | None) -> None:
    assert supervisor_in(environment) == found


@pytest.mark.skipif(sys.platform != "linux", reason="such names are of Linux alone")
async def test_without_a_watchdog_it_is_told_once() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0chidao-test-supervisor")  # in no folder
        systemd.setblocking(False)
        async with Supervisor("@chidao-test-supervisor", 0).told():
            await asyncio.sleep(0)
        assert systemd.recv(100) == b"READY=1"
        with pytest.raises(BlockingIOError):
            systemd.recv(100)


async def test_one_that_is_gone_keeps_nobody_from_working() -> None:
    async with Supervisor("/nowhere/at/all", 0.001).told():
        await asyncio.sleep(0.01)
