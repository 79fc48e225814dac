"""Text set in the fonts of before Unicode: TCVN3 (ABC: .VnTime, .VnTimeH) and VNI (VNI-Times) become Unicode.

Such fonts draw Vietnamese letters at the places of Western ones, so a page, a PDF or a DOCX gives "ñieàu" or "®iÒu" for
"điều". Nothing in the text says so; the words do: read the right way they become syllables. TCVN3 has one character
for a letter (TCVN 5712:1993, the VN3 set; capitals with a tone have no place and are drawn by fonts with an H), VNI a
vowel followed by a character for its mark (the VNI-Windows set). Converting comes before any tidying: TCVN3's "ư" is
the soft hyphen.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
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

# Capitals with a tone that TCVN 5712 has in its sets VN1 and VN2, and fonts have not, before a letter: at codes that
# are no quotes and dashes of windows-1252, and none of Word's marks of fields.
_TONED_CAPITAL = re.compile(
    rb"[\x01\x02\x04-\x06\x11\x12\x16\x17\x80-\x83\x86-\x8a\x8c-\x90\x98-\x9a\x9c-\x9f][A-Za-z\xa1-\xff]"
)

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
_SAMPLE = 200_000  # characters that tell the font of a page, if they have words at all


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
    if _evidence(text) <= _ENTER:  # no other reading can be cheaper
        return text
    tokens = list(_TOKEN.finditer(text))
    return _converted(text, tokens, _readings(text, tokens))


def is_suspect(text: str) -> bool:
    """Whether some of a text may be in an old font or read in the wrong encoding; most texts can be passed over."""
    return bool(_SUSPECT.search(text)) and (_evidence(text) > _ENTER or bool(MISREAD_UTF8.search(text)))


def lines_to_unicode(lines: Sequence[str], fonts: Sequence[str | None]) -> list[str]:
    """The lines of one page, each telling of its neighbours' font: "Sè: 12" between lines of TCVN3 is "Số: 12".

    `fonts` are those the page declares. They are believed where the words of all their lines agree, for text that was
    retyped long ago keeps the font's name. Line breaks in a line become spaces where any line is converted.
    """
    lines = [_reread_utf8(line) for line in lines]
    if sum(_evidence(line) for line in lines) <= _ENTER:
        return lines
    text = "\n".join(["", *(line.replace("\n", " ") for line in lines)])  # each line may begin in another font
    tokens = list(_TOKEN.finditer(text))
    converted = _converted(text, tokens, _readings(text, tokens)).split("\n")[1:]
    believed = _believed(lines, fonts)
    return [
        to_unicode(line, font) if font in believed and _agrees(line, font) else other
        for line, font, other in zip(lines, fonts, converted, strict=True)
    ]


def decode_eight_bit(data: bytes, *, convert: bool = True) -> str | None:
    """The text of bytes in windows-1258, TCVN3 or VNI, None where none of them makes it convincingly Vietnamese.

    Without `convert` text in an old font is left as its bytes are in windows-1252. None as well for what is TCVN 5712
    and no font's: `has_toned_capitals`.
    """
    if _convincing(text := _windows_1258(data)):
        return text
    if has_toned_capitals(data):
        return None
    western = data.decode("latin-1").translate(_FROM_WINDOWS)
    if not convert and _convincing(to_unicode(western[:_SAMPLE])):
        return western
    if _convincing(text := to_unicode(western)):
        return text if convert else western
    return None


def has_toned_capitals(data: bytes) -> bool:
    """Whether bytes hold capitals of TCVN 5712 that the fonts' set has no place for: read as TCVN3, they are lost."""
    return bool(_TONED_CAPITAL.search(data))


# ------------------------------------------------------------------------------------------------ by font


def _converter(font: str) -> Callable[[str], str] | None:
    name = font.casefold()
    if name.startswith("vni-"):
        return _from_vni
    if name.startswith(".vn"):
        return _from_capitals if name.endswith("h") else _from_tcvn3
    return None


