"""A strict Bot API server in a process of its own: ``python -m tests.botapi.server --token 123:abc``.

It prints ``port N`` and ends when its standard input is closed. The bot's side is /bot<token>/<method> and
/file/bot<token>/<path>; tests steer it at /control/<call>.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import os
import sys
import threading
import time
from typing import Any, Final

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.botapi.account import ACCOUNT, download
from tests.botapi.control import Control
from tests.botapi.editing import EDITING
from tests.botapi.errors import ApiError, bad
from tests.botapi.faults import too_many
from tests.botapi.parameters import Request, Upload, known_method, read_request
from tests.botapi.people import People
from tests.botapi.queries import QUERIES
from tests.botapi.sending import SENDING
from tests.botapi.world import Json, World

METHODS: Final[dict[str, Any]] = {**ACCOUNT, **SENDING, **EDITING, **QUERIES}
_MOST_BYTES: Final = 64 * 1024 * 1024  # a file of 50 MB with what comes around it
_CONNECTIONS: Final = 200  # to webhooks at once
_NOT_THE_BOTS_FAULT: Final = frozenset({403, 429})


class _BotHandler(RequestHandler):
    """One call of the bot."""

    def initialize(self, world: World) -> None:
        self._world = world
        self._gone = False
        self._request: Request | None = None

    async def get(self, token: str, name: str) -> None:
        await self._serve(token, name)

    async def post(self, token: str, name: str) -> None:
        await self._serve(token, name)

    def on_connection_close(self) -> None:
        """A poller that went away holds no poll."""
        self._gone = True
        if self._request is not None:
            self._world.updates.end_poll("the connection was closed", of=self._request)

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """A fault of this server's own must not pass for the bot's success."""
        call = {"at": time.time(), "method": self.path_args[1], "chat_id": None, "parameters": {}}
        self._world.log.violation(call, f"the strict server itself failed: {error!r}", silent=False)
        super().log_exception(kind, error, trace)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The body after such a fault."""
        self.finish(ApiError(status_code, "Internal Server Error").answer())

    async def _serve(self, token: str, name: str) -> None:
        world = self._world
        if token != world.token:
            self._answer(ApiError(401, "Unauthorized").answer(), 401)
            return
        call: Json = {"at": time.time(), "method": name, "chat_id": None, "parameters": {}, "fault": None}
        fault = call["fault"] = world.faults.draw(name)
        if fault not in {None, "lost"}:
            call |= {"ok": False, "description": f"fault: {fault}"}
            world.log.add(call)
            await self._fail(str(fault))
            return
        try:
            body = {"ok": True, "result": await self._carry_out(call)}
            status = 200
        except ApiError as error:
            body, status = error.answer(), error.code
            call |= {"ok": False, "error_code": error.code, "description": error.description}
            if self._gone:
                return
            if error.code not in _NOT_THE_BOTS_FAULT and not error.parameters:
                world.log.violation(call, error.description, silent=False)
        world.log.add(call)
        if fault == "lost":
            self._hang_up()
        else:
            self._answer(body, status)

    async def _carry_out(self, call: Json) -> Any:
        raw, uploads = _raw(self)
        call["parameters"] = raw
        call["method"] = method = known_method(call["method"])
        self._request = request = read_request(method, raw, uploads)
        call["parameters"] = request.values | {name: upload.name for name, upload in uploads.items()}
        call["chat_id"] = _chat_of(self._world, request)
        try:
            result = METHODS[method](self._world, request)
            if inspect.isawaitable(result):
                result = await result
        finally:
            for text in request.silent:
                self._world.log.violation(call, text, silent=True)
        call |= {"ok": True, "message_id": result["message_id"] if _is_message(result) else None}
        return result

    async def _fail(self, fault: str) -> None:
        if fault == "429":
            self._answer(too_many(1).answer(), 429)
        elif fault in {"500", "502"}:
            text = {"500": "Internal Server Error", "502": "Bad Gateway"}[fault]
            self._answer(ApiError(int(fault), text).answer(), int(fault))
        elif fault == "garbage":
            self.finish("<html><body>welcome to nginx</body></html>")
        else:
            if fault == "timeout":
                await asyncio.sleep(self._world.settings.hang_seconds)
            self._hang_up()

    def _hang_up(self) -> None:
        self._auto_finish = False
        stream = self.detach()
        stream.close()

    def _answer(self, body: Json, status: int) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body, ensure_ascii=False))


def _is_message(result: Any) -> bool:
    return isinstance(result, dict) and "message_id" in result


def _chat_of(world: World, request: Request) -> int | None:
    if query := world.callbacks.get(request.get("callback_query_id") or ""):
        return query.chat_id
    chat_id = request.get("chat_id")
    if isinstance(chat_id, str):
        return world.find_chat(chat_id).id
    return None if chat_id is None else int(chat_id)


def _raw(handler: RequestHandler) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and files of a query, form, JSON or multipart body (Bot API, "Making requests")."""
    request = handler.request
    values: dict[str, Any] = {name: _text(given[-1]) for name, given in request.arguments.items()}
    if request.headers.get("Content-Type", "").startswith("application/json") and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise bad("can't parse request JSON object") from None
        if not isinstance(body, dict):
            raise bad("object expected as request body")
        values |= body
    uploads = {
        name: Upload(files[-1]["filename"], files[-1]["content_type"], files[-1]["body"])
        for name, files in request.files.items()
    }
    return values, uploads


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


class _FileHandler(RequestHandler):
    """A file the bot downloads."""

    def initialize(self, world: World) -> None:
        self._world = world

    def get(self, token: str, path: str) -> None:
        try:
            if token != self._world.token:
                raise ApiError(401, "Unauthorized")
            data = download(self._world, path)
        except ApiError as error:
            self.set_status(error.code)
            self.finish(error.answer())
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(data)


class _ControlHandler(RequestHandler):
    """One call of a test."""

    def initialize(self, sides: tuple[Any, ...]) -> None:
        self._sides = sides

    async def post(self, name: str) -> None:
        try:
            call = next(getattr(side, name) for side in self._sides if hasattr(side, name))
            result = call(**json.loads(self.request.body or b"{}"))
            if inspect.isawaitable(result):
                result = await result
        except (ValueError, TypeError, KeyError, StopIteration) as error:
            self.set_status(400)
            self.finish({"error": f"{name}: {error}"})
            return
        self.finish(json.dumps({"result": result}, ensure_ascii=False))


def make_application(token: str) -> Application:
    """The three sides over one new world."""
    world = World(token)
    return Application(
        [
            (r"/bot([^/]+)/(\w+)", _BotHandler, {"world": world}),
            (r"/file/bot([^/]+)/(.+)", _FileHandler, {"world": world}),
            (r"/control/([a-z]\w*)", _ControlHandler, {"sides": (People(world), Control(world))}),
        ],
        log_function=lambda handler: None,
    )


async def serve(token: str) -> None:
    """Serves on a free loopback port until the process ends."""
    AsyncHTTPClient.configure(None, max_clients=_CONNECTIONS)
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(make_application(token), max_body_size=_MOST_BYTES, max_buffer_size=_MOST_BYTES)
    server.add_sockets(sockets)
    print(f"port {sockets[0].getsockname()[1]}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


def _end_with_stdin() -> None:
    """Ends the process once the test that started it is gone."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--token", required=True)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    asyncio.run(serve(parser.parse_args().token))
