"""Updates from the inbox to the handlers: those of a chat one after another, several chats at once, each once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from telegram import Bot, Update

from bot.state.database import StateError
from bot.state.inbox import LEASE, Inbox, Pending
from config.log import request_id

SWEEP_SECONDS = 5.0  # between two looks for updates that nobody works on
_LARGEST_ID = 2**63
_RETRY_SECONDS = 1.0  # until the database is tried again
_log = logging.getLogger(__name__)
Handle = Callable[[Update], Awaitable[None]]


class Dispatcher:
    """Works on up to `concurrency` updates at once.

    What it is given is in the inbox before `put` returns, so that whoever sent it may forget it.
    """

    def __init__(self, inbox: Inbox, bot: Bot, handle: Handle, concurrency: int) -> None:
        self._inbox = inbox
        self._bot = bot
        self._handle = handle
        self._free = asyncio.Semaphore(concurrency)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._direct: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self, *, alone: bool) -> None:
        """Begins with what was left over; `alone`: no other process serves this bot."""
        self._sweeper = asyncio.create_task(self._sweep(alone=alone))

    async def put(self, update: Update) -> None:
        """Takes an update; one that has come before is passed over, and one that Telegram cannot have sent.

        Raises:
            StateError: it could not be kept, and has to come again.
        """
        chat, payload = _chat_of(update), _payload_of(update)
        if payload is None or not (_is_id(update.update_id) and _is_id(chat)):
            _log.warning("an update that is none was passed over")
            return
        if update.inline_query:  # stale within seconds: not worth keeping
            task = asyncio.create_task(self._handle_safely(update))
            self._direct.add(task)
            task.add_done_callback(self._direct.discard)
            return
        if name := await asyncio.to_thread(self._inbox.keep, update.update_id, chat, payload):
            self._wake(name)

    async def stop(self, seconds: float) -> None:
        """Finishes what it works on, for some seconds at most; what it has not begun stays in the inbox."""
        self._stopping = True
        if self._sweeper:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        tasks = [*self._workers.values(), *self._direct]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for each in late:
                each.cancel()
            if late:
                _log.warning("%d answers were broken off; they are tried again at the next start", len(late))

    def _wake(self, chat: str) -> None:
        if self._stopping:
            return
        if chat in self._workers:
            self._again.add(chat)
            return
        task = asyncio.create_task(self._serve(chat))
        self._workers[chat] = task

    async def _serve(self, chat: str) -> None:
        """Works on a chat's updates until none is left for this process."""
        try:
            while not self._stopping:
                self._again.discard(chat)
                async with self._free:
                    had_one = await self._serve_one(chat)
                if not had_one and chat not in self._again:
                    return
        finally:
            del self._workers[chat]

    async def _serve_one(self, chat: str) -> bool:
        """Works on the oldest update of a chat; False where there is none for this process."""
        try:
            pending = await asyncio.to_thread(self._inbox.claim, chat)
        except StateError as error:
            _log.warning("the state is away: %s", type(error).__name__)
            return False  # the sweeper comes back to it
        if pending:
            await self._work(pending)
        return pending is not None

    async def _work(self, pending: Pending) -> None:
        update = Update.de_json(json.loads(pending.payload), self._bot)
        await self._handle_safely(update)
        while True:  # until it is done in the state as well, for else it would be answered again
            try:
                await asyncio.to_thread(self._inbox.finish, pending.id)
                return
            except StateError as error:
                _log.warning("the state is away: %s", type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _handle_safely(self, update: Update) -> None:
        with request_id():
            try:
                await self._handle(update)
            except Exception as error:  # noqa: BLE001  one update's fault is not to end a chat
                _log.error("an update failed: %s", type(error).__name__)

    async def _sweep(self, *, alone: bool) -> None:
        """Looks for updates that nobody works on, and keeps the leases of those that are worked on."""
        taken = not alone
        while True:
            try:
                if not taken:
                    await asyncio.to_thread(self._inbox.take_over)
                    taken = True
                await asyncio.to_thread(self._inbox.renew)
                for chat in await asyncio.to_thread(self._inbox.waiting_chats):
                    self._wake(chat)
            except StateError as error:
                _log.warning("the state is away: %s", type(error).__name__)
            await asyncio.sleep(min(SWEEP_SECONDS, LEASE / 4))


def _is_id(value: object) -> bool:
    """Whether it is what a database takes for an id; of a webhook's caller it may be anything."""
    return isinstance(value, int) and abs(value) < _LARGEST_ID


def _payload_of(update: Update) -> bytes | None:
    """The update as JSON in UTF-8; None where it holds what neither can: infinity, half a surrogate pair."""
    try:
        text = json.dumps(update.to_dict(), separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_stamp)
        return text.encode()
    except (TypeError, ValueError):
        return None


def _stamp(moment: datetime) -> int:
    """A moment as the Bot API has it: the library leaves those of objects that it does not know as they are."""
    return int(moment.timestamp())


def _chat_of(update: Update) -> int:
    """The chat that an update belongs to, else its user; updates that have neither go one after another."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0
