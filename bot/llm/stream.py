"""A reply of `/chat/completions`, streamed as server-sent events or whole as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 1_000_000  # of a reply: streamed tokens come with some 200 bytes of JSON each
MAX_TEXT = 20_000  # characters of its text
_ENDS = re.compile(r"[.!?…\n]")  # a sentence, as far as a token tells
Hear = Callable[[str], None]
_FINISHED = frozenset({"stop", "length", "eos", "end_turn"})


class NonsenseError(Exception):
    """What came is no reply of the form that was asked for. Holds none of what the server sent."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply, and the tokens that it and its prompt took, None where the server does not tell."""

    text: str
    tokens: int | None


def read_events(chunks: Iterable[bytes], hear: Hear = lambda _text: None) -> Completion:
    """The reply that events spell. One that ends without a word that it is finished was cut off, and is none.

    `hear` is told what there is of it at each end of a sentence.

    Raises:
        NonsenseError: as said.
    """
    parts: list[str] = []
    tokens, finished = None, False
    for data in _events(chunks):
        if data == b"[DONE]":
            finished = finished or bool(parts)
            break
        event = _json(data)
        tokens = _tokens(event) or tokens
        text, reason = _choice(event, "delta")
        parts.append(text)
        if _ENDS.search(text):
            hear("".join(parts))
        finished = finished or reason in _FINISHED
        if sum(map(len, parts)) > MAX_TEXT:
            raise NonsenseError
    if not finished:
        raise NonsenseError
    return Completion("".join(parts), tokens)


def read_whole(chunks: Iterable[bytes], _hear: Hear = lambda _text: None) -> Completion:
    """The reply of a server that does not stream, so that there is nothing to hear of it before.

    Raises:
        NonsenseError: it is of another form.
    """
    event = _json(b"".join(_limited(chunks)))
    text, reason = _choice(event, "message")
    if reason not in _FINISHED or len(text) > MAX_TEXT:
        raise NonsenseError
    return Completion(text, _tokens(event))


def _events(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The data of each event; comments and other fields are passed over."""
    rest = b""
    for chunk in _limited(chunks):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line.removeprefix(b"data:").strip()
    if rest.startswith(b"data:"):
        yield rest.removeprefix(b"data:").strip()


def _limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > MAX_BYTES:
            raise NonsenseError
        yield chunk


def _json(data: bytes) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        raise NonsenseError from None
    if not isinstance(event, dict) or "error" in event:
        raise NonsenseError
    return event


def _choice(event: dict[str, Any], part: str) -> tuple[str, str | None]:
    """Text and finish reason of the first choice; none in an event that only counts tokens."""
    choices = event.get("choices")
    if choices == [] and event.get("usage"):
        return "", None
    match choices:
        case [{**choice}, *_]:
            said = choice.get(part)
            text = said.get("content") if isinstance(said, dict) else None
            reason = choice.get("finish_reason")
            if (text is None or isinstance(text, str)) and (reason is None or isinstance(reason, str)):
                return text or "", reason
    raise NonsenseError


def _tokens(event: dict[str, Any]) -> int | None:
    usage = event.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and total > 0 else None
