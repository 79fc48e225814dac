"""Time to the first answer of `chidao chat`, its memory, and the latency of `ask` over the golden questions.

    .venv/bin/python bench/first_answer.py

Uses a temporary home with the sample articles. Linux and macOS.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "eval" / "golden.jsonl"
CHIDAO = [sys.executable, "-m", "bot"]
QUESTION = "nghi dinh 30/2020 ve viec gi\n"
ROUNDS = 5
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes on macOS, KiB elsewhere


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "CHIDAO_HOME": folder, "PYTHONUTF8": "1"}
        empty = _first_answer(environ, "--sample")
        loaded = sorted(_first_answer(environ) for _ in range(ROUNDS))
        print(f"chat --sample in an empty home, to the first answer: {empty:.1f} s")
        print(f"chat over a loaded home, to the first answer: median {statistics.median(loaded):.2f} s of {ROUNDS}")
        elapsed = _golden(environ)
    p50, p95 = statistics.median(elapsed), statistics.quantiles(elapsed, n=20)[-1]
    print(f"ask --batch, {len(elapsed)} golden questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * RSS_UNIT / 1e6
    print(f"largest resident memory of any of these processes: {peak:.0f} MB")


def _first_answer(environ: dict[str, str], *options: str) -> float:
    """Seconds from starting `chidao chat` to the line that quotes the answer."""
    began = time.perf_counter()
    with subprocess.Popen(
        [*CHIDAO, "chat", *options], cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as chat:
        assert chat.stdin
        assert chat.stdout
        chat.stdin.write(QUESTION.encode())
        chat.stdin.close()
        while line := chat.stdout.readline():
            if "“".encode() in line:
                return time.perf_counter() - began
    raise SystemExit("chidao chat gave no answer")


def _golden(environ: dict[str, str]) -> list[float]:
    """Milliseconds of each answer, as `ask` reports them; the first one, which loads the model, left out."""
    result = subprocess.run(
        [*CHIDAO, "ask", "--batch", str(GOLDEN)], cwd=ROOT, env=environ, capture_output=True, check=True
    )
    return [json.loads(line)["elapsed_ms"] for line in result.stdout.splitlines()][1:]


if __name__ == "__main__":
    main()
