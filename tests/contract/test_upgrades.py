"""Homes of every released version: today's code reads all that is in them; and leaves alone what a newer one wrote."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text

from bot.receipts import store as receipts
from bot.state import database as state_database
from bot.state import schema
from bot.state.database import open_database
from bot.state.keyring import Keyring
from bot.state.store import State, open_state
from bot.state.watches import Watch
from config.errors import HomeError
from corpus.generation import Home
from corpus.schema import SCHEMA_VERSION
from tests.contract import postgres_server
from tests.contract.postgres_server import PostgresServer
from tests.data.released import make
from tests.homes import ROOT, run_chidao

RELEASED = ROOT / "tests" / "data" / "released"
VERSIONS = sorted(folder.name for folder in RELEASED.iterdir() if folder.is_dir() and not folder.name.startswith("_"))
DATABASES = ("articles", "asked", "state")
AFTERWARDS = {  # what each says of itself once today's code has opened it
    "articles": ("PRAGMA user_version", SCHEMA_VERSION),
    "asked": ("PRAGMA user_version", receipts.VERSION),
    "state": ("SELECT version_num FROM alembic_version", state_database.VERSION),
}
KEPT = {"CHIDAO_RECEIPTS__DAYS": "3650", "CHIDAO_GAPS__DAYS": "3650"}  # what is in there grows old


def test_every_released_version_has_its_folder() -> None:
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert {*released, "0.1.0"} <= set(VERSIONS)
    wanted = [RELEASED / version / f"{name}.sql" for version in VERSIONS for name in DATABASES]
    assert [path for path in wanted if not path.exists()] == []


def home_of(version: str, path: Path) -> Home:
    """A home as that version left it, without generations."""
    path.mkdir()
    for name in DATABASES:
        with closing(sqlite3.connect(path / f"{name}.sqlite")) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript((RELEASED / version / f"{name}.sql").read_text("utf-8"))
    return Home(path)


@pytest.fixture(params=VERSIONS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return home_of(request.param, tmp_path / "data")


def told(home: Home, *arguments: str) -> Any:
    """What a command says as JSON."""
    done = run_chidao(home.path, *arguments, "--json", **make.SETTINGS, **KEPT)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def asked(home: Home, sql: str, database: str) -> list[Any]:
    with closing(sqlite3.connect(home.path / f"{database}.sqlite")) as db:
        return [row[0] for row in db.execute(sql)]


def test_the_commands_read_all_of_it(home: Home) -> None:
    answered, unanswered = asked(home, "SELECT id FROM receipts ORDER BY rowid", "asked")
    assert [each["id"] for each in told(home, "list")] == [make.CORRECTED.id]
    shown = told(home, "show", make.CORRECTED.id)
    assert (shown["text"], shown["issuer"]) == (make.CORRECTED.text, make.CORRECTED.issuer)
    assert [each["id"] for each in shown["versions"]] == [make.BEFORE.id]
    before = told(home, "show", make.BEFORE.id)
    assert (before["text"], before["superseded_by"]) == (make.BEFORE.text, make.CORRECTED.id)

    assert [each["id"] for each in told(home, "reload")["added"]] == [make.CORRECTED.id]
    answer = told(home, "ask", make.ASKED)
    assert [each["quote"] for each in answer["citations"]] == [make.CORRECTED.text]
    for receipt, status in ((answered, "answered"), (unanswered, "not_found")):
        why = told(home, "why", receipt)
        assert (why["status"], why["replay"]["same"]) == (status, True)
    assert make.UNANSWERED in json.dumps(told(home, "gaps"), ensure_ascii=False)

    assert [each for each in told(home, "doctor") if each["health"] == "failed"] == []
    assert {name: asked(home, sql, name) for name, (sql, _) in AFTERWARDS.items()} == {
        name: [version] for name, (_, version) in AFTERWARDS.items()
    }


@pytest.fixture
def state(home: Home) -> Iterator[State]:
    database = open_database(None, home.state)
    with closing(open_state(database, Keyring(make.KEY), make.BOT, 365, lambda: make.MOMENT + 60)) as opened:
        yield opened


def test_the_bot_reads_all_of_its_state(home: Home, state: State) -> None:
    receipt = asked(home, "SELECT id FROM receipts ORDER BY rowid", "asked")[0]
    assert state.people.language(make.CITIZEN) == "en"
    [turn] = state.conversations.turns(make.CITIZEN)
    assert (turn.question, turn.receipt) == (make.ASKED, receipt)
    assert state.replies.to(make.CITIZEN, 7) == [8, 9]
    assert [(each.receipt, each.right, each.reason) for each in state.feedback.all()] == [(receipt, False, "giá cũ")]
    assert state.watches.all() == [Watch(make.OFFICER, make.WATCHED, "vi", frozenset({"d1"}))]
    [action] = state.audit.all([make.OFFICER])
    assert (action.person, action.action, action.detail) == (make.OFFICER, "reload", "000001")
    [chat] = state.inbox.waiting_chats()
    pending = state.inbox.claim(chat)
    assert pending is not None
    assert pending.payload == b"{}"


def test_the_migrations_end_where_the_code_says() -> None:
    assert scripts().get_heads() == [state_database.VERSION]


# --------------------------------------------------------------------------------------- what a newer version wrote
NEWER = {
    "articles": ("PRAGMA user_version = 99", ("list",)),
    "asked": ("PRAGMA user_version = 99", ("gaps",)),
    "state": ("UPDATE alembic_version SET version_num = '9999'", ("doctor",)),
}


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    home, (change, arguments) = home_of(VERSIONS[-1], tmp_path / "data"), NEWER[name]
    path = home.path / f"{name}.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(change)
    before = path.read_bytes()
    done = run_chidao(home.path, *arguments, **make.SETTINGS)
    assert done.returncode == 1
    assert "upgrade chidao" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before
    assert [each.name for each in home.path.iterdir() if "damaged" in each.name] == []


def test_an_answer_is_given_where_a_newer_version_wrote_the_receipts(tmp_path: Path) -> None:
    home = home_of(VERSIONS[-1], tmp_path / "data")
    told(home, "reload")
    with closing(sqlite3.connect(home.asked, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")
    before = home.asked.read_bytes()
    assert told(home, "ask", make.ASKED)["status"] == "answered"
    assert home.asked.read_bytes() == before


def test_the_doctor_names_articles_of_a_newer_version_and_goes_on(tmp_path: Path) -> None:
    home = home_of(VERSIONS[-1], tmp_path / "data")
    told(home, "reload")
    with closing(sqlite3.connect(home.store, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")
    done = run_chidao(home.path, "doctor", "--json", **make.SETTINGS)
    found = {each["what"]: each for each in json.loads(done.stdout)}
    assert (done.returncode, found["reload"]["health"]) == (1, "failed")
    assert "upgrade chidao" in found["reload"]["seen"]
    assert "LLM" in found


# ------------------------------------------------------------------------------------------------------ on a server
_REASON = postgres_server.available()
needs_postgres = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.state:migrations")
    return config


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrations())


@needs_postgres
@pytest.mark.parametrize("revision", ["base", *sorted(each.revision for each in scripts().walk_revisions())])
def test_a_state_of_any_revision_becomes_one_of_today(postgres: PostgresServer, revision: str) -> None:
    url, config = postgres.fresh(), migrations()
    engine = create_engine(url)
    if revision != "base":
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    open_database(url, Path("/nowhere")).close()
    whole = MetaData()
    for table in (*schema.metadata.tables.values(), *schema.asked.tables.values()):
        table.to_metadata(whole)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole) == []
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == state_database.VERSION
    engine.dispose()


@needs_postgres
def test_a_state_of_a_newer_version_on_a_server_is_refused(postgres: PostgresServer) -> None:
    url = postgres.fresh()
    open_database(url, Path("/nowhere")).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HomeError, match="upgrade chidao"):
        open_database(url, Path("/nowhere"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    engine.dispose()
