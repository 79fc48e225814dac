"""What commands share: the progress bar, JSON, and what settings name."""

import json
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import common
from bot.cli.common import Bar, echo_json, fusion_of, home_of, json_text, model_of
from config.settings import EncoderSettings, RetrievalSettings, Settings
from retrieval.encoder import DEFAULT_MODEL
from retrieval.retriever import Fusion


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(common, "time", made)
    return made


class Screen(StringIO):
    """A terminal, and what stands on it."""

    def isatty(self) -> bool:
        return True

    def read_new(self) -> str:
        """What was written since this was asked last."""
        written = self.getvalue()
        self.seek(0)
        self.truncate()
        return written


def test_a_bar_is_drawn_for_what_takes_longer_than_two_seconds(clock: Clock) -> None:
    with redirect_stderr(Screen()) as terminal:
        bar = Bar("mã hoá")
        bar(1, 100)
        assert terminal.read_new() == ""
        clock.now += 3
        bar(30, 100)
        assert "mã hoá" in terminal.read_new()
        bar(50, 100)
        shown = terminal.read_new()
        assert "50%" in shown
        bar(100, 100)
        assert terminal.read_new().endswith("\n")


def test_what_is_quick_draws_nothing(clock: Clock) -> None:
    with redirect_stderr(Screen()) as terminal:
        bar = Bar("mã hoá")
        for done in range(101):
            bar(done, 100)
        bar.clear()
        assert terminal.read_new() == ""


def test_what_is_done_in_one_slow_step_draws_nothing(clock: Clock) -> None:
    with redirect_stderr(Screen()) as terminal:
        bar = Bar("mã hoá")
        clock.now += 60
        bar(0, 0)
        bar(1, 1)
        assert terminal.read_new() == ""


def test_nothing_is_drawn_into_a_file(clock: Clock, capsys: Any) -> None:
    bar = Bar("mã hoá")
    clock.now += 60
    bar(1, 100)
    bar.clear()
    assert capsys.readouterr().err == ""


def test_a_bar_is_cleared_for_a_line_and_drawn_again(clock: Clock) -> None:
    with redirect_stderr(Screen()) as terminal:
        bar = Bar("thêm bài")
        clock.now += 3
        bar(1, 3)
        terminal.read_new()
        bar.clear()
        assert terminal.read_new() == "\r\x1b[2K"
        clock.now += 3
        bar(2, 3)
        assert "thêm bài" in terminal.read_new()


def test_a_bar_serves_one_round_after_another(clock: Clock) -> None:
    """Two folders given to one add, the second longer than the first."""
    with redirect_stderr(Screen()) as terminal:
        bar = Bar("thêm bài")
        clock.now += 3
        for total in (3, 5):
            for done in range(1, total + 1):
                clock.now += 1
                bar(done, total)
        bar.clear()
        assert terminal.read_new().endswith("\n")


@given(st.text(st.characters()))
def test_any_text_comes_back_from_json_and_can_be_written(text: str) -> None:
    written = json_text({"text": text})
    assert written.encode()
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert json.loads(written) == {"text": text}


@pytest.mark.parametrize(
    ("text", "written"), [("Đ 👍", '"Đ 👍"'), ("\ud800", '"\\ud800"'), ('"', '"\\""')]
)  # letters as they are, but half a pair
def test_json_keeps_letters_as_they_are(text: str, written: str) -> None:
    assert json_text(text) == written


def test_json_for_people_is_indented(capsys: Any) -> None:
    echo_json({"a": 1})
    assert capsys.readouterr().out == '{\n  "a": 1\n}\n'


def test_settings_name_home_model_and_weights(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        encoder=EncoderSettings(model="my/model", query_prompt=""),
        retrieval=RetrievalSettings(dense_weight=0.7),
    )
    assert home_of(settings).path == tmp_path
    assert model_of(settings) == ("my/model", {"query": ""})  # an empty prompt is a prompt
    assert fusion_of(settings) == Fusion(0.7, None)
    assert model_of(Settings()) == (str(DEFAULT_MODEL), {})
