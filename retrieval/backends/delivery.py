"""From a home to a server: what the home serves is copied there, and served once it is whole.

A reader sees a generation when its row stands in the catalogue, which is written last. What a delivery that was killed
has left is found by the next one, and taken away.
"""

from __future__ import annotations

import sqlite3
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import psycopg
from sqlalchemy import URL

from config.errors import HomeError, SettingsError
from corpus.generation import Home
from corpus.snapshot import Snapshot, indexed_text
from retrieval.backends.layout import (
    CATALOGUE,
    LAYOUT,
    index_copied,
    index_searched,
    index_shares,
    link,
    make_searched,
    make_tables,
    schema_of,
    server_of,
)
from retrieval.backends.server import connected, libpq_words, reach
from retrieval.backends.terms import FOLDED, MARKED, sparse, weights
from retrieval.backends.vectors import written
from retrieval.hits import VectorSearch
from retrieval.serving import REGISTER, SNAPSHOT, Generation, open_live
from retrieval.tokens import index_text

_BLOCK = 1000  # rows at a time
_LOCK = 20181227  # of the one who writes, whichever machine it is on
_FILES = {SNAPSHOT: ("articles", "passages"), REGISTER: ("mentions", "read")}
Connection = psycopg.Connection[tuple[Any, ...]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """The server that holds the corpus, and those that hold shares of what is searched; none: it holds all itself."""

    server: URL
    shards: tuple[URL, ...] = ()

    def __post_init__(self) -> None:
        """Raises SettingsError where one database is to be two of them."""
        words = map(libpq_words, (self.server, *self.shards))
        databases = [(each.get("host"), each.get("port", "5432"), each.get("dbname")) for each in words]
        if len({*databases}) < len(databases):
            raise SettingsError(
                "CHIDAO_INDEX__SHARDS: mỗi phần phải ở một cơ sở dữ liệu riêng, khác với CHIDAO_INDEX__URL",
                "CHIDAO_INDEX__SHARDS: each share needs a database of its own, other than that of CHIDAO_INDEX__URL",
            )


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a delivery: the generation served there now, whether it was copied, and what was taken away."""

    generation: str
    copied: bool
    dropped: tuple[str, ...]


def deliver(
    home: Home, place: Place, *, take_over: bool = False, progress: Progress = lambda _done, _total: None
) -> Delivered:
    """Makes a server serve what the home serves, and hold what the home holds of it. Call under the home's `writer`.

    Whoever delivered first is the one who may; `take_over` makes this home that one. `progress` hears of passages.

    Raises:
        NoGenerationError: the home serves nothing.
        HomeError: another process is writing to that server, or another home does; the home cannot be read, or there
            is no room for passing files.
        ServerError: a server is not reached, or refuses something; what it served it goes on serving.
    """
    with closing(open_live(home)) as generation, _writing(place) as writer:
        writer.claim(home.identity(), take_over=take_over)
        schema = schema_of(generation.name, generation.manifest.model_dump_json(), place.shards)
        copied = not writer.holds(schema)
        if copied:
            with _home_errors():
                writer.copy(generation, schema, home.folder(generation.name), progress)
            writer.enter(generation, schema, home.identity())
        writer.serve(schema)
        return Delivered(generation.name, copied, tuple(writer.drop_all_but(home.names(), home.identity())))


@contextmanager
def _home_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise HomeError(
            f"không chép được bản nạp lên máy chủ ({reason}); bản cũ vẫn dùng được; xem dung lượng đĩa và thư mục tạm",
            f"cannot copy the generation to the server ({reason}); the old one still serves; check the disk and the "
            "temporary folder",
        ) from error


@contextmanager
def _writing(place: Place) -> Iterator[_Writer]:
    with ExitStack() as stack:
        server = stack.enter_context(connected(place.server))
        if not server.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchall()[0][0]:
            raise HomeError(
                "một lệnh chidao khác đang ghi vào máy chủ chỉ mục này; đợi nó xong rồi chạy lại",
                "another chidao command is writing to this index server; wait for it, then run this again",
            )
        shards = [stack.enter_context(connected(each)) for each in place.shards]
        for address, connection in zip((place.server, *place.shards), (server, *shards), strict=True):
            reach(address)
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
            # A graph that does not fit is built through the disk.
            connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in CATALOGUE:
            server.execute(statement)
        yield _Writer(server, shards, place)


@dataclass(frozen=True, slots=True)
class _Writer:
    """The one process that writes to a server."""

    server: Connection
    shards: Sequence[Connection]
    place: Place

    def claim(self, identity: str, *, take_over: bool) -> None:
        """Makes a home the one that writes here, unless another one is."""
        if take_over:
            self.server.execute("UPDATE chidao.served SET writer = %s", (identity,))
        self.server.execute("UPDATE chidao.served SET writer = %s WHERE writer IS NULL", (identity,))
        if self.server.execute("SELECT writer FROM chidao.served").fetchall() != [(identity,)]:
            raise HomeError(
                "máy chủ chỉ mục này nhận bài từ một kho khác; lấy về: chidao migrate faiss, hoặc thay hẳn: "
                "chidao migrate pgvector --take-over",
                "this index server is written from another home; fetch what it holds: chidao migrate faiss, or put "
                "this home in its place: chidao migrate pgvector --take-over",
            )

    def holds(self, schema: str) -> bool:
        """Whether a generation is there as a whole."""
        return bool(self.server.execute("SELECT 1 FROM chidao.generations WHERE schema = %s", (schema,)).fetchall())

    def copy(self, generation: Generation, schema: str, folder: Path, progress: Progress) -> None:
        """Copies a generation into a schema, in place of what a delivery that was killed has left there."""
        self.drop(schema)
        self._make(schema, generation.manifest.dimension)
        for file, tables in _FILES.items():
            with closing(sqlite3.connect(f"{(folder / file).resolve().as_uri()}?immutable=1", uri=True)) as db:
                for table in tables:
                    _copy_table(db, self.server, schema, table)
        _copy_searched(self.server, schema, generation.snapshot, generation.vectors, progress)
        _execute(self.server, index_copied(schema))
        share = generation.manifest.passages // max(1, len(self.shards))
        with ThreadPoolExecutor() as threads:  # each server is at work on its own share
            list(threads.map(lambda one: _execute(one, index_searched(schema, share)), self.shards or (self.server,)))
        _execute(self.server, index_shares(schema, len(self.shards)))

    def _make(self, schema: str, dimension: int) -> None:
        """Makes the empty tables; first of all where the next delivery looks for what this one may leave."""
        for address in self.place.shards:
            _execute(self.server, link(address))
        _execute(self.server, make_tables(schema, dimension, [*map(server_of, self.place.shards)]))
        for shard in self.shards:
            _execute(shard, (f"CREATE SCHEMA {schema}", *make_searched(schema, dimension)))

    def enter(self, generation: Generation, schema: str, identity: str) -> None:
        """Enters a generation that was copied into the catalogue, where readers find it."""
        told = (generation.manifest.model_dump_json(), _text(generation.gate_report))
        self.server.execute(
            "INSERT INTO chidao.generations VALUES (%s, %s, %s, %s, %s, %s)",
            (schema, generation.name, LAYOUT, identity, *told),
        )

    def serve(self, schema: str) -> None:
        """Turns the alias to a generation."""
        self.server.execute("UPDATE chidao.served SET schema = %s WHERE schema IS DISTINCT FROM %s", (schema, schema))

    def drop_all_but(self, names: Sequence[str], identity: str) -> list[str]:
        """Takes away what is not served and not of these names of this home in today's layout; what it was."""
        kept = self.server.execute(
            "SELECT schema FROM chidao.generations WHERE schema = (SELECT schema FROM chidao.served)"
            " OR (writer = %s AND layout = %s AND name = ANY(%s)"
            " AND name <> (SELECT name FROM chidao.served JOIN chidao.generations USING (schema)))",
            (identity, LAYOUT, [*names]),
        ).fetchall()
        found = self.server.execute(r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^chidao_\d{6}_'").fetchall()
        gone = sorted({schema for (schema,) in found} - {schema for (schema,) in kept})
        for schema in gone:
            self.drop(schema)
        return [schema.removeprefix("chidao_") for schema in gone]

    def drop(self, schema: str) -> None:
        """Takes a generation away that is not served, whole or not."""
        self.server.execute("DELETE FROM chidao.generations WHERE schema = %s", (schema,))
        for connection in (*self.shards, self.server):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _text(data: bytes | None) -> str | None:
    return data.decode() if data else None


def _copy_table(db: sqlite3.Connection, server: Connection, schema: str, table: str) -> None:
    """Every row of a table of a file, as it is."""
    rowid = ", rowid" if table == "articles" else ""
    with server.cursor().copy(f"COPY {schema}.{table} FROM STDIN".encode()) as copy:
        for row in db.execute(f"SELECT *{rowid} FROM {table}"):  # noqa: S608  words of our own
            copy.write_row(row)


# ------------------------------------------------------------------------------------------------ what is searched
@dataclass(slots=True)
class _Counted:
    """The terms of the corpus, numbered as they are met; in how many passages each stands; lengths in terms."""

    numbers: dict[str, int] = field(default_factory=dict)
    passages: array[int] = field(default_factory=lambda: array("l"))
    lengths: list[tuple[int, int]] = field(default_factory=list)  # of the marked and the folded field of each passage

    def count(self, text: str) -> tuple[list[int], list[int], int]:
        """Numbers and occurrences of the terms of a passage, those of the marked field first, and how many are that."""
        fields = [field.split(" ") if field else [] for field in index_text(text)]
        self.lengths.append((len(fields[0]), len(fields[1])))
        counters = [Counter(field) for field in fields]
        named = zip((MARKED, FOLDED), counters, strict=True)
        numbers = [self._number(prefix + term) for prefix, counter in named for term in counter]
        return numbers, [each for counter in counters for each in counter.values()], len(counters[0])

    def _number(self, term: str) -> int:
        number = self.numbers.setdefault(term, len(self.numbers))
        if number == len(self.passages):
            self.passages.append(0)
        self.passages[number] += 1
        return number


def _copy_searched(
    server: Connection, schema: str, snapshot: Snapshot, vectors: VectorSearch, progress: Progress
) -> None:
    """Terms and vectors of every passage. What is counted waits in a file: the weights need the average length."""
    counted = _Counted()
    with tempfile.TemporaryFile(prefix="chidao-") as spool:
        for passage in snapshot.all_passages():
            numbers, occurrences, marked = counted.count(indexed_text(passage))
            np.array([len(numbers), marked, *numbers, *occurrences], np.int32).tofile(spool)
        spool.seek(0)
        with server.cursor().copy(f"COPY {schema}.lexical FROM STDIN".encode()) as copy:
            for row, (numbers, weighed) in enumerate(_weighed(spool, counted.lengths)):
                ordered = sorted(zip(numbers, weighed, strict=True))
                listed = f"{{{','.join(str(number) for number, _ in ordered)}}}"
                copy.write_row((row, listed, sparse(*zip(*ordered, strict=True)) if ordered else sparse((), ())))
                if row % _BLOCK == 0:
                    progress(row // 2, len(counted.lengths))
    with server.cursor().copy(f"COPY {schema}.terms FROM STDIN".encode()) as copy:
        for term, number in counted.numbers.items():
            copy.write_row((term, number, counted.passages[number]))
    _copy_vectors(server, schema, vectors, progress)


def _weighed(spool: IO[bytes], lengths: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], list[float]]]:
    """Numbers and weights of the terms of each passage, as they were counted."""
    averages = [sum(field) / max(1, len(lengths)) for field in zip(*lengths, strict=True)]
    for length in lengths:
        count, marked = np.fromfile(spool, np.int32, 2).tolist()
        numbers, occurrences = np.fromfile(spool, np.int32, 2 * count).reshape(2, count).tolist()
        parts = (occurrences[:marked], occurrences[marked:])
        weighed = (weights(*each) for each in zip(parts, length, averages, strict=True))
        yield numbers, [weight for part in weighed for weight in part]


def _copy_vectors(server: Connection, schema: str, vectors: VectorSearch, progress: Progress) -> None:
    total = vectors.count
    with server.cursor().copy(f"COPY {schema}.vectors FROM STDIN".encode()) as copy:
        for first in range(0, total, _BLOCK):
            rows = range(first, min(first + _BLOCK, total))
            for row, vector in zip(rows, vectors.vectors_at(rows), strict=True):
                copy.write_row((row, written(vector)))
            progress((total + first) // 2, total)
    progress(total, total)
