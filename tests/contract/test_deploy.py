"""What deploy/ promises, as far as it can be tried without a container engine and without being systemd."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.botapi.client import StrictServer
from tests.contract.fault_server import FaultServer, page, status
from tests.contract.running_bot import RunningBot
from tests.homes import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COPIED = [
    source
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    for source in shlex.split(line)[:-1]
]


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


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
    def test_what_is_copied_answers_from_a_read_only_folder_as_nobody(self, tmp_path: Path) -> None:
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            pytest.skip("only root can become nobody (setpriv of util-linux)")
        root, home = tmp_path / "opt", tmp_path / "data"
        root.mkdir()
        for source in COPIED:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, root / source, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, root / source)
        home.mkdir()
        os.chown(home, 65534, 65534)
        for path in (tmp_path, *tmp_path.parents):
            if path.stat().st_uid == os.geteuid() and path != Path("/"):
                path.chmod(path.stat().st_mode | 0o005)
        environment = {
            "PATH": os.environ["PATH"],
            "CHIDAO_HOME": str(home),
            "PYTHONPATH": str(root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
        }
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-m", "bot"]
        done = subprocess.run(
            [*as_nobody, "chat", "--sample"],
            input="nghi dinh 30/2020 ve viec gi\n/quit\n",
            capture_output=True,
            text=True,
            cwd=home,
            env=environment,
            timeout=300,
            check=False,
        )
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
        }
        assert "ports" not in services["bot"]
        assert "PASSWORD" not in str(services["database"]["environment"])

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
    def test_systemd_finds_nothing_wrong(self, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not installed")
        unit = tmp_path / "chidao.service"
        text = (DEPLOY / "chidao.service").read_text(encoding="utf-8")
        unit.write_text(
            text.replace("/opt/chidao/.venv/bin/chidao bot", sys.executable).replace("User=chidao", "User=root")
        )
        done = subprocess.run(
            ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False
        )
        assert [line for line in done.stderr.splitlines() if "chidao.service" in line] == []

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
