"""One strict server for all tests of a process, emptied for each."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from telegram import Bot

from tests.botapi.client import StrictServer

Caller = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def _server() -> Iterator[StrictServer]:
    with StrictServer() as started:
        yield started


@pytest.fixture(scope="session")
def _client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture
def telegram(_server: StrictServer) -> StrictServer:
    """The server, knowing nothing."""
    _server.reset(bot_too=True)
    return _server


@pytest.fixture
def call(telegram: StrictServer, _client: httpx.Client) -> Caller:
    """A call with a JSON body as nobody's library would send it."""

    def made(method: str, /, **parameters: Any) -> dict[str, Any]:
        answer = _client.post(f"{telegram.base_url}{telegram.token}/{method}", json=parameters)
        body: dict[str, Any] = answer.json()
        assert answer.status_code == (200 if body["ok"] else body["error_code"])
        return body

    return made


@pytest.fixture
async def bot(telegram: StrictServer) -> AsyncIterator[Bot]:
    """python-telegram-bot, talking to the server."""
    async with Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as made:
        yield made
