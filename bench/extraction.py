"""Precision and recall of body text, titles and dates of HTML pages, for the parser and the libraries at hand.

    .venv/bin/python bench/extraction.py [FOLDER]...      (default: tests/data/pages)

A folder holds pages (*.html) with their gold: NAME.json beside each (title, published, body as a list of
paragraphs), or one MANIFEST.json for all (title, date_shown, first and last words and number of characters of the
body: `body_first`, `body_last`, `body_chars`). Precision and recall count words, as a multiset, against the paragraphs;
where the manifest gives no paragraphs, they count code points between the first and the last words. Libraries that are
not installed are left out: pip install readability-lxml boilerpy3 resiliparse into an environment of your own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import lxml.html

from config.errors import InputError
from corpus.clean import tidy
from corpus.models import Article, Raw
from corpus.parse.html import parse_html

PAGES = Path(__file__).parents[1] / "tests" / "data" / "pages"
Extractor = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its gold; `first`, `last` and `characters` where the paragraphs may not be copied."""

    name: str
    raw: Raw
    title: str
    published: str | None
    body: str | None
    first: str = ""
    last: str = ""
    characters: int = 0


def main() -> None:
    """Writes a table for every folder to stdout, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[PAGES])
    libraries = dict(_libraries())
    for folder in parser.parse_args().folders:
        sys.stdout.write(f"\n### {folder.name}\n\n| page | parse_html | title | date | {' | '.join(libraries)} |\n")
        sys.stdout.write("| --- |" + " --- |" * (3 + len(libraries)) + "\n")
        for page in pages(folder):
            sys.stdout.write(_row(page, libraries))


def pages(folder: Path) -> Iterator[Page]:
    """The pages of a folder that have gold."""
    for gold_file in sorted(folder.glob("*.json")):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        if isinstance(gold, list):
            yield from (
                _from_manifest(folder, entry)
                for entry in gold
                if (folder / entry["file"]).exists() and "title" in entry
            )
        else:
            data = gold_file.with_suffix(".html").read_bytes()
            raw = Raw(data, f"{gold_file.stem}.html", gold["fetched_from"])
            yield Page(gold_file.stem, raw, gold["title"], gold["published"], "\n".join(gold["body"]))


def _from_manifest(folder: Path, entry: dict[str, Any]) -> Page:
    raw = Raw((folder / entry["file"]).read_bytes(), entry["file"], entry["file"])
    return Page(
        entry["file"][:30], raw, entry["title"], entry["date_shown"] or None, None,
        entry["body_first"], entry["body_last"], entry["body_chars"],
    )  # fmt: skip


def scores(text: str, page: Page) -> tuple[float, float]:
    """Precision and recall of the body text."""
    if page.body is None:
        return _scores_by_ends(tidy(text), page)
    found, gold = words(text), words(page.body)
    both = (found & gold).total()
    return both / max(found.total(), 1), both / max(gold.total(), 1)


def words(text: str) -> Counter[str]:
    """The words of a text and how often each stands in it; case and marks of punctuation do not count."""
    return Counter(re.findall(r"\w+", tidy(text).casefold()))


def _scores_by_ends(text: str, page: Page) -> tuple[float, float]:
    """By code points between the first and the last words, white space apart."""
    bare = "".join(text.split())
    first, last = ("".join(tidy(end).split()) for end in (page.first, page.last))
    begin, end = bare.find(first), bare.rfind(last)
    inside = (end + len(last) if end >= 0 else len(bare)) - max(begin, 0)
    gold = page.characters * len(bare) / max(len(text), 1)
    return inside / max(len(bare), 1), min(inside / gold, 1.0) if gold and begin >= 0 and end >= 0 else 0.0


def parsed(page: Page) -> Article | None:
    """What the parser makes of the page, None where it refuses it."""
    try:
        return parse_html(page.raw)
    except InputError:
        return None


def _row(page: Page, libraries: dict[str, Extractor]) -> str:
    article = parsed(page)
    ours = _shown(scores(article.text if article else "", page))
    title = "right" if article and article.title == page.title else "wrong"
    when = article.published.isoformat() if article and article.published else None
    date = "no gold" if page.body is None and not page.published else "right" if when == page.published else "wrong"
    markup = _markup(page.raw)
    others = [_shown(scores(extract(markup), page)) for extract in libraries.values()]
    return f"| {' | '.join([page.name, ours, title, date, *others])} |\n"


def _shown(pair: tuple[float, float]) -> str:
    return f"{pair[0]:.3f} {pair[1]:.3f}"


def _markup(raw: Raw) -> str:
    """The page as the libraries get it: decoded, so that they are compared on body text alone."""
    try:
        return raw.data.decode()
    except UnicodeDecodeError:
        return raw.data.decode("windows-1258")


def _libraries() -> Iterator[tuple[str, Extractor]]:
    if trafilatura := _module("trafilatura"):
        yield "trafilatura", partial(_trafilatura, trafilatura, {})
        for option in ("favor_precision", "favor_recall", "fast"):
            yield f"trafilatura {option}", partial(_trafilatura, trafilatura, {option: True})
    if justext := _module("justext"):
        stop_words = justext.get_stoplist("Vietnamese")
        yield (
            "jusText",
            lambda markup: "\n".join(
                part.text for part in justext.justext(markup.encode(), stop_words) if not part.is_boilerplate
            ),
        )
    if readability := _module("readability"):
        yield "readability-lxml", lambda markup: _text(readability.Document(markup).summary())
    if boilerpy := _module("boilerpy3.extractors"):
        yield "boilerpy3", lambda markup: str(boilerpy.ArticleExtractor(raise_on_failure=False).get_content(markup))
    if resiliparse := _module("resiliparse.extract.html2text"):
        yield "Resiliparse", lambda markup: str(resiliparse.extract_plain_text(markup, main_content=True))


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _trafilatura(module: Any, options: dict[str, bool], markup: str) -> str:
    return module.extract(markup, include_comments=False, include_tables=True, **options) or ""


def _text(markup: str) -> str:
    return "\n".join(lxml.html.document_fromstring(markup).itertext())


if __name__ == "__main__":
    main()
