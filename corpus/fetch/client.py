"""One page at a time: polite, patient within limits, every redirect checked.

A request that fails in a way that may heal is tried again with growing pauses; what a server asks with Retry-After is
granted up to MAX_WAIT, beyond which the host is left alone for the rest of the run.
"""

from __future__ import annotations

import random
import ssl
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

import httpx

from config.errors import InputError
from corpus.fetch import errors
from corpus.fetch.guard import Clock, Deadline
from corpus.fetch.inflate import collected, inflated
from corpus.fetch.models import FetchPolicy, Validators
from corpus.fetch.urls import parsed

ATTEMPTS = 4
FIRST_PAUSE = 1.0  # seconds; doubles with each attempt, plus up to half of it by chance
MAX_WAIT = 120.0  # the longest that a server may ask us to wait
MAX_REDIRECTS = 5
SILENT_AFTER = 3 * ATTEMPTS  # attempts in a row without an answer, after which a host is not asked again

_MAY_HEAL = frozenset({429, 500, 502, 503, 504})
_NO_HEADERS: MappingProxyType[str, str] = MappingProxyType({})
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.8"
)
Check = Callable[[httpx.URL], None]
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave: the bytes and what it said of them; `data` is None where the page is unchanged."""

    url: str
    data: bytes | None
    media_type: str | None
    charset: str | None
    validators: Validators


class _TryAgainError(Exception):
    """This attempt failed; `error` is what to say if it was the last."""

    def __init__(self, host: str, error: InputError, retry_after: float | None = None) -> None:
        self.host = host
        self.error = error
        self.retry_after = retry_after


class Client:
    """Fetches pages under a policy. `transport` closes with it; `deadline` is the one the transport obeys."""

    def __init__(
        self, policy: FetchPolicy, transport: httpx.BaseTransport, deadline: Deadline, *, sleep: Sleep, clock: Clock
    ) -> None:
        self._policy = policy
        self._deadline = deadline
        self._http = httpx.Client(
            transport=transport,
            trust_env=False,
            timeout=policy.timeout,
            headers={"User-Agent": policy.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"},
        )
        self._turns = _Turns(policy.delay, sleep, clock)
        self._silence: Counter[str] = Counter()

    def close(self) -> None:
        """Closes every connection."""
        self._http.close()

    def slow_down(self, host: str, seconds: float) -> None:
        """From now on at least so many seconds between two requests to the host."""
        self._turns.slow_down(host, seconds)

    def get(self, url: str, *, check: Check | None = None, known: Validators | None = None) -> Answer:
        """The page at `url`, or word that it is as `known`; `check` may refuse any URL on the way.

        Raises:
            PassingError: not to be had now.
            InputError: not to be had at all.
        """
        start = parsed(url)
        if self._silence[start.host] >= SILENT_AFTER:
            raise errors.no_answer(start.host)
        attempt = 0
        while True:
            try:
                return self._follow(start, check, known)
            except _TryAgainError as again:
                jittered = FIRST_PAUSE * 2**attempt * random.uniform(1, 1.5)  # noqa: S311  a pause is no secret
                self._turns.pause(again.host, max(again.retry_after or 0, jittered))
                attempt += 1
                if attempt == ATTEMPTS:
                    raise again.error from again

    def _follow(self, url: httpx.URL, check: Check | None, known: Validators | None) -> Answer:
        """One attempt, with its redirects; cookies live as long and no farther than one host."""
        seen: set[tuple[str, str | None]] = set()
        self._http.cookies.clear()
        while True:
            if check:
                check(url)
            conditional = _conditions(known) if known and known.url == str(url) else _NO_HEADERS
            request = self._http.build_request("GET", url, headers=dict(conditional))
            visit = (str(url), request.headers.get("cookie"))  # some sites set a cookie and redirect to the same URL
            if visit in seen or len(seen) > MAX_REDIRECTS:
                raise errors.too_many_redirects(url.host)
            seen.add(visit)
            answer = self._send(request)
            if isinstance(answer, Answer):
                return answer
            if url.scheme == "https" and answer.scheme == "http":
                raise errors.downgrade(url.host)
            if url.host != answer.host:
                self._http.cookies.clear()
            url = answer

    def _send(self, request: httpx.Request) -> Answer | httpx.URL:
        """The answer to one request, or where it redirects to."""
        host = request.url.host
        self._turns.wait(host)
        self._deadline.start(self._policy.total)
        try:
            with closing(self._http.send(request, stream=True)) as response:
                answer = self._read(response)
        except (httpx.TransportError, zlib.error) as error:
            if self._deadline.left() <= 0:
                raise errors.too_slow(host, self._policy.total) from error
            if _is_certificate_error(error):
                raise errors.bad_certificate(host) from error
            self._silence[host] += 1
            raise _TryAgainError(host, errors.no_answer(host)) from error
        self._silence[host] = 0
        return answer

    def _read(self, response: httpx.Response) -> Answer | httpx.URL:
        request, status = response.request, response.status_code
        if response.next_request:
            return parsed(str(response.next_request.url))
        if status in _MAY_HEAL:
            trouble = errors.server_trouble(request.url.host, status)
            raise _TryAgainError(request.url.host, trouble, _retry_after(response.headers))
        unchanged = status == httpx.codes.NOT_MODIFIED and _is_conditional(request)
        if response.is_server_error:
            raise errors.server_trouble(request.url.host, status)
        if not unchanged and not response.is_success:
            raise errors.bad_status(status)
        headers = response.headers
        return Answer(
            url=str(request.url),
            data=None if unchanged else self._body(response),
            media_type=headers.get("Content-Type", "").partition(";")[0].strip().lower() or None,
            charset=response.charset_encoding,
            validators=Validators(str(request.url), _plain(headers, "ETag"), _plain(headers, "Last-Modified")),
        )

    def _body(self, response: httpx.Response) -> bytes:
        """The body without its compression, never more than the limit of it in memory."""
        claimed = response.headers.get("Content-Length", "0")
        if len(claimed) > len(str(self._policy.max_bytes)) or int(claimed) > self._policy.max_bytes:
            raise errors.too_large(self._policy.max_bytes)
        chunks = response.iter_raw()
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding in ("gzip", "x-gzip"):
            chunks = inflated(chunks)
        elif coding not in ("", "identity"):
            raise errors.unknown_coding(coding)
        return collected(chunks, self._policy.max_bytes)


class _Turns:
    """When each host may be asked again."""

    def __init__(self, delay: float, sleep: Sleep, clock: Clock) -> None:
        self._delay = delay
        self._sleep = sleep
        self._clock = clock
        self._delays: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        self._delays[host] = max(self._delays.get(host, self._delay), seconds)

    def pause(self, host: str, seconds: float) -> None:
        self._next[host] = max(self._next.get(host, 0), self._clock() + seconds)

    def wait(self, host: str) -> None:
        """Sleeps until it is the host's turn; PassingError if that is too far off."""
        left = self._next.get(host, 0) - self._clock()
        if left > MAX_WAIT:
            raise errors.come_back(host, left)
        if left > 0:
            self._sleep(left)
        self.pause(host, self._delays.get(host, self._delay))


def _plain(headers: httpx.Headers, name: str) -> str | None:
    """A header that can be sent back."""
    value = headers.get(name)
    return value if value and value.isascii() else None


def _conditions(known: Validators) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _is_conditional(request: httpx.Request) -> bool:
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds; of a date, counted from the server's own clock where it shows it."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    moment = _date(value)
    if moment is None:
        return None
    return (moment - (_date(headers.get("Date", "")) or datetime.now(UTC))).total_seconds()


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_certificate_error(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
