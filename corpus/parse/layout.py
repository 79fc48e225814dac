"""From lines with a place on a page to running text; text layers of PDF and recognised scans share it.

Whether a line goes on the sentence above is told by geometry, not by words: a line was broken by force where the next
line's first word would not have fitted behind it. Vietnamese is not hyphenated, so a hyphen at a line's end is real.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.models import CELLS

# A letterhead and a signature are laid out as tables in DOCX and HTML; they are read column by column.
LAYOUT_MARKS = ("CỘNG H", "ĐẢNG CỘNG SẢN", "Nơi nhận")
_CELL_GAP = 1.5  # of a line's height: a gap beyond it, wider than what justification leaves, parts the cells of a row

_EDGE = 0.1  # running headers and footers stand in the outer tenth of a page's height
_PARAGRAPH_GAP = 1.28  # of the page's usual distance from line to line; below what 6 pt before a paragraph makes
_INDENT = 1.0  # of the line's height: what begins farther right than the line above begins a paragraph
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\W*", re.IGNORECASE)
_ENDS = (".", ";", ":", "!", "?")
_ITEM = re.compile(r"(?:[-+–—•*▪●]|\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ][.)]|[IVXLC]+\.|Điều \d+\.)\s")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its box; y grows downwards, any unit."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in reading order, and its height in their unit."""

    lines: tuple[Line, ...]
    height: float


def line_of(words: Sequence[Line]) -> Line:
    """The line that these words stand on, with CELLS where a gap parts them; its box holds all of theirs."""
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    text = words[0].text
    for before, word in pairwise(words):
        text += (CELLS if word.left - before.right > _CELL_GAP * (bottom - top) else " ") + word.text
    return Line(text, words[0].left, top, words[-1].right, bottom)


def running_text(pages: Sequence[Page]) -> str:
    """The text of the pages, one paragraph a line, without running headers, footers and page numbers."""
    paragraphs: list[str] = []
    last: Line | None = None
    of_last: _Measures | None = None
    for page in _without_running_lines(pages):
        measures = _Measures(page)
        for line in page.lines:
            if last and of_last and _goes_on(last, line, of_last, same_page=of_last is measures):
                paragraphs[-1] += line.text if _ends_in_hyphen(last.text) else f" {line.text}"
            else:
                paragraphs.append(line.text)
            last, of_last = line, measures
    return "\n".join(paragraphs)


class _Measures:
    """What a page's lines have in common: the right margin and the distance from line to line."""

    def __init__(self, page: Page) -> None:
        self._lines = page.lines
        self._margin = max((line.right for line in page.lines), default=0.0)
        steps = [b.top - a.top for a, b in pairwise(page.lines) if b.top > a.top]
        self.step = median(steps) if steps else 0.0

    def limit(self, line: Line) -> float:
        """How far right `line` could have gone: to the margin, or to what stands beside it in another column."""
        beside = (
            other.left - line.height
            for other in self._lines
            if other.left >= line.right and other.top < line.bottom and line.top < other.bottom
        )
        return min(beside, default=self._margin)


def _goes_on(last: Line, line: Line, of_last: _Measures, *, same_page: bool) -> bool:
    if CELLS in last.text or CELLS in line.text or _ITEM.match(line.text):
        return False
    if last.text.isupper() and line.text != line.text.upper():
        return False  # a heading, then text
    if not _was_forced(last, line, of_last):
        return False
    if not same_page:
        return not last.text.endswith(_ENDS) and not line.text[0].isupper()
    if not 0 < line.top - last.top <= _PARAGRAPH_GAP * of_last.step:
        return False
    return line.left - last.left <= _INDENT * last.height or not line.text[0].isupper()


def _was_forced(last: Line, line: Line, of_last: _Measures) -> bool:
    """Whether the first word of `line` would not have fitted behind `last`."""
    letter = (last.right - last.left) / len(last.text)
    first_word = len(line.text.partition(" ")[0])
    return last.right + letter * (1 + first_word) > of_last.limit(last)


def _ends_in_hyphen(text: str) -> bool:
    return text.endswith("-") and not text.endswith(" -")


def _without_running_lines(pages: Sequence[Page]) -> Iterator[Page]:
    """Drops what stands at the edge of a third of the pages or more, but for its digits, and bare page numbers."""
    seen = Counter(key for page in pages for key in {_key(line) for line in page.lines if _at_edge(line, page)})
    often = max(2, len(pages) / 3)
    for page in pages:
        kept = (
            line
            for line in page.lines
            if not (_at_edge(line, page) and (seen[_key(line)] >= often or _PAGE_NUMBER.fullmatch(line.text)))
        )
        yield Page(tuple(kept), page.height)


def _at_edge(line: Line, page: Page) -> bool:
    if CELLS in line.text:  # a table's head repeated on each page stays
        return False
    return line.bottom < _EDGE * page.height or line.top > (1 - _EDGE) * page.height


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())
