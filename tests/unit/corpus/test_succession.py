import re

import pytest

from corpus.succession import _changes, succession_of


@pytest.mark.parametrize(
    "issuer", ["UBND quận Lê Chân", "Ủy ban nhân dân  QUẬN LÊ CHÂN", "HĐND quận Lê Chân", "quan le chan"]
)
def test_a_body_that_ended_is_known_however_it_is_written(issuer: str) -> None:
    found = succession_of(issuer)
    assert found
    assert (found.body, found.ended.isoformat()) == ("quận Lê Chân", "2025-07-01")


@pytest.mark.parametrize(
    "issuer", [None, "", "UBND thành phố Hải Phòng", "Chính phủ", "UBND tỉnh Đắk Nông", "quận Lê Chânx"]
)
def test_nothing_is_said_of_other_bodies(issuer: str | None) -> None:
    assert succession_of(issuer) is None


def test_the_abbreviation_of_a_city_counts_as_its_name() -> None:
    found = succession_of("UBND TP. Chí Linh")
    assert found
    assert found.body == "thành phố Chí Linh"


def test_every_change_names_its_successor_and_its_source_with_a_number() -> None:
    changes = [each for _, each in _changes()]
    assert changes
    assert all(each.successor and re.search(r"\d+/(?:\d{4}/QH|NQ-)", each.source) for each in changes)
    assert len({each.body for each in changes}) == len(changes)
