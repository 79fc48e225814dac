"""A city on a server: what is reloaded in one home is asked in others, and comes back."""

from __future__ import annotations

import errno
import json
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.live import LiveGeneration
from bot.cli.servers import follow_home
from bot.receipts.store import AskedStore
from bot.receipts.store import Place as AskedPlace
from bot.state.database import open_database
from config.errors import HomeError, NoGenerationError, ServerError, SettingsError
from config.settings import load_settings
from corpus.generation import Home
from retrieval.backends import delivery, layout
from retrieval.backends import server as server_module
from retrieval.backends.backend import HomeBackend
from retrieval.backends.delivery import Place, deliver
from retrieval.backends.pgvector import PgvectorBackend
from retrieval.backends.server import ServerTables, address_of, connected
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.retriever import Fusion
from retrieval.serving import Generation
from tests.contract import postgres_server
from tests.contract.postgres_server import PASSWORD, PostgresServer
from tests.factories import article
from tests.fakes import HashEncoder
from tests.homes import ROOT, run_chidao
from tests.unit.retrieval.homes import ARTICLES, add, forget, next_generation, run_reload

_REASON = postgres_server.available()
pytestmark = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")
ENCODER = HashEncoder()
NOWHERE = "postgresql://chidao:geheim-7@127.0.0.1:9/postgres"
QUESTION = "Hồ sơ đăng ký khai sinh gồm những giấy tờ gì?"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


@pytest.fixture
def url(server: PostgresServer) -> str:
    return server.fresh()


