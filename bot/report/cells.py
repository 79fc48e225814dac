"""Cells of spreadsheets: what articles and people say is not to be run as a formula."""

import re

# At the beginning, and behind what a program that parts cells by something else than commas takes for the end of one.
_FORMULA = re.compile(r"^(?=\s{0,99}[-=+@＝＋－＠]|[\t\r\n])|(?<=[;\t\r\n])(?=\s{0,99}[-=+@＝＋－＠])")


def plain_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", text)
