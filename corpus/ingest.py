"""Adding: paths in, articles stored, one result an input; a bad one never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.errors import InputError
from corpus.clean import printable
from corpus.models import Article
from corpus.parse import parse_file
from corpus.store import ArticleStore


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one input: an article (`new` or stored before), or the error."""

    name: str
    article: Article | None = None
    new: bool = False
    error: InputError | None = None


def ingest(inputs: Iterable[str], store: ArticleStore) -> Iterator[Ingested]:
    """Parses and stores every file named or lying in a folder named, and says what became of each.

    Raises:
        HomeError: the store cannot be written; what came before is stored.
    """
    for given in inputs:
        if "://" in given:
            yield Ingested(given, error=_no_urls())
            continue
        try:
            paths = _find(Path(given))
        except InputError as error:
            yield Ingested(printable(given), error=error)
            continue
        for path in paths:
            yield _ingest_file(path, store)


def _ingest_file(path: Path, store: ArticleStore) -> Ingested:
    try:
        article = parse_file(path)
    except InputError as error:
        return Ingested(printable(str(path)), error=error)
    return Ingested(printable(str(path)), article, new=store.add(article))


def _find(path: Path) -> list[Path]:
    try:
        return _files(path)
    except OSError as error:  # a name too long, a folder above that may not be entered
        raise InputError(
            f"không xem được đường dẫn ({error.strerror}); kiểm tra đường dẫn và quyền đọc",
            f"cannot look at the path ({error.strerror}); check the path and the right to read it",
        ) from error


def _files(path: Path) -> list[Path]:
    """The file itself, or every file below a folder that is not hidden, in order of name."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(
            "không có tệp hay thư mục này; kiểm tra lại đường dẫn", "no such file or folder; check the path"
        )
    files = sorted(p for p in path.rglob("*") if p.is_file() and not _hidden(p.relative_to(path)))
    if not files:
        raise InputError(
            "thư mục không có tệp nào; hãy chép các bài .txt vào đó",
            "the folder holds no file; put .txt articles there",
        )
    return files


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _no_urls() -> InputError:
    return InputError(
        "chưa tải được từ địa chỉ mạng; hãy lưu trang thành tệp .txt rồi thêm tệp đó",
        "fetching from a URL is not there yet; save the page as a .txt file and add that",
    )
