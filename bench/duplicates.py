"""How often a version of an article is known as one, and how often another article is taken for a version.

    .venv/bin/python bench/duplicates.py FOLDER...

A folder is in BEIR form; only corpus.jsonl is read. Three tables: pairs made of its articles by rule, versions of one
article first and then different articles of one form (target: none judged to be one article); pairs that the folder
itself holds, those judged to be one article with their titles, to be read by a person; the time that it takes.
Nothing is drawn by chance: two runs print the same but for the times.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from corpus.clean import tidy
from corpus.duplicates import NEAR, Judgement, Signature, bands, judge, signature, similarity
from corpus.models import Article
from corpus.syllables import without_marks
from retrieval.evaluation.sets import read_documents

DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
PAGE, FILE = "https://cong.example.vn/tin/1", "tin/bai.txt"
SHORTEST = 300  # characters of an article that pairs are made of

_NAME = re.compile(r"(?<=[\w,] )[A-ZĐ]\w+(?: [A-ZÀ-ỸĐ]\w+)+")
_NUMBERED = re.compile(r"(?<=\bngày )\d+|(?<=\btháng )\d+|(?<=\bĐiều )\d+|(?<=\bsố )\d+(?=/)")
_QUANTITY = re.compile(r"\b\d+(?= (?:đồng|tỷ|triệu|người|hộ|ha|trường hợp)\b)")
_SYLLABLE = re.compile(r"(?<=[a-zà-ỹ] )[a-zà-ỹ]{4,}(?= [a-zà-ỹ])")


@dataclass(frozen=True)
class Kind:
    """A rule that makes a second text of a first, or None where it finds nothing to change."""

    name: str
    text: Callable[[str, str], str | None]  # of the article, and of another one to borrow from
    title: Callable[[str], str] = str
    days: int = 0
    place: str | None = None


def replaced(pattern: re.Pattern[str], new: Callable[[str], str], count: int = 1) -> Callable[[str, str], str | None]:
    """A rule: the first `count` matches become something new; 0 changes all."""

    def rule(text: str, _: str) -> str | None:
        changed, found = pattern.subn(lambda match: new(match.group()), text, count=count)
        return changed if found else None

    return rule


def higher(number: str) -> str:
    """The next number, as another notice of the same form would have."""
    return str(int(number) + 1)


def renamed(text: str, _: str) -> str | None:
    """Another person or place wherever the first name stands."""
    name = _NAME.search(text)
    return text.replace(name.group(), "Trịnh Thuý Vỹ") if name else None


def recited(text: str, other: str) -> str:
    """An article that quotes the first half of another one."""
    return f"{other}\n{text[: len(text) // 2]}"


def plain(text: str, _: str) -> str:
    """The same words with other capitals, spaces and dashes."""
    return text.upper().replace(",", " ,").replace("\n", "\n\n")


VERSIONS = [
    Kind("re-post, word for word", lambda text, _: text, days=40),
    Kind("re-post in capitals, other punctuation", plain, str.upper, days=40),
    Kind("re-post with its source", lambda text, _: f"{text}\nTheo Báo Hải Phòng", str.upper, days=2),
    Kind("a syllable misspelt", replaced(_SYLLABLE, without_marks), days=40),
    Kind("a figure corrected next day", replaced(_QUANTITY, higher), days=1),
    Kind("a paragraph added next day", lambda text, other: f"{text}\n{other[: len(text) // 5]}", days=1),
    Kind("same page, a date corrected", replaced(_NUMBERED, higher), place=PAGE),
    Kind("same page, all rewritten", lambda _, other: other, place=PAGE),
    Kind("same file, a date corrected", replaced(_NUMBERED, higher), place=FILE),
]
OTHERS = [
    Kind("all figures differ, same day", replaced(re.compile(r"\d+"), higher, 0)),
    Kind("all figures differ, a week later", replaced(re.compile(r"\d+"), higher, 0), days=7),
    Kind("all figures differ, same file", replaced(re.compile(r"\d+"), higher, 0), days=7, place=FILE),
    Kind("one date or number differs, same day", replaced(_NUMBERED, higher)),
    Kind("one date or number differs, same file, a week later", replaced(_NUMBERED, higher), days=7, place=FILE),
    Kind("one name differs, same day", renamed),
    Kind("one quantity differs, a week later", replaced(_QUANTITY, higher), days=7),
    Kind("same text under a title for another month", lambda text, _: text, lambda title: f"{title} tháng 4"),
    Kind("half of it quoted", recited),
    Kind("another article in the same file", lambda _, other: other, lambda title: f"{title} (2)", place=FILE),
]


def main() -> None:
    """Prints the tables, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    folders = {folder.name: read(folder) for folder in parser.parse_args().folders}
    for name, articles in folders.items():
        print(f"\n## {name}: {len(articles)} articles\n")
        print("| made pair | pairs | candidates % | one article % |\n| --- | ---: | ---: | ---: |")
        for kind in VERSIONS:
            print(row(kind, articles))
        print("| **different articles** | | | **wrongly one** |")
        for kind in OTHERS:
            print(row(kind, articles))
        print(f"\n{found(articles)}")
    print(f"\n{times(next(iter(folders.values())))}")


