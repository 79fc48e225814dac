"""What travels from a file to the index: raw bytes, articles, passages and references. All frozen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

CELLS = " | "  # between the cells of a table's row, in the text of an article
ID_LENGTH = 16  # hex digits of the digest: 64 bits, no collision expected below 10^9 articles


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of one input as they came from a file or a server.

    `name` is the file's name or the URL's last part, whose ending tells the format where the bytes do not; `source`
    (URL or file name) becomes the article's where the page names no origin of its own, and relative links of a page
    count from it. `media_type` and `charset` are what a server said of them.
    """

    data: bytes
    name: str
    source: str
    media_type: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on an article, by name and address; it is noted, not read."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One published article.

    `text` is NFC, with the offsets every passage, reference and citation counts in (code points).
    `published` carries a time zone, or is None where the page shows no date.
    `source` is the URL, or the origin the page states, or the name of the file it came from.
    `issuer` is the body that issued or published it (cơ quan ban hành), None where the page names none.
    """

    id: str
    title: str
    published: datetime | None
    source: str
    text: str
    digest: str
    issuer: str | None = None
    attachments: tuple[Attachment, ...] = ()

    @classmethod
    def create(
        cls,
        *,
        title: str,
        published: datetime | None,
        source: str,
        text: str,
        issuer: str | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> Self:
        """An article whose id and digest follow from title, date and text, so adding it twice stores it once."""
        when = published.isoformat() if published else ""
        digest = hashlib.sha256(f"{title}\x00{when}\x00{text}".encode()).hexdigest()
        return cls(digest[:ID_LENGTH], title, published, source, text, digest, issuer, attachments)

    @property
    def listed(self) -> Listed:
        """All but the text."""
        return Listed(self.id, self.title, self.published, self.source, self.issuer, self.attachments)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a reader sees of an article beside its text, which its id stands for."""

    id: str
    title: str
    published: datetime | None
    source: str
    issuer: str | None
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article: `article.text[start:end] == text`.

    `context` (title and heading) goes to the encoder and the lexical index with the text; it is never quoted.
    """

    article_id: str
    start: int
    end: int
    text: str
    context: str

    @property
    def id(self) -> str:
        """Stable name: the article's id and the span."""
        return f"{self.article_id}:{self.start}-{self.end}"


class Relation(StrEnum):
    """What a text says is done to a directive it names."""

    CITES = "cites"
    REPLACES = "replaces"
    AMENDS = "amends"
    REPEALS = "repeals"


@dataclass(frozen=True, slots=True)
class Reference:
    """A directive named in a text: `source_text[start:end] == text`.

    `kind` is the document type (`Quyết định`), None where neither words nor symbol tell. `number` is the normal form of
    the số/ký hiệu (`3482/QĐ-UBND`, `45-NQ/TW`), None for a law named by its `name` and `year` and where a document
    names itself (`is_self`). `date` is ISO, the day of issue as the text says; `date_text` a date that no calendar has.
    `issuer` is the body named beside it, or that the symbol names. `relation` is what the text says is done to the
    directive, `by` the place in the list of references of the one that does it, None for the text's own document.
    """

    text: str
    start: int
    end: int
    kind: str | None
    number: str | None
    date: str | None
    issuer: str | None = None
    relation: Relation = Relation.CITES
    by: int | None = None
    name: str | None = None
    year: int | None = None
    date_text: str | None = None

    @property
    def label(self) -> str | None:
        """What the directive is called: its number, or a law's name and year; None where a document names itself."""
        if self.number or self.name is None:
            return self.number
        return " ".join(filter(None, (self.kind, self.name, str(self.year or ""))))

    @property
    def is_self(self) -> bool:
        """Whether the document names itself ("Nghị quyết này")."""
        return self.number is None and self.name is None
