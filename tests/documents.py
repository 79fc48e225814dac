"""Documents made for tests: the files of tests/data/documents, and PDF and DOCX put together by hand."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

DOCUMENTS = Path(__file__).parent / "data" / "documents"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document'
    '.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def sample(name: str) -> bytes:
    """The bytes of a file of tests/data/documents."""
    return (DOCUMENTS / name).read_bytes()


def stream(data: bytes, about: bytes = b"") -> bytes:
    """A PDF stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(data), data)


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these numbered objects, of which the first is the catalogue, with a right cross-reference table."""
    body, places = b"%PDF-1.7\n", {}
    for number, data in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    table += b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    size = max(objects) + 1
    return body + table + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(body))


def pdf_page(
    content: bytes, *, about: bytes = b"", box: bytes = b"0 0 600 800", more: Mapping[int, bytes] | None = None
) -> bytes:
    """A PDF of one page with this content; F1 is Helvetica, X1 is object 6, which `more` may hold."""
    page = (
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[%s]%s"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>>>" % (box, about)
    )
    return pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: page, 4: stream(content),
         5: FONT, **(more or {})}
    )  # fmt: skip


def text_at(*lines: tuple[int, int, str]) -> bytes:
    """Page content: ASCII text in Helvetica 12 at these places (from the left, from below, in points)."""
    return b"".join(b"BT /F1 12 Tf %d %d Td (%s) Tj ET\n" % (x, y, text.encode()) for x, y, text in lines)


def docx(document: str | bytes, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX with this document.xml; `parts` replaces or adds others by name."""
    file = BytesIO()
    usual: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (usual | dict(parts or {})).items():
            archive.writestr(name, data)
    return file.getvalue()


def word_xml(body: str, prolog: str = "") -> str:
    """A document.xml with this body."""
    return f'{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def word_paragraph(text: str) -> str:
    """A paragraph for `word_xml`."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
