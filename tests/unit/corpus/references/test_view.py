import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.references.view import Told, any_of, fold, one_of, view_of

ODD = st.text(st.sampled_from("aeoươĐÐ1/-–\u0301\u0323\u0306\u0302\u200b\u00ad\ufeff \u00a0\n\ud800😀"))


@pytest.mark.parametrize(
    ("text", "seen", "folded"),
    [
        ("Quyết định", "Quyết định", "quyet dinh"),
        (unicodedata.normalize("NFD", "Quyết định"), "Quyết định", "quyet dinh"),
        ("3482/QÐ–UBND", "3482/QÐ–UBND", "3482/qd-ubnd"),  # Icelandic Ð, long dash
        ("12∕QĐ／A", "12∕QĐ／A", "12/qd/a"),  # slashes of other alphabets
        ("34\u00ad82/Q\u200bĐ", "3482/QĐ", "3482/qd"),  # soft hyphen, zero-width space
        ("e\u200b\u0302\u0323", "ệ", "e"),  # an invisible character between a letter and its marks
        ("\u0301a", "\u0301a", "\u0301a"),  # a mark with no letter before it
        ("😀", "😀", "\ufffd"),  # no letter that a pattern wants
        ("", "", ""),
    ],
)
def test_a_view_has_one_spelling(text, seen, folded):
    view = view_of(text)
    assert (view.text, view.folded) == (seen, folded)


@given(st.text() | ODD)
def test_the_folded_text_is_as_long_as_the_text(text):
    view = view_of(text)
    assert len(view.text) == len(view.folded)
    assert len(fold(text)) == len(text)


@given(st.text() | ODD, st.data())
def test_a_span_of_a_view_leads_back_to_what_it_shows(text, data):
    view = view_of(text)
    if not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    begin, stop = view.span(start, end)
    assert 0 <= begin < stop <= len(text)
    assert view.text[start:end] in view_of(text[begin:stop]).text


@given(ODD)
def test_letters_of_a_view_come_in_the_order_of_the_text(text):
    view = view_of(text)
    spans = [view.span(i, i + 1) for i in range(len(view.text))]
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("chưa thay thế", True),
        ("chua thay the", True),  # typed without marks
        ("CHƯA", True),
        ("chữa bệnh", False),  # another word, once there are marks
    ],
)
def test_a_word_is_told_with_its_marks_where_a_text_has_any(text, told):
    assert Told("chưa").search(text) is told


def test_where_a_word_ends_is_told_for_a_stretch():
    text = "dự thảo, dự thảo và dự thảo"
    assert Told("dự thảo").ends(text, 1, len(text)) == [16, 27]


@pytest.mark.parametrize("word", ["ban hành", "bao", "về", "nay", "Điều 5", "xa"])
def test_any_of_a_list_is_matched(word):
    listed = any_of("ban hành, bao,\n  về, [mn]ay, Điều(?= 5), x?a")
    assert re.match(rf"{listed}", word)


def test_of_several_the_first_is_taken():
    assert re.sub(one_of(["quyết định", "quyết"]), "x", "quyết định, quyết") == "x, x"
