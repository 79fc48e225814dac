"""The register of a generation: every directive its articles name, with each place where they do, in one SQLite file.

What is stored are mentions, as the articles write them. What a directive is (its date, issuer, subject; whether one
number names several documents; what replaced it) follows from its mentions and is read off them when asked
(`corpus/directives.py`), so that it cannot disagree with them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.models import Article, Reference, Relation
from corpus.parse.letterhead import read_letterhead
from corpus.references import find_references
from corpus.references.subjects import subject_span
from corpus.references.view import fold, view_of
from corpus.sealed import TableReader
from corpus.sentences import sentence_spans

FINDER = 8  # add one when references are found otherwise, so that mentions of unchanged articles are not taken over
_QUOTE = 500  # code points of a sentence that is quoted whole; of a longer one the stretch around the reference
_AROUND = 200
_COLUMNS = (
    'article_id, start, "end", quote_start, quote_end, key, serial, kind, number, name, year, date, date_text, issuer,'
    " relation, actor, subject, own"
)
_TABLES = (
    f"CREATE TABLE mentions ({_COLUMNS}, PRIMARY KEY (article_id, start, own)) WITHOUT ROWID",
    "CREATE INDEX by_key ON mentions (key)",
    "CREATE INDEX by_serial ON mentions (serial)",
    "CREATE INDEX by_actor ON mentions (actor)",
    "CREATE TABLE read (id TEXT PRIMARY KEY) WITHOUT ROWID",  # every article, also those that name no directive
    f"PRAGMA user_version = {FINDER}",
)
_FIRST_ARTICLE = re.compile(r"^Điều 1[.:]", re.MULTILINE)
_SERIAL = re.compile(r"0*(?P<serial>\d+[a-z]?)(?P<rest>.*)", re.DOTALL)
_ABOUT = re.compile(r"^(?:về việc|v/v)\s*:?\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where an article names a directive, or (`own`) is that directive itself.

    `start` and `end` span the reference in the article's text, `quote_start` and `quote_end` the words quoted as
    evidence. `actor` is the label of the directive that does what `relation` says: named beside it, else the one that
    the article is or whose name opens its title; None where none is named.
    """

    article_id: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    key: str
    serial: str | None
    kind: str | None
    number: str | None
    name: str | None
    year: int | None
    date: str | None
    date_text: str | None
    issuer: str | None
    relation: Relation
    actor: str | None
    subject: str | None
    own: bool

    @property
    def label(self) -> str:
        """What the directive is called: its number, or a law's name and year."""
        return self.number or " ".join(filter(None, (self.kind, self.name, str(self.year or ""))))


def key_of(reference: Reference) -> str | None:
    """Equal for all spellings of one number, or of one law's name and year; None where a document names itself."""
    if reference.number:
        return number_key(reference.number)
    if reference.name is None:
        return None
    return f"{fold(reference.kind or '')} {fold(' '.join(reference.name.split()))}|{reference.year or ''}"


def number_key(number: str) -> str:
    """A number without marks, capitals and leading zeros: `06/QĐ-TTg` is `6/qd-ttg`."""
    found = _SERIAL.match(fold(number))
    return f"{found['serial']}{found['rest']}" if found else fold(number)


def mentions_of(article: Article) -> Iterator[Mention]:
    """Every directive an article names, and the one it is, in the order of the text."""
    references = find_references(article.text)
    titled = next((each for each in find_references(article.title) if each.start == 0), None)
    own = _own(article, references, titled)
    if own:
        yield own
    myself = own.label if own else (titled.label if titled else None)
    sentences = sentence_spans(article.text) if references else []
    for reference in references:
        if key := key_of(reference):
            by = references[reference.by] if reference.by is not None else None
            actor = by.label if by else myself
            start, end = _quoted(article.text, reference, sentences)
            subject = subject_span(article.text, reference)
            yield Mention(
                article.id, reference.start, reference.end, start, end, key, _serial(key, reference), reference.kind,
                reference.number, reference.name, reference.year, reference.date, reference.date_text, reference.issuer,
                reference.relation, actor if reference.relation is not Relation.CITES else None,
                article.text[slice(*subject)] if subject else reference.name, own=False,
            )  # fmt: skip


