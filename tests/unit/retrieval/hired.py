"""Encoders for workers, which are made in a process of their own and so have to be found by name."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from config.errors import ModelError
from retrieval.hits import Role, Vectors
from tests.fakes import HashEncoder


class Hired(HashEncoder):
    """Does as a text tells it to, if it tells it anything."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Unit vectors; or what goes wrong."""
        for text in texts:
            if "BEAT" in text:  # for ever, so that it is seen who still lives
                while True:
                    with Path(text.split()[-1]).open("a", encoding="utf-8") as file:
                        file.write(".")
                    time.sleep(0.01)
            if "REFUSE" in text:
                raise ModelError("không được", "cannot be done")
            if "FAIL" in text:
                raise RuntimeError("a library's own")
            if "DIE" in text:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts, role)


def hire(_threads: int) -> Hired:
    """A worker's encoder."""
    return Hired()


def told(threads: int) -> HashEncoder:
    """One whose vectors show how many threads it may use, and how many torch is told of."""
    return HashEncoder(f"{threads}/{os.environ['OMP_NUM_THREADS']}")
