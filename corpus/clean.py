"""Unicode housekeeping: one spelling for every letter, no invisible characters, plain spaces and line ends.

Words are never touched: what an article misspells stays misspelt.
"""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")  # lone surrogates cannot be stored as UTF-8
_BLANK_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """NFC text with zero-width and control characters dropped and every kind of space a plain one."""
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    return unicodedata.normalize("NFC", text)


def printable(name: str) -> str:
    """A file name that can be stored and shown: of bytes that are not UTF-8 Python makes lone surrogates, this "?"."""
    return name.encode(errors="replace").decode()


def tidy(text: str) -> str:
    """Normalised text without space at line ends and without runs of blank lines."""
    lines = (line.strip() for line in normalise(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
