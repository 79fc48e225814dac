"""Question sets in BEIR form: a folder of corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.errors import InputError
from corpus.syllables import without_marks

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
HEADER = ["query-id", "corpus-id", "score"]
_DOCUMENT_FORM = '{"_id": "d1", "title": "…", "text": "…"}'
QUERY_FORM = '{"_id": "q1", "text": "…"}'
_QRELS_FORM = "query-id⇥corpus-id⇥score (⇥: tab; score: 0, 1, 2 …)"


@dataclass(frozen=True, slots=True)
class Document:
    """A text that can be found."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the documents that are relevant to it with their gains (1 and more), and the gold answer if given."""

    id: str
    text: str
    relevant: Mapping[str, int]
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """What a folder holds.

    `skipped` counts questions without a relevant document, which cannot be scored; `unknown` counts judgements of
    documents that the corpus has not, which nobody can find: they stay and lower the score.
    """

    documents: tuple[Document, ...]
    questions: tuple[Asked, ...]
    skipped: int = 0
    unknown: int = 0

    @property
    def digest(self) -> str:
        """Names the questions and their judgements: runs over equal ones can be compared."""
        parts = ((each.id, each.text, *sorted(each.relevant.items())) for each in self.questions)
        return hashlib.sha256(repr(sorted(parts)).encode(errors="replace")).hexdigest()[:16]

    def without_titles(self) -> QuestionSet:
        """Documents without their titles, for questions that were made from titles."""
        return replace(self, documents=tuple(replace(each, title="") for each in self.documents))

    def drawn(self, count: int | None) -> QuestionSet:
        """With at most `count` of the questions, drawn by chance, the same every time."""
        if count is None or count >= len(self.questions):
            return self
        return replace(self, questions=tuple(random.Random(0).sample(self.questions, count)))  # noqa: S311  no secret

    def unmarked(self) -> QuestionSet:
        """With questions as typed without Vietnamese marks."""
        return replace(self, questions=tuple(replace(each, text=without_marks(each.text)) for each in self.questions))


class Row(BaseModel):
    """A line of a file of questions or documents."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)
    id: str = Field(alias="_id", min_length=1)
    text: str


class _DocumentRow(Row):
    title: str | None = None


class _QueryRow(Row):
    answer: str | None = None

    @field_validator("answer", mode="before")
    @classmethod
    def _one_text(cls, answer: object) -> object:
        return answer if isinstance(answer, (str, int, float)) else None  # other sets keep other things there


_AnyRow = TypeVar("_AnyRow", bound=Row)


def read_set(folder: Path) -> QuestionSet:
    """The set in a folder.

    Raises:
        InputError: a file is missing or not of the form; names file and line.
    """
    documents = read_documents(folder)
    known = {document.id for document in documents}
    rows = list(read_rows(folder / QUERIES, _QueryRow, QUERY_FORM))
    gains = _gains(folder / QRELS)
    questions = tuple(Asked(row.id, row.text, gains[row.id], row.answer) for row in rows if gains.get(row.id))
    if not questions:
        raise InputError(
            f"{folder}: không có câu hỏi nào có bài đúng; _id của {QUERIES} phải trùng query-id của {QRELS}",
            f"{folder}: no question has a relevant document; _id of {QUERIES} must be a query-id of {QRELS}",
        )
    unknown = sum(document not in known for each in questions for document in each.relevant)
    return QuestionSet(documents, questions, len(rows) - len(questions), unknown)


def read_documents(folder: Path) -> tuple[Document, ...]:
    """The corpus of the set in a folder.

    Raises:
        InputError: as for `read_set`.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder}: không có thư mục này; cần thư mục dạng BEIR gồm {CORPUS}, {QUERIES}, {QRELS}",
            f"{folder}: no such folder; a folder in BEIR form holds {CORPUS}, {QUERIES}, {QRELS}",
        )
    rows = read_rows(folder / CORPUS, _DocumentRow, _DOCUMENT_FORM)
    documents = tuple(Document(row.id, row.title or "", row.text) for row in rows)
    if not documents:
        raise _bad_line(folder / CORPUS, 1, _DOCUMENT_FORM)
    return documents


def read_rows(path: Path, kind: type[_AnyRow], form: str) -> Iterator[_AnyRow]:
    """The lines of a JSONL file; `form` is what one looks like.

    Raises:
        InputError: a line is not of that form, or an id comes twice; names file and line.
    """
    seen: set[str] = set()
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            row = kind.model_validate_json(line)
        except ValidationError:
            raise _bad_line(path, number, form) from None
        if row.id in seen:
            raise InputError(
                f"{path}, dòng {number}: _id «{row.id}» đã dùng ở dòng trên; mỗi _id chỉ được dùng một lần",
                f"{path}, line {number}: the _id «{row.id}» was used above; each may be used once",
            )
        seen.add(row.id)
        yield row


def _gains(path: Path) -> dict[str, dict[str, int]]:
    """Question id -> document id -> gain, of those that are above 0."""
    gains: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(path):
        cells = line.split("\t") if line else []
        if (number == 1) != (cells == HEADER):
            raise _bad_line(path, number, _QRELS_FORM)
        if number == 1 or not cells:
            continue
        try:
            question, document, score = cells
            gain = int(score)
        except ValueError:
            raise _bad_line(path, number, _QRELS_FORM) from None
        if gain > 0:
            gains[question][document] = gain
    return gains


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines; only the line feed ends one, for JSON and TSV may hold what else Python takes for an end."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"không đọc được {path} ({reason}); thư mục dạng BEIR gồm {CORPUS}, {QUERIES}, {QRELS}, mã UTF-8",
            f"cannot read {path} ({reason}); a folder in BEIR form holds {CORPUS}, {QUERIES}, {QRELS}, in UTF-8",
        ) from error


def _bad_line(path: Path, number: int, form: str) -> InputError:
    return InputError(
        f"{path}, dòng {number}: không đúng dạng; mỗi dòng có dạng {form}",
        f"{path}, line {number}: not of the form {form}",
    )
