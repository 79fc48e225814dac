"""Passages encoded by several workers at once: processes with an encoder each, or requests to a service side by side.

Workers only encode. What they give comes back to the one process that reads passages and writes the cache.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from config.errors import ChidaoError, ModelError
from retrieval.hits import Encoder, Vectors

MOST_WORKERS = 64
_AHEAD = 2  # blocks under way for each process: one that waits, so that it never does
_THREADS = "OMP_NUM_THREADS"  # read by torch when it is imported
T = TypeVar("T")
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Crew:
    """How many workers encode passages.

    `make` makes the encoder of a worker that is a process, for so many threads; it has to be picklable. Without it the
    workers are threads that share one encoder, as those can who wait for a service.
    """

    workers: int = 1
    make: Callable[[int], Encoder] | None = None

    def at_most(self, workers: int) -> Crew:
        """No more than there is work for."""
        return replace(self, workers=min(self.workers, workers))


ONE = Crew()


def encode_blocks(
    encoder: Encoder, crew: Crew, blocks: Iterator[tuple[T, Sequence[str]]]
) -> Generator[tuple[T, Vectors], None, None]:
    """The vectors of the passages of each block, with what the block is called, as they get done.

    A single worker is this very thread. Once it is closed no process goes on, and no thread begins anything.

    Raises:
        ModelError: a worker failed. What the others were at has been given before.
    """
    if crew.workers <= 1:
        for name, texts in blocks:
            yield name, encoder.encode(texts, "document")
        return
    if crew.make is None:
        yield from _as_done(_Threads(), lambda texts: encoder.encode(texts, "document"), blocks, crew.workers)
        return
    with _processes(crew.workers, crew.make) as pool:
        yield from _as_done(pool, _encode, blocks, _AHEAD * crew.workers)


def _as_done(
    pool: Executor, encode: Encode, blocks: Iterator[tuple[T, Sequence[str]]], ahead: int
) -> Generator[tuple[T, Vectors], None, None]:
    under_way: dict[Future[Vectors], T] = {}
    failure: BaseException | None = None
    while True:
        while failure is None and len(under_way) < ahead and (block := next(blocks, None)):
            try:
                under_way[_submitted(pool, encode, block[1])] = block[0]
            except (BrokenExecutor, OSError) as error:  # broken since the last one; no process can be started
                failure = error
        if not under_way:
            break
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            name = under_way.pop(future)
            if failed := future.exception():
                failure = failure or failed
            else:
                yield name, future.result()
        if failure:
            under_way = {future: name for future, name in under_way.items() if not future.cancel()}
    if failure:
        raise _error_of(failure) from failure


def _submitted(pool: Executor, encode: Encode, texts: Sequence[str]) -> Future[Vectors]:
    """Ctrl-C goes to every process of a terminal; one that is started here never hears of it and is ended by us."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(encode, texts)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _error_of(failure: BaseException) -> BaseException:
    if isinstance(failure, ChidaoError) or not isinstance(failure, Exception):
        return failure
    kept_vi, kept_en = "những đoạn đã mã hoá được giữ lại", "what was encoded is kept"
    if isinstance(failure, BrokenExecutor):
        return ModelError(
            "một tiến trình mã hoá bị dừng đột ngột, thường vì hết bộ nhớ; chạy lại chidao reload với --workers nhỏ "
            f"hơn ({kept_vi})",
            f"a process that encodes has ended abruptly, mostly for want of memory; run chidao reload again with a "
            f"smaller --workers ({kept_en})",
        )
    kind = type(failure).__name__
    return ModelError(
        f"một tiến trình mã hoá gặp lỗi ({kind}); chạy lại chidao reload, không có --workers để xem lỗi ({kept_vi})",
        f"a process that encodes has failed ({kind}); run chidao reload again, without --workers to see it ({kept_en})",
    )


# ------------------------------------------------------------------------------------------------------------ threads
class _Threads(Executor):
    """A thread for each task, which nobody waits for: after Ctrl-C that would be for as long as a server is silent."""

    def submit(self, work: Callable[..., T], /, *arguments: Any, **options: Any) -> Future[T]:
        """Begins a task."""
        future = Future[T]()
        future.set_running_or_notify_cancel()
        threading.Thread(target=_finish, args=(future, partial(work, *arguments, **options)), daemon=True).start()
        return future


def _finish(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001  whatever it is, who waits is told
        future.set_exception(error)


# ---------------------------------------------------------------------------------------------------------- processes
@contextmanager
def _processes(workers: int, make: Callable[[int], Encoder]) -> Iterator[Executor]:
    """Processes that end with this block, and with this process however it ends: both close `ours`."""
    context = get_context("spawn")  # a fork would take along locks that threads of ONNX Runtime and FAISS hold
    theirs, ours = context.Pipe(duplex=False)
    threads = max(1, (os.cpu_count() or 1) // workers)
    with closing(theirs), closing(ours):
        try:
            pool = ProcessPoolExecutor(workers, context, initializer=_enlist, initargs=(make, threads, theirs))
        except (OSError, NotImplementedError) as error:  # no semaphores: /dev/shm is missing or cannot be written
            raise _error_of(error) from error
        try:
            yield pool
            pool.shutdown()
        finally:
            ours.close()
            pool.shutdown(cancel_futures=True)


_enlisted: Encoder  # of a process that is a worker


def _enlist(make: Callable[[int], Encoder], threads: int, parent: Connection) -> None:
    """Begins a worker. Its encoder is loaded with the first block, so what is wrong with it is told as any error is."""
    global _enlisted  # noqa: PLW0603  functions alone are called in a worker
    os.environ[_THREADS] = str(threads)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _enlisted = make(threads)


def _end_with(parent: Connection) -> None:
    parent.poll(None)
    os._exit(1)


def _encode(texts: Sequence[str]) -> Vectors:
    return _enlisted.encode(texts, "document")
