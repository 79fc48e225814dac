"""The queue of updates: long polling and webhooks (Bot API, section "Getting updates")."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest

from tests.botapi.errors import ApiError

KINDS: Final = frozenset(
    "message edited_message channel_post edited_channel_post business_connection business_message "
    "edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count "
    "inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll "
    "poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot".split()
)
OPT_IN: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Sent only when named in allowed_updates."""
MOST_CONNECTIONS: Final = 40  # setWebhook, max_connections: the default
_WAIT_FOR_ANSWER: Final = 60.0  # seconds a webhook may take


@dataclass(slots=True)
class Queued:
    """An update and what became of it; times are time.time()."""

    update_id: int
    kind: str
    body: dict[str, Any]
    chat_id: int | None
    at: float
    delivered_at: float | None = None
    attempts: int = 0
    replied_at: float | None = None  # first message or edit that replies to it, or first answer to the press
    followed_at: float | None = None  # first message in its chat after it

    @property
    def update(self) -> dict[str, Any]:
        """The Update object."""
        return {"update_id": self.update_id, self.kind: self.body}


@dataclass(slots=True)
class Webhook:
    """Where updates are posted. `targets` are used in turn: several processes behind one address."""

    url: str
    secret: str
    max_connections: int
    targets: list[str]
    slots: asyncio.Semaphore
    turn: itertools.count[int] = field(default_factory=itertools.count)
    last_error: tuple[int, str] | None = None
    workers: dict[int | None, asyncio.Task[None]] = field(default_factory=dict)

    def next_target(self) -> str:
        """The address whose turn it is."""
        return self.targets[next(self.turn) % len(self.targets)]


class Updates:
    """What was queued, what is still pending, who polls, and the webhook. Pauses are in seconds."""

    def __init__(self) -> None:
        self.pending: dict[int, Queued] = {}
        self.all: list[Queued] = []
        self.of_chat: dict[int | None, list[Queued]] = defaultdict(list)
        self.allowed: list[str] = []
        self.webhook: Webhook | None = None
        self.targets: list[str] = []
        self.first_pause, self.longest_pause = 0.2, 5.0
        self._ids = itertools.count(100_000_001)
        self._poll: asyncio.Future[str] | None = None
        self._poll_of: object = None  # the call that polls

    def put(self, kind: str, body: dict[str, Any], chat_id: int | None) -> int | None:
        """Queues an update and returns its id, or None when the bot has not asked for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in OPT_IN
        if not wanted:
            return None
        queued = Queued(next(self._ids), kind, body, chat_id, time.time())
        self.pending[queued.update_id] = queued
        self.all.append(queued)
        self.of_chat[chat_id].append(queued)
        self._announce(chat_id)
        return queued.update_id

    def _announce(self, chat_id: int | None) -> None:
        if self.webhook is not None:
            self._deliver(self.webhook, chat_id)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result("news")

    def put_again(self, update_id: int) -> None:
        """Queues an update once more as if Telegram had missed the answer; a poll must not have confirmed it."""
        queued = next(queued for queued in reversed(self.all) if queued.update_id == update_id)
        self.pending[update_id] = queued
        self._announce(queued.chat_id)

    def forget(self) -> None:
        """No update was ever queued; ids count on."""
        self.pending.clear()
        self.all.clear()
        self.of_chat.clear()

    def drop(self) -> None:
        """drop_pending_updates."""
        self.pending.clear()

    def allow(self, kinds: Sequence[str] | None) -> None:
        """allowed_updates: None leaves what was said before, an empty list means the default."""
        if kinds is not None:
            self.allowed = list(kinds)

    # Long polling.

    async def poll(self, offset: int, limit: int, seconds: float, *, of: object = None) -> list[dict[str, Any]]:
        """getUpdates: confirms what is before `offset`, then up to `limit` updates, waiting for the first.

        Raises:
            ApiError: 409, when another poll begins or a webhook is set.
        """
        if self.webhook is not None:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise ApiError(409, f"Conflict: {text}")
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._confirm(offset)
        if not self.pending and seconds > 0:
            self._poll_of = of
            await self._wait(seconds)
        taken = list(self.pending.values())[:limit]
        for queued in taken:
            queued.delivered_at = queued.delivered_at or time.time()
            queued.attempts += 1
        return [queued.update for queued in taken]

    def _confirm(self, offset: int) -> None:
        if offset < 0:  # getUpdates, offset: negative counts from the end, all before is forgotten
            offset = sorted(self.pending)[offset:][0] if self.pending else 0
        for update_id in [n for n in self.pending if n < offset]:
            del self.pending[update_id]

    async def _wait(self, seconds: float) -> None:
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            await asyncio.wait([poll], timeout=seconds)
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.done() and poll.result() != "news":
            raise ApiError(409, f"Conflict: {poll.result()}")

    def end_poll(self, reason: str, *, of: object = None) -> None:
        """Ends the poll that waits, or only that `of` a certain call, with 409."""
        if self._poll is not None and not self._poll.done() and (of is None or of is self._poll_of):
            self._poll.set_result(reason)

    # Webhooks.

    def set_webhook(self, url: str, secret: str, max_connections: int) -> None:
        """Posts what is pending and what comes, one chat's updates one after the other."""
        self.remove_webhook()
        self.end_poll("terminated by setWebhook request")
        targets = self.targets or [url]
        self.webhook = Webhook(url, secret, max_connections, targets, asyncio.Semaphore(max_connections))
        for chat_id in {queued.chat_id for queued in self.pending.values()}:
            self._deliver(self.webhook, chat_id)

    def remove_webhook(self) -> None:
        """Back to polling; what is pending stays so."""
        if self.webhook is not None:
            for task in self.webhook.workers.values():
                task.cancel()
        self.webhook = None

    def set_targets(self, urls: list[str]) -> None:
        """Where updates really go, in turn, whatever the webhook's address; none means that address."""
        self.targets = urls
        if self.webhook is not None:
            self.webhook.targets = urls or [self.webhook.url]

    def _deliver(self, webhook: Webhook, chat_id: int | None) -> None:
        worker = webhook.workers.get(chat_id)
        if worker is None or worker.done():
            webhook.workers[chat_id] = asyncio.ensure_future(self._work(webhook, chat_id))

    async def _work(self, webhook: Webhook, chat_id: int | None) -> None:
        pause = self.first_pause
        while queued := next((q for q in self.pending.values() if q.chat_id == chat_id), None):
            async with webhook.slots:
                failure = await self._post(webhook, queued)
            if failure is None:
                self.pending.pop(queued.update_id, None)
                pause = self.first_pause
                continue
            webhook.last_error = (int(time.time()), failure)
            await asyncio.sleep(min(pause, self.longest_pause))
            pause *= 2

    async def _post(self, webhook: Webhook, queued: Queued) -> str | None:
        """Posts one update; None when it was taken, else why not."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        request = HTTPRequest(
            webhook.next_target(),
            method="POST",
            headers=headers,
            body=json.dumps(queued.update),
            request_timeout=_WAIT_FOR_ANSWER,
            follow_redirects=False,
        )
        queued.attempts += 1
        queued.delivered_at = queued.delivered_at or time.time()
        try:
            response = await AsyncHTTPClient().fetch(request, raise_error=False)
        except (OSError, HTTPError) as error:
            return f"Connection failed: {type(error).__name__}"
        if isinstance(response.error, OSError) or response.code == 599:
            return f"Connection failed: {response.error}"
        return (
            None
            if 200 <= response.code < 300
            else f"Wrong response from the webhook: {response.code} {response.reason}"
        )
