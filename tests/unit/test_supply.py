"""CI's look at what the product is made of: what fails it, and what does not."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def supply() -> Any:
    spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci" / "supply.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", True),
        ("MPL-2.0 AND MIT", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0", False),
        ("License :: OSI Approved :: GNU Affero General Public License v3", False),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_a_licence_that_binds_the_city_fails(supply: Any, licence: str, allowed: bool) -> None:
    assert supply.is_allowed(licence) is allowed


def test_what_is_installed_has_licences_that_are_allowed(supply: Any) -> None:
    assert list(supply.licence_faults(dict(supply.pinned(supply.LOCKS)))) == []


def test_the_locks_are_read_whole(supply: Any) -> None:
    parts = dict(supply.pinned(supply.LOCKS))
    assert {"torch", "httpx", "psycopg-binary", "colorama"} <= set(parts)
    assert all(version[0].isdigit() for version in parts.values())


PASSED_OVER = {"name": "a", "skip_reason": "Dependency not found on PyPI and could not be audited: a (1.0)"}
WELL = {"name": "b", "version": "1.0", "vulns": []}
ILL = {"name": "c", "version": "1.0", "vulns": [{"id": "PYSEC-0", "fix_versions": ["1.1"], "aliases": []}]}


def test_an_audit_that_nobody_answered_is_told(supply: Any) -> None:
    assert supply.audited({"dependencies": [PASSED_OVER]}).startswith("NOT DONE")
    assert supply.audited({"dependencies": [PASSED_OVER, WELL]}) == "1 of 2 parts"


def test_a_known_vulnerability_fails(supply: Any) -> None:
    assert list(supply.vulnerabilities({"dependencies": [PASSED_OVER, WELL]})) == []
    assert list(supply.vulnerabilities({"dependencies": [WELL, ILL]})) == ["c 1.0: PYSEC-0 (mended in 1.1)"]
