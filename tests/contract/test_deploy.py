"""What deploy/ promises, as far as it can be tried without a container engine and without being systemd."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.botapi.client import StrictServer
from tests.contract import postgres_server
from tests.contract.fault_server import FaultServer, page, status
from tests.contract.postgres_server import PostgresServer
from tests.contract.running_bot import RunningBot
from tests.homes import ROOT, environment

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COPIED = [
    source
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    for source in shlex.split(line)[:-1]
]


NO_POSTGRES = postgres_server.available()


def steps_in_a_container() -> list[list[str]]:
    """The commands of the page's section, without what the container engine does."""
    section = OPERATIONS.partition("## In a container")[2].partition("\n## ")[0]
    found = re.findall(r"^docker compose \S+ \S+ (?:run|exec) .*?\bbot (?:chidao )?([^#\n]+)", section, re.MULTILINE)
    steps = [shlex.split(step) for step in found]
    assert [step[0] for step in steps] == ["add", "reload", "doctor", "ask"]
    return steps


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """What the image holds, run by nobody: code in a folder that can only be read, and the home, which is its own."""

    root: Path
    home: Path

    def run(self, *arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """The command, as its entry point runs it."""
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-m", "bot"]
        environment = {
            "PATH": os.environ["PATH"],
            "CHIDAO_HOME": str(self.home),
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self.home),
            **settings,
        }
        return subprocess.run(
            [*as_nobody, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=environment,
            timeout=300,
            check=False,
        )


@pytest.fixture
def image() -> Iterator[Image]:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become nobody (setpriv of util-linux)")
    # Not below pytest's tmp_path, which every pytest that starts on this machine closes to others again.
    with tempfile.TemporaryDirectory(prefix="chidao-image-") as folder:
        root, home = Path(folder) / "opt", Path(folder) / "data"
        Path(folder).chmod(0o755)
        root.mkdir()
        for source in COPIED:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, root / source, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, root / source)
        home.mkdir()
        os.chown(home, 65534, 65534)
        yield Image(root, home)


class TestImage:
    def test_what_is_copied_is_there_and_let_through(self) -> None:
        ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
        assert [source for source in COPIED if not (ROOT / source).exists()] == []
        assert {f"!{source}" for source in COPIED} <= set(ignored)

    def test_it_ends_as_a_user_without_rights(self) -> None:
        assert instructions("USER") == ["chidao"]
        assert instructions("ENTRYPOINT") == ['["chidao"]']
        assert DOCKERFILE.index("USER chidao") > DOCKERFILE.rindex("RUN ")

    @pytest.mark.timeout(360)
    def test_what_is_copied_answers_from_a_read_only_folder_as_nobody(self, image: Image) -> None:
        done = image.run("chat", "--sample", stdin="nghi dinh 30/2020 ve viec gi\n/quit\n")
        assert done.returncode == 0, done.stderr
        assert "về công tác văn thư" in done.stdout


