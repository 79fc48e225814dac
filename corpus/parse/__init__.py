"""Reading bytes into articles: one module per format, chosen here by the bytes first, then by the name's ending."""

from pathlib import Path

from config.errors import InputError
from corpus.clean import normalise, printable
from corpus.models import Article, Raw
from corpus.parse.encoding import decode
from corpus.parse.printed_page import parse_printed_page

MAX_BYTES = 10_000_000  # the longest law in force is under 1 MB of text; more is a mistake, not an article
TEXT_ENDINGS = frozenset({".txt", ".text"})


def parse(raw: Raw) -> Article:
    """The article in these bytes.

    Raises:
        InputError: they cannot be read as an article; says what was seen and what to do.
    """
    suffix = Path(raw.name).suffix
    if suffix.lower() not in TEXT_ENDINGS:
        raise InputError(
            f"dạng tệp «{suffix or raw.name}» chưa đọc được; hãy lưu trang thành văn bản .txt (UTF-8)",
            f"file type «{suffix or raw.name}» is not read yet; save the page as .txt text (UTF-8)",
        )
    return parse_printed_page(decode(raw.data), source=raw.source)


def read_file(path: Path) -> Raw:
    """The bytes of the file at `path`.

    Raises:
        InputError: the file cannot be opened or is too large.
    """
    name = normalise(printable(path.name))
    return Raw(_read(path), name, name)


def parse_file(path: Path) -> Article:
    """The article in the file at `path`.

    Raises:
        InputError: the file cannot be read as an article; says what was seen and what to do.
    """
    return parse(read_file(path))


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"tệp {size / 1e6:.1f} MB, một bài dài nhất {MAX_BYTES / 1e6:.0f} MB; hãy tách thành từng bài",
                f"{size / 1e6:.1f} MB, an article is at most {MAX_BYTES / 1e6:.0f} MB; split it into its articles",
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"không mở được tệp ({error.strerror}); kiểm tra đường dẫn và quyền đọc",
            f"cannot open the file ({error.strerror}); check the path and the right to read it",
        ) from error
