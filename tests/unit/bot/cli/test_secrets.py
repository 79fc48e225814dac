"""No secret of the settings is shown: not by themselves, not by an error that nobody foresaw, not in help."""

import logging
import re
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from pydantic import BaseModel, SecretStr

from bot.cli import main
from bot.cli.common import index_address, secrets_of
from config.settings import Settings, load_settings

SECRETS = {
    "CHIDAO_TELEGRAM__TOKEN": "123456:AAE-made-up-token",
    "CHIDAO_TELEGRAM__WEBHOOK__SECRET": "webhook-made-up",
    "CHIDAO_DATABASE__URL": "postgresql://chidao:pass-made-up@127.0.0.1:1/chidao",
    "CHIDAO_INDEX__URL": "postgresql://chidao:index-made-up@127.0.0.1:1/chidao",
    "CHIDAO_INDEX__SHARDS": "postgresql://a:first-made-up@127.0.0.1:1/b postgresql://a:second-made-up@127.0.0.1:1/c",
    "CHIDAO_DATABASE__KEY": "key-made-up-of-enough-characters",
    "CHIDAO_LLM__API_KEY": "sk-made-up",
    "CHIDAO_ENCODER__API_KEY": "sk-encoder-made-up",
}
PASSWORDS = ("pass-made-up", "index-made-up", "first-made-up", "second-made-up")
cli = sys.modules["bot.cli.main"].cli  # the name main in bot.cli is the function
HIDDEN = re.compile("made-up")


@pytest.fixture(autouse=True)
def _own_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    return load_settings()


def secret_fields(model: type[BaseModel], path: str = "CHIDAO") -> Iterator[str]:
    for name, field in model.model_fields.items():
        below = f"{path}_{name.upper()}" if path == "CHIDAO" else f"{path}__{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from secret_fields(field.annotation, below)
        elif "SecretStr" in str(field.annotation):
            yield below


def test_every_secret_is_looked_at_here() -> None:
    assert set(secret_fields(Settings)) == set(SECRETS)


@pytest.mark.parametrize("name", ["token", "secret", "password", "api_key", "key"])
def test_what_is_called_a_secret_is_kept_as_one(name: str) -> None:
    def fields(model: type[BaseModel]) -> Iterator[tuple[str, object]]:
        for each, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from fields(inner)
            yield each, inner

    assert all(SecretStr.__name__ in str(kind) for each, kind in fields(Settings) if each == name)


def test_settings_show_none(settings: Settings) -> None:
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert not HIDDEN.search(shown)


def test_all_are_known_with_the_password_in_an_address(settings: Settings) -> None:
    assert set(secrets_of(settings)) == {*SECRETS.values(), *PASSWORDS}


@pytest.mark.parametrize(("written", "password"), [("ge[heim", "ge[heim"), ("a/b?c#d", "a/b?c#d"), ("p%40ss", "p@ss")])
def test_a_password_of_any_signs_is_known_as_it_is_written_and_as_it_is(
    monkeypatch: pytest.MonkeyPatch, written: str, password: str
) -> None:
    url = f"postgresql://chidao:{written}@[::1]:5432/chidao"
    monkeypatch.setenv("CHIDAO_INDEX__URL", url)
    settings = load_settings()
    assert set(secrets_of(settings)) == {url, written, password}
    assert index_address(settings).password == password


@pytest.mark.parametrize("secret", [*SECRETS.values(), *PASSWORDS])
def test_an_error_that_nobody_foresaw_shows_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError(f"https://server/bot{secret}/getMe")

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert "RuntimeError" in printed.err
    assert not HIDDEN.search(printed.err + printed.out)


def test_help_shows_none(settings: Settings) -> None:
    for command in ([], *([name] for name in cli.commands)):
        done = CliRunner().invoke(cli, [*command, "--help"], obj=settings)
        assert done.exit_code == 0
        assert not HIDDEN.search(done.output)
