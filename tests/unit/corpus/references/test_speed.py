"""Texts made to be slow: each is read in time linear in its length."""

import re
from collections.abc import Callable
from time import process_time

import pytest

from corpus.references import find_references

SIZE = 100_000  # bytes
SECONDS = 1.0
TRIES = 3
PATTERN = re.compile(r"(?:quyết định|nghị định|luật|\d+)\s+(?:số\s+)?\w+", re.IGNORECASE)
PLAIN = "Sáng nay Ủy ban nhân dân thành phố họp về nghị định số 30. " * 4000
PLAIN_SECONDS = 0.021
UNITS = [
    " ", "\n", " \n", "1", "12345 ", "/", "-", " / ", "a", "Đ", ".", "\"", "“", "(", "|", "\u0301", "\u0301\u0323",
    "a\u0301", "\u200b", "số ", "điều 1 ", "của UBND ", "ngày ", "ngày 1 tháng ", "năm hai ", "Quyết định ", "Luật ",
    "Luật a b c d ", "Luật Aa, Bb, cc ", "Luật sửa đổi ", "qd ", "1/", "1/Q-", "1-QĐ/", "1/QĐ-", "1/2020/", "QĐ-",
    "AB&", "thay thế ", "thay thế, bãi bỏ và sửa đổi ", "hết hiệu lực ", "được sửa đổi ", "1/QĐ-UBND ", "1/QĐ-UBND, ",
    "1/QĐ-UBND\n", "1/QĐ-UBND | a\n", "1/QĐ-UBND ngày ", "1/QĐ-UBND hết hiệu lực ", "1/QĐ-UBND được sửa đổi ",
    "Nghị định này thay thế ", "Nghị định 1/2020/NĐ-CP bãi bỏ, ", "được sửa đổi bởi Nghị định 1/2020/NĐ-CP ",
    "hợp đồng số 1/QĐ-UBND ", "a) ", "1) ", "ban hành kèm theo ", "giấy phép a b c ", "Nghị định số 1, 2, 3 ",
    "và các ", "chưa ", "Ab. ", "năm 2020 ",
]  # fmt: skip


def made_of(unit: str, *, size: int = SIZE) -> str:
    return unit * (size // len(unit.encode()))


def is_read_within(text: str, seconds: float) -> bool:
    """Whether a try takes less, on the machine of docs/experiments.md; a busy or slow one gets as much longer.

    Nothing makes a text be read faster than it can be, and much makes it slower, so there are several tries.
    """
    tries = (_seconds(lambda: find_references(text)) / max(1.0, _pace()) for _ in range(TRIES))
    return any(took < seconds for took in tries)


def _pace() -> float:
    """How many times longer than there this machine takes just now for what the finder is made of."""
    return _seconds(lambda: PATTERN.findall(PLAIN)) / PLAIN_SECONDS


def _seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


@pytest.mark.parametrize("unit", UNITS)
def test_one_thing_again_and_again_is_read_within_a_second(unit):
    assert is_read_within(f"Nghị định này thay thế 1/QĐ-UBND {made_of(unit)} số 1/2020/NĐ-CP", SECONDS)


@pytest.mark.parametrize("unit", UNITS)
def test_gaps_between_references_are_read_as_fast(unit):
    gap = f"1/QĐ-UBND thay thế {made_of(unit, size=500)} Q 2/2020/NĐ-CP, "
    assert is_read_within(made_of(gap, size=SIZE // 2), SECONDS / 2)
