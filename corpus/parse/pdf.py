"""PDF: the text layer where there is one, recognition (corpus/parse/ocr.py) where a page is a picture of a document.

Runs in the reading process (corpus/parse/isolation.py): PDFium is written in C++.
"""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from config.errors import InputError
from corpus.models import Article, Raw
from corpus.parse.layout import Line, Page, line_of, running_text
from corpus.parse.ocr import DPI, MAX_SCANS, read_scan, require_tesseract
from corpus.parse.printed_page import parse_printed_page

MAX_PAGES = 1000  # a provincial plan with its annexes has several hundred; more would not be read within the time
POINTS = 72  # an inch

_SCAN_LETTERS = (
    200  # a picture with fewer letters over it is a scan: stamps of a digital signature are text of their own
)
_SCAN_SHARE = 0.5  # of the page that its largest picture covers
_MAX_PIXELS = 16_000_000  # A3 at 200 dpi has 7.7 million; a page may claim to be kilometres wide
_MAX_SIDE = 16_000
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # what PDFium makes of a hyphen at a line's end


def parse_pdf(raw: Raw, *, more_time: Callable[[], None] = lambda: None) -> Article:
    """The article in a PDF; `more_time` is called before each page that must be recognised, which takes seconds.

    Raises:
        InputError: encrypted, damaged, too long, without text, or scanned where no recognition is installed.
    """
    with closing(_opened(raw.data)) as document:
        if len(document) > MAX_PAGES:
            raise InputError(
                f"tệp PDF có {len(document)} trang, nhiều nhất {MAX_PAGES}; hãy tách thành từng văn bản",
                f"the PDF has {len(document)} pages, at most {MAX_PAGES}; split it into its documents",
            )
        pages = [_read_page(document, number) for number in range(len(document))]
        scans = [number for number, page in enumerate(pages) if page is None]
        _admit(scans, len(pages))
        for number in scans:
            more_time()
            pages[number] = read_scan(_picture(document, number), number + 1)
    text = running_text([page for page in pages if page])
    if not text.strip():
        raise InputError(
            "tệp PDF không có chữ nào (trang trắng, hoặc ảnh không có chữ); hãy xuất hoặc quét lại văn bản",
            "the PDF has no text at all (blank pages, or pictures without text); export or scan the document again",
        )
    return parse_printed_page(text, source=raw.source)


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise InputError(
                "tệp PDF có mật khẩu; hãy mở bằng mật khẩu, in lại thành PDF không mật khẩu rồi thêm lại",
                "the PDF has a password; open it with the password, print it to a PDF without one and add that",
            ) from None
        raise InputError(
            "tệp PDF hỏng hoặc thiếu phần cuối; hãy tải lại, hoặc mở rồi in lại thành PDF mới",
            "the PDF is damaged or cut off; download it again, or open it and print it to a new PDF",
        ) from None


def _admit(scans: list[int], pages: int) -> None:
    """Refuses what cannot be recognised before the first page takes its seconds."""
    if not scans:
        return
    if len(scans) > MAX_SCANS:
        raise InputError(
            f"tệp PDF có {len(scans)} trang ảnh quét, nhận dạng nhiều nhất {MAX_SCANS} trang; hãy tách tệp",
            f"the PDF has {len(scans)} scanned pages, at most {MAX_SCANS} are recognised; split the file",
        )
    require_tesseract([number + 1 for number in scans], pages)


def _read_page(document: pdfium.PdfDocument, number: int) -> Page | None:
    """The lines of the text layer, or None where the page is a scan."""
    with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
        text = textpage.get_text_range()
        if _is_scan(page, text):
            return None
        return Page(tuple(_lines(page, textpage, text)), page.get_height())


def _is_scan(page: pdfium.PdfPage, text: str) -> bool:
    """Whether a picture fills the page and the text over it is none or little; or text is drawn as shapes alone."""
    letters = sum(map(str.isalpha, text))
    if letters >= _SCAN_LETTERS:
        return False
    if not letters and pdfium_c.FPDFPage_CountObjects(page) > 0:
        return True
    area = page.get_width() * page.get_height()
    pictures = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return any(_area(picture.get_bounds()) > _SCAN_SHARE * area for picture in pictures)


def _area(box: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = box
    return (right - left) * (top - bottom)


def _lines(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: str) -> Iterator[Line]:
    """The lines as PDFium parts them, in the order of the content."""
    places = _Places(page, textpage)
    for line in re.finditer(r"[^\r\n]+", text):
        if words := [places.word(word) for word in re.compile(r"\S+").finditer(text, *line.span())]:
            yield line_of(words)


class _Places:
    """Where the words of a page stand as it is shown: turned as the page is, in points from its upper left corner."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._textpage = textpage
        self._rotation = page.get_rotation()
        self._sheet = page.get_bbox()
        self._box = pdfium_c.FS_RECTF()

    def word(self, match: re.Match[str]) -> Line:
        """A word of the page's text with its box."""
        first, last = self._place(match.start()), self._place(match.end() - 1)
        left, top = min(first[0], last[0]), min(first[1], last[1])
        return Line(match.group().translate(_HYPHENS), left, top, max(first[2], last[2]), max(first[3], last[3]))

    def _place(self, at: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the character at this offset of the text."""
        index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, at)
        pdfium_c.FPDFText_GetLooseCharBox(self._textpage, index, self._box)
        left, bottom, right, top = self._sheet
        box = self._box
        if self._rotation == 90:
            return box.bottom - bottom, box.left - left, box.top - bottom, box.right - left
        if self._rotation == 180:
            return right - box.right, box.bottom - bottom, right - box.left, box.top - bottom
        if self._rotation == 270:
            return top - box.top, right - box.right, top - box.bottom, right - box.left
        return box.left - left, top - box.top, box.right - left, top - box.bottom


def _picture(document: pdfium.PdfDocument, number: int) -> bytes:
    """The page as a grey picture in PGM form, at DPI unless it claims a size beyond paper."""
    with closing(document[number]) as page:
        width, height = page.get_size()
        scale = min(DPI / POINTS, math.sqrt(_MAX_PIXELS / (width * height)), _MAX_SIDE / max(width, height))
        with closing(page.render(scale=scale, grayscale=True)) as bitmap:
            head = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height)
            rows = memoryview(bitmap.buffer).cast("B")
            return head + b"".join(
                rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
