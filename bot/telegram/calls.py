"""Calls of the Bot API as they go out: which method, and what came of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest, RequestData

from bot.telegram.observing import Outcome

FILE = "file"  # stands for the method where a file is fetched
POOL = 256  # connections of calls other than polls; python-telegram-bot's own number
_again: ContextVar[bool] = ContextVar("again", default=False)
_log = logging.getLogger(__name__)
Told = Callable[[str, Outcome, bool], None]


@contextmanager
def further_try() -> Iterator[None]:
    """Calls made until the end of the block, in this task, are told as further tries."""
    token = _again.set(True)
    try:
        yield
    finally:
        _again.reset(token)


class WatchedRequest(HTTPXRequest):
    """Makes calls and tells of each: the method, what came of it, whether it is a further try."""

    def __init__(self, told: Told, calls_url: str, **options: Any) -> None:
        """`calls_url` is what the addresses of calls begin with; see the base class for the options."""
        super().__init__(**options)
        self._told = told
        self._calls_url = calls_url

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """See the base class."""
        called = url.rpartition("/")[2] if url.startswith(self._calls_url) else FILE
        outcome: Outcome = "failed"
        try:
            code, payload = await super().do_request(url, method, request_data, *timeouts, **named)
            outcome = _outcome(code)
        finally:
            self._told(called, outcome, _again.get())
        return code, payload


class PollRequest(WatchedRequest):
    """Makes polls; of an update that the library cannot read only the number is handed on.

    Else the library would ask for the same updates without a pause for ever, and none behind it would ever come.
    """

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """See the base class."""
        code, payload = await super().do_request(url, method, request_data, *timeouts, **named)
        return code, _readable(payload) if code == HTTPStatus.OK else payload


def _readable(payload: bytes) -> bytes:
    try:
        answer = json.loads(payload)
        updates = answer["result"]
        unread = [each for each in updates if not _can_be_read(each)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return payload  # no answer to a poll; the library says so
    for each in unread:
        number = each["update_id"]
        _log.error("an update was passed over: the library cannot read it")
        each.clear()
        each["update_id"] = number
    return json.dumps(answer).encode() if unread else payload


def _can_be_read(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update, None)
    except Exception:  # noqa: BLE001  whatever an update that is none makes of the library
        return not isinstance(update.get("update_id"), int)  # then there is nothing to go on by
    return True


def _outcome(code: int) -> Outcome:
    if code == HTTPStatus.OK:
        return "sent"
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return "put_off"
    return "refused" if code < HTTPStatus.INTERNAL_SERVER_ERROR else "failed"
