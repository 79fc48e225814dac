"""Bodies counted while they grow: a small file that unpacks to gigabytes stops at the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from corpus.fetch.errors import too_large

GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 31  # zlib's window bits for the gzip format
_STEP = 65_536  # bytes unpacked at once


def inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip packed, in pieces of at most 64 KiB.

    Raises:
        zlib.error: damaged, or ends too early.
    """
    unpack = zlib.decompressobj(wbits=_GZIP)
    for chunk in chunks:
        left = chunk
        while left and not unpack.eof:
            yield unpack.decompress(left, _STEP)
            left = unpack.unconsumed_tail
    yield unpack.flush()
    if not unpack.eof:
        raise zlib.error("cut off")


def collected(chunks: Iterable[bytes], limit: int) -> bytes:
    """All of it.

    Raises:
        InputError: more than `limit` bytes.
    """
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise too_large(limit)
    return bytes(data)
