"""Refusing garbage: text that people cannot read is not stored, and the refusal says what was seen.

Sure signs are counted first (U+FFFD, "Quyáº¿t", "Quy?t"), then the words that are no Vietnamese syllables. Those are
weighed only over a fair number of words, for a short text may be all names. English and French prose passes: a city
publishes in English too, and the common small words of a language show that it is one.
"""

import re
import unicodedata
from collections import Counter

from config.errors import InputError
from corpus.parse.legacy import MISREAD_UTF8
from corpus.syllables import is_syllable

# Shares are of words unless said otherwise; `bench/readable.py` counts what they refuse, of articles and of garbage.
_LOST_SHARE = 0.01
_MISREAD_SHARE = 0.01
_QUESTIONED_SHARE = 0.03
_FEWEST_SIGNS = 2
_NOISE_SHARE = 0.02  # of characters
_FEWEST_WORDS = 20
_FEWEST_MARKED = 10
_BROKEN_SHARE = 0.4  # of the words with marks
_UNKNOWN_SHARE = 0.7
_PROSE_SHARE = 0.1

_ADDRESS = re.compile(r"//|www\.|@|&\w+;|\.[a-z]{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOST = re.compile(r"(?<=[^\W\d_])\ufffd|(?<![^\W\d_]|\ufffd)\ufffd++(?=[^\W\d_])")
_MISREAD = re.compile(rf"(?<![A-ZĐ])(?:{MISREAD_UTF8.pattern})")  # not the end of “… ĐÃ”
_QUESTIONED = re.compile(r"[^\W\d_]\?+[^\W\d_]|(?<![\w?])\?+[^\W\d_]")
_PROSE_WORDS = frozenset(
    "the of and to in is for that with by on as are at from be was this has have will or an it its "
    "le la les de des et du en un une dans pour que est au aux par sur qui ne pas".split()
)


def check_readable(text: str) -> None:
    """Passes where `text` reads as Vietnamese, with marks or without, or as English or French prose.

    Raises:
        InputError: it is garbage; says of which kind, with an example.
    """
    parts = text.split()
    addresses = {part for part in set(parts) if _ADDRESS.search(part)}
    plain = " ".join(part for part in parts if part not in addresses)
    words = _WORD.findall(plain)
    _check_signs(plain, len(words))
    _check_noise(text)
    told = Counter({word: count for word, count in Counter(words).items() if not word.isupper()})
    if told.total() >= _FEWEST_WORDS and not _is_prose(told):  # capitals are abbreviations
        _check_words(told)


def _check_signs(text: str, words: int) -> None:
    for sign, mark, share, error in (
        (_LOST, "\ufffd", _LOST_SHARE, _lost),
        (_MISREAD, "", _MISREAD_SHARE, _misread),
        (_QUESTIONED, "?", _QUESTIONED_SHARE, _questioned),
    ):
        found = list(sign.finditer(text)) if mark in text else []
        if len(found) >= max(_FEWEST_SIGNS, share * words):
            raise error(len(found), _around(text, found[0]))


def _check_noise(text: str) -> None:
    noise = sum(count for character, count in Counter(text).items() if _is_noise(character))
    if noise > _NOISE_SHARE * len(text):
        raise InputError(
            f"{noise} trong {len(text)} ký tự là ký tự điều khiển hoặc không có trong Unicode, không phải chữ; "
            "hãy lưu lại trang thành văn bản UTF-8",
            f"{noise} of {len(text)} characters are control characters or none of Unicode's; "
            "save the page as UTF-8 text again",
        )


def _is_noise(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"} and character not in "\n\t\r"


def _check_words(words: Counter[str]) -> None:
    marked = Counter({word: count for word, count in words.items() if not word.isascii()})
    for among, fewest, share in ((marked, _FEWEST_MARKED, _BROKEN_SHARE), (words, _FEWEST_WORDS, _UNKNOWN_SHARE)):
        unknown = Counter({word: count for word, count in among.items() if not is_syllable(word)})
        if among.total() >= fewest and unknown.total() > share * among.total():
            raise _not_vietnamese(unknown, among.total())


def _is_prose(words: Counter[str]) -> bool:
    return sum(count for word, count in words.items() if word.lower() in _PROSE_WORDS) >= _PROSE_SHARE * words.total()


def _around(text: str, match: re.Match[str]) -> str:
    """The word or two in which the sign stands."""
    start, end = max(0, match.start() - 10), match.end() + 10
    return " ".join(text[start:end].split())


def _lost(count: int, seen: str) -> InputError:
    return InputError(
        f"{count} chỗ mất chữ, chỉ còn ký hiệu � (ví dụ «{seen}»); hãy lấy lại trang từ bản gốc",
        f"letters are lost in {count} places, only � is left (such as «{seen}»); take the page from its source again",
    )


def _misread(count: int, seen: str) -> InputError:
    return InputError(
        f"chữ bị đọc sai bảng mã ở {count} chỗ (UTF-8 bị đọc thành windows-1252, ví dụ «{seen}»); "
        "hãy mở bản gốc với mã UTF-8 rồi lưu lại",
        f"wrong encoding in {count} places (UTF-8 read as windows-1252, such as «{seen}»); "
        "open the original as UTF-8 and save it again",
    )


def _questioned(count: int, seen: str) -> InputError:
    return InputError(
        f"{count} chỗ có dấu hỏi thay cho chữ (ví dụ «{seen}»), chữ gốc đã mất; hãy lấy lại trang từ bản gốc",
        f"question marks stand for letters in {count} places (such as «{seen}») and the letters are lost; "
        "take the page from its source again",
    )


def _not_vietnamese(unknown: Counter[str], of: int) -> InputError:
    seen = ", ".join(f"«{word[:20]}»" for word, _ in unknown.most_common(5))
    count = unknown.total()
    return InputError(
        f"không đọc được: {count} trong {of} từ không phải âm tiết tiếng Việt ({seen}); kiểm tra bảng mã, phông chữ "
        "hoặc chiều của trang quét rồi thêm lại",
        f"not readable: {count} of {of} words are no Vietnamese syllables ({seen}); check the encoding, the font, "
        "or which way up the scan is, and add it again",
    )
