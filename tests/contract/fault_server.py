"""A real HTTP server on loopback that misbehaves on request, and remembers what it was asked.

with FaultServer() as server:
    server.on("/bai", status(500), status(500), page("..."))  # one reply a request, the last one for ever
    server.url("/bai")
    server.asked  # ["/bai", ...]; headers, bodies likewise
"""

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

Reply = Callable[[BaseHTTPRequestHandler], None]
_NO_HEADERS: Final[Mapping[str, str]] = {}
_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_LONGEST = 10.0  # seconds after which an endless reply ends all the same


def page(body: str | bytes, headers: Mapping[str, str] = _NO_HEADERS, *, code: int = 200) -> Reply:
    """A proper answer, HTML unless the headers say otherwise."""
    data = body if isinstance(body, bytes) else body.encode()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in ({"Content-Type": "text/html; charset=utf-8"} | dict(headers)).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return reply


def status(code: int, headers: Mapping[str, str] = _NO_HEADERS) -> Reply:
    """An answer that is no page."""
    return page("", headers, code=code)


def redirect(location: str, *, code: int = 302, cookie: str | None = None) -> Reply:
    """Sends the client elsewhere."""
    return status(code, {"Location": location} | ({"Set-Cookie": cookie} if cookie else {}))


def conditional(body: str, headers: Mapping[str, str]) -> Reply:
    """304 for a client that shows the ETag or date of `headers`, else the page with them."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        shown = (handler.headers["If-None-Match"], handler.headers["If-Modified-Since"])
        same = any(value in shown for value in headers.values())
        (status(304) if same else page(body, headers))(handler)

    return reply


def raw(*parts: bytes) -> Reply:
    """These very bytes, then the end of the connection."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        for part in parts:
            handler.wfile.write(part)

    return reply


def repeating(head: bytes, part: bytes, pause: float = 0.0) -> Reply:
    """`head`, then `part` again and again until the client has had enough."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        end = time.monotonic() + _LONGEST
        handler.wfile.write(head)
        while time.monotonic() < end:
            handler.wfile.write(part)
            time.sleep(pause)

    return reply


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Breaks the connection without a word (RST)."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


CUT_OFF: Final = raw(_OK + b"Content-Length: 1000\r\n\r\n", b"<p>na")
CUT_OFF_CHUNK: Final = raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"20\r\n<p>na")
CUT_OFF_GZIP: Final = raw(_OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"x" * 1000)[:-12])
NO_GZIP: Final = raw(_OK + b"Content-Encoding: gzip\r\n\r\n", b"not packed at all")
BAD_STATUS_LINE: Final = raw(b"HELLO\r\n\r\n")
HUGE_CLAIM: Final = raw(_OK + b"Content-Length: 2000000000\r\n\r\n", b"<p>")
ENDLESS: Final = repeating(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n")
SLOW_BODY: Final = repeating(_OK + b"\r\n", b"x", 0.02)
SLOW_HEADERS: Final = repeating(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.02)
GZIP_BOMB: Final = page(gzip.compress(b"\0" * 200_000_000, 9), {"Content-Encoding": "gzip"})


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Accepts and never answers."""
    handler.close_connection = True
    handler.connection.settimeout(_LONGEST)
    handler.rfile.read(1)  # until the client hangs up


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _LONGEST

    def do_GET(self) -> None:
        server: Any = self.server
        reply: Reply = server.faults.next_reply(self.path, self.headers)
        try:
            reply(self)
        except OSError:  # the client hung up, which most of these replies are for
            self.close_connection = True

    def do_POST(self) -> None:
        server: Any = self.server
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        server.faults.bodies.append(self.body)
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the signature is given
        """Says nothing."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was reset on purpose is no error."""


class FaultServer:
    """Runs in a thread of its own while it is a context; an unknown path is answered with 404."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[Message] = []
        self.bodies: list[bytes] = []  # of POST requests
        self._replies: dict[str, list[Reply]] = {}
        self._server = _Quiet(("127.0.0.1", 0), _Handler)
        self._server.faults = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def on(self, path: str, *replies: Reply) -> str:
        """What to answer at this path; returns its address."""
        self._replies[path] = list(replies)
        return self.url(path)

    def next_reply(self, path: str, headers: Message) -> Reply:
        """The reply whose turn it is."""
        self.asked.append(path)
        self.headers.append(headers)
        replies = self._replies.get(path, [status(404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
