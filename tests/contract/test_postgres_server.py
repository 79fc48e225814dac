"""The harness itself: a killed server loses its connections and what was not committed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.contract import postgres_server
from tests.contract.postgres_server import PostgresServer, PostgresServerError

_REASON = postgres_server.available()
pytestmark = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def _connect(server: PostgresServer) -> psycopg.Connection:
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


def test_what_was_committed_survives_a_kill_and_nothing_else(postgres: PostgresServer):
    with _connect(postgres) as kept:
        kept.execute("create table questions (text text)")
        kept.execute("insert into questions values ('Đăng ký khai sinh ở đâu?')")
    broken = _connect(postgres)
    broken.execute("begin")
    broken.execute("insert into questions values ('chưa ghi')")

    postgres.kill()

    with pytest.raises(psycopg.OperationalError):
        broken.execute("select 1")
    broken.close()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        _connect(postgres)
    postgres.start()
    with _connect(postgres) as again:
        assert again.execute("select upper(text) from questions").fetchall() == [("ĐĂNG KÝ KHAI SINH Ở ĐÂU?",)]


def test_a_wrong_password_is_refused(postgres: PostgresServer):
    url = postgres.url.replace("+psycopg", "").replace(postgres_server.PASSWORD, "guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_a_server_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres_server, "_programs", lambda: None)
    assert "postgres_programs/requirements.txt" in (postgres_server.available({}) or "")
    assert postgres_server.available({"CHIDAO_REQUIRE_SERVERS": "1"}) is None
    with pytest.raises(PostgresServerError, match="postgres_programs"), PostgresServer():
        pass
