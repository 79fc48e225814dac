"""`chidao doctor` finds what is wrong, says what to do, and shows no secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.client import StrictServer
from tests.contract.fault_server import FaultServer, page
from tests.homes import Chidao

SECRET = "XYZ-bi-mat"


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


def examined(chidao: Chidao, **settings: str) -> tuple[int, dict[str, dict[str, Any]], str]:
    """Exit code, findings by what was looked at, and everything that was printed."""
    done = chidao("doctor", "--json", **settings)
    return done.returncode, {each["what"]: each for each in json.loads(done.stdout)}, done.stdout + done.stderr


def test_a_home_that_serves_is_well(chidao: Chidao, tmp_path: Path, telegram: StrictServer) -> None:
    (tmp_path / "a.txt").write_text("Tiêu đề: Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ.", encoding="utf-8")
    assert chidao("add", str(tmp_path / "a.txt")).returncode == 0
    assert examined(chidao)[0] == 1  # nothing reloaded
    assert chidao("reload").returncode == 0
    account = {"CHIDAO_TELEGRAM__TOKEN": telegram.token, "CHIDAO_TELEGRAM__BASE_URL": telegram.base_url}
    code, found, _ = examined(chidao, **account)
    assert code == 0
    assert {what for what, each in found.items() if each["health"] == "failed"} == set()
    assert {found[what]["health"] for what in ("generation", "model", "index", "Telegram")} == {"good"}
    assert found["model"]["seen"].startswith("vi-e5-small (cpu), 384")
    assert found["golden questions"]["health"] == "warning"
    (tmp_path / "b.txt").write_text("Tiêu đề: Cầu Rào\n\nCầu Rào xây năm 1980.", encoding="utf-8")
    assert chidao("add", str(tmp_path / "b.txt")).returncode == 0
    _, found, _ = examined(chidao, CHIDAO_TELEGRAM__WEBHOOK__URL="https://bot.city.vn/x", **account)
    assert found["reload"]["health"] == "warning"
    assert "https://bot.city.vn/x" in found["webhook"]["seen"]


def test_every_fault_is_named_and_no_secret_shown(chidao: Chidao, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "golden.jsonl").write_text('{"_id": 1}\n')
    code, found, printed = examined(
        chidao,
        CHIDAO_TELEGRAM__TOKEN=f"1:{SECRET}",
        CHIDAO_TELEGRAM__BASE_URL="http://127.0.0.1:1/bot",
        CHIDAO_DATABASE__URL=f"postgresql://u:{SECRET}@127.0.0.1:1/x",
        CHIDAO_LLM__BASE_URL="http://127.0.0.1:1/v1",
        CHIDAO_LLM__MODEL="m",
        CHIDAO_ENCODER__MODEL=str(tmp_path / "none"),
        CHIDAO_LANGUAGE="en",
    )
    assert code == 1
    failed = {what for what, each in found.items() if each["health"] == "failed"}
    assert failed >= {"model", "state", "Telegram"}
    assert found["LLM"]["health"] == "warning"
    assert SECRET not in printed


def test_a_wrong_token_and_a_home_without_articles(chidao: Chidao) -> None:
    with FaultServer() as server:
        server.on(
            "/bot1:x/getMe",
            page('{"ok": true, "result": {"username": "b"}}'),
        )
        server.on(
            "/bot1:x/getWebhookInfo",
            page('{"ok": true, "result": {"url": "", "pending_update_count": 5000}}'),
        )
        server.on("/bot2:x/getMe", page('{"ok": false, "error_code": 401}', code=401))
        base = {"CHIDAO_TELEGRAM__BASE_URL": server.url("/bot"), "CHIDAO_LANGUAGE": "en"}
        _, found, _ = examined(chidao, CHIDAO_TELEGRAM__TOKEN="1:x", **base)
        assert found["clock"]["health"] == "good"
        assert "5000 updates wait" in found["webhook"]["seen"]
        assert found["generation"]["health"] == "failed"
        _, found, _ = examined(chidao, CHIDAO_TELEGRAM__TOKEN="2:x", **base)
        assert "does not accept the token" in found["Telegram"]["seen"]
