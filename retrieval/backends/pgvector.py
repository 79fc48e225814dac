"""Generations on a PostgreSQL server with pgvector, read by any number of bots."""

from __future__ import annotations

from sqlalchemy import URL

from config.errors import HomeError, NoGenerationError
from corpus.manifest import FORMAT, Manifest, format_of
from corpus.register import Register
from corpus.snapshot import Snapshot
from retrieval.backends.backend import not_held
from retrieval.backends.layout import LAYOUT
from retrieval.backends.server import ServerTables
from retrieval.backends.terms import ServerTerms
from retrieval.backends.vectors import ServerVectors
from retrieval.serving import Generation


class PgvectorBackend:
    """Reads the generations of one server, which another process delivers (`delivery.py`). Changes nothing there."""

    def __init__(self, address: URL) -> None:
        self._address = address
        self._catalogue = ServerTables(address, "chidao")
        self._made = False

    def current(self) -> str | None:
        """Schema of the generation in use, or None: names come again where another home takes over."""
        if not self._made:
            self._made = self._catalogue.query("SELECT to_regclass('chidao.served') IS NOT NULL")[0][0]
        found = self._catalogue.query("SELECT schema FROM served") if self._made else []
        return found[0][0] if found else None

    def open_live(self) -> Generation:
        """The generation in use.

        Raises:
            NoGenerationError: there is none yet.
            HomeError: another version of chidao put it there.
            ServerError: the server is not reached.
        """
        schema = self.current()
        if schema is None:
            raise NoGenerationError(
                "máy chủ chỉ mục chưa có bản nạp nào; ở nơi có kho bài, chạy: chidao migrate pgvector",
                "the index server holds no generation yet; where the articles are, run: chidao migrate pgvector",
            )
        return self._open("schema", schema)

    def open_named(self, name: str) -> Generation:
        """The generation of that name, whether it is in use or not."""
        return self._open("name", name)

    def _open(self, column: str, value: str) -> Generation:
        asked = f"SELECT schema, name, layout, manifest, gate FROM generations WHERE {column} = ?"  # noqa: S608
        found = self._catalogue.query(asked, (value,))
        if not found:
            raise not_held(value)
        schema, name, layout, manifest, gate = found[0]
        if layout != LAYOUT or format_of(manifest.encode()) != FORMAT:
            raise HomeError(
                f"bản nạp {name} trên máy chủ do phiên bản chidao khác ghi; ở nơi có kho bài, chạy chidao reload",
                f"generation {name} was put on the server by another version of chidao; where the articles are, run "
                "chidao reload",
            )
        told = Manifest.model_validate_json(manifest)
        tables = ServerTables(self._address, schema)
        return Generation(
            name,
            told,
            Snapshot(tables),
            ServerTerms(tables, told.passages),
            ServerVectors(tables),
            Register(tables),
            gate.encode() if gate else None,
        )

    def close(self) -> None:
        """Closes the connections that look what is served."""
        self._catalogue.close()
