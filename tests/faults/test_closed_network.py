"""What conftest.py promises: no test gets out of this machine, by name or by number."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("api.telegram.org", 443)])
def test_a_call_out_fails_the_test_that_makes_it(address):
    with pytest.raises(pytest.fail.Exception, match="the network is closed, use a server on 127"):
        socket.create_connection(address, timeout=1)


def test_a_server_on_this_machine_may_be_called():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=1).close()
