"""An embedding service over HTTP: its vectors serve as any encoder's, and whatever it does, no citizen waits long."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.models import Status
from bot.doctor.home import look_at_generations, look_at_model
from bot.doctor.models import Health
from config.errors import ModelError, NoVectorsError
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import ReloadReport, reload
from retrieval.encoding import Coder
from retrieval.gate import Gate
from retrieval.retriever import Fusion
from retrieval.service import (
    BATCH,
    FAILURES,
    KEPT_QUESTIONS,
    MOST_BYTES,
    PAUSE,
    Patience,
    Service,
    ServiceEncoder,
)
from retrieval.workers import Crew
from tests.contract.embeddings import JSON, PATH, Rows, vectors
from tests.contract.fault_server import (
    BAD_STATUS_LINE,
    CUT_OFF,
    FaultServer,
    Reply,
    page,
    redirect,
    repeating,
    reset,
    silent,
    status,
)
from tests.factories import article
from tests.fakes import DIMENSION, HashEncoder
from tests.homes import Chidao

KEY = "sk-khoa-bi-mat"
SECRET = "XUYENTAO"  # in what the server says, which nobody may see
QUESTION = "Chợ Sắt mở cửa lúc mấy giờ?"
QUOTE = "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."
PATIENCE = Patience(0.3, 20.0, 3)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        started.on(PATH, vectors())
        yield started


class Clock:
    """Time that passes when told to; the pauses between tries are noted and not waited for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []


@pytest.fixture
def clock() -> Clock:
    return Clock()


def service_at(url: str, model: str = "m", **prompts: str) -> Service:
    given: Any = prompts
    return Service(url, model, KEY, given)


def encoder_at(url: str, clock: Clock, patience: Patience = PATIENCE, **service: Any) -> ServiceEncoder:
    return ServiceEncoder(
        service_at(url, **service),
        question=patience, passages=patience, sleep=clock.slept.append, clock=lambda: clock.now,
    )  # fmt: skip


@pytest.fixture
def encoder(server: FaultServer, clock: Clock) -> ServiceEncoder:
    return encoder_at(server.url("/v1"), clock)


# ------------------------------------------------------------------------------------------------------ what is asked
def test_passages_go_in_batches_with_model_key_and_prompt(server, clock):
    texts = [f"đoạn {n}" for n in range(BATCH + 1)]
    found = encoder_at(server.url("/v1/"), clock, document="bài: ").encode(texts, "document")
    sent = [json.loads(body) for body in server.bodies]
    assert [len(each["input"]) for each in sent] == [BATCH, 1]
    assert sent[1] == {"model": "m", "input": [f"bài: đoạn {BATCH}"], "encoding_format": "float"}
    assert {each["Authorization"] for each in server.headers} == {f"Bearer {KEY}"}
    assert found.shape == (BATCH + 1, DIMENSION)
    assert found.dtype == np.float32
    assert np.allclose(found, HashEncoder().encode([f"bài: {text}" for text in texts], "document"), atol=1e-6)


def test_a_model_known_by_name_gets_its_family_s_prompts(server, clock):
    encoder = encoder_at(server.url("/v1"), clock, model="intfloat/multilingual-e5-small")
    encoder.encode(["học phí"], "query")
    encoder.encode(["học phí"], "document")
    assert [json.loads(body)["input"] for body in server.bodies] == [["query: học phí"], ["passage: học phí"]]


def test_half_a_surrogate_pair_can_be_asked_too(encoder):
    assert encoder.encode(["chợ \ud83d"], "query").shape == (1, DIMENSION)


def test_a_question_is_asked_once_and_the_last_ones_are_remembered_by_no_word(server, encoder):
    first = encoder.encode(["chợ"], "query")
    assert np.array_equal(encoder.encode(["chợ"], "query"), first)
    assert len(server.asked) == 1
    assert b"ch" not in b"".join(encoder._kept._vectors)
    for n in range(KEPT_QUESTIONS):
        encoder._kept.put(str(n), first[0])
    assert len(encoder._kept._vectors) == KEPT_QUESTIONS
    encoder.encode(["chợ"], "query")
    assert len(server.asked) == 2


IDENTITIES = [
    service_at("http://one", "m"),
    service_at("http://one", "n"),
    service_at("http://one", "m", query="q: "),
    service_at("http://one", "m", document="d: "),
    service_at("http://one", "e5-m"),
]


