"""The only way out: connections go to public addresses that were checked, and end when the page's time is over.

A name is resolved once for each connection, every address it has must be public, and the connection is made to one of
those very addresses, so that a name cannot show one address to the check and another to the connection. TLS goes on
verifying the name.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import inf
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from corpus.fetch.errors import odd_port, private_address, unknown_host

Resolver = Callable[[str, int], Iterable[str]]
Clock = Callable[[], float]

_WEB_PORTS = frozenset({80, 443})
_UNICAST = IPv6Network("2000::/3")  # all that is given out of global unicast IPv6
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_IPV4 = 0xFFFFFFFF


def is_public(address: str) -> bool:
    """Whether an address is global unicast, and so is any IPv4 address inside it."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = _embedded(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and ip in _UNICAST


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that mapped, 6to4 and NAT64 addresses lead to."""
    return ip.ipv4_mapped or ip.sixtofour or (IPv4Address(int(ip) & _IPV4) if ip in _NAT64 else None)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be reached although it is private or on another port: hosts, hosts with a port, networks."""

    hosts: frozenset[tuple[str, int | None]]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> Allowed:
        """From `portal.local`, `127.0.0.1:8000`, `[::1]:8000`, `10.1.0.0/16`."""
        hosts, networks = set(), []
        for entry in entries:
            if "/" in entry:
                networks.append(ip_network(entry, strict=False))
            else:
                parts = urlsplit("//" + (f"[{entry}]" if entry.count(":") > 1 and "[" not in entry else entry))
                hosts.add(((parts.hostname or "").rstrip("."), parts.port))
        return cls(frozenset(hosts), tuple(networks))

    def check(self, host: str, port: int, addresses: Iterable[str]) -> None:
        """Lets a connection to these addresses pass.

        Raises:
            InputError: one of them is not public, or the port is no web port, and no entry allows it.
        """
        if not self.hosts.isdisjoint({(host, None), (host, port)}):
            return
        for address in addresses:
            if any(ip_address(address) in network for network in self.networks):
                continue
            if not is_public(address):
                raise private_address(host, address)
            if port not in _WEB_PORTS:
                raise odd_port(host, port)


def lookup(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system finds them.

    Raises:
        InputError: there is none.
        httpcore.ConnectError: the name servers did not answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise httpcore.ConnectError(str(error)) from error
        raise unknown_host(host) from error
    except UnicodeError as error:  # a label of more than 63 letters
        raise unknown_host(host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """The moment at which the page being fetched must have arrived."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end = inf

    def start(self, seconds: float) -> None:
        """Gives the next page its time."""
        self._end = self._clock() + seconds

    def left(self) -> float:
        """Seconds until it is over; 0 or less when it is."""
        return self._end - self._clock()

    def within(self, timeout: float | None) -> float:
        """The shorter of a timeout and what is left.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        left = self.left()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline, a server that drips its headers included."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _TimedStream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks, and connects to the checked address."""

    def __init__(self, allowed: Allowed, resolve: Resolver, deadline: Deadline) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._deadline = deadline
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = list(self._resolve(host, port))
        self._allowed.check(host, port, addresses)
        failed: Exception = unknown_host(host)
        for address in addresses:
            within = self._deadline.within(timeout)
            try:
                stream = self._system.connect_tcp(address, port, within, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failed


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raises the errors of httpx for those of the layer below it, the finer ones first."""
    kinds: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
        (httpcore.TimeoutException, httpx.ReadTimeout),
        (httpcore.ConnectError, httpx.ConnectError),
        (httpcore.NetworkError, httpx.ReadError),
        (httpcore.ProtocolError, httpx.RemoteProtocolError),
    )
    try:
        yield
    except tuple(kind for kind, _ in kinds) as error:
        meant = next(meant for kind, meant in kinds if isinstance(error, kind))
        raise meant(str(error)) from error


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx over connections that the guard made; no proxy, no environment."""

    def __init__(self, allowed: Allowed, deadline: Deadline, resolve: Resolver = lookup) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_GuardedBackend(allowed, resolve, deadline),
            max_keepalive_connections=1,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; redirects are the caller's to follow."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx():
            response = self._pool.handle_request(
                httpcore.Request("GET", target, headers=request.headers.raw, extensions=request.extensions)
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()
