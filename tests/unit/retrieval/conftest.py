"""Homes to build in and one to read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.generation import Home
from retrieval.serving import Generation
from tests.unit.retrieval.homes import ARTICLES, add, live, run_reload


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with nothing in it."""
    return Home(tmp_path / "data")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    """A generation of ARTICLES by HashEncoder, only to be read."""
    home = Home(tmp_path_factory.mktemp("home"))
    add(home, *ARTICLES)
    run_reload(home)
    with live(home) as opened:
        yield opened
