"""docs/threat-model.md: a guard is as good as its test, so each test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)+)`", PAGE)))
ACTORS = ["citizen", "document", "portal", "token", "admin", "backup", "group", "LLM mode"]


def test_enough_is_named() -> None:
    assert len(NAMED) > 50


@pytest.mark.parametrize("name", NAMED)
def test_it_exists(name: str) -> None:
    path, *names = name.split("::")
    scope: ast.AST = ast.parse((ROOT / path).read_text("utf-8"))
    for each in names:
        nodes = ast.iter_child_nodes(scope)
        below = {node.name: node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        assert each in below
        scope = below[each]
    assert names[-1].startswith("test_")


@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_is_thought_of_and_what_is_left_is_told(actor: str) -> None:
    [section] = [part for part in PAGE.split("\n## ") if actor in part.split("\n")[0]]
    assert "**Left**" in section
    assert "`tests/" in section
