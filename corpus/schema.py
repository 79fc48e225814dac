"""The tables of `articles.sqlite`, and how an older file becomes one of today."""

import sqlite3

SCHEMA_VERSION = 2

ARTICLE_TABLE = """
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, published TEXT, source TEXT NOT NULL,
        text TEXT NOT NULL, digest TEXT NOT NULL, issuer TEXT, attachments TEXT NOT NULL DEFAULT '[]'
    )"""
_TABLES = (
    ARTICLE_TABLE,
    "CREATE TABLE added (article_id TEXT PRIMARY KEY REFERENCES articles(id), moment TEXT NOT NULL)",
)
_TABLES_SINCE_2 = (
    # Every place, a URL or a file's path, at which an article was met.
    "CREATE TABLE origins (article_id TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (article_id, origin))",
    "CREATE INDEX origins_by_place ON origins (origin)",
    # A superseded article, and the one that is current in its place.
    "CREATE TABLE versions (article_id TEXT PRIMARY KEY REFERENCES articles(id), current_id TEXT NOT NULL)",
    "CREATE TABLE signatures (article_id TEXT PRIMARY KEY REFERENCES articles(id), signature BLOB NOT NULL)",
    "CREATE TABLE bands (band INTEGER, article_id TEXT, PRIMARY KEY (band, article_id)) WITHOUT ROWID",
    # What was taken back: ids and digests of origins, never words.
    "CREATE TABLE removed (name TEXT PRIMARY KEY, moment TEXT NOT NULL)",
)
_COLUMNS_SINCE_2 = (
    "ALTER TABLE articles ADD COLUMN issuer TEXT",
    "ALTER TABLE articles ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]'",
)


def version_of(db: sqlite3.Connection) -> int:
    """The schema's version; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Makes the missing tables. Call within a transaction."""
    version = version_of(db)  # another process may have made them between the look and the lock
    if version == SCHEMA_VERSION:
        return
    steps = _TABLES if version == 0 else _COLUMNS_SINCE_2
    for statement in (*steps, *_TABLES_SINCE_2, f"PRAGMA user_version = {SCHEMA_VERSION}"):
        db.execute(statement)
