"""One request to `/chat/completions` of an OpenAI-compatible server: streamed, limited in time and size, tried again.

It raises nothing that holds what the server sent, nor the key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.answering.models import LlmOutcome
from bot.llm.prompt import Message
from bot.llm.stream import Completion, Hear, NonsenseError, read_events, read_whole
from config.waiting import TRY_AGAIN, Deadline, retry_after

BACKOFF = 0.5  # seconds before the second try, twice as many before each further one


class FailedError(Exception):
    """No reply. `outcome` says why; nothing more is known that may be told."""

    def __init__(self, outcome: LlmOutcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server and how it may be asked. Times in seconds: `connect`, `silence` between two pieces, `total`."""

    base_url: str
    model: str
    key: str | None = field(repr=False)
    connect: float
    silence: float
    total: float
    retries: int
    max_tokens: int


class ChatClient:
    """Asks one server. Safe to share between threads; `transport` is for tests."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._sleep = sleep
        timeout = httpx.Timeout(endpoint.silence, connect=endpoint.connect)
        # No connection is kept: `Deadline` learns of one when it is made. No proxy, no redirect: the key goes there
        # and nowhere else.
        self._client = httpx.Client(
            timeout=timeout,
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self._headers = {"Accept": "text/event-stream, application/json", "Accept-Encoding": "identity"}
        if endpoint.key:
            self._headers["Authorization"] = f"Bearer {endpoint.key}"

    def complete(self, messages: Sequence[Message], hear: Hear = lambda _text: None) -> Completion:
        """The model's reply; `hear` is told what there is of it so far, where the server streams.

        Raises:
            FailedError: there is none, after the tries that are allowed.
        """
        body = {
            "model": self._endpoint.model,
            "messages": list(messages),
            "max_tokens": self._endpoint.max_tokens,
            "temperature": 0,
            "stream": True,
        }
        with Deadline(self._endpoint.total) as deadline:
            for tried in range(self._endpoint.retries + 1):
                try:
                    return self._once(body, deadline, hear)
                except _TryAgainError as again:
                    pause = max(again.after, BACKOFF * 2**tried)
                    if tried == self._endpoint.retries or pause >= deadline.left():
                        raise FailedError(again.outcome) from None
                    self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Closes what is open."""
        self._client.close()

    def _once(self, body: Mapping[str, Any], deadline: Deadline, hear: Hear) -> Completion:
        url = f"{self._endpoint.base_url.rstrip('/')}/chat/completions"
        request = self._client.build_request(
            "POST", url, json=body, headers=self._headers, extensions={"trace": deadline.watch}
        )
        answered = False
        try:
            with self._answer(request) as response:
                answered = True
                _check_status(response)
                return _read(response, deadline, hear)
        except NonsenseError:
            raise FailedError(LlmOutcome.SLOW if deadline.passed else LlmOutcome.NONSENSE) from None
        except httpx.TimeoutException:
            raise FailedError(LlmOutcome.SLOW) from None
        except (httpx.HTTPError, httpx.StreamError, OSError):
            if deadline.passed:
                raise FailedError(LlmOutcome.SLOW) from None
            if answered:
                raise FailedError(LlmOutcome.NONSENSE) from None  # cut off
            raise _TryAgainError(LlmOutcome.UNREACHABLE) from None

    @contextmanager
    def _answer(self, request: httpx.Request) -> Iterator[httpx.Response]:
        response = self._client.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()


class _TryAgainError(Exception):
    """A failure that may heal, before the first byte of a reply; `after` is how long the server wants to be left."""

    def __init__(self, outcome: LlmOutcome, after: float = 0.0) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.after = after


def _check_status(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.OK:
        return
    if response.status_code in TRY_AGAIN:
        raise _TryAgainError(LlmOutcome.REFUSED, retry_after(response.headers.get("Retry-After", "")))
    raise FailedError(LlmOutcome.REFUSED)


def _read(response: httpx.Response, deadline: Deadline, hear: Hear) -> Completion:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NonsenseError  # not asked for, and unpacking has no limit
    readers = {"text/event-stream": read_events, "application/json": read_whole}
    if kind not in readers:
        raise NonsenseError
    return readers[kind](deadline.within(response.iter_raw()), hear)
