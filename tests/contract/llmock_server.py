"""llmock (PyPI), a server of the OpenAI protocol that nobody here wrote, started in an environment of its own.

It wants a web framework, which chidao does not, and brings a pytest plugin: `.ci/run` installs it into
tests/contract/llm_server/llmock.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.contract.bot_api_server import REQUIRE_VARIABLE

PROGRAM: Final = Path(__file__).parent / "llm_server" / "llmock" / "bin" / "llmock"
_STARTS_WITHIN = 60.0  # seconds


def available() -> str | None:
    """Why it cannot run here, or None; where servers are required it is always None, and starting fails instead."""
    if os.environ.get(REQUIRE_VARIABLE) == "1" or PROGRAM.exists():
        return None
    return "llmock is not installed in tests/contract/llm_server/llmock (see .ci/run)"


@contextmanager
def llmock() -> Iterator[str]:
    """Its address, while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [shutil.which(PROGRAM) or str(PROGRAM), "serve", "--port", str(port), "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"{address}/_llmock/requests")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("llmock did not start")
