"""Lists in articles: an item means little without the words that lead to it, nor do they without their items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sentences import sentence_spans

LONGEST = 1200  # characters of a list shown whole; of a longer one its first items
_MARKER = re.compile(r"\s*(?:[-–—+*•▪◦·]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[ivx]{1,4})[.)/])\s+\S")
_GAP = 20  # characters of space that may stand between two lines
_GOES_ON = (";", ",")  # at the end of an item without a marker, and of the one before the last


def lead_in(text: str, start: int) -> tuple[int, int] | None:
    """The sentence, ending in a colon, that leads to the list whose item begins at `start`; None where none does."""
    if not _is_item(text, *_line_at(text, start)):
        return None
    for begin, end in _lines_before(text, start):
        if text.endswith(":", begin, end):
            return sentence_spans(text, begin, end)[-1]
        if not _is_item(text, begin, end):
            return None
    return None


def list_end(text: str, end: int) -> int:
    """Where the list ends that a sentence leads to which ends at `end` in a colon; `end` where none follows."""
    last = end
    if not text.endswith(":", 0, end):
        return end
    for begin, stop in _lines_behind(text, end):
        if stop - end > LONGEST or not _is_item(text, begin, stop):
            break
        last = stop
    return last


def _is_item(text: str, begin: int, end: int) -> bool:
    """Whether a line is an item: by its marker, or because it or the line before it ends as items do."""
    if _MARKER.match(text, begin, end) or text.endswith(_GOES_ON, begin, end):
        return True
    return text[max(0, begin - _GAP) : begin].rstrip().endswith(_GOES_ON)


def _line_at(text: str, at: int) -> tuple[int, int]:
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return _stripped(text, begin, len(text) if end < 0 else end)


def _lines_before(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The lines before the one that holds `at`, nearest first, but for empty ones."""
    end = text.rfind("\n", 0, at)
    while end >= 0:
        begin = text.rfind("\n", 0, end) + 1
        line = _stripped(text, begin, end)
        if line[0] < line[1]:
            yield line
        end = begin - 1


def _lines_behind(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The lines behind the one that holds `at`, but for empty ones."""
    begin = text.find("\n", at) + 1
    while begin:
        end = text.find("\n", begin)
        line = _stripped(text, begin, len(text) if end < 0 else end)
        if line[0] < line[1]:
            yield line
        begin = end + 1


def _stripped(text: str, begin: int, end: int) -> tuple[int, int]:
    line = text[begin:end]
    return begin + len(line) - len(line.lstrip()), end - (len(line) - len(line.rstrip()))
