"""Vietnamese as people type it: without marks, in small letters, with the abbreviations of offices and of chats.

The table is ours: the published lists of such spellings are for research only.
"""

from __future__ import annotations

import random
import re
import unicodedata

# Shares of the texts that are changed in a way. Most lose all marks: that is what the start model cannot read.
ALL_MARKS_LOST = 0.6
SOME_MARKS_LOST = 0.15
SMALL_LETTERS = 0.5
NO_FULL_STOP = 0.5
OFFICE_SHORT = 0.5
CHAT_SHORT = 0.2
EACH_PLACE = 0.7  # of the places in a text that is changed so

_OFFICE = {
    "ủy ban nhân dân": "UBND",
    "uỷ ban nhân dân": "UBND",
    "hội đồng nhân dân": "HĐND",
    "thủ tục hành chính": "TTHC",
    "dịch vụ công": "DVC",
    "căn cước công dân": "CCCD",
    "chứng minh nhân dân": "CMND",
    "bảo hiểm xã hội": "BHXH",
    "bảo hiểm y tế": "BHYT",
    "bảo hiểm thất nghiệp": "BHTN",
    "giấy phép lái xe": "GPLX",
    "quyền sử dụng đất": "QSDĐ",
    "đăng ký kinh doanh": "ĐKKD",
    "giải phóng mặt bằng": "GPMB",
    "phòng cháy chữa cháy": "PCCC",
    "công nghệ thông tin": "CNTT",
    "trung học cơ sở": "THCS",
    "trung học phổ thông": "THPT",
    "doanh nghiệp": "DN",
    "thành phố": "TP",
    "trung ương": "TW",
    "nghị định": "NĐ",
    "nghị quyết": "NQ",
    "quyết định": "QĐ",
    "thông tư": "TT",
    "chỉ thị": "CT",
    "hồ sơ": "HS",
    "công an": "CA",
    "công ty": "cty",
}
_CHAT = {
    "không": ("ko", "k", "khong", "hok", "kg"),
    "được": ("đc", "dc", "đk"),
    "gì": ("j", "gi"),
    "với": ("vs", "vơi"),
    "bao nhiêu": ("bn", "bnhiu", "bao nhieu"),
    "như thế nào": ("ntn", "nhu the nao"),
    "thế nào": ("tn", "the nao"),
    "giấy tờ": ("gtờ", "giay to"),
    "người": ("ng", "ngừi", "nguoi"),
    "những": ("nhữg", "n~"),
    "trong": ("trog", "tr"),
    "vậy": ("v", "zậy"),
    "mấy": ("mấy", "may"),
    "phải": ("fải", "phai"),
    "cũng": ("cg", "cũg"),
    "rồi": ("r", "rùi"),
    "nhiều": ("nhìu", "nhiu"),
    "điện thoại": ("đt", "dt"),
    "hợp đồng": ("hđ", "hd"),
    "đăng ký": ("đký", "dki", "đkí"),
    "biết": ("bít", "bik"),
    "làm": ("lm", "lam"),
    "quy định": ("qđ", "qui định"),
    "trường hợp": ("th", "trg hợp"),
}


def _pattern(phrases: dict[str, str] | dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<![\w/-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/-])", re.IGNORECASE)


_SPELT_OUT = {short: written for written, short in reversed(_OFFICE.items())}
_WRITTEN, _SHORT, _CHATTED = (
    _pattern(_OFFICE),
    re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, sorted(_SPELT_OUT, key=len, reverse=True)))})(?![\w/-])"),
    _pattern(_CHAT),
)


def without_marks(text: str) -> str:
    """The text as typed without Vietnamese marks; always NFC."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("Đ", "D"))


def as_typed(text: str, chance: random.Random) -> str:
    """One of the ways in which a person might have typed it."""
    if chance.random() < OFFICE_SHORT:
        text = _offices(text, chance)
    if chance.random() < CHAT_SHORT:
        text = _chatted(text, chance)
    if chance.random() < SMALL_LETTERS:
        text = text.lower()
    if chance.random() < NO_FULL_STOP:
        text = text.rstrip(" ?.!:;")
    return _marks(text, chance)


def _offices(text: str, chance: random.Random) -> str:
    """Offices and papers shortened where they are written out, written out where they are short."""

    def one(found: re.Match[str]) -> str:
        if chance.random() >= EACH_PLACE:
            return found.group()
        return _OFFICE.get(found.group().lower()) or _SPELT_OUT[found.group()]

    return (_WRITTEN if _WRITTEN.search(text) else _SHORT).sub(one, text)


def _chatted(text: str, chance: random.Random) -> str:
    def one(found: re.Match[str]) -> str:
        return chance.choice(_CHAT[found.group().lower()]) if chance.random() < EACH_PLACE else found.group()

    return _CHATTED.sub(one, text)


def _marks(text: str, chance: random.Random) -> str:
    lot = chance.random()
    if lot < ALL_MARKS_LOST:
        return without_marks(text)
    if lot < ALL_MARKS_LOST + SOME_MARKS_LOST:
        share = chance.uniform(0.2, 0.9)
        return " ".join(without_marks(word) if chance.random() < share else word for word in text.split(" "))
    return text
