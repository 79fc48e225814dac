"""Receiving updates that Telegram sends (Bot API, setWebhook)."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from telegram import Bot, Update

from bot.state.database import StateError
from bot.telegram.http import Reply, Request, Route

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram calls (`url`), where to listen, and the secret that Telegram sends along."""

    url: str
    listen: str
    port: int
    secret: str = field(repr=False)


Put = Callable[[Update], Awaitable[None]]


def update_route(hook: Hook, bot: Bot, put: Put) -> Route:
    """Takes updates in at the path of the hook's URL: 200 once one is kept; else Telegram sends it again."""

    async def answer(request: Request) -> Reply:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), hook.secret.encode()):
            _log.warning("a call of the webhook without its secret was refused")
            return Reply(403)
        update = _update_in(request.body, bot)
        if update is None:
            return Reply(400)
        try:
            await put(update)
        except StateError as error:
            _log.warning("an update was not kept (%s); Telegram sends it again", type(error).__name__)
            return Reply(503)
        return Reply()

    return Route("POST", urlsplit(hook.url).path or "/", answer)


def _update_in(body: bytes, bot: Bot) -> Update | None:
    try:
        data = json.loads(body)
        return Update.de_json(data, bot) if isinstance(data, dict) and "update_id" in data else None
    except Exception as error:  # noqa: BLE001  whatever a body that is no update makes of the library
        _log.warning("a call of the webhook that holds no update: %s", type(error).__name__)
        return None
