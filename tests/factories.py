"""Made-up articles and files with sane defaults, so that a test states only what matters to it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from corpus.generation import Home
from corpus.manifest import Manifest
from corpus.models import Article, Passage
from corpus.parse.printed_page import TIME_ZONE

BODY = "Sáng 7/8, Ủy ban nhân dân thành phố họp. Sở Y tế báo cáo."
TAIL = """\
Tiện ích thông tin
Nguồn tin
QR Code
QR CODE: Thành phố họp về y tế
Chúng tôi trên Mạng Xã hội
QR Code Fanpage
Mã QR Code truy cập vào Fanpage Cổng tin tức Thành phố Hải Phòng
Tin khác"""
PRINTED = "Print Thứ Tư, 07/08/2019 14:37"


def article(
    text: str = BODY,
    *,
    title: str = "Thành phố họp",
    published: datetime | None = datetime(2019, 8, 7, 14, 37, tzinfo=TIME_ZONE),
    source: str = "bai.txt",
) -> Article:
    """An article; its id follows from what is given."""
    return Article.create(title=title, published=published, source=source, text=text)


def passage(of: Article, start: int = 0, end: int | None = None, *, context: str = "") -> Passage:
    """The passage `of.text[start:end]`."""
    end = len(of.text) if end is None else end
    return Passage(of.id, start, end, of.text[start:end], context)


def page(*, printed: str = PRINTED, body: str = BODY, tail: str = TAIL) -> str:
    """A printed page of a city portal."""
    return f"{printed}\n\n{body}\n\n{tail}\n"


def text_file(folder: Path, name: str = "bai.txt", text: str | bytes = BODY) -> Path:
    """A file of that text, in UTF-8 unless bytes are given."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def manifest(**changes: object) -> Manifest:
    """What a generation of one article says of itself."""
    values = {
        "created": "2026-01-01T00:00:00+00:00", "recipe": 1, "model": "vi", "fingerprint": "f0", "dimension": 3,
        "articles": 1, "passages": 1,
    }  # fmt: skip
    return Manifest.model_validate(values | changes)


def publish(
    home: Home, files: Iterable[tuple[str, str]] = (("corpus.sqlite", "bài"), ("lexical/meta.json", "{}"))
) -> str:
    """A generation of these files, made current; returns its name."""
    with home.writer(), home.candidate() as folder:
        for name, text in files:
            text_file(folder, name, text)
        return home.publish(folder, manifest())
