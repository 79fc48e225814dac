"""Scores `find_references` on labelled texts: precision, recall and F1 of spans, numbers, dates, kinds and relations.

    .venv/bin/python bench/references.py tests/data/references/dev.jsonl --sets SETS [--misses]

SETS is the folder of question sets whose documents the labels of other people's texts point into; without it only our
own texts are scored. A predicted reference belongs to the labelled one it overlaps most. Spans must be equal to the
letter; a number or a date counts as found where it is equal to the label's (predicted without one labelled, or with
another: a false one). Relations are scored where either side says more than `cites`. `--misses` lists every difference.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.models import Reference
from corpus.references import find_references

FIELDS = ("span", "number", "date", "kind", "relation")


@dataclass(frozen=True)
class Labelled:
    """One labelled text."""

    name: str
    text: str
    references: list[dict[str, Any]]


def load(path: Path, sets: Path | None) -> Iterator[Labelled]:
    """The labelled texts that are at hand, checked against their digests."""
    documents: dict[str, dict[str, str]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "text" in row:
            yield Labelled(row["_id"], row["text"], row["references"])
        elif sets and (sets / row["set"]).is_dir():
            if row["set"] not in documents:
                rows = map(json.loads, (sets / row["set"] / "corpus.jsonl").read_text("utf-8").splitlines())
                documents[row["set"]] = {each["_id"]: each["text"] for each in rows}
            text = documents[row["set"]][row["doc"]][row["from"] : row["to"]]
            assert hashlib.sha256(text.encode()).hexdigest() == row["digest"], row["_id"]
            yield Labelled(row["_id"], text, row["references"])


def fields(reference: dict[str, Any] | Reference | None) -> dict[str, Any]:
    """What is compared of a label or a prediction; None where there is nothing to compare."""
    if reference is None:
        return dict.fromkeys(FIELDS)
    row = reference if isinstance(reference, dict) else vars_of(reference)
    relation = row["relation"] if row["relation"] != "cites" else None
    return {
        "span": (row["start"], row["end"]),
        **{name: row[name] for name in ("number", "date", "kind")},
        "relation": relation,
    }


def vars_of(reference: Reference) -> dict[str, Any]:
    """A prediction in the form of a label."""
    return {name: getattr(reference, name) for name in ("start", "end", "kind", "number", "date", "relation")}


def align(
    gold: Sequence[dict[str, Any]], found: Sequence[Reference]
) -> Iterator[tuple[dict[str, Any] | None, Reference | None]]:
    """Pairs of label and prediction that overlap, then what is left of both."""
    left = list(found)
    for label in gold:
        over = [(min(label["end"], r.end) - max(label["start"], r.start), r) for r in left]
        best = max(over, key=lambda pair: pair[0], default=(0, None))
        if best[0] > 0 and best[1] is not None:
            left.remove(best[1])
            yield label, best[1]
        else:
            yield label, None
    yield from ((None, each) for each in left)


def score(texts: Sequence[Labelled], *, misses: bool = False) -> dict[str, Counter[str]]:
    """True positives, predictions and labels of each field."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    for each in texts:
        for label, prediction in align(each.references, find_references(each.text)):
            gold, found = fields(label), fields(prediction)
            for name in FIELDS:
                counts[name]["labels"] += gold[name] is not None
                counts[name]["found"] += found[name] is not None
                counts[name]["right"] += gold[name] is not None and gold[name] == found[name]
            if misses and gold != found:
                show(each, label, prediction, [name for name in FIELDS if gold[name] != found[name]])
    return counts


def show(text: Labelled, label: dict[str, Any] | None, prediction: Reference | None, wrong: list[str]) -> None:
    """One difference, with what stands around it."""
    start = (label or {"start": prediction.start if prediction else 0})["start"]
    around = text.text[max(0, start - 70) : start + 130].replace("\n", "⏎")
    print(f"{text.name} {'/'.join(wrong)}")
    told = ("kind", "number", "date", "relation")
    if label:
        print(f"   label: {text.text[label['start'] : label['end']]!r} {[label[name] for name in told]}")
    if prediction:
        print(f"   found: {prediction.text!r} {[str(vars_of(prediction)[name]) for name in told]}")
    print(f"   …{around}…")


def rates(count: Counter[str]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = count["right"] / max(1, count["found"]), count["right"] / max(1, count["labels"])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    texts = list(load(options.labels, options.sets))
    began = time.perf_counter()
    counts = score(texts, misses=options.misses)
    seconds = time.perf_counter() - began
    print(f"{len(texts)} texts, {sum(len(each.references) for each in texts)} references, {seconds:.2f} s\n")
    print("| | precision | recall | F1 | labels |\n| --- | ---: | ---: | ---: | ---: |")
    for name, count in counts.items():
        precision, recall, f1 = rates(count)
        print(f"| {name} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {count['labels']} |")


if __name__ == "__main__":
    main()
