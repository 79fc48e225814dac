"""How much one person and all together may ask, and who is told what."""

from __future__ import annotations

import asyncio

from bot.telegram import limits
from bot.telegram.limits import Allowed, Limits


def asked(allowed: Limits, *people: int) -> list[Allowed]:
    async def ask() -> list[Allowed]:
        return [await allowed.ask(person) for person in people]

    return asyncio.run(ask())


def test_one_person_is_told_once_and_then_left_unanswered() -> None:
    got = asked(Limits(user=2, total=100), 1, 1, 1, 1, 2)
    assert got == [Allowed.YES, Allowed.YES, Allowed.SLOW_DOWN, Allowed.SILENT, Allowed.YES]


def test_all_together_are_told_that_many_ask() -> None:
    assert asked(Limits(user=100, total=2), 1, 2, 3) == [Allowed.YES, Allowed.YES, Allowed.BUSY]


def test_those_who_asked_long_ago_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(limits, "_PEOPLE", 2)
    allowed = Limits(user=1, total=100)
    assert asked(allowed, 1, 2, 3, 1) == [Allowed.YES] * 4
    assert len(allowed._people) == 2
