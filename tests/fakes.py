"""Stand-ins for slow parts, for tests only."""

import hashlib
from collections.abc import Sequence

import numpy as np

from retrieval.encoder import ModelIdentity
from retrieval.hits import Role, Vectors
from retrieval.tokens import terms

DIMENSION = 32


class HashEncoder:
    """Unit vectors made of the words of a text: equal words, near vectors. No model, the same on every machine.

    `encoded` lists what was asked for. `salt` makes another model of it.
    """

    def __init__(self, salt: str = "") -> None:
        self.identity = ModelIdentity(f"hash{salt}", f"fingerprint{salt}")
        self.encoded: list[str] = []
        self._salt = salt

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """One unit vector a text, whatever the role."""
        self.encoded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        words = [term.folded for term in terms(text)] or [""]
        total = np.sum([self._direction(word) for word in words], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def _direction(self, word: str) -> Vectors:
        seed = hashlib.sha256(f"{self._salt}\x00{word}".encode()).digest()
        return np.random.default_rng(list(seed)).standard_normal(DIMENSION).astype(np.float32)