def test_model_and_prompts_make_the_identity_and_the_address_does_not():
    assert len({each.identity.fingerprint for each in IDENTITIES}) == len(IDENTITIES)
    assert service_at("http://other", "m").identity == IDENTITIES[0].identity
    given = service_at("http://one", "e5-m", query="query: ", document="passage: ")
    assert given.identity == IDENTITIES[-1].identity  # what its family gets anyway


# ------------------------------------------------------------------------------------------------- what the server does
def shuffled(rows: Rows) -> Rows:
    return rows[1:] + rows[:1]


def long(rows: Rows) -> Rows:
    """As a server sends them that does not normalise."""
    return [{**row, "embedding": [7 * number for number in row["embedding"]]} for row in rows]


@pytest.mark.parametrize("change", [shuffled, long])
def test_vectors_come_in_order_and_of_unit_length(server, encoder, change):
    server.on(PATH, vectors(change))
    texts = ["chợ", "cầu", "bến"]
    assert np.allclose(encoder.encode(texts, "document"), HashEncoder().encode(texts, "document"), atol=1e-6)


HEALS: list[tuple[Reply, float]] = [
    (status(429, {"Retry-After": "0"}), 0.5),
    (status(429, {"Retry-After": "0000"}), 0.5),
    (status(500), 0.5),
    (page(SECRET, code=503), 0.5),
    (reset, 0.5),
    (CUT_OFF, 0.5),
    (BAD_STATUS_LINE, 0.5),
    (silent, 0.5),
]


@pytest.mark.parametrize(("fault", "pause"), HEALS)
def test_what_may_heal_is_tried_again_after_a_pause(server, encoder, clock, fault, pause):
    server.on(PATH, fault, vectors())
    assert encoder.encode(["chợ"], "document").shape == (1, DIMENSION)
    assert (len(server.asked), clock.slept) == (2, [pause])


def test_pauses_grow_and_the_server_s_own_wish_is_heeded(server, clock):
    encoder = encoder_at(server.url("/v1"), clock, Patience(1.0, 60.0, 4))
    server.on(PATH, status(500), status(429, {"Retry-After": "30"}), status(502), vectors())
    encoder.encode(["chợ"], "document")
    assert clock.slept == [0.5, 30.0, 2.0]


def test_a_server_that_wants_to_be_left_for_longer_is_left(server, encoder, clock):
    server.on(PATH, status(429, {"Retry-After": "3600"}))
    with pytest.raises(NoVectorsError, match=r"refuses \(HTTP 429\)"):
        encoder.encode(["chợ"], "document")
    assert (len(server.asked), clock.slept) == (1, [])


def without_index(rows: Rows) -> Rows:
    return [{"embedding": row["embedding"]} for row in rows]


def numbers(*given: Any) -> Reply:
    """These for the first text."""
    return vectors(lambda rows: [{**rows[0], "embedding": [*given]}, *rows[1:]])


FINAL: list[tuple[Reply, str]] = [
    (vectors(lambda rows: rows[:1]), "not one vector for each text"),
    (vectors(lambda rows: rows * 2), "not one vector for each text"),
    (vectors(lambda rows: [rows[0], {**rows[1], "index": 0}]), "not one vector for each text"),
    (vectors(lambda rows: [rows[0], {**rows[1], "index": 7}]), "not one vector for each text"),
    (vectors(without_index), "no JSON with vectors"),
    (vectors(lambda rows: [{**row, "index": [row["index"]]} for row in rows]), "no JSON with vectors"),
    (numbers(1.0, 2.0), "no JSON with vectors of one dimension"),
    (numbers(), "no JSON with vectors of one dimension"),
    (vectors(lambda rows: [{**row, "embedding": []} for row in rows]), "not finite, or all zero"),
    (vectors(lambda rows: [{**row, "embedding": 1.0} for row in rows]), "not finite, or all zero"),
    (numbers(*[float("nan")] * DIMENSION), "not finite, or all zero"),
    (numbers(*[float("inf")] * DIMENSION), "not finite, or all zero"),
    (numbers(*[1e300] * DIMENSION), "not finite, or all zero"),
    (numbers(*[0.0] * DIMENSION), "not finite, or all zero"),
    (numbers(*[None] * DIMENSION), "not finite, or all zero"),
    (numbers(*[SECRET] * DIMENSION), "no JSON with vectors"),
    (numbers(*[10**400] * DIMENSION), "no JSON with vectors"),
    (page(f"<html>{SECRET}</html>"), "no JSON with vectors"),
    (page(f'{{"error": "{SECRET}"}}', JSON), "no JSON with vectors"),
    (page(f'["{SECRET}"]', JSON), "no JSON with vectors"),
    (page("[" * 100_000, JSON), "no JSON with vectors"),
    (page(b"\xff\xfe", JSON), "no JSON with vectors"),
    (page(b"", JSON), "no JSON with vectors"),
    (page(b"x", {**JSON, "Content-Encoding": "gzip"}), "packed without being asked to"),
    (page(b" " * (MOST_BYTES + 1), JSON), f"more than {MOST_BYTES} bytes"),
    (page(SECRET, code=400), r"refuses \(HTTP 400\)"),
    (page(SECRET, code=404), r"refuses \(HTTP 404\)"),
    (page(SECRET, code=401), r"does not accept the key \(HTTP 401; CHIDAO_ENCODER__API_KEY or __API_KEY_FILE\)"),
    (page(SECRET, code=403), r"does not accept the key \(HTTP 403"),
    (redirect("/elsewhere"), r"refuses \(HTTP 302\)"),
]


