"""A draft that staff check is written back: nothing of this machine comes into the copy, whatever the draft asks."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml.etree import XMLSyntaxError

from bot.draft.comments import commented
from tests.faults.test_hostile_files import docx_entities
from tests.unit.bot.draft.drafts import checker_of

OF_THIS_MACHINE = Path("/etc/passwd").read_bytes().split(b"\n")[0]


DRAFTS = {name: data for name, data in docx_entities() if not name.startswith("in ")}  # those are no DOCX to anybody


@pytest.mark.parametrize("name", DRAFTS)
def test_no_entity_brings_a_file_into_the_copy(name: str) -> None:
    with checker_of() as checker:
        try:
            copy = commented(DRAFTS[name], checker)
        except XMLSyntaxError:
            return
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        assert all(OF_THIS_MACHINE not in archive.read(part) for part in archive.namelist())
    assert len(copy) < 1_000_000
