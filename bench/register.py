"""Asks the register the queries of type "ref" of question sets, as `chidao ref` does, and compares the articles cited.

    .venv/bin/python bench/register.py SETS/portal_daknong_dev SETS/news_baomoi_admin [--differences]

A query is right where the articles that the verdict cites are just the relevant ones. `--differences` shows every
other.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path

from corpus.models import Article
from corpus.register import Register, write_register
from corpus.resolve import resolve_query
from corpus.sealed import SealedFile


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def relevant(path: Path) -> dict[str, set[str]]:
    """Query id -> ids of the relevant documents."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            found[query].add(document)
    return found


def main() -> None:
    """Prints a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--differences", action="store_true")
    options = parser.parse_args()
    for folder in options.sets:
        documents = {
            Article.create(title=row["title"], published=None, source=row["_id"], text=row["text"]): row["_id"]
            for row in rows(folder / "corpus.jsonl")
            if row["text"].strip()
        }
        names: dict[str, set[str]] = defaultdict(set)
        for article, name in documents.items():
            names[article.id].add(name)
        with tempfile.TemporaryDirectory() as home:
            path = Path(home) / "register.sqlite"
            began = time.perf_counter()
            write_register(path, {article.id: article for article in documents}.values())
            built = time.perf_counter() - began
            with closing(Register(SealedFile(path))) as register:
                ask(folder, register, names, built, differences=options.differences)


def ask(folder: Path, register: Register, names: dict[str, set[str]], built: float, *, differences: bool) -> None:
    """Asks one set's queries."""
    wanted = relevant(folder / "qrels.tsv")
    queries = [row for row in rows(folder / "queries.jsonl") if row.get("type") == "ref"]
    began = time.perf_counter()
    verdicts: Counter[str] = Counter()
    right = 0
    for query in queries:
        found = resolve_query(register, query["text"])
        verdicts[found.verdict.value] += 1
        cited = {name for mention in found.mentions for name in names[mention.article_id]}
        if cited == wanted[query["_id"]]:
            right += 1
        elif differences:
            print(
                f"{query['_id']} {query['text']}: {found.verdict.value}, "
                f"missing {sorted(wanted[query['_id']] - cited)}, beyond {sorted(cited - wanted[query['_id']])}"
            )
    asked = (time.perf_counter() - began) / len(queries) * 1000
    print(
        f"{folder.name}: {right} of {len(queries)} equal ({right / len(queries):.4f}); {dict(verdicts)}; "
        f"{register.count()} mentions, built in {built:.1f} s, {asked:.1f} ms a query"
    )


if __name__ == "__main__":
    main()
