"""Two models of one shape made one by averaging their weights: what each forgot the other still knows.

Wortsman and others, Robust fine-tuning of zero-shot models, CVPR 2022 (arXiv 2109.01903).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

WEIGHTS = "model.safetensors"


def mix(one: Path, other: Path, share: float, out: Path) -> Path:
    """Writes to `out` the model of folder `other` with `share` of its weights and the rest of `one`'s; returns it."""
    if out.exists():
        shutil.rmtree(out)
    shutil.copytree(other, out)
    first, second = load_file(one / WEIGHTS), load_file(other / WEIGHTS)
    mixed = {name: _average(first[name], weights, share) for name, weights in second.items()}
    save_file(mixed, out / WEIGHTS, metadata={"format": "pt"})
    return out


def _average(one: NDArray[Any], other: NDArray[Any], share: float) -> NDArray[np.float32]:
    return ((1 - share) * one.astype(np.float32) + share * other.astype(np.float32)).astype(np.float32)
