"""Vectors for the passages of a candidate: taken over where they are known, encoded where they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field
from math import ceil

from corpus.snapshot import Snapshot, indexed_text
from retrieval.cache import EncodedCache
from retrieval.encoder import ModelIdentity, check_dimension
from retrieval.hits import Encoder
from retrieval.serving import Generation
from retrieval.vectors import VectorDraft
from retrieval.workers import ONE, Crew, encode_blocks

ENCODE_BLOCK = 128  # passages between two progress reports, and the most that a kill can cost each worker
_ANY = "văn bản"  # some text, to see the dimension where there is no passage
_READ = 1024  # vectors read from the cache at once
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Coder:
    """The encoder, which one it is, and whom to tell how far encoding and indexing got (passages done, in all).

    `crew` encodes what is missing; questions are the encoder's own.
    """

    encoder: Encoder
    identity: ModelIdentity
    progress: Progress = lambda _done, _total: None
    indexing: Progress = lambda _done, _total: None
    crew: Crew = ONE


@dataclass(slots=True)
class _Plan:
    """Where the vector of each row comes from.

    Row `known[i]` of the source becomes row `taken[i]`. For keys that the source has not, `places` has the rows where
    they stand, since equal passages are encoded once, and `lengths` the passage's length.
    """

    count: int = 0
    known: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    places: dict[bytes, list[int]] = field(default_factory=dict)
    lengths: dict[bytes, int] = field(default_factory=dict)


def make_vectors(
    snapshot: Snapshot, source: Generation | None, cache: EncodedCache, coder: Coder
) -> tuple[VectorDraft, int]:
    """Vectors at the rows of their passages, and how many were encoded.

    They come from `source` and `cache` where those have them. New ones go to the cache at once and are read from there
    in the end, so that only the draft holds them all.

    Raises:
        ModelError: the encoder or one of its workers fails, or is another model than that of `source`; what was encoded
            until then is in the cache.
    """
    plan = _plan(snapshot, source.snapshot.keys() if source else {})
    held = cache.keys()
    missing = [key for key in plan.places if key not in held]
    missing.sort(key=plan.lengths.__getitem__)  # like lengths together: little padding
    done = 0
    coder.progress(done, len(missing))
    dimension = source.manifest.dimension if source else _cached_dimension(held & plan.places.keys(), cache)
    crew = coder.crew.at_most(ceil(len(missing) / ENCODE_BLOCK))
    with closing(encode_blocks(coder.encoder, crew, _blocks(missing, plan, snapshot))) as encoded:
        for block, vectors in encoded:
            dimension = dimension or vectors.shape[1]
            check_dimension(vectors, dimension)
            cache.put(zip(block, vectors, strict=True))
            done += len(block)
            coder.progress(done, len(missing))
    draft = VectorDraft(plan.count, dimension or coder.encoder.encode([_ANY], "document").shape[1])
    if source:
        _take_over(draft, source, plan)
    _fill(draft, plan.places, cache)
    return draft, len(missing)


def _plan(snapshot: Snapshot, known: Mapping[bytes, int]) -> _Plan:
    plan = _Plan()
    for row, (key, length) in enumerate(snapshot.lengths()):
        plan.count = row + 1
        if key in known:
            plan.known.append(known[key])
            plan.taken.append(row)
        else:
            plan.places.setdefault(key, []).append(row)
            plan.lengths[key] = length
    return plan


def _blocks(missing: Sequence[bytes], plan: _Plan, snapshot: Snapshot) -> Iterator[tuple[Sequence[bytes], list[str]]]:
    """The keys of a block and what is encoded for them; read when asked for, so that only a few are held at a time."""
    for at in range(0, len(missing), ENCODE_BLOCK):
        block = missing[at : at + ENCODE_BLOCK]
        rows = [plan.places[key][0] for key in block]
        passages = snapshot.passages(rows)
        yield block, [indexed_text(passages[row]) for row in rows]


def _cached_dimension(keys: Set[bytes], cache: EncodedCache) -> int | None:
    """That of the vectors which are there already; None where there are none."""
    return next((len(vector) for vector in cache.get([*keys][:1]).values()), None)


def _take_over(draft: VectorDraft, source: Generation, plan: _Plan) -> None:
    for at in range(0, len(plan.known), _READ):
        block = slice(at, at + _READ)
        draft.rows[plan.taken[block]] = source.vectors.vectors_at(plan.known[block])


def _fill(draft: VectorDraft, places: Mapping[bytes, list[int]], cache: EncodedCache) -> None:
    keys = [*places]
    for at in range(0, len(keys), _READ):
        for key, vector in cache.get(keys[at : at + _READ]).items():
            draft.rows[places[key]] = vector
