"""Which generation readers are given, where one cannot be opened."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.answering.live import LiveGeneration
from config.errors import ServerError
from corpus.generation import Home
from retrieval.backends.backend import HomeBackend
from retrieval.serving import Generation
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import ARTICLES, add, next_generation


class Failing(HomeBackend):
    """Fails as often as it is told to."""

    failures = 0

    def open_live(self) -> Generation:
        if self.failures:
            self.failures -= 1
            raise ServerError("máy chủ", "server")
        return super().open_live()


def test_one_that_a_server_could_not_open_is_tried_again_by_the_next_reader(tmp_path: Path):
    home = Home(tmp_path)
    add(home, *ARTICLES[:3])
    next_generation(home)
    backend = Failing(home)

    def served() -> str:
        with live.reading() as generation:
            return generation.name

    with closing(LiveGeneration(backend, HashEncoder().identity)) as live:
        assert served() == "000001"
        add(home, ARTICLES[3])
        next_generation(home)
        backend.failures = 1
        assert [served(), served()] == ["000001", "000002"]
