"""Vectors from an embedding service: any server with OpenAI's `/embeddings`, held to what was asked for.

Texts go to that server and nowhere else. No text, no key and nothing the server says reaches a log or an error.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpx
import numpy as np

from config.errors import NoVectorsError
from config.waiting import TRY_AGAIN, Breaker, Deadline, retry_after
from retrieval.encoder import ModelIdentity, check_dimension
from retrieval.families import Segment, family_of, segmenter
from retrieval.hits import Role, Vectors

BATCH = 32  # texts of one request; more than this Hugging Face's text-embeddings-inference refuses as it comes
MOST_BYTES = 16_000_000  # of one reply; 32 vectors of 8,192 numbers, written out, are 6 million
BACKOFF = 0.5  # seconds before the second try, twice as many before each further one
KEPT_QUESTIONS = 1024  # whose vectors are kept in memory: 4 MB of 1,024 numbers each
FAILURES, PAUSE = 2, 30.0  # questions in a row, after which no more are sent; seconds until one tries again
_CONNECT = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Service:
    """A server, the model's name there, and what stands before each text."""

    base_url: str = field(repr=False)  # may hold a password
    model: str
    key: str | None = field(repr=False)
    given: dict[Role, str]

    @property
    def prompts(self) -> dict[Role, str]:
        """Those given, and those of the model's family."""
        return {**family_of(self.model).prompts, **self.given}

    @property
    def identity(self) -> ModelIdentity:
        """Which model. Not where it is: a server that moves makes no other vectors."""
        made_of = ("service", self.model, sorted(self.prompts.items()), family_of(self.model).segmented)
        return ModelIdentity(self.model, hashlib.sha256(repr(made_of).encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a server may be silent, seconds in all, further tries and pauses included, and how many tries."""

    silence: float
    total: float
    tries: int


HURRY = Patience(4.0, 4.0, 2)  # a citizen waits
LEISURE = Patience(60.0, 300.0, 7)  # a reload waits: through half a minute of failures, or what Retry-After asks for


class ServiceEncoder:
    """The encoder that a service is. Safe to share between threads.

    Questions have `question` as their patience, and are not sent for a while once some have failed in a row.
    """

    def __init__(
        self,
        service: Service,
        *,
        question: Patience = HURRY,
        passages: Patience = LEISURE,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._patience: dict[Role, Patience] = {"query": question, "document": passages}
        self._sleep = sleep
        self._breaker = Breaker(FAILURES, PAUSE, clock)
        self._kept = _Kept(KEPT_QUESTIONS)
        # No connection is kept: `Deadline` learns of one when it is made. No proxy, no redirect: texts and key go to
        # the server that settings name and nowhere else.
        self._client = httpx.Client(
            trust_env=False, follow_redirects=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # unpacking has no limit
            "Content-Type": "application/json",
        }
        if service.key:
            self._headers["Authorization"] = f"Bearer {service.key}"

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors, one row a text: float32 of shape (len(texts), dimension).

        Raises:
            NoVectorsError: the server gives none, after the tries that are allowed.
            ModelError: the model wants words segmented, and nothing is installed to do it.
        """
        if role == "query":
            found = [self._question(text) for text in texts]
        else:
            found = [self._vectors(texts[at : at + BATCH], role) for at in range(0, len(texts), BATCH)]
        for each in found[1:]:
            check_dimension(each, found[0].shape[1])
        return np.concatenate(found)

    def _question(self, text: str) -> Vectors:
        """Its vector, of shape (1, dimension)."""
        if (kept := self._kept.get(text)) is not None:
            return kept
        if not self._breaker.allows():
            raise _no_vectors(_FailedError("vừa không trả lời được", "has just failed"))
        try:
            vector = self._vectors([text], "query")
        except NoVectorsError:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        self._kept.put(text, vector)
        return vector

    def _vectors(self, texts: Sequence[str], role: Role) -> Vectors:
        prompt, patience = self._service.prompts.get(role, ""), self._patience[role]
        body = {
            "model": self._service.model,
            "input": [prompt + (self._segment(text) if self._segment else text) for text in texts],
            "encoding_format": "float",
        }
        content = json.dumps(body).encode()  # in ASCII, which half a surrogate pair fits into too
        with Deadline(patience.total) as deadline:
            for tried in range(patience.tries):
                try:
                    return vectors_of(self._reply(content, patience, deadline), len(texts))
                except _FailedError as failed:
                    pause = max(failed.after, BACKOFF * 2**tried)
                    if not failed.heals or tried + 1 == patience.tries or pause >= deadline.left():
                        raise _no_vectors(failed) from None
                    self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    @cached_property
    def _segment(self) -> Segment | None:
        return segmenter(self._service.model) if family_of(self._service.model).segmented else None

    def _reply(self, content: bytes, patience: Patience, deadline: Deadline) -> bytes:
        """The body of a good reply to one request."""
        url = f"{self._service.base_url.rstrip('/')}/embeddings"
        timeout = httpx.Timeout(patience.silence, connect=_CONNECT)
        with _told(deadline):
            request = self._client.build_request(
                "POST", url, content=content, headers=self._headers, timeout=timeout,
                extensions={"trace": deadline.watch},
            )  # fmt: skip
            response = self._client.send(request, stream=True)
            try:
                _check_status(response)
                return _body(response, deadline)
            finally:
                response.close()


class _FailedError(Exception):
    """No vectors. `vi` and `en` go on "the embedding service"; it may heal `after` so many seconds, or not at all."""

    def __init__(self, vi: str, en: str, *, heals: bool = False, after: float = 0.0) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en
        self.heals, self.after = heals, after


def _no_vectors(failed: _FailedError) -> NoVectorsError:
    return NoVectorsError(
        f"máy chủ mã hoá (CHIDAO_ENCODER__BASE_URL) {failed.vi}; xem: chidao doctor; khi máy chủ chạy lại, chidao "
        "reload đi tiếp từ chỗ đã mã hoá",
        f"the embedding service (CHIDAO_ENCODER__BASE_URL) {failed.en}; see chidao doctor; once it is back, chidao "
        "reload goes on where it was",
    )


@contextmanager
def _told(deadline: Deadline) -> Iterator[None]:
    """What goes wrong on the way, in words that hold neither address nor content."""
    slow = _FailedError("trả lời quá chậm", "is too slow", heals=True)
    try:
        yield
    except httpx.InvalidURL:
        raise _FailedError("có địa chỉ không đọc được", "has an address that cannot be read") from None
    except httpx.TimeoutException:
        raise slow from None
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        if deadline.passed:
            raise slow from None
        kind = type(error).__name__
        raise _FailedError(f"không kết nối được ({kind})", f"cannot be reached ({kind})", heals=True) from None


def _check_status(response: httpx.Response) -> None:
    code = response.status_code
    if code == httpx.codes.OK:
        return
    if code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise _FailedError(
            f"không nhận khoá (HTTP {code}; CHIDAO_ENCODER__API_KEY hoặc __API_KEY_FILE)",
            f"does not accept the key (HTTP {code}; CHIDAO_ENCODER__API_KEY or __API_KEY_FILE)",
        )
    heals = code in TRY_AGAIN
    after = retry_after(response.headers.get("Retry-After", "")) if heals else 0.0
    raise _FailedError(f"từ chối (HTTP {code})", f"refuses (HTTP {code})", heals=heals, after=after)


def _nonsense(vi: str, en: str) -> _FailedError:
    return _FailedError(f"trả lời sai dạng ({vi})", f"answers nonsense ({en})")


def _body(response: httpx.Response, deadline: Deadline) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _nonsense("đóng gói dù không được hỏi", "packed without being asked to")
    body = bytearray()
    for chunk in deadline.within(response.iter_raw()):
        body += chunk
        if len(body) > MOST_BYTES:
            raise _nonsense(f"hơn {MOST_BYTES} byte", f"more than {MOST_BYTES} bytes")
    return bytes(body)


def vectors_of(body: bytes, count: int) -> Vectors:
    """The unit vectors that a reply holds, in the order of their `index`: float32 of shape (count, dimension)."""
    try:
        data = json.loads(body)["data"]
        found = {each["index"]: each["embedding"] for each in data}
        if len(data) != count or found.keys() != set(range(count)):
            raise _nonsense("không đúng một vectơ cho mỗi văn bản", "not one vector for each text")
        numbers = np.array([found[at] for at in range(count)], dtype=np.float64)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        raise _nonsense("không phải JSON có vectơ cùng số chiều", "no JSON with vectors of one dimension") from None
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.sum(numbers * numbers, axis=-1, keepdims=True))
        units = numbers / lengths
    if numbers.ndim != 2 or numbers.shape[1] == 0 or not (np.isfinite(lengths).all() and np.isfinite(units).all()):
        raise _nonsense("vectơ có số không hữu hạn hoặc toàn số 0", "numbers that are not finite, or all zero")
    return np.asarray(units, dtype=np.float32)


class _Kept:
    """The vectors of the last questions, by a hash: what was asked is not kept. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._vectors = OrderedDict[bytes, Vectors]()
        self._lock = threading.Lock()

    def get(self, text: str) -> Vectors | None:
        key = _hash(text)
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def put(self, text: str, vector: Vectors) -> None:
        with self._lock:
            self._vectors[_hash(text)] = vector
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
