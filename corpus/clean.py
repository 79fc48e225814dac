"""Unicode housekeeping: one spelling for every letter, no invisible characters, plain spaces and line ends.

Words are never touched: what an article misspells stays misspelt. Only signs that stand for a letter become that
letter: ligatures, the Icelandic Ð for Đ, a spacing accent behind its vowel.
"""

import re
import unicodedata

from corpus.syllables import is_syllable

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")  # lone surrogates cannot be stored as UTF-8
# Bullets of Symbol and Wingdings, which Word and PDF keep in the private use area; a dash is what typists use instead.
_BULLETS = re.compile("^ *[\uf020-\uf0ff]+ *", re.MULTILINE)
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\u00d0": "Đ", "\u0189": "Đ"}
)
_SMALL_D = re.compile("(?<![^\\W\\d_])[ðɖ](?=[^\\W\\d_])")  # Icelandic words have it inside, never in front
_ACCENTS = {"´": "\u0301", "ˊ": "\u0301", "ˋ": "\u0300", "˜": "\u0303"}
_ACCENTED = re.compile(
    "(?<![^\\W\\d_])[^\\W\\d_]{0,5}[aeiouyăâêôơư][´ˊˋ˜](?:(?<=[ăâêôơư].)|(?=[^\\W\\d_]))[^\\W\\d_]{0,5}", re.IGNORECASE
)
_BLANK_LINES = re.compile("\n{3,}")
# All that the steps of normalise() look for beside what is not NFC; most lines have none of it.
_UNUSUAL = re.compile(
    f"[{''.join(p.pattern.strip('[]') for p in (_INVISIBLE, _SPACES, _CONTROL))}"
    f"\r\u0085\u2028\u2029\v\f\uf020-\uf0ff{''.join(map(chr, _LIGATURES))}ðɖ{''.join(_ACCENTS)}]"
)


def normalise(text: str) -> str:
    """NFC text with zero-width and control characters dropped and every kind of space a plain one."""
    if not _UNUSUAL.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    text = _SMALL_D.sub("đ", _BULLETS.sub("- ", text).translate(_LIGATURES))
    return _ACCENTED.sub(_join_accent, unicodedata.normalize("NFC", text))


def _join_accent(match: re.Match[str]) -> str:
    """The word with its accent on the vowel if that makes a syllable: "quyê´t" becomes "quyết", "Hawai´i" stays."""
    joined = unicodedata.normalize("NFC", "".join(_ACCENTS.get(letter, letter) for letter in match[0]))
    return joined if is_syllable(joined) else match[0]


def printable(name: str) -> str:
    """A file name that can be stored and shown: of bytes that are not UTF-8 Python makes lone surrogates, this "?"."""
    return name.encode(errors="replace").decode()


def tidy(text: str) -> str:
    """Normalised text without space at line ends and without runs of blank lines."""
    lines = (line.strip() for line in normalise(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
