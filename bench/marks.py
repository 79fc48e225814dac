"""Counts how often each marked syllable, and each two neighbouring ones, stand in Vietnamese text: retrieval/marks.npz.

    .venv/bin/python bench/marks.py FILE.jsonl.gz retrieval/marks.npz

The input has one article a line: {"title": text, "lead": text, "passages": [text, ...], ...}. A sentence that stands in
several passages is counted once. Spellings of one syllable (hoà and hòa) are counted together, under the commoner one.

The table in the repository was made from 70,000 articles of Vietnamese news sites. Only counts are kept, of what was
seen often: no passage can be read back from them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from corpus.clean import normalise
from retrieval.marks import START, WORD
from retrieval.tokens import marked_form

RAREST = 3  # times; below that a syllable or a pair tells more of one article than of the language
_STOP = re.compile(r"[.!?;:,()\"“”\n]+")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("target", type=Path, help="the table to write")
    options = parser.parse_args()
    singles, pairs = count(options.source)
    write(options.target, singles, pairs)


def count(source: Path) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Of every syllable as written, in lower case, and of every two neighbours: how often they stand in the source."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    seen: set[int] = set()
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            for text in (article["title"], article["lead"], *article["passages"]):
                for sentence in _STOP.split(normalise(text).lower()):
                    if hash(sentence) not in seen:
                        seen.add(hash(sentence))
                        words = [START, *WORD.findall(sentence)]
                        singles.update(words)
                        pairs.update(pairwise(words))
    return singles, pairs


def write(target: Path, singles: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
    """Writes the table that retrieval.marks reads."""
    spelling: dict[str, str] = {}
    total: Counter[str] = Counter()
    for word, times in singles.most_common():
        spelling.setdefault(marked_form(word), word)
        total[marked_form(word)] += times
    kept = [form for form, times in total.most_common() if times >= RAREST]
    number = {form: i for i, form in enumerate(kept)}
    together: Counter[int] = Counter()
    for (a, b), times in pairs.items():
        if (first := number.get(marked_form(a))) is not None and (second := number.get(marked_form(b))) is not None:
            together[first * len(kept) + second] += times
    frequent = sorted((key, times) for key, times in together.items() if times >= RAREST)
    np.savez_compressed(
        target,
        syllables=np.frombuffer("\n".join(spelling[form] for form in kept).encode(), np.uint8),
        counts=np.array([total[form] for form in kept], np.int32),
        pairs=np.array([key for key, _ in frequent], np.int64),
        pair_counts=np.array([times for _, times in frequent], np.int32),
    )
    sys.stderr.write(f"{sum(singles.values())} syllables, {len(kept)} kept, and {len(frequent)} pairs of them\n")


if __name__ == "__main__":
    main()