@pytest.mark.parametrize(("fault", "problem"), FINAL)
def test_nonsense_and_refusals_are_told_at_once(server, encoder, clock, fault, problem):
    server.on(PATH, fault)
    with pytest.raises(NoVectorsError, match=problem) as caught:
        encoder.encode(["chợ", "cầu"], "document")
    assert (server.asked, clock.slept) == ([PATH], [])
    assert_no_secret(f"{caught.value!r} {caught.value.vi} {caught.value.__cause__}", server)


LASTING: list[tuple[Reply, str]] = [
    (status(503), r"refuses \(HTTP 503\)"),
    (reset, "cannot be reached"),
    (silent, "is too slow"),
    (repeating(HEAD, b" ", 0.02), "is too slow"),  # drips for ever
    (repeating(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.02), "is too slow"),
]


@pytest.mark.parametrize(("fault", "problem"), LASTING)
def test_what_does_not_heal_is_told_in_time(server, clock, fault, problem):
    encoder = encoder_at(server.url("/v1"), clock, Patience(0.3, 0.7, 3))
    server.on(PATH, fault)
    began = time.monotonic()
    with pytest.raises(NoVectorsError, match=problem) as caught:
        encoder.encode(["chợ"], "query")
    assert time.monotonic() - began < 2
    assert "see chidao doctor" in caught.value.en
    assert_no_secret(f"{caught.value!r} {caught.value.vi}", server)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "http://[::1", "http://u:XUYENTAO@127.0.0.1:1/v1"])
def test_where_there_is_no_server_the_setting_is_named_and_no_address(clock, url):
    encoder = encoder_at(url, clock)
    with pytest.raises(
        NoVectorsError, match=r"CHIDAO_ENCODER__BASE_URL\) (cannot be reached|has an address)"
    ) as caught:
        encoder.encode(["chợ"], "query")
    assert SECRET not in f"{caught.value} {caught.value.vi} {encoder._service!r}"
    assert KEY not in repr(encoder._service)


def assert_no_secret(said: str, server: FaultServer) -> None:
    assert not [each for each in (KEY, SECRET, "chợ", str(server.port)) if each in said]


def test_after_failures_in_a_row_questions_are_not_sent_for_a_while(server, encoder, clock):
    server.on(PATH, status(400))
    for _ in range(FAILURES + 3):
        with pytest.raises(NoVectorsError):
            encoder.encode(["chợ"], "query")
    assert len(server.asked) == FAILURES
    server.on(PATH, vectors())
    encoder.encode(["chợ"], "document")  # a reload does not ask whether it may
    clock.now += PAUSE
    assert encoder.encode(["chợ"], "query").shape == (1, DIMENSION)


# ---------------------------------------------------------------------------------------------------------- in a home
@pytest.fixture
def home(tmp_path) -> Home:
    made = Home(tmp_path / "data")
    with ArticleStore(made.store) as store:
        store.add(article(QUOTE, title="Chợ Sắt"), "1")
        for n in range(40):
            store.add(article(f"Cầu số {n} bắc qua sông, dài {n * 100} mét.", title=f"Cầu {n}"), f"cầu {n}")
    return made


def reload_by(home: Home, encoder: ServiceEncoder, workers: int = 1) -> ReloadReport:
    identity = service_at("").identity
    return reload(home, Coder(encoder, identity, crew=Crew(workers)))


def engine_by(home: Home, encoder: ServiceEncoder) -> "closing[AnswerEngine]":
    return closing(AnswerEngine(HomeBackend(home), encoder, service_at("").identity, Fusion(0.5)))


