"""Documents say what is true: settings, commands, the two README commands, figures of the sample corpus."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.cli import cli
from config.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def variables(model: type[BaseModel], prefix: str = "CHIDAO_") -> dict[str, str | None]:
    """Every environment variable of the settings, with the help its field carries."""
    found: dict[str, str | None] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= variables(field.annotation, f"{prefix}{name.upper()}__")
        else:
            found[prefix + name.upper()] = field.description
    return found


@pytest.mark.parametrize(("variable", "description"), variables(Settings).items())
def test_every_setting_is_on_the_settings_page_with_its_help(variable: str, description: str | None) -> None:
    [row] = [line for line in SETTINGS_PAGE.splitlines() if line.startswith(f"| `{variable}` |")]
    assert description
    assert description.split(";")[0] in row.replace("`", "")


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
