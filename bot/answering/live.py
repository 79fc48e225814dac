"""The generation in use, kept open for its readers and followed when a reload names another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from config.errors import HomeError, ModelError, ServerError
from retrieval.backends.backend import Backend
from retrieval.encoder import ModelIdentity
from retrieval.serving import Generation, check_model

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lease:
    """An open generation and how many read it; closed when retired and read by nobody."""

    generation: Generation
    readers: int = 0
    retired: bool = False


class LiveGeneration:
    """Gives readers the generation in use. Safe to share between threads.

    A new one is opened by the first reader that notices it, while others go on with the old one. One that cannot be
    opened, or that another model built, is named in the log once and the old one stays; where a server failed, the next
    reader tries again.
    """

    def __init__(self, backend: Backend, identity: ModelIdentity) -> None:
        self._backend = backend
        self._identity = identity
        self._lock = threading.Lock()  # guards the counts; held for no longer than counting takes
        self._opening = threading.Lock()  # held by the one reader that opens
        self._lease: _Lease | None = None
        self._followed: str | None = None

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The generation in use, open until the end of the block, also when a reload replaces it meanwhile.

        Raises:
            HomeError: none can be opened, and none was open before; NoGenerationError if there is none yet.
            ModelError: the only one was built by another model.
        """
        lease = self._take()
        try:
            yield lease.generation
        finally:
            with self._lock:
                lease.readers -= 1
                self._close_if_done(lease)

    def close(self) -> None:
        """Closes the generation once its last reader is done."""
        with self._lock:
            self._retire()
            self._followed = None

    def _take(self) -> _Lease:
        while True:
            self._follow()
            with self._lock:
                if self._lease is not None:  # else closed since
                    self._lease.readers += 1
                    return self._lease

    def _follow(self) -> None:
        named = self._backend.current()
        if self._lease is not None and named == self._followed:
            return
        if not self._opening.acquire(blocking=self._lease is None):
            return  # another reader is at it, and there is one to go on with
        try:
            if self._lease is None or named != self._followed:
                self._open(named)
        finally:
            self._opening.release()

    def _open(self, named: str | None) -> None:
        try:
            opened = self._open_fitting()
        except (HomeError, ModelError) as error:
            if self._lease is None:
                raise
            _log.error("%s; generation %s still serves", error, self._lease.generation.name)
            if not isinstance(error, ServerError):  # which the next reader may find well again
                self._followed = named
            return
        with self._lock:
            self._retire()
            self._lease, self._followed = _Lease(opened), named

    def _open_fitting(self) -> Generation:
        opened = self._backend.open_live()
        try:
            check_model(opened, self._identity)
        except ModelError:
            opened.close()
            raise
        return opened

    def _retire(self) -> None:
        if self._lease is not None:
            self._lease.retired = True
            self._close_if_done(self._lease)
            self._lease = None

    @staticmethod
    def _close_if_done(lease: _Lease) -> None:
        if lease.retired and not lease.readers:
            lease.generation.close()
