"""Registers of a few articles, without a home or an encoder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.models import Article
from corpus.register import Mention, Register, write_register
from corpus.sealed import SealedFile
from tests.factories import article

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def decision(
    number: str = "3482/QĐ-UBND",
    *,
    place: str = "TỈNH ĐẮK NÔNG",
    day: str = "ngày 27 tháng 12 năm 2018",
    about: str = "Về việc ban hành chương trình công tác năm 2019",
    body: str = "Điều 1. Ban hành kèm theo Quyết định này chương trình công tác.",
) -> str:
    """The text of a decision with its letterhead."""
    return f"ỦY BAN NHÂN DÂN\n{place}\nSố: {number}\n{NATION}\nGia Nghĩa, {day}\nQUYẾT ĐỊNH\n{about}\n\n{body}"


@contextmanager
def register_of(*articles: Article | str) -> Iterator[Register]:
    """The register of these articles; a text is an article of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.sqlite"
        write_register(path, by_id(*articles).values())
        register = Register(SealedFile(path))
        try:
            yield register
        finally:
            register.close()


def by_id(*articles: Article | str) -> dict[str, Article]:
    """The articles by their ids; a text is an article of its own."""
    made = [each if isinstance(each, Article) else article(each) for each in articles]
    return {each.id: each for each in made}


def all_mentions(register: Register) -> list[Mention]:
    """Everything that a register holds."""
    return register._mentions("1 = ?", 1)
