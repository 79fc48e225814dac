"""Rows to choose among, as a condition on a server's tables."""

from __future__ import annotations

import numpy as np

from retrieval.hits import Rows

LISTED = 50_000  # rows up to which each is looked up; more are told as runs, and every row met is held against them


def among(within: Rows) -> tuple[str, object]:
    """The condition that a row is one of `within`, which are in order and not none, and the value in it."""
    if len(within) <= LISTED:
        return '"row" = ANY(?::bigint[])', within.tolist()
    breaks = np.flatnonzero(np.diff(within) != 1)
    runs = zip(within[[0, *breaks + 1]].tolist(), within[[*breaks, -1]].tolist(), strict=True)
    return '"row" <@ ?::int8multirange', f"{{{','.join(f'[{first},{last}]' for first, last in runs)}}}"