def _believed(lines: Sequence[str], fonts: Sequence[str | None]) -> set[str]:
    """The declared fonts whose lines, all together, make more syllables converted than as they are."""
    told: dict[str, float] = defaultdict(float)
    for line, font in zip(lines, fonts, strict=True):
        if font and _converter(font):
            told[font] += _advantage(line, font)
    return {font for font, advantage in told.items() if advantage > 0}


def _agrees(line: str, font: str) -> bool:
    return _advantage(line, font) >= 0


def _advantage(line: str, font: str) -> float:
    """How much cheaper a line is read as this font's than as Unicode."""
    costs = [_costs(token) for token in _TOKEN.findall(line)]
    reading = _FROM_VNI if _converter(font) is _from_vni else _FROM_TCVN3
    return sum(cost[_UNICODE] - cost[reading] for cost in costs)


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


def _evidence(text: str) -> float:
    """What it costs to take all of a text for Unicode."""
    marked = ((part, count) for part, count in Counter(text.split()).items() if not part.isascii())
    return sum(_costs(token).unicode * count for part, count in marked for token in _TOKEN.findall(part))


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
    unicode, tcvn3, vni = 0.0, _ENTER, _ENTER
    steps: list[tuple[int, int, int]] = []
    end = 0
    for token in tokens:
        discount = _NEW_LINE if text.find("\n", end, token.start()) >= 0 else 0.0
        enter, leave = _ENTER - discount, _LEAVE - discount
        cost = _costs(token[0])
        from_unicode, from_tcvn3, from_vni = unicode, tcvn3, vni
        old_unicode, old_tcvn3, old_vni = _UNICODE, _FROM_TCVN3, _FROM_VNI  # staying wins a tie
        if from_tcvn3 + leave < unicode:
            unicode, old_unicode = from_tcvn3 + leave, _FROM_TCVN3
        if from_vni + leave < unicode:
            unicode, old_unicode = from_vni + leave, _FROM_VNI
        if from_unicode + enter < tcvn3:
            tcvn3, old_tcvn3 = from_unicode + enter, _UNICODE
        if from_vni + enter < tcvn3:
            tcvn3, old_tcvn3 = from_vni + enter, _FROM_VNI
        if from_unicode + enter < vni:
            vni, old_vni = from_unicode + enter, _UNICODE
        if from_tcvn3 + enter < vni:
            vni, old_vni = from_tcvn3 + enter, _FROM_TCVN3
        steps.append((old_unicode, old_tcvn3, old_vni))
        unicode, tcvn3, vni = unicode + cost.unicode, tcvn3 + cost.tcvn3, vni + cost.vni
        end = token.end()
    totals = (unicode, tcvn3, vni)
    reading = totals.index(min(totals))
    path = []
    for origins in reversed(steps):
        path.append(reading)
        reading = origins[reading]
    return path[::-1]


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
    return _converted_tcvn3(match[0], is_stretch=bool(match["stretch"]))


@lru_cache(maxsize=1 << 15)
def _converted_tcvn3(run: str, *, is_stretch: bool) -> str:
    converted = _TOKEN.sub(lambda token: _convert_word(token[0], _from_tcvn3), run)
    words = _TOKEN.findall(run) if is_stretch else []
    if any(_TWO_CAPITALS.search(word) and is_syllable(_from_tcvn3(word)) for word in words):
        return converted.upper()
    return converted


def _convert_word(token: str, convert: Callable[[str], str]) -> str:
    return token if token in _LONE_SIGNS or _beyond(token) else convert(token)


# ------------------------------------------------------------------------------------------------ by bytes


def _reread_utf8(text: str) -> str:
    """UTF-8 that was read as windows-1252, read again; unchanged where one line of it does not come out whole."""
    try:
        return "\n".join(map(_reread_line, text.split("\n"))) if MISREAD_UTF8.search(text) else text
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
