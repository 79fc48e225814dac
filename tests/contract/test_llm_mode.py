"""LLM mode over HTTP: whatever the server does, an answer comes in time, with no word of the server's but claims."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answering.compose import Composed
from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, LlmOutcome
from bot.llm.client import ChatClient, Endpoint
from bot.llm.guards import Budget
from bot.llm.writer import LlmWriter
from bot.messages import VIETNAMESE
from bot.render import terminal_lines
from bot.report.answers import answer_json
from config.waiting import Breaker
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from tests.contract.fault_server import (
    GZIP_BOMB,
    FaultServer,
    Reply,
    page,
    raw,
    redirect,
    repeating,
    reset,
    silent,
    status,
)
from tests.contract.llmock_server import available, llmock
from tests.factories import article
from tests.fakes import HashEncoder
from tests.homes import run_chidao

ENCODER = HashEncoder()
QUOTE = "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."
QUESTION = "Chợ Sắt mở cửa lúc mấy giờ?"
CLAIM = "Chợ Sắt mở cửa lúc 5 giờ sáng."
SECRET = "XUYENTAO"  # in whatever the server says that nobody may see
KEY = "sk-khoa-bi-mat"
SSE = {"Content-Type": "text/event-stream"}
JSON = {"Content-Type": "application/json"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
SILENCE, TOTAL = 0.6, 2.0  # seconds


def event(text: object, reason: str | None = None) -> str:
    delta = {"content": text}
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': reason}]})}\n\n"


def streamed(text: str, *, done: str = "data: [DONE]\n\n") -> Reply:
    return page("".join([": hello\n\n", *map(event, text), event("", "stop") if done else "", done]), SSE)


def whole(text: object, **more: Any) -> Reply:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return page(json.dumps({"choices": [choice], "usage": {"total_tokens": 90}, **more}), JSON)


GOOD = {
    "streamed": streamed(f"{CLAIM} [1]"),
    "whole": whole(f"{CLAIM} [1]"),
    "without [DONE]": page(f"{event(f'{CLAIM} [1]')}{event('', 'stop')}", SSE),
    "after an error": None,
    "adorned": streamed(f"**- {CLAIM}**[1]"),
    "more than holds": streamed(f"{CLAIM} [1] Chợ Sắt đóng cửa lúc 9 giờ {SECRET}. [1] {SECRET} [7]"),
}
BAD: dict[str, tuple[LlmOutcome, Reply]] = {
    "401": (LlmOutcome.REFUSED, status(401)),
    "404": (LlmOutcome.REFUSED, page(f"<h1>{SECRET}</h1>", code=404)),
    "429 for long": (LlmOutcome.REFUSED, status(429, {"Retry-After": "3600"})),
    "500": (LlmOutcome.REFUSED, page(f"Traceback {SECRET}", code=500)),
    "503": (LlmOutcome.REFUSED, status(503)),
    "elsewhere": (LlmOutcome.REFUSED, redirect("http://127.0.0.1:1/v1/chat/completions")),
    "never answers": (LlmOutcome.SLOW, silent),
    "drips": (LlmOutcome.SLOW, repeating(HEAD, event(SECRET).encode(), 0.2)),
    "drips headers": (LlmOutcome.SLOW, repeating(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.1)),
    "endless": (LlmOutcome.NONSENSE, repeating(HEAD, event(SECRET * 100).encode())),
    "one endless line": (LlmOutcome.NONSENSE, repeating(HEAD + b"data: ", b"x" * 65536)),
    "cut off": (LlmOutcome.NONSENSE, raw(HEAD, event(f"{CLAIM} [1]").encode())),
    "cut off in an event": (LlmOutcome.NONSENSE, raw(HEAD, event(f"{CLAIM} [1]").encode()[:30])),
    "reset": (LlmOutcome.UNREACHABLE, reset),
    "half a JSON": (LlmOutcome.NONSENSE, page('{"choices": [{"mess', JSON)),
    "a page": (LlmOutcome.NONSENSE, page(f"<html>{SECRET}</html>")),
    "nothing": (LlmOutcome.NONSENSE, page("", SSE)),
    "garbage": (LlmOutcome.NONSENSE, page(bytes(range(256)) * 50, SSE)),
    "no HTTP": (LlmOutcome.UNREACHABLE, raw(b"XIN CHAO\r\n\r\n")),
    "packed": (LlmOutcome.NONSENSE, GZIP_BOMB),
    "no choices": (LlmOutcome.NONSENSE, page(json.dumps({"answer": SECRET}), JSON)),
    "content a number": (LlmOutcome.NONSENSE, whole(5)),
    "an error within": (LlmOutcome.NONSENSE, page(json.dumps({"error": {"message": SECRET}}), JSON)),
    "an error in the stream": (LlmOutcome.NONSENSE, page(f'{event(CLAIM)}data: {{"error": "{SECRET}"}}\n\n', SSE)),
    "says nothing": (LlmOutcome.LOCKED, streamed("")),
    "a dash": (LlmOutcome.LOCKED, streamed("-")),
    "cites nothing": (LlmOutcome.LOCKED, streamed(CLAIM)),
    "cites what is not there": (LlmOutcome.LOCKED, streamed(f"{CLAIM} [7] [99] [0]")),
    "another hour": (LlmOutcome.LOCKED, streamed("Chợ Sắt mở cửa lúc 6 giờ sáng. [1]")),
    "another body": (LlmOutcome.LOCKED, streamed("Sở Công Thương mở cửa chợ Sắt lúc 5 giờ sáng. [1]")),
    "a directive": (LlmOutcome.LOCKED, streamed("Theo Quyết định 12/QĐ-UBND chợ Sắt mở cửa lúc 5 giờ. [1]")),
    "another day": (LlmOutcome.LOCKED, streamed("Từ 1/7/2025 chợ Sắt mở cửa lúc 5 giờ sáng. [1]")),
    "the opposite": (LlmOutcome.LOCKED, streamed("Chợ Sắt không mở cửa lúc 5 giờ sáng. [1]")),
    "English": (LlmOutcome.LOCKED, streamed("Sat market opens at 5 in the morning. [1]")),
    "a link": (LlmOutcome.LOCKED, streamed(f"Xem http://{SECRET}.example, chợ Sắt mở cửa lúc 5 giờ. [1]")),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("llm"))
    with ArticleStore(made.store) as store:
        store.add(article(QUOTE, title="Chợ Sắt"), "raw")
        store.add(article("Ga Hải Phòng bán vé tàu từ 6 giờ.", title="Ga Hải Phòng"), "raw")
    reload(made, Coder(ENCODER, ENCODER.identity))
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


class Asked:
    """An engine in LLM mode, what it was told to keep, and how many requests may fail."""

    def __init__(self, home: Home, url: str, budget: Path, **limits: Any) -> None:
        tokens, concurrency = limits.get("tokens", 10**6), limits.get("concurrency", 2)
        self.composed: list[Composed] = []
        self._open = ExitStack()
        endpoint = Endpoint(url, "m", KEY, connect=1, silence=SILENCE, total=TOTAL, retries=1, max_tokens=100)
        client = self._open.enter_context(closing(ChatClient(endpoint)))
        writer = LlmWriter(
            client, Breaker(5, 60, time.monotonic), Budget(budget, tokens), concurrency=concurrency, max_tokens=100
        )
        engine = AnswerEngine(
            HomeBackend(home),
            ENCODER,
            ENCODER.identity,
            Fusion(0.5),
            keep=lambda _, c: self.composed.append(c),
            writer=writer,
        )
        self._engine = self._open.enter_context(closing(engine))

    def __call__(self, question: str = QUESTION) -> Answer:
        return self._engine.answer(question)

    @property
    def outcome(self) -> LlmOutcome | None:
        rewriting = self.composed[-1].rewriting
        return rewriting.outcome if rewriting else None

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def ask(home: Home, server: FaultServer, tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    """An engine whose server replies so."""
    with ExitStack() as stack:

        def made(*replies: Reply, url: str = "", **limits: Any) -> Asked:
            server.on("/v1/chat/completions", *replies)
            server.asked.clear()
            address = url or server.url("/v1")
            return stack.enter_context(closing(Asked(home, address, tmp_path / "spent.sqlite", **limits)))

        yield made


def shown(answer: Answer) -> str:
    return f"{answer_json(answer, VIETNAMESE, '1022')}\n{terminal_lines(answer, VIETNAMESE, '1022')}"


@pytest.mark.parametrize("name", GOOD)
def test_what_holds_is_shown_above_its_quote(name: str, ask: Callable[..., Asked]) -> None:
    reply = GOOD[name]
    asked = ask(reply) if reply else ask(status(503), streamed(f"{CLAIM} [1]"))
    answer = asked()
    assert asked.outcome is LlmOutcome.WRITTEN
    assert answer.text == f"{CLAIM} [1]"
    assert [citation.quote for citation in answer.citations] == [QUOTE]
    assert SECRET not in shown(answer)


@pytest.mark.parametrize("name", BAD)
def test_whatever_else_the_server_does_the_quote_is_the_answer(
    name: str, ask: Callable[..., Asked], caplog: pytest.LogCaptureFixture
) -> None:
    outcome, reply = BAD[name]
    asked = ask(reply)
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        answer = asked()
    assert time.monotonic() - began < TOTAL + 2
    assert (asked.outcome, answer.text, answer.claims) == (outcome, QUOTE, ())
    told = shown(answer) + caplog.text
    assert [words for words in (SECRET, KEY, "Traceback", QUESTION) if words in told.replace(f"'{QUESTION}'", "")] == []


def test_nobody_listens(ask: Callable[..., Asked]) -> None:
    asked = ask(status(500), url="http://127.0.0.1:9/v1")
    assert (asked().text, asked.outcome) == (QUOTE, LlmOutcome.UNREACHABLE)


def test_a_server_that_fails_again_and_again_is_left_alone(ask: Callable[..., Asked], server: FaultServer) -> None:
    asked = ask(status(401))
    outcomes = [(asked(), asked.outcome)[1] for _ in range(7)]
    assert outcomes == [LlmOutcome.REFUSED] * 5 + [LlmOutcome.RESTING] * 2
    assert len(server.asked) == 5


def test_an_answer_tells_what_came_of_the_model_and_the_tokens(ask: Callable[..., Asked]) -> None:
    work = ask(whole(f"{CLAIM} [1]", usage={"total_tokens": 3000}))().work
    assert (work.llm, work.tokens, work.seconds["rewrite"] > 0) == ("written", 3000, True)
    work = ask(status(401))().work
    assert (work.llm, work.tokens) == ("refused", 0)


def test_one_request_too_many_is_not_made(ask: Callable[..., Asked]) -> None:
    asked = ask(silent, concurrency=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(asked)
        time.sleep(SILENCE / 3)
        assert (asked().text, asked.outcome) == (QUOTE, LlmOutcome.BUSY)
        assert first.result().text == QUOTE


def test_the_days_tokens_are_shared_and_end(ask: Callable[..., Asked], server: FaultServer) -> None:
    used = whole(f"{CLAIM} [1]", usage={"total_tokens": 3000})
    one, other = ask(used, tokens=5000), ask(used, tokens=5000)
    outcomes = [(asked(), asked.outcome)[1] for asked in (one, other, one, other)]
    assert outcomes == [LlmOutcome.WRITTEN] * 2 + [LlmOutcome.SPENT] * 2
    assert len(server.asked) == 2


def test_what_was_not_asked_for_is_not_handed_out(ask: Callable[..., Asked], server: FaultServer) -> None:
    asked = ask(streamed(f"{CLAIM} [1]"))
    assert not asked("Giá vàng hôm nay bao nhiêu?").citations
    assert (server.asked, asked.outcome) == ([], None)


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def command_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    (folder / "sat.txt").write_text(f"Chợ Sắt\n\n{QUOTE}\n", encoding="utf-8")
    assert run_chidao(folder / "data", "add", str(folder / "sat.txt")).returncode == 0
    assert run_chidao(folder / "data", "reload").returncode == 0
    return folder / "data"


def test_the_key_goes_to_the_server_and_nowhere_else(command_home: Path, server: FaultServer, tmp_path: Path) -> None:
    server.on("/v1/chat/completions", streamed(f"{CLAIM} [1]"))
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    llm = {"CHIDAO_LLM__BASE_URL": server.url("/v1"), "CHIDAO_LLM__MODEL": "m"}
    result = run_chidao(command_home, "ask", QUESTION, "--json", **llm, CHIDAO_LLM__API_KEY_FILE=str(tmp_path / "key"))
    answer = json.loads(result.stdout)
    assert (answer["mode"], answer["claims"]) == ("llm", [{"text": CLAIM, "citations": [1]}])
    assert [citation["quote"] for citation in answer["citations"]] == [QUOTE]
    assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in result.stdout + result.stderr + server.bodies[-1].decode()
    failing = server.on("/v2/chat/completions", page(SECRET, code=500)).removesuffix("/chat/completions")
    result = run_chidao(command_home, "ask", QUESTION, "--json", CHIDAO_LLM__BASE_URL=failing, CHIDAO_LLM__MODEL="m")
    assert (json.loads(result.stdout)["mode"], SECRET in result.stdout + result.stderr) == ("quote", False)


# ---------------------------------------------------------------------------------- a server nobody here wrote (llmock)


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with llmock() as address:
        yield address


@pytest.mark.skipif(bool(reason := available()), reason=reason or "")
@pytest.mark.parametrize(
    ("behaviour", "outcomes"),
    [
        ({"type": "reply", "text": f"{CLAIM} [1]"}, {LlmOutcome.WRITTEN}),
        ({"type": "reply", "text": SECRET}, {LlmOutcome.LOCKED}),
        ({"type": "stream_fault", "kind": "disconnect"}, {LlmOutcome.NONSENSE}),
        ({"type": "stream_fault", "kind": "truncate"}, {LlmOutcome.NONSENSE}),
        ({"type": "stream_fault", "kind": "stall", "stall_seconds": 5}, {LlmOutcome.SLOW}),
        ({"type": "stream_fault", "kind": "malformed"}, {LlmOutcome.NONSENSE}),
        ({"type": "fail", "status": 429, "retry_after": 30, "message": SECRET, "times": None}, {LlmOutcome.REFUSED}),
        ({"type": "fail", "status": 500, "message": SECRET}, {LlmOutcome.LOCKED}),  # its second try is answered
        ({"type": "delay", "seconds": 5}, {LlmOutcome.SLOW}),
    ],
    ids=lambda value: str(value.get("kind") or value.get("status") or value["type"]) if isinstance(value, dict) else "",
)
def test_a_server_that_nobody_here_wrote(
    behaviour: dict[str, Any], outcomes: set[LlmOutcome], ask: Callable[..., Asked], mock: str
) -> None:
    httpx.post(f"{mock}/_llmock/reset").raise_for_status()
    httpx.post(f"{mock}/_llmock/scenario", json={"behaviors": [behaviour]}).raise_for_status()
    asked = ask(status(404), url=f"{mock}/v1")
    answer = asked()
    assert asked.outcome in outcomes
    assert answer.text == (f"{CLAIM} [1]" if asked.outcome is LlmOutcome.WRITTEN else QUOTE)
