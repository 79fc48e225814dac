"""A text taken apart for the claim lock: words, figures, names, and the words that turn a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from bot.answering.abbreviations import write_out
from corpus.clean import normalise
from retrieval.tokens import folded_form, is_marked, marked_form


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    DATE = auto()
    DOCUMENT = auto()  # the number of one, or anything else of figures and letters
    NAME = auto()  # a proper name or a body; of facts only
    STOP = auto()  # a sign that parts clauses


def _forms(words: str) -> frozenset[str]:
    return frozenset(map(marked_form, words.split()))


# Words that may be put in or left out: they say nothing by themselves.
FREE = _forms("là của và các những thì mà này đó tại ở về trong theo cũng việc như cho với để nêu rõ")
# Passed over when it is asked what a negation is about: "không phải là", "chưa được".
_WEAK = FREE | _forms("có phải được bị cần thể đã sẽ đang còn")
# What is said of the words behind them changes when these are dropped, put in or moved.
_MODIFIERS = _forms(
    "không chưa chẳng chả đừng cấm hoặc hay hết ngừng dừng thôi miễn tránh khỏi bỏ hủy phó cựu tạm chỉ trừ sắp"
)
_MODIFIER_PAIRS = {
    tuple(map(marked_form, pair.split()))
    for pair in (
        "dự kiến", "dự thảo", "đề xuất", "đề nghị", "kiến nghị", "có thể", "từ chối", "ngoại trừ", "nguyên chủ",
        "nguyên phó", "nguyên bí", "nguyên giám", "nguyên bộ", "nguyên trưởng",
    )
}  # fmt: skip
_COMPOUNDS = {
    tuple(map(marked_form, pair.split()))
    for pair in (
        "hàng không", "trên không", "không gian", "không khí", "không quân", "không phận", "chỉ thị", "chỉ đạo",
        "chỉ số", "chỉ tiêu", "chỉ định", "chỉ huy", "địa chỉ", "chứng chỉ", "tín chỉ", "hôm hay",
    )
}  # fmt: skip
# What stands behind these holds only as they say; a claim that leaves them out says more.
FRAMES = _forms("nếu trừ hãy rằng giả")
_BOUNDS = _forms("từ đến trước sau trên dưới hơn kém gần khoảng quá đa thiểu nhất chừng ngoài")
_SCALES = _forms("nghìn ngàn triệu tỷ tỉ trăm làm")  # also "15 ngày làm việc"
_PLACES = _forms("quận huyện phường xã tỉnh phố trấn đường trường sở bộ thôn khu")
_BODIES = [
    tuple(map(marked_form, name.split()))
    for name in (
        "ủy ban nhân dân", "hội đồng nhân dân", "ủy ban", "hội đồng", "tòa án", "viện kiểm sát", "công an",
        "thanh tra", "văn phòng", "ban quản lý", "ban chỉ đạo", "chi cục", "tổng cục", "thành ủy", "tỉnh ủy", "quận ủy",
        "huyện ủy", "chính phủ", "quốc hội", "thủ tướng", "chủ tịch", "giám đốc", "bộ trưởng", "bí thư",
        "chánh văn phòng", "trưởng phòng", "trưởng ban", "cục trưởng", "mặt trận", "kho bạc", "bảo hiểm xã hội",
    )
]  # fmt: skip
_CAPITAL_BODIES = _forms("sở bộ cục ban phòng viện")  # small, they are parts of other words: cơ sở, cán bộ
_BEHIND_BODY = 2  # syllables that tell which: "Sở | Y tế", "Ủy ban nhân dân | thành phố"
_GOVERNED = 2  # content syllables behind a modifier: one word of two, or two of one
_BOUND_REACH = 3  # syllables before a figure that may bound it: "không quá", "từ ngày"
_YEARS = range(1900, 2100)
_ENDS = frozenset(".\n!?…")

_TOKEN = re.compile(r"[^\W_]+(?:[.,/&‐-―-][^\W_]+)*|%|[^\w\s]|\n")
_PART = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_FIGURE_THEN_LETTERS = re.compile(r"(?P<figure>\d+(?:[.,]\d+)*)(?P<rest>[^\W\d_].*)")
_DATE = re.compile(r"(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-](?P<y>\d{4})|(?P<d2>\d{1,2})[/.-](?P<m2>\d{1,2})")
_SPELT_DATE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm\s+(\d{4}))?(?!\d)", re.IGNORECASE)
_SPELT_MONTH = re.compile(r"(tháng\s+)(\d{1,2})\s+năm\s+(\d{4})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a figure in its normal form, or a stop. `folded` is the word without marks."""

    kind: Kind
    form: str
    folded: str
    capital: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it says something by itself."""
        return self.kind is not Kind.STOP and not (self.kind is Kind.WORD and self.form in FREE)


QUESTION = Token(Kind.STOP, "?", "?")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure, a name or a body: the tokens `[start, end)` of its text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Modifier:
    """A word that turns the meaning of what it governs: the forms of the next words that say something."""

    form: str
    governed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read. `forms` are those of its tokens, without marks where the text has none."""

    tokens: tuple[Token, ...]
    marked: bool
    facts: tuple[Fact, ...]
    modifiers: tuple[Modifier, ...]

    def forms(self, *, marked: bool) -> tuple[str, ...]:
        """The tokens' forms, stops among them, with marks or without."""
        return tuple(t.form if marked else t.folded for t in self.tokens)

    def content(self) -> list[int]:
        """Where the tokens stand that say something."""
        return [at for at, token in enumerate(self.tokens) if token.is_content]

    def bounds(self, at: int) -> frozenset[str]:
        """The words before the figure at `at` that bound it."""
        found = set()
        for token in reversed(self.tokens[max(0, at - _BOUND_REACH) : at]):
            if token.kind is not Kind.WORD:
                break
            found |= {token.form} & (_BOUNDS | _MODIFIERS)
        return frozenset(found)

    def unit(self, end: int) -> tuple[str, ...]:
        """What is counted by the figure that ends at `end`: the word behind it, and the next where that scales it."""
        words = [t.form for t in self.tokens[end : end + 2] if t.kind is Kind.WORD]
        if not words or self.tokens[end].kind is not Kind.WORD or words[0] in FREE:
            return ()
        return tuple(words[:2]) if len(words) > 1 and words[1] in _SCALES else (words[0],)


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """The text, read: abbreviations written out, dates in words as figures, "1.803" and "1803" the same."""
    written = write_out(normalise(text))
    written = _SPELT_DATE.sub(lambda m: "/".join(filter(None, m.groups())), written)
    written = _SPELT_MONTH.sub(r"\1\2/\3", written)
    tokens = tuple(_tokens(written))
    return Reading(tokens, is_marked(text), tuple(_facts(tokens)), tuple(_modifiers(tokens)))


