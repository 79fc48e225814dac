"""The question before a follow-up, as a line in which a year, a day, a place or what is asked can be replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.asking import read_request, request_start, subject_words
from bot.answering.fixed import without_courtesies
from bot.answering.places import PROVINCES
from corpus.clean import normalise
from corpus.references.view import fold
from corpus.syllables import without_marks
from retrieval.tokens import is_marked

YEAR = r"(?<![\w/.-])(?:19|20)\d\d(?![\w/-])"
WHOLE_DAY = r"(?:ngay )?(?<![\w/.-])\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d(?![\w/-])"
DAY = (
    r"(?:ngay )?(?<![\w/.-])\d{1,2}[/.-]\d{1,2}(?:[/.-](?:19|20)\d\d)?(?![\w/-])"
    r"|thang \d{1,2}(?:[/.-](?:19|20)\d\d| nam (?:19|20)\d\d)?(?![\w/-])"
)
MARKER = r"(?:quan|huyen|thi xa|thanh pho|tp|tinh|phuong|xa|thi tran|dac khu)"
_NO_NAMES = frozenset(  # behind a marker without its marks: quản lý, xã hội, tính từ, phương án …
    """
    ly trong he doi su tam chuc sat diem hoi ra phap an thuc gian khai tu tien huong thi do dien nao gi minh nay cua co
    o va la cap so viec lap may hien dang ky trinh bay phan nghiep nuoc hinh tinh
    """.split()
)
_MARKED_PLACE = re.compile(rf"\b(?P<at>(?:o|tai|cua) )?(?P<value>{MARKER} \w+(?: \w+){{0,2}})")
_BEHIND_AT = re.compile(r"\b(?:o|tai) (?P<name>\w+(?: \w+){0,2})")
DEPARTMENT = (
    r"(?<!ho )\b(?:so|bo) (?:thong tin va truyen thong|tt&tt|truyen thong|giao duc(?: va dao tao)?|gd&dt"
    r"|van hoa(?:,? the thao)?(?: va (?:the thao|du lich|thong tin))?|tai nguyen(?: va moi truong)?|tn&mt"
    r"|nong nghiep(?: va (?:moi truong|phat trien nong thon))?|giao thong(?: van tai)?|gtvt|ke hoach(?: va dau tu)?"
    r"|kh&dt|khoa hoc(?: va cong nghe)?|kh&cn|lao dong(?:(?: -)? thuong binh va xa hoi)?|y te|xay dung|tai chinh|noi vu"
    r"|tu phap|cong thuong|du lich|ngoai vu)\b"
)
PROVINCE = re.compile("|".join(rf"\b{fold(' '.join(name.split()))}\b" for name in PROVINCES.split(",")))
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Previous:
    """The question before; `plain` is its text without marks and capitals, letter for letter."""

    text: str
    plain: str

    @classmethod
    def of(cls, question: str) -> Previous:
        """A question without courtesies and without the sign at its end."""
        return cls._line(" ".join(without_courtesies(normalise(question)).split()).rstrip(" ?!."))

    @classmethod
    def _line(cls, text: str) -> Previous:
        return cls(text, fold(text))

    def found(self, pattern: str) -> list[Span]:
        """Where a pattern for words without marks stands."""
        return [match.span() for match in re.finditer(pattern, self.plain)]

    def with_part(self, span: Span, new: str) -> Previous:
        """With a stretch replaced."""
        return self._line(f"{self.text[: span[0]]}{new}{self.text[span[1] :]}")

    def with_more(self, new: str) -> Previous:
        """With more said, before the words that ask at its end: "bao nhiêu năm 2018" would ask for a duration."""
        words = self.text.split()
        at = request_start(words, marked=is_marked(self.text))
        return self._line(" ".join([*words[:at], new, *words[at:]]))

    @property
    def places(self) -> list[Span]:
        """Where the places stand that it names: "quận Lê Chân", a name behind "ở", a province."""
        found = [
            (match.start("value"), match.start("value") + length)
            for match in _MARKED_PLACE.finditer(self.plain)
            if (length := len(place_name(self.text[slice(*match.span("value"))], surely=bool(match["at"]))))
        ]
        found = found or [
            (match.start("name"), match.start("name") + length)
            for match in _BEHIND_AT.finditer(self.plain)
            if (length := len(_capitals(self.text[slice(*match.span("name"))])))
        ]
        return found or [match.span() for match in PROVINCE.finditer(self.plain)]

    def subject(self, *, matter: bool = False) -> str:
        """What it is about: without the words at either end that ask something of it; empty if nothing is left.

        `matter`: with the fee, fine or deadline that it asks for.
        """
        words = self.text.split()
        told = subject_words([word.strip(",;:") for word in words], marked=is_marked(self.text), matter=matter)
        return " ".join(words[told]).strip(" ,;:")


def place_name(text: str, *, surely: bool) -> str:
    """The place that a text begins with, "quận" or "xã" included; empty where it may be anything else.

    `surely`: it stands where only a place can, behind "ở" or alone. Without capitals one is believed there only, and
    behind "quận" and "huyện", for "xa", "tinh" and "phuong" without their marks are other words too.
    """
    marker = re.match(rf"(?:{MARKER} )?", fold(text))
    at = marker.end() if marker else 0
    if capitals := _capitals(text[at:]):
        return text[: at + len(capitals)]
    words = text[at:].split()
    if not at or text != without_marks(text) or not words or fold(words[0]) in _NO_NAMES:
        return ""
    if not surely and fold(text[:at]).strip() in {"xa", "tinh", "phuong"}:
        return ""
    long = len(words) > 1 and not read_request(words[1:2], marked=False)
    return text[:at] + " ".join(words[: 2 if long else 1])


def _capitals(text: str) -> str:
    """The words with capitals that a text begins with."""
    words = []
    for word in text.split():
        if not word[0].isupper():
            break
        words.append(word)
    return " ".join(words)
