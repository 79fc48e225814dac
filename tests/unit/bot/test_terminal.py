"""Lines for people: broken at a terminal's width, whole in a pipe."""

import io
import sys
from collections.abc import Callable

import pytest

from bot.terminal import MAX_WIDTH, show

LONG = "“" + "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày. " * 8 + "”"
DEEP = "    " + "07/08/2019 · Cổng thông tin điện tử thành phố · " * 6
Shown = Callable[..., str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What appears in a pipe, or on a terminal so many columns wide."""

    def print_on(*lines: str, columns: int | None = None) -> str:
        out = Terminal() if columns else io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setenv("COLUMNS", str(columns))
            show(lines)
        return out.getvalue()

    return print_on


def test_a_pipe_gets_every_line_whole(shown: Shown) -> None:
    assert shown(LONG, "", DEEP) == f"{LONG}\n\n{DEEP}\n"


@pytest.mark.parametrize("columns", [20, 40, MAX_WIDTH, 400])
def test_a_terminal_gets_lines_that_fit_and_every_word(shown: Shown, columns: int) -> None:
    printed = shown(LONG, DEEP, columns=columns)
    assert max(map(len, printed.splitlines())) <= min(columns, MAX_WIDTH)
    assert printed.split() == f"{LONG} {DEEP}".split()


def test_a_broken_line_keeps_its_indent(shown: Shown) -> None:
    lines = shown(DEEP, columns=40).splitlines()
    assert len(lines) > 1
    assert all(line.startswith("    ") and line[4] != " " for line in lines)


def test_an_empty_line_stays_one_and_a_directive_number_is_not_broken(shown: Shown) -> None:
    assert shown("", "x" * 32 + " 3482/QĐ-UBND", columns=40) == "\n" + "x" * 32 + "\n3482/QĐ-UBND\n"
