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
