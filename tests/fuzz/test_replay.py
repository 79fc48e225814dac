"""What fuzzing found once, and what reaches the most lines, put in again: see README.md."""

from pathlib import Path

import pytest

from tests.fuzz.target import DATA
from tests.fuzz.targets import TARGETS

KEPT = sorted(path for path in (DATA / "fuzz").glob("*/*") if path.is_file())
MOST_BYTES = 300_000  # of all that is kept


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once_is_lawful(name):
    for path in KEPT:
        if path.parent.name == name:
            TARGETS[name].run(path.read_bytes())


def test_every_kept_input_belongs_to_a_target_and_they_are_small():
    assert {path.parent.name for path in KEPT} <= TARGETS.keys()
    assert sum(map(size, KEPT)) < MOST_BYTES


def size(path: Path) -> int:
    return path.stat().st_size
