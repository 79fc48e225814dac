"""Terms of Vietnamese text: one form for every spelling, numbers kept whole, offsets that slice back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.tokens import folded_form, index_terms, index_text, is_marked, marked_form, terms

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
words = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=8)
marked_texts = st.lists(words | st.from_regex(r"[0-9]{1,4}([./-][0-9A-ZĐ]{1,4}){0,2}", fullmatch=True)).map(" ".join)


def unmarked(text: str) -> str:
    """The text as typed without Vietnamese marks."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def marked(text: str) -> list[str]:
    return [term.marked for term in terms(text)]


def folded(text: str) -> list[str]:
    return [term.folded for term in terms(text)]


SPELLINGS = [
    ("hòa", "hoà"),  # the tone on the first or the second vowel of oa
    ("khỏe", "khoẻ"),  # of oe
    ("thủy", "thuỷ"),  # of uy
    ("kỹ", "kĩ"),  # y or i after a consonant
    ("Lý", "lí"),
    ("quý", "quí"),  # qu counts as one consonant
    ("y", "i"),  # y tế, i tế
    ("đô", "ðô"),  # U+00F0, the Icelandic letter of some old fonts
    ("Đô", "Ðô"),  # U+00D0, its capital
    ("UỶ", "uỷ"),  # capitals
    ("nghị", nfd("nghị")),  # decomposed, as macOS types it
    ("được", "đu\u031bo\u031b\u0323c"),  # horn and tone as marks of their own
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_syllable_share_the_marked_form(one, other):
    assert marked_form(one) == marked_form(other)
    assert folded_form(one) == folded_form(other)


DIFFERENT = [
    ("hoa", "hòa"),  # no tone, a tone
    ("hóa", "hòa"),  # two tones
    ("tư", "tu"),  # the horn makes another letter
    ("đa", "da"),  # so does the bar
    ("thúy", "thúi"),  # after u, y and i are different sounds
    ("tay", "tai"),  # after a too
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_syllables_keep_different_marked_forms(one, other):
    assert marked_form(one) != marked_form(other)


def test_the_folded_form_is_what_is_typed_on_a_phone():
    assert folded("Thủ tục ĐƯỢC quý hoá") == ["thu", "tuc", "duoc", "qui", "hoa"]


WHOLES = [
    ("3482/QĐ-UBND", ["3482/qđ/ubnd", "3482", "qđ", "ubnd"]),  # whole, then its parts
    ("45-NQ/TW", ["45/nq/tw", "45", "nq", "tw"]),  # the party's form
    ("1669/NQ-UBTVQH15", ["1669/nq/ubtvqh15", "1669", "nq", "ubtvqh15"]),
    ("3482/QĐ–UBND", ["3482/qđ/ubnd", "3482", "qđ", "ubnd"]),  # a dash for the hyphen
    ("06/QĐ-TTg", ["6/qđ/ttg", "6", "qđ", "ttg"]),  # a leading zero counts for nothing
    ("6/QĐ-TTg", ["6/qđ/ttg", "6", "qđ", "ttg"]),
    ("24/01/2019", ["24/1/2019", "24", "1", "2019"]),  # a date, with and without the zero
    ("24/1/2019", ["24/1/2019", "24", "1", "2019"]),
    ("24.01.2019", ["24/1/2019", "24", "1", "2019"]),  # and with full stops
    ("1.803", ["1803"]),  # thousands
    ("1803", ["1803"]),
    ("12.345.678", ["12345678"]),
    ("000", ["0"]),  # zero stays a number
    ("TP.HCM", ["tp", "hcm"]),  # letters first: no number
]


@pytest.mark.parametrize(("text", "expected"), WHOLES)
def test_numbers_are_kept_whole_beside_their_parts(text, expected):
    assert marked(text) == expected


SPELT_DATES = [
    "ngày 24 tháng 1 năm 2019",
    "ngày 24 tháng 01 năm 2019",
    "Ngày 24 THÁNG 1 NĂM 2019",
    "ngay 24 thang 1 nam 2019",  # as typed on a phone
]


@pytest.mark.parametrize("text", SPELT_DATES)
def test_a_date_in_words_is_also_the_date_in_figures(text):
    date = terms(text)[-1]
    assert date.whole
    assert date.marked == date.folded == "24/1/2019"
    assert text[date.start : date.end].startswith("24")


def test_neighbouring_syllables_are_indexed_as_pairs_and_wholes_are_not():
    found = terms("cấp phép 06/QĐ")
    assert index_terms(found, "folded") == ["cap", "phep", "6", "qd", "6/qd", "cap_phep", "phep_6", "6_qd"]
    assert index_terms(found, "marked")[:2] == ["câp4", "phep4"]


MARKED = [
    ("Thủ tục cấp phép xây dựng ở đâu?", True),
    ("thu tuc cap phep xay dung o dau", False),
    (nfd("thủ tục cấp phép"), True),  # decomposed marks are marks
    ("thủ tục cap phep o dau", True),  # typed with marks here and there
    ("Quyết định 3482/QĐ-UBND", True),  # a code does not outweigh two words
    ("3482/2018", False),  # no word at all
    ("", False),
    ("ky thuat quy y", False),  # y as i is no mark
]


@pytest.mark.parametrize(("text", "expected"), MARKED)
def test_a_question_is_known_to_be_typed_with_marks(text, expected):
    assert is_marked(text) is expected


@given(st.text())
def test_any_text_has_terms_whose_offsets_slice_back(text):
    for term in terms(text):
        assert 0 <= term.start < term.end <= len(text)
        if not term.whole and not term.folded.isdigit():
            assert folded_form(text[term.start : term.end]) == term.folded
    index_terms(terms(text), "marked")
    is_marked(text)


@given(st.text())
def test_no_term_holds_white_space(text):
    """The index gets the terms joined by spaces."""
    assert all(len(form.split()) == 1 for term in terms(text) for form in (term.marked, term.folded))


@given(
    st.text()
    | marked_texts
    | st.lists(st.sampled_from(["ngày 5 tháng 3 năm 2024", "1.803", "3482/QĐ-UBND"])).map(" ".join)
)
def test_what_is_indexed_of_a_text_is_what_is_searched_for(text):
    found = terms(text)
    assert index_text(text) == (" ".join(index_terms(found, "marked")), " ".join(index_terms(found, "folded")))


@given(marked_texts)
def test_the_folded_form_of_vietnamese_is_ascii(text):
    assert all(form.isascii() for form in folded(text))


@given(marked_texts)
def test_a_text_without_its_marks_has_the_same_folded_terms(text):
    assert folded(unmarked(text)) == folded(text)


@given(words)
def test_folding_a_marked_form_twice_changes_nothing(word):
    assert folded_form(folded_form(word)) == folded_form(word)
