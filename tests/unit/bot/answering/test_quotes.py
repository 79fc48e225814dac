"""What is quoted for the sentences that were chosen."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.quotes import MAX_QUOTES, quoted
from corpus.sentences import sentence_spans

TEXT = "Nộp ở phường.\nHồ sơ gồm:\n- Tờ khai;\n- Ảnh;\n- Hộ khẩu.\nXong sau 5 ngày."


def span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def shown(*parts: str) -> list[str]:
    return [TEXT[slice(*each)] for each in quoted(TEXT, [span(part) for part in parts])]


def test_sentences_stand_in_reading_order():
    assert shown("Xong sau 5 ngày.", "Nộp ở phường.") == ["Nộp ở phường.", "Xong sau 5 ngày."]


def test_a_sentence_that_leads_to_a_list_is_quoted_with_it():
    assert shown("Hồ sơ gồm:") == ["Hồ sơ gồm:\n- Tờ khai;\n- Ảnh;\n- Hộ khẩu."]
    assert shown("- Ảnh;", "Hồ sơ gồm:") == ["Hồ sơ gồm:\n- Tờ khai;\n- Ảnh;\n- Hộ khẩu."]


def test_an_item_is_quoted_after_what_leads_to_it():
    assert shown("- Ảnh;") == ["Hồ sơ gồm:", "- Ảnh;"]
    assert shown("- Ảnh;", "- Tờ khai;", "- Hộ khẩu.") == ["Hồ sơ gồm:\n- Tờ khai;\n- Ảnh;\n- Hộ khẩu."]


@given(st.text(alphabet="ab:;.- \nA", max_size=120), st.randoms())
def test_what_is_quoted_is_in_order_apart_and_never_empty(text, chance):
    chosen = chance.sample(spans := sentence_spans(text), min(3, len(spans)))
    found = quoted(text, chosen)
    assert len(found) <= MAX_QUOTES
    assert bool(found) == bool(chosen)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