class TestCompose:
    @pytest.fixture
    def services(self) -> dict[str, Any]:
        loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
        return dict(loaded["services"])

    def test_the_bot_has_no_more_than_it_needs(self, services: dict[str, Any]) -> None:
        bot = services["bot"]
        assert bot["read_only"] is True
        assert bot["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in bot["security_opt"]
        assert bot["volumes"] == ["home:/data"]
        assert int(bot["stop_grace_period"].rstrip("s")) > 30

    def test_it_waits_for_the_database_and_holds_no_secret(self, services: dict[str, Any]) -> None:
        assert services["bot"]["depends_on"]["database"]["condition"] == "service_healthy"
        assert set(services["bot"]["environment"]) == {
            "CHIDAO_METRICS__LISTEN",
            "CHIDAO_METRICS__PORT",
            "CHIDAO_LOG__FORMAT",
            "CHIDAO_INDEX__BACKEND",
        }
        assert "ports" not in services["bot"]
        assert "PASSWORD" not in str(services["database"]["environment"])

    def test_state_and_index_lie_on_a_server_that_has_pgvector(self, services: dict[str, Any]) -> None:
        assert services["bot"]["environment"]["CHIDAO_INDEX__BACKEND"] == "pgvector"
        assert services["database"]["image"].startswith("pgvector/pgvector:pg")

    @pytest.mark.skipif(NO_POSTGRES is not None, reason=NO_POSTGRES or "")
    @pytest.mark.timeout(360)
    def test_the_steps_of_the_page_answer_from_the_server(self, services: dict[str, Any], image: Image) -> None:
        pages, question = image.root / "pages", "Giá vé đi đò Bến Mơ là bao nhiêu?"
        pages.mkdir()
        fact = "Giá vé đi đò Bến Mơ là 6.000 đồng mỗi lượt."
        (pages / "gia-ve.txt").write_text(f"Giá vé đi đò\n\n{fact}\n", encoding="utf-8")
        with PostgresServer() as database:
            given = {**services["bot"]["environment"], "CHIDAO_DATABASE__URL": database.url}
            del given["CHIDAO_METRICS__PORT"]  # no bot runs, and one of the machine's own may
            told = {"/pages": str(pages), "…": question}
            said = []
            for step in steps_in_a_container():
                done = image.run(*(told.get(word, word) for word in step), **given)
                assert done.returncode == 0, f"{step}: {done.stdout}{done.stderr}"
                said.append(done.stdout)
            assert fact in said[-1]
            with psycopg.connect(database.url.replace("+psycopg", "")) as db:
                named = "SELECT name FROM chidao.served JOIN chidao.generations USING (schema)"
                assert db.execute(named).fetchall() == [("000001",)]
                assert db.execute("SELECT count(*) FROM receipts").fetchall() == [(1,)]

    def test_its_health_check_tells_what_is_alive_from_what_is_not(self, services: dict[str, Any]) -> None:
        check = services["bot"]["healthcheck"]["test"]
        assert check[:2] == ["CMD", "python"]
        settings = services["bot"]["environment"]
        assert f":{settings['CHIDAO_METRICS__PORT']}/healthz" in check[-1]
        with FaultServer() as server:
            server.on("/healthz", page('{"ok": true}'), status(503))
            asks = check[-1].replace("http://127.0.0.1:9464", server.url(""))
            codes = [
                subprocess.run([sys.executable, *check[2:-1], asks], stderr=subprocess.DEVNULL, check=False).returncode
                for _ in "ab"
            ]
        assert codes == [0, 1]


class TestService:
    @pytest.mark.parametrize("name", ["chidao.service", "chidao-backup.service", "chidao-backup.timer"])
    def test_systemd_finds_nothing_wrong(self, tmp_path: Path, name: str) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not installed")
        for unit in DEPLOY.glob("chidao*.*"):
            text = unit.read_text(encoding="utf-8")
            text = text.replace("/opt/chidao/.venv/bin/chidao bot", sys.executable).replace("User=chidao", "User=root")
            (tmp_path / unit.name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, timeout=60, check=False
        )
        assert [line for line in done.stderr.splitlines() if "chidao" in line] == []

    def test_it_stops_in_time_and_does_not_restart_what_cannot_run(self) -> None:
        unit = RawConfigParser(strict=False)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(DEPLOY / "chidao.service", encoding="utf-8")
        assert int(unit["Service"]["TimeoutStopSec"]) > 30
        assert unit["Service"]["RestartPreventExitStatus"] == "2"
        assert unit["Service"]["ProtectSystem"] == "strict"

    def test_the_bot_gives_systemd_the_signs_of_life_that_the_unit_asks_for(
        self, sample_home: Path, tmp_path: Path
    ) -> None:
        unit = (DEPLOY / "chidao.service").read_text(encoding="utf-8")
        assert "Type=notify\n" in unit
        assert "WatchdogSec=60\n" in unit
        home, address = tmp_path / "data", str(tmp_path / "notify")
        shutil.copytree(sample_home, home)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd, StrictServer() as telegram:
            systemd.bind(address)
            systemd.settimeout(60)
            with RunningBot(telegram, home, NOTIFY_SOCKET=address, WATCHDOG_USEC="200000"):
                told = [systemd.recv(100) for _ in range(4)]
        assert told == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]

    def test_the_nightly_backup_is_written_and_takes_the_old_ones_away(self, sample_home: Path, tmp_path: Path) -> None:
        backups, program = tmp_path / "backups", tmp_path / "chidao"
        backups.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
        program.chmod(0o755)
        for name, days in (("chidao-2026-01-01.tgz", 20), ("chidao-2026-01-19.tgz", 2), ("other.tgz", 20)):
            (backups / name).touch()
            os.utime(backups / name, times=(time.time() - days * 86400,) * 2)
        unit = (DEPLOY / "chidao-backup.service").read_text(encoding="utf-8")
        for line in re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE):
            read = line.replace("$$", "$").replace("%%", "%")  # as systemd does
            here = read.replace("/var/lib/chidao-backup", str(backups))
            command = shlex.split(here.replace("/opt/chidao/.venv/bin/chidao", str(program)))
            done = subprocess.run(command, cwd=ROOT, env=environment(sample_home), capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
        today = f"chidao-{time.strftime('%Y-%m-%d')}.tgz"
        assert sorted(each.name for each in backups.iterdir()) == ["chidao-2026-01-19.tgz", today, "other.tgz"]
