"""The same corpus on every backend: whether they find the same, how long a question takes, what a delivery costs.

    .venv/bin/python -m bench.backends FILE.jsonl.gz --passages 100000

FILE as in bench/cost.py, whose vectors, mixed of 1,500 that are really encoded, are used here too. Servers are started
for the run (tests/contract/postgres_programs/requirements.txt); the questions are titles of articles, asked in turn of
each backend by one thread, with their vectors at hand, so that encoding does not count. "Within" are the passages of a
tenth of the articles, every tenth. What is found is held against files searched exactly. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np

from bench.cost import build_home, prepare
from corpus.generation import Home
from corpus.syllables import without_marks
from retrieval.backends.backend import HomeBackend
from retrieval.backends.delivery import Place, deliver
from retrieval.backends.pgvector import PgvectorBackend
from retrieval.backends.server import address_of, connected
from retrieval.hits import Hit, Role, Rows, Vectors
from retrieval.retriever import Fusion
from retrieval.serving import Generation
from tests.contract.postgres_server import PostgresServer

ENCODED = 1500
SERVERS = 3
HITS, CANDIDATES = 30, 100
WARM = 50  # questions asked before any counts


class _Given:
    """The vector of the question that is being asked."""

    def __init__(self) -> None:
        self.vector: Vectors = np.empty(0, np.float32)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002  an encoder is asked so
        """One vector, for one question."""
        return self.vector[None]


def main() -> None:
    """Reads the command line, builds, delivers, asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare(folder, options.source, ENCODED)
        build_home(folder, options.source, options.passages)
        home = Home(folder / "home")
        servers = [stack.enter_context(PostgresServer(memory="512MB")) for _ in range(SERVERS)]
        one, spread, *shards = (address_of(server.fresh(), "URL") for server in (servers[0], servers[0], *servers))
        opened = {"files": stack.enter_context(closing(HomeBackend(home).open_live()))}
        for name, place in (
            ("pgvector", Place(one)),
            (f"pgvector over {SERVERS} servers", Place(spread, tuple(shards))),
        ):
            began = time.perf_counter()
            with home.writer():
                deliver(home, place)
            taken = time.perf_counter() - began
            sys.stdout.write(f"{name}: delivered in {taken:.0f} s; {_sizes(place)}\n")
            backend = stack.enter_context(closing(PgvectorBackend(place.server)))
            opened[name] = stack.enter_context(closing(backend.open_live()))
        questions: list[str] = json.loads((folder / "questions.json").read_text("utf-8"))[: options.questions]
        vectors = np.load(folder / "sample.npz")["questions"][: options.questions]
        sys.stdout.write(
            "\n| backend | question | hits p50 ms | p95 | terms p50 | p95 | vectors p50 | p95 | of the exact 100: terms"
            " | vectors | of the first 10 hits of files |\n| --- | --- |" + " ---: |" * 9 + "\n"
        )
        for kind, texts in (("marked", questions), ("unmarked", [*map(without_marks, questions)])):
            for within in (None, _tenth(opened["files"])):
                _compare(opened, kind, [*zip(texts, vectors, strict=True)], within)


def _sizes(place: Place) -> str:
    """Megabytes of each table with its indexes, on all servers."""
    sizes: dict[str, int] = {}
    asked = (
        "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname LIKE 'chidao\\_%' AND relkind = 'r'"
    )
    for address in (place.server, *place.shards):
        with connected(address) as connection:
            for table, size in connection.execute(asked).fetchall():
                sizes[table] = sizes.get(table, 0) + size
    return ", ".join(f"{table} {size / 1e6:.0f} MB" for table, size in sorted(sizes.items()))


def _tenth(generation: Generation) -> Rows:
    spans = generation.snapshot.spans
    return np.concatenate([np.arange(span.first, span.last + 1) for span in spans[::10]])


def _compare(
    opened: dict[str, Generation], kind: str, asked: Sequence[tuple[str, Vectors]], within: Rows | None
) -> None:
    given = _Given()
    searches = {name: each.retriever(given, Fusion(0.5)).search for name, each in opened.items()}
    times: dict[str, dict[str, list[float]]] = {name: {"hits": [], "terms": [], "vectors": []} for name in opened}
    found: dict[str, list[float]] = {f"{name} {what}": [] for name in opened for what in ("terms", "vectors", "hits")}
    exact = opened["files"]
    for number, (text, vector) in enumerate(asked):
        given.vector = vector
        every = np.arange(exact.vectors.count) if within is None else within
        true_terms = {row for row, _ in exact.lexical.search(text, CANDIDATES, within)}
        true_vectors = {*exact.vectors.search(vector, CANDIDATES, every)[0].tolist()}
        first = {_place(hit) for hit in searches["files"](text, 10, within)}
        for name, generation in opened.items():
            with _timed(times[name]["hits"], number):
                hits = searches[name](text, HITS, within)
            with _timed(times[name]["terms"], number):
                by_terms = generation.lexical.search(text, CANDIDATES, within)
            with _timed(times[name]["vectors"], number):
                by_vector = generation.vectors.search(vector, CANDIDATES, within)[0]
            found[f"{name} terms"].append(_share({row for row, _ in by_terms}, true_terms))
            found[f"{name} vectors"].append(_share({*by_vector.tolist()}, true_vectors))
            found[f"{name} hits"].append(_share({_place(hit) for hit in hits[:10]}, first))
    for name in opened:
        took = [figure for each in times[name].values() for figure in _figures(each)]
        shares = [f"{statistics.mean(found[f'{name} {what}']):.3f}" for what in ("terms", "vectors", "hits")]
        label = kind if within is None else f"{kind}, within {len(within):,}"
        sys.stdout.write(f"| {name} | {label} | {' | '.join([*took, *shares])} |\n")
        sys.stdout.flush()


@contextmanager
def _timed(times: list[float], number: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    if number >= WARM:
        times.append((time.perf_counter() - began) * 1000)


def _figures(times: list[float]) -> tuple[str, str]:
    return f"{statistics.median(times):.1f}", f"{statistics.quantiles(times, n=20)[-1]:.1f}"


def _place(hit: Hit) -> object:
    return hit.passage.article_id, hit.passage.start


def _share(found: AbstractSet[object], true: AbstractSet[object]) -> float:
    return len(found & true) / len(true) if true else 1.0


if __name__ == "__main__":
    main()
