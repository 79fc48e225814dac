"""Places a question names: what holds for one city does not answer for another.

The names are those of Vietnam's provinces and cities before and after 1 July 2025 (Resolution 202/2025/QH15 of the
National Assembly), for a name typed without marks cannot be told from other words by its capitals.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.answering.abbreviations import write_out
from bot.answering.understand import Question
from retrieval.tokens import Term, folded_form, marked_form, terms

PROVINCES = """
    An Giang, Bà Rịa, Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định, Bình
    Phước, Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, Đồng
    Tháp, Gia Lai, Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Hồ Chí
    Minh, Sài Gòn, Hưng Yên, Khánh Hòa, Kiên Giang, Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An,
    Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên, Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng
    Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên, Thanh Hóa, Thừa Thiên Huế, Tiền
    Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái
"""
_MARKED = frozenset(tuple(map(marked_form, name.split())) for name in map(str.strip, PROVINCES.split(",")))
_FOLDED = frozenset(tuple(map(folded_form, name.split())) for name in map(str.strip, PROVINCES.split(",")))
_LONGEST = max(map(len, _MARKED))


def names_places(question: Question, text: str, city: str) -> bool:
    """Whether every province or city the question names stands in the text too.

    The articles' own `city` is taken as named: its notices say "thành phố" and mean it.
    """
    asked = _places(question.terms, question.marked) - _places(terms(city), question.marked)
    return not asked or asked <= _places(terms(write_out(text)), question.marked)


def _places(found: Iterable[Term], marked: bool) -> set[tuple[str, ...]]:
    known = _MARKED if marked else _FOLDED
    words = [t.marked if marked else t.folded for t in found if not t.whole]
    runs = (tuple(words[at : at + length]) for length in range(2, _LONGEST + 1) for at in range(len(words)))
    return {run for run in runs if run in known}
