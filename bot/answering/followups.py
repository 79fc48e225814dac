"""Follow-ups: a text that leaves out what the turns before it said, made whole.

In this order, the first that fits:
1. **That directive** ("ai ký quyết định đó?"): the directive of that kind which the last question names, or else the
   answer to it. Several can be meant: then each is offered.
2. **Another value** ("thế còn năm 2018?", "còn Hải An thì sao", "còn Nghị định 107/2021?"): the last question with its
   year, day, amount, place, kind or directive replaced by the one named now.
3. **Another thing asked** ("ai ký?", "the con phi", "ở đâu?"): what the last question was about, with what is asked
   now. Signing, issuing and being in force are asked of the directive that the last turn named.
Every word has to be one that such texts are made of (`asking.py`), or the value; any other makes it a question of its
own, which takes nothing. Wrong merging is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from bot.answering.abbreviations import write_out
from bot.answering.asking import Lexicon, Request, read_request
from bot.answering.background import background_idf
from bot.answering.fixed import without_courtesies
from bot.answering.models import Turn
from bot.answering.previous import DAY, DEPARTMENT, MARKER, PROVINCE, WHOLE_DAY, YEAR, Previous, place_name
from corpus.clean import normalise
from corpus.models import Reference
from corpus.references import find_references
from corpus.references.kinds import KIND_OF_NAME
from corpus.references.view import fold
from corpus.succession import abolished_names
from corpus.syllables import without_marks
from retrieval.tokens import folded_form, is_marked

LOOK_BACK = 3  # turns in which "that decision" is looked for
MAX_MEANINGS = 5
RARE = 8.0  # of two words: the table of the news ends at 7.3 for pairs; "lê chân" is not in it, "ban đêm" is
_LONGEST = 30  # words; a longer text is a question of its own
_TOKEN = re.compile(r"[^\W_]+(?:[./&\u2010-\u2015-][^\W_]+)*")
_TYPED_SHORT = {
    "j": "gì", "z": "vậy", "zậy": "vậy", "v": "vậy", "k": "không", "kg": "không", "hem": "không", "hong": "không",
    "s": "sao", "bh": "bao giờ", "bnhieu": "bao nhiêu", "bnh": "bao nhiêu", "r": "rồi", "dou": "đâu", "đou": "đâu",
    "thía": "thế", "mik": "mình", "mk": "mình",
}  # fmt: skip
_LEADING = Lexicon("thế, vậy, và, còn, rồi, à, dạ, ok, vâng, nhưng, mà, ừ".split(", "))
_STILL = frozenset("hieu ap dung han gia".split())  # behind "còn": still in force, not "and what of"
_WHAT_OF = ("thì sao", "thì thế nào", "thì ra sao")
_TRAILING = Lexicon((*_WHAT_OF, *"sao, thế nào, ra sao, à, ạ, nhỉ, vậy, thế, hả, nữa, nhé".split(", ")))
_YEAR_NAMED = re.compile(rf"(?:(?:cua|vao|trong|o|den|tu|cho) )?(?:nam )?(?P<value>{YEAR})")
_DAY_NAMED = re.compile(rf"(?:(?:vao|cua|hom|trong) )?(?P<value>{DAY})")
_AMOUNT = re.compile(
    r"(?P<more>(?:(?:tu|tren|duoi|du|khoang|hon) )*)\d[\d.]* "
    r"(?P<unit>tuoi|ngay|thang|nam|nguoi|m2|ha|km|lan|dong|trieu|con|chau|tang)"
)
_PLACE_NAMED = re.compile(
    rf"\b(?:(?P<at>(?:o|tai) )(?P<there>(?:{MARKER} )?\w+(?: \w+){{0,2}})|(?P<marked>{MARKER} \w+(?: \w+){{0,2}}))"
)
_NO_PLACES = frozenset(  # words of a group of people or of a matter
    """
    ho ngheo nguoi tre em con gia doanh nghiep sinh vien hoc can bo cong chuc phi le hang cu moi nam nu dat nha xe giay
    to thu tuc cap luat don vo chong cha me ong ba ngoai truoc sau
    """.split()
)
_KINDS = "|".join(
    map(fold, "Quyết định,Nghị định,Nghị quyết,Thông tư,Chỉ thị,Công văn,Kết luận,Kế hoạch,Luật,Pháp lệnh".split(","))
)
_SHORT_KINDS = {
    "qd": "quyet dinh", "nd": "nghi dinh", "nq": "nghi quyet", "tt": "thong tu", "ct": "chi thi", "cv": "cong van",
    "kl": "ket luan", "kh": "ke hoach", "vb": "van ban",
}  # fmt: skip
_THAT = re.compile(
    rf"\b(?:(?:cai|ban|ca) )?(?P<kind>van ban|{_KINDS}|{'|'.join(_SHORT_KINDS)})"
    r" (?P<that>do|nay|ay|kia|tren|noi tren|o tren|neu tren|vua roi|vua neu|vua noi)(?= |$)"
)
_CLEARLY_THAT = frozenset("đó này ấy kia nay".split())


@dataclass(frozen=True, slots=True)
class Followed:
    """What a follow-up asks, made whole: `questions` has several where several `directives` can be meant, one for each.

    `alone`: the text as typed names something, so that it may be searched for too; "ai ký quyết định đó" would be
    answered with any decision's signer.
    """

    questions: tuple[str, ...]
    directives: tuple[str, ...] = ()
    alone: bool = False


def follow_up(text: str, turns: Sequence[Turn]) -> Followed | None:
    """What a text asks after these turns, the last one last; None where it is a question of its own."""
    if not turns or len(text.split()) > _LONGEST:
        return None
    said = _Said.of(text)
    if not said.text:
        return None
    named = _named(said.text)
    if named:
        return _another_directive(said, named, turns[-1])
    return _that_directive(said, turns) or _another_value(said, turns[-1]) or _another_thing(said, turns[-1])


def names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The directives that texts name, each once, as they write them; of several spellings the longest."""
    found: dict[str, str] = {}
    for each in (reference for text in texts for reference in _named(text)):
        label, name = each.label or each.text, " ".join(each.text.split())
        found[label] = max(found.get(label, ""), name, key=len)
    return tuple(found.values())


