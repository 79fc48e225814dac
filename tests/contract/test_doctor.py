"""`chidao doctor` finds what is wrong, says what to do, and shows no secret."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.encoder import DEFAULT_MODEL
from tests.botapi.client import StrictServer
from tests.contract.fault_server import FaultServer, Reply, page, raw
from tests.homes import Chidao, run_chidao

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


@pytest.fixture
def served(chidao: Chidao, tmp_path: Path) -> Chidao:
    """The command over a home that serves one article."""
    (tmp_path / "a.txt").write_text("Tiêu đề: Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ.", encoding="utf-8")
    assert chidao("add", str(tmp_path / "a.txt")).returncode == 0
    assert chidao("reload").returncode == 0
    return chidao


def test_a_setting_that_is_misspelled_is_named(chidao: Chidao) -> None:
    _, found, printed = examined(chidao, CHIDAO_TELEGRM__TOKEN=SECRET, CHIDAO_TELEGRAM__TOKN="x", CHIDAO_LANGUAGE="en")
    assert found["settings"]["health"] == "warning"
    assert "CHIDAO_TELEGRAM__TOKN, CHIDAO_TELEGRM__TOKEN" in found["settings"]["seen"]
    assert "docs/settings.md" in found["settings"]["advice"]
    assert SECRET not in printed
    _, found, _ = examined(chidao, CHIDAO_TELEGRAM='{"concurrency": 3}', CHIDAO_TELEGRAM__USER_LIMIT="5")
    assert found["settings"]["health"] == "good"


def test_a_bad_setting_is_explained_and_nothing_else_looked_at(chidao: Chidao) -> None:
    done = chidao("doctor", CHIDAO_TELEGRAM__CONCURRENCY="many")
    assert (done.returncode, done.stdout) == (2, "")
    assert "CHIDAO_TELEGRAM__CONCURRENCY: " in done.stderr
    assert "many" not in done.stderr


def test_an_index_of_another_model_is_told_with_what_to_do(served: Chidao, tmp_path: Path) -> None:
    model = tmp_path / "vi-other"
    shutil.copytree(DEFAULT_MODEL, model)
    with (model / "encoder.json").open("a") as file:
        file.write("\n")  # another version of a model is another model
    _, found, _ = examined(served, CHIDAO_ENCODER__MODEL=str(model), CHIDAO_LANGUAGE="en")
    assert (found["model"]["health"], found["generation"]["health"]) == ("good", "good")
    assert found["index"]["health"] == "failed"
    assert "«vi-e5-small», settings name «vi-other»" in found["index"]["seen"]
    assert "chidao reload" in found["index"]["advice"]
    assert served("reload", CHIDAO_ENCODER__MODEL=str(model)).returncode == 0
    assert examined(served, CHIDAO_ENCODER__MODEL=str(model))[1]["index"]["health"] == "good"
    assert examined(served)[1]["index"]["health"] == "failed"


def test_a_disk_with_little_room_is_told(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8000000", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk (tmpfs) needs root on Linux")
    try:
        done = run_chidao(disk, "doctor", "--json", CHIDAO_LANGUAGE="en")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    [found] = [each for each in json.loads(done.stdout) if each["what"] == "disk"]
    assert (found["health"], found["seen"]) == ("warning", "0.0 GB free; 0.5 GB should be")
    assert "CHIDAO_INDEX__KEEP" in found["advice"]


def test_without_tesseract_it_says_how_to_install_it(chidao: Chidao, tmp_path: Path) -> None:
    _, found, _ = examined(chidao, PATH=str(tmp_path))
    assert found["OCR"]["health"] == "warning"
    assert "apt-get install tesseract-ocr tesseract-ocr-vie" in found["OCR"]["advice"]


def test_a_clock_that_differs_from_telegrams_is_told(chidao: Chidao) -> None:
    with FaultServer() as server:
        there = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
        server.on("/bot1:x/getMe", answered({"username": "b"}, Date=there))
        server.on("/bot1:x/getWebhookInfo", answered({"url": ""}, Date=there))
        base = {"CHIDAO_TELEGRAM__TOKEN": "1:x", "CHIDAO_TELEGRAM__BASE_URL": server.url("/bot")}
        _, found, _ = examined(chidao, CHIDAO_LANGUAGE="en", **base)
    assert found["clock"]["health"] == "warning"
    assert "wrong by 360" in found["clock"]["seen"]
    assert "NTP" in found["clock"]["advice"]


def answered(result: dict[str, Any], **headers: str) -> Reply:
    """What the Bot API says, at any hour: the server's own header is put aside."""
    body = json.dumps({"ok": True, "result": result}).encode()
    lines = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode(), body)


def test_a_webhook_that_is_not_set_is_told(chidao: Chidao, telegram: StrictServer) -> None:
    account = {"CHIDAO_TELEGRAM__TOKEN": telegram.token, "CHIDAO_TELEGRAM__BASE_URL": telegram.base_url}
    hook = {"CHIDAO_TELEGRAM__WEBHOOK__URL": "https://bot.city.vn/x"}
    _, found, _ = examined(chidao, CHIDAO_LANGUAGE="en", **account, **hook)
    assert found["webhook"]["health"] == "warning"
    assert found["webhook"]["seen"] == "Telegram calls nobody, not «https://bot.city.vn/x»"
    assert found["webhook"]["advice"] == "run: chidao bot --webhook"


def test_a_bot_that_should_run_and_does_not_is_told(chidao: Chidao) -> None:
    _, found, _ = examined(chidao, CHIDAO_METRICS__PORT="1", CHIDAO_METRICS__LISTEN="0.0.0.0", CHIDAO_LANGUAGE="en")
    assert found["bot"]["health"] == "warning"
    assert "does not answer at port 1 (ConnectError)" in found["bot"]["seen"]
    assert "bot" not in examined(chidao)[1]


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
