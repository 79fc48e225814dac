"""A long day: many questions of one engine while the corpus is reloaded under it, again and again.

    .venv/bin/python -m bench.soak --questions 50000 --reloads 20

The engine answers as in `chidao bot`, receipts and all, from two threads; each reload is `chidao add` and `chidao
reload` in processes of their own. Questions are the golden ones (tests/eval/golden.jsonl), marked and not, every fourth
with a word that was never seen before. After each reload it looks at the memory that is the process's own (anonymous,
of smaps_rollup), its open files and threads, and the generations on disk. Prints one row a reload, then the median of
the first five and of the last five, warm-up left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from bot.answering.engine import AnswerEngine
from bot.cli.citizen import engine_of
from config.settings import IndexSettings, Settings
from corpus.generation import Home
from corpus.syllables import without_marks

ROOT = Path(__file__).parents[1]
KEEP = 3
THREADS = 2
WARM_UP = 2  # reloads after which the process has all that it loads once


def main() -> None:
    """Reads the command line, fills a home, asks and reloads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=50_000)
    parser.add_argument("--reloads", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _chidao(place, "add", str(ROOT / "corpus" / "sample"))
        _chidao(place, "reload")
        settings = Settings(home=place / "data", index=IndexSettings(keep=KEEP))
        sys.stdout.write("| reload | questions | answered | own memory MB | files | threads | generations |\n")
        sys.stdout.write("|" + " ---: |" * 7 + "\n")
        with engine_of(settings) as engine:
            rows = list(_day(engine, place, options.questions // options.reloads, options.reloads))
    kept = rows[WARM_UP:]
    for name, column in (("own memory MB", 0), ("files", 1), ("threads", 2)):
        first, last = (statistics.median(row[column] for row in part) for part in (kept[:5], kept[-5:]))
        sys.stdout.write(f"{name}: {first:g} at first, {last:g} at last ({100 * (last / first - 1):+.1f} %)\n")


def _day(engine: AnswerEngine, place: Path, questions: int, reloads: int) -> Iterator[tuple[float, int, int]]:
    """Memory, open files and threads after each reload."""
    asked = _questions()
    with ThreadPoolExecutor(THREADS) as threads:
        for number in range(1, reloads + 1):
            half = questions // 2
            before = list(threads.map(lambda text: engine.answer(text).status, islice(asked, half)))
            under_way = threads.map(lambda text: engine.answer(text).status, islice(asked, questions - half))
            _change(place, number)
            answers = [*before, *under_way]
            engine.answer("câu hỏi sau khi nạp lại")
            seen = (_own_memory(), _entries("/proc/self/fd"), _entries("/proc/self/task"))
            names = Home(place / "data").names()
            answered = sum(status == "answered" for status in answers) / len(answers)
            figures = (f"{seen[0]:.1f}", str(seen[1]), str(seen[2]), str(len(names)))
            sys.stdout.write(f"| {number} | {number * questions:,} | {answered:.3f} | {' | '.join(figures)} |\n")
            sys.stdout.flush()
            yield seen


def _change(place: Path, number: int) -> None:
    """An article more, and a reload, while questions are answered."""
    note = place / f"{number}.txt"
    note.write_text(
        f"Thông báo lịch tiếp công dân\n\nPhòng {number} tiếp công dân lúc {number} giờ hằng ngày.\n", "utf-8"
    )
    _chidao(place, "add", str(note))
    _chidao(place, "reload")


def _questions() -> Iterator[str]:
    """Questions without end."""
    lines = (ROOT / "tests" / "eval" / "golden.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    for number, text in enumerate(cycle([*texts, *map(without_marks, texts)])):
        yield text if number % 4 else f"{text} x{number}y"


def _entries(folder: str) -> int:
    return sum(1 for _ in Path(folder).iterdir())


def _own_memory() -> float:
    """Megabytes that are the process's own, mapped files left out."""
    rolled = Path("/proc/self/smaps_rollup").read_text("ascii")
    found = re.search(r"^Anonymous:\s+(\d+) kB", rolled, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def _environment(place: Path) -> dict[str, str]:
    return {**os.environ, "CHIDAO_HOME": str(place / "data"), "CHIDAO_INDEX__KEEP": str(KEEP)}


def _chidao(place: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=_environment(place),
        check=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
