"""Counts in how many news passages each syllable and pair stands: makes bot/answering/background.txt.

    .venv/bin/python bench/background.py FILE.jsonl.gz bot/answering/background.txt

The input has one article a line: {"passages": [text, ...], ...}. Counts are of folded forms, once a passage.

The table in the repository was made from 70,000 articles of Vietnamese news sites, three passages of each; the full
dates written in them are mostly of 2016 to 2019. Only counts are kept, of what stands in many passages: no passage can
be read back from them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from retrieval.tokens import terms

RAREST_SYLLABLE = 1 / 20_000  # share of the passages; what is rarer weighs as much as what was never seen
RAREST_PAIR = 1 / 1_500  # keeps the 20,000 most frequent pairs, and the file under 500 kB


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="articles, one a line, gzipped")
    parser.add_argument("target", type=Path, help="the table to write")
    options = parser.parse_args()
    count(options.source, options.target)


def count(source: Path, target: Path) -> None:
    """Counts the passages of `source` and writes the table."""
    passages = 0
    syllables: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            for text in json.loads(line)["passages"]:
                singles = [t.folded for t in terms(text) if not t.whole]
                syllables.update({s for s in singles if not s.isdigit()})
                pairs.update({f"{a}_{b}" for a, b in pairwise(singles) if not (a.isdigit() or b.isdigit())})
                passages += 1
    kept = {s: n for s, n in syllables.items() if n >= RAREST_SYLLABLE * passages}
    kept |= {p: n for p, n in pairs.items() if n >= RAREST_PAIR * passages}
    rows = [f"passages {passages}", *(f"{term} {n}" for term, n in sorted(kept.items()))]
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")
    sys.stderr.write(f"{passages} passages, {len(kept)} of {len(syllables) + len(pairs)} terms kept\n")


if __name__ == "__main__":
    main()
