"""Sixteen threads asking while generations are swapped: the same answers as one thread, and questions a second.

    .venv/bin/python bench/threads.py FILE.jsonl.gz --passages 10000

FILE as for cost.py. A home of so many passages with two generations of the same content is asked by one thread and by
sixteen, on one core and on two, each in a process of its own; all the while CURRENT goes from one generation to the
other every half second. "Hits" are searches by question, "answers" everything up to the quotes, of which much is
Python, and that runs in one thread at a time. Prints one Markdown row for each; fails where answers differ.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.cost import build_home, prepare
from bot.answering.engine import AnswerEngine
from bot.answering.live import LiveGeneration
from corpus.generation import Home
from retrieval.backends.backend import HomeBackend
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.retriever import Fusion, Retriever

ROOT = Path(__file__).parents[1]
FUSION = Fusion(0.5)
TURN = 0.5  # seconds between two swaps
SECONDS = 15


def main() -> None:
    """Reads the command line; asks in children."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)  # what is asked, threads, cores, a folder
    options = parser.parse_args()
    if options.child:
        what, threads, cores, place = options.child
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(cores) :])
        sys.stdout.write(_measure(what, int(threads), Path(place)))
        return
    sys.stdout.write(
        "| asked for | threads | cores | questions a second | processors used | swaps |\n|---|" + " ---: |" * 5 + "\n"
    )
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place), options.source, 1000)
        for _ in range(2):
            build_home(Path(place), options.source, options.passages)
        for what, (threads, cores) in itertools.product(("hits", "answers"), ((1, 1), (16, 1), (16, 2))):
            command = [sys.executable, "-m", "bench.threads", "-", "--child", what, str(threads), str(cores), place]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
            sys.stdout.write(f"| {what} | {threads} | {cores} | {done.stdout} |\n")
            sys.stdout.flush()


def _measure(what: str, threads: int, place: Path) -> str:
    home, identity = Home(place / "home"), identify(str(DEFAULT_MODEL), {})
    questions: list[str] = json.loads((place / "questions.json").read_text("utf-8"))[:100]
    encoder = make_encoder(str(DEFAULT_MODEL), {})
    engine, live = (
        AnswerEngine(HomeBackend(home), encoder, identity, FUSION),
        LiveGeneration(HomeBackend(home), identity),
    )

    def hits(question: str) -> object:
        with live.reading() as generation:
            parts = (generation.snapshot, generation.lexical, generation.vectors)
            return Retriever(*parts, encoder, FUSION).search(question, 30)

    def answer(question: str) -> object:
        given = engine.answer(question)
        return given.status, given.citations

    ask = hits if what == "hits" else answer
    alone = {question: ask(question) for question in questions}
    began = time.process_time()
    asked, swaps = _ask_while_swapping(home, threads, lambda at: _same(ask, questions[at % len(questions)], alone))
    used = (time.process_time() - began) / SECONDS  # less than the cores where other programs want them too
    return f"{asked / SECONDS:.1f} | {used:.2f} | {swaps}"


def _same(ask: Callable[[str], object], question: str, alone: dict[str, object]) -> None:
    if ask(question) != alone[question]:
        raise AssertionError(f"another answer: {question}")


def _ask_while_swapping(home: Home, threads: int, ask: Callable[[int], None]) -> tuple[int, int]:
    """How many questions were asked, and how often the generation was swapped."""
    numbers, done, swaps = itertools.count(), threading.Event(), 0

    def keep_asking() -> int:
        asked = 0
        while not done.is_set():
            ask(next(numbers))
            asked += 1
        return asked

    with ThreadPoolExecutor(threads) as pool, home.writer():
        readers = [pool.submit(keep_asking) for _ in range(threads)]
        end = time.monotonic() + SECONDS
        for name in itertools.cycle(home.names()):
            if time.monotonic() >= end:
                break
            home.point_to(name)
            swaps += 1
            time.sleep(TURN)
        done.set()
        return sum(reader.result() for reader in readers), swaps


if __name__ == "__main__":
    main()