@pytest.fixture
def place(url: str) -> Place:
    return Place(address_of(url, "URL"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "data")
    add(home, *ARTICLES[:3])
    next_generation(home)
    return home


def send(home: Home, place: Place, *, take_over: bool = False) -> delivery.Delivered:
    with home.writer():
        return deliver(home, place, take_over=take_over)


def generations(place: Place) -> list[str]:
    """Names of the generations on a server, whole or not."""
    with connected(place.server) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^chidao_' ORDER BY 1").fetchall()
    return [schema.split("_")[1] for (schema,) in found]


def served(backend: PgvectorBackend) -> str:
    with closing(backend.open_live()) as generation:
        return generation.name


# ---------------------------------------------------------------------------------------------------- generations
def test_readers_follow_what_the_home_serves(home: Home, place: Place):
    with closing(PgvectorBackend(place.server)) as backend:
        assert backend.current() is None
        with pytest.raises(NoGenerationError):
            backend.open_live()
        assert send(home, place) == delivery.Delivered("000001", copied=True, dropped=())
        assert send(home, place) == delivery.Delivered("000001", copied=False, dropped=())
        with closing(AnswerEngine(backend, ENCODER, ENCODER.identity, Fusion(0.5))) as engine:
            assert engine.answer("Lễ hội Hoa Phượng Đỏ khai mạc khi nào?").generation == "000001"
            add(home, ARTICLES[3])
            next_generation(home)
            send(home, place)
            assert engine.answer("Trẻ dưới năm tuổi được tiêm gì?").generation == "000002"
            with home.writer():
                home.roll_back()
            assert not send(home, place).copied
            assert engine.answer("Lễ hội Hoa Phượng Đỏ khai mạc khi nào?").generation == "000001"
        with closing(backend.open_named("000002")) as older:
            assert older.manifest.articles == 4
        with pytest.raises(HomeError, match="000009"):
            backend.open_named("000009")


def test_what_the_home_prunes_goes_from_the_server(home: Home, place: Place):
    send(home, place)
    for number in range(4):
        (add if number % 2 else forget)(home, ARTICLES[0])
        run_reload(home, keep=3)
        send(home, place)
    assert generations(place) == home.names() == ["000003", "000004", "000005"]


def test_a_delivery_that_was_killed_leaves_the_old_generation_and_is_cleared_away(
    home: Home, place: Place, monkeypatch: pytest.MonkeyPatch
):
    send(home, place)
    add(home, ARTICLES[3])
    next_generation(home)

    def killed(_schema: str) -> Iterator[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "index_copied", killed)
        with pytest.raises(KeyboardInterrupt):
            send(home, place)
    with closing(PgvectorBackend(place.server)) as backend:
        assert (served(backend), generations(place)) == ("000001", ["000001", "000002"])
        assert send(home, place).copied
        assert (served(backend), generations(place)) == ("000002", ["000001", "000002"])


def test_a_full_disk_leaves_the_old_generation(home: Home, place: Place, monkeypatch: pytest.MonkeyPatch):
    send(home, place)
    add(home, ARTICLES[3])
    next_generation(home)

    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(HomeError, match="No space left"):
        send(home, place)
    with closing(PgvectorBackend(place.server)) as backend:
        assert served(backend) == "000001"


def test_what_an_administrator_allows_a_question_is_not_too_little_for_a_delivery(home: Home, place: Place):
    with connected(place.server) as connection:
        connection.execute(f"ALTER DATABASE {place.server.database} SET statement_timeout = 50".encode())
        connection.execute(f"ALTER DATABASE {place.server.database} SET search_path = nowhere".encode())
    with opened_on(place, home) as (files, there):
        assert [*there.snapshot.articles()] == [*files.snapshot.articles()]


def test_one_home_writes(home: Home, place: Place, tmp_path: Path):
    send(home, place)
    other = Home(tmp_path / "other")
    add(other, *ARTICLES)
    next_generation(other)
    with pytest.raises(HomeError, match="--take-over"):
        send(other, place)
    assert send(other, place, take_over=True).copied
    with pytest.raises(HomeError, match="--take-over"):
        send(home, place)


def test_a_generation_of_the_same_name_from_another_home_is_followed_and_comes_without_a_gap(
    home: Home, place: Place, tmp_path: Path
):
    add(home, ARTICLES[3])
    next_generation(home)
    other = Home(tmp_path / "other")
    for articles in (ARTICLES[4:], ARTICLES[3:]):
        add(other, *articles)
        next_generation(other)
    for each in home.names():
        with home.writer():
            home.point_to(each)
        send(home, place)

    def found() -> list[str]:
        with live.reading() as generation:
            hits = generation.retriever(ENCODER, Fusion(0)).search("Lễ hội khai mạc; đăng ký đất đai", 9)
            return sorted(generation.snapshot.titles()[hit.passage.article_id] for hit in hits)

    seen = []
    with closing(PgvectorBackend(place.server)) as backend, closing(LiveGeneration(backend, ENCODER.identity)) as live:
        assert found() == ["Lễ hội"]
        with other.writer():
            deliver(other, place, take_over=True, progress=lambda *_: seen.append(found()))
        assert seen == [["Lễ hội"]] * len(seen) != []
        assert found() == ["Đất đai"]
    assert generations(place) == ["000002"]  # the first of the former home is none of this one's


def test_one_process_writes_at_a_time(home: Home, place: Place):
    with connected(place.server) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s)", (delivery._LOCK,))
        with pytest.raises(HomeError, match="another chidao command"):
            send(home, place)
    assert send(home, place).copied


