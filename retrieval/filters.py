"""Which passages a question may be answered from: articles of a time, or about directives of a kind or of a body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from corpus.directives import same_body
from corpus.references.view import fold
from corpus.register import Register
from corpus.snapshot import Snapshot
from retrieval.hits import Rows


@dataclass(frozen=True, slots=True)
class Filter:
    """What an article must meet, all of it; None asks nothing.

    It was published from `published_from` to `published_to`, both days included, as its page tells the day; one without
    a day is in no time. It is, or names, a directive of this `kind` (`Quyết định`) by this `issuer`: one directive must
    be both. Marks and capitals do not count; issuers agree as in the register ("UBND tỉnh" may be any province's).
    """

    published_from: date | None = None
    published_to: date | None = None
    kind: str | None = None
    issuer: str | None = None


def rows_within(wanted: Filter, snapshot: Snapshot, register: Register) -> Rows:
    """The rows of all passages of the articles that meet a filter, in order."""
    naming = _naming(wanted, register)
    first = wanted.published_from.isoformat() if wanted.published_from else ""
    last = wanted.published_to.isoformat() if wanted.published_to else "9999-12-31"
    timed = wanted.published_from is not None or wanted.published_to is not None
    spans = (
        np.arange(each.first, each.last + 1)
        for each in snapshot.spans
        if (naming is None or each.article_id in naming)
        and (not timed or (each.published is not None and first <= each.published <= last))
    )
    return _joined(spans)


def _joined(spans: Iterable[Rows]) -> Rows:
    return np.concatenate([np.empty(0, np.int64), *spans])


def _naming(wanted: Filter, register: Register) -> frozenset[str] | None:
    """Ids of the articles with a directive of that kind and issuer; None where neither is asked for."""
    if wanted.kind is None and wanted.issuer is None:
        return None
    kind, issuer = wanted.kind, wanted.issuer
    kinds = None if kind is None else [each for each in register.kinds() if fold(each) == fold(kind)]
    issuers = None if issuer is None else [each for each in register.issuers() if same_body(each, issuer)]
    return register.articles_naming(kinds, issuers)
