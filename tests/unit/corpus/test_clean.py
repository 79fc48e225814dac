import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import normalise, tidy

WORDS = "phói hợp, Nguyễn Xuân Binh, 1.803 văn bản, ‘‘Tăng cường”"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        (WORDS, WORDS),  # misspelt words, odd quotes: as written
        (unicodedata.normalize("NFD", "Hải Phòng đường"), "Hải Phòng đường"),  # letters with loose marks
        ("a\u0323\u0302", "ậ"),  # marks in the other order
        ("Hải\u200bPhòng", "HảiPhòng"),  # zero-width space
        ("a\u200c\u200d\u2060b", "ab"),  # joiners
        ("a\u202eb\u2066c\u2069", "abc"),  # direction marks and isolates
        ("Hải\u00a0Phòng", "Hải Phòng"),  # no-break space
        ("7\u202f000\u2009đ\u3000x", "7 000 đ x"),  # narrow, thin, wide
        ("a\tb", "a b"),  # tab
        ("thông\u00adtin", "thôngtin"),  # soft hyphen
        ("\ufeffTiêu đề", "Tiêu đề"),  # byte order mark
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),  # Windows, old Mac, Unix
        ("a\u2028b\u2029c\u0085d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),  # other line ends, page break
        ("a\x00\x07\x1b\x7fb", "ab"),  # control characters
        ("a\ud800b\udfff", "ab"),  # lone surrogates
        ("a\ufe0e 👍", "a\ufe0e 👍"),  # beyond the basic plane: kept
        ("", ""),  # nothing
    ],
)
def test_normalise_gives_one_spelling_to_every_letter_and_leaves_the_words(given_text, expected):
    assert normalise(given_text) == expected


@given(st.text(st.characters()))
def test_normalise_twice_is_normalise_once(text):
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters()))
def test_normalised_text_is_nfc_and_can_be_stored(text):
    clean = normalise(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean.encode().decode() == clean


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1)))
def test_words_never_change_apart_from_nfc(words):
    text = " ".join(words)
    assert normalise(text) == unicodedata.normalize("NFC", text)


@given(st.text("aạ \n\t\r\u00a0\u200b"))
def test_tidy_twice_is_tidy_once(text):
    once = tidy(text)
    assert tidy(once) == once


def test_tidy_drops_space_at_line_ends_and_keeps_at_most_one_blank_line():
    assert tidy("  a  \r\n\n \n\n b c \n") == "a\n\nb c"


@given(st.text("aạ \n\t\r\u00a0"))
def test_tidy_keeps_every_letter(text):
    assert "".join(tidy(text).split()) == "".join(normalise(text).split())
