"""What test_kill.py starts and kills: a reload, or an addition of articles, in an interpreter of its own.

    python -m tests.faults.doomed reload HOME   or   add HOME

Prints a line when ready, reads from standard input at which file operation to kill itself ("5", "os.rename CURRENT" or
"never"), then works. A reload prints each block of texts it has encoded, an addition each article's number; at the end
the number of file operations: whatever Python tells its audit hooks of files below the home, before it does it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore
from retrieval import encoding
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.hits import Role, Vectors
from tests.factories import article
from tests.fakes import HashEncoder

BLOCK = 2  # texts encoded at once: what a kill can cost
ADDED = 400  # more than can be added before the kill
_PER_BLOCK = 0.02  # seconds that the model of a real reload would take
_OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.listdir", "os.scandir", "shutil.rmtree"}


def bulletin(number: int) -> Article:
    """An article of one passage that is no version of any other and answers `question(number)`."""
    words = _words(number)
    text = f"Chợ {' '.join(words[:2])} mở cửa lúc {number} giờ sáng mỗi ngày. {' '.join(words[2:])}."
    return article(text, title=f"Chợ {' '.join(words[:2])}")


def question(number: int) -> str:
    """A question that only `bulletin(number)` answers."""
    return f"Chợ {' '.join(_words(number)[:2])} mở cửa lúc mấy giờ?"


def _words(number: int) -> list[str]:
    chance = random.Random(number)
    return ["".join(chance.choices("bcdghklmnpqrstvx", k=2)) + chance.choice("aeiouy") for _ in range(30)]


class _SlowEncoder(HashEncoder):
    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        vectors = super().encode(texts, role)
        time.sleep(_PER_BLOCK)
        _say(list(texts))
        return vectors


class _Operations:
    """Counts file operations below a folder, and kills this process at the one of that number or beginning so."""

    def __init__(self, folder: str, last: str) -> None:
        self.count = 0
        self._folder, self._last = folder, last

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _OPERATIONS and self._folder in str(arguments[0]):
            self.count += 1
            if self._last == str(self.count) or f"{event} {Path(str(arguments[0])).name}".startswith(self._last):
                os.kill(os.getpid(), signal.SIGKILL)


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  the parent reads it


def _reload(home: Home) -> None:
    encoding.ENCODE_BLOCK = BLOCK
    encoder = _SlowEncoder()
    reload(home, Coder(encoder, encoder.identity))


def _add(home: Home) -> None:
    with ArticleStore(home.store) as store:
        for number in range(ADDED):
            store.add(bulletin(number), str(number))
            _say(number)


def main() -> None:
    """Works when told to."""
    work = {"reload": _reload, "add": _add}[sys.argv[1]]
    _say("ready")
    operations = _Operations(sys.argv[2], input())
    sys.addaudithook(operations)
    work(Home(Path(sys.argv[2])))
    _say(operations.count)


if __name__ == "__main__":
    main()
