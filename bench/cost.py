"""What an index costs by its size: disk, building, loading, memory, and the time from a question to hits, on one core.

    .venv/bin/python bench/cost.py FILE.jsonl.gz --sizes 1000 10000 100000 1000000

FILE has one article a line: {"title": text, "passages": [text, ...]}. Its passages are taken as they are; when they run
out they come again under other titles. Encoding a passage takes 25 ms, so only --encoded of them are encoded and the
vectors of the index are mixed of those (bench/mixing.py): which passage a question finds by vector means nothing, what
it costs is the same. Questions are titles. Every size is built and asked by processes of its own, bound to one core, as
one generation with snapshot, terms, vectors and register; loading includes the check of every file's digest. Prints one
Markdown row a size.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from bench.mixing import encoded_sample, mixed
from corpus.generation import Home
from corpus.manifest import Manifest
from corpus.models import Article, Passage
from corpus.register import write_register
from corpus.sealed import SealedFile
from corpus.snapshot import Cut, Snapshot, indexed_text, write_snapshot
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.hits import Role, Vectors
from retrieval.lexical import write_lexical
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import REGISTER, SNAPSHOT, open_live
from retrieval.vectors import VectorDraft, write_vectors

ROOT = Path(__file__).parents[1]
QUESTIONS = 300
HITS = 30


def main() -> None:
    """Reads the command line; builds and asks in children, which bear the same name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--encoded", type=int, default=6000, help="passages that are really encoded")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)  # build or ask, and a folder
    options = parser.parse_args()
    if options.child:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        task, place = options.child
        told = build_home(Path(place), options.source, options.sizes[0]) if task == "build" else _ask(Path(place))
        sys.stdout.write(json.dumps(told))
        return
    sys.stdout.write(
        "| passages | texts, terms, register: MB | vectors MB | graph MB | build: terms and the rest s | vectors s "
        "| load s | resident MB | of it own MB | question to hits p50 ms | p95 | without encoding p50 | p95 |\n|"
        + " ---: |" * 13
        + "\n"
    )
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place), options.source, options.encoded)
        for size in options.sizes:
            built = _child("build", place, options.source, size)
            asked = _child("ask", place, options.source, size)
            sys.stdout.write("| " + " | ".join([f"{size:,}", *built, *asked]) + " |\n")
            sys.stdout.flush()


def prepare(place: Path, source: Path, encoded: int) -> None:
    """Puts sample.npz (vectors of passages and questions) and questions.json into `place`."""
    sample = encoded_sample(source, encoded, QUESTIONS)
    np.savez(place / "sample.npz", passages=sample.passages, questions=sample.questions)
    (place / "questions.json").write_text(json.dumps(sample.texts), "utf-8")


def _child(task: str, place: str, source: Path, size: int) -> list[str]:
    command = [sys.executable, "-m", "bench.cost", str(source), "--sizes", str(size), "--child", task, place]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: list[str] = json.loads(done.stdout)
    return told


# ------------------------------------------------------------------------------------------------------------- build
def build_home(place: Path, source: Path, size: int) -> list[str]:
    """A home in `place` of vectors mixed of those in sample.npz there; sizes and seconds, as the table has them."""
    home = Home(place / "home")
    with home.writer(), home.candidate() as folder:
        began = time.perf_counter()
        write_snapshot(folder / SNAPSHOT, _articles(source, size), _cuts)
        with closing(Snapshot(SealedFile(folder / SNAPSHOT))) as snapshot:
            write_lexical(folder, map(indexed_text, snapshot.all_passages()))
            write_register(folder / REGISTER, snapshot.articles(), None)
            articles = len(snapshot.titles())
        terms = time.perf_counter() - began
        draft = VectorDraft(size, 384)
        mixed(np.load(place / "sample.npz")["passages"], draft.rows)
        began = time.perf_counter()
        write_vectors(folder, draft)
        vectors = time.perf_counter() - began
        sizes = {path.name: path.stat().st_size / 1e6 for path in folder.rglob("*") if path.is_file()}
        home.publish(folder, _manifest(articles, size))
    flat, graph = sizes.pop("vectors.faiss"), sizes.pop("graph.faiss", 0)
    return [f"{sum(sizes.values()):.0f}", f"{flat:.0f}", f"{graph:.0f}", f"{terms:.0f}", f"{vectors:.1f}"]


def _manifest(articles: int, passages: int) -> Manifest:
    identity = identify(str(DEFAULT_MODEL), {})
    return Manifest(
        created="", recipe=0, model=identity.name, fingerprint=identity.fingerprint, dimension=384, articles=articles,
        passages=passages,
    )  # fmt: skip


def _articles(source: Path, size: int) -> Iterator[Article]:
    """Articles with `size` passages in all."""
    left = size
    for turn in itertools.count():
        with gzip.open(source, "rt", encoding="utf-8") as lines:
            for line in lines:
                read = json.loads(line)
                paragraphs = read["passages"][:left]
                title = f"{read['title']} ({turn})" if turn else read["title"]
                yield Article.create(title=title, published=None, source="bench", text="\n".join(paragraphs))
                left -= len(paragraphs)
                if not left:
                    return


def passages_of(source: Path, count: int) -> Iterator[tuple[str, str]]:
    """The first so many passages, each with its title."""
    for article in _articles(source, count):
        for text in article.text.split("\n"):
            yield article.title, text


def _cuts(article: Article) -> Iterator[Cut]:
    start = 0
    for text in article.text.split("\n"):
        yield Cut.of(Passage(article.id, start, start + len(text), text, article.title))
        start += len(text) + 1


# --------------------------------------------------------------------------------------------------------------- ask
class _Known:
    """Vectors of questions encoded before."""

    def __init__(self, vectors: dict[str, Vectors]) -> None:
        self._vectors = vectors

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002  an encoder is asked so
        """One vector a question."""
        return np.stack([self._vectors[text] for text in texts])


def _ask(place: Path) -> list[str]:
    questions: list[str] = json.loads((place / "questions.json").read_text("utf-8"))
    vectors = np.load(place / "sample.npz")["questions"]
    encoder = make_encoder(str(DEFAULT_MODEL), {})
    encoder.encode(["câu hỏi"], "query")
    began = time.perf_counter()
    generation = open_live(Home(place / "home"))
    load = time.perf_counter() - began
    parts = (generation.snapshot, generation.lexical, generation.vectors)
    told = [f"{load:.2f}"]
    asked = _times(Retriever(*parts, encoder, Fusion(0.5)), questions)
    known = _Known(dict(zip(questions, vectors, strict=True)))
    found = _times(Retriever(*parts, known, Fusion(0.5)), questions)
    own, mapped = (_status(name) for name in ("RssAnon", "RssFile"))
    return [*told, f"{own + mapped:.0f}", f"{own:.0f}", *asked, *found]


def _times(retriever: Retriever, questions: list[str]) -> list[str]:
    taken = []
    for question in questions:
        began = time.perf_counter()
        retriever.search(question, HITS)
        taken.append((time.perf_counter() - began) * 1000)
    return [f"{each:.1f}" for each in np.percentile(taken, [50, 95])]


def _status(name: str) -> float:
    lines: dict[str, Any] = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[name].split()[0]) / 1024


if __name__ == "__main__":
    main()
