"""What a fuzz target is, and how a fuzzer's bytes become arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DATA: Final = ROOT / "tests" / "data"
SAMPLE: Final = ROOT / "corpus" / "sample"
SEPARATOR: Final = b"\xff"  # never part of UTF-8, so a mutator that inserts it makes one more field


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is fuzzed.

    `run` takes any bytes and raises where a law of the product is broken; errors that the product promises it swallows.
    `seeds` are inputs to begin with, `words` what mutations are made of beside chance, `most` the longest input in
    bytes, `others` the endings of files outside the repository that may be seeds too.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[str, ...] = ()
    most: int = 4_000
    others: tuple[str, ...] = ()


class BrokenLawError(AssertionError):
    """What the product promises does not hold."""


def hold(law: bool, words: str) -> None:
    """Raises BrokenLawError with these words unless the law holds."""
    if not law:
        raise BrokenLawError(words)


def text_of(data: bytes) -> str:
    """Bytes as text; those that are no UTF-8 as halves of surrogate pairs, which JSON can bring along."""
    return data.decode("utf-8", "surrogateescape")


def fields(data: bytes, count: int) -> list[bytes]:
    """So many fields, the last ones empty where there are fewer; what is too much belongs to the last."""
    parts = data.split(SEPARATOR, count - 1)
    return parts + [b""] * (count - len(parts))


def texts(data: bytes, count: int) -> list[str]:
    """The fields as text."""
    return list(map(text_of, fields(data, count)))


def joined(*parts: str | bytes) -> bytes:
    """A seed of these fields."""
    return SEPARATOR.join(part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part for part in parts)


def sample_texts() -> list[str]:
    """The articles of the sample, each from its beginning."""
    return [path.read_text("utf-8")[:2_000] for path in sorted(SAMPLE.glob("*.txt"))]
