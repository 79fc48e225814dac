"""Questions with a passage that answers them and passages that only look like it, from judged question sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.snapshot import indexed_text
from retrieval.encoding import Coder
from retrieval.evaluation.index import documents_of, index_documents
from retrieval.evaluation.sets import read_set
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import open_live

# Their judgements are learned from, so figures of them are not unseen ones. Others of the same kinds stay unseen.
JUDGED = ("alqac_law", "landlaw_qa", "viquad_test", "person_qa_vi")
FOUND = 30  # hits read for a question
LOOKALIKES = 8  # of those that do not answer it, the first
SHARE = 0.5  # of the dense score in the search that finds them


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a passage of a document that answers it, and the passages that the search would rather show."""

    question: str
    answer: str
    lookalikes: tuple[str, ...]


def read_pairs(material: Path, homes: Path, coder: Coder) -> list[Pair]:
    """The pairs of all judged sets; their documents are indexed in homes below `homes`."""
    return [pair for name in JUDGED for pair in _of_set(material / "data" / name, homes, coder)]


def _of_set(folder: Path, homes: Path, coder: Coder) -> Iterator[Pair]:
    given = read_set(folder)
    with closing(open_live(index_documents(homes, given.documents, coder))) as generation:
        retriever, document_of = generation.retriever(coder.encoder, Fusion(SHARE)), documents_of(generation)
        for asked in given.questions:
            if pair := _pair(asked.text, frozenset(asked.relevant), retriever, document_of):
                yield pair


def _pair(question: str, relevant: frozenset[str], retriever: Retriever, document_of: dict[str, str]) -> Pair | None:
    """None where the search finds no passage of a relevant document at all, or nothing else."""
    answers: list[str] = []
    lookalikes: list[str] = []
    for hit in retriever.search(question, FOUND):
        answering = document_of[hit.passage.article_id] in relevant
        (answers if answering else lookalikes).append(indexed_text(hit.passage))
    if not answers or not lookalikes:
        return None
    return Pair(question, answers[0], tuple(lookalikes[:LOOKALIKES]))
