import os
import re
import traceback
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from config.errors import SettingsError
from config.settings import Settings, load_settings, unknown_settings

TOKEN = "123456:AAE-made-up-token"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to stand in: `.env` and `chidao.toml` are looked for where the command is given."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("CHIDAO_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_without_any_file_the_defaults_hold():
    settings = load_settings()
    assert (settings.home, settings.language, settings.city) == (Path("data"), "vi", "Hải Phòng")
    assert settings.telegram.token is None
    assert settings.telegram.base_url == "https://api.telegram.org/bot"


def _set_toml(folder, monkeypatch, city):
    (folder / "chidao.toml").write_text(f'city = "{city}"\n', encoding="utf-8")


def _set_env_file(folder, monkeypatch, city):
    (folder / ".env").write_text(f"OTHER_PROGRAM=1\nCHIDAO_CITY={city}\n", encoding="utf-8")


def _set_environment(folder, monkeypatch, city):
    monkeypatch.setenv("CHIDAO_CITY", city)


LADDER = [_set_toml, _set_env_file, _set_environment]


@pytest.mark.parametrize("stronger", range(len(LADDER)))
def test_the_environment_goes_before_env_file_before_toml(folder, monkeypatch, stronger):
    for i in range(stronger + 1):
        LADDER[i](folder, monkeypatch, f"Huế {i}")
    assert load_settings().city == f"Huế {stronger}"


def test_arguments_go_before_everything(monkeypatch):
    monkeypatch.setenv("CHIDAO_CITY", "Huế")
    assert Settings(city="Đà Nẵng").city == "Đà Nẵng"


def test_levels_of_several_sources_come_together(folder, monkeypatch):
    (folder / "chidao.toml").write_text("[telegram]\nconcurrency = 3\npoll_interval = 1.5\n", encoding="utf-8")
    (folder / ".env").write_text("CHIDAO_TELEGRAM__CONCURRENCY=4\n", encoding="utf-8")
    monkeypatch.setenv("CHIDAO_TELEGRAM__TOKEN", TOKEN)
    telegram = load_settings().telegram
    assert (telegram.concurrency, telegram.poll_interval) == (4, 1.5)
    assert telegram.token is not None
    assert telegram.token.get_secret_value() == TOKEN


@pytest.mark.parametrize("value", ["https://[bot", "https://bot:99999/x", "https://?x", "https://bot:0/"])
@pytest.mark.parametrize("name", ["TELEGRAM__WEBHOOK__URL", "LLM__BASE_URL"])
def test_an_address_that_cannot_be_taken_apart_is_refused(monkeypatch, name, value):
    monkeypatch.setenv("CHIDAO_LLM__MODEL", "m")
    monkeypatch.setenv(f"CHIDAO_{name}", value)
    with pytest.raises(SettingsError, match=f"CHIDAO_{name}: .*an address of the form") as refused:
        load_settings()
    assert value not in refused.value.vi + refused.value.en


def test_a_value_that_is_not_utf_8_is_refused_and_a_folder_s_name_is_not(monkeypatch):
    monkeypatch.setenv("CHIDAO_HOME", "kho\udcff")
    assert str(load_settings().home) == "kho\udcff"
    monkeypatch.setenv("CHIDAO_DATABASE__KEY", "kh\udcff")
    with pytest.raises(SettingsError, match="CHIDAO_DATABASE__KEY is not UTF-8") as refused:
        load_settings()
    assert "\udcff" not in refused.value.vi + refused.value.en


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_token_is_no_token(monkeypatch, blank):
    monkeypatch.setenv("CHIDAO_TELEGRAM__TOKEN", blank)
    assert load_settings().telegram.token is None


