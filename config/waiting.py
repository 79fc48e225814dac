"""How long another's server is waited for: until a request's time is over, and not at all while it keeps failing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import httpx

Clock = Callable[[], float]
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})  # statuses of a server that is busy or failing, which may heal


def retry_after(told: str) -> float:
    """Seconds of a Retry-After header, a day at most; 0 for a date, which is not worth reading while somebody waits."""
    return min(float(told), 86_400.0) if told.isdecimal() and len(told) < 9 else 0.0


class Deadline:
    """Ends a request when its time is over, whatever it waits for then: its socket is shut.

    Timeouts of httpx count each silence, so a server that drips its headers or a byte a second would hold an answer up
    for ever. A name server alone, which Python waits for, is beyond this.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return self.left() <= 0

    def left(self) -> float:
        """Seconds that are left."""
        return self._end - time.monotonic()

    def within(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks, where all of them come in time.

        Raises:
            httpx.ReadTimeout: the time is over. A reply without a length ends like a good one where its socket is shut.
        """
        for chunk in chunks:
            if self.passed:
                break
            yield chunk
        if self.passed:
            raise httpx.ReadTimeout("over")

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by httpx of each step; keeps the socket of the connection that is made."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.passed:
                self._shut()
        # Nowhere else: what is open then would stay open, for the library closes it only where its own steps fail.
        elif self.passed and event == "connection.connect_tcp.started":
            raise httpx.ReadTimeout("over")

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # closed meanwhile
                self._socket.shutdown(socket.SHUT_RDWR)


class Breaker:
    """Opens after so many failures in a row; after a pause one request may try, and closes it or opens it again.

    Safe to share between threads.
    """

    def __init__(self, failures: int, pause: float, clock: Clock) -> None:
        self._failures = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether a request may be made; who is told so has to tell what came of it."""
        with self._lock:
            if self._failed < self._failures:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._pause  # others wait for what this one finds
            return True

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """It did not."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._failures:
                self._until = self._clock() + self._pause