@pytest.mark.parametrize("workers", [1, 3])
def test_an_index_is_built_and_asked_by_it(home, encoder, monkeypatch, workers):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 7)
    assert reload_by(home, encoder, workers).encoded == 41
    manifest = home.manifest(home.current() or "")
    assert (manifest.model, manifest.dimension) == ("m", DIMENSION)
    with engine_by(home, encoder) as engine:
        answer = engine.answer(QUESTION)
    assert (answer.status, answer.text) == (Status.ANSWERED, QUOTE)


def test_a_reload_that_it_breaks_off_goes_on_where_it_was(home, server, encoder, monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 10)
    server.on(PATH, vectors(), vectors(), status(400))
    with pytest.raises(NoVectorsError, match="chidao reload goes on where it was"):
        reload_by(home, encoder)
    assert home.current() is None
    server.on(PATH, vectors())
    assert reload_by(home, encoder).encoded == 41 - 20


def test_another_model_behind_the_same_name_is_found_out(home, server, encoder, clock, caplog):
    reload_by(home, encoder)
    served = home.current()
    server.on(PATH, vectors(lambda rows: [{**row, "embedding": row["embedding"][:8]} for row in rows]))
    with ArticleStore(home.store) as store:
        store.add(article("Bến Bính có phà đi Cát Bà.", title="Bến Bính"), "2")
    with pytest.raises(ModelError, match=r"now gives vectors of 8 numbers, and gave 32 before.*to a new name"):
        reload_by(home, encoder)
    assert home.current() == served
    with engine_by(home, encoder_at(server.url("/v1"), clock)) as engine:
        assert engine.answer(QUESTION).text == QUOTE  # by its words
    assert "vectors of 8 numbers" in caplog.text


@pytest.mark.parametrize("role", ["query", "document"])
def test_a_model_that_changes_between_two_requests_is_found_out_too(server, encoder, role):
    server.on(PATH, vectors(), vectors(lambda rows: [{**row, "embedding": row["embedding"][:8]} for row in rows]))
    with pytest.raises(NoVectorsError, match="vectors of 8 numbers, and gave 32 before"):
        encoder.encode([f"đoạn {n}" for n in range(BATCH + 1)], role)


def test_what_was_encoded_before_it_changed_is_not_mixed_with_what_came_after(home, server, encoder, monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 10)
    server.on(PATH, vectors(), vectors(lambda rows: [{**row, "embedding": row["embedding"][:8]} for row in rows]))
    for _ in range(2):
        with pytest.raises(ModelError, match="vectors of 8 numbers"):
            reload_by(home, encoder)


# ------------------------------------------------------------------------------------------------- a citizen's question
DOWN = [status(503), silent, page(SECRET), numbers(*[0.0] * DIMENSION), reset, page(SECRET, code=401)]


@pytest.mark.parametrize("fault", DOWN)
def test_while_it_fails_questions_are_answered_by_their_words(home, server, encoder, caplog, fault):
    reload_by(home, encoder)
    server.on(PATH, fault)
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "httpx")  # as `configure_logging` has it
    with engine_by(home, encoder) as engine:
        answer = engine.answer(QUESTION)
        assert (answer.status, answer.text) == (Status.ANSWERED, QUOTE)
        assert caplog.text.count("searched by words alone: the embedding service") == 1
    assert_no_secret(caplog.text, server)


def test_it_need_not_be_up_when_the_engine_starts(home, server, encoder, caplog):
    reload_by(home, encoder)
    server.on(PATH, status(400))
    with engine_by(home, encoder) as engine:
        engine.warm_up()
    assert "refuses (HTTP 400)" in caplog.text
    assert "until then questions are answered by their words" in caplog.text


def test_while_it_fails_nothing_is_said_not_to_be_there(home, server, encoder):
    """Only half of the search was made; "not found" would be a lie, and a gap in the list of gaps."""
    reload_by(home, encoder)
    kept: list[object] = []
    server.on(PATH, status(503))
    engine = AnswerEngine(
        HomeBackend(home),
        encoder,
        service_at("").identity,
        Fusion(0.5),
        keep=lambda answer, _composed: kept.append(answer),
    )
    with closing(engine):
        with pytest.raises(NoVectorsError, match="refuses"):
            engine.answer("Lệ phí trước bạ ô tô điện là bao nhiêu?")
        assert kept == []
        server.on(PATH, vectors())
        assert engine.answer("Lệ phí trước bạ ô tô điện là bao nhiêu?").status is Status.NOT_FOUND


