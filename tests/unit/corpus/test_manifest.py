"""What a generation says of itself cannot be changed unnoticed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.manifest import FORMAT, FileDigest, Manifest, format_of
from tests.factories import manifest, text_file

FILES = {"corpus.sqlite": FileDigest(bytes=3, sha256="0" * 64)}


@given(st.binary(max_size=3000))
def test_a_digest_is_size_and_sha256(tmp_path_factory, data):
    path = text_file(tmp_path_factory.mktemp("digest"), "a", data)
    assert FileDigest.of(path) == FileDigest(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def test_a_sealed_manifest_is_intact_and_stays_so_through_json():
    sealed = manifest().sealed(FILES)
    assert sealed.files == FILES
    assert Manifest.model_validate_json(sealed.model_dump_json(indent=1)) == sealed
    assert sealed.intact


def test_without_a_seal_it_is_not_intact():
    assert not manifest().intact
    assert not manifest(seal="0" * 64).intact


@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-01-02T00:00:00+00:00"}, {"recipe": 2}, {"model": "en"}, {"fingerprint": "f1"},
        {"dimension": 4}, {"articles": 2}, {"passages": 0}, {"format": FORMAT + 1}, {"files": {}}, {"seal": ""},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_change_of_any_field_breaks_the_seal(change):
    assert not manifest().sealed(FILES).model_copy(update=change).intact


def test_sealing_does_not_change_what_was_sealed():
    made = manifest()
    made.sealed(FILES)
    assert made == manifest()


def test_the_format_is_read_whatever_else_stands_there():
    assert format_of(b'{"format": 9, "later": true}') == 9
    assert format_of(manifest().model_dump_json().encode()) == FORMAT


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", b'{"format": "x"}', b"\xff\xfe"])
def test_what_names_no_format_is_no_manifest(data):
    with pytest.raises(ValidationError):
        format_of(data)
