"""How many characters of a scanned page are recognised wrong, at several resolutions and with noise upon it.

    .venv/bin/python bench/scans.py

The page is tests/data/documents/scan.pdf; the text layer of two-pages.pdf, from which it was made, is what it says.
"""

import random
import sys
import time
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[1]))

import pypdfium2

from corpus.parse import ocr, pdf
from corpus.parse.layout import Line, Page, line_of, running_text
from tests.documents import sample

RESOLUTIONS = (100, 120, 150, 200, 250, 300)
NOISE = (0.005, 0.01, 0.02, 0.03, 0.05)  # shares of the pixels set to a grey by chance


def main() -> None:
    """Prints a line for each resolution and each share of noise."""
    with pypdfium2.PdfDocument(sample("two-pages.pdf")) as document:
        page = pdf._read_page(document, 0)  # noqa: SLF001
        assert page
        printed = body(running_text([page]))
    for share in NOISE:
        report(f"noise {share:.1%}", noisy(picture(), share), printed)
    for dpi in RESOLUTIONS:
        vars(ocr)["DPI"] = vars(pdf)["DPI"] = dpi
        report(f"{dpi} dpi", picture(), printed)


def picture() -> bytes:
    """The scanned page as the parser hands it to tesseract."""
    with pypdfium2.PdfDocument(sample("scan.pdf")) as document:
        return pdf._picture(document, 0)  # noqa: SLF001


def noisy(image: bytes, share: float) -> bytes:
    """The picture with that share of its pixels changed."""
    chance, changed = random.Random(1), bytearray(image)
    for _ in range(int(share * len(changed))):
        changed[chance.randrange(20, len(changed))] = chance.randrange(256)
    return bytes(changed)


def report(name: str, image: bytes, printed: str) -> None:
    """One line: characters wrong, mean confidence, seconds."""
    began = time.perf_counter()
    words = list(ocr._words(ocr._recognised(image, 1)))  # noqa: SLF001
    seconds = time.perf_counter() - began
    lines: dict[tuple[str, ...], list[Line]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.box)
    scanned = body(running_text([Page(tuple(map(line_of, lines.values())), 1e9)]))
    wrong, confidence = distance(printed, scanned), fmean(word.confidence for word in words)
    print(f"{name:>12}  {wrong:4} of {len(printed)} wrong  confidence {confidence:4.1f}  {seconds:.1f} s")


def body(text: str) -> str:
    """From the kind of document on (the letterhead's columns come in another order), spaces made one."""
    return " ".join(text[max(text.find("THÔNG BÁO"), 0) :].removesuffix("Cổng thông tin xã Minh Họa").split())


def distance(one: str, other: str) -> int:
    """Levenshtein's: letters to change, add or drop."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (letter != against))
    return row[-1]


if __name__ == "__main__":
    main()
