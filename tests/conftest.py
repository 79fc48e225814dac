"""For every test: no CHIDAO_* variable from outside, no network but this machine, properties that stay quick."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

# 40 examples a property: the whole suite in seconds. HYPOTHESIS_PROFILE=thorough for a longer look.
# The same examples every time: a commit is judged by what it changed. `thorough` looks for new ones.
settings.register_profile("chidao", deadline=None, max_examples=40, print_blob=True, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "chidao"))

_FOR_TESTS = frozenset({"CHIDAO_REQUIRE_SERVERS"})  # says what tests must run; no setting


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("CHIDAO_") and name not in _FOR_TESTS:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _closed_network() -> Iterator[None]:
    """Every way out of this process asks `_is_here` first; a test that calls out fails and reads why."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != getattr(socket, "AF_UNIX", None):
            _refuse_far(address[0])
        return call(self, address)

    return guarded


def _guarded_lookup(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *rest: Any, **options: Any) -> Any:
        _refuse_far(host)
        return call(host, *rest, **options)

    return guarded


def _refuse_far(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not _is_here(name):
        pytest.fail(f"a test called out to «{name}»; the network is closed, use a server on 127.0.0.1", pytrace=True)


def _is_here(host: str | None) -> bool:
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