def test_the_token_is_shown_nowhere(monkeypatch):
    monkeypatch.setenv("CHIDAO_TELEGRAM__TOKEN", TOKEN)
    settings = load_settings()
    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("CHIDAO_LANGUAGE", "bad-value", "Input should be 'vi' or 'en'"),  # a choice
        ("CHIDAO_TELEGRAM__CONCURRENCY", "bad-value", "valid integer"),  # no number
        ("CHIDAO_TELEGRAM__CONCURRENCY", "987654", "less than or equal to 256"),  # too large
        ("CHIDAO_TELEGRAM__POLL_INTERVAL", "-987654", "greater than or equal to 0"),  # negative
        ("CHIDAO_RETRIEVAL__DENSE_WEIGHT", "nan-value", "valid number"),  # a share
        ("CHIDAO_TELEGRAM__TOKEN__X", TOKEN, "valid string"),  # a level too many
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable_and_not_shown(monkeypatch, variable, value, problem):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    shown = "".join(traceback.format_exception(refused.value)) + refused.value.vi
    assert refused.value.en.startswith(f"bad settings: {variable.removesuffix('__X')}: ")
    assert refused.value.vi.startswith(f"cài đặt sai: {variable.removesuffix('__X')}: ")
    assert problem in refused.value.en
    assert value not in shown


def test_every_bad_value_is_named_at_once(monkeypatch):
    monkeypatch.setenv("CHIDAO_LANGUAGE", "x")
    monkeypatch.setenv("CHIDAO_TELEGRAM__CONCURRENCY", "x")
    with pytest.raises(SettingsError, match=r"CHIDAO_LANGUAGE: .*; CHIDAO_TELEGRAM__CONCURRENCY: "):
        load_settings()


@pytest.mark.parametrize("value", [TOKEN, "{", f'{{"token": "{TOKEN}"'])
def test_a_level_that_is_not_json_is_refused_by_name_and_not_shown(monkeypatch, value):
    monkeypatch.setenv("CHIDAO_TELEGRAM", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    shown = "".join(traceback.format_exception(refused.value)) + refused.value.vi
    assert refused.value.en == "bad settings: CHIDAO_TELEGRAM is not JSON; set its parts, such as CHIDAO_TELEGRAM__…"
    assert "CHIDAO_TELEGRAM không phải JSON" in refused.value.vi
    assert TOKEN not in shown


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("chidao.toml", f'token = "{TOKEN}'.encode()),  # a quote is missing
        ("chidao.toml", b'city = "\xff\xfe"'),  # not UTF-8
        (".env", b"CHIDAO_CITY=\xff\xfe"),  # not UTF-8
    ],
)
def test_a_file_that_cannot_be_parsed_is_refused_and_not_shown(folder, name, data):
    (folder / name).write_bytes(data)
    with pytest.raises(SettingsError, match=r"cannot read chidao\.toml or \.env .*; correct the syntax") as refused:
        load_settings()
    assert TOKEN not in "".join(traceback.format_exception(refused.value))
    assert refused.value.vi.startswith("không đọc được chidao.toml hoặc .env")


def test_names_that_are_no_setting_are_found_wherever_they_are_given(folder, monkeypatch):
    (folder / "chidao.toml").write_text('citty = "Huế"\n[telegram]\nconcurency = 3\ntimeout = 5\n[fetch.deep]\nx = 1\n')
    (folder / ".env").write_text(
        "OTHER_PROGRAM=1\nCHIDAO_FETCH__CONTAKT=x\nCHIDAO_FETCH__CONTACT=x\n", encoding="utf-8"
    )
    monkeypatch.setenv("CHIDAO_TELEGRM__TOKEN", TOKEN)
    monkeypatch.setenv("chidao_telegram__user_limit", "5")
    monkeypatch.setenv("CHIDAO_TELEGRAM__WEBHOOK", '{"port": 9000}')
    assert unknown_settings() == [
        "CHIDAO_CITTY",
        "CHIDAO_FETCH__CONTAKT",
        "CHIDAO_FETCH__DEEP__X",
        "CHIDAO_TELEGRAM__CONCURENCY",
        "CHIDAO_TELEGRM__TOKEN",
    ]


