"""Pages in TCVN3 and VNI: a page tells of its short lines, its fonts of what words do not tell, and Unicode stays."""

import pytest

from corpus.models import Article, Raw
from corpus.parse.html import parse_html
from tests.unit.corpus.test_legacy import tcvn3, vni

PROSE = (
    "Ủy ban nhân dân phường thông báo lịch thu gom rác mới kể từ đầu tháng.",
    "Các hộ kinh doanh ăn uống phải có thùng đậy kín, không đổ nước thải lẫn trong rác.",
)


def read(page: str, encoding: str = "utf-8") -> Article:
    return parse_html(Raw(page.encode(encoding), "1.html", "1.html"))


def lowered(text: str) -> str:
    """TCVN3 has no capitals with tones."""
    return text.replace("Ủ", "ủ")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_short_title_and_short_cells_of_a_page_in_tcvn3_are_converted(encoding):
    cells = "".join(
        f"<tr><td>{tcvn3(name)}</td><td>{tcvn3(value)}</td></tr>" for name, value in [("Số", "12"), ("Lá", "3 bó")]
    )
    body = "".join(f"<p>{tcvn3(line)}</p>" for line in PROSE)
    title, last = tcvn3("Lá số 5 của phố"), tcvn3("Lá: đủ bó mới nhận.")
    markup = (
        f"<title>{title}</title></head><body><h1>{title}</h1>{body}<table>{cells}</table><p>{last}</p></body></html>"
    )
    made = read(f"<html><head>{markup}", encoding)
    assert made.title == "Lá số 5 của phố"
    assert made.text == "\n".join((lowered(PROSE[0]), PROSE[1], "Số | 12", "Lá | 3 bó", "Lá: đủ bó mới nhận."))


@pytest.mark.parametrize(("encode", "face"), [(tcvn3, ".VnTime"), (vni, "VNI-Times")])
def test_a_page_that_mixes_unicode_and_an_old_font_comes_out_right(encode, face):
    old = f"<p><font face='{face}'>{encode(PROSE[1])}</font></p>"
    short = f"<p><span style='font-family:\"{face}\"'>{encode('Số: 12')}</span></p>"
    last = "<p>Lá và bó để riêng. Sè là tiếng cũ.</p>"
    made = read(f"<html><body><h1>Lịch thu gom rác của phường</h1><p>{PROSE[0]}</p>{old}{short}{last}</body></html>")
    assert made.title == "Lịch thu gom rác của phường"
    assert made.text == "\n".join((*PROSE, "Số: 12", "Lá và bó để riêng. Sè là tiếng cũ."))


def test_the_font_of_capitals_makes_capitals():
    body = "".join(f"<p><font face='.VnTime'>{tcvn3(line)}</font></p>" for line in PROSE)
    made = read(
        f"<html><body><h1><font face='.VnTimeH, Arial'>{tcvn3('thông báo số 5')}</font></h1>{body}</body></html>"
    )
    assert made.title == "THÔNG BÁO SỐ 5"


def test_a_font_that_the_words_deny_is_not_believed():
    body = "".join(f"<p style='font-family: .VnTime'>{line}</p>" for line in (*PROSE, "Lá: đủ ba bó."))
    assert read(f"<html><body><h1>Lịch thu gom rác mới</h1>{body}</body></html>").text.endswith("Lá: đủ ba bó.")


def test_words_in_two_elements_stay_two():
    old = f"<p>{tcvn3('Điều kiện')}\n<b>{tcvn3('được hưởng')}</b>\n{tcvn3('trợ cấp của nhà nước')}</p>"
    made = read(f"<html><body><h1>{tcvn3('Trợ cấp của nhà nước')}</h1>{old * 2}</body></html>")
    assert "Điều kiện được hưởng trợ cấp của nhà nước" in made.text


def test_control_characters_in_a_converted_line_do_no_harm():
    made = read(f"<html><body><h1>{tcvn3('Thông báo số năm')}</h1><p>{tcvn3(PROSE[1])}&#1;\x02</p></body></html>")
    assert made.text == PROSE[1]
