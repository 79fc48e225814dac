"""The campaign: every target fuzzed for its share of the minutes, one after another. See README.md."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import worlds
from tests.fuzz.target import ROOT
from tests.fuzz.targets import TARGETS

_MEGABYTES = 2_500  # of one process, libraries and all
_HANG = 60  # seconds that one input may take before the process is ended
_CRASHES = 5  # of one target; then it is given up


@dataclass(slots=True)
class _Tally:
    """What came of one target."""

    executions: int = 0
    seconds: float = 0.0
    findings: int = 0


def main() -> int:
    """Runs the campaign; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15, help="in all")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="this one alone; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of chance")
    default = Path(tempfile.gettempdir()) / "chidao-fuzz"
    parser.add_argument("--work", type=Path, default=default, help="folder that keeps inputs and findings between runs")
    parser.add_argument("--seeds", action="append", type=Path, default=[], help="folder of more files to begin with")
    asked = parser.parse_args()
    names = asked.target or list(TARGETS)
    home = asked.work / "home"
    if not home.exists():
        worlds.make_home(home)
    for folder in asked.seeds:
        _take(folder, names, asked.work)
    tallies = {name: _campaign(name, asked.minutes * 60 / len(names), asked.seed, asked.work) for name in names}
    print(f"\n{'target':<12} {'executions':>10} {'seconds':>8} {'findings':>8}")
    for name, tally in tallies.items():
        print(f"{name:<12} {tally.executions:>10} {tally.seconds:>8.0f} {tally.findings:>8}")
    executions, seconds = (sum(getattr(each, name) for each in tallies.values()) for name in ("executions", "seconds"))
    print(f"{'all':<12} {executions:>10} {seconds:>8.0f}")
    return 1 if any(tally.findings for tally in tallies.values()) else 0


def _take(folder: Path, names: list[str], work: Path) -> None:
    """Files of a folder outside the repository, as seeds of the targets whose ending they have."""
    for target in map(TARGETS.__getitem__, names):
        corpus = work / "corpus" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        for path in (each for each in folder.rglob("*") if each.suffix in target.others):
            (corpus / f"other-{path.stem[:40]}").write_bytes(path.read_bytes()[: target.most])


def _campaign(name: str, seconds: float, seed: int, work: Path) -> _Tally:
    """One target until its time is over; after a crash a new process goes on."""
    tally, began = _Tally(), time.monotonic()
    while (left := seconds - tally.seconds) >= 1 and tally.findings < _CRASHES:
        options = [f"-max_total_time={int(left)}", f"-timeout={_HANG}", f"-rss_limit_mb={_MEGABYTES}", f"-seed={seed}"]
        command = [sys.executable, "-m", "tests.fuzz.guided", name, str(work), "--", *options, "-print_final_stats=1"]
        scratch = work / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        settings = {
            worlds.HOME: str(work / "home"),
            "TMPDIR": str(scratch),
            "PYTHONPATH": str(ROOT),
            "PTB_TIMEDELTA": "1",
            "RUST_BACKTRACE": "0",  # it takes longer than the panic
        }
        environment = {**os.environ, **settings, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", check=False
        )
        told = done.stdout + done.stderr
        found = re.findall(r"^FINDING (.*)$", told, re.MULTILINE)
        if done.returncode:
            found.append(f"the process ended with {done.returncode}: " + " | ".join(told.splitlines()[-12:]))
        for each in found:
            print(f"{name}: {each}", flush=True)
        runs = re.findall(r"stat::number_of_executed_units: *(\d+)", told) or re.findall(
            r"^#(\d+)\s", told, re.MULTILINE
        )
        tally.executions += int(runs[-1]) if runs else 0
        tally.findings += len(found)
        tally.seconds = time.monotonic() - began
        seed += 1
    print(f"{name}: {tally.executions} executions in {tally.seconds:.0f} s, {tally.findings} findings", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
