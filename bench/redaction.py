"""Precision and recall of what is masked in questions before they are stored, over labelled texts.

    .venv/bin/python bench/redaction.py --half dev --misses
    .venv/bin/python bench/redaction.py --half held_out

A span counts as found where the mask covers it and nothing before or behind it; characters count one by one, without
blanks and marks. The kind is not scored: what matters is that a number is gone.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.receipts.masking import MASKS, masked

LABELS = Path(__file__).parents[1] / "tests" / "data" / "redaction.jsonl"
HALVES = ("dev", "held_out")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the spans to be masked."""

    half: str
    text: str
    spans: frozenset[Span]


@dataclass(frozen=True, slots=True)
class Rates:
    """Of a kind of unit: how many are wanted, how many masked, how many both."""

    wanted: int
    found: int
    both: int

    @property
    def precision(self) -> float:
        """Share of what is masked that is to be."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is to be masked that is."""
        return self.both / self.wanted if self.wanted else 1.0


def load(path: Path = LABELS) -> Iterator[Labelled]:
    """The labelled texts of a file."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Labelled(row["half"], row["text"], frozenset((span["start"], span["end"]) for span in row["spans"]))


def spans_masked(text: str) -> frozenset[Span]:
    """Where the masks of the masked text stand in the text itself."""
    left = re.split("|".join(map(re.escape, MASKS.values())), masked(text))
    found = re.fullmatch("(.+?)".join(map(re.escape, left)), text, re.DOTALL)
    assert found, "the masked text is the text but for its masks"
    return frozenset(found.span(n) for n in range(1, len(left)))


def score(texts: Sequence[Labelled]) -> dict[str, Rates]:
    """The rates by spans and by characters."""
    counts = {"spans": [0, 0, 0], "characters": [0, 0, 0]}
    for each in texts:
        found = spans_masked(each.text)
        wanted_at, found_at = _characters(each.text, each.spans), _characters(each.text, found)
        for name, wanted, got in (("spans", each.spans, found), ("characters", wanted_at, found_at)):
            counts[name] = [a + len(b) for a, b in zip(counts[name], (wanted, got, wanted & got), strict=True)]
    return {name: Rates(*three) for name, three in counts.items()}


def _characters(text: str, spans: frozenset[Span]) -> frozenset[int]:
    return frozenset(at for start, end in spans for at in range(start, end) if text[at].isalnum())


def main() -> None:
    """Prints a line for spans, one for characters, and with --misses each text that is not masked as labelled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, required=True)
    parser.add_argument("--misses", action="store_true", help="show each text that is not masked as labelled")
    given = parser.parse_args()
    texts = [each for each in load() if each.half == given.half]
    for name, rates in score(texts).items():
        print(f"{name:10}  precision {rates.precision:.3f}  recall {rates.recall:.3f}  ({rates.wanted} to be masked)")
    if given.misses:
        for each in texts:
            if spans_masked(each.text) != each.spans:
                print(masked(each.text), "<-", each.text)


if __name__ == "__main__":
    main()
