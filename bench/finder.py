"""Speed of `find_references`: megabytes of UTF-8 a second of processor time, over the documents of question sets.

    .venv/bin/python bench/finder.py SETS/news_baomoi_admin SETS/phapdien_admin

Each set is read three times; the fastest counts.
"""

import json
import sys
import time
from pathlib import Path

from corpus.references import find_references


def main(folders: list[str]) -> None:
    """Prints a line for each set."""
    for folder in folders:
        lines = (Path(folder) / "corpus.jsonl").read_text("utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
        size = sum(len(text.encode()) for text in texts) / 1e6
        seconds, found = min(run(texts) for _ in range(3))
        print(f"{Path(folder).name}: {size:.1f} MB, {found} references, {size / seconds:.1f} MB/s")


def run(texts: list[str]) -> tuple[float, int]:
    """Seconds of processor time and how many references there are."""
    began = time.process_time()
    found = sum(len(find_references(text)) for text in texts)
    return time.process_time() - began, found


if __name__ == "__main__":
    main(sys.argv[1:])
