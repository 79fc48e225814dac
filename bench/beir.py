"""Sets in BEIR form, for the programs beside this one: a folder of corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import csv
import json
import random
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any, TypeVar

from corpus.clean import tidy
from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore

T = TypeVar("T")


def store(home: Home, folder: Path, *, titles: bool = True, opening: int = 0) -> dict[str, str]:
    """Stores the documents; their ids and those of the articles made of them (one, where two are versions of one).

    Where a document has no title, so many characters of its `opening` stand in.
    """
    articles = {}
    with ArticleStore(home.store) as stored:
        for line in lines(folder / "corpus.jsonl"):
            text = tidy(line["text"])
            title = (tidy(line["title"]) if titles else "") or text[:opening]
            article = Article.create(title=title, published=None, source=line["_id"], text=text)
            stored.add(article, article.source)
            articles[line["_id"]] = article.id
        current_of = stored.current_of()
    return {document: current_of.get(made, made) for document, made in articles.items()}


def queries(folder: Path) -> list[tuple[dict[str, Any], dict[str, float]]]:
    """The rows of queries.jsonl that have relevant documents, with those and their gains."""
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            gains[row["query-id"]][row["corpus-id"]] = float(row["score"])
    return [(line, gains[line["_id"]]) for line in lines(folder / "queries.jsonl") if line["_id"] in gains]


def drawn(items: list[T], count: int) -> list[T]:
    """At most `count` of them, by chance, the same every time."""
    return random.Random(0).sample(items, min(count, len(items)))


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def unmarked(text: str) -> str:
    """The text as typed without Vietnamese marks."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")
