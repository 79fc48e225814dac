"""Where Vietnamese sentences begin and end.

A full stop ends a sentence unless it belongs to an abbreviation ("TP.", "Th.S", "Đ/c."), a number ("1.803"),
a date, a list number ("1.") or an initial ("V. Đ. Thắng"). A line end always ends one.
"""

import re
from collections.abc import Iterator

# Written without their dots, lower case. Titles, places and words that stand before a name or a number.
_ABBREVIATIONS = frozenset(
    """
    tp tt tx q p h x tr đ đc đ/c t/m ths th.s ts pgs gs bs bsck ks kts nxb cv ub st stt đt tel fax
    no vs mr mrs ms dr pgs.ts gs.ts ts.bs ths.bs ncs nsnd nsưt
    """.split()
)
_CANDIDATE = re.compile(r"(?P<mark>[.!?…]+)(?P<close>[\"'”’»)\]]*)(?=\s)")
_OPENS_SENTENCE = re.compile(r"\s+[\"'“‘«(\[–—-]*\s*(?P<first>\S)")
_LAST_WORD = re.compile(r"\S+$")
_LIST_NUMBER = re.compile(r"\s*(?:\d{1,3}(?:\.\d{1,3})*|[a-zđ]|[IVXLC]{1,6})$")
_LONGEST_WORD = 40  # how far back the word before a full stop is looked for


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the sentences of `text[start:end]`, in order, without the space around them.

    Every character that is not white space lies in exactly one span.
    """
    end = len(text) if end is None else end
    spans = []
    for line_start, line_end in _lines(text, start, end):
        at = line_start
        for stop in _stops(text, line_start, line_end):
            spans.append(_trim(text, at, stop))
            at = stop
        spans.append(_trim(text, at, line_end))
    return [(a, b) for a, b in spans if a < b]


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets just after the sentence ends inside one line."""
    for found in _CANDIDATE.finditer(text, start, end):
        follows = _OPENS_SENTENCE.match(text, found.end(), end)
        if follows and _ends_sentence(text, start, found.start(), found["mark"], follows["first"]):
            yield found.end()


def _ends_sentence(text: str, line_start: int, at: int, mark: str, first: str) -> bool:
    if first.islower():
        return False
    if mark != ".":
        return True
    before = _LAST_WORD.search(text, max(line_start, at - _LONGEST_WORD), at)
    if before is None:
        return True
    opens_line = not text[line_start : before.start()].strip()
    if opens_line and _LIST_NUMBER.match(before.group()):
        return False
    return not _is_abbreviation(before.group().strip("\"'“‘«([,;"))


def _is_abbreviation(word: str) -> bool:
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word.isupper())
