"""Connections to a PostgreSQL server: pooled, bounded in time, and made anew where the server was gone."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from config.errors import ServerError, SettingsError

CONNECT_SECONDS = 3  # that a server has to take a connection, and a question for one of the pool's
STATEMENT_SECONDS = 10  # that it has for one statement of a question
SILENT_SECONDS = STATEMENT_SECONDS + 1  # after which it is taken for frozen
# A machine that has vanished says nothing more: either end asks after it, lest a question wait or a lock stay.
_WATCHED = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_WATCHING = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
_PGVECTOR = (0, 8)  # the first that scans a graph on until enough is found
_POOL, _OVERFLOW = 4, 12  # connections that stay open, and more at a rush
T = TypeVar("T")
# Every question is planned for its own values: what is few and what is many is the whole difference. Compiling and
# helpers cost more than they save where a statement takes milliseconds.
SEARCH_OPTIONS = {
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "hnsw.ef_search": "300",
    "hnsw.iterative_scan": "strict_order",
}


def address_of(url: str, name: str) -> URL:
    """The address in a setting of that name.

    Raises:
        SettingsError: it is none of PostgreSQL. Never shows it, since it holds a password.
    """
    wanted = "postgresql://NAME:PASSWORD@HOST/DATABASE"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.get_backend_name() not in {"postgresql", "postgres"}:
        raise SettingsError(f"{name} phải có dạng {wanted}", f"{name} has to be of the form {wanted}")
    return address.set(drivername="postgresql+psycopg")


def libpq_words(address: URL) -> dict[str, str]:
    """What libpq is told of a server: where it is, who asks, and whatever else stands in the address."""
    _, words = address.get_dialect()().create_connect_args(address)
    return {name: str(value) for name, value in words.items() if isinstance(value, str | int)}


class ServerTables:
    """The tables of one schema on a server (`corpus.sealed.Tables`). Safe to share between threads."""

    def __init__(self, address: URL, schema: str) -> None:
        self._engine = _engine(address, {"search_path": f"{schema},public", **SEARCH_OPTIONS})
        self._close = weakref.finalize(self, self._engine.dispose)  # at the latest when nobody holds it any more

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Every row that a question to the tables gives; asked a second time where the connection was found broken.

        Raises:
            ServerError: the server is not reached, does not answer in time, or does not hold the tables any more.
        """
        try:
            return self._ask(sql, values)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise server_error(error) from None
        except SQLAlchemyError as error:
            raise server_error(error) from None
        try:  # a server that was started again: the pool has thrown away what was broken
            return self._ask(sql, values)
        except SQLAlchemyError as error:
            raise server_error(error) from None

    def _ask(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql.replace("?", "%s"), values)]

    def close(self) -> None:
        """Closes the connections."""
        self._close()


def _engine(address: URL, options: dict[str, str]) -> Engine:
    given: dict[str, Any] = {
        **libpq_words(address),
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": 1000 * STATEMENT_SECONDS,
        **_WATCHED,
    }
    engine = create_engine(
        address,
        creator=lambda: _Impatient.connect(**given),
        isolation_level="AUTOCOMMIT",
        pool_size=_POOL,
        max_overflow=_OVERFLOW,
        pool_timeout=CONNECT_SECONDS,
    )
    timed = {"statement_timeout": f"{STATEMENT_SECONDS}s", **options}
    told = f"SELECT {', '.join(['set_config(%s, %s, false)'] * len(timed))}"
    values = [word for option in timed.items() for word in option]

    @event.listens_for(engine, "connect")
    def _set_up(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.execute(told.encode(), values)  # pgbouncer refuses them where a connection begins with them
        connection.commit()

    return engine


class _Impatient(psycopg.Connection[tuple[Any, ...]]):
    """Does not wait for a server that is frozen, or whose disk is: it cannot keep to its own limits then."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        return super().wait(self._until(time.monotonic() + SILENT_SECONDS, gen), *args, **kwargs)

    def _until(self, deadline: float, gen: PQGen[T]) -> PQGen[T]:
        ready = None
        while True:
            try:
                wanted = gen.send(ready) if ready is not None else next(gen)
            except StopIteration as done:
                answer: T = done.value
                return answer
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                self.pgconn.finish()
                raise psycopg.OperationalError("silent")


def reach(address: URL) -> str:
    """The versions of a server and of its pgvector.

    Raises:
        ServerError: the server is not reached.
        SettingsError: it has no pgvector that could be used, or does not keep its texts in UTF-8.
    """
    with connected(address) as connection:
        asked = """
            SELECT current_setting('server_encoding'), current_setting('server_version'),
                coalesce(installed_version, default_version),
                (SELECT extnamespace <> 'public'::regnamespace FROM pg_extension WHERE extname = name)
            FROM (VALUES (1)) AS one LEFT JOIN pg_available_extensions ON name = 'vector'"""
        encoding, version, pgvector, elsewhere = connection.execute(asked).fetchall()[0]
    if encoding != "UTF8":  # elsewhere a text has other letters, or their places are counted in bytes
        raise SettingsError(
            f"cơ sở dữ liệu của chỉ mục dùng mã {encoding}; tạo lại với ENCODING 'UTF8'",
            f"the database of the index is encoded in {encoding}; make it anew with ENCODING 'UTF8'",
        )
    if pgvector is None or tuple(map(int, pgvector.split(".")[:2])) < _PGVECTOR:
        wanted = ".".join(map(str, _PGVECTOR))
        raise SettingsError(
            f"máy chủ chỉ mục chưa cài pgvector (từ {wanted}); cài gói postgresql-…-pgvector, hoặc dùng ảnh "
            "pgvector/pgvector; bản cũ thì chạy thêm ALTER EXTENSION vector UPDATE",
            f"the index server has no pgvector (from {wanted}); install the package postgresql-…-pgvector, or use the "
            "image pgvector/pgvector; where an older one was in use, run ALTER EXTENSION vector UPDATE as well",
        )
    if elsewhere:
        raise SettingsError(
            "pgvector phải ở lược đồ public; chạy ALTER EXTENSION vector SET SCHEMA public",
            "pgvector has to be in the schema public; run ALTER EXTENSION vector SET SCHEMA public",
        )
    return f"PostgreSQL {version}, pgvector {pgvector}"


def options_text(options: dict[str, str]) -> str:
    """Run-time parameters as a connection takes them."""
    return " ".join(f"-c {name}={value}" for name, value in options.items())


@contextmanager
def connected(address: URL) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection of its own to write with, every statement committed by itself.

    Raises:
        ServerError: the server is not reached, or refuses a statement of the block.
    """
    try:
        options = options_text({"search_path": "public", "statement_timeout": "0", **_WATCHING})
        given: dict[str, Any] = {
            **libpq_words(address),
            "connect_timeout": CONNECT_SECONDS,
            "options": options,
            **_WATCHED,
        }
        with psycopg.connect(**given, autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise server_error(error) from None


def server_error(error: Exception) -> ServerError:
    """What is said of an error; its own text may hold a password, or words of a question."""
    reason = type(getattr(error, "orig", None) or error).__name__
    return ServerError(
        f"máy chủ chỉ mục không trả lời được ({reason}); xem máy chủ và CHIDAO_INDEX__URL, hoặc chạy chidao doctor",
        f"the index server cannot answer ({reason}); see the server and CHIDAO_INDEX__URL, or run chidao doctor",
    )
