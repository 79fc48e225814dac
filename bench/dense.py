"""nDCG@10 of the vectors alone, of one model or several, for questions as written, without marks and as typed.

    .venv/bin/python bench/dense.py FOLDER... --models MODEL... [--questions 300] [--without-titles]

A folder is in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv. Passages are cut as those that serve; a document's
score is its best passage's. "As typed" has chance lose marks, shorten offices and papers and write as in chats
(retrieval/training/typed.py).
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from bench import beir
from bench.fusion import CUT, Relevant, ndcg
from corpus.chunk import split
from corpus.clean import tidy
from corpus.models import Article
from corpus.snapshot import indexed_text
from retrieval.encoder import DEFAULT_MODEL, make_encoder
from retrieval.hits import Encoder
from retrieval.training.typed import as_typed

BLOCK = 128


def main() -> None:
    """Encodes each folder with each model and writes one table to stdout, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--models", nargs="+", default=[str(DEFAULT_MODEL)])
    parser.add_argument("--questions", type=int, default=300, help="at most so many of a folder, drawn by chance")
    parser.add_argument("--documents", type=int, help="at most so many of a folder, those that answer before others")
    parser.add_argument("--without-titles", action="store_true", help="for questions that were made from titles")
    options = parser.parse_args()
    sys.stdout.write("| set | model | as written | without marks | as typed |\n| --- | --- | ---: | ---: | ---: |\n")
    for folder in options.folders:
        questions = beir.drawn([(line["text"], gains) for line, gains in beir.queries(folder)], options.questions)
        needed = {document for _, gains in questions for document in gains}
        texts = list(_passages(folder, needed, options.documents, titles=not options.without_titles))
        for model in options.models:
            figures = measure(make_encoder(model, {}), texts, questions)
            sys.stdout.write(f"| {folder.name} | {model} | {' | '.join(f'{figure:.1f}' for figure in figures)} |\n")
            sys.stdout.flush()


def _passages(folder: Path, needed: set[str], most: int | None, *, titles: bool) -> Iterator[tuple[str, str]]:
    """Document and text of each passage, the text as the index encodes it."""
    documents = sorted(beir.lines(folder / "corpus.jsonl"), key=lambda line: line["_id"] not in needed)
    for line in documents[:most]:
        title = tidy(line["title"]) if titles else ""
        article = Article.create(title=title, published=None, source=line["_id"], text=tidy(line["text"]))
        for passage in split(article):
            yield line["_id"], indexed_text(passage)


def measure(
    encoder: Encoder, texts: Sequence[tuple[str, str]], questions: Sequence[tuple[str, Relevant]]
) -> list[float]:
    """nDCG@10 as written, without marks, as typed; 100 = perfect."""
    by_length = sorted(texts, key=lambda text: len(text[1]))
    blocks = [by_length[at : at + BLOCK] for at in range(0, len(by_length), BLOCK)]
    vectors = np.concatenate([encoder.encode([text for _, text in block], "document") for block in blocks])
    owners = [document for document, _ in by_length]
    chance = random.Random(0)
    ways: list[Callable[[str], str]] = [str, beir.unmarked, lambda text: as_typed(text, chance)]
    figures = []
    for way in ways:
        asked = encoder.encode([way(text) for text, _ in questions], "query")
        orders = np.argsort(-(asked @ vectors.T), axis=1, kind="stable")
        rankings = (list(dict.fromkeys(owners[row] for row in order))[:CUT] for order in orders)
        pairs = zip(rankings, questions, strict=True)
        figures.append(100 * statistics.fmean(ndcg(ranking, relevant) for ranking, (_, relevant) in pairs))
    return figures


if __name__ == "__main__":
    main()
