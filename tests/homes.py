"""Real homes: the command in a process of its own, and the sample corpus encoded by the model that comes along."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import started

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "corpus" / "sample"
Chidao = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a person's shell would hand to chidao: no setting of ours but the home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHIDAO_")}
    return {**kept, "CHIDAO_HOME": str(home), "PYTHONUTF8": "1", **more}


def run_chidao(home: Path, *arguments: str, stdin: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """The real command in a process of its own."""
    done: subprocess.CompletedProcess[str] = started.run(arguments, environment(home, **more), stdin, timeout=110)
    return done


def run_fresh(home: Path, *arguments: str, stdin: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """The same, in an interpreter that is started for it alone."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(home, **more),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample articles, added and reloaded by the command line."""
    home = tmp_path_factory.mktemp("sample") / "data"
    assert run_chidao(home, "add", str(SAMPLE)).returncode == 0
    assert run_chidao(home, "reload").returncode == 0
    return home


@pytest.fixture
def chidao(tmp_path: Path) -> Chidao:
    """The command over an empty home of the test's own."""

    def run(*arguments: str, stdin: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
        return run_chidao(tmp_path / "data", *arguments, stdin=stdin, **more)

    return run
