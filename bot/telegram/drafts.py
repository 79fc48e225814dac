"""An answer while a model still writes: a draft in a private chat (Bot API, sendMessageDraft), edits in a group.

What is shown is an answer at any moment: the quotes first, then the claims that hold so far.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telegram import Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.answering.models import Answer
from bot.telegram.sending import UnknownError, edit, reply

_FIRST_SECONDS = 0.7  # before anything is shown: most answers are there by then
_PRIVATE_SECONDS = 1.0  # between two drafts
_GROUP_SECONDS = 3.5  # between two edits, which count among the twenty messages a minute
_log = logging.getLogger(__name__)


class Draft:
    """Shows the newest answer that it was told of, not too often. Made and ended in the event loop."""

    def __init__(self, message: Message, draft_id: int, *, private: bool, page_of: Callable[[Answer], str]) -> None:
        """`page_of` makes the page that shows an answer."""
        self._message = message
        self._draft_id = draft_id
        self._private = private
        self._page_of = page_of
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._latest: Answer | None = None
        self._sent: list[int] = []
        self._task = asyncio.create_task(self._show())

    def hear(self, answer: Answer) -> None:
        """Told of an answer so far, from any thread."""
        self._loop.call_soon_threadsafe(self._heard, answer)

    async def end(self) -> list[int]:
        """No more is shown; returns the messages that the answer is to take the place of."""
        self._ended.set()
        self._news.set()
        await self._task
        return self._sent

    def _heard(self, answer: Answer) -> None:
        self._latest = answer
        self._news.set()

    async def _show(self) -> None:
        pause = _FIRST_SECONDS
        while not await self._ends_within(pause):
            await self._news.wait()
            self._news.clear()
            if self._ended.is_set() or self._latest is None:
                return
            try:
                await self._show_page(self._page_of(self._latest))
            except (TelegramError, UnknownError) as error:  # a courtesy: the answer itself comes all the same
                _log.warning("a draft was not shown: %s", type(error).__name__)
            pause = _PRIVATE_SECONDS if self._private else _GROUP_SECONDS

    async def _ends_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _show_page(self, page: str) -> None:
        if self._private:
            bot, chat = self._message.get_bot(), self._message.chat_id
            await bot.send_message_draft(chat, self._draft_id, page, parse_mode=ParseMode.HTML)
        elif self._sent:
            await edit(self._message, self._sent[0], page)
        else:
            self._sent = await reply(self._message, [page])
