"""Vectors enough for large indexes: some really encoded, the others mixed of them. Used by cost.py and vectors.py.

A mixed vector is a random mean of a real one, one of its ten nearest and one of that one's ten nearest, plus a half to
the whole of the difference of two other neighbours, as a unit vector: it lies where real ones lie, and differs from
them as they do from each other. (Real ones with such a difference alone are a star around each; no graph holds that.)
"""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from retrieval.encoder import DEFAULT_MODEL, make_encoder
from retrieval.hits import Vectors

_NEAR = 10
_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Passages and questions, encoded; the questions are titles of some of their articles."""

    passages: Vectors
    questions: Vectors
    texts: list[str]


def encoded_sample(source: Path, passages: int, questions: int) -> Sample:
    """One passage each of so many articles drawn by chance, and the titles of the first of them."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    chance = random.Random(1)
    drawn = chance.sample(articles, passages)
    texts = [f"{each['title']}\n{chance.choice(each['passages'])}" for each in drawn]
    titles = list(dict.fromkeys(each["title"] for each in drawn))[:questions]
    encoder = make_encoder(str(DEFAULT_MODEL), {})
    return Sample(encoder.encode(texts, "document"), encoder.encode(titles, "query"), titles)


def mixed(real: Vectors, rows: Vectors) -> None:
    """Fills `rows` with mixed vectors."""
    chance = np.random.default_rng(0)
    near = faiss.knn(real, real, _NEAR + 1, metric=faiss.METRIC_INNER_PRODUCT)[1][:, 1:]

    def neighbours(of: np.ndarray) -> np.ndarray:
        return np.asarray(near[of, chance.integers(0, _NEAR, len(of))])

    for at in range(0, len(rows), _BLOCK):
        count = len(rows[at : at + _BLOCK])
        one, apart = chance.integers(0, len(real), (2, count))
        two = neighbours(one)
        weights = chance.dirichlet((1, 1, 1), count).astype(np.float32)[:, :, np.newaxis]
        mean = (weights * np.stack([real[one], real[two], real[neighbours(two)]], axis=1)).sum(axis=1)
        share = chance.uniform(0.5, 1, (count, 1)).astype(np.float32)
        made = mean + share * (real[apart] - real[neighbours(apart)])
        rows[at : at + count] = made / np.linalg.norm(made, axis=1, keepdims=True)