def _named(text: str) -> tuple[Reference, ...]:
    return tuple(each for each in find_references(text) if not each.is_self)


@dataclass(frozen=True, slots=True)
class _Said:
    """A text as one line of words; `plain` is the same without marks and capitals, letter for letter."""

    text: str
    plain: str
    marked: bool

    @classmethod
    def of(cls, text: str) -> _Said:
        written = write_out(" ".join(_TOKEN.findall(without_courtesies(normalise(text)))))
        line = " ".join(_TYPED_SHORT.get(word.lower(), word) for word in written.split())
        marked = is_marked(text)
        line = line if marked else without_marks(line)
        return cls(line, fold(line), marked)

    def line(self, text: str) -> _Said:
        """Other words typed the same way."""
        return _Said(text, fold(text), self.marked)

    @property
    def core(self) -> _Said:
        """Without the words that lead on ("thế còn") and those that ask nothing in particular ("thì sao")."""
        return self.line(self._parts()[1])

    @property
    def goes_on(self) -> bool:
        """Whether it says that it goes on from what was said: "còn …", "… thì sao"."""
        leads, _, tails = self._parts()
        return "còn" in leads or bool(tails & set(_WHAT_OF))

    @property
    def asks_what_of(self) -> bool:
        """Whether it ends in "thì sao", or says "còn" with its mark: "con" alone may be a child."""
        leads, _, tails = self._parts()
        return bool(tails & set(_WHAT_OF)) or (self.marked and "còn" in leads)

    def _parts(self) -> tuple[set[str], str, set[str]]:
        """The words that lead on, what is between, the words that ask nothing in particular."""
        words, leads, tails = self.text.split(), set(), set()
        while words and (lead := _LEADING.at_start(words[:1], marked=self.marked)):
            if lead == "còn" and set(map(fold, words[1:2])) & _STILL:
                break
            leads.add(lead)
            words = words[1:]
        while words and (tail := _TRAILING.at_end(words, marked=self.marked)):
            tails.add(tail)
            words = words[: -len(tail.split())]
        return leads, " ".join(words), tails

    @property
    def request(self) -> Request | None:
        """What it asks for, where it has no subject of its own."""
        found = read_request(self.text.split(), marked=self.marked)
        return found if found and found.asks else None

    def without(self, start: int, end: int) -> _Said:
        """The words around a stretch."""
        return self.line(f"{self.text[:start].rstrip()} {self.text[end:].lstrip()}".strip())


