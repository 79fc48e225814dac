"""Reload: from the stored articles to a new generation. Only passages that are new to the encoder are encoded."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from config.errors import HomeError, InputError
from corpus.chunk import split
from corpus.generation import Home, Manifest
from corpus.models import Article, Passage
from corpus.snapshot import indexed_text, passage_key, write_snapshot
from corpus.store import ArticleStore
from retrieval.encoder import ModelIdentity
from retrieval.hits import Encoder, Vectors
from retrieval.lexical import write_lexical
from retrieval.serving import SNAPSHOT, Generation, open_live
from retrieval.vectors import write_vectors

RECIPE = 1  # add one when chunking, context or terms change: then unchanged articles need a new generation too
ENCODE_BLOCK = 128  # passages between two progress reports
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a reload did. `added` and `removed` are (article id, title) against the generation before."""

    generation: str
    new: bool
    articles: int
    passages: int
    encoded: int
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    seconds: float


def reload(home: Home, encoder: Encoder, identity: ModelIdentity, progress: Progress) -> ReloadReport:
    """Builds a generation of everything stored and makes it current; the old one serves until then.

    Raises:
        InputError: no article is stored.
        HomeError: another reload is running, or the home cannot be written.
    """
    began = time.perf_counter()
    with home.writer():
        with ArticleStore(home.store) as store:
            articles = list(store.all())
        if not articles:
            raise InputError(
                "kho chưa có bài nào; thêm bài trước: chidao add THƯ_MỤC",
                "no article is stored; add some first: chidao add FOLDER",
            )
        live = _live(home)
        try:
            return _build(home, articles, live, _Coder(encoder, identity, progress), began)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise HomeError(
                f"không ghi được bản nạp mới ({reason}); bản cũ vẫn dùng được; xem dung lượng đĩa và quyền ghi",
                f"cannot write the new generation ({reason}); the old one still serves; check disk and rights",
            ) from error
        finally:
            if live:
                live.close()


def _live(home: Home) -> Generation | None:
    """What is served now; None when nothing is, or nothing undamaged."""
    try:
        return open_live(home)
    except HomeError:
        return None


@dataclass(frozen=True, slots=True)
class _Coder:
    """The encoder, which one it is, and whom to tell how far it got."""

    encoder: Encoder
    identity: ModelIdentity
    progress: Progress


def _build(home: Home, articles: list[Article], live: Generation | None, coder: _Coder, began: float) -> ReloadReport:
    before = live.snapshot.titles() if live else {}
    now = {article.id: article.title for article in articles}
    source = live if live and live.manifest.fingerprint == coder.identity.fingerprint else None
    passages = [passage for article in articles for passage in split(article)]
    encoded = 0
    unchanged = before.keys() == now.keys()
    if source and unchanged and source.manifest.recipe == RECIPE and source.name == home.current():
        name, new = source.name, False
    else:
        with home.candidate() as folder:
            vectors, encoded = _vectors(passages, source, coder)
            _write(folder, articles, passages, vectors)
            name, new = home.publish(folder, _manifest(coder.identity, articles, passages, vectors)), True
    return ReloadReport(
        generation=name,
        new=new,
        articles=len(articles),
        passages=len(passages),
        encoded=encoded,
        added=tuple((i, t) for i, t in now.items() if i not in before),
        removed=tuple((i, t) for i, t in before.items() if i not in now),
        seconds=time.perf_counter() - began,
    )


def _write(folder: Path, articles: list[Article], passages: list[Passage], vectors: Vectors) -> None:
    write_snapshot(folder / SNAPSHOT, articles, passages)
    write_lexical(folder, map(indexed_text, passages))
    write_vectors(folder, vectors)


def _manifest(identity: ModelIdentity, articles: list[Article], passages: list[Passage], vectors: Vectors) -> Manifest:
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        recipe=RECIPE,
        model=identity.name,
        fingerprint=identity.fingerprint,
        dimension=vectors.shape[1],
        articles=len(articles),
        passages=len(passages),
    )


def _vectors(passages: list[Passage], source: Generation | None, coder: _Coder) -> tuple[Vectors, int]:
    """Vectors of all passages, taken from the `source` generation where it has them; and how many were encoded."""
    known = source.snapshot.keys() if source else {}
    places: dict[bytes, list[int]] = {}  # equal passages are encoded once
    for i, passage in enumerate(passages):
        places.setdefault(passage_key(passage), []).append(i)
    vectors: dict[bytes, Vectors] = {}
    if source:
        vectors = {key: source.vectors.vector(known[key]) for key in places.keys() & known.keys()}
    missing = [key for key in places if key not in vectors]
    missing.sort(key=lambda key: len(passages[places[key][0]].text))  # like lengths together: little padding
    coder.progress(0, len(missing))
    for at in range(0, len(missing), ENCODE_BLOCK):
        block = missing[at : at + ENCODE_BLOCK]
        texts = [indexed_text(passages[places[key][0]]) for key in block]
        vectors.update(zip(block, coder.encoder.encode(texts, "document"), strict=True))
        coder.progress(at + len(block), len(missing))
    rows = {i: vectors[key] for key, where in places.items() for i in where}
    return np.stack([rows[i] for i in range(len(passages))]).astype(np.float32), len(missing)