def words_of(text: str) -> frozenset[str]:
    """Folded forms of the words and figures of a text."""
    return frozenset(token.folded for token in read(text).tokens if token.kind is not Kind.STOP)


def is_year(token: Token) -> bool:
    """Whether a number is that of a year."""
    return token.kind is Kind.NUMBER and token.form.isdigit() and int(token.form[:5]) in _YEARS


# ------------------------------------------------------------------------------------------------------------- tokens


def _tokens(text: str) -> Iterator[Token]:
    found: Token | None = None
    for match in _TOKEN.finditer(text):
        written = match[0]
        if written == "%" and found and found.kind is Kind.NUMBER:
            found = Token(Kind.NUMBER, f"{found.form}%", f"{found.folded}%")
            continue
        if found:
            yield found
            found = None
        *before, found = _taken_apart(written)
        yield from before
    if found:
        yield found


def _taken_apart(written: str) -> list[Token]:
    if not written[0].isalnum():
        return [Token(Kind.STOP, written, written)]
    if not written[0].isdecimal():
        return [_word(part) for part in _PART.findall(written)]
    if (mixed := _FIGURE_THEN_LETTERS.fullmatch(written)) and not re.search("[/&-]", written):
        return [_figure(mixed["figure"]), *(_word(part) for part in _PART.findall(mixed["rest"]))]
    return [_figure(written)]


