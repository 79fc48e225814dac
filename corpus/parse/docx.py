"""DOCX: paragraphs and tables in the order of the document, with the numbers Word writes before lists.

Runs in the reading process (corpus/parse/isolation.py). What a reader of the paper would not see is left out: headers,
footers, text boxes and deletions that are still tracked; insertions that are still tracked are in.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from config.errors import InputError
from corpus.models import CELLS, Article, Raw
from corpus.parse.layout import LAYOUT_MARKS
from corpus.parse.legacy import to_unicode
from corpus.parse.numbering import Numbering
from corpus.parse.printed_page import parse_printed_page

MAX_INFLATED = 200_000_000  # bytes of all parts; pictures hardly shrink, so a document of 50 MB stays below

_HIDDEN = {qn(f"w:{name}") for name in ("del", "moveFrom", "pict", "drawing", "object", "pPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
}
_WRAPPERS = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml")}
_WRITTEN = {
    qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "\u00ad",  # the ư of TCVN3, which Word takes for a hyphen of its own
}  # fmt: skip


def parse_docx(raw: Raw) -> Article:
    """The article in a DOCX file.

    Raises:
        InputError: damaged, or it would unfold to more than MAX_INFLATED bytes.
    """
    _check_size(raw.data)
    document = Document(BytesIO(raw.data))
    reader = _Reader(document)
    body = document.element.find(qn("w:body"))
    text = "" if body is None else "\n".join(filter(str.strip, reader.blocks(body)))
    if not text:
        raise InputError(
            "tệp DOCX không có chữ nào (có thể chỉ có ảnh quét); hãy lưu thành PDF rồi thêm tệp PDF",
            "the DOCX has no text (scanned pictures only, perhaps); save it as PDF and add that",
        )
    core = document.core_properties
    return parse_printed_page(text, source=raw.source, title=core.title.strip(), published=_in_utc(core.created))


def _check_size(data: bytes) -> None:
    """Refuses a zip bomb by what it claims; zipfile reads no part beyond its claim."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            inflated = sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        raise InputError(
            "tệp DOCX hỏng hoặc thiếu phần cuối; hãy tải lại, hoặc mở bằng Word rồi lưu lại",
            "the DOCX is damaged or cut off; download it again, or open it in Word and save it again",
        ) from None
    if inflated > MAX_INFLATED:
        raise InputError(
            f"tệp DOCX bung ra {inflated / 1e6:.0f} MB, nhiều nhất {MAX_INFLATED / 1e6:.0f} MB; hãy lưu thành PDF",
            f"the DOCX unfolds to {inflated / 1e6:.0f} MB, at most {MAX_INFLATED / 1e6:.0f} MB; save it as PDF",
        )


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


class _Reader:
    """The blocks of one document; remembers where its lists have got to."""

    def __init__(self, document: DocxDocument) -> None:
        related = {relation.reltype: relation for relation in document.part.rels.values() if not relation.is_external}
        numbering = related.get(RELATIONSHIP_TYPE.NUMBERING)
        self._numbering = Numbering(None if numbering is None else document.part.numbering_part.element)
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self._normal = next((key for key, style in self._styles.items() if style.get(qn("w:default")) == "1"), None)

    def blocks(self, parent: Any) -> Iterator[str]:
        """Paragraphs, and tables a row a line, in order; wrappers (content controls, insertions) are looked into."""
        for element in parent:
            if element.tag == qn("w:p"):
                yield self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from self._table(element)
            elif element.tag not in _HIDDEN:
                yield from self.blocks(element)

    def _table(self, table: Any) -> Iterator[str]:
        rows = [[list(self.blocks(cell)) for cell in _children(row, "w:tc")] for row in _children(table, "w:tr")]
        paragraphs = [paragraph for row in rows for cell in row for paragraph in cell]
        if any(paragraph.lstrip().startswith(LAYOUT_MARKS) for paragraph in paragraphs):
            yield from paragraphs
            return
        for row in rows:
            cells = [" ".join(" ".join(cell).split()) for cell in row]
            yield CELLS.join(cells) if any(cells) else ""

    def _paragraph(self, paragraph: Any) -> str:
        properties = paragraph.find(qn("w:pPr"))
        style = _value(properties, "w:pStyle") or self._normal
        label = self._label(properties, style)
        text = "".join(self._runs(paragraph, style)).strip()
        return f"{label} {text}" if label and text else text

    def _label(self, properties: Any, style: str | None) -> str:
        """The number of a list's paragraph, from its own properties or its style's."""
        for holder in (properties, *(element.find(qn("w:pPr")) for element in self._chain(style))):
            numbered = None if holder is None else holder.find(qn("w:numPr"))
            if numbered is not None:
                return self._numbering.label(_value(numbered, "w:numId"), int(_value(numbered, "w:ilvl") or 0))
        return ""

    def _runs(self, parent: Any, style: str | None) -> Iterator[str]:
        for element in parent:
            if element.tag == qn("w:r"):
                yield self._run(element, style)
            elif element.tag not in _HIDDEN:
                yield from self._runs(element, style)

    def _run(self, run: Any, style: str | None) -> str:
        properties = run.find(qn("w:rPr"))
        if properties is not None and properties.find(qn("w:vanish")) is not None:
            return ""
        written = (e.text or "" if e.tag == qn("w:t") else _WRITTEN.get(e.tag, "") for e in run)
        return to_unicode("".join(written), self._font(properties, style))

    def _font(self, properties: Any, style: str | None) -> str | None:
        """The run's font: its own, its character style's, its paragraph's or the document's."""
        styles = (*self._chain(_value(properties, "w:rStyle")), *self._chain(style))
        for holder in (properties, *(element.find(qn("w:rPr")) for element in styles)):
            fonts = None if holder is None else holder.find(qn("w:rFonts"))
            if fonts is not None and (name := fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi"))):
                return str(name)
        return None

    def _chain(self, style: str | None) -> Iterator[Any]:
        """The style and those it is based on, nearest first; a circle ends where it closes."""
        seen: set[str] = set()
        while style and style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = _value(self._styles[style], "w:basedOn")


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of that tag, also those wrapped in a content control or an insertion."""
    for element in parent:
        if element.tag == qn(tag):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _children(element, tag)


def _value(holder: Any, tag: str) -> str:
    found = None if holder is None else holder.find(qn(tag))
    return "" if found is None else str(found.get(qn("w:val"), ""))
