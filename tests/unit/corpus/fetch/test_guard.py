"""Where a connection may go: every spelling of a private address is refused unless a setting allows it."""

import ipaddress
import socket
import ssl
import subprocess
import threading
import time
from shutil import which

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.fetch import Failed, Fetcher, FetchLog, FetchPolicy
from corpus.fetch.guard import Allowed, Deadline, GuardedTransport, is_public, lookup

NOTHING = Allowed.of(())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.255.0.1", False),
        ("0.0.0.0", False),  # this host, on Linux
        ("10.0.0.5", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # the metadata of a cloud
        ("100.64.0.1", False),  # carrier-grade NAT
        ("198.18.0.1", False),
        ("224.0.0.1", False),  # multicast, which Python calls global in part
        ("239.1.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),  # IPv4-compatible, long withdrawn
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("ff0e::1", False),
        ("2001:db8::1", False),
        ("2001::1", False),  # Teredo
        ("::ffff:10.0.0.5", False),  # IPv4 inside IPv6
        ("::ffff:8.8.8.8", True),
        ("2002:a00:5::1", False),  # 10.0.0.5 in 6to4
        ("64:ff9b::a00:5", False),  # 10.0.0.5 in NAT64
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::a00:5", False),  # NAT64 with a prefix of one's own
    ],
)
def test_an_address_is_public_only_if_all_the_internet_can_reach_it(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.1", "0", "127.0.0.1"])
def test_numbers_that_the_system_reads_as_an_address_are_checked_as_that_address(host):
    def system(name: str, port: int) -> list[str]:
        return [socket.inet_ntoa(socket.inet_aton(name))]  # what getaddrinfo does with such names

    transport = GuardedTransport(NOTHING, Deadline(time.monotonic), system)
    with httpx.Client(transport=transport) as client, pytest.raises(InputError, match="is not public"):
        client.get(f"http://{host}/")


@given(st.ip_addresses(), st.integers(1, 65535))
def test_nothing_passes_that_is_not_global_or_not_a_web_port(address, port):
    try:
        NOTHING.check("cong.test", port, [str(address)])
    except InputError:
        return
    assert port in (80, 443)
    assert address.is_global
    assert not address.is_multicast


@given(st.ip_addresses(network="10.0.0.0/8"), st.ip_addresses(v=4))
def test_an_allowed_network_lets_its_own_addresses_pass_and_no_others(inside, other):
    allowed = Allowed.of(["10.0.0.0/8"])
    allowed.check("x.test", 8080, [str(inside)])
    if other not in ipaddress.ip_network("10.0.0.0/8"):
        with pytest.raises(InputError):
            allowed.check("x.test", 8080, [str(inside), str(other)])


@pytest.mark.parametrize(
    ("entry", "host", "port", "passes"),
    [
        ("trong.test", "trong.test", 8080, True),
        ("trong.test", "khac.test", 80, False),
        ("trong.test:8080", "trong.test", 8080, True),
        ("trong.test:8080", "trong.test", 80, False),
        ("Trong.TEST.", "trong.test", 80, True),
        ("10.0.0.5", "10.0.0.5", 80, True),
        ("10.0.0.5", "trong.test", 80, False),  # a name that leads there is not the address that was named
        ("10.0.0.0/24", "trong.test", 80, True),
        ("::1", "::1", 80, True),
        ("[::1]:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 80, False),
    ],
)
def test_a_setting_lets_a_host_pass(entry, host, port, passes):
    addresses = [host if ":" in host else "10.0.0.5"]
    if passes:
        Allowed.of([entry]).check(host, port, addresses)
    else:
        with pytest.raises(InputError, match="CHIDAO_FETCH__ALLOWED_HOSTS="):
            Allowed.of([entry]).check(host, port, addresses)


def test_a_name_without_an_address_is_told(monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(InputError) as refused:
        lookup("khong-co.test", 80)
    assert refused.value.vi == "không có máy chủ nào tên khong-co.test; kiểm tra lại địa chỉ"


def test_name_servers_that_do_not_answer_may_heal(monkeypatch):
    def silent(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(httpcore.ConnectError):
        lookup("cong.test", 80)


def test_a_name_that_cannot_be_one_is_told(monkeypatch):
    def too_long(*_: object, **__: object) -> None:
        ("a" * 64).encode("idna")  # what getaddrinfo does first

    monkeypatch.setattr(socket, "getaddrinfo", too_long)
    with pytest.raises(InputError, match="there is no server named"):
        lookup("a" * 64, 80)


@pytest.mark.skipif(which("openssl") is None, reason="no openssl program to make a certificate with")
def test_the_name_and_not_the_address_is_what_tls_verifies(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=cong.test"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_one_handshake, args=(server, context))
        thread.start()
        policy = FetchPolicy(allowed_hosts=("cong.test",), timeout=5)
        with (
            FetchLog(tmp_path / "fetched.sqlite") as log,
            Fetcher(policy, log, resolve=lambda host, port: ["127.0.0.1"]) as fetcher,
        ):
            [failed] = fetcher.fetch(f"https://cong.test:{server.getsockname()[1]}/")
        thread.join()
    assert asked == ["cong.test"]
    assert isinstance(failed, Failed)
    assert failed.error.en.startswith("the certificate of cong.test is not valid; tell the site's administrator")


def _one_handshake(server: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = server.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:  # the client does not trust the certificate
            return
