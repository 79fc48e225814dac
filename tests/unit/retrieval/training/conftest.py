"""Material to learn from."""

from pathlib import Path

import pytest

from tests.unit.retrieval.training.material import make_material


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """A small folder laid out as the real one."""
    return make_material(tmp_path / "material")
