"""A checker over a few articles, and what it says."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.draft.check import Checked, Checker
from corpus.models import Article
from tests.registers import by_id, register_of

HELD = "Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND tỉnh Đắk Nông nêu rõ chương trình."
CITED = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư nêu rõ."
REPLACED = "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP."


@contextmanager
def checker_of(*articles: Article | str, language: str = "vi") -> Iterator[Checker]:
    known = by_id(*articles or (HELD, CITED, REPLACED))
    with register_of(*known.values()) as register:
        yield Checker(register, known.get, language)


def checked(text: str, *articles: Article | str, language: str = "vi") -> list[Checked]:
    with checker_of(*articles, language=language) as checker:
        return checker.check(text)