def test_a_fixed_reply_and_the_register_need_no_service(home, server, encoder):
    with ArticleStore(home.store) as store:
        replaced = "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP."
        store.add(article(replaced, title="Văn thư"), "3")
    reload_by(home, encoder)
    server.on(PATH, status(503))
    with engine_by(home, encoder) as engine:
        assert engine.answer("cảm ơn").status is Status.OUT_OF_SCOPE
        assert engine.answer("110/2004/NĐ-CP còn hiệu lực không?").status is Status.REFERENCE


def test_the_gate_does_not_judge_by_half_a_search(home, server, encoder):
    from bot.answering.golden import GoldenQuestion, replay_of  # noqa: PLC0415

    question = GoldenQuestion(id="1", text=QUESTION, answer="5 giờ")
    server.on(PATH, vectors(), vectors(), status(400))  # 41 passages, then the question
    coder = Coder(encoder, service_at("").identity)
    with pytest.raises(NoVectorsError, match="refuses"):
        reload(home, coder, Gate(replay_of([question], encoder, Fusion(0.5), ""), 0.0))
    assert home.current() is None


# ------------------------------------------------------------------------------------------------------- by the command
def test_by_the_command_from_settings_to_an_answer(chidao: Chidao, server, tmp_path):
    (tmp_path / "a.txt").write_text(f"Tiêu đề: Chợ Sắt\n\n{QUOTE}", encoding="utf-8")
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    named = {
        "CHIDAO_ENCODER__BASE_URL": server.url("/v1"), "CHIDAO_ENCODER__MODEL": "m",
        "CHIDAO_ENCODER__API_KEY_FILE": str(tmp_path / "key"), "CHIDAO_LANGUAGE": "en",
    }  # fmt: skip
    assert chidao("add", str(tmp_path / "a.txt")).returncode == 0
    assert chidao("reload", "--workers", "4", **named).returncode == 0
    assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"
    answer = json.loads(chidao("ask", QUESTION, "--json", **named).stdout)
    assert (answer["status"], answer["text"]) == ("answered", QUOTE)
    refused = chidao("ask", QUESTION, "--json", **{**named, "CHIDAO_ENCODER__MODEL": "other"})
    assert json.loads(refused.stdout)["status"] == "unavailable"
    assert "the index was built by the model «m», settings name «other»" in refused.stderr
    server.on(PATH, page(SECRET, code=400))
    nothing = chidao("ask", "Lệ phí trước bạ ô tô điện là bao nhiêu?", "--json", **named)
    assert (nothing.returncode, json.loads(nothing.stdout)["status"]) == (1, "unavailable")
    assert "the embedding service (CHIDAO_ENCODER__BASE_URL) refuses (HTTP 400)" in nothing.stderr
    examined = chidao("doctor", **named)
    assert "✗ embedding service: the embedding service (CHIDAO_ENCODER__BASE_URL) refuses (HTTP 400)" in examined.stdout
    said = nothing.stderr + refused.stderr + examined.stdout + examined.stderr
    assert "Traceback" not in said
    assert_no_secret(said, server)


def test_the_doctor_tells_how_the_service_is(home, server, clock, tmp_path):
    reload_by(home, encoder_at(server.url("/v1"), clock))

    def examined() -> dict[str, tuple[Health, str]]:
        encoder = encoder_at(server.url("/v1"), clock)
        finding, made = look_at_model(encoder, service_at("").identity)
        found = [finding, *look_at_generations(home, service_at("").identity, made, tmp_path / "golden.jsonl")]
        assert_no_secret(repr(found), server)
        return {each.what: (each.health, each.seen[1]) for each in found}

    health, seen = examined()["embedding service"]
    assert health is Health.GOOD
    assert f" ms), {DIMENSION} dimensions" in seen
    assert examined()["index"][0] is Health.GOOD
    server.on(PATH, vectors(lambda rows: [{**row, "embedding": row["embedding"][:8]} for row in rows]))
    health, seen = examined()["index"]
    assert health is Health.FAILED
    assert "vectors of 8 numbers, and gave 32 before" in seen
    server.on(PATH, page(SECRET, code=401))
    health, seen = examined()["embedding service"]
    assert health is Health.FAILED
    assert "does not accept the key (HTTP 401" in seen


@pytest.mark.parametrize("workers", ["0", "65", "x"])
def test_how_many_workers_there_may_be_has_bounds(chidao: Chidao, workers):
    refused = chidao("reload", "--workers", workers)
    assert refused.returncode == 2
    assert "--workers" in refused.stderr
