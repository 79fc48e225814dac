"""Lists in articles: an item means little without the words that lead to it, nor do they without their items.

A list is told by its lines: each begins with a marker ("-", "a)", "2.", "2.1."), or ends as items do, in a semicolon.
Lists stand in lists; what belongs to which is told by the kind of marker, so that "2." goes on the list of "1." and not
that of "a)" between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sentences import sentence_spans

LONGEST = 800  # characters of a list that is shown whole
_MARKER = re.compile(
    r"(?:(?P<sign>[-–—+*•▪◦·])|\(?(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)/]|\(?(?P<roman>[IVX]{1,5})[.)]"
    r"|\(?(?P<letter>[a-zđ])[.)])\s+\S"
)
_GAP = 20  # characters of space that may stand between two lines
_GOES_ON = (";", ",")  # at the end of an item without a marker, and of the one before the last
Line = tuple[int, int]


def lead_in(text: str, at: int) -> Line | None:
    """The sentence, ending in a colon, that leads to the list whose item the line at `at` is; None where none does."""
    item = _line_at(text, at)
    kind = _kind(text, item)
    if kind is None:
        return None
    for line in _lines_before(text, item[0]):
        its_kind = _kind(text, line)
        if text.endswith(":", *line) and its_kind != kind:
            return sentence_spans(text, *line)[-1]
        if its_kind is None:
            return None
    return None


def list_end(text: str, end: int) -> int:
    """Where the list ends that the sentence ending at `end` leads to; `end` where none follows or it is no short one.

    Short is what has at most LONGEST characters and no list within it.
    """
    if not text.endswith(":", 0, end):
        return end
    own, last = _kind(text, _line_at(text, end - 1)), end
    for line in _lines_behind(text, end):
        kind = _kind(text, line)
        if kind is None or (own and kind == own):
            break
        if line[1] - end > LONGEST or text.endswith(":", *line):
            return end
        last = line[1]
    return last


def leads(text: str, end: int) -> bool:
    """Whether the sentence that ends at `end` leads to a list."""
    if not text.endswith(":", 0, end):
        return False
    line = next(_lines_behind(text, end), None)
    return line is not None and _kind(text, line) is not None


def _kind(text: str, line: Line) -> str | None:
    """The kind of marker a line begins with; "" for an item without one; None where the line is no item."""
    found = _MARKER.match(text, *line)
    if found:
        number = found["number"]
        return f"number{number.count('.')}" if number else next(k for k, v in found.groupdict().items() if v)
    before = text[max(0, line[0] - _GAP) : line[0]].rstrip()
    return "" if text.endswith(_GOES_ON, *line) or before.endswith(_GOES_ON) else None


def _line_at(text: str, at: int) -> Line:
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return _stripped(text, begin, len(text) if end < 0 else end)


def _lines_before(text: str, at: int) -> Iterator[Line]:
    """The lines before the one that holds `at`, nearest first, but for empty ones."""
    end = text.rfind("\n", 0, at)
    while end >= 0:
        begin = text.rfind("\n", 0, end) + 1
        line = _stripped(text, begin, end)
        if line[0] < line[1]:
            yield line
        end = begin - 1


def _lines_behind(text: str, at: int) -> Iterator[Line]:
    """The lines behind the one that holds `at`, but for empty ones."""
    begin = text.find("\n", at) + 1
    while begin:
        end = text.find("\n", begin)
        line = _stripped(text, begin, len(text) if end < 0 else end)
        if line[0] < line[1]:
            yield line
        begin = end + 1


def _stripped(text: str, begin: int, end: int) -> Line:
    line = text[begin:end]
    return begin + len(line) - len(line.lstrip()), end - (len(line) - len(line.rstrip()))
