"""Text set in the fonts of before Unicode: TCVN3 (ABC: .VnTime, .VnTimeH) and VNI (VNI-Times) become Unicode.

Such fonts draw Vietnamese letters at the places of Western ones, so a page, a PDF or a DOCX gives "ñieàu" or "®iÒu" for
"điều". Nothing in the text says so; the words do: read the right way they become syllables. TCVN3 has one character
for a letter (TCVN 5712:1993, the VN3 set; capitals with a tone have no place and are drawn by fonts with an H), VNI a
vowel followed by a character for its mark (the VNI-Windows set). Converting comes before any tidying: TCVN3's "ư" is
the soft hyphen.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from corpus.syllables import is_syllable

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = _TONES = "\u0300\u0309\u0303\u0301\u0323"

# The tones of each vowel stand in the order grave, hook, tilde, acute, dot; the codes are those of windows-1252.
_TCVN3_VOWELS = {
    "a": "µ¶·¸¹", "ă": "»¼½¾Æ", "â": "ÇÈÉÊË", "e": "ÌÎÏÐÑ", "ê": "ÒÓÔÕÖ", "i": "×ØÜÝÞ",
    "o": "ßáâãä", "ô": "åæçèé", "ơ": "êëìíî", "u": "ïñòóô", "ư": "õö÷øù", "y": "úûüýþ",
}  # fmt: skip
_TCVN3_LETTERS = dict(zip("¡¢£¤¥¦§¨©ª«¬\u00ad®", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
# What the encodings of PDF fonts make of two of the codes: minus sign for soft hyphen, bullet operator for middle dot.
_TCVN3_IN_PDF = {"\u2212": "ư", "\u2219": "ã"}

_VNI_MARKS = {
    "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ù": _ACUTE, "ï": _DOT,
    "â": "\u0302", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "á": "\u0302\u0301",
    "ä": "\u0302\u0323", "ê": "\u0306", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "é": "\u0306\u0301", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))

_TCVN3 = {
    **{code: unicodedata.normalize("NFC", vowel + tone)
       for vowel, codes in _TCVN3_VOWELS.items() for code, tone in zip(codes, _TONES, strict=True)},
    **_TCVN3_LETTERS,
    **_TCVN3_IN_PDF,
}  # fmt: skip
_TCVN3_TABLE = str.maketrans(_TCVN3)
_VNI = {**_VNI_LETTERS, **{code.upper(): letter.upper() for code, letter in _VNI_LETTERS.items()}}
_VNI_PAIR = re.compile("([aeouyôö])([øûõùï])|([aeo])([âàåãáä])|(a)([êèúüéë])|([ôöñíìæóòî])", re.IGNORECASE)

# A word: letters, loose marks, and the codes of TCVN3 that are no letters in Unicode.
_CODES = "\u0300-\u036f¡-©«-®¶-¸»-¾×÷\u2212\u2219"
_WORD = f"(?:[^\\W\\d_]|[{_CODES}])++"  # possessive: the two overlap in ¼ ½ ¾
_TOKEN = re.compile(_WORD)
_SUSPECT = re.compile("[¡-©«-®µ-¸»-ÿ]")
_LONE_SIGNS = frozenset("·×\u2212\u2219")  # bullets and signs of sums, where they stand alone
# Words in a row without a small letter of ASCII: in TCVN3 the marked letters of such words look small all the same.
_CAPITAL = f"(?<![\\w{_CODES}])(?:[^\\W\\d_a-z]|[{_CODES}])++(?![\\w{_CODES}])"
_STRETCH_OR_WORD = re.compile(f"(?P<stretch>{_CAPITAL}(?:[\\d \u00a0/&,()–-]++{_CAPITAL})*)|{_WORD}")
_TWO_CAPITALS = re.compile("[A-Z].*[A-Z]")

# windows-1252, with Latin-1 at the five places it leaves empty: how browsers read it.
_WESTERN = {ord(bytes([code]).decode("windows-1252", "ignore") or chr(code)): code for code in range(0x80, 0xA0)}
_FROM_WINDOWS = {code: character for character, code in _WESTERN.items()}
_CONTINUATION = "[\x80-\xbf" + "".join(map(chr, _WESTERN)) + "]"
MISREAD_UTF8 = re.compile(f"[ÃÄÆ]{_CONTINUATION}|á[º»]{_CONTINUATION}|â€")  # the bytes of ã, đ, ư, ạ and quotes

# Costs of reading a text one way, summed over its words; two words that only an old font explains are enough to switch,
# and a word or two that it does not explain do not end it.
_MISREAD = 1.0
_UNEXPLAINED = 0.6
_ENTER = 1.5
_LEAVE = 0.5
_NEW_LINE = 0.25  # off the price of a switch: where both readings make a word, fonts change with the line


# Bytes in an unknown code page are taken for Vietnamese on so many words with marks, so many of them syllables.
_MARKED_WORDS = 3
_MARKED_SHARE = 0.9


class _Costs(NamedTuple):
    """What it costs to take a word for Unicode, for TCVN3, for VNI."""

    unicode: float
    tcvn3: float
    vni: float


_UNICODE, _FROM_TCVN3, _FROM_VNI = range(3)
_FREE = _Costs(0, 0, 0)


def to_unicode(text: str, font: str | None = None) -> str:
    """`text` with what is set in TCVN3 or VNI converted; all else, French and English too, comes through as it is.

    `font` (".VnTimeH", "VNI-Helve") decides where it is the name of such a font; else the words do, run by run, so
    that one line may hold both. UTF-8 read as windows-1252 ("Quyáº¿t") is read again where that loses nothing.
    """
    if font and (convert := _converter(font)):
        return convert(text)
    if not _SUSPECT.search(text):
        return text
    text = _reread_utf8(text)
    evidence = sum(_costs(token).unicode * count for token, count in Counter(_TOKEN.findall(text)).items())
    if evidence <= _ENTER:  # no other reading can be cheaper
        return text
    tokens = list(_TOKEN.finditer(text))
    return _converted(text, tokens, _readings(text, tokens))


def decode_eight_bit(data: bytes) -> str | None:
    """The text of bytes in windows-1258, TCVN3 or VNI, None where none of them makes it convincingly Vietnamese."""
    western = data.decode("latin-1").translate(_FROM_WINDOWS)
    return next(filter(_convincing, (_windows_1258(data), to_unicode(western))), None)


# ------------------------------------------------------------------------------------------------ by font


def _converter(font: str) -> Callable[[str], str] | None:
    name = font.casefold()
    if name.startswith("vni-"):
        return _from_vni
    if name.startswith(".vn"):
        return _from_capitals if name.endswith("h") else _from_tcvn3
    return None


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3_TABLE)


def _from_capitals(text: str) -> str:
    return _from_tcvn3(text).upper()


def _from_vni(text: str) -> str:
    return _VNI_PAIR.sub(_vni_letter, text)


def _vni_letter(match: re.Match[str]) -> str:
    base, *marks = filter(None, match.groups())
    if not marks:
        return _VNI[base]
    return unicodedata.normalize("NFC", _VNI.get(base, base) + _VNI_MARKS[marks[0].lower()])


# ------------------------------------------------------------------------------------------------ by evidence


@lru_cache(maxsize=1 << 15)
def _costs(token: str) -> _Costs:
    """Words of plain ASCII and lone signs tell nothing; a word with letters of no old font is Unicode."""
    if token.isascii() or not any(map(str.isalpha, token)):
        return _FREE
    if _beyond(token):
        return _Costs(0, _MISREAD, _MISREAD)
    tcvn3 = _from_tcvn3(token) if _all_codes(token) else ""
    vni = _from_vni(token) if _VNI_PAIR.sub("", token).isascii() else ""
    misread = (is_syllable(tcvn3) or is_syllable(vni)) and not (is_syllable(token) and _cased(token))
    return _Costs(_MISREAD * misread, _UNEXPLAINED * (not _explained(tcvn3)), _UNEXPLAINED * (not _explained(vni)))


def _explained(word: str) -> bool:
    return is_syllable(word) or word.isupper()  # QĐ, HĐND


def _cased(word: str) -> bool:
    """Small, capital, or with a capital in front: "tÕ" is not, and is "tế" in TCVN3."""
    return word.islower() or word.isupper() or word.istitle()


def _beyond(token: str) -> bool:
    return any(letter > "ÿ" and letter not in _TCVN3_IN_PDF for letter in token)


def _all_codes(token: str) -> bool:
    return all(letter.isascii() or letter in _TCVN3 for letter in token)


def _readings(text: str, tokens: list[re.Match[str]]) -> list[int]:
    """The cheapest reading of each word, where a change of reading has its price too (Viterbi)."""
    totals = [0.0, _ENTER, _ENTER]
    steps: list[list[int]] = []
    end = 0
    for token in tokens:
        discount = _NEW_LINE if "\n" in text[end : token.start()] else 0.0
        best = [
            min((totals[old] + _switch(old, new, discount), old != new, old) for old in range(3))  # staying wins a tie
            for new in range(3)
        ]
        steps.append([old for _, _, old in best])
        totals = [total + cost for (total, _, _), cost in zip(best, _costs(token[0]), strict=True)]
        end = token.end()
    reading = totals.index(min(totals))
    path = []
    for origins in reversed(steps):
        path.append(reading)
        reading = origins[reading]
    return path[::-1]


def _switch(old: int, new: int, discount: float) -> float:
    if old == new:
        return 0.0
    return (_LEAVE if new == _UNICODE else _ENTER) - discount


def _converted(text: str, tokens: list[re.Match[str]], readings: list[int]) -> str:
    parts, end = [], 0
    for reading, run in groupby(zip(tokens, readings, strict=True), key=lambda pair: pair[1]):
        matches = [match for match, _ in run]
        start, stop = matches[0].start(), matches[-1].end()
        parts += [text[end:start], _convert_run(text[start:stop], reading)]
        end = stop
    return "".join([*parts, text[end:]])


def _convert_run(run: str, reading: int) -> str:
    if reading == _UNICODE:
        return run
    if reading == _FROM_VNI:
        return _TOKEN.sub(lambda token: _convert_word(token[0], _from_vni), run)
    return _STRETCH_OR_WORD.sub(_convert_tcvn3, run)


def _convert_tcvn3(match: re.Match[str]) -> str:
    words = _TOKEN.findall(match[0])
    converted = _TOKEN.sub(lambda token: _convert_word(token[0], _from_tcvn3), match[0])
    if match["stretch"] and any(_TWO_CAPITALS.search(word) and is_syllable(_from_tcvn3(word)) for word in words):
        return converted.upper()
    return converted


def _convert_word(token: str, convert: Callable[[str], str]) -> str:
    return token if token in _LONE_SIGNS or _beyond(token) else convert(token)


# ------------------------------------------------------------------------------------------------ by bytes


def _reread_utf8(text: str) -> str:
    """UTF-8 that was read as windows-1252, read again; unchanged where one line of it does not come out whole."""
    try:
        return "\n".join(map(_reread_line, text.split("\n")))
    except UnicodeError:
        return text


def _reread_line(line: str) -> str:
    return line.translate(_WESTERN).encode("latin-1").decode() if MISREAD_UTF8.search(line) else line


def _windows_1258(data: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", data.decode("windows-1258"))
    except UnicodeDecodeError:
        return None


def _convincing(text: str | None) -> bool:
    """Enough words with marks, and nearly all of them syllables."""
    marked = [word for word in _TOKEN.findall(text or "") if not word.isascii()]
    good = sum(map(is_syllable, marked))
    return good >= _MARKED_WORDS and good >= _MARKED_SHARE * len(marked)
