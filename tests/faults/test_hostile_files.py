"""Files made to do harm, and damaged ones: each is an article or refused, soon, within the memory a reader may have.

`hostile` makes more than two hundred: bombs, loops, false claims of size, cut-off files, flipped bytes. They go through
`parse` as any input does.
"""

import random
import re
import socket
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest

from config.errors import InputError
from corpus import parse as parsing
from corpus.models import Article, Raw
from corpus.parse import parse
from corpus.parse.isolation import JOB_SECONDS, MEMORY_BYTES
from tests.documents import docx, pdf, pdf_page, sample, stream, text_at, word_paragraph, word_xml

SLACK = 2  # seconds over the limit for starting and ending a process on a busy machine
SENTENCE = "Ủy ban nhân dân xã thông báo lịch tiếp công dân tháng này."
PAGE = f"<!DOCTYPE html><html><head><title>Lịch tiếp dân</title></head><body><p>{SENTENCE}</p></body></html>"
CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NUMBERS = (b"-1", b"0", b"2147483647", b"99999999999")
Files = Iterator[tuple[str, bytes]]


def inflating(million: int, filler: bytes = b" ", repeat: int = 1) -> bytes:
    """That many million bytes of filler, deflated `repeat` times."""
    packer = zlib.compressobj(1)
    block = filler * (1_000_000 // len(filler))
    data = b"".join(packer.compress(block) for _ in range(million)) + packer.flush()
    for _ in range(repeat - 1):
        data = zlib.compress(data)
    return data


# ------------------------------------------------------------------------------------------------------------- damage


def cut(data: bytes, times: int) -> Files:
    """The file cut off at so many places, evenly."""
    for at in range(times):
        yield f"cut {at}/{times}", data[: 8 + len(data) * at // times]


def flipped(data: bytes, times: int, seed: int) -> Files:
    """The file with a few or many bytes changed, its signature kept."""
    chance = random.Random(seed)
    for at in range(times):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 3, 10, 100))):
            changed[chance.randrange(8, len(changed))] = chance.randrange(256)
        yield f"flipped {at}", bytes(changed)


