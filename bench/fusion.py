"""nDCG@10 of every share of the dense score, for questions as written and with their marks taken off.

    .venv/bin/python bench/fusion.py FOLDER... [--questions 300] [--model FOLDER] [--without-titles]

A folder is in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv. It is indexed in a temporary home by the chunking,
the reload and the indexes that serve. A document's score is its best passage's.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import beir
from corpus.generation import Home
from retrieval.build import reload
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.encoding import Coder
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
            articles = beir.store(home, folder, titles=not options.without_titles)
            report = reload(home, Coder(encoder, identify(options.model, {}), _progress))
            questions = _questions(folder, articles, options.questions)
            counted = f"{report.articles} articles, {report.passages} passages, {len(questions)} questions"
            rows = _measure(open_live(home), encoder, questions)
        sys.stdout.write(f"\n### {folder.name} ({counted})\n\n")
        sys.stdout.write("| dense share | as written | without marks |\n| ---: | ---: | ---: |\n")
        sys.stdout.writelines(f"| {share:.1f} | {marked:.1f} | {bare:.1f} |\n" for share, marked, bare in rows)


def _questions(folder: Path, articles: dict[str, str], count: int) -> list[tuple[str, Relevant]]:
    asked = [
        (line["text"], {articles[document]: gain for document, gain in gains.items()})
        for line, gains in beir.queries(folder)
    ]
    return beir.drawn(asked, count)


def _measure(served: Generation, encoder: Encoder, questions: list[tuple[str, Relevant]]) -> list[list[float]]:
    """For every dense share: the share, nDCG@10 as written, nDCG@10 without marks."""
    bare = [(beir.unmarked(text), relevant) for text, relevant in questions]
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


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rencoding {done}/{total}" + ("\n" if done == total else ""))


if __name__ == "__main__":
    main()
