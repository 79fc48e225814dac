"""Passages a second and milliseconds a question of the encoder that serves and of a sentence-transformers folder.

    .venv/bin/python bench/encoder.py FILE.jsonl.gz FOLDER [--passages 200]

FILE has one article a line: {"title": text, "passages": [text, ...], ...}; passages of some 600 characters are drawn by
chance, titles stand for questions. FOLDER is a model in fp32 that torch runs. Both on one thread, turn by turn in one
run, passages sorted by length; the best of three turns.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

TURNS = 3
SHORTEST, LONGEST = 500, 650


def main() -> None:
    """Measures both and writes a table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("folder", type=Path, help="a sentence-transformers folder")
    parser.add_argument("--passages", type=int, default=200)
    options = parser.parse_args()
    os.sched_setaffinity(0, {0})  # one core, and so one thread for both
    os.environ["OMP_NUM_THREADS"] = "1"
    passages, questions = _drawn(options.source, options.passages)

    from retrieval.encoder import DEFAULT_MODEL, make_encoder  # noqa: PLC0415  after the settings above

    served, other = make_encoder(str(DEFAULT_MODEL), {}), make_encoder(str(options.folder), {})
    rates: dict[str, list[float]] = {"int8": [], "fp32": []}
    times: dict[str, list[float]] = {"int8": [], "fp32": []}
    for encoder in (served, other):
        encoder.encode(questions[:3], "query")
    for _ in range(TURNS):
        for name, encoder in (("int8", served), ("fp32", other)):
            rates[name].append(len(passages) / _seconds(lambda e=encoder: e.encode(passages, "document")))  # type: ignore[misc]
            times[name].append(
                statistics.median(_seconds(lambda e=encoder, q=q: e.encode([q], "query")) for q in questions)  # type: ignore[misc]
            )
    sys.stdout.write("| | passages a second | ms a question, p50 |\n| --- | ---: | ---: |\n")
    for name, label in (("fp32", "torch, fp32"), ("int8", "ONNX Runtime, int8")):
        sys.stdout.write(f"| {label} | {max(rates[name]):.1f} | {1000 * min(times[name]):.1f} |\n")
    ratio = max(rates["int8"]) / max(rates["fp32"])
    sys.stdout.write(f"| ratio | {ratio:.2f} | {min(times['fp32']) / min(times['int8']):.2f} |\n")


def _drawn(source: Path, count: int) -> tuple[list[str], list[str]]:
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line, _ in zip(lines, range(5000), strict=False)]
    fitting = [p for article in articles for p in article["passages"] if SHORTEST <= len(p) <= LONGEST]
    chance = random.Random(0)
    return sorted(chance.sample(fitting, count), key=len), [a["title"] for a in chance.sample(articles, 60)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
