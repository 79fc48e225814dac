"""Reload: what is encoded, what is kept, and what a failure leaves behind."""

import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest

from config.errors import HomeError, InputError
from corpus.chunk import split
from corpus.generation import Home
from corpus.snapshot import indexed_text
from retrieval import build
from retrieval.build import reload
from retrieval.hits import Role, Vectors
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import ARTICLES, add, forget, live, run_reload

PASSAGES = [passage for article in ARTICLES for passage in split(article)]


def vectors_of(home: Home) -> dict[bytes, Vectors]:
    """The vectors of the generation served, by what was encoded."""
    with live(home) as generation:
        return {key: generation.vectors.vector(row) for key, row in generation.snapshot.keys().items()}


class BrokenEncoder(HashEncoder):
    """Fails at the first text."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        raise RuntimeError("no vectors today")


def test_nothing_stored_says_what_to_do(home):
    with pytest.raises(InputError, match="no article is stored; add some first: chidao add"):
        run_reload(home)
    assert home.current() is None


def test_the_first_reload_encodes_every_passage(home):
    add(home, *ARTICLES)
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    assert sorted(encoder.encoded) == sorted(map(indexed_text, PASSAGES))
    assert (report.new, report.articles, report.passages) == (True, len(ARTICLES), len(PASSAGES))
    assert report.encoded == len(PASSAGES)
    assert report.added == tuple((article.id, article.title) for article in ARTICLES)
    assert home.current() == report.generation


def test_another_article_costs_its_own_passages_only(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    before = vectors_of(home)
    add(home, ARTICLES[-1])
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    assert sorted(encoder.encoded) == sorted(map(indexed_text, split(ARTICLES[-1])))
    assert report.added == ((ARTICLES[-1].id, ARTICLES[-1].title),)
    after = vectors_of(home)
    assert all(np.array_equal(after[key], vector) for key, vector in before.items())
    assert len(after) == len(before) + report.encoded


def test_vectors_lie_at_the_rows_of_their_passages(home):
    """Passages are encoded in order of length and partly taken over; rows must follow the articles all the same."""
    add(home, ARTICLES[2])
    run_reload(home)
    add(home, *ARTICLES)
    run_reload(home)
    with live(home) as generation:
        rows = range(generation.manifest.passages)
        for row, passage in generation.snapshot.passages(rows).items():
            expected = HashEncoder().encode([indexed_text(passage)], "document")[0]
            assert np.array_equal(generation.vectors.vector(row), expected)


def test_nothing_new_makes_no_new_generation(home):
    add(home, *ARTICLES)
    first = run_reload(home)
    encoder = HashEncoder()
    second = run_reload(home, encoder)
    assert (second.new, second.generation, second.encoded) == (False, first.generation, 0)
    assert second.added == second.removed == ()
    assert encoder.encoded == []
    assert home.names() == [first.generation]


def test_another_model_encodes_everything_again(home):
    add(home, *ARTICLES)
    run_reload(home)
    report = run_reload(home, HashEncoder("2"))
    assert report.new
    assert report.encoded == len(PASSAGES)
    assert report.added == ()


def test_an_article_gone_from_the_store_is_reported_removed(home):
    add(home, *ARTICLES)
    run_reload(home)
    forget(home, ARTICLES[0])
    report = run_reload(home)
    assert report.removed == ((ARTICLES[0].id, ARTICLES[0].title),)
    assert (report.articles, report.encoded) == (len(ARTICLES) - 1, 0)


def test_progress_runs_from_none_to_all(home, monkeypatch):
    monkeypatch.setattr("retrieval.build.ENCODE_BLOCK", 2)
    add(home, *ARTICLES)
    told = []
    encoder = HashEncoder()
    reload(home, encoder, encoder.identity, lambda done, total: told.append((done, total)))
    assert told[0] == (0, len(PASSAGES))
    assert told[-1] == (len(PASSAGES), len(PASSAGES))
    assert told == sorted(told)


def test_two_reloads_of_the_same_articles_write_the_same_vectors(tmp_path):
    homes = [Home(tmp_path / "one"), Home(tmp_path / "other")]
    for home in homes:
        add(home, *ARTICLES)
        run_reload(home)
    one, other = (home.manifest(run_reload(home).generation).files for home in homes)
    assert one["vectors.faiss"] == other["vectors.faiss"]


# ------------------------------------------------------------------------------------------------------- failures
def files_of(home: Home) -> dict[str, bytes]:
    """CURRENT and everything in generations/."""
    kept = [home.path / "CURRENT", *home.generations.rglob("*")]
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in kept if path.exists()}


def test_an_encoder_that_fails_leaves_everything_as_it_was(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    before = files_of(home)
    add(home, ARTICLES[-1])
    with pytest.raises(RuntimeError, match="no vectors today"):
        run_reload(home, BrokenEncoder())
    assert files_of(home) == before
    assert run_reload(home).new  # and the next reload may write


def test_an_encoder_that_fails_the_first_time_leaves_no_generation(home):
    add(home, *ARTICLES)
    with pytest.raises(RuntimeError, match="no vectors today"):
        run_reload(home, BrokenEncoder())
    assert home.current() is None
    assert list(home.generations.iterdir()) == []


def test_a_second_reload_at_the_same_time_is_refused(home):
    add(home, *ARTICLES)
    with home.writer(), pytest.raises(HomeError, match="another chidao command is reloading this home; wait for it"):
        run_reload(home)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("writer", ["write_snapshot", "write_lexical", "write_vectors"])
def test_a_full_disk_is_told_and_the_old_generation_serves_on(home, monkeypatch, writer):
    """SQLite, Tantivy and FAISS each tell it in their own way; FAISS's own file writer does not tell it at all."""
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    before = files_of(home)
    write = getattr(build, writer)

    def write_to_full_disk(*arguments: object) -> None:
        with full_disk():
            write(*arguments)

    monkeypatch.setattr(build, writer, write_to_full_disk)
    with pytest.raises(HomeError, match=r"cannot write the new generation \(.*(I/O|too large).*check disk and rights"):
        run_reload(home)
    assert files_of(home) == before


def test_a_new_recipe_makes_a_new_generation_of_the_same_articles(home, monkeypatch):
    """After an upgrade that cuts passages otherwise, nobody has to touch an article."""
    add(home, *ARTICLES)
    first = run_reload(home)
    monkeypatch.setattr("retrieval.build.RECIPE", 2)
    second = run_reload(home)
    assert (second.new, second.encoded) == (True, 0)
    assert second.generation > first.generation
    assert not run_reload(home).new