# ------------------------------------------------------------------------------------------------ 1. that directive


def _that_directive(said: _Said, turns: Sequence[Turn]) -> Followed | None:
    match = _THAT.search(said.plain)
    if match is None:
        return None
    around = said.without(*match.span())
    clearly = said.text[slice(*match.span("that"))].lower() in _CLEARLY_THAT
    if not clearly and around.text and read_request(around.text.split(), marked=said.marked) is None:
        return None  # "nghi quyet do Quoc hoi …", "quyết định trên địa bàn …"
    if match["kind"] in said.plain[: match.start()]:
        return None  # one that the text itself speaks of
    names = _meant(_SHORT_KINDS.get(match["kind"], match["kind"]), turns)
    begin, end = said.text[: match.start()], said.text[match.end() :]
    return _for_each(names, lambda name: f"{begin}{name}{end}", around.text)


def _meant(kind: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    """The directives of a kind that the latest turn with any names: its question before its answer."""
    for turn in reversed(turns[-LOOK_BACK:]):
        for named in (names_in([turn.question]), turn.directives):
            if fitting := tuple(name for name in named if kind == "van ban" or _is_of(kind, name)):
                return fitting
    return ()


def _is_of(kind: str, name: str) -> bool:
    return any(each.kind == KIND_OF_NAME.get(kind) for each in _named(name)[:1])


# ------------------------------------------------------------------------------------------------- 2. another value


def _another_directive(said: _Said, named: Sequence[Reference], last: Turn) -> Followed | None:
    """The last question asked of another directive; a text that says more than its name is a question of its own."""
    core = said.core
    before = Previous.of(last.question)
    old = _named(before.text)
    if not said.goes_on or len(named) != 1 or len({each.label for each in old}) != 1:
        return None
    if fold(core.text.replace(named[0].text, "", 1)).split() not in [[], ["cua"], ["theo"]]:
        return None
    for each in reversed(old):
        before = before.with_part((each.start, each.end), named[0].text)
    return Followed((_alike(before.text, last.question, named[0].text),), alone=True)


_Change = tuple[Previous, _Said]


def _another_value(said: _Said, last: Turn) -> Followed | None:
    """The last question with what the text names instead; where it also asks, that is asked of the last subject."""
    before, rest = Previous.of(last.question), said.core
    if re.fullmatch(YEAR, said.plain) and not before.found(YEAR):
        return None  # a number, perhaps of a directive
    typed = (last.question, said.core.text)
    changes = [_change_day, _change_year]
    if said.goes_on:
        changes += [_change_amount, _change_kind, _change_department]
    placed = _change_place(before, rest)
    before, rest = placed or (before, rest)
    for change in changes:
        before, rest = change(before, rest) or (before, rest)
    if said.asks_what_of and rest.text == said.core.text:
        before, rest = _change_name(before, rest) or (before, rest)
    if rest.text == said.core.text:
        return None
    if not rest.text:
        return Followed((_alike(before.text, *typed),), alone=True)
    request = rest.request
    subject = before.subject(matter=request.keeps_matter) if request else ""
    if request is None or not subject or (placed and not said.goes_on):
        return None  # "dân số thành phố Jacksonville là bao nhiêu" says all
    return Followed((_alike(f"{subject} {request.text}", *typed),), alone=True)


def _change_year(before: Previous, rest: _Said) -> _Change | None:
    match = _YEAR_NAMED.search(rest.plain)
    if match is None:
        return None
    year, left = match["value"], rest.without(*match.span())
    if len(days := before.found(WHOLE_DAY)) == 1:
        return before.with_part(days[0], f"năm {year}"), left
    years = before.found(YEAR)
    if len({before.text[slice(*each)] for each in years}) > 1:
        return None
    for each in reversed(years):
        before = before.with_part(each, year)
    return before if years else before.with_more(f"năm {year}"), left


def _change_day(before: Previous, rest: _Said) -> _Change | None:
    match = _DAY_NAMED.search(rest.plain)
    old = before.found(DAY)
    if match is None or len(old) > 1:
        return None
    day = rest.text[slice(*match.span("value"))]
    day = f"ngày {day}" if day[0].isdigit() else day
    return before.with_part(old[0], day) if old else before.with_more(day), rest.without(*match.span())


def _change_place(before: Previous, rest: _Said) -> _Change | None:
    """A place that is named as one: "ở Hải An", "huyện An Dương"."""
    old = before.places
    for match in _PLACE_NAMED.finditer(rest.plain) if len(old) <= 1 else ():
        start, end = match.span("there" if match["at"] else "marked")
        if name := place_name(rest.text[start:end], surely=bool(match["at"]) or match.span() == (0, len(rest.text))):
            left = rest.without(match.start(), start + len(name))
            return before.with_part(old[0], name) if old else before.with_more(f"ở {name}"), left
    return None


def _change_name(before: Previous, rest: _Said) -> _Change | None:
    """A bare name in place of the place that was asked about: "còn Hải An thì sao"."""
    words, old = rest.text.split(), before.places
    if len(old) != 1 or not 1 <= len(words) <= 3 or read_request(words, marked=rest.marked):
        return None
    is_name = all(word[0].isupper() for word in words) or rest.plain in _districts()
    is_name = is_name or PROVINCE.fullmatch(rest.plain) is not None
    may_be_one = len(words) > 1 and _is_rare(rest.plain) and not set(rest.plain.split()) & _NO_PLACES
    return (before.with_part(old[0], rest.text), rest.line("")) if is_name or may_be_one else None


def _is_rare(plain: str) -> bool:
    """Whether no two neighbours often stand together in the news, as those of most names do not."""
    return all(background_idf(f"{a}_{b}") > RARE for a, b in pairwise(map(folded_form, plain.split())))


@cache
def _districts() -> frozenset[str]:
    """Names of districts and communes that were abolished and that people still use, without their kind."""
    return frozenset(re.sub(rf"^{MARKER} ", "", fold(name)) for name in abolished_names())


def _change_department(before: Previous, rest: _Said) -> _Change | None:
    """A department in place of another: "còn Sở Y tế?"."""
    old = before.found(DEPARTMENT)
    if re.fullmatch(DEPARTMENT, rest.plain) is None or len(old) != 1:
        return None
    return before.with_part(old[0], rest.text), rest.line("")


def _change_amount(before: Previous, rest: _Said) -> _Change | None:
    match = _AMOUNT.fullmatch(rest.plain)
    if match is None:
        return None
    old = before.found(rf"(?:(?:tu|tren|duoi|du|khoang|hon) )*(?<![\w/.-])\d[\d.]* {match['unit']}\b")
    return (before.with_part(old[0], rest.text), rest.line("")) if len(old) == 1 else None


def _change_kind(before: Previous, rest: _Said) -> _Change | None:
    old = before.found(rf"\b(?:{_KINDS})\b")
    if re.fullmatch(_KINDS, rest.plain) is None or len(old) != 1 or _named(before.text):
        return None
    return before.with_part(old[0], rest.text), rest.line("")


# ------------------------------------------------------------------------------------------ 3. another thing asked


def _another_thing(said: _Said, last: Turn) -> Followed | None:
    request = said.core.request or said.request
    if request is None:
        return None
    if request.is_of_directive and (names := _meant("van ban", [last])):
        return _for_each(names, lambda name: f"{name} {request.text}")
    subject = Previous.of(last.question).subject(matter=request.keeps_matter)
    return Followed((_alike(f"{subject} {request.text}", subject),)) if subject else None


# --------------------------------------------------------------------------------------------------------- together


def _for_each(names: Sequence[str], make: Callable[[str], str], *typed: str) -> Followed | None:
    names = tuple(names[:MAX_MEANINGS])
    questions = tuple(_alike(make(name), name, *typed) for name in names)
    return Followed(questions, names if len(names) > 1 else ()) if names else None


def _alike(question: str, *typed: str) -> str:
    """A question with marks, if all parts of it that a person typed have theirs; else one without any."""
    return question if all(map(_has_its_marks, typed)) else without_marks(question)


def _has_its_marks(typed: str) -> bool:
    """Whether a part was typed with marks, or has no words that could show it: "2018", "45-NQ/TW"."""
    words = {fold(word) for word in typed.split() if word.isalpha()} - {"nam", "ngay", "thang"}
    return not words or is_marked(typed)
