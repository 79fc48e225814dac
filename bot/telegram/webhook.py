"""Receiving updates that Telegram sends (Bot API, setWebhook), and saying whether the bot is well."""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot, Update
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.state.database import StateError

HEALTH = "/healthz"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
_MOST_BYTES = 1_000_000  # of an update; Telegram's own are far smaller
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram calls (`url`), where to listen, and the secret that Telegram sends along."""

    url: str
    listen: str
    port: int
    secret: str = field(repr=False)


Put = Callable[[Update], Awaitable[None]]
IsWell = Callable[[], Awaitable[bool]]


def listen(hook: Hook, bot: Bot, put: Put, is_well: IsWell) -> HTTPServer:
    """Begins to listen: updates at the path of the hook's URL, the state of health at /healthz.

    Raises:
        OSError: the port is taken, or not to be had.
    """
    path = urlsplit(hook.url).path or "/"
    parts = {"bot": bot, "put": put, "secret": hook.secret}
    application = Application(
        [(HEALTH, _Health, {"is_well": is_well}), (re.escape(path), _Updates, parts)], log_function=_quiet
    )
    server = HTTPServer(application, max_body_size=_MOST_BYTES)
    sockets = bind_sockets(hook.port, hook.listen)
    server.add_sockets(sockets)
    _log.info("listening at %s:%d", hook.listen, sockets[0].getsockname()[1])
    return server


def _quiet(_handler: RequestHandler) -> None:
    """Requests are not logged: updates hold people's words."""


class _Health(RequestHandler):
    def initialize(self, is_well: IsWell) -> None:
        self._is_well = is_well

    async def get(self) -> None:
        well = await self._is_well()
        self.set_status(200 if well else 503)
        self.finish({"ok": well})


class _Updates(RequestHandler):
    def initialize(self, bot: Bot, put: Put, secret: str) -> None:
        self._bot = bot
        self._put = put
        self._secret = secret

    async def post(self) -> None:
        """200 once the update is kept; else Telegram sends it again."""
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            _log.warning("a call of the webhook without its secret was refused")
            self.set_status(403)
            return
        try:
            data = json.loads(self.request.body)
            update = Update.de_json(data, self._bot) if isinstance(data, dict) and "update_id" in data else None
        except Exception as error:  # noqa: BLE001  whatever a body that is no update makes of the library
            _log.warning("a call of the webhook that holds no update: %s", type(error).__name__)
            update = None
        if update is None:
            self.set_status(400)
            return
        try:
            await self._put(update)
        except StateError as error:
            _log.warning("an update was not kept (%s); Telegram sends it again", type(error).__name__)
            self.set_status(503)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """No words of ours."""
        self.finish()
