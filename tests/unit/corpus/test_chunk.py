import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import MAX_CHARS, MAX_SENTENCE, split
from tests.factories import article

SENTENCE = "Sở Thông tin và Truyền thông thành phố đã báo cáo kết quả. "
PARAGRAPH = (SENTENCE * 6).strip()  # about 350 characters: more than a small one, two do not fit together


def quotes(text: str) -> list[str]:
    return [p.text for p in split(article(text))]


def headings(text: str) -> list[str]:
    return [p.context.partition("\n")[2] for p in split(article(text))]


# Pieces that matter to the chunker, glued in any order.
PIECES = st.sampled_from(
    [PARAGRAPH, SENTENCE, "Mục I", "1. Đối tượng", "- mục nhỏ;", "x" * 1700, "\n", "\n\n", " ", "TP."]
)
TEXTS = st.text() | st.lists(PIECES | st.text(max_size=5)).map("".join)


@given(TEXTS)
def test_a_passage_is_the_slice_of_its_article(text):
    made = article(text)
    assert all(made.text[p.start : p.end] == p.text and p.article_id == made.id for p in split(made))


@given(TEXTS)
def test_every_character_but_space_is_in_exactly_one_passage_in_reading_order(text):
    covered = [i for p in split(article(text)) for i in range(p.start, p.end)]
    assert covered == sorted(set(covered))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(covered)


@given(TEXTS)
def test_no_passage_is_empty_or_over_the_limit(text):
    assert all(quote.strip() and len(quote) <= MAX_SENTENCE for quote in quotes(text))


@given(st.lists(st.sampled_from([SENTENCE, SENTENCE * 2, "\n", "\n\n"])).map("".join))
def test_passages_of_ordinary_sentences_stay_under_the_ordinary_limit(text):
    assert all(len(quote) <= MAX_CHARS for quote in quotes(text))


@given(TEXTS)
def test_the_title_stands_in_every_context(text):
    assert all(p.context.startswith("Thành phố họp") for p in split(article(text)))


def test_a_long_paragraph_is_cut_between_sentences():
    made = quotes((SENTENCE * 20).strip())
    assert len(made) > 1
    assert all(quote.endswith("báo cáo kết quả.") and quote.startswith("Sở Thông tin") for quote in made)


def test_long_paragraphs_stay_apart():
    assert quotes(f"{PARAGRAPH}\n\n{PARAGRAPH}") == [PARAGRAPH, PARAGRAPH]


def test_small_list_items_are_joined():
    items = "Hồ sơ gồm:\n- tờ khai;\n- giấy chứng sinh;\n- căn cước của cha mẹ."
    assert quotes(items) == [items]


def test_small_items_are_joined_up_to_the_limit_only():
    made = quotes("\n".join(f"- giấy tờ số {i}: bản sao có chứng thực;" for i in range(60)))
    assert len(made) > 1
    assert all(len(quote) <= MAX_CHARS for quote in made)


@pytest.mark.parametrize(
    "heading",
    [
        "Đăng ký tạm trú",  # short line that no full stop ends
        "Điều 5. Phạm vi điều chỉnh",  # a law's article, the usual form
        "Điều 5 Phạm vi điều chỉnh",  # without the stop
        "Chương II",  # alone
        "CHƯƠNG II. QUY ĐỊNH CHUNG",  # capitals
        "Mục 3: Hồ sơ",  # colon
        "IV. TỔ CHỨC THỰC HIỆN",  # Roman
        "1.2. Thành phần hồ sơ",  # two levels
        "2. Thời hạn (ngày)",  # does not end in a letter
    ],
)
def test_a_heading_goes_into_the_context_of_what_it_heads(heading):
    assert headings(f"Mở đầu của bài.\n{heading}\n{PARAGRAPH}\n\n{PARAGRAPH}")[-2:] == [heading, heading]


@pytest.mark.parametrize(
    "line",
    [
        "Sở Y tế họp.",  # a sentence
        "- Đối tượng áp dụng",  # a list item
        "và các đơn vị khác",  # small first letter: a broken line
        "1. Người dân nộp hồ sơ.",  # a numbered sentence
        "2. Hồ sơ gồm:",  # opens a list
        "Từ " + "rất " * 40 + "dài",  # too long
        "Ai phải đăng ký?",  # a question
    ],
)
def test_what_is_no_heading_heads_nothing(line):
    assert set(headings(f"{line}\n{PARAGRAPH}")) == {""}


def test_a_heading_is_quoted_with_what_it_heads_never_with_what_comes_before():
    text = "Mở đầu của bài.\nĐăng ký tạm trú\nNộp tại công an xã.\nXóa đăng ký\nTrong 7 ngày."
    assert quotes(text) == [
        "Mở đầu của bài.",
        "Đăng ký tạm trú\nNộp tại công an xã.",
        "Xóa đăng ký\nTrong 7 ngày.",
    ]


def test_a_heading_that_comes_twice_is_not_quoted_with_what_the_first_heads():
    text = "Hồ sơ\nTờ khai cấp mới.\nHồ sơ\nTờ khai cấp lại."
    assert quotes(text) == ["Hồ sơ\nTờ khai cấp mới.", "Hồ sơ\nTờ khai cấp lại."]


def test_a_line_of_50000_characters_without_spaces_is_cut():
    made = quotes("a" * 50_000)
    assert "".join(made) == "a" * 50_000
    assert max(map(len, made)) <= MAX_SENTENCE


def test_a_sentence_without_end_is_cut_at_spaces():
    made = quotes("từ ngữ " * 1000)
    assert all(len(quote) <= MAX_SENTENCE and quote.strip().endswith(("từ", "ngữ")) for quote in made)


def test_a_title_alone_has_no_empty_heading_line():
    assert split(article("Sở Y tế họp.", title="Họp"))[0].context == "Họp"
