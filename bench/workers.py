"""Passages a second that one worker encodes and that several do, turn by turn in one run.

    .venv/bin/python bench/workers.py CORPUS.jsonl [--passages 2000] [--workers 1 2] [--model FOLDER] [--turns 2]

CORPUS has one document a line (BEIR: "title", "text"); it is cut into passages as articles are, and as many are taken
by chance, sorted by length, in blocks as in a reload. A turn begins with no process running and nothing loaded, as a
reload does. The best turn of each number of workers counts; the vectors are compared.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

from corpus.chunk import split
from corpus.models import Article
from corpus.snapshot import indexed_text
from retrieval.encoder import DEFAULT_MODEL, make_encoder
from retrieval.encoding import ENCODE_BLOCK
from retrieval.hits import Vectors
from retrieval.workers import Crew, encode_blocks


def main() -> None:
    """Measures and writes a table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="documents, one a line")
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", default=str(DEFAULT_MODEL), help="a model folder")
    parser.add_argument("--turns", type=int, default=2)
    options = parser.parse_args()
    texts = _drawn(options.corpus, options.passages)
    seconds: dict[int, list[float]] = {workers: [] for workers in options.workers}
    made: list[Vectors] = []
    for _ in range(options.turns):
        for workers in options.workers:
            began = time.perf_counter()
            made.append(_encoded(texts, options.model, workers))
            seconds[workers].append(time.perf_counter() - began)
    sys.stdout.write(f"{len(texts)} passages of {sum(map(len, texts)) / len(texts):.0f} characters\n\n")
    sys.stdout.write("| workers | passages a second, best | of each turn |\n| ---: | ---: | --- |\n")
    for workers, took in seconds.items():
        rates = [len(texts) / each for each in took]
        sys.stdout.write(f"| {workers} | {max(rates):.1f} | {', '.join(f'{rate:.1f}' for rate in rates)} |\n")
    apart = max(float(np.abs(made[0] - other).max()) for other in made)
    sys.stdout.write(f"\nLargest difference between two turns in any number of a vector: {apart:g}\n")


def _drawn(corpus: Path, count: int) -> list[str]:
    rows = map(json.loads, corpus.read_text(encoding="utf-8").splitlines())
    articles = (
        Article.create(title=row["title"] or row["_id"], published=None, source=row["_id"], text=row["text"])
        for row in rows
    )
    texts = [indexed_text(passage) for article in articles for passage in split(article)]
    return sorted(random.Random(0).sample(texts, min(count, len(texts))), key=len)


def _encoded(texts: list[str], model: str, workers: int) -> Vectors:
    blocks = ((at, texts[at : at + ENCODE_BLOCK]) for at in range(0, len(texts), ENCODE_BLOCK))
    found = dict(encode_blocks(make_encoder(model, {}), Crew(workers, partial(make_encoder, model, {})), blocks))
    return np.concatenate([found[at] for at in sorted(found)])


if __name__ == "__main__":
    main()
