"""How adding and reloading grow with the number of articles, by the real commands in processes of their own.

    .venv/bin/python bench/growth.py SETS/news_baomoi_admin --sizes 300 2885
    .venv/bin/python bench/growth.py SETS/news_baomoi_admin --sizes 300 3000 30000 --without-model

Up to the size of the set its articles are taken as they are; beyond it each article has the title of one of them and as
many paragraphs as that one has, drawn by chance from all. Then 1 % of the articles get another last sentence and are
added and reloaded again. Without the model every passage gets a vector made of its digest, in no time: what remains is
what everything else costs. Memory is the largest resident size of the process.
"""

from __future__ import annotations

import argparse
import hashlib
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

import numpy as np

from bot.report.reloads import reload_json
from corpus.generation import Home
from retrieval.build import reload
from retrieval.encoder import ModelIdentity
from retrieval.encoding import Coder
from retrieval.hits import Role, Vectors

ROOT = Path(__file__).parents[1]
DIMENSION = 384
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
    parser.add_argument("--without-model", action="store_true", help="vectors that cost nothing")
    parser.add_argument("--reload", action="store_true", help=argparse.SUPPRESS)  # what a child does: FOLDER is a home
    options = parser.parse_args()
    if options.reload:
        _reload(Home(options.folder))
        return
    sys.stdout.write(
        "| added | current | passages | add s | MB | reload s | MB | encoded | 1 % changed: reload s | encoded "
        "| swap ms | status s | home MB |\n|" + " ---: |" * 13 + "\n"
    )
    originals = [json.loads(line) for line in (options.folder / "corpus.jsonl").read_text("utf-8").split("\n") if line]
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as place:
            sys.stdout.write(_row(Path(place), originals, size, model=not options.without_model))
            sys.stdout.flush()


class _Digests:
    """Unit vectors made of digests: as many numbers as the model's, and no work."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002  an encoder is asked so
        """One vector a text."""
        seeds = (hashlib.sha256(text.encode()).digest()[:8] for text in texts)
        drawn = [np.random.default_rng(int.from_bytes(seed)).standard_normal(DIMENSION) for seed in seeds]
        return np.stack([(vector / np.linalg.norm(vector)).astype(np.float32) for vector in drawn])


def _reload(home: Home) -> None:
    report = reload(home, Coder(_Digests(), ModelIdentity("digests", "digests")))
    sys.stdout.write(json.dumps(reload_json(report)))


def _row(place: Path, originals: Sequence[dict[str, Any]], size: int, *, model: bool) -> str:
    pages = place / "pages"
    _write(pages, originals, size)
    add = _chidao(place, "add", str(pages), "--json")
    reloading = ["-m", "bot", "reload", "--json"] if model else [__file__, "--reload", str(place / "home")]
    first = _run(place, *reloading)
    for path in sorted(pages.iterdir())[::_CHANGED]:
        path.write_text(path.read_text("utf-8") + "\nThông tin này được cập nhật ngày hôm nay.", "utf-8")
    _chidao(place, "add", str(pages), "--json")
    again = _run(place, *reloading)
    listed = _chidao(place, "status", "--json")
    one, two = json.loads(first.printed), json.loads(again.printed)
    home = sum(path.stat().st_size for path in (place / "home").rglob("*") if path.is_file())
    cells = (
        *(size, one["articles"], one["passages"]),
        *(f"{add.seconds:.0f}", f"{add.megabytes:.0f}"),
        *(f"{first.seconds:.0f}", f"{first.megabytes:.0f}", one["encoded"]),
        *(f"{again.seconds:.1f}", f"{two['encoded']} of {two['passages']}"),
        *(f"{_swap(place / 'home') * 1000:.1f}", f"{listed.seconds:.1f}", f"{home / 1e6:.0f}"),
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
    paragraphs = [paragraph for original in originals for paragraph in original["text"].split("\n")]
    for number in range(size - len(originals)):
        original = originals[number % len(originals)]
        yield original["title"], "\n".join(chance.sample(paragraphs, original["text"].count("\n") + 1))


def _chidao(place: Path, *arguments: str) -> Run:
    return _run(place, "-m", "bot", *arguments)


def _run(place: Path, *arguments: str) -> Run:
    began = time.perf_counter()
    with (place / "out").open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, "CHIDAO_HOME": str(place / "home"), "PYTHONUTF8": "1"},
            stdout=out,
        )
        _, _, usage = os.wait4(process.pid, 0)
        out.seek(0)
        return Run(time.perf_counter() - began, usage.ru_maxrss / 1024, out.read())


if __name__ == "__main__":
    main()
