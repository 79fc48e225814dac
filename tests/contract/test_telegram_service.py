"""The bot with an embedding service that is down from the start: it starts, answers by words, and does not lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi.client import StrictServer
from tests.contract.embeddings import PATH, vectors
from tests.contract.fault_server import FaultServer, page
from tests.contract.running_bot import RunningBot
from tests.homes import run_chidao

QUOTE = "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."
NOWHERE = "Lệ phí trước bạ ô tô điện là bao nhiêu?"
KEY = "sk-khoa-bi-mat"
SECRET = "XUYENTAO"


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


@pytest.fixture(scope="module")
def service() -> Iterator[FaultServer]:
    with FaultServer() as server:
        server.on(PATH, vectors())
        yield server


@pytest.fixture(scope="module")
def bot(telegram: StrictServer, service: FaultServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "cho-sat.txt").write_text(f"Tiêu đề: Chợ Sắt\n\n{QUOTE}", encoding="utf-8")
    settings = {
        "CHIDAO_ENCODER__BASE_URL": service.url("/v1"), "CHIDAO_ENCODER__MODEL": "m", "CHIDAO_ENCODER__API_KEY": KEY
    }  # fmt: skip
    assert run_chidao(folder / "home", "add", str(folder / "cho-sat.txt")).returncode == 0
    assert run_chidao(folder / "home", "reload", **settings).returncode == 0
    service.on(PATH, page(SECRET, code=400))
    with RunningBot(telegram, Path(folder / "home"), **settings) as running:
        yield running


def test_a_citizen_gets_what_words_find_and_else_is_asked_to_come_back(
    telegram: StrictServer, service: FaultServer, bot: RunningBot
) -> None:
    for text in ("Chợ Sắt mở cửa lúc mấy giờ?", NOWHERE, "/privacy"):
        telegram.send_text(text, chat_id=81)
    telegram.wait_for(3, chat_id=81, timeout=60)
    found, unavailable, privacy = (each["text"] for each in telegram.bot_messages(81))
    assert found.startswith(QUOTE)
    assert unavailable.startswith("Tạm thời chưa trả lời được.")
    assert "câu hỏi được gửi tới máy chủ mã hoá" in privacy
    log = bot.log
    assert "searched by words alone: the embedding service (CHIDAO_ENCODER__BASE_URL)" in log
    assert not [each for each in (KEY, SECRET, "Chợ", "phí", str(service.port), "Traceback") if each in log]
    assert telegram.violations() == []
