"""Hits that adjoin in their article, made one: what answers often lies across the cut between two passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce

from corpus.models import Article
from retrieval.hits import Hit


def merge_neighbours(hits: Sequence[Hit], articles: Mapping[str, Article]) -> list[Hit]:
    """The hits, best first; those whose passages adjoin under the same heading are merged into the best of them.

    A merged hit has the rank and scores of its best one, and a passage from where the first begins to where the last
    ends. `articles` holds those of all hits, by id.
    """
    merged: list[Hit] = []
    for hit in hits:
        text = articles[hit.passage.article_id].text
        near = [each for each in merged if _adjoin(text, each, hit)]  # one on each side at most
        if not near:
            merged.append(hit)
            continue
        whole = reduce(partial(_joined, text), [*near, hit])
        merged = [whole if each is near[0] else each for each in merged if each not in near[1:]]
    return merged


def _adjoin(text: str, one: Hit, other: Hit) -> bool:
    first, second = sorted((one.passage, other.passage), key=lambda passage: passage.start)
    return (
        first.article_id == second.article_id
        and first.context == second.context
        and first.end <= second.start
        and not text[first.end : second.start].strip()
    )


def _joined(text: str, best: Hit, other: Hit) -> Hit:
    """Both as one, with the rank and scores of the first."""
    start = min(best.passage.start, other.passage.start)
    end = max(best.passage.end, other.passage.end)
    return replace(best, passage=replace(best.passage, start=start, end=end, text=text[start:end]))
