"""How much one person and all people together may ask in a minute."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum

from aiolimiter import AsyncLimiter

_PEOPLE = 10_000  # remembered; those who asked longest ago are forgotten
_MINUTE = 60.0


class Allowed(StrEnum):
    """Whether a message may be answered."""

    YES = "yes"
    SLOW_DOWN = "slow down"  # this person's first one too many
    SILENT = "silent"  # they were told
    BUSY = "busy"  # all together ask too much


@dataclass(slots=True)
class Limits:
    """Leaky buckets in the memory of a process: `user` messages a minute for each person, `total` for all."""

    user: int
    total: int
    _people: OrderedDict[int, tuple[AsyncLimiter, list[bool]]] = field(default_factory=OrderedDict, repr=False)
    _all: AsyncLimiter | None = field(default=None, repr=False)

    async def ask(self, person: int) -> Allowed:
        """Counts a message of a person."""
        self._all = self._all or AsyncLimiter(self.total, _MINUTE)  # made where its loop runs
        if person not in self._people:
            self._people[person] = (AsyncLimiter(self.user, _MINUTE), [False])
        self._people.move_to_end(person)
        mine, told = self._people[person]
        if len(self._people) > _PEOPLE:
            self._people.popitem(last=False)
        if not mine.has_capacity():
            silent, told[0] = told[0], True
            return Allowed.SILENT if silent else Allowed.SLOW_DOWN
        if not self._all.has_capacity():
            return Allowed.BUSY
        told[0] = False
        await mine.acquire()
        await self._all.acquire()
        return Allowed.YES