def _serial(key: str, reference: Reference) -> str | None:
    found = re.match(r"\d+[a-z]?", key) if reference.number else None
    return found[0] if found else None


def _own(article: Article, references: Iterable[Reference], titled: Reference | None) -> Mention | None:
    """The directive whose text the article is: by its letterhead, else by a title that names it over numbered articles.

    The mention spans the number in the letterhead, or the beginning of the text.
    """
    head = read_letterhead(article.text)
    if head.number and article.title.isupper():  # of plain text the first line is the title: "ỦY BAN NHÂN DÂN"
        head = read_letterhead(f"{article.title}\n{article.text}")
    if head.number:
        named = find_references(f"{head.kind or 'Công văn'} số {head.number}")[0]
        subject = _ABOUT.sub("", head.subject, count=1) if head.subject else None
        issuer = head.issuer or article.issuer
        date = head.published.date().isoformat() if head.published else None
    elif titled and titled.number and _FIRST_ARTICLE.search(article.text):
        named, issuer, date = titled, titled.issuer or article.issuer, titled.date
        span = subject_span(article.title, titled)
        subject = article.title[slice(*span)] if span else article.title[titled.end :].strip(" :,-–") or None
    else:
        return None
    key = key_of(named) or ""
    at = next(((r.start, r.end) for r in references if r.number and number_key(r.number) == key), None)
    at = at or _written(article.text, key) or (0, 0)
    line = article.text.find("\n", at[1])
    return Mention(
        article.id, *at, at[0], at[1] or (line if line > 0 else len(article.text)), key, _serial(key, named),
        named.kind, named.number, named.name, named.year, date, None, issuer, Relation.CITES, None, subject, own=True,
    )  # fmt: skip


def _written(text: str, key: str) -> tuple[int, int] | None:
    """Where a number stands, whatever stands before it, with blanks and zeros that its key does not have."""
    view = view_of(text)
    spaced = re.sub(r"([/&-])", lambda sign: rf"\s*{re.escape(sign[0])}\s*", key)
    found = re.search(rf"(?<![\w/-])0*{spaced}(?!\w)", view.folded)
    return view.span(*found.span()) if found else None


def _quoted(text: str, reference: Reference, sentences: Collection[tuple[int, int]]) -> tuple[int, int]:
    """The sentence that names the directive; of a very long one the words around."""
    start, end = next(((a, b) for a, b in sentences if a <= reference.start < b), (reference.start, reference.end))
    end = max(end, reference.end)
    if end - start <= _QUOTE:
        return start, end
    first = max(start, reference.start - _AROUND)
    last = min(end, reference.end + _AROUND)
    if first > start:
        first = text.index(" ", first, reference.start) + 1 if " " in text[first : reference.start] else reference.start
    if last < end:
        last = text.rindex(" ", reference.end, last) if " " in text[reference.end : last] else reference.end
    return first, last


def write_register(path: Path, articles: Iterable[Article], previous: Path | None = None) -> None:
    """Writes the register of the articles; what `previous` has of those that are the same is taken over."""
    with closing(sqlite3.connect(path.resolve().as_uri(), uri=True)) as db, db:
        for statement in _TABLES:
            db.execute(statement)
        known = _attach(db, previous)
        for article in articles:
            db.execute("INSERT INTO read VALUES (?)", (article.id,))
            if article.id not in known:
                db.executemany(_INSERT, map(_row, mentions_of(article)))
        if known:
            db.execute("INSERT INTO mentions SELECT * FROM old.mentions WHERE article_id IN (SELECT id FROM read)")


_INSERT = f"INSERT OR IGNORE INTO mentions VALUES ({', '.join('?' * len(Mention.__dataclass_fields__))})"  # noqa: S608


def _attach(db: sqlite3.Connection, previous: Path | None) -> frozenset[str]:
    """Opens an earlier register beside; the ids of the articles it has read, none if another finder read them."""
    if previous is None or not previous.exists():
        return frozenset()
    db.execute("ATTACH ? AS old", (f"{previous.resolve().as_uri()}?mode=ro&immutable=1",))
    if db.execute("PRAGMA old.user_version").fetchone()[0] != FINDER:
        return frozenset()
    return frozenset(row[0] for row in db.execute("SELECT id FROM old.read"))


