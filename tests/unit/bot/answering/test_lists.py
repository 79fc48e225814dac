"""Lists: from a sentence that leads to one to its last item, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.lists import LONGEST, lead_in, leads, list_end

DASHES = "Đến nơi nộp.\nHồ sơ gồm:\n- Tờ khai theo mẫu;\n- Bản sao hộ khẩu.\nThời hạn 5 ngày."
BARE = "Hồ sơ gồm:\nTờ khai theo mẫu;\n\nBản sao hộ khẩu.\nThời hạn 5 ngày."
NESTED = "Hồ sơ gồm:\n1. Giấy tờ sau:\na) Tờ khai;\nb) Ảnh.\n2. Lệ phí."


def at(text: str, part: str) -> int:
    return text.index(part)


@pytest.mark.parametrize(
    ("text", "lead", "last"),
    [
        (DASHES, "Hồ sơ gồm:", "Bản sao hộ khẩu."),
        (BARE, "Hồ sơ gồm:", "Bản sao hộ khẩu."),
        (NESTED, "1. Giấy tờ sau:", "b) Ảnh."),
        (NESTED, "Hồ sơ gồm:", "Hồ sơ gồm:"),  # a list of lists is too much to show
        ("Thực đơn: cơm.\nNghỉ trưa:", "Nghỉ trưa:", "Nghỉ trưa:"),  # nothing follows
        ("Xem:\nMột câu thường ở dưới.", "Xem:", "Xem:"),
        ("Mở lúc 5 giờ.\n- Chợ Sắt", "Mở lúc 5 giờ.", "Mở lúc 5 giờ."),  # leads to nothing
    ],
)
def test_a_list_ends_with_its_last_item(text, lead, last):
    assert list_end(text, at(text, lead) + len(lead)) == at(text, last) + len(last)


@pytest.mark.parametrize(
    ("text", "item", "lead"),
    [
        (DASHES, "- Bản sao", "Hồ sơ gồm:"),
        (BARE, "Bản sao", "Hồ sơ gồm:"),
        (NESTED, "b) Ảnh", "1. Giấy tờ sau:"),
        (NESTED, "2. Lệ phí", "Hồ sơ gồm:"),
        (DASHES, "Thời hạn", None),
        ("1. Mở cửa.\n2. Đóng cửa.", "2. Đóng", None),
        ("Chung.\n- Riêng", "- Riêng", None),
    ],
)
def test_an_item_has_the_words_that_lead_to_it(text, item, lead):
    found = lead_in(text, at(text, item))
    assert (text[slice(*found)] if found else None) == lead


def test_of_a_lead_line_with_several_sentences_the_last_leads():
    text = "Nộp ở phường. Hồ sơ gồm:\n- Tờ khai"
    found = lead_in(text, at(text, "- Tờ"))
    assert found
    assert text[slice(*found)] == "Hồ sơ gồm:"


def test_a_long_list_is_not_shown_whole():
    text = "Hồ sơ gồm:\n" + "\n".join(f"- Giấy tờ số {n};" for n in range(LONGEST))
    assert list_end(text, len("Hồ sơ gồm:")) == len("Hồ sơ gồm:")
    assert leads(text, len("Hồ sơ gồm:"))


def test_what_leads_to_a_list_is_told_from_other_colons():
    assert not leads("Nghỉ trưa:", 10)
    assert not leads("Xem:\nMột câu.", 4)
    assert leads(NESTED, 10)


@given(st.text(alphabet="ab:;.-1) \n", max_size=80), st.data())
def test_any_text_has_its_lists_within_it(text, data):
    place = data.draw(st.integers(0, len(text)))
    assert place <= list_end(text, place) <= max(place, len(text))
    lead = lead_in(text, place)
    assert lead is None or (0 <= lead[0] < lead[1] <= place and text[lead[1] - 1] == ":")
