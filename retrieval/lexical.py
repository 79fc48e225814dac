"""The lexical index: BM25 over syllables and neighbouring pairs, marked and folded, in Tantivy.

Tantivy sees our terms only (text already cut, joined by spaces), so `3482/QĐ-UBND` stays whole and đ is a letter.
A marked question is scored on both fields, so that exact marks win; an unmarked one on the folded field alone.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from config.errors import TemporaryFolderError
from corpus.clean import normalise
from corpus.generation import damaged
from retrieval.hits import Rows
from retrieval.tokens import index_terms, index_text, is_marked, terms

FOLDER = "lexical"
_TOKENIZER = "terms"
_HEAP = 128_000_000  # bytes for the writer; Tantivy wants at least 15 MB
_MARKED, _FOLDED, _ROW = "marked", "folded", "row"
# Given rows that stand in no more runs than this are asked for by range, 0.1 ms each; others are picked from ever
# longer lists of hits (docs/experiments.md, "Filters").
_RUNS = 100
_LONGER = 8


def write_lexical(folder: Path, texts: Iterable[str]) -> None:
    """Writes the index of the texts; a text's row is its place, from 0.

    Raises:
        OSError: the files cannot be written.
    """
    draft = folder / f"{FOLDER}.new"
    draft.mkdir()
    try:
        _write(draft, texts)
    except ValueError as error:  # Tantivy's, for a full disk too
        raise OSError(errno.EIO, str(error)) from error
    # Lock files are no part of the generation. Only a new name keeps them out: a thread of Tantivy's locks once more
    # some time after opening, and under the old name it finds nothing.
    for lock in draft.rename(folder / FOLDER).glob(".tantivy-*.lock"):
        lock.unlink()


def _write(path: Path, texts: Iterable[str]) -> None:
    index = tantivy.Index(_schema(), path=str(path))
    index.register_tokenizer(_TOKENIZER, _analyzer())
    writer = index.writer(_HEAP, num_threads=1)  # one segment, one order of ties
    for row, text in enumerate(texts):
        marked, folded = index_text(text)
        document = tantivy.Document()
        document.add_text(_MARKED, marked)
        document.add_text(_FOLDED, folded)
        document.add_unsigned(_ROW, row)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in (_MARKED, _FOLDED):
        builder.add_text_field(field, stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_unsigned_field(_ROW, stored=True, fast=True)
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


@contextmanager
def _links(folder: Path) -> Iterator[Path]:
    """A passing folder of links to the files of `folder`.

    Tantivy locks a folder even to read it. A generation may lie on a read-only disk and is never written to, so the
    lock goes here; the mapped files outlive it.

    Raises:
        TemporaryFolderError: there is no place for one.
    """
    files = list(folder.resolve().iterdir())
    with _temporary_folder() as place:
        links = _linked(files, Path(place, "links"))
        try:
            yield links
        finally:
            # As in write_lexical: no late lock in a folder that is being removed.
            links.rename(links.with_name("closed"))


def _temporary_folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="chidao-")
    except OSError as error:
        raise _cannot_write(error) from error


def _linked(files: Iterable[Path], links: Path) -> Path:
    try:
        links.mkdir()
        for file in files:
            (links / file.name).symlink_to(file)
    except OSError as error:
        raise _cannot_write(error) from error
    return links


def _cannot_write(error: OSError) -> TemporaryFolderError:
    reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return TemporaryFolderError(
        f"không ghi được vào thư mục tạm ({reason}); dọn đĩa hoặc sửa quyền ghi ở đó, hoặc đặt biến TMPDIR trỏ đến "
        "thư mục ghi được",
        f"cannot write to the temporary folder ({reason}); free space or mend the rights there, or set TMPDIR to a "
        "folder that can be written",
    )


@contextmanager
def _reading(generation: str) -> Iterator[None]:
    """Names the damage where Tantivy cannot read on: by its ValueError, or by a panic of Rust.

    A panic comes as a BaseException, for which PyO3 has no name that could be imported.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        raise damaged(generation, FOLDER) from error


class LexicalIndex:
    """BM25 search (k1 1.2, b 0.75, Tantivy's constants). Safe to share between threads.

    Every method raises DamagedError where a file has gone bad since its digest was held against it, or was sealed so.
    """

    def __init__(self, folder: Path) -> None:
        self._name = folder.name
        with _links(folder / FOLDER) as links, _reading(folder.name):
            index = tantivy.Index.open(str(links))
            index.register_tokenizer(_TOKENIZER, _analyzer())
            index.config_reader(reload_policy="manual")
            self._schema = index.schema
            self._searcher = index.searcher()

    def search(self, question: str, k: int, within: Rows | None = None) -> list[tuple[int, float]]:
        """Rows and BM25 scores of the `k` best, best first; rows that share no term are left out.

        `within` are the rows to choose among, in order; none that belongs to the best of them is lost.
        """
        found = terms(normalise(question))  # articles are stored so; some keyboards send decomposed letters
        clauses = self._clauses(_FOLDED, index_terms(found, "folded"))
        if is_marked(question):
            clauses += self._clauses(_MARKED, index_terms(found, "marked"))
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        return self._best(query, k) if within is None else self._best_within(query, k, within)

    def _best_within(self, query: tantivy.Query, k: int, within: Rows) -> list[tuple[int, float]]:
        if len(within) == 0:
            return []
        breaks = np.flatnonzero(np.diff(within) != 1)
        if len(breaks) < _RUNS:
            runs = zip(within[[0, *breaks + 1]].tolist(), within[[*breaks, -1]].tolist(), strict=True)
            return self._best(self._inside(query, runs), k)
        allowed, limit = frozenset(within.tolist()), k
        while True:
            limit *= _LONGER
            found = self._best(query, limit)
            kept = [hit for hit in found if hit[0] in allowed][:k]
            if len(kept) == k or len(found) < limit:
                return kept

    def _inside(self, query: tantivy.Query, runs: Iterable[tuple[int, int]]) -> tantivy.Query:
        """The same with the same scores, in rows from the first to the last of each run."""
        ranges = [
            (tantivy.Occur.Should, tantivy.Query.range_query(self._schema, _ROW, tantivy.FieldType.Unsigned, *run))
            for run in runs
        ]
        unscored = tantivy.Query.const_score_query(tantivy.Query.boolean_query(ranges), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)])

    def _best(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        with _reading(self._name):
            result = self._searcher.search(query, limit=k, count=False)
            rows = self._searcher.fast_field_values(_ROW, [address for _, address in result.hits])
            if any(row is not None and row >= self.count for row in rows):
                raise damaged(self._name, FOLDER)
        scores = (score for score, _ in result.hits)
        return [(int(row), float(score)) for row, score in zip(rows, scores, strict=True) if row is not None]

    @property
    def count(self) -> int:
        """How many texts there are."""
        return int(self._searcher.num_docs)

    def frequencies(self, marked: Sequence[str]) -> list[int]:
        """In how many texts each of these marked terms or pairs stands."""
        with _reading(self._name):
            return [int(self._searcher.doc_freq(_MARKED, each)) for each in marked]

    def idf(self, folded: str) -> float:
        """Inverse document frequency of a folded term or pair, as BM25 has it; largest for one never seen."""
        with _reading(self._name):
            count, total = self._searcher.doc_freq(_FOLDED, folded), self._searcher.num_docs
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def _clauses(self, field: str, searched: list[str]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        return [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term, index_option="freq"))
            for term in dict.fromkeys(searched)
        ]
