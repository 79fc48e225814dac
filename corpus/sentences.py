"""Where Vietnamese sentences begin and end.

A full stop ends a sentence unless it belongs to an abbreviation ("TP.", "Th.S", "Đ/c."), a number ("1.803"),
a date, a list number ("1.", "Điều 5.") or an initial ("V. Đ. Thắng"). A line end always ends one.
"""

import re
from collections.abc import Iterator

# Written without their dots, lower case. Titles, places and words that stand before a name or a number.
_ABBREVIATIONS = frozenset(
    """
    tp tt tx q p h x tr đ đc đ/c t/m ths th.s ts pgs gs bs bsck ks kts nxb cv ub st stt đt tel fax
    no vs mr mrs ms dr tskh cki ckii bscki bsckii ncs nsnd nsưt
    """.split()
)
# Possessive (++, *+): a line of dots or spaces, as forms have, is read once and not from each of its characters.
_CANDIDATE = re.compile(r"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>[\"'”’»)\]]*+)(?=\s)")
_OPENS_SENTENCE = re.compile(r"\s++[\"'“‘«(\[–—-]*\s*+(?P<first>\S)")
_LAST_WORD = re.compile(r"\S+$")
_LIST_NUMBER = re.compile(
    r"[\s\"'“‘«(\[–—+*•-]*(?:(?i:điều|khoản|điểm|mục|chương|phần|bước|bài|câu|phụ lục)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[a-zđ]|[IVXLC]{1,6})"
)
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
            start = found.end()
            yield start


def _ends_sentence(text: str, start: int, at: int, mark: str, first: str) -> bool:
    """Whether the mark at `at` closes the sentence begun at `start`, when `first` is the next character."""
    if first.islower():
        return False
    if mark != ".":
        return True
    if at - start <= _LONGEST_WORD and _LIST_NUMBER.fullmatch(text, start, at):
        return False  # "1.", "a.", "Điều 5.", "Bước 2." open what follows
    before = _LAST_WORD.search(text, max(start, at - _LONGEST_WORD), at)
    return before is None or not _is_abbreviation(before.group().strip("\"'“‘«([,;"))


def _is_abbreviation(word: str) -> bool:
    """An abbreviation or initial, or several with dots between: "PGS.TS", "V.Đ"."""
    parts = [word] if word.casefold() in _ABBREVIATIONS else word.split(".")
    return all(part.casefold() in _ABBREVIATIONS or _is_initial(part) for part in parts)


def _is_initial(part: str) -> bool:
    return len(part) == 1 and part.isalpha() and part.isupper()
