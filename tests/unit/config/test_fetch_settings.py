"""Settings of fetching: bad ones stop the command by name."""

import pytest

from config.errors import SettingsError
from config.settings import FetchSettings, load_settings
from corpus.fetch import FetchPolicy


def test_allowed_hosts_are_read_from_one_line():
    settings = FetchSettings(allowed_hosts=" portal.local, 10.1.0.0/16,[::1]:8080 ,")
    policy = FetchPolicy(**settings.model_dump())
    assert policy.allowed_hosts == ("portal.local", "10.1.0.0/16", "[::1]:8080")


def test_the_defaults_are_those_of_the_policy():
    assert FetchPolicy(**FetchSettings().model_dump()) == FetchPolicy()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "10.1.0.0/99"),
        ("ALLOWED_HOSTS", "http://portal.local"),
        ("ALLOWED_HOSTS", "portal local"),
        ("CONTACT", "liên hệ"),  # a header is ASCII
        ("CONTACT", "a\nX-Y: z"),
        ("MAX_BYTES", "0"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(monkeypatch, tmp_path, name, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"CHIDAO_FETCH__{name}", value)
    with pytest.raises(SettingsError, match=f"CHIDAO_FETCH__{name}"):
        load_settings()


@pytest.mark.parametrize("value", ["city.vn,user:hidden@host", "10.1.0.0/hidden"])
def test_an_entry_that_is_no_host_is_told_by_its_place_and_not_shown(monkeypatch, tmp_path, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHIDAO_FETCH__ALLOWED_HOSTS", value)
    with pytest.raises(SettingsError, match=f"entry {value.count(',') + 1} is no host") as refused:
        load_settings()
    assert "hidden" not in refused.value.vi + refused.value.en
