"""The text of a draft, as its offsets count."""

from __future__ import annotations

from corpus.models import Raw
from corpus.parse import parse
from corpus.parse.letterhead import read_letterhead

_PLAIN = (".txt", ".text", ".md")


def draft_text(raw: Raw) -> str:
    """Plain UTF-8 character by character, all else as its parser reads it.

    A first line that the parser takes for the title is a line of the draft too; a letterhead's title is made up.

    Raises:
        InputError: it is of a kind, or in a state, that cannot be read.
    """
    if raw.name.lower().endswith(_PLAIN):
        try:
            return raw.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass  # an old encoding, which the parser converts or names
    article = parse(raw)
    if read_letterhead(article.text).title or article.text.startswith(article.title.removesuffix(" …")):
        return article.text
    return f"{article.title}\n{article.text}"
