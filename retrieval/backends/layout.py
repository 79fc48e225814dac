"""How generations lie on a server: each in a schema of its own, and one row that says which is served.

    chidao.generations      a generation's manifest and what its gate reported
    chidao.served           its name, and who may write; the one row is the alias that a reload and a rollback turn
    chidao_000007_1f0c9a3e  articles, passages, mentions, read: as in the files of the home, in the same columns
        terms               of each term of the corpus its number, and in how many passages it stands
        lexical             of each passage its terms, and their weights (terms.py)
        vectors             of each passage its vector

A name is not enough to tell generations apart: after another home took over, in another layout or spread otherwise, one
of the same name is another. It lies beside the former until it is served: no reader finds a schema changed.

The last two tables grow large and are searched. They may be spread over several servers by the hash of the row: then
they are partitions that lie elsewhere (postgres_fdw), asked in the same words. Each server searches its own share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import URL

from retrieval.backends.server import CONNECT_SECONDS, SEARCH_OPTIONS, libpq_words, options_text

LAYOUT = 1  # add one when what lies on a server changes so that an older chidao cannot read it
FLAT_UP_TO = 10_000  # vectors that are searched one by one; beyond, a graph
# With 16 and 100 a graph of 100,000 is built in 63 s instead of 162 and finds 0.98 of the nearest 50 instead of 0.997.
_GRAPH = "(m = 24, ef_construction = 200)"
_ACCOUNT = ("user", "password")
_TEXT = 'TEXT COLLATE "C"'  # in the order of code points, as SQLite has it
CATALOGUE = (
    "CREATE SCHEMA IF NOT EXISTS chidao",
    f"""CREATE TABLE IF NOT EXISTS chidao.generations (
        schema {_TEXT} PRIMARY KEY, name {_TEXT} NOT NULL, layout integer NOT NULL, writer text NOT NULL,
        manifest text NOT NULL, gate text)""",
    f"""CREATE TABLE IF NOT EXISTS chidao.served (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), schema {_TEXT} REFERENCES chidao.generations, writer text)""",
    "INSERT INTO chidao.served (one) VALUES (true) ON CONFLICT DO NOTHING",
)
_ARTICLES = (
    f"id {_TEXT}, title text, published text, source text, text text, digest text, issuer text, attachments text, "
    "rowid bigint"
)
_PASSAGES = f'"row" bigint, article_id {_TEXT}, start integer, "end" integer, context text, key bytea'
_MENTIONS = (
    f'article_id {_TEXT}, start integer, "end" integer, quote_start integer, quote_end integer, key {_TEXT},'
    f" serial {_TEXT}, kind {_TEXT}, number {_TEXT}, name text, year integer, date text, date_text text,"
    f" issuer {_TEXT}, relation text, actor {_TEXT}, subject text, own smallint"
)
COPIED = {  # tables that are as in the home's files: their columns here, and their keys
    "articles": (_ARTICLES, ("id", "rowid")),
    "passages": (_PASSAGES, ('"row"', "article_id, start")),
    "mentions": (_MENTIONS, ("article_id, start, own", "key, article_id, start, own", "serial", "actor")),
    "read": (f"id {_TEXT}", ("id",)),
}
_TERMS = f"term {_TEXT}, number integer, passages integer"
_SEARCHED = {
    "lexical": '"row" bigint, terms integer[], weights sparsevec',
    "vectors": '"row" bigint, embedding vector({dimension})',
}


def schema_of(name: str, manifest: str, shards: Sequence[URL]) -> str:
    """The schema of a generation with this manifest, spread over these servers."""
    return f"chidao_{name}_{_digest(LAYOUT, manifest, *map(server_of, shards))}"


def server_of(shard: URL) -> str:
    """The name of another server: it stays the same whatever its place among the others is."""
    return f"chidao_shard_{_digest(*sorted(_told(shard).items()))}"


def _told(shard: URL) -> dict[str, str]:
    """What a server is told of another one but for the account."""
    given = {name: value for name, value in libpq_words(shard).items() if name not in _ACCOUNT}
    return {"host": "localhost", "port": "5432", "dbname": "", **given}


def _digest(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


def make_tables(schema: str, dimension: int, shards: Sequence[str]) -> Iterator[str]:
    """Statements that make the empty tables of a generation; `shards` are names of foreign servers, or none."""
    yield f"CREATE SCHEMA {schema}"
    for table, (columns, _) in COPIED.items():
        yield f"CREATE TABLE {schema}.{table} ({columns})"
    yield f"CREATE TABLE {schema}.terms ({_TERMS})"
    if not shards:
        yield from make_searched(schema, dimension)
        return
    for table, columns in _SEARCHED.items():
        typed = columns.format(dimension=dimension)
        yield f'CREATE TABLE {schema}.{table} ({typed}) PARTITION BY HASH ("row")'
        for place, server in enumerate(shards):
            yield (
                f"CREATE FOREIGN TABLE {schema}.{table}_{place} PARTITION OF {schema}.{table}"
                f" FOR VALUES WITH (MODULUS {len(shards)}, REMAINDER {place}) SERVER {server}"
                f" OPTIONS (schema_name '{schema}', table_name '{table}')"
            )


def make_searched(schema: str, dimension: int) -> Iterator[str]:
    """Statements that make the tables that are searched, or one server's share of them."""
    for table, columns in _SEARCHED.items():
        yield f"CREATE TABLE {schema}.{table} ({columns.format(dimension=dimension)})"
    # A passage's weights lie in its own row, where a search reads them; of its terms the index alone is read.
    yield f"ALTER TABLE {schema}.lexical SET (toast_tuple_target = 4080)"
    yield f"ALTER TABLE {schema}.lexical ALTER weights SET STORAGE MAIN, ALTER terms SET STORAGE EXTERNAL"
    yield f"ALTER TABLE {schema}.vectors ALTER embedding SET STORAGE PLAIN"