def flipped_numbers(data: bytes, times: int, seed: int) -> Files:
    """The file with some of its numbers made huge, negative or nothing: lengths, counts, references, sizes."""
    chance = random.Random(seed)
    for at in range(times):
        yield f"numbers {at}", re.sub(
            rb"(?<= )\d+(?=[ /\]>\n])",
            lambda match: match.group() if chance.random() < 0.95 else chance.choice(NUMBERS),
            data,
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- PDF


def pdf_claims() -> Files:
    """False claims of size."""
    text = text_at((50, 700, "Thong bao"))
    for claim in (b"2147483647", b"4294967295", b"99999999999", b"-1", b"9 0 R", b"4 0 R"):
        yield f"length {claim!r}", pdf({1: CATALOGUE, 2: PAGES, 3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
                                        4: b"<</Length %s>>stream\n%s\nendstream" % (claim, text)})  # fmt: skip
    for box in (b"0 0 1000000000 1000000000", b"0 0 1 1000000000", b"-9e99 0 9e99 1", b"0 0 0 0", b"0 0 nan inf", b"9"):
        yield f"box {box!r}", pdf_page(b"0 0 99 99 re f", box=box)
        yield f"box with text {box!r}", pdf_page(text, box=box)
    over = b"q 600 0 0 800 0 0 cm /X1 Do Q"
    for size in (1, 60_000, 2_000_000_000):
        for form in (b"", b"/CCITTFaxDecode", b"/DCTDecode", b"/JBIG2Decode", b"/JPXDecode"):
            about = b"/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (size, size)
            picture = stream(b"\x00" * 64, about + (b"/Filter" + form if form else b""))
            yield f"picture {size} {form!r}", pdf_page(over, more={6: picture})
    yield "count", pdf({1: CATALOGUE, 2: b"<</Type/Pages/Kids[]/Count 2000000000>>"})
    yield "size", pdf({1: CATALOGUE, 2: PAGES, 2_000_000_000: b"null"})


def pdf_bombs() -> Files:
    """Small files that unfold."""
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    for repeat, filler in ((1, b" "), (2, b"0 0 m ")):
        content = stream(inflating(1200, filler, repeat), b"/Filter[%s]" % (b"/FlateDecode" * repeat))
        yield f"stream {filler!r}", pdf({1: CATALOGUE, 2: PAGES, 3: page, 4: content})
    image = b"/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode"
    yield "picture", pdf_page(b"q 600 0 0 800 0 0 cm /X1 Do Q", more={6: stream(inflating(1200, b"\x00"), image)})
    places = b"".join(b"1 0 0 1 %d %d Tm (a b c) Tj " % (n % 500, n // 500) for n in range(50_000))
    yield "fifty thousand pieces of text", pdf_page(b"BT /F1 1 Tf " + places + b"ET")
    yield "a word of a million letters", pdf_page(b"BT /F1 1 Tf (%s) Tj ET" % (b"a" * 1_000_000))
    yield "half a million shapes", pdf_page(b"0 0 9 9 re f " * 500_000)
    about = b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 %d 0 R>>>>"
    forms = {6 + n: stream(b"/X1 Do " * 10, about % (7 + n)) for n in range(12)}
    last = stream(text_at((0, 0, "a")), about % 0)
    yield "ten to the twelfth forms", pdf_page(b"/X1 Do", more={**forms, 18: last})


def pdf_loops() -> Files:
    """Objects that hold themselves, and trees without an end."""
    itself = b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 6 0 R>>/Font<</F1 6 0 R>>>>"
    yield "form", pdf_page(b"/X1 Do", more={6: stream(b"/X1 Do", itself)})
    yield "pages", pdf({1: CATALOGUE, 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"})
    yield "catalogue", pdf({1: b"1 0 R"})
    yield (
        "parent",
        pdf({1: CATALOGUE, 2: PAGES, 3: b"<</Type/Page/Parent 3 0 R/MediaBox 3 0 R/Contents[4 0 R]>>", 4: b"[4 0 R]"}),
    )
    yield "previous table", pdf({1: CATALOGUE, 2: PAGES}).replace(b"/Root", b"/Prev 9/XRefStm 9/Root")
    yield "length", pdf({1: CATALOGUE, 2: PAGES, 4: b"<</Length 4 0 R>>stream\nendstream"})
    glyphs = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97/Widths[9]"
    glyphs += b"/Encoding<</Differences[97/a]>>/CharProcs<</a 4 0 R>>/Resources<</Font<</F1 5 0 R>>>>>>"
    yield "font", pdf_page(text_at((9, 9, "aaaa")), more={5: glyphs})
    for deep in (b"[" * 300_000, b"<</A" * 100_000, b"(" * 300_000):
        yield f"deep {deep[:4]!r}", pdf({1: CATALOGUE, 2: PAGES, 3: deep})
        yield f"deep content {deep[:4]!r}", pdf_page(deep)
    tree = {3 + n: b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (4 + n, 2 + n) for n in range(5000)}
    yield "deep tree", pdf({1: CATALOGUE, 2: PAGES, **tree})
    yield "saved states", pdf_page(b"q " * 500_000 + b"BT " * 1000)


def pdf_tables() -> Files:
    """Cross-reference tables that are not right."""
    whole = sample("two-pages.pdf")
    for start in (b"0", b"99999999999", b"-5", b"7", b"x"):
        yield f"start {start!r}", re.sub(rb"startxref\n\d+", b"startxref\n" + start, whole)
    yield "no table", whole[: whole.rindex(b"xref\n")]
    yield "moved", b"%PDF-1.4\n" + b"x" * 500 + whole
    yield "shuffled", re.sub(rb"(\d{10}) 00000 n", lambda match: match.group(1)[::-1] + b" 00000 n", whole)
    yield "another header", b"%PDF-9.9" + whole[8:]


# --------------------------------------------------------------------------------------------------------------- DOCX


def patched(data: bytes, size: int) -> bytes:
    """A DOCX whose directory claims that size for every part."""
    changed = bytearray(data)
    for match in re.finditer(rb"PK\x01\x02", data):
        struct.pack_into("<I", changed, match.start() + 24, size)
    return bytes(changed)


def docx_bombs() -> Files:
    """Archives that unfold."""
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    yield "300 MB of spaces", bomb.getvalue()
    yield "300 MB claimed as little", patched(bomb.getvalue(), 100)
    fine = docx(word_xml(word_paragraph(SENTENCE)))
    for claim in (0, 1, 2_000_000_000, 0xFFFFFFFF):
        yield f"claims {claim}", patched(fine, claim)
    yield "inside itself", docx(word_xml(word_paragraph(SENTENCE)), {"word/embeddings/a.docx": bomb.getvalue()})
    yield "100 MB of paragraphs", docx(word_xml("<w:p/>" * 16_000_000))
    yield "a word of 60 MB", docx(word_xml(word_paragraph("a" * 60_000_000)))
    yield "100 thousand paragraphs", docx(word_xml(word_paragraph("Mục") * 100_000))
    yield "20 thousand parts", docx(word_xml(word_paragraph(SENTENCE)), {f"word/{n}.xml": "" for n in range(20_000)})
    attributes = " ".join(f'a{n}="x"' for n in range(100_000))
    yield "attributes", docx(word_xml(f"<w:p {attributes}/>"))


def docx_entities() -> Files:
    """Entities that reach outside or multiply."""
    outside = "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    yield "file", docx(word_xml(word_paragraph("Trước &e; sau."), outside))
    by_parameter = "<!DOCTYPE a [<!ENTITY % e SYSTEM 'file:///etc/passwd'> %e;]>"
    yield "parameter", docx(word_xml(word_paragraph(SENTENCE), by_parameter))
    yield "definition", docx(word_xml(word_paragraph(SENTENCE), "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>"))
    laughs = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    yield "laughs", docx(word_xml(word_paragraph("&e11;"), f"<!DOCTYPE a [<!ENTITY e0 'ha'>{laughs}]>"))
    yield "quadratic", docx(word_xml(word_paragraph("&e;" * 50_000), f"<!DOCTYPE a [<!ENTITY e '{'a' * 50_000}'>]>"))
    yield "itself", docx(word_xml(word_paragraph("&e;"), "<!DOCTYPE a [<!ENTITY e '&e;'>]>"))
    for name in ("[Content_Types].xml", "_rels/.rels"):
        yield f"in {name}", docx(word_xml(word_paragraph(SENTENCE)), {name: f"{outside}<a>&e;</a>"})


def related(*targets: tuple[str, str]) -> str:
    made = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELATIONS}">{made}</Relationships>'


def docx_structures() -> Files:
    """Parts that point in circles, nothing where something must be, and depth."""
    fine, at = word_xml(word_paragraph(SENTENCE)), "word/_rels/document.xml.rels"
    yield "circle", docx(fine, {at: related(("styles", "document.xml"), ("numbering", "document.xml"))})
    yield "outside", docx(fine, {at: related(("styles", "../../../../../../etc/passwd"))})
    yield "missing part", docx(fine, {at: related(("styles", "styles.xml"))})
    chain = {f"word/_rels/p{n}.xml.rels": related(("x", f"p{n + 1}.xml")) for n in range(3000)}
    yield (
        "chain",
        docx(fine, {at: related(("x", "p0.xml")), **chain, **{f"word/p{n}.xml": "<a/>" for n in range(3001)}}),
    )
    yield "many relations", docx(fine, {at: related(*(("x", "document.xml") for _ in range(100_000)))})
    for name in ("w:sdt", "w:tbl", "w:p", "w:ins", "w:tc"):
        for depth in (200, 100_000):
            yield f"{depth} deep {name}", docx(word_xml(f"<{name}>" * depth + f"</{name}>" * depth))
    for body in ("", "\x00", "<w:p><w:pPr><w:numPr><w:ilvl w:val='x'/><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
                 f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{'9' * 9999}'/></w:numPr></w:pPr></w:p>"):  # fmt: skip
        yield f"body {body[:20]!r}", docx(word_xml(body))
    for document in ("", "<a/>", "<", "\ufeff", word_xml("").encode("utf-16"), b"\xff\xfe\x00", b"\x00" * 1_000_000):
        yield f"document {document[:5]!r}", docx(document)
    for name in ("[Content_Types].xml", "_rels/.rels"):
        for part in ("", "<a/>", "\x00", related(("officeDocument", "word/none.xml"))):
            yield f"{name} {part[:5]!r}", docx(fine, {name: part})
    level = "<w:lvl w:ilvl='0'><w:start w:val='999999999999'/><w:numFmt w:val='{}'/><w:lvlText w:val='{}'/></w:lvl>"
    lists = "".join(
        f"<w:abstractNum w:abstractNumId='{n}'>{level.format(form, '%1' * 1000)}</w:abstractNum>"
        f"<w:num w:numId='{n}'><w:abstractNumId w:val='{n}'/></w:num>"
        for n, form in enumerate(("lowerLetter", "upperRoman", "decimal"))
    )
    numbering = word_xml("").replace("w:document", "w:numbering").replace("<w:body></w:body>", lists)
    number = "<w:p><w:pPr><w:numPr><w:numId w:val='{}'/></w:numPr></w:pPr>" + word_paragraph("a").removeprefix("<w:p>")
    listed = "".join(map(number.format, range(3)))
    parts = {at: related(("numbering", "numbering.xml")), "word/numbering.xml": numbering}
    yield "numbers", docx(word_xml(listed), parts)


def remade(data: bytes, times: int, seed: int) -> Files:
    """A DOCX with bytes flipped in its document before it is packed, where no checksum stops them."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        document = archive.read("word/document.xml")
    for name, changed in flipped(document, times, seed):
        yield f"inside {name}", docx(changed)


# ----------------------------------------------------------------------------------------------- HTML, and none of all


def html_pages() -> Files:
    """Depth, length and nonsense."""
    for tag in ("div", "table><tr><td", "b", "ul><li", "blockquote", "svg", "a href=x", "select><option"):
        for depth in (5_000, 100_000):
            yield f"{depth} {tag}", (PAGE[:-14] + f"<{tag}>" * depth + SENTENCE).encode()
    yield "attributes", (PAGE + "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">").encode()
    yield "one tag", (PAGE + "<p " + "a" * 5_000_000).encode()
    yield "entities", (PAGE + "&amp;" * 1_000_000).encode()
    yield "references", (PAGE + "&#1114112;&#0;&#xD800;" * 10_000).encode()
    yield "comments", (PAGE + "<!--" * 200_000).encode()
    yield "scripts", (PAGE + "<script>" * 50_000 + "</p>" * 50_000).encode()
    yield (
        "doctype",
        PAGE.replace("html>", "html [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", 1).replace("</p>", "&e;</p>").encode(),
    )
    yield "NUL", PAGE.replace(" ", "\x00").encode()
    for charset in ("utf-16", "utf-7", "none", "idna", "rot13", "\x00"):
        yield f"charset {charset!r}", PAGE.replace("<head>", f"<head><meta charset='{charset}'>").encode()
    yield "wide", PAGE.encode("utf-32")
    yield "long line", (PAGE + "a " * 2_000_000).encode()
    yield "spaces", (PAGE + " \n\t" * 1_000_000 + "x").encode()


def others() -> Files:
    """Two kinds in one, and none at all."""
    document, page = docx(word_xml(word_paragraph(SENTENCE))), sample("nfd.pdf")
    yield "PDF then DOCX", page + document
    yield "DOCX then PDF", document + page
    yield "page then PDF", PAGE.encode() + page
    yield "page in a PDF", b"%PDF-1.7\n" + PAGE.encode()
    yield "DOCX behind a picture", b"GIF89a" + document
    yield "PDF named in an archive", b"PK\x03\x04%PDF-1.7 word/document"
    yield "nothing", b""
    for size in (1, 100, 1_000_000):
        yield f"{size} NUL", b"\x00" * size
        yield f"{size} of chance", random.Random(size).randbytes(size)
        for head in (b"%PDF-1.7\n", b"PK\x03\x04word/document", b"<html>"):
            yield f"{head!r} {size} NUL", head + b"\x00" * size
            yield f"{head!r} {size} of chance", head + random.Random(size).randbytes(size)


WORD_FILE = docx(word_xml(word_paragraph(SENTENCE) * 20))
GROUPS: dict[str, tuple[Callable[[], Files], ...]] = {
    "pdf": (pdf_claims, pdf_loops, pdf_tables, lambda: cut(sample("two-pages.pdf"), 20),
            lambda: flipped(sample("two-pages.pdf"), 30, 1), lambda: flipped(sample("nfd.pdf"), 20, 2),
            lambda: flipped_numbers(sample("two-pages.pdf"), 20, 3), lambda: flipped(sample("scan.pdf"), 2, 4)),
    "pdf bombs": (pdf_bombs,),
    "docx": (docx_entities, docx_structures, lambda: cut(WORD_FILE, 15), lambda: flipped(WORD_FILE, 20, 5),
             lambda: remade(WORD_FILE, 20, 6), lambda: flipped_numbers(WORD_FILE, 5, 7)),
    "docx bombs": (docx_bombs,),
    "html": (html_pages, lambda: cut(PAGE.encode(), 10), lambda: flipped(PAGE.encode(), 15, 8)),
    "others": (others,),
}  # fmt: skip


def hostile(group: str) -> Iterator[tuple[str, Raw]]:
    for maker in GROUPS[group]:
        for name, data in maker():
            yield f"{group}, {name}", Raw(data, f"a.{group.split(maxsplit=1)[0]}", "a")


def outcome(raw: Raw) -> Article | InputError:
    try:
        return parse(raw)
    except InputError as refused:
        return refused


def peak() -> int:
    """Bytes of address space that the reading process has ever had; 0 where it has just been ended."""
    process = parsing._WORKER._process
    if process is None or sys.platform != "linux":
        return 0
    return 1024 * int(re.search(r"VmPeak:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])  # type: ignore[index]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("group", GROUPS)
def test_every_file_is_an_article_or_refused_in_time_and_within_memory(group):
    for name, raw in hostile(group):
        began = perf_counter()
        made = outcome(raw)
        seconds = perf_counter() - began
        assert seconds < JOB_SECONDS + SLACK, (name, seconds)
        assert peak() <= MEMORY_BYTES, (name, peak())
        if isinstance(made, InputError):
            assert made.vi, name
            assert made.en, name
        else:
            assert made.text.strip(), name
            assert "root:" not in made.text, name
    assert parse(Raw(WORD_FILE, "a.docx", "a")).text.startswith(SENTENCE)


def test_there_are_two_hundred_of_them():
    """Without the bombs, which take seconds to make."""
    assert sum(1 for group in GROUPS if "bombs" not in group for _ in hostile(group)) >= 200


def test_no_file_makes_its_reader_call_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        at = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        prolog = f"<!DOCTYPE a SYSTEM '{at}' [<!ENTITY e SYSTEM '{at}'><!ENTITY % p SYSTEM '{at}'> %p;]>"
        outcome(Raw(docx(word_xml(word_paragraph("Trước &e; sau."), prolog)), "a.docx", "a"))
        outer = f'<Relationship Id="r" Type="{OFFICE}/styles" Target="{at}" TargetMode="External"/>'
        parts = {"word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{outer}</Relationships>'}
        outcome(Raw(docx(word_xml(word_paragraph(SENTENCE)), parts), "a.docx", "a"))
        linked = f"<link rel=stylesheet href={at}><img src={at}><script src={at}></script><iframe src={at}></iframe>"
        outcome(Raw(PAGE.replace("</head>", f"{linked}</head>").encode(), "a.html", at))
        action = b"<</S/URI/URI(%s)>>" % at.encode()
        whole = {1: b"<</Type/Catalog/Pages 2 0 R/OpenAction %s>>" % action, 2: PAGES}
        outcome(Raw(pdf(whole), "a.pdf", "a"))
        with pytest.raises(BlockingIOError):
            server.accept()
