"""Laws that hold of whatever comes out of a parser, and which errors a parser may raise."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from traceback import extract_tb

from config.errors import InputError
from corpus.chunk import split
from corpus.models import Article, Reference
from corpus.parse.isolation import _article
from corpus.parse.worker import _parts
from corpus.references import find_references
from corpus.register import mentions_of
from tests.fuzz.target import ROOT, hold

_OURS = tuple(str(ROOT / package) for package in ("bot", "retrieval", "corpus", "config"))
# What a library makes of a damaged file, when it meets our code first: lxml and PDFium have no frames of their own.
_OF_LIBRARIES = (RecursionError, MemoryError, ValueError, OSError)


def read(parse: Callable[[], Article]) -> Article | None:
    """The article; None where the file is refused, or a library gives up over it, which the reader tells by name.

    Raises:
        Exception: our own code did.
    """
    try:
        return parse()
    except (InputError, *_OF_LIBRARIES):
        return None
    except Exception as error:
        if not extract_tb(error.__traceback__)[-1].filename.startswith(_OURS):
            return None
        raise


def check_article(article: Article) -> None:
    """Text and title can be stored, the way out of the reading process loses nothing, passages and references slice."""
    for part in (article.title, article.text, article.source, article.issuer or ""):
        hold(unicodedata.is_normalized("NFC", part), "not NFC")
        part.encode()
    hold(bool(article.title.strip() and article.text.strip()), "an article without title or text")
    hold(article.published is None or article.published.tzinfo is not None, "a day without its zone")
    hold(_article(json.loads(json.dumps(_parts(article)))) == article, "changed on its way out of the reader")
    check_passages(article)
    check_mentions(article)


def check_passages(article: Article) -> None:
    """Each letter in exactly one passage, each passage where it says."""
    at = 0
    for passage in split(article):
        hold(article.text[passage.start : passage.end] == passage.text, "a passage is not where it says")
        hold(passage.start >= at and bool(passage.text), "passages overlap or are empty")
        hold(not article.text[at : passage.start].strip(), "letters between passages")
        at = passage.end
    hold(not article.text[at:].strip(), "letters behind the last passage")


def check_mentions(article: Article) -> None:
    """Each mention and its evidence stand in the text."""
    for mention in mentions_of(article):
        hold(0 <= mention.start <= mention.end <= len(article.text), "a mention outside the text")
        hold(0 <= mention.quote_start <= mention.start, "a mention before its quote")
        hold(mention.end <= mention.quote_end <= len(article.text), "a mention behind its quote")
        hold(bool(mention.key), "a mention without a key")


def check_references(text: str) -> tuple[Reference, ...]:
    """Offsets slice back, spans follow one another, and a number in normal form is found again as itself."""
    found = find_references(text)
    at = 0
    for each in found:
        hold(text[each.start : each.end] == each.text, "a reference is not where it says")
        hold(at <= each.start < each.end, "references overlap")
        hold(each.by is None or 0 <= each.by < len(found), "done by a reference that is not there")
        at = each.end
        if each.number:
            again = find_references(f"Quyết định số {each.number}")
            hold([other.number for other in again] == [each.number], "a normal form is found as another")
    return found
