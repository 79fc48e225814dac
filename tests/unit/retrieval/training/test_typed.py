"""Texts as people type them: what changes, what does not, and that chance can be repeated."""

import random
import unicodedata

import pytest

from retrieval.training.typed import ALL_MARKS_LOST, as_typed, without_marks

QUESTION = "Ủy ban nhân dân thành phố cấp giấy phép lái xe, được bao nhiêu ngày?"


class Always(random.Random):
    """Every lot falls on the side where something changes."""

    def random(self) -> float:
        return 0.0


class Never(random.Random):
    """No lot falls there."""

    def random(self) -> float:
        return 0.999


def typings(count: int) -> list[str]:
    chance = random.Random(1)
    return [as_typed(QUESTION, chance) for _ in range(count)]


@pytest.mark.parametrize(
    ("marked", "bare"),
    [
        ("Đường Lạch Tray", "Duong Lach Tray"),
        ("3482/QĐ-UBND", "3482/QD-UBND"),
        (unicodedata.normalize("NFD", "thủ tục"), "thu tuc"),  # marks as letters of their own
        ("không dấu", "khong dau"),
        ("café 100 %", "cafe 100 %"),
    ],
)
def test_marks_are_taken_off(marked, bare):
    assert without_marks(marked) == bare


def test_all_that_can_change_changes():
    assert as_typed(QUESTION, Always(1)) in {
        f"ubnd tp cap gplx, {short} {many} ngay" for short in ("dc", "dk") for many in ("bn", "bnhiu", "bao nhieu")
    }


def test_nothing_need_change():
    assert as_typed(QUESTION, Never(1)) == QUESTION


def test_an_office_in_short_is_written_out():
    """Both ways: some articles write it out, some do not, and so do questions."""
    assert as_typed("Quyết của UBND tỉnh", Always(1)) == "quyet cua uy ban nhan dan tinh"


@pytest.mark.parametrize("number", ["3482/QĐ-UBND", "45-NQ/TW"])
def test_inside_the_number_of_a_directive_nothing_is_written_out(number):
    assert as_typed(number, Always(1)) == without_marks(number).lower()


def test_about_as_many_lose_all_marks_as_is_said():
    bare = [typed for typed in typings(1000) if typed.isascii()]
    assert len(bare) / 1000 == pytest.approx(ALL_MARKS_LOST, abs=0.05)


def test_the_same_chance_types_the_same():
    assert typings(20) == typings(20)
    assert len(set(typings(20))) > 10