def index_copied(schema: str) -> Iterator[str]:
    """Statements that index the tables of a generation but for those that are searched."""
    for table, (_, keys) in COPIED.items():
        for place, key in enumerate(keys):
            yield f"CREATE {'' if place else 'UNIQUE '}INDEX ON {schema}.{table} ({key})"
    # By its hash: a term may be longer than what a tree takes, where a text has no blanks.
    yield f"CREATE INDEX ON {schema}.terms USING hash (term)"
    for table in (*COPIED, "terms"):
        yield f"ANALYZE {schema}.{table}"


def index_searched(schema: str, count: int) -> Iterator[str]:
    """Statements that index what is searched, or one server's share of it: `count` rows."""
    for table in _SEARCHED:
        yield f'CREATE UNIQUE INDEX ON {schema}.{table} ("row")'
    yield f"CREATE INDEX ON {schema}.lexical USING gin (terms) WITH (fastupdate = off)"
    if count > FLAT_UP_TO:
        yield f"CREATE INDEX ON {schema}.vectors USING hnsw (embedding vector_ip_ops) WITH {_GRAPH}"
    for table in _SEARCHED:
        yield f"ANALYZE {schema}.{table}"


def index_shares(schema: str, shards: int) -> Iterator[str]:
    """Statements that tell a server how many rows of its shares on others a question meets.

    Else it takes them for a few, fetches every passage that a term stands in and puts them in order itself.
    """
    for place in range(shards):
        yield f"ALTER FOREIGN TABLE {schema}.lexical_{place} ALTER terms SET STATISTICS 30"
        yield f'ANALYZE {schema}.lexical_{place} ("row", terms)'
        yield f'ANALYZE {schema}.vectors_{place} ("row")'


def link(shard: URL) -> Iterator[str]:
    """Statements that make another server known under a name, and tell the password of today."""
    # Its rows are fetched a few at a time, best first: so it has to plan for the first of them.
    options = options_text({**SEARCH_OPTIONS, "cursor_tuple_fraction": "0.0001"})
    timed = {"connect_timeout": str(CONNECT_SECONDS), "options": options}
    wanted = {**_told(shard), **timed, "extensions": "vector", "fetch_size": "50", "batch_size": "500"}
    server, words = server_of(shard), libpq_words(shard)
    account = {name: words.get(name, "") for name in _ACCOUNT}
    yield "CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public"
    yield f"CREATE SERVER IF NOT EXISTS {server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({_listed(wanted)})"
    yield f"CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER {server} OPTIONS ({_listed(account)})"
    yield f"ALTER USER MAPPING FOR CURRENT_USER SERVER {server} OPTIONS ({_listed(account, 'SET ')})"


def _listed(options: dict[str, str], verb: str = "") -> str:
    quoted = ((name, value.replace("'", "''")) for name, value in options.items())
    return ", ".join(f"{verb}{name} '{value}'" for name, value in quoted)
