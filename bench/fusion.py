"""nDCG@10 of every share of the dense score, for questions as written and with their marks taken off.

    .venv/bin/python bench/fusion.py FOLDER... [--questions 300] [--model FOLDER] [--without-titles]

A folder is in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv. It is indexed in a temporary home by the chunking,
the reload and the indexes that serve. A document's score is its best passage's.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import statistics
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.clean import tidy
from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore
from retrieval.build import reload
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.hits import Encoder, Role, Vectors
from retrieval.retriever import Retriever, Weights
from retrieval.serving import Generation, open_live

CUT = 10
PASSAGES = 100  # read for each question, enough for ten documents
SHARES = [tenth / 10 for tenth in range(11)]
Relevant = dict[str, float]  # article id -> gain


class AskOnce:
    """An encoder that remembers its questions: each is searched with every share."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._questions: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """As the encoder inside."""
        if role == "document":
            return self._encoder.encode(texts, role)
        (question,) = texts
        if question not in self._questions:
            self._questions[question] = self._encoder.encode(texts, role)
        return self._questions[question]


def main() -> None:
    """Indexes each folder and writes its table to stdout, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, default=300, help="at most so many of a folder, drawn by chance")
    parser.add_argument("--model", default=str(DEFAULT_MODEL), help="another model, with its own prompts")
    parser.add_argument("--without-titles", action="store_true", help="for questions that were made from titles")
    options = parser.parse_args()
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as place:
            home, encoder = Home(Path(place)), AskOnce(make_encoder(options.model, {}))
            articles = _store(home, folder, titles=not options.without_titles)
            report = reload(home, encoder, identify(options.model, {}), _progress)
            questions = _questions(folder, articles, options.questions)
            counted = f"{report.articles} articles, {report.passages} passages, {len(questions)} questions"
            rows = _measure(open_live(home), encoder, questions)
        sys.stdout.write(f"\n### {folder.name} ({counted})\n\n")
        sys.stdout.write("| dense share | as written | without marks |\n| ---: | ---: | ---: |\n")
        sys.stdout.writelines(f"| {share:.1f} | {marked:.1f} | {bare:.1f} |\n" for share, marked, bare in rows)


def _store(home: Home, folder: Path, *, titles: bool) -> dict[str, str]:
    """Stores the documents; their ids and those of the articles made of them (one, where two are the same)."""
    with ArticleStore(home.store) as store:
        articles = {}
        for line in _lines(folder / "corpus.jsonl"):
            title = tidy(line["title"]) if titles else ""
            article = Article.create(title=title, published=None, source=line["_id"], text=tidy(line["text"]))
            store.add(article)
            articles[line["_id"]] = article.id
    return articles


def _questions(folder: Path, articles: dict[str, str], count: int) -> list[tuple[str, Relevant]]:
    relevant: dict[str, Relevant] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            relevant[row["query-id"]][articles[row["corpus-id"]]] = float(row["score"])
    texts = [
        (line["text"], relevant[line["_id"]]) for line in _lines(folder / "queries.jsonl") if line["_id"] in relevant
    ]
    return random.Random(0).sample(texts, min(count, len(texts)))  # the same every time


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _measure(served: Generation, encoder: Encoder, questions: list[tuple[str, Relevant]]) -> list[list[float]]:
    """For every dense share: the share, nDCG@10 as written, nDCG@10 without marks."""
    bare = [(unmarked(text), relevant) for text, relevant in questions]
    rows = []
    for share in SHARES:
        weights = Weights(share, share)
        retriever = Retriever(served.snapshot, served.lexical, served.vectors, encoder, weights)
        rows.append([share, _mean_ndcg(retriever, questions), _mean_ndcg(retriever, bare)])
    served.close()
    return rows


def _mean_ndcg(retriever: Retriever, questions: list[tuple[str, Relevant]]) -> float:
    return 100 * statistics.fmean(ndcg(_ranking(retriever, text), relevant) for text, relevant in questions)


def _ranking(retriever: Retriever, question: str) -> list[str]:
    return list(dict.fromkeys(hit.passage.article_id for hit in retriever.search(question, PASSAGES)))[:CUT]


def ndcg(ranking: list[str], relevant: Relevant) -> float:
    """Normalised discounted cumulative gain of a ranking, linear as in trec_eval.

    Written out here: the libraries that have it (ranx, ir-measures) bring numba and pandas, or a C extension.
    """
    gained = sum(relevant.get(article, 0.0) / math.log2(place + 2) for place, article in enumerate(ranking))
    ideal = sorted(relevant.values(), reverse=True)[:CUT]
    return gained / sum(gain / math.log2(place + 2) for place, gain in enumerate(ideal))


def unmarked(text: str) -> str:
    """The text as typed without Vietnamese marks."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rencoding {done}/{total}" + ("\n" if done == total else ""))


if __name__ == "__main__":
    main()
