"""A small HTTP server in the bot's own event loop: functions of what came to what is said."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from config.errors import SettingsError

_MOST_BYTES = 1_000_000  # of a body; Telegram's own are far smaller
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its headers (names in any capitals) and its body."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to one."""

    code: int = 200
    body: bytes = b""
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Route:
    """What answers at a path."""

    verb: Literal["GET", "POST"]
    path: str
    answer: Callable[[Request], Awaitable[Reply]]


@asynccontextmanager
async def serving(setting: str, listen: str, port: int, *routes: Route) -> AsyncIterator[None]:
    """Listens until the end of the block; `setting` is the one that names the port.

    Raises:
        SettingsError: the port is taken, or not to be had.
    """
    handlers: Final = [(re.escape(each.path), _Handler, {"route": each}) for each in routes]
    server = HTTPServer(Application(handlers, log_function=_quiet), max_body_size=_MOST_BYTES)
    try:
        sockets = bind_sockets(port, listen)
    except OSError as error:
        raise SettingsError(
            f"không mở được cổng {listen}:{port} ({error.strerror}); xem {setting}",
            f"cannot open the port {listen}:{port} ({error.strerror}); see {setting}",
        ) from None
    server.add_sockets(sockets)
    _log.info("listening at %s:%d", listen, sockets[0].getsockname()[1])
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


def _quiet(_handler: RequestHandler) -> None:
    """Requests are not logged: updates hold people's words."""


class _Handler(RequestHandler):
    def initialize(self, route: Route) -> None:
        self._route = route

    async def get(self) -> None:
        await self._answer("GET")

    async def post(self) -> None:
        await self._answer("POST")

    async def _answer(self, verb: str) -> None:
        if verb != self._route.verb:
            raise HTTPError(405)
        reply = await self._route.answer(Request(self.request.headers, self.request.body))
        self.set_status(reply.code)
        self.set_header("Content-Type", reply.media_type)
        self.finish(reply.body)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """No words of ours."""
        self.finish()
