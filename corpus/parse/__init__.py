"""Reading bytes into articles: one module per format, chosen here by the bytes first, then by type and ending.

Plain text is read in this process, everything else in one of its own (corpus/parse/isolation.py).
"""

from pathlib import Path

from config.errors import InputError
from corpus.clean import normalise, printable
from corpus.models import Article, Raw
from corpus.parse.encoding import DOCX, HTML, PDF, decode, sniff
from corpus.parse.isolation import Worker
from corpus.parse.printed_page import parse_printed_page

MAX_BYTES = 10_000_000  # text and HTML: the longest law in force is under 1 MB of text; more is a mistake, no article
MAX_DOCUMENT_BYTES = 50_000_000  # PDF and DOCX may hold scanned pages, which are pictures
TEXT = "text"

_MEDIA_TYPES = {
    "text/plain": TEXT,
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "application/pdf": PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DOCX,
}
_ENDINGS = {
    ".txt": TEXT, ".text": TEXT, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".aspx": HTML, ".pdf": PDF, ".docx": DOCX,
}  # fmt: skip
_PDF_MARK = b"%PDF-"
_HEAD = 1024  # bytes in which a PDF must show its mark; some servers put lines of their own before it
_WORKER = Worker()


def parse(raw: Raw) -> Article:
    """The article in these bytes.

    Raises:
        InputError: they cannot be read as an article; says what was seen and what to do.
    """
    kind = _kind(raw)
    _check_size(len(raw.data), kind)
    if kind == TEXT:
        return parse_printed_page(decode(raw.data), source=raw.source)
    return _WORKER.parse(kind, raw)


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


def _kind(raw: Raw) -> str:
    """By the bytes, then by what the server said, then by the ending.

    Raises:
        InputError: none of them tells, or the bytes are not what they are called.
    """
    if seen := sniff(raw.data):
        return seen
    suffix = Path(raw.name).suffix
    said = _MEDIA_TYPES.get((raw.media_type or "").partition(";")[0].strip().lower())
    kind = said or _ENDINGS.get(suffix.lower())
    if kind is None:
        raise InputError(
            f"dạng tệp «{suffix or raw.name}» không đọc được; hãy lưu thành PDF, DOCX, HTML hoặc .txt (UTF-8)",
            f"file type «{suffix or raw.name}» is not read; save it as PDF, DOCX, HTML or .txt (UTF-8)",
        )
    if kind == PDF and _PDF_MARK in raw.data[:_HEAD]:
        return PDF
    if kind in {PDF, DOCX}:
        raise InputError(
            f"tệp mang tên {kind} nhưng nội dung không phải {kind}; hãy tải lại, hoặc mở rồi lưu lại thành {kind}",
            f"called {kind}, but its bytes are no {kind}; download it again, or open it and save it as {kind}",
        )
    return kind


def _read(path: Path) -> bytes:
    try:
        _check_size(path.stat().st_size, _ENDINGS.get(path.suffix.lower()))
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"không mở được tệp ({error.strerror}); kiểm tra đường dẫn và quyền đọc",
            f"cannot open the file ({error.strerror}); check the path and the right to read it",
        ) from error


def _check_size(size: int, kind: str | None) -> None:
    limit = MAX_BYTES if kind in {TEXT, HTML} else MAX_DOCUMENT_BYTES
    if size > limit:
        raise InputError(
            f"tệp {size / 1e6:.1f} MB, một bài dài nhất {limit / 1e6:.0f} MB; hãy tách thành từng bài",
            f"{size / 1e6:.1f} MB, an article is at most {limit / 1e6:.0f} MB; split it into its articles",
        )
