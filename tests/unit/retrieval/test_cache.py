"""The cache of a reload: kept while it is of use, never trusted further than its key."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.cache import cached_keys, encoded_cache, forget_encoded
from tests.factories import text_file

KEY, OTHER = b"a" * 16, b"b" * 16
VECTOR = np.array([0.5, -0.25, 1.0], np.float32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "encoded.sqlite"


def put(path, key=KEY, vector=VECTOR, fingerprint="f0"):
    with encoded_cache(path, fingerprint) as cache:
        cache.put([(key, vector)])


def got(path, *keys, fingerprint="f0"):
    with encoded_cache(path, fingerprint) as cache:
        return {key: vector.tolist() for key, vector in cache.get(keys).items()}


def test_what_was_put_is_there_the_next_time(path):
    put(path)
    assert got(path, KEY, OTHER) == {KEY: VECTOR.tolist()}


def test_a_vector_put_again_replaces_the_first(path):
    put(path)
    put(path, vector=VECTOR * 2)
    assert got(path, KEY) == {KEY: (VECTOR * 2).tolist()}


def test_vectors_of_another_model_are_not_given(path):
    put(path)
    put(path, OTHER, fingerprint="f1")
    assert got(path, KEY, OTHER, fingerprint="f1") == {OTHER: VECTOR.tolist()}
    assert set(cached_keys(path)) == {KEY, OTHER}  # a proof of removal looks at all


@given(arrays(np.float32, st.integers(1, 40), elements=st.floats(-1, 1, width=32)))
def test_any_vector_comes_back_to_the_bit(tmp_path_factory, vector):
    path = tmp_path_factory.mktemp("cache") / "encoded.sqlite"
    put(path, vector=vector)
    with encoded_cache(path, "f0") as cache:
        [found] = cache.get([KEY]).values()
    assert found.tobytes() == vector.tobytes()


def test_double_precision_is_kept_as_float32(path):
    put(path, vector=VECTOR.astype(np.float64))
    assert got(path, KEY) == {KEY: VECTOR.tolist()}


@pytest.mark.parametrize(
    "data",
    [
        b"this is no database, far from it " * 40,
        b"SQLite format 3\x00" + b"\xff" * 4096,  # a head without a body
    ],
)
def test_a_damaged_cache_is_made_anew(path, data):
    path.write_bytes(data)
    assert got(path, KEY) == {}
    put(path)
    assert got(path, KEY) == {KEY: VECTOR.tolist()}


def test_damage_behind_the_first_page_is_seen(path):
    for number in range(200):
        put(path, number.to_bytes(16), np.ones(384, np.float32))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert got(path, (0).to_bytes(16)) == {}


def test_a_disk_that_refuses_is_told(tmp_path):
    with (
        pytest.raises(sqlite3.OperationalError, match="unable to open"),
        encoded_cache(text_file(tmp_path) / "encoded.sqlite", "f0"),
    ):
        pytest.fail("opened a cache inside a file")


def test_forgetting_leaves_no_file_and_may_be_done_twice(path):
    put(path)
    path.with_name("encoded.sqlite-journal").write_bytes(b"left by a kill")
    for _ in range(2):
        forget_encoded(path)
        assert list(path.parent.iterdir()) == []


def test_no_cache_holds_no_keys(path):
    assert set(cached_keys(path)) == set()
    assert not path.exists()


def test_a_cache_that_was_killed_at_birth_holds_no_keys(path):
    path.touch()
    assert set(cached_keys(path)) == set()


def test_a_damaged_cache_holds_no_keys(path):
    """It is made anew before it is read the next time; a removal must not fail over it."""
    path.write_bytes(b"this is no database, far from it " * 40)
    assert set(cached_keys(path)) == set()
