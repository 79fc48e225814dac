"""LLM mode in Telegram: what is shown while a model writes is proved at every moment, and the answer follows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.botapi.client import StrictServer
from tests.contract.fault_server import FaultServer, Reply, status
from tests.contract.running_bot import RunningBot
from tests.homes import run_chidao

QUOTE = "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."
CLAIM = "Chợ Sắt mở cửa lúc 5 giờ sáng."
FALSE = "Chợ Sắt đóng cửa lúc 9 giờ XUYENTAO."
QUESTION = "Chợ Sắt mở cửa lúc mấy giờ?"
PATH = "/v1/chat/completions"
_PAUSE = 1.5  # seconds between two sentences: longer than before a first draft


def slowly(*sentences: str) -> Reply:
    """A model that streams a sentence, rests, streams the next."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for text, reason in [*((each, None) for each in sentences), ("", "stop")]:
            choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
            handler.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
            handler.wfile.flush()
            time.sleep(_PAUSE)
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


@pytest.fixture(scope="module")
def model() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture(scope="module")
def bot(telegram: StrictServer, model: FaultServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    folder = tmp_path_factory.mktemp("llm")
    (folder / "cho-sat.txt").write_text(f"Tiêu đề: Chợ Sắt\n\n{QUOTE}", encoding="utf-8")
    home = Path(folder / "home")
    assert run_chidao(home, "add", str(folder / "cho-sat.txt")).returncode == 0
    assert run_chidao(home, "reload").returncode == 0
    settings = {"CHIDAO_LLM__BASE_URL": model.url("/v1"), "CHIDAO_LLM__MODEL": "m"}
    with RunningBot(telegram, home, **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def _running(telegram: StrictServer, bot: RunningBot) -> Iterator[None]:
    yield
    assert telegram.violations() == []


def test_drafts_show_the_quote_then_the_claims_and_the_answer_follows(
    telegram: StrictServer, model: FaultServer
) -> None:
    model.on(PATH, slowly(f"{CLAIM} [1] ", f"{FALSE} [1] ", f"{CLAIM} [1]"))
    telegram.send_text(QUESTION, chat_id=71)
    telegram.wait_for(1, chat_id=71, timeout=60)
    drafts = [each["text"] for each in telegram.drafts(71)]
    assert drafts[0].startswith(QUOTE)
    assert drafts[-1].startswith(f"{CLAIM} [1]")
    [answer] = telegram.bot_messages(71)
    assert answer["text"].startswith(f"{CLAIM} [1]")
    assert QUOTE in answer["text"]
    assert not any("XUYENTAO" in text for text in [*drafts, answer["text"]])


def test_in_a_group_one_message_is_edited(telegram: StrictServer, model: FaultServer) -> None:
    model.on(PATH, slowly(f"{CLAIM} [1] ", f"{FALSE} [1]"))
    telegram.add_to_group(-100_71, user_id=71)
    telegram.send_text(f"/ask {QUESTION}", chat_id=-100_71, user_id=71)
    telegram.wait_for(lambda calls: any(each.method == "editMessageText" for each in calls), None, chat_id=-100_71)
    telegram.wait_for_messages(
        lambda messages: messages[-1].get("text", "").startswith(CLAIM), chat_id=-100_71, timeout=60
    )
    [answer] = telegram.bot_messages(-100_71)
    assert QUOTE in answer["text"]
    assert telegram.drafts(-100_71) == []


def test_where_the_model_fails_the_quote_is_the_answer(telegram: StrictServer, model: FaultServer) -> None:
    model.on(PATH, status(401))
    telegram.send_text(QUESTION, chat_id=72)
    telegram.wait_for(1, chat_id=72, timeout=60)
    [answer] = telegram.bot_messages(72)
    assert answer["text"].startswith(QUOTE)