def test_where_nothing_is_misspelled_no_name_is_found():
    assert unknown_settings() == []


@pytest.mark.parametrize(("value", "level"), [("DEBUG", "debug"), (" Info ", "info"), ("", None)])
def test_the_level_of_the_log_is_read_in_any_capitals(monkeypatch, value, level):
    monkeypatch.setenv("CHIDAO_LOG__LEVEL", value)
    assert load_settings().log.level == level


# ------------------------------------------------------------------------------------------ servers that want a key
SERVERS = pytest.mark.parametrize("level", ["LLM", "ENCODER"])
KEY = "sk-khoa-bi-mat"


def set_server(monkeypatch, level, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(f"CHIDAO_{level}__{name}", str(value))


def key_of(level):
    return getattr(load_settings(), level.lower()).key()


@SERVERS
def test_a_server_needs_a_model_beside_it(monkeypatch, level):
    set_server(monkeypatch, level, BASE_URL="http://127.0.0.1/v1", MODEL=" ")
    with pytest.raises(SettingsError, match=f"CHIDAO_{level}__BASE_URL needs CHIDAO_{level}__MODEL beside it"):
        load_settings()


@SERVERS
@pytest.mark.parametrize("address", ["ftp://x", "127.0.0.1", "http://a b"])
def test_an_address_has_a_form_and_is_not_shown(monkeypatch, level, address):
    set_server(monkeypatch, level, BASE_URL=address, MODEL="m")
    with pytest.raises(SettingsError, match=f"CHIDAO_{level}__BASE_URL: .*of the form https://host/v1") as refused:
        load_settings()
    assert address not in str(refused.value)


@SERVERS
def test_a_blank_address_is_none_and_a_key_is_stripped(monkeypatch, level):
    set_server(monkeypatch, level, BASE_URL=" ", API_KEY=f" {KEY} ")
    assert getattr(load_settings(), level.lower()).base_url is None
    assert key_of(level) == KEY
    set_server(monkeypatch, level, API_KEY=" ")
    assert key_of(level) is None


@SERVERS
def test_a_key_s_file_goes_before_the_key(folder, monkeypatch, level):
    (folder / "key").write_text(f"\ufeff{KEY}\n", encoding="utf-8")
    set_server(monkeypatch, level, API_KEY="other", API_KEY_FILE=folder / "key")
    assert key_of(level) == KEY
    assert KEY not in f"{load_settings()!r} {load_settings().model_dump_json()}"


@SERVERS
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot read the key file in CHIDAO_{}__API_KEY_FILE (FileNotFoundError)"),
        (b"\xff\xfe bi mat", "cannot read the key file in CHIDAO_{}__API_KEY_FILE (UnicodeDecodeError)"),
        (
            b"bi mat",
            "the key must be one line of ASCII without blanks (CHIDAO_{0}__API_KEY or CHIDAO_{0}__API_KEY_FILE)",
        ),
        ("bí-mật".encode(), "the key must be one line of ASCII"),
    ],
)
def test_a_key_that_is_none_is_refused_and_not_shown(folder, monkeypatch, level, content, problem):
    if content is not None:
        (folder / "key").write_bytes(content)
    set_server(monkeypatch, level, API_KEY_FILE=folder / "key")
    with pytest.raises(SettingsError, match=re.escape(problem.format(level))) as refused:
        key_of(level)
    shown = "".join(traceback.format_exception(refused.value)) + refused.value.vi
    assert not [each for each in ("bi mat", "bí-mật") if each in shown]


def test_settings_do_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().city = "Huế"  # type: ignore[misc]


def _fields(model, prefix="CHIDAO_"):
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _fields(field.annotation, f"{prefix}{name.upper()}__")
        else:
            yield pytest.param(field, id=f"{prefix}{name.upper()}")


@pytest.mark.parametrize("field", list(_fields(Settings)))
def test_every_setting_says_what_it_is_for(field):
    assert field.description
