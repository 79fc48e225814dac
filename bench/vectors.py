"""Kinds of vector index beside each other, and search within filters: recall against exact search, time, size.

    .venv/bin/python bench/vectors.py FILE.jsonl.gz --sizes 50000 100000

FILE as for cost.py: --encoded passages of it are really encoded, the index is mixed of those (bench/mixing.py);
questions are 300 titles, really encoded. "Near copies" is an index of stars instead: few texts, each with many copies
that differ from it a little. One thread throughout. MB is what a kind needs beside the vectors themselves; every kind
takes 200 candidates, which then get their true cosines. Filters are shares of the articles drawn by chance.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from bench.cost import passages_of
from bench.mixing import encoded_sample, mixed
from retrieval.hits import Rows, Vectors
from retrieval.lexical import LexicalIndex, write_lexical
from retrieval.vectors import CANDIDATES, VectorDraft, VectorIndex, write_vectors

K = 50
QUESTIONS = 300
_any: Any = faiss  # whose stubs know no keyword arguments


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 100_000])
    parser.add_argument("--encoded", type=int, default=6000, help="passages that are really encoded")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    sample = encoded_sample(options.source, options.encoded, QUESTIONS)
    drafts = [VectorDraft(size, sample.passages.shape[1]) for size in options.sizes]
    for draft in drafts:
        mixed(sample.passages, draft.rows)
        _compare(f"{len(draft.rows):,}", draft, sample.questions)
    _filters(options.source, drafts[-1], sample.questions, sample.texts)
    stars = VectorDraft(60_000, sample.passages.shape[1])
    _stars(sample.passages[:360], stars.rows)
    _compare("near copies", stars, sample.questions)


def _stars(real: Vectors, rows: Vectors) -> None:
    chance = np.random.default_rng(0)
    one, two, other = chance.integers(0, len(real), (3, len(rows)))
    made = real[one] + 0.5 * chance.uniform(0.4, 1, (len(rows), 1)).astype(np.float32) * (real[two] - real[other])
    made[: len(real)] = real
    rows[:] = made / np.linalg.norm(made, axis=1, keepdims=True)


# ------------------------------------------------------------------------------------------------------------- kinds
def _compare(name: str, draft: VectorDraft, questions: Vectors) -> None:
    sys.stdout.write(
        "\n| index | kind | build s | MB | effort | recall@50 | p50 ms | p95 ms |\n|---|---|" + " ---: |" * 6 + "\n"
    )
    exact, taken = _timed(draft.index, None, questions)
    _row([name, "flat", "0", "0", ""], exact, exact, taken)
    for kind, index, efforts in _kinds(*draft.rows.shape):
        began = time.perf_counter()
        index.train(draft.rows)
        index.add(draft.rows)
        built, size = time.perf_counter() - began, len(faiss.serialize_index(index)) / 1e6
        refined = faiss.IndexRefine(index, draft.index)
        for effort, options in efforts.items():
            chosen = _any.IndexRefineSearchParameters(k_factor=CANDIDATES / K, base_index_params=options)
            found, taken = _timed(refined, chosen, questions)
            _row([name, kind, f"{built:.0f}", f"{size:.0f}", effort], exact, found, taken)


def _timed(index: Any, options: Any, questions: Vectors) -> tuple[list[Rows], list[float]]:
    """Rows found for each question, and milliseconds."""
    found, taken = [], []
    for question in questions:
        began = time.perf_counter()
        found.append(index.search(question[np.newaxis], K, params=options)[1][0])
        taken.append((time.perf_counter() - began) * 1000)
    return found, taken


def _row(cells: list[str], exact: list[Rows], found: list[Rows], taken: list[float]) -> None:
    recall = np.mean([len({*a.tolist()} & {*b.tolist()}) / K for a, b in zip(exact, found, strict=True)])
    p50, p95 = np.percentile(taken, [50, 95])
    sys.stdout.write("| " + " | ".join([*cells, f"{recall:.4f}", f"{p50:.2f}", f"{p95:.2f}"]) + " |\n")
    sys.stdout.flush()


def _kinds(count: int, dimension: int) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    codes, product = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    yield "8-bit codes, all read", _any.IndexScalarQuantizer(dimension, codes, product), {"": None}
    efforts = {str(effort): _any.SearchParametersHNSW(efSearch=effort) for effort in (256, 512, 1024, 2048)}
    for links, building in ((16, 120), (32, 80), (32, 120), (32, 200)):
        graph = _any.IndexHNSWSQ(dimension, codes, links, product)
        graph.hnsw.efConstruction = building
        yield f"HNSW{links}, 8-bit codes, built with effort {building}", graph, efforts
    lists = int(4 * count**0.5)
    cells = _any.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dimension), dimension, lists, codes, product)
    probes = {str(number): _any.SearchParametersIVF(nprobe=number) for number in (32, 128, 256)}
    yield f"IVF{lists}, 8-bit codes", cells, probes


# ----------------------------------------------------------------------------------------------------------- filters
def _filters(source: Path, draft: VectorDraft, questions: Vectors, texts: list[str]) -> None:
    count = len(draft.rows)
    with TemporaryDirectory() as place:
        write_vectors(Path(place), draft)
        write_lexical(Path(place), (f"{title}\n{text}" for title, text in passages_of(source, count)))
        vectors, lexical = VectorIndex(Path(place)), LexicalIndex(Path(place))
        graph = faiss.read_index(str(Path(place) / "graph.faiss"))
    sys.stdout.write(
        f"\n| share of {count:,} left | graph with a filter: recall@50 | exact within: p50 ms | lexical within: p50 ms "
        "|\n|" + " ---: |" * 4 + "\n"
    )
    chance = np.random.default_rng(0)
    for share in (0.0003, 0.003, 0.03, 0.3, 1.0):
        firsts = np.flatnonzero(chance.random(count // 3) < share) * 3  # an article has three passages
        within = (firsts[:, np.newaxis] + np.arange(3)).reshape(-1)
        recall, dense = _within(vectors, graph, questions, within)
        taken = []
        for text in texts:
            began = time.perf_counter()
            lexical.search(text, 100, within)
            taken.append((time.perf_counter() - began) * 1000)
        sys.stdout.write(f"| {share:.2%} | {recall:.3f} | {dense:.2f} | {np.median(taken):.2f} |\n")
        sys.stdout.flush()


def _within(vectors: VectorIndex, graph: Any, questions: Vectors, within: Rows) -> tuple[float, float]:
    """Recall of the graph told of the filter, and milliseconds of exact search."""
    chosen = np.zeros(vectors.count, np.bool_)
    chosen[within] = True
    bits = np.packbits(chosen, bitorder="little")
    options = _any.SearchParametersHNSW(efSearch=512, sel=_any.IDSelectorBitmap(bits))
    shares, taken = [], []
    for question in questions:
        began = time.perf_counter()
        rows, _ = vectors.search(question, K, within)
        taken.append((time.perf_counter() - began) * 1000)
        found = graph.search(question[np.newaxis], K, params=options)[1][0]
        shares.append(len({*rows.tolist()} & {*found.tolist()}) / len(rows))
    return float(np.mean(shares)), float(np.median(taken))


if __name__ == "__main__":
    main()