def _figure(written: str) -> Token:
    """A date, a number or what else begins with a digit, in its normal form."""
    if _is_date(written):
        kind, form = Kind.DATE, "/".join(map(_stripped, re.split(r"[/.-]", written)))
    elif _THOUSANDS.fullmatch(written):
        kind, form = Kind.NUMBER, written.replace(".", "")
    elif _PLAIN.fullmatch(written):
        kind, form = Kind.NUMBER, _stripped(written)
    else:
        kind, form = Kind.DOCUMENT, "/".join(folded_form(_stripped(part)) for part in _PART.findall(written))
    return Token(kind, form, form)


def _word(part: str) -> Token:
    if part[0].isdecimal():
        return _figure(part)
    return Token(Kind.WORD, marked_form(part), folded_form(part), part[0].isupper())


def _stripped(part: str) -> str:
    """Leading zeros off."""
    return part.lstrip("0") or "0" if part.isdecimal() else part


def _is_date(written: str) -> bool:
    found = _DATE.fullmatch(written)
    if not found:
        return False
    day, month = (found["d"], found["m"]) if found["y"] else (found["d2"], found["m2"])
    if not found["y"] and "/" not in written:
        return False  # 5.2 is a number, 5/2 a day
    return 1 <= int(month) <= 12 and (day is None or 1 <= int(day) <= 31)


# -------------------------------------------------------------------------------------------------------------- facts


def _facts(tokens: Sequence[Token]) -> list[Fact]:
    """Every figure, name and body, in reading order; what overlaps is one: "Phó Chủ | tịch UBND thành phố"."""
    figures = [
        Fact(t.kind, at, at + 1)
        for at, t in enumerate(tokens)
        if t.kind in {Kind.NUMBER, Kind.DATE, Kind.DOCUMENT}
    ]  # fmt: skip
    named: list[Fact] = []
    for start, end in sorted({*_names(tokens), *_bodies(tokens)}):
        overlaps = bool(named) and start < named[-1].end
        last = named.pop() if overlaps else Fact(Kind.NAME, start, end)
        named.append(Fact(Kind.NAME, last.start, max(last.end, end)))
    return sorted([*figures, *named], key=lambda fact: (fact.start, fact.end))


def _names(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Two or more capitals in a row, with the word before that tells what it is: "quận Lê Chân"."""
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and tokens[end].capital:
            end += 1
        start = at + 1 if _opens_with_no_name(tokens, at, end) else at
        if end - start >= 2:
            yield (start - 1 if start > 0 and tokens[start - 1].form in _PLACES else start), end
        at = max(end, at + 1)


def _opens_with_no_name(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether capitals begin with that of a sentence, which tells nothing; two alone there may be a name."""
    if at > 0 and tokens[at - 1].form not in _ENDS:
        return False
    return tokens[at].form not in _PLACES and (end - at != 2 or tokens[at].form in FREE)


def _bodies(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    forms = [token.form for token in tokens]
    for at, token in enumerate(tokens):
        heads = [len(name) for name in _BODIES if tuple(forms[at : at + len(name)]) == name]
        if not heads and not (token.capital and token.form in _CAPITAL_BODIES and _is_word(tokens, at + 1)):
            continue
        end = limit = at + max(heads, default=1)
        while end < min(len(tokens), limit + _BEHIND_BODY) and _is_word(tokens, end) and tokens[end].is_content:
            end += 1
        yield at, end


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].kind is Kind.WORD


# ---------------------------------------------------------------------------------------------------------- modifiers


def _modifiers(tokens: Sequence[Token]) -> Iterator[Modifier]:
    forms = [token.form for token in tokens]
    for at, form in enumerate(forms):
        pair = tuple(forms[at : at + 2])
        if pair in _MODIFIER_PAIRS:
            yield Modifier(" ".join(pair), _governed(tokens, at + 2))
        elif form in _MODIFIERS and pair not in _COMPOUNDS and tuple(forms[max(0, at - 1) : at + 1]) not in _COMPOUNDS:
            yield Modifier(form, _governed(tokens, at + 1))


def _governed(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens[at:]:
        if len(found) == _GOVERNED or (token.kind is Kind.STOP and token.form not in {",", '"', "“", "”", "(", ")"}):
            break
        if token.kind is not Kind.STOP and token.form not in _WEAK and token.form not in _MODIFIERS:
            found.append(token.form)
    return tuple(found)
