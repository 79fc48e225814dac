"""Scanned pages by Tesseract with its Vietnamese model, a program of the system that is called if it is there."""

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from config.errors import InputError
from corpus.parse.isolation import JOB_SECONDS
from corpus.parse.layout import Line, Page, line_of

# bench/scans.py: from 120 to 300 dpi as many characters are right, and the time grows.
DPI = 150
MAX_SCANS = 60  # nine minutes for one input, at the worst
INSTALL = "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
LANGUAGE = "vie"

_SECONDS = JOB_SECONDS - 1  # a page; ends before the clock ends the whole reading process
_MIN_CONFIDENCE = 90  # mean over a page's words; of our sample 3 % of the characters are wrong at 93, 10 % at 86
_FEW_WORDS = 20  # what is "recognised" in a map or a photograph
_SHOWN_PAGES = 10


class _Word(NamedTuple):
    """A word of Tesseract's table, its box in pixels; `line` numbers block, paragraph and line."""

    line: tuple[str, ...]
    confidence: float
    box: Line


def require_tesseract(scans: Sequence[int], pages: int) -> None:
    """Checks that recognition with its Vietnamese model is installed before the first of these pages is rendered.

    Raises:
        InputError: it is not; names the pages and the line that installs it.
    """
    program = shutil.which("tesseract")
    if program is None or LANGUAGE not in _run([program, "--list-langs"]).stdout.decode().split():
        shown = ", ".join(map(str, scans[:_SHOWN_PAGES])) + (" …" if len(scans) > _SHOWN_PAGES else "")
        raise InputError(
            f"trang {shown} là ảnh quét ({pages - len(scans)}/{pages} trang còn lại đọc được); để nhận dạng chữ hãy "
            f"cài: {INSTALL}",
            f"scanned pages: {shown} (the other {pages - len(scans)} of {pages} are fine); to recognise them install: "
            f"{INSTALL}",
        )


def read_scan(picture: bytes, number: int) -> Page:
    """The lines of a page given as PGM; `number` is the page's, for the messages.

    Raises:
        InputError: not readable, too slow, or the Vietnamese model is missing.
    """
    words = list(_words(_recognised(picture, number)))
    if words and fmean(word.confidence for word in words) < _MIN_CONFIDENCE:
        if len(words) < _FEW_WORDS:
            return Page((), 1)
        raise InputError(
            f"trang {number} là ảnh quét quá mờ để nhận dạng đúng; hãy quét lại ở 300 dpi, thẳng và đủ sáng",
            f"page {number} is a scan too poor to be recognised; scan it again at 300 dpi, straight and bright",
        )
    lines = defaultdict(list)
    for word in words:
        lines[word.line].append(word.box)
    height = int(picture.split(None, 3)[2])
    return Page(tuple(map(line_of, lines.values())), height)


def _recognised(picture: bytes, number: int) -> str:
    try:
        done = _run(["tesseract", "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DPI), "tsv"], picture)
    except subprocess.TimeoutExpired:
        raise InputError(
            f"nhận dạng trang {number} quá {_SECONDS} giây chưa xong; hãy quét lại trang đó rõ hơn",
            f"page {number} was not recognised within {_SECONDS} seconds; scan that page again, clearer",
        ) from None
    if done.returncode:
        raise InputError(
            f"không nhận dạng được trang {number} (tesseract báo lỗi {done.returncode}); hãy quét lại trang đó",
            f"page {number} could not be recognised (tesseract ended with {done.returncode}); scan that page again",
        )
    return done.stdout.decode("utf-8", "replace")


def _run(command: Sequence[str], picture: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    one_core = os.environ | {"OMP_THREAD_LIMIT": "1"}  # more threads were no faster, and far slower on a busy machine
    return subprocess.run(  # noqa: S603  fixed words; the page goes in as data
        command, input=picture, capture_output=True, timeout=_SECONDS, check=False, env=one_core
    )


def _words(table: str) -> Iterator[_Word]:
    """The rows of words (level 5) of Tesseract's table, which numbers page, block, paragraph and line before it."""
    for row in table.splitlines()[1:]:
        level, *line, _, left, top, width, height, confidence, text = row.split("\t")
        if level == "5" and text.strip():
            box = Line(text.strip(), int(left), int(top), int(left) + int(width), int(top) + int(height))
            yield _Word(tuple(line), float(confidence), box)
