"""Proof of removal: that nothing of the articles taken back is left where answers come from."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.errors import DamagedError, HomeError
from corpus.generation import Home
from corpus.sealed import SealedFile
from corpus.snapshot import Snapshot
from retrieval.cache import cached_keys
from retrieval.serving import SNAPSHOT, Generation


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of thing that was looked through: how many there are, and how many belong to a removed article."""

    what: str
    looked_at: int
    found: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What is left of the removed `articles` in the generation served, and which older generations still hold them.

    `unread` are generations whose articles cannot be read, so that they may hold them too.
    """

    articles: tuple[str, ...]
    generation: str
    checks: tuple[Check, ...]
    held_by: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is left in the generation served."""
        return not any(check.found for check in self.checks)


def prove(home: Home, live: Generation, removed: Collection[str]) -> Proof:
    """Looks through the generation served for anything of the `removed` articles, and names the older ones.

    Raises:
        OSError, sqlite3.Error, DamagedError: a file cannot be read.
    """
    others = [name for name in home.names() if name != live.name]
    holding = {name: _holds(home.folder(name) / SNAPSHOT, removed) for name in others}
    return Proof(
        articles=tuple(sorted(removed)),
        generation=live.name,
        checks=_checks(home, live, removed),
        held_by=tuple(name for name, holds in holding.items() if holds),
        unread=(*(name for name, holds in holding.items() if holds is None), *home.set_aside()),
    )


def purge(home: Home, live: Generation, removed: Collection[str]) -> tuple[str, ...]:
    """Deletes the generations, served no more, that hold any of the `removed` articles or cannot be read.

    Returns their names. Call under the home's `writer`.

    Raises:
        HomeError: the generation served itself still holds one; reload first.
    """
    if not removed:
        return ()
    proof = prove(home, live, removed)
    if not proof.clean:
        raise HomeError(
            f"bản đang dùng {live.name} vẫn còn bài đã gỡ; chạy chidao reload trước, rồi chidao purge",
            f"the generation in use {live.name} still holds removed articles; run chidao reload, then chidao purge",
        )
    doomed = (*proof.held_by, *proof.unread)
    home.delete([name for name in doomed if name in home.names()])
    home.delete_set_aside()
    return doomed


def _checks(home: Home, live: Generation, removed: Collection[str]) -> tuple[Check, ...]:
    """Vectors and terms lie at the rows of passages, so any beyond the passages belong to none."""
    articles = live.snapshot.titles()
    passages = live.snapshot.passages_count()
    keys = live.snapshot.keys()
    cached = cached_keys(home.encoded)
    left = [article for each in removed if (article := live.snapshot.article(each))]
    files = [path for path in home.folder(live.name).rglob("*") if path.is_file()]
    return (
        Check("articles", len(articles), len(left)),
        Check("passages", passages, held := live.snapshot.passages_of(removed)),
        Check("vectors", live.vectors.count, held + live.vectors.count - passages),
        Check("lexical entries", live.lexical.count, held + live.lexical.count - passages),
        Check("references", live.register.count(), live.register.count(removed)),
        Check("cache entries", len(cached), sum(key not in keys for key in cached)),
        Check("files naming its id", len(files), sum(_names_any(path, removed) for path in files)),
    )


def _names_any(path: Path, removed: Collection[str]) -> bool:
    data = path.read_bytes()
    return any(each.encode() in data for each in removed)


def _holds(snapshot: Path, removed: Collection[str]) -> bool | None:
    """Whether a generation holds any of the articles; None if that cannot be read."""
    try:
        with closing(Snapshot(SealedFile(snapshot))) as opened:
            return not opened.titles().keys().isdisjoint(removed)
    except (sqlite3.Error, DamagedError):
        return None
