"""Questions in English: told from Vietnamese without marks, and put into Vietnamese words."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.english import GLOSSARY, in_vietnamese, is_english
from corpus.syllables import without_marks

EVAL = Path(__file__).parents[3] / "eval"
SHARED = Path(__file__).parents[5] / "shared" / "data"
KINDS = {"n", "w", "q", "-"}

PAIRS = [
    ("What is decision 3482 about?", "quyết định 3482 về việc gì"),
    ("How much is the parking fee?", "phí đỗ xe bao nhiêu tiền"),
    ("Who signed decision 3482/QĐ-UBND?", "ai ký quyết định 3482/QĐ-UBND"),
    ("When does decree 45/2020 take effect?", "nghị định 45/2020 có hiệu lực khi nào"),
    ("Is decree 61/2018 still in force?", "nghị định 61/2018 còn hiệu lực không"),
    ("Where do I register a birth?", "đăng ký khai sinh ở đâu"),
    ("How long does it take to get an ID card?", "làm thẻ căn cước bao lâu"),
    ("What documents do I need to register marriage?", "đăng ký kết hôn cần giấy tờ gì"),
    ("Which decree replaced decree 61/2018?", "nghị định nào thay thế nghị định 61/2018"),
    ("Hai Phong people's committee address", "địa chỉ ủy ban nhân dân Hai Phong"),
    ("What about Hai An district?", "còn quận Hai An"),
    ("How many communes does Hai Phong have?", "bao nhiêu xã Hai Phong có"),
    ("How many days do I have to file a complaint?", "bao nhiêu ngày phải khiếu nại"),
    ("and in 2018?", "và năm 2018"),
    ("who signed that decision?", "ai ký quyết định đó"),
    ("birth certificates", "giấy khai sinh"),
    ("What are the working hours of the one-stop shop?", "giờ làm việc của bộ phận một cửa là gì"),
]


@pytest.mark.parametrize(("english", "vietnamese"), PAIRS)
def test_an_english_question_is_put_into_vietnamese_words(english: str, vietnamese: str) -> None:
    assert is_english(english)
    assert in_vietnamese(english) == vietnamese


@pytest.mark.parametrize(
    "text", ["how many communes does hai phong have?", "what about hai an district", "who signed decision 3482"]
)
def test_names_may_be_typed_without_capitals(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "the can cuoc lam o dau", "can me di cung khong", "do an toan", "an toan lao dong", "ban do quy hoach", "3482?",
        "nop online duoc khong", "form khai sinh", "check in khach san", "hop dong mua ban dat", "ai ky", "so do",
        "What Is Love do ai hát", "What Is Love do ai hat", "hai phong weather",
        "Quyết định 3482 là gì", "", "45-NQ/TW", "me toi bi om", "in to khai o dau", "hi",
    ],
)  # fmt: skip
def test_vietnamese_is_not_english(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize("file", sorted(EVAL.glob("*.jsonl")), ids=lambda file: file.name)
def test_no_golden_question_is_taken_for_english(file: Path) -> None:
    assert [text for text in forms_of(file) if is_english(text)] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring sets are not here")
def test_no_question_of_the_measuring_sets_is_taken_for_english() -> None:
    files = sorted(SHARED.glob("*/queries.jsonl"))
    assert [text for file in files for text in forms_of(file) if is_english(text)] == []


def forms_of(file: Path) -> list[str]:
    """Each question as it is, without marks, and without capitals either."""
    asked = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [form for text in asked for form in (text, without_marks(text), without_marks(text).lower())]


def test_every_line_of_the_glossary_can_be_used_and_none_stands_twice() -> None:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if line[0] != "#"]
    assert {kind for _, kind, _ in rows} == KINDS
    phrases = [phrase for phrase, _, _ in rows]
    assert len(phrases) == len(set(phrases))
    assert all(phrase == phrase.lower() for phrase in phrases)
    assert all(bool(vietnamese) == (kind != "-") for _, kind, vietnamese in rows)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    is_english(text)
    in_vietnamese(text)
