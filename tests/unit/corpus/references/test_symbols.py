import pytest

from corpus.references.symbols import symbol_at
from corpus.references.view import view_of


@pytest.mark.parametrize(
    ("text", "symbol", "normal"),
    [
        ("QĐ-UBND ngày", "QĐ-UBND", "QĐ-UBND"),
        ("qd-ubnd ve viec", "qd-ubnd", "QĐ-UBND"),
        ("QĐ – UBND", "QĐ – UBND", "QĐ-UBND"),
        ("QĐ-\nUBND", "QĐ-\nUBND", "QĐ-UBND"),
        ("Q Đ-UBND", "Q Đ-UBND", "QĐ-UBND"),  # a blank inside the type, as scans have it
        ("TTLT-BTP-BNV của", "TTLT-BTP-BNV", "TTLT-BTP-BNV"),
        ("TTLT/BTNMT-BNV", "TTLT/BTNMT-BNV", "TTLT/BTNMT-BNV"),
        ("SNV-CCVC&TCPCP", "SNV-CCVC&TCPCP", "SNV-CCVC&TCPCP"),
        ("QH15 ngày", "QH15", "QH15"),
        ("CTR/TƯ", "CTR/TƯ", "CTr/TW"),
        ("tt-Nghị định", "tt", "TT"),  # a word, which the normal form would not be found with
        ("tt-btnmt", "tt-btnmt", "TT-BTNMT"),
        ("QĐ - Quy định", "QĐ", "QĐ"),  # a dash between sentences
        ("QĐ-TTg - Chính phủ", "QĐ-TTg", "QĐ-TTg"),
        ("QĐ-UBNDngày 3/4", "QĐ-UBND", "QĐ-UBND"),  # the blank behind it is lost
        ("NĐ-CP/2020", "NĐ-CP", "NĐ-CP"),
    ],
)
def test_a_symbol_ends_where_its_parts_end(text, symbol, normal):
    view = view_of(text)
    found = symbol_at(view, 0)
    assert found is not None
    assert (view.text[: found.end], found.normal) == (symbol, normal)


@pytest.mark.parametrize("text", ["tháng 3", "người", "ngày", "kg", "5", "", "abcdefghijklmnop"])
def test_a_word_is_no_symbol(text):
    assert symbol_at(view_of(text), 0) is None


def test_a_symbol_has_a_bounded_number_of_parts():
    found = symbol_at(view_of("-".join(["QĐ"] * 50)), 0)
    assert found is not None
    assert len(found.parts) < 10
