"""How many articles `corpus.parse` changes or refuses without cause, and how much garbage it lets through.

    .venv/bin/python bench/readable.py FOLDER_OR_CSV...

Folders hold a corpus.jsonl (lines with "title" and "text"); of a CSV the column "original" is read, ten lines an
article. Garbage is made of the same articles, at most 300 of each set and with at least 60 words each.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from config.errors import InputError
from corpus.clean import tidy
from corpus.parse.legacy import decode_eight_bit, to_unicode
from corpus.parse.quality import check_readable

PER_SET = 300
WORDS = 60
SEED = 7
MARKED = re.compile(r"[^\W\d_\x00-\x7f]")
WORD = re.compile(r"[^\W\d_]+")
UPSIDE_DOWN = str.maketrans("abcdeghiklmnopqrstuvxy", "eqopeb4!yjwuodbjsinAxh")  # what OCR makes of such letters
TCVN3 = {to_unicode(chr(code), ".VnTime"): chr(code) for code in range(0xA1, 0x100)}
VNI = {
    to_unicode(written, "VNI-Times"): written
    for base in ["", *"aeouyôöAEOUYÔÖ"]
    for mark in map(chr, range(0xC0, 0x100))
    if base.isupper() == mark.isupper() or not base
    for written in (base + mark,)
}


def main() -> None:
    """Prints the tables."""
    chance = random.Random(SEED)
    kinds: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    print("| set | articles | changed | refused | ms per 5,000 characters |\n| --- | --- | --- | --- | --- |")
    for name in sys.argv[1:]:
        texts = list(_texts(Path(name)))
        print(f"| {Path(name).stem} | {len(texts)} | {_row(texts)} |", flush=True)
        long = [text for text in texts if len(text.split()) >= WORDS]
        for text in chance.sample(long, min(PER_SET, len(long))):
            for kind, spoil in GARBAGE.items():
                kinds[kind] += 1
                refused[kind] += _refused(spoil(text, chance))
            for kind, (encode, read) in READ_AGAIN.items():
                kinds[kind] += 1
                refused[kind] += _same(read(encode(text)), text)
    print("\n| made of them | articles | refused, or read right | share |\n| --- | --- | --- | --- |")
    for kind, total in kinds.items():
        print(f"| {kind} | {total} | {refused[kind]} | {refused[kind] / total:.3f} |")


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            rows = [row["original"] for row in csv.DictReader(file)]
        for at in range(0, len(rows), 10):
            yield tidy("\n".join(rows[at : at + 10]))
        return
    for line in (path / "corpus.jsonl").read_text().splitlines():
        article = json.loads(line)
        yield tidy(f"{article.get('title', '')}\n{article['text']}")


def _row(texts: list[str]) -> str:
    changed = refused = 0
    start = perf_counter()
    for text in texts:
        changed += to_unicode(text) != text
        refused += _refused(text)
    milliseconds = (perf_counter() - start) * 1000 / sum(map(len, texts)) * 5000
    return f"{changed} | {refused} | {milliseconds:.1f}"


def _refused(text: str) -> bool:
    try:
        check_readable(text)
    except InputError:
        return True
    return False


def _same(read: str | None, text: str) -> bool:
    """Ninety-nine words in a hundred came back; capitals aside, which TCVN3 does not keep."""
    words, again = text.lower().split(), (read or "").lower().split()
    return len(words) == len(again) and sum(map(str.__eq__, words, again)) >= 0.99 * len(words)


def _to_tcvn3(text: str) -> str:
    """What a page set in .VnTime gives; a capital with a tone becomes its small letter."""
    return "".join(map(_tcvn3_letter, text))


def _tcvn3_letter(letter: str) -> str:
    return letter if letter.isascii() else TCVN3.get(letter) or TCVN3.get(letter.lower(), letter)


def _to_vni(text: str) -> str:
    """What a page set in VNI-Times gives."""
    return "".join(letter if letter.isascii() else VNI.get(letter, letter) for letter in text)


def _mojibake(text: str) -> str:
    return "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in text.encode())


def _noise(text: str, chance: random.Random) -> str:
    return chance.randbytes(len(text)).decode("latin-1")


def _shuffled(text: str, chance: random.Random) -> str:
    return WORD.sub(lambda word: "".join(chance.sample(word[0], len(word[0]))), text)


# What becomes of an article, and how; each must be refused as it stands.
GARBAGE: dict[str, Callable[[str, random.Random], str]] = {
    "UTF-8 read as windows-1252": lambda text, _: _mojibake(text),
    "the same, no-break spaces lost": lambda text, _: tidy(_mojibake(text)),
    "TCVN3 not converted": lambda text, _: _to_tcvn3(text),
    "VNI not converted": lambda text, _: _to_vni(text),
    "U+FFFD for marked letters": lambda text, _: MARKED.sub("\ufffd", text),
    "? for marked letters": lambda text, _: MARKED.sub("?", text),
    "random bytes": _noise,
    "random bytes, tidied": lambda text, chance: tidy(_noise(text, chance)),
    "letters of each word shuffled": _shuffled,
    "lines backwards": lambda text, _: text[::-1],
    "a scan upside down": lambda text, _: text[::-1].translate(UPSIDE_DOWN),
}
# Written so and read again; each must come back.
READ_AGAIN: dict[str, tuple[Callable[[str], Any], Callable[[Any], str | None]]] = {
    "UTF-8 read as windows-1252, read again": (_mojibake, to_unicode),
    "TCVN3 converted": (_to_tcvn3, to_unicode),
    "VNI converted": (_to_vni, to_unicode),
    "TCVN3 bytes": (lambda text: _to_tcvn3(text).encode("windows-1252", "replace"), decode_eight_bit),
    "VNI bytes": (lambda text: _to_vni(text).encode("windows-1252", "replace"), decode_eight_bit),
}

if __name__ == "__main__":
    main()
