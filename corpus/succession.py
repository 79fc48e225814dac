"""Bodies that no longer exist and what took their place: data in `succession.toml`, each change with its source."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from corpus.references.view import fold

_DATA = Path(__file__).with_name("succession.toml")


@dataclass(frozen=True, slots=True)
class Succession:
    """One body that ended on a day, what took its place, and the document that says so."""

    body: str
    ended: date
    successor: str
    source: str


def succession_of(issuer: str | None) -> Succession | None:
    """What became of a body named as issuer ("UBND quận Lê Chân"); None for one that is not known to have ended."""
    plain = fold(" ".join((issuer or "").split())).replace("tp.", "thanh pho ").replace("tp ", "thanh pho ")
    plain = " ".join(plain.split())
    found = (each for name, each in _changes() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain))
    return next(found, None)


def abolished_names() -> tuple[str, ...]:
    """The bodies that ended, folded, with their kind: "quan le chan"."""
    return tuple(name for name, _ in _changes())


@cache
def _changes() -> tuple[tuple[str, Succession], ...]:
    """Folded names and what became of them."""
    data = tomllib.loads(_DATA.read_text("utf-8"))
    return tuple(
        (fold(body), Succession(body, change["ended"], change["successor"], change["source"]))
        for change in data["change"]
        for body in change["bodies"]
    )
