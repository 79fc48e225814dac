"""Cutting an article into passages: whole sentences, paragraph by paragraph.

Law: `article.text[p.start:p.end] == p.text` for every passage, and every non-space character of the text lies
in exactly one passage.
"""

import re
from dataclasses import dataclass

from corpus.models import Article, Passage
from corpus.sentences import sentence_spans

# 600 characters are about 170 tokens of the encoder; 91 % of 2,898 paragraphs of a province's portals fit (median 191).
MAX_CHARS = 600
# A "sentence" longer than the encoder's 512 tokens (list without full stops, OCR) is cut at a space.
MAX_SENTENCE = 1500
# Paragraphs shorter than this (list items, one-line notices) join their neighbours.
SMALL_PARAGRAPH = 200
MAX_HEADING = 120

_PARAGRAPH = re.compile(r"[^\n]+")
_NUMBERED = re.compile(
    r"(?:(?:Chương|Mục|Điều|Phần)\s+[\dIVXLC]+[.:]?|[IVXLC]+\.|\d{1,2}(?:\.\d{1,2})*\.)\s", re.IGNORECASE
)


@dataclass(slots=True)
class _Piece:
    """A span on its way to becoming a passage, and the span of the heading it stands under."""

    start: int
    end: int
    heading: tuple[int, int]


def split(article: Article) -> list[Passage]:
    """The passages of an article, in reading order."""
    text = article.text
    pieces = _join_small(_pieces(text))
    return [
        Passage(
            article_id=article.id,
            start=piece.start,
            end=piece.end,
            text=text[piece.start : piece.end],
            context="\n".join(filter(None, (article.title, text[slice(*piece.heading)].strip()))),
        )
        for piece in pieces
    ]


def _pieces(text: str) -> list[_Piece]:
    """One piece for each run of sentences of a paragraph that fits MAX_CHARS, headings apart."""
    pieces: list[_Piece] = []
    heading = (0, 0)
    for paragraph in _PARAGRAPH.finditer(text):
        spans = sentence_spans(text, paragraph.start(), paragraph.end())
        if _is_heading(paragraph.group(), len(spans)):
            heading = paragraph.span()
        for start, end in (part for span in spans for part in _cut_long(text, *span)):
            last = pieces[-1] if pieces else None
            if last and last.start >= paragraph.start() and end - last.start <= MAX_CHARS:
                last.end = end
            else:
                pieces.append(_Piece(start, end, heading))
    return pieces


def _is_heading(paragraph: str, sentences: int) -> bool:
    """A short line that no full stop ends: numbered, all capitals, or ending in a letter or digit."""
    line = paragraph.strip()
    if len(line) > MAX_HEADING or line.startswith(("-", "+", "*", "•", "–")):
        return False
    if _NUMBERED.match(line):
        return not line.endswith((".", ";", ":"))
    return sentences == 1 and line[-1].isalnum() and line[0].isupper()


def _cut_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span itself, or parts of it of at most MAX_SENTENCE characters, cut at spaces where there are any."""
    parts = []
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        parts.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    return [*parts, (start, end)] if start < end else parts


def _join_small(pieces: list[_Piece]) -> list[_Piece]:
    """Small pieces joined with the next under the same heading; a heading joined with what it heads."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _belongs(last, piece):
            last.end = piece.end
        else:
            joined.append(piece)
    return joined


def _belongs(last: _Piece, piece: _Piece) -> bool:
    small = min(last.end - last.start, piece.end - piece.start) < SMALL_PARAGRAPH
    return small and last.heading == piece.heading and piece.end - last.start <= MAX_CHARS
