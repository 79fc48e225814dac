"""Marks put back: what people type on a phone becomes what articles are written in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.marks import MarkRestorer
from retrieval.tokens import index_terms, terms


def restore(text: str, *own: str) -> str:
    return MarkRestorer(lambda marked: [own.count(each) for each in marked]).restore(text)


def unmarked(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục cấp giấy phép xây dựng ở đâu",
        "Quyết định số 3482/QĐ-UBND về việc gì?",
        "hội đồng nhân dân thành phố hải phòng ở đâu",
        "chương trình công tác năm 2019 của hội đồng nhân dân",
        "ĐIỀU KIỆN HƯỞNG BẢO HIỂM XÃ HỘI",
        "ai ký quyết định này",
    ],
)
def test_usual_words_come_back(text):
    assert restore(unmarked(text)) == text


def test_what_has_no_other_way_to_be_marked_stays():
    assert restore("Facebook, QR 12/5 abc@x.vn") == "Facebook, QR 12/5 abc@x.vn"


def test_names_that_the_articles_have_win_over_usual_words():
    text = "bến cầu Nghìn An Lạc"
    assert restore(unmarked(text)) != text
    assert restore(unmarked(text), *index_terms(terms(text), "marked")) == text


@given(st.text(alphabet="abcdeghiklmnoprstuvxy ?.,0123456789/-ABCDĐđêơưáạ\n", max_size=80))
def test_only_marks_change(text):
    restored = restore(text)
    assert len(restored) == len(text)
    assert unmarked(restored).lower().replace("y", "i") == unmarked(text).lower().replace("y", "i")
