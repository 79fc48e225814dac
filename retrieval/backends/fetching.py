"""From a server to a home: what is served there becomes a generation of the home's own files, with nothing encoded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from corpus.generation import Home
from corpus.register import write_register
from corpus.sealed import SealedFile
from corpus.snapshot import Snapshot, indexed_text, write_snapshot
from corpus.store import ArticleStore
from retrieval.backends.backend import Backend
from retrieval.lexical import write_lexical
from retrieval.serving import GATE_FILE, REGISTER, SNAPSHOT, Generation
from retrieval.vectors import VectorDraft, write_vectors

_BLOCK = 1000  # vectors at a time


def fetch(backend: Backend, home: Home, progress: Callable[[int, int], None] = lambda _done, _total: None) -> str:
    """Makes the home serve what the backend serves; returns the new generation's name.

    The articles go into the home's store too, so that a reload finds nothing to do. `progress` hears of passages.

    Raises:
        HomeError: the backend serves nothing or is not reached, or the home cannot be written.
    """
    with home.writer(), closing(backend.open_live()) as there:
        with ArticleStore(home.store) as store:
            store.add_apart(each for each in there.snapshot.articles() if store.get(each.id) is None)
        with home.candidate() as folder:
            _copy(there, folder, progress)
            return home.publish(folder, there.manifest.model_copy(update={"files": {}, "seal": ""}))


def _copy(there: Generation, folder: Path, progress: Callable[[int, int], None]) -> None:
    cuts = there.snapshot.cuts()
    write_snapshot(folder / SNAPSHOT, there.snapshot.articles(), lambda article: cuts(article.id))
    with closing(Snapshot(SealedFile(folder / SNAPSHOT))) as snapshot:
        write_lexical(folder, map(indexed_text, snapshot.all_passages()))
        write_register(folder / REGISTER, snapshot.articles())
        total = snapshot.passages_count()
    draft = VectorDraft(total, there.manifest.dimension)
    for first in range(0, total, _BLOCK):
        rows = range(first, min(first + _BLOCK, total))
        draft.rows[rows.start : rows.stop] = there.vectors.vectors_at(rows)
        progress(rows.stop, total)
    write_vectors(folder, draft)
    if there.gate_report is not None:
        (folder / GATE_FILE).write_bytes(there.gate_report)
