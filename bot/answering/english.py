"""Questions in English: told from Vietnamese typed without marks, and put into Vietnamese word by word.

The articles are Vietnamese, so it is the Vietnamese words that are searched for; numbers and names stay as typed. A
glossary (english.txt) is enough to find the passage, and shown to whoever asked, so that a wrong word is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.clean import normalise
from corpus.syllables import is_syllable

GLOSSARY = Path(__file__).with_name("english.txt")
KNOWN_SHARE = 0.5  # of the words, that the glossary has; the least of 27 questions of ours in English is 0.57
SURELY, SURE_SHARE = 3, 0.7  # where names without capitals may be among them: "how many wards does hai phong have"
_TOKEN = re.compile(r"[^\W_]+(?:[’'./&-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_WHAT_ABOUT = re.compile(r"^\W*what(?: is|'s|’s| are| was)\b(.*)\babout\b", re.IGNORECASE)
_IN_YEAR = re.compile(r"\b(?:in|of|for) (?=(?:19|20)\d\d\b)", re.IGNORECASE)
_LONGEST = 7  # words of a phrase in the glossary


@dataclass(frozen=True, slots=True)
class _Entry:
    """How Vietnamese says an English word or phrase; `kind` as english.txt explains, "name" for what is none."""

    kind: str
    vietnamese: str


def is_english(text: str) -> bool:
    """Whether a text is English; in doubt it is not.

    Enough of its words are of the glossary, and one of those is spelt as no Vietnamese syllable is. Where other words
    of the text can be Vietnamese, and are no names by their capitals, three have to be; none of these has marks.
    """
    words = [token for token in _TOKEN.findall(normalise(text)) if _LETTERS.fullmatch(token)]
    known = [word for word in words if _is_known(word)]
    others = [word for word in words if not _is_known(word)]
    foreign = sum(not is_syllable(word) for word in known)
    vietnamese = [word for word in others if is_syllable(word) and word.islower()]
    if not all(map(str.isascii, vietnamese)):
        return False
    if vietnamese:
        return foreign >= SURELY and len(known) >= SURE_SHARE * len(words)
    return foreign > 0 and len(known) >= KNOWN_SHARE * len(words)


def in_vietnamese(text: str) -> str:
    """An English question in Vietnamese words, in an order that Vietnamese would have."""
    front: list[str] = []
    asked: list[str] = []
    run: list[str] = []  # nouns that stand together: the last is the head, which Vietnamese puts first
    text = _IN_YEAR.sub("year ", _WHAT_ABOUT.sub(r"\1 what is it about", normalise(text)))
    for entry in _entries(_TOKEN.findall(text)):
        if entry.kind in {"n", "name"}:
            run.append(entry.vietnamese)
            continue
        front += reversed(run)
        run = []
        (asked if entry.kind == "q" else front).append(entry.vietnamese)
    return " ".join(filter(None, [*front, *reversed(run), *dict.fromkeys(asked)]))


def _entries(tokens: list[str]) -> Iterator[_Entry]:
    """The glossary's entries for a question, the longest phrase first; names of several words in one."""
    at = 0
    while at < len(tokens):
        length, entry = _longest(tokens, at)
        if entry is None:
            length = _name_length(tokens, at)
            kind = "name" if tokens[at][0].isupper() else "w"
            entry = _Entry(kind, " ".join(tokens[at : at + length]))
        yield entry
        at += length


def _longest(tokens: list[str], at: int) -> tuple[int, _Entry | None]:
    for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
        phrase = " ".join(map(_plain, tokens[at : at + length]))
        if entry := _glossary().get(phrase) or _glossary().get(_singular(phrase)):
            return length, entry
    return 1, None


def _name_length(tokens: list[str], at: int) -> int:
    """How many tokens from here on are one name, or 1."""
    end = at + 1
    if tokens[at][0].isupper():
        while end < len(tokens) and tokens[end][0].isupper() and not _is_noun(_longest(tokens, end)[1]):
            end += 1  # also over "An" of "Hai An"
    return end - at


def _is_noun(entry: _Entry | None) -> bool:
    return entry is not None and entry.kind == "n"


def _is_known(word: str) -> bool:
    return _plain(word) in _words() or _singular(_plain(word)) in _words()


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s")


@cache
def _glossary() -> dict[str, _Entry]:
    rows = (line.split("|") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return {phrase.strip(): _Entry(kind.strip(), vietnamese.strip()) for phrase, kind, vietnamese in rows}


@cache
def _words() -> frozenset[str]:
    return frozenset(word for phrase in _glossary() for word in phrase.split())