def read(folder: Path) -> list[Article]:
    """The articles of a folder, undated."""
    return [make(tidy(each.title), tidy(each.text), each.id) for each in read_documents(folder)]


def make(title: str, text: str, source: str = "", published: datetime | None = None) -> Article:
    """An article of these parts."""
    return Article.create(title=title, published=published, source=source, text=text)


def row(kind: Kind, articles: list[Article]) -> str:
    """A line of the table: of the pairs that a rule makes, the share that is found and the share judged to be one."""
    pairs = list(made(kind, articles))
    candidates = sum(bool(set(bands(signature(old.text))) & set(bands(signature(new.text)))) for new, old in pairs)
    one = sum(judge(new, old, same_place=kind.place) is not Judgement.DIFFERENT for new, old in pairs)
    share = 100 / max(1, len(pairs))
    judged = str(one) if kind in OTHERS else f"{share * one:.1f}"
    return f"| {kind.name} | {len(pairs)} | {share * candidates:.1f} | {judged} |"


def made(kind: Kind, articles: list[Article]) -> Iterator[tuple[Article, Article]]:
    """New and old, wherever the rule finds something to change; at most 300."""
    long = [article for article in articles if len(article.text) >= SHORTEST][:300]
    for article, other in zip(long, long[1:] + long[:1], strict=True):
        text = kind.text(article.text, other.text)
        if text is not None:
            new = make(kind.title(article.title), text, published=DAY + timedelta(days=kind.days))
            yield new, make(article.title, article.text, published=DAY)


def found(articles: list[Article]) -> str:
    """What the folder itself holds: candidates, near ones, and those judged to be one article."""
    signatures = [signature(article.text) for article in articles]
    pairs = sorted((similarity(signatures[a], signatures[b]), a, b) for a, b in candidates(signatures))
    ones = [(articles[a], articles[b]) for _, a, b in pairs]
    ones = [(a, b) for a, b in ones if judge(b, a, same_place=None) is not Judgement.DIFFERENT]
    near = sum(alike >= NEAR for alike, _, _ in pairs)
    lines = [
        f"Held: {len(pairs)} candidate pairs, {near} of similarity {NEAR} or more, judged one article: {len(ones)}"
    ]
    return "\n".join([*lines, *(f"- {a.source} {a.title} = {b.source} {b.title}" for a, b in ones)])


def candidates(signatures: list[Signature]) -> set[tuple[int, int]]:
    """The pairs that share a band."""
    table: dict[int, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for place, one in enumerate(signatures):
        for key in bands(one):
            pairs.update((earlier, place) for earlier in table[key])
            table[key].append(place)
    return pairs


def times(articles: list[Article]) -> str:
    """Milliseconds, best of three: a signature and a judgement, for an article and for a million characters."""
    whole = "\n".join(article.text for article in articles)
    text = (whole * (1 + 10**6 // len(whole)))[: 10**6]
    lines = ["| text | signature ms | judgement ms |", "| --- | ---: | ---: |"]
    for length in (5_000, 10**6):
        old, new = make("a", text[:length]), make("a", f"{text[:length]}\nTheo Báo Hải Phòng")
        made_in, judged_in = best(partial(signature, old.text)), best(partial(judge, new, old, same_place=None))
        lines.append(f"| {length:,} characters | {made_in:.1f} | {judged_in:.1f} |")
    return "\n".join(lines)


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of three runs."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return min(spent)


if __name__ == "__main__":
    main()
