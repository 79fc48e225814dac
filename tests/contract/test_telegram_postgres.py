"""The bot with its state, or its index, on a real PostgreSQL, which is killed and started again while people ask."""

from __future__ import annotations

import json
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
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


def settings(postgres: PostgresServer) -> dict[str, str]:
    return {
        "CHIDAO_DATABASE__URL": postgres.url.replace("+psycopg", ""),
        "CHIDAO_DATABASE__KEY": KEY,
        "CHIDAO_GAPS__TEXT": "true",
    }


def test_nothing_is_lost_while_the_database_is_away(
    postgres: PostgresServer, telegram: StrictServer, sample_home: Path
) -> None:
    with RunningBot(telegram, sample_home, **settings(postgres)) as bot:
        telegram.send_text(QUESTION, chat_id=81)
        [first] = telegram.wait_for(1, chat_id=81, timeout=60)
        postgres.kill()
        asked = [telegram.send_text(QUESTION, chat_id=chat) for chat in (81, 82, 83)]
        telegram.send_text("/language", chat_id=84)
        postgres.start()
        for each in asked:
            telegram.wait_for(2 if each.chat_id == 81 else 1, chat_id=each.chat_id, timeout=90)
        telegram.wait_for(1, chat_id=84, timeout=60)
        for chat, count in ((81, 2), (82, 1), (83, 1)):
            answers = [each["text"] for each in telegram.bot_messages(chat)]
            assert [ANSWER in text for text in answers] == [True] * count
        assert PASSWORD not in bot.log
        assert KEY not in bot.log
    assert first.ok
    assert telegram.violations() == []


def test_receipts_and_gaps_are_kept_there(postgres: PostgresServer, telegram: StrictServer, sample_home: Path) -> None:
    with RunningBot(telegram, sample_home, **settings(postgres)):
        telegram.send_text("Giá vàng hôm nay bao nhiêu?", chat_id=85)
        telegram.wait_for(1, chat_id=85, timeout=60)
        [refusal] = telegram.bot_messages(85)
        receipt = refusal["text"].rpartition(": ")[2].strip()
    told = run_chidao(sample_home, "why", receipt, "--json", **settings(postgres))
    assert json.loads(told.stdout)["receipt"] == receipt
    gaps = json.loads(run_chidao(sample_home, "gaps", "--json", **settings(postgres)).stdout)
    assert "Giá vàng hôm nay bao nhiêu?" in str(gaps)


def test_a_server_needs_a_key_that_is_set(postgres: PostgresServer, sample_home: Path) -> None:
    refused = run_chidao(
        sample_home,
        "bot",
        CHIDAO_TELEGRAM__TOKEN="1:x",
        CHIDAO_DATABASE__URL=postgres.url,
        CHIDAO_LANGUAGE="en",
    )
    assert refused.returncode == 2
    assert "CHIDAO_DATABASE__KEY" in refused.stderr
    assert PASSWORD not in refused.stderr


def test_a_bot_starts_without_the_server_tells_citizens_while_it_is_down_and_answers_when_it_is_there(
    postgres: PostgresServer, telegram: StrictServer, sample_home: Path, tmp_path: Path
) -> None:
    """In a home of its own that holds nothing."""
    given = {"CHIDAO_INDEX__BACKEND": "pgvector", "CHIDAO_INDEX__URL": postgres.fresh()}
    assert run_chidao(sample_home, "migrate", "pgvector", **given).returncode == 0
    postgres.kill()
    with RunningBot(telegram, tmp_path / "reader", **given) as bot:
        for change in (postgres.start, postgres.kill, postgres.start):
            change()
            before = len(telegram.bot_messages(86))
            telegram.send_text(QUESTION, chat_id=86)
            telegram.wait_for(before + 1, chat_id=86, timeout=60)
        answered, away, again = (each["text"] for each in telegram.bot_messages(86))
        assert ANSWER in answered
        assert away.startswith(AWAY)
        assert ANSWER in again
        assert PASSWORD not in bot.log
        assert "Traceback" not in bot.log
    assert telegram.violations() == []