def test_a_layout_of_another_version_is_refused_and_written_anew(
    home: Home, place: Place, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        for module in (layout, delivery):
            patch.setattr(module, "LAYOUT", 99)
        send(home, place)
    with closing(PgvectorBackend(place.server)) as backend:
        with pytest.raises(HomeError, match="another version"):
            backend.open_live()
        assert send(home, place).copied
        assert (served(backend), generations(place)) == ("000001", ["000001"])


def test_a_manifest_of_another_version_is_refused(home: Home, place: Place):
    send(home, place)
    told = json.dumps({"format": 99, "shape": "unknown"})
    with connected(place.server) as connection:
        connection.execute("UPDATE chidao.generations SET manifest = %s", (told,))
    with closing(PgvectorBackend(place.server)) as backend, pytest.raises(HomeError, match="another version"):
        backend.open_live()


# ---------------------------------------------------------------------------------------------------- odd articles
@contextmanager
def opened_on(place: Place, home: Home) -> Iterator[tuple[Generation, Generation]]:
    """What the home serves, from its files and from a server."""
    send(home, place)
    with (
        closing(PgvectorBackend(place.server)) as backend,
        closing(HomeBackend(home).open_live()) as files,
        closing(backend.open_live()) as server,
    ):
        yield files, server


NO_BLANKS = "".join(map(chr, random.Random(1).sample(range(0xAC00, 0xD7A0), 1490)))
ODD = {
    "signs of every kind": "Dòng 1\\n \\N '\t' \"y\" 100% %s ? $1 {1:2}/3 😀 𐐷 giấy phép.\n\\.\nDòng sau 😀😀 hết.",
    "no blanks": f"Bài có giấy phép. {NO_BLANKS}",
    "no terms": "… — !!!",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_articles_of_every_kind_are_delivered_and_found(tmp_path: Path, place: Place, text: str):
    home = Home(tmp_path)
    add(home, article(text, title="— 😀 \\N" if "giấy" in text else "—"))
    next_generation(home)
    with opened_on(place, home) as both:
        files, server = ([*each.snapshot.all_passages()] for each in both)
        assert server == files != []
        for question in ("giấy phép", "?! 😀 %s", NO_BLANKS, "giấy " * 3000):
            expected, found = (each.retriever(ENCODER, Fusion(0.5)).search(question, 500) for each in both)
            assert [hit.passage for hit in found] == [hit.passage for hit in expected]


def test_no_article_at_all(home: Home, place: Place):
    for each in ARTICLES[:3]:
        forget(home, each)
    next_generation(home)
    with opened_on(place, home) as (_, server):
        assert server.retriever(ENCODER, Fusion(0.5)).search("giấy phép", 5) == []


# --------------------------------------------------------------------------------------------------------- faults
def test_no_connection_outlives_its_reader(home: Home, place: Place):
    send(home, place)

    def connections() -> int:
        with connected(place.server) as connection:
            asked = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return int(connection.execute(asked).fetchall()[0][0])

    with closing(PgvectorBackend(place.server).open_live()) as generation:  # the backend itself is held by nobody
        assert generation.snapshot.passages_count()
        wait_for(lambda: connections() == 1)
    wait_for(lambda: connections() == 0)


def wait_for(outcome: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not outcome():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_server_that_falls_and_rises_is_asked_again_without_a_restart(
    home: Home, place: Place, server: PostgresServer
):
    send(home, place)
    outcomes: list[str] = []
    stop = threading.Event()

    def ask(engine: AnswerEngine) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                outcomes.append(engine.answer("Trẻ nộp hồ sơ ở đâu?").status.value)
            except ServerError as error:
                outcomes.append("leak" if PASSWORD in str(error) else "down")
            assert time.monotonic() - began < 8  # bounded, whatever happens
            time.sleep(0.005)

    backend = PgvectorBackend(place.server)
    with closing(backend), closing(AnswerEngine(backend, ENCODER, ENCODER.identity, Fusion(0.5))) as engine:
        threads = [threading.Thread(target=ask, args=(engine,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            wait_for(lambda: len(outcomes) > 20)
            assert "down" not in outcomes
            server.kill()
            wait_for(lambda: outcomes[-8:].count("down") == 8)
            server.start()
            wait_for(lambda: "down" not in outcomes[-20:])
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    last_error = len(outcomes) - 1 - outcomes[::-1].index("down")
    assert set(outcomes[last_error + 1 :]) <= {"answered", "not_found"}


def test_a_server_that_is_restarted_between_two_questions_costs_nobody_an_answer(
    home: Home, place: Place, server: PostgresServer
):
    send(home, place)
    backend = PgvectorBackend(place.server)
    with closing(backend), closing(AnswerEngine(backend, ENCODER, ENCODER.identity, Fusion(0.5))) as engine:
        first = engine.answer("Lễ hội khai mạc khi nào?")
        server.kill()
        server.start()
        assert engine.answer("Lễ hội khai mạc khi nào?").citations == first.citations


def test_a_server_that_is_frozen_keeps_nobody_waiting(
    home: Home, place: Place, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    send(home, place)
    monkeypatch.setattr("retrieval.backends.server.SILENT_SECONDS", 0.5)
    with closing(PgvectorBackend(place.server)) as backend:
        assert backend.current()
        with server.frozen():
            began = time.monotonic()
            with pytest.raises(ServerError):
                backend.current()
            assert time.monotonic() - began < 8
        assert backend.current()


# ----------------------------------------------------------------------------------------------- the command line
@pytest.fixture
def told(sample_home: Path, tmp_path: Path, url: str) -> Callable[..., CompletedProcess[str]]:
    """The command over a copy of the sample home, told of a server."""
    shutil.copytree(sample_home, tmp_path / "writer")

    def run(*arguments: str, home: str = "writer", **more: str) -> CompletedProcess[str]:
        given = {"CHIDAO_INDEX__BACKEND": "pgvector", "CHIDAO_INDEX__URL": url, "CHIDAO_LANGUAGE": "en", **more}
        return run_chidao(tmp_path / home, *arguments, **given)

    return run


def answer_in(done: CompletedProcess[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(done.stdout)
    return {name: value for name, value in answer.items() if name not in {"receipt", "elapsed_ms"}}


def test_a_home_is_moved_to_a_server_asked_from_an_empty_one_and_moved_back(told, tmp_path: Path):
    from_files = answer_in(told("ask", QUESTION, "--json", CHIDAO_INDEX__BACKEND="faiss"))
    assert told("ask", QUESTION).returncode == 1  # nothing is there yet
    moved = told("migrate", "pgvector")
    assert (moved.returncode, moved.stdout) == (0, "the server serves generation 000001\n"), moved.stderr

    assert answer_in(told("ask", QUESTION, "--json", home="reader")) == from_files
    assert from_files["status"] == "answered"
    reference = told("ref", "60/2014/QH13", "--json", home="reader")
    assert json.loads(reference.stdout)["mentions"], reference.stderr
    receipt = json.loads(told("ask", QUESTION, "--json", home="reader").stdout)["receipt"]
    assert '"not_replayed": null' in told("why", receipt, "--json", home="reader").stdout

    state = json.loads(told("status", "--json", home="reader").stdout)
    assert (state["generation"], state["stored"]) == ("000001", 0)
    assert not any(state["pending"].values())

    back = told("migrate", "faiss", home="back")
    assert (back.returncode, back.stdout) == (0, "the home serves generation 000001\n"), back.stderr
    assert answer_in(told("ask", QUESTION, "--json", home="back", CHIDAO_INDEX__BACKEND="faiss")) == from_files
    reloaded = told("reload", "--json", home="back", CHIDAO_INDEX__BACKEND="faiss")
    assert json.loads(reloaded.stdout)["encoded"] == 0
    assert Home(tmp_path / "back").names() == ["000001"]  # the reload found nothing to do


def test_a_reload_a_rollback_and_a_purge_reach_the_server(told, tmp_path: Path):
    note = tmp_path / "thông báo.txt"
    note.write_text("Thông báo tuyển lao công\n\nTrường Hoa Mai tuyển ba lao công, nộp hồ sơ trước ngày 05/12/2026.\n")
    assert told("reload").returncode == 0
    assert json.loads(told("add", str(note), "--json").stdout)["id"]
    done = told("reload")
    assert done.returncode == 0, done.stderr
    asked = "Trường Hoa Mai tuyển bao nhiêu lao công?"
    assert json.loads(told("ask", asked, "--json", home="reader").stdout)["status"] == "answered"
    assert told("rollback").returncode == 0
    assert json.loads(told("ask", asked, "--json", home="reader").stdout)["status"] == "not_found"


def test_what_the_server_does_not_follow_is_said_to_be_done_in_the_home(home: Home, monkeypatch: pytest.MonkeyPatch):
    for name, value in (("HOME", str(home.path)), ("INDEX__BACKEND", "pgvector"), ("INDEX__URL", NOWHERE)):
        monkeypatch.setenv(f"CHIDAO_{name}", value)
    with pytest.raises(ServerError, match=r"In the home it is done, .*: run chidao migrate pgvector"):
        follow_home(load_settings())


def test_a_server_that_is_not_there_is_said_to_be_so(told):
    for arguments in (("ask", QUESTION, "--json"), ("ask", QUESTION), ("migrate", "pgvector"), ("doctor",)):
        done = told(*arguments, home="reader", CHIDAO_INDEX__URL=NOWHERE)
        assert done.returncode == 1, arguments
        assert "geheim-7" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    done = told("ask", QUESTION, "--json", home="reader", CHIDAO_INDEX__URL=NOWHERE)
    assert json.loads(done.stdout)["status"] == "unavailable"


@pytest.mark.parametrize("form", ["{0}@127.0.0.1:{1}/{2}?connect_timeout=60", "{0}@/{2}?host=127.0.0.1:{1}"])
def test_an_address_may_say_more_than_where(home: Home, server: PostgresServer, form: str):
    made = address_of(server.fresh(), "URL")
    account = f"{made.username}:{made.password}"
    place = Place(address_of("postgresql://" + form.format(account, made.port, made.database), "URL"))
    with opened_on(place, home) as (files, there):
        assert [*there.snapshot.articles()] == [*files.snapshot.articles()]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_our_texts_is_refused(home: Home, server: PostgresServer, encoding: str):
    with connected(address_of(server.url, "URL")) as connection:
        made = f"CREATE DATABASE in_{encoding} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        connection.execute(made.encode())
    with pytest.raises(SettingsError, match=encoding):
        send(home, Place(address_of(server.url_of(f"in_{encoding}".lower()), "URL")))


def test_a_pgvector_that_would_not_be_found_or_is_too_old_is_refused(
    home: Home, place: Place, monkeypatch: pytest.MonkeyPatch
):
    with connected(place.server) as connection:
        connection.execute("CREATE SCHEMA extensions")
        connection.execute("CREATE EXTENSION vector SCHEMA extensions")
        with pytest.raises(SettingsError, match="SET SCHEMA public"):
            send(home, place)
        connection.execute("ALTER EXTENSION vector SET SCHEMA public")
    assert send(home, place).copied
    monkeypatch.setattr("retrieval.backends.server._PGVECTOR", (99, 0))
    with pytest.raises(SettingsError, match=r"from 99\.0"):
        send(home, place)


def test_a_writer_that_vanishes_is_noticed_by_the_server(place: Place):
    with connected(place.server) as connection:
        [(idle,)] = connection.execute("SHOW tcp_keepalives_idle").fetchall()
    assert 0 < int(idle) <= 60


def test_shares_are_found_again_in_any_order_and_spread_anew_over_others(
    home: Home, place: Place, server: PostgresServer
):
    shards = tuple(address_of(server.fresh() + "?sslmode=prefer", "URL") for _ in range(3))
    assert send(home, Place(place.server, shards[:2])).copied
    add(home, ARTICLES[3])
    next_generation(home)
    assert send(home, Place(place.server, shards[1::-1])).copied
    with closing(PgvectorBackend(place.server)) as backend, closing(HomeBackend(home).open_named("000001")) as files:
        with closing(backend.open_named("000001")) as older:
            rows = range(files.vectors.count)
            assert np.array_equal(older.vectors.vectors_at(rows), files.vectors.vectors_at(rows))
        for spread in (shards, ()):
            assert send(home, Place(place.server, spread)).copied
            assert not send(home, Place(place.server, spread)).copied
            assert served(backend) == "000002"
    assert generations(place) == ["000001", "000002"]


def test_one_database_cannot_be_two_shares(url: str):
    with pytest.raises(SettingsError, match="SHARDS"):
        Place(address_of(url, "URL"), (address_of(url, "URL"),))


def test_a_setting_that_is_no_address_is_named_and_not_shown(told):
    for more in ({"CHIDAO_INDEX__URL": "mysql://a:geheim-7@b/c"}, {"CHIDAO_INDEX__URL": ""}):
        done = told("ask", QUESTION, home="reader", **more)
        assert (done.returncode, "CHIDAO_INDEX__URL" in done.stderr, "geheim" in done.stderr) == (2, True, False)


def test_the_golden_questions_get_the_same_answers(sample_home: Path, place: Place):
    model = str(DEFAULT_MODEL)
    home = Home(sample_home)
    send(home, place)
    lines = (ROOT / "tests" / "eval" / "golden.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines[::4]]
    backend = PgvectorBackend(place.server)
    with closing(backend):
        mine, theirs = (
            AnswerEngine(each, make_encoder(model, {}), identify(model, {}), Fusion(0.5), city="Hải Phòng")
            for each in (backend, HomeBackend(home))
        )
        with closing(mine), closing(theirs):
            for question in questions:
                assert mine.answer(question).citations == theirs.answer(question).citations, question


# --------------------------------------------------------------------------------------------------------- the page
def in_the_page() -> list[str]:
    """The statements of SQL that docs/operations.md hands to whoever keeps the server."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8").replace("…", "geheim-7")
    [block] = re.findall(r"^```sql\n(.+?)^```", page, re.MULTILINE | re.DOTALL)
    return [part.strip() for part in re.sub(r"--.*", "", block).split(";") if part.strip()]


def test_a_role_without_further_rights_delivers_and_reads_and_another_one_only_reads(
    home: Home, server: PostgresServer
):
    *of_server, database, vector, fdw, grant = (statement.encode() for statement in in_the_page())
    with connected(address_of(server.url, "URL")) as superuser:
        for statement in (*of_server, database):
            superuser.execute(statement)
        superuser.execute(b"CREATE DATABASE share OWNER chidao_owner")
    for name, statements in (("chidao_index", (vector, fdw, grant)), ("share", (vector,))):
        with connected(address_of(server.url_of(name), "URL")) as superuser:
            for statement in statements:
                superuser.execute(statement)
    writer, share, reader = (
        address_of(f"postgresql://{role}:geheim-7@127.0.0.1:{server.port}/{name}", "URL")
        for role, name in (
            ("chidao_owner", "chidao_index"),
            ("chidao_owner", "share"),
            ("chidao_reader", "chidao_index"),
        )
    )
    open_database(writer.render_as_string(hide_password=False), Path("/nowhere")).close()
    assert send(home, Place(writer)).copied
    with closing(PgvectorBackend(reader)) as backend, closing(backend.open_live()) as read:
        assert read.lexical.search("khai mạc", 5)
    with pytest.raises(ServerError), connected(reader) as connection:
        connection.execute("UPDATE chidao.served SET schema = NULL")
    add(home, ARTICLES[3])
    next_generation(home)
    assert send(home, Place(writer, (share,))).copied
    with closing(PgvectorBackend(writer)) as backend, closing(backend.open_live()) as read:
        assert read.lexical.search("tiêm vắc xin", 5)


def test_a_connection_begins_with_nothing_that_pgbouncer_would_refuse(
    home: Home, place: Place, monkeypatch: pytest.MonkeyPatch
):
    send(home, place)
    begun: list[set[str]] = []
    connect = server_module._Impatient.connect

    def spy(*given: Any, **named: Any) -> Any:
        begun.append({*named})
        return connect(*given, **named)

    monkeypatch.setattr(server_module._Impatient, "connect", spy)
    with closing(ServerTables(place.server, "chidao_000001")) as tables:
        [(path, timeout)] = tables.query("SELECT current_setting('search_path'), current_setting('statement_timeout')")
    assert (path, timeout) == ("chidao_000001,public", "10s")
    assert begun
    assert not any("options" in named for named in begun)


def test_what_is_backed_up_without_the_index_lies_in_none_of_its_schemas(
    home: Home, place: Place, url: str, server: PostgresServer
):
    """Whichever was there first: a role called chidao has the index's schema before public in its search path."""
    assert postgres_server.USER == "chidao"
    send(home, replace(place, shards=(address_of(server.fresh(), "URL"),)))
    for _ in "ab":
        open_database(url, Path("/nowhere")).close()
    with connected(place.server) as connection:
        state = connection.execute("SELECT to_regclass('public.audit'), to_regclass('public.receipts')").fetchall()
        extensions = connection.execute(
            "SELECT extname, extnamespace::regnamespace::text FROM pg_extension ORDER BY 1"
        ).fetchall()
    assert state == [("audit", "receipts")]
    assert dict(extensions) == {"plpgsql": "pg_catalog", "postgres_fdw": "public", "vector": "public"}
    with AskedStore(AskedPlace(Path("/nowhere"), url)) as store:
        assert store.unanswered() == []
