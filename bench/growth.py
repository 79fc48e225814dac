"""How adding and reloading grow with the number of articles, by the real commands in processes of their own.

    .venv/bin/python bench/growth.py SETS/news_baomoi_admin --sizes 300 2885 30000

Up to the size of the set its articles are taken as they are; beyond it each article is a half, drawn by chance, of the
paragraphs of one of them, so that many passages are the same and are encoded once. Then 1 % of the articles get another
last sentence and are added and reloaded again. Memory is the largest resident size of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.generation import Home

ROOT = Path(__file__).parents[1]
_CHANGED = 100  # one article in so many


@dataclass(frozen=True, slots=True)
class Run:
    """One command: its seconds, its largest memory in MB and what it printed."""

    seconds: float
    megabytes: float
    printed: str


def main() -> None:
    """Writes one table row for each size, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a set in BEIR form, of which corpus.jsonl is read")
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2885])
    options = parser.parse_args()
    sys.stdout.write(
        "| added | current | passages | add s | MB | reload s | MB | encoded | 1 % changed: reload s | encoded "
        "| swap ms | ask s | home MB |\n|" + " ---: |" * 13 + "\n"
    )
    originals = [json.loads(line) for line in (options.folder / "corpus.jsonl").read_text("utf-8").split("\n") if line]
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as place:
            sys.stdout.write(_row(Path(place), originals, size))
            sys.stdout.flush()


def _row(place: Path, originals: Sequence[dict[str, Any]], size: int) -> str:
    pages = place / "pages"
    _write(pages, originals, size)
    add = _chidao(place, "add", str(pages), "--json")
    reload = _chidao(place, "reload", "--json")
    for path in sorted(pages.iterdir())[::_CHANGED]:
        path.write_text(path.read_text("utf-8") + "\nThông tin này được cập nhật ngày hôm nay.", "utf-8")
    _chidao(place, "add", str(pages), "--json")
    again = _chidao(place, "reload", "--json")
    ask = _chidao(place, "ask", "Quyết định 3482/QĐ-UBND về việc gì?")
    first, second = json.loads(reload.printed), json.loads(again.printed)
    home = sum(path.stat().st_size for path in (place / "home").rglob("*") if path.is_file())
    cells = (
        *(size, first["articles"], first["passages"]),
        *(f"{add.seconds:.0f}", f"{add.megabytes:.0f}"),
        *(f"{reload.seconds:.0f}", f"{reload.megabytes:.0f}", first["encoded"]),
        *(f"{again.seconds:.1f}", f"{second['encoded']} of {second['passages']}"),
        *(f"{_swap(place / 'home') * 1000:.1f}", f"{ask.seconds:.1f}", f"{home / 1e6:.0f}"),
    )
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _swap(path: Path) -> float:
    """Seconds from a finished generation to CURRENT naming it: the rename and the replaced file, synced."""
    home = Home(path)
    with home.writer():
        began = time.perf_counter()
        home.point_to(home.current() or "")
        return time.perf_counter() - began


def _write(pages: Path, originals: Sequence[dict[str, Any]], size: int) -> None:
    pages.mkdir()
    for number, (title, text) in enumerate(_articles(originals, size)):
        (pages / f"{number:06d}.txt").write_text(f"Tiêu đề: {title}\n\n{text}\n", encoding="utf-8")


def _articles(originals: Sequence[dict[str, Any]], size: int) -> Iterator[tuple[str, str]]:
    for original in originals[:size]:
        yield original["title"], original["text"]
    chance = random.Random(0)
    for number in range(size - len(originals)):
        original = originals[number % len(originals)]
        paragraphs = original["text"].split("\n")
        kept = sorted(chance.sample(range(len(paragraphs)), (len(paragraphs) + 1) // 2))
        yield original["title"], "\n".join(paragraphs[at] for at in kept)


def _chidao(place: Path, *arguments: str) -> Run:
    began = time.perf_counter()
    with (place / "out").open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env={**os.environ, "CHIDAO_HOME": str(place / "home"), "PYTHONUTF8": "1"},
            stdout=out,
        )
        _, _, usage = os.wait4(process.pid, 0)
        out.seek(0)
        return Run(time.perf_counter() - began, usage.ru_maxrss / 1024, out.read())


if __name__ == "__main__":
    main()
