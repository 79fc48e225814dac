"""Documents say what is true: settings, commands, the two README commands, figures of the sample corpus."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.cli import cli
from config.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def variables(model: type[BaseModel], prefix: str = "CHIDAO_") -> dict[str, FieldInfo]:
    """Every environment variable of the settings, with its field."""
    found: dict[str, FieldInfo] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= variables(field.annotation, f"{prefix}{name.upper()}__")
        else:
            found[prefix + name.upper()] = field
    return found


def settings_row(variable: str) -> list[str]:
    """Default and meaning, as the settings page has them."""
    [row] = [line for line in SETTINGS_PAGE.splitlines() if line.startswith(f"| `{variable}` |")]
    return [cell.strip().replace("`", "") for cell in row.strip("|").split("|")[1:]]


@pytest.mark.parametrize(("variable", "field"), variables(Settings).items())
def test_every_setting_is_on_the_settings_page_with_its_help_and_default(variable: str, field: FieldInfo) -> None:
    default, meaning = settings_row(variable)
    assert field.description
    assert field.description.split(";")[0].replace("`", "") in meaning
    expected = "" if field.default is None else field.default
    expected = str(expected).lower() if isinstance(expected, bool) else expected
    assert default == (f"{expected:g}" if isinstance(expected, float) else str(expected))


def test_the_settings_page_names_no_other_variable() -> None:
    named = {line.split("`")[1] for line in SETTINGS_PAGE.splitlines() if line.startswith("| `CHIDAO")}
    assert named == set(variables(Settings))


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"chidao {command}" in README


def test_ci_runs_the_readmes_test_command() -> None:
    command = "sh setup.sh --dev && .venv/bin/python -m pytest"
    assert f"\n{command}\n" in README
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_sample_corpus_is_as_large_as_the_documents_say() -> None:
    articles = list((ROOT / "corpus" / "sample").glob("*.txt"))
    golden = (ROOT / "tests" / "eval" / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(articles) == 19
    assert "nineteen sample articles" in README
    assert len({json.loads(line)["_id"] for line in golden}) == 132
