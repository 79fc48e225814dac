"""The numbers Word writes before paragraphs by itself ("Điều 1.", "a)"), which no text of the file holds."""

from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LEVELS = 9  # a list in Word has nine
_MAX_LETTERED = 780  # thirty letters z; Word's own limit
_BULLET = "-"  # fonts draw bullets at places of their own; the dash is what Vietnamese documents write


class Numbering:
    """Counts through the lists of one document; asked in the order of its paragraphs.

    `root` is the document's numbering part, None where it has no lists.
    """

    def __init__(self, root: Any | None) -> None:
        lists = {} if root is None else {a.get(qn("w:abstractNumId")): a for a in root.findall(qn("w:abstractNum"))}
        self._levels: dict[str, dict[int, Any]] = {}
        for number in () if root is None else root.findall(qn("w:num")):
            of_list = lists.get(_value(number, "w:abstractNumId"))
            levels = () if of_list is None else of_list.findall(qn("w:lvl"))
            self._levels[number.get(qn("w:numId"))] = {int(level.get(qn("w:ilvl"), 0)): level for level in levels}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def label(self, number_id: str, level: int) -> str:
        """What Word writes before the next paragraph of that list and level; empty for an unknown list."""
        levels = self._levels.get(number_id, {})
        if level not in levels:
            return ""
        counts = self._counts[number_id]
        counts[level] = counts[level] + 1 if level in counts else _start(levels[level])
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if _value(levels[level], "w:numFmt") == "bullet":
            return _BULLET
        text = _value(levels[level], "w:lvlText")
        for at in range(_LEVELS):
            if f"%{at + 1}" in text and at in levels:
                count = counts.get(at, _start(levels[at]))
                text = text.replace(f"%{at + 1}", _written(count, _value(levels[at], "w:numFmt")))
        return text


def _value(element: Any, tag: str) -> str:
    found = element.find(qn(tag))
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _start(level: Any) -> int:
    return int(_value(level, "w:start") or 1)


def _written(count: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"} and 0 < count <= _MAX_LETTERED:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)  # Word goes on with aa, bb
        return letters if form == "lowerLetter" else letters.upper()
    if form in {"lowerRoman", "upperRoman"} and 0 < count < 4000:
        roman = _roman(count)
        return roman if form == "lowerRoman" else roman.upper()
    return "" if form == "none" else str(count)


def _roman(count: int) -> str:
    letters = ""
    for value, letter in _ROMAN:
        letters += letter * (count // value)
        count %= value
    return letters
