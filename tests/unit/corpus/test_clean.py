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
        ("\uf0b7 Một\n \uf0a7\tHai", "- Một\n- Hai"),  # bullets of Symbol and Wingdings
        ("ô \uf0fe có", "ô \uf0fe có"),  # the same inside a line: no bullet, left alone
        ("ô\x07 kế", "ô kế"),  # Word's end of a table cell
        ("o\ufb03ce \ufb01le \ufb02y", "office file fly"),  # ligatures of PDF fonts
        ("\u00d0iều 3, Q\u00d0-UBND, H\u00d0ND", "Điều 3, QĐ-UBND, HĐND"),  # the Icelandic capital
        ("\u00f0ường, Sigur\u00f0sson", "đường, Sigur\u00f0sson"),  # the small one: in front only
        ("quyê´t đi\u0323nh, tê´, câˋn", "quyết định, tế, cần"),  # accents as signs of their own
        ("Hawai´i, ´ba´, l´eau", "Hawai´i, ´ba´, l´eau"),  # what makes no syllable, or may be a quotation mark
        ("a \u0301 b", "a \u0301 b"),  # a loose mark on nothing: left alone
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


STANDING_FOR_LETTERS = "\ufb00\ufb01\ufb02\ufb03\ufb04\u00d0\u0189\u00f0\u0256\u02ca\u02cb"


@given(
    st.lists(
        st.text(
            st.characters(categories=["L", "N", "P"], exclude_characters=STANDING_FOR_LETTERS),
            min_size=1,
        )
    )
)
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
