"""A finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How well something is."""

    GOOD = "good"
    WARNING = "warning"  # it works, and should be looked at
    FAILED = "failed"  # it does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how well it is, what was seen, and what to do about it (empty: nothing)."""

    what: str
    health: Health
    seen: tuple[str, str]  # Vietnamese, English
    advice: tuple[str, str] = ("", "")

    def lines(self, language: str) -> tuple[str, str]:
        """What was seen, and the advice, in "en" or else Vietnamese."""
        at = 1 if language == "en" else 0
        return self.seen[at], self.advice[at]


def good(what: str, vi: str, en: str) -> Finding:
    """All is well."""
    return Finding(what, Health.GOOD, (vi, en))


def warning(what: str, seen: tuple[str, str], advice: tuple[str, str]) -> Finding:
    """It works, and should be looked at."""
    return Finding(what, Health.WARNING, seen, advice)


def failed(what: str, seen: tuple[str, str], advice: tuple[str, str] = ("", "")) -> Finding:
    """It does not work."""
    return Finding(what, Health.FAILED, seen, advice)
