"""The database behind the state: a file in the home folder, or a PostgreSQL server; brought up to date when opened."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from config.errors import HomeError
from corpus.database import use_wal
from retrieval.backends.server import address_of

StateError = SQLAlchemyError  # what every method of the state raises where the database refuses
VERSION = "0001"  # the newest migration
_WAIT = 5.0  # seconds that a writer waits for another, and that connecting may take
_ONLY_READS = "chidao_only_reads"  # an option of a connection
_log = logging.getLogger(__name__)


class Database:
    """An open database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        is_postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if is_postgres else sqlite.insert
        self._readers = engine.execution_options(**{_ONLY_READS: True})
        # SQLite has one writer at a time; threads that wait for it in SQLite sleep in steps, here they are woken.
        self._writer: AbstractContextManager[object] = nullcontext() if is_postgres else threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction: kept at the end of the block, undone where it raises. Not to be nested."""
        with self._writer, self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read by, which waits for no writer."""
        with self._readers.begin() as connection:
            yield connection

    def insert(self, table: Table) -> Any:
        """An insert that can say what to do about a row that is there already (both dialects can)."""
        return self._insert(table)

    def is_reachable(self) -> bool:
        """Whether it answers at all."""
        try:
            with self._engine.connect() as connection:
                connection.execute(select(1))
        except SQLAlchemyError:
            return False
        return True

    def truncate_journal(self) -> None:
        """Leaves nothing of what was deleted in SQLite's journal; PostgreSQL sees to its own."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection, suppress(OperationalError):
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # in no transaction

    def close(self) -> None:
        """Closes its connections."""
        self._engine.dispose()


def open_database(url: str | None, path: Path) -> Database:
    """The PostgreSQL database at `url`, or where there is none the SQLite file at `path`; made or migrated as needed.

    A damaged file is put aside under another name, with a line in the log, and an empty one takes its place: citizens
    are answered all the same.

    Raises:
        SettingsError: the URL is none, or not of PostgreSQL.
        HomeError: it cannot be opened, or a newer chidao has changed it.
    """
    try:
        if url:
            return _migrated(create_engine(_address(url), pool_pre_ping=True, pool_size=20, max_overflow=20))
        return _open_file(path)
    except (OSError, SQLAlchemyError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__  # its text may hold the password
        where = "CHIDAO_DATABASE__URL" if url else path.name
        raise HomeError(
            f"không mở được cơ sở dữ liệu trạng thái ({where}: {reason}); kiểm tra máy chủ hoặc quyền ghi",
            f"cannot open the state database ({where}: {reason}); check the server or the right to write",
        ) from None


def _address(url: str) -> URL:
    address = address_of(url, "CHIDAO_DATABASE__URL")
    return address.update_query_dict({"connect_timeout": str(round(_WAIT)), **dict(address.query)})


def _open_file(path: Path) -> Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # what SQLite says of it is clearer
        path.touch(mode=0o600)
    try:
        return _migrated(_file_engine(path))
    except DatabaseError as error:
        if type(error.orig) is not sqlite3.DatabaseError:  # a subclass: the disk, not the file
            raise
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    _log.error("%s was damaged: put aside as %s, and an empty one takes its place", path.name, aside.name)
    path.touch(mode=0o600)
    return _migrated(_file_engine(path))


def _file_engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": _WAIT}, pool_size=20)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not where the driver thinks fit
        use_wal(connection, _WAIT)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes then would be refused at once where another wrote in between.
        connection.exec_driver_sql(
            "BEGIN" if connection.get_execution_options().get(_ONLY_READS) else "BEGIN IMMEDIATE"
        )

    return engine


def _migrated(engine: Engine) -> Database:
    """Brings the tables up to date; several processes that start together do it one after another."""
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(20190705)"))  # until the end of the transaction
                # A role called chidao would put new tables into the schema of that name, which is the index's.
                if connection.scalar(text("SELECT current_schema()")) == "chidao":
                    connection.execute(text("SET LOCAL search_path TO public"))
            if _version(connection) != VERSION:
                _migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  a fifth of a second that only a change of the tables need pay
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "bot.state:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise HomeError(
            f"cơ sở dữ liệu trạng thái thuộc phiên bản chidao khác ({_version(connection)}); hãy nâng cấp chidao",
            f"the state database is of another version of chidao ({_version(connection)}); upgrade chidao",
        ) from error
