"""What holds of any text, and of a reference however it is spelled."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from corpus.references import find_references
from corpus.syllables import without_marks

TYPES = {  # what follows the serial
    "/QĐ-UBND": "Quyết định",
    "/NĐ-CP": "Nghị định",
    "/TT-BTC": "Thông tư",
    "/KH-UBND": "Kế hoạch",
    "/CT-TTg": "Chỉ thị",
    "/NQ-HĐND": "Nghị quyết",
    "/TB-VPCP": "Thông báo",
    "/TTr-STC": "Tờ trình",
    "/TTLT-BTP-BNV": "Thông tư liên tịch",
    "/UBND-KSTTHC": "Công văn",
    "-NQ/TW": "Nghị quyết",
    "-CTr/TU": "Chương trình",
}
DAYS = (
    " ngày {0.day}/{0.month}/{0.year}",
    " ngày {0:%d-%m-%Y}",
    " ngày {0:%d.%m.%Y}",
    ", ngày {0.day} tháng {0.month} năm {0.year}",
    " (ngày {0:%d/%m/%Y}",
    " ban hành ngày {0:%d/%m/%Y}",
)
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    without_marks,
    lambda text: without_marks(text).lower(),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace("Đ", "Ð"),  # the Icelandic letter
    lambda text: text.replace("-", "–"),
    lambda text: text.replace("/", " / ").replace("-", " – "),
    lambda text: text.replace("-", "-\n"),
)
INVISIBLE = "\u00ad\u200b\u200d\u2060\ufeff"


@dataclass(frozen=True)
class Spelled:
    """A reference as somebody types it, and what it means."""

    text: str
    number: str
    date: str | None


@st.composite
def spelled(draw: st.DrawFn) -> Spelled:
    symbol = draw(st.sampled_from(sorted(TYPES)))
    serial = str(draw(st.integers(1, 99_999))).zfill(draw(st.integers(1, 3)))
    year = f"/{draw(st.integers(1990, 2030))}" if symbol[0] == "/" and draw(st.booleans()) else ""
    day = draw(st.none() | st.dates(date(1945, 9, 2), date(2099, 12, 31)))
    behind = draw(st.sampled_from(DAYS)).format(day) if day else ""
    word = draw(st.sampled_from((" số ", " số: ", " "))).join((TYPES[symbol], ""))
    text = draw(st.sampled_from(SPELLINGS))(word + serial + year + symbol + behind)
    for place in sorted(draw(st.lists(st.integers(1, len(text) - 1), max_size=4)), reverse=True):
        text = text[:place] + draw(st.sampled_from(INVISIBLE)) + text[place:]
    return Spelled(text, serial + year + symbol, day.isoformat() if day else None)


@given(spelled(), st.sampled_from(["Căn cứ {} về việc rà soát.", "{}", "Theo {}, các sở báo cáo.", "cho hỏi {} a"]))
def test_a_reference_comes_back_however_it_is_spelled(reference, sentence):
    [found] = find_references(sentence.format(reference.text))
    assert (found.text, found.number, found.date) == (reference.text, reference.number, reference.date)


PIECES = st.sampled_from(
    ["Quyết định số ", "Quyết định ", "Luật Đất đai ", "nghị định ", "nd ", "Luật ", "3482/QĐ-UBND", "45-NQ/TW",
     "2019/NĐ-CP", "3/2019/NĐ-CP", "2019-NQ/TW", "12/UBND-VX", " ngày 5/3/2019", " ngày 5 ", "/ 3 / ", " tháng 3",
     ", ", "2", "17", "/", "-", " ", "\n", ";", " (", ")", " và ", " thay thế ", " được sửa đổi bởi ",
     " hết hiệu lực", " này", "năm 2013", " của UBND ", "\u0323", "\u00ad", "Đ", "Ð", " | ", "bãi bỏ: ", "Các ",
     "cùng "]
)  # fmt: skip
TEXTS = st.text(st.characters()) | st.lists(PIECES, max_size=40).map("".join) | st.text("0123/-QĐNTWUngày. ")


@given(TEXTS)
def test_offsets_slice_back_and_spans_do_not_overlap(text):
    end = 0
    for found in find_references(text):
        assert text[found.start : found.end] == found.text
        assert end <= found.start < found.end
        end = found.end


@given(TEXTS)
def test_what_a_reference_says_is_consistent(text):
    found = find_references(text)
    for each in found:
        assert each.is_self is (each.label is None)
        assert each.by is None or 0 <= each.by < len(found)
        assert each.date is None or date.fromisoformat(each.date).isoformat() == each.date


@given(TEXTS)
def test_a_number_in_normal_form_is_found_again_as_itself(text):
    for found in find_references(text):
        if found.number:
            assert [again.number for again in find_references(f"Quyết định số {found.number}")] == [found.number]


@given(st.lists(PIECES, max_size=40).map("".join))
def test_decomposed_letters_change_nothing(text):
    composed = unicodedata.normalize("NFC", text)
    said = [(found.kind, found.number, found.date, found.relation) for found in find_references(composed)]
    again = find_references(unicodedata.normalize("NFD", composed))
    assert [(found.kind, found.number, found.date, found.relation) for found in again] == said
