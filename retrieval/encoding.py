"""Vectors for the passages of a candidate: taken over where they are known, encoded where they are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus.snapshot import Snapshot, indexed_text
from retrieval.cache import EncodedCache
from retrieval.encoder import ModelIdentity
from retrieval.hits import Encoder
from retrieval.serving import Generation
from retrieval.vectors import VectorDraft

ENCODE_BLOCK = 128  # passages between two progress reports, and the most that a kill can cost
_READ = 1024  # vectors read from the cache at once
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Coder:
    """The encoder, which one it is, and whom to tell how far encoding and indexing got (passages done, in all)."""

    encoder: Encoder
    identity: ModelIdentity
    progress: Progress = lambda _done, _total: None
    indexing: Progress = lambda _done, _total: None


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
    """
    plan = _plan(snapshot, source.snapshot.keys() if source else {})
    held = cache.keys()
    missing = [key for key in plan.places if key not in held]
    missing.sort(key=plan.lengths.__getitem__)  # like lengths together: little padding
    coder.progress(0, len(missing))
    for at in range(0, len(missing), ENCODE_BLOCK):
        block = missing[at : at + ENCODE_BLOCK]
        rows = [plan.places[key][0] for key in block]
        passages = snapshot.passages(rows)
        texts = [indexed_text(passages[row]) for row in rows]
        cache.put(zip(block, coder.encoder.encode(texts, "document"), strict=True))
        coder.progress(at + len(block), len(missing))
    draft = VectorDraft(plan.count, _dimension(plan, source, cache, coder))
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


def _dimension(plan: _Plan, source: Generation | None, cache: EncodedCache, coder: Coder) -> int:
    if source:
        return source.manifest.dimension
    for vector in cache.get([*plan.places][:1]).values():
        return len(vector)
    return int(coder.encoder.encode([""], "document").shape[1])


def _take_over(draft: VectorDraft, source: Generation, plan: _Plan) -> None:
    for at in range(0, len(plan.known), _READ):
        block = slice(at, at + _READ)
        draft.rows[plan.taken[block]] = source.vectors.vectors_at(plan.known[block])


def _fill(draft: VectorDraft, places: Mapping[bytes, list[int]], cache: EncodedCache) -> None:
    keys = [*places]
    for at in range(0, len(keys), _READ):
        for key, vector in cache.get(keys[at : at + _READ]).items():
            draft.rows[places[key]] = vector