def _row(mention: Mention) -> tuple[object, ...]:
    return tuple(getattr(mention, name) for name in Mention.__dataclass_fields__)


class Register(TableReader):
    """Reads a register; safe to share between threads."""

    def named(self, key: str) -> list[Mention]:
        """Every mention of the number or law with this key (`key_of`), articles in the order of their ids."""
        return self._mentions("key = ?", key)

    def with_serial(self, serial: str) -> list[Mention]:
        """Every mention whose number begins with this serial, whatever symbol follows."""
        return self._mentions("serial = ?", serial)

    def acted_by(self, label: str) -> list[Mention]:
        """Every mention of a directive that the one with this label replaces, repeals or amends."""
        return self._mentions("actor = ?", label)

    def subjects(self) -> list[tuple[str, str]]:
        """Keys of directives with the subjects that articles state."""
        return self._query("SELECT DISTINCT key, subject FROM mentions WHERE subject IS NOT NULL ORDER BY key")

    def labels(self, keys: Sequence[str]) -> list[str]:
        """The numbers, in normal form, of those of these keys that any article names; at most a few hundred keys."""
        if not keys:
            return []
        places = ", ".join("?" * len(keys))
        rows = self._query(f"SELECT key, min(number) FROM mentions WHERE key IN ({places}) GROUP BY key", tuple(keys))  # noqa: S608
        return [row[1] for row in rows]

    def kinds(self) -> list[str]:
        """Every kind of directive that articles name."""
        return [row[0] for row in self._query("SELECT DISTINCT kind FROM mentions WHERE kind IS NOT NULL")]

    def issuers(self) -> list[str]:
        """Every issuer of directives, as articles write them."""
        return [row[0] for row in self._query("SELECT DISTINCT issuer FROM mentions WHERE issuer IS NOT NULL")]

    def articles_naming(self, kinds: Sequence[str] | None, issuers: Sequence[str] | None) -> frozenset[str]:
        """Ids of the articles that are or name a directive with one of these kinds and issuers; None takes any."""
        asked = [(column, values) for column, values in (("kind", kinds), ("issuer", issuers)) if values is not None]
        if not all(values for _, values in asked):
            return frozenset()
        conditions = [f"{column} IN ({', '.join('?' * len(values))})" for column, values in asked]
        rows = self._query(
            f"SELECT DISTINCT article_id FROM mentions WHERE {' AND '.join(conditions) or 'TRUE'}",  # noqa: S608
            tuple(each for _, values in asked for each in values),
        )
        return frozenset(row[0] for row in rows)

    def laws(self) -> list[tuple[str, str, str]]:
        """Keys, numbers and names of the laws that articles name with both."""
        return self._query(
            "SELECT DISTINCT key, number, name FROM mentions WHERE number IS NOT NULL AND name IS NOT NULL ORDER BY key"
        )

    def not_held(self) -> list[str]:
        """Keys of the numbers and laws whose own text no article is, those that most articles name first."""
        rows = self._query(
            "SELECT key, count(DISTINCT article_id) AS articles FROM mentions"
            " GROUP BY key HAVING max(own) = 0 ORDER BY articles DESC, count(*) DESC, key"
        )
        return [row[0] for row in rows]

    def count(self, article_ids: Collection[str] | None = None) -> int:
        """How many mentions there are, or how many stand in any of these articles."""
        if article_ids is None:
            return int(self._query("SELECT count(*) FROM mentions")[0][0])
        counts = (self._query("SELECT count(*) FROM mentions WHERE article_id = ?", (each,)) for each in article_ids)
        return sum(int(rows[0][0]) for rows in counts)

    def _mentions(self, condition: str, value: object) -> list[Mention]:
        rows = self._query(f"SELECT * FROM mentions WHERE {condition} ORDER BY article_id, start, own", (value,))  # noqa: S608
        return [_mention(row) for row in rows]


def _mention(row: tuple) -> Mention:  # type: ignore[type-arg]
    values = dict(zip(Mention.__dataclass_fields__, row, strict=True))
    return Mention(**{**values, "relation": Relation(values["relation"]), "own": bool(values["own"])})
