"""nDCG@10 of every share of the dense score, for questions as written and with their marks taken off.

    .venv/bin/python bench/fusion.py FOLDER... [--questions 300] [--model FOLDER] [--without-titles]

A folder is in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv. It is indexed in a temporary home by the chunking,
the reload and the indexes that serve. A document's score is its best passage's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.answering.understand import searched_for
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.measure import METRICS, ask, score
from retrieval.evaluation.sets import Asked, QuestionSet, read_set
from retrieval.hits import Encoder, Hit, Role, Vectors
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live

SHARES = [tenth / 10 for tenth in range(11)]


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
        asked = read_set(folder).drawn(options.questions)
        asked = asked.without_titles() if options.without_titles else asked
        with tempfile.TemporaryDirectory() as place:
            encoder = AskOnce(make_encoder(options.model, {}))
            coder = Coder(encoder, identify(options.model, {}), _progress)
            with closing(open_live(index_documents(Path(place), asked.documents, coder))) as served:
                sizes = f"{len(asked.documents)} documents, {served.manifest.passages} passages"
                rows = _measure(served, encoder, asked)
        sys.stdout.write(f"\n### {folder.name} ({sizes}, {len(asked.questions)} questions)\n\n")
        sys.stdout.write("| dense share | as written | without marks |\n| ---: | ---: | ---: |\n")
        sys.stdout.writelines(f"| {share:.1f} | {marked:.1f} | {bare:.1f} |\n" for share, marked, bare in rows)


def _measure(served: Generation, encoder: Encoder, asked: QuestionSet) -> list[list[float]]:
    """For every dense share: the share, nDCG@10 as written, nDCG@10 without marks."""
    typed = (asked.questions, asked.unmarked().questions)
    return [[share, *(_mean_ndcg(served, encoder, share, questions) for questions in typed)] for share in SHARES]


def _mean_ndcg(served: Generation, encoder: Encoder, share: float, questions: Sequence[Asked]) -> float:
    retriever = served.retriever(encoder, Fusion(share))

    def search(text: str, k: int) -> list[Hit]:
        return retriever.search(searched_for(text), k)

    rankings = ask(questions, search, documents_of(served), lambda _done, _total: None)
    return 100 * float(score(questions, rankings)[METRICS[0]].mean())


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rencoding {done}/{total}" + ("\n" if done == total else ""))


if __name__ == "__main__":
    main()
