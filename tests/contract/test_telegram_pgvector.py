"""The bot with its index on a real PostgreSQL, in a home of its own that holds nothing, while that server falls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi.client import StrictServer
from tests.contract import postgres_server
from tests.contract.postgres_server import PASSWORD, PostgresServer
from tests.contract.running_bot import ANSWER, QUESTION, RunningBot
from tests.homes import run_chidao

_REASON = postgres_server.available()
pytestmark = [pytest.mark.skipif(_REASON is not None, reason=_REASON or ""), pytest.mark.timeout(300)]
AWAY = "Tạm thời chưa trả lời được."


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


def test_a_bot_starts_without_the_server_tells_citizens_while_it_is_down_and_answers_when_it_is_there(
    postgres: PostgresServer, telegram: StrictServer, sample_home: Path, tmp_path: Path
) -> None:
    settings = {"CHIDAO_INDEX__BACKEND": "pgvector", "CHIDAO_INDEX__URL": postgres.fresh()}
    assert run_chidao(sample_home, "migrate", "pgvector", **settings).returncode == 0
    postgres.kill()
    with RunningBot(telegram, tmp_path / "reader", **settings) as bot:
        for change in (postgres.start, postgres.kill, postgres.start):
            change()
            before = len(telegram.bot_messages(81))
            telegram.send_text(QUESTION, chat_id=81)
            telegram.wait_for(before + 1, chat_id=81, timeout=60)
        answered, away, again = (each["text"] for each in telegram.bot_messages(81))
        assert ANSWER in answered
        assert away.startswith(AWAY)
        assert ANSWER in again
        assert PASSWORD not in bot.log
        assert "Traceback" not in bot.log
    assert telegram.violations() == []
