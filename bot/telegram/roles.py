"""Who may do what: citizens, staff, admins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import TelegramError

_MEMBER = frozenset({"creator", "administrator", "member", "restricted"})
_KNOWN_SECONDS = 300.0  # that membership of a group of staff is believed for
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Roles:
    """Admins are user ids; staff are user ids, and groups (negative ids) with their members. Admins are staff too."""

    admins: frozenset[int] = frozenset()
    staff: frozenset[int] = frozenset()
    clock: Callable[[], float] = time.monotonic
    _members: dict[int, tuple[float, bool]] = field(default_factory=dict, repr=False)

    def is_admin(self, user: int) -> bool:
        """Whether a user is an admin."""
        return user in self.admins

    async def is_staff(self, bot: Bot, user: int, chat: int) -> bool:
        """Whether a user is of the staff: named, writing in a group of staff, or a member of one."""
        if user in self.staff or user in self.admins or chat in self.staff:
            return True
        groups = [each for each in self.staff if each < 0]
        if not groups:
            return False
        asked, is_member = self._members.get(user, (float("-inf"), False))
        if self.clock() - asked > _KNOWN_SECONDS:
            is_member = any([await _is_member(bot, group, user) for group in groups])
            self._members[user] = (self.clock(), is_member)
        return is_member


async def _is_member(bot: Bot, group: int, user: int) -> bool:
    try:
        return (await bot.get_chat_member(group, user)).status in _MEMBER
    except TelegramError as error:
        _log.warning("membership of a group of staff not known: %s", type(error).__name__)
        return False
