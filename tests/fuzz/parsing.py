"""Parsers: bytes that anyone can put in front of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bot.draft.check import Checker
from bot.draft.comments import commented
from bot.draft.page import draft_page
from config.errors import InputError
from corpus.clean import normalise, tidy
from corpus.models import Article, Raw
from corpus.parse import _kind
from corpus.parse.docx import parse_docx
from corpus.parse.encoding import decode
from corpus.parse.html import parse_html
from corpus.parse.legacy import decode_eight_bit, lines_to_unicode, to_unicode
from corpus.parse.pdf import parse_pdf
from corpus.parse.printed_page import parse_printed_page
from corpus.sentences import sentence_spans
from tests.documents import DOCUMENTS, docx, pdf_page, text_at, word_paragraph, word_xml
from tests.factories import article as made_article
from tests.factories import page
from tests.fuzz.laws import check_article, check_passages, read
from tests.fuzz.target import DATA, Target, fields, hold, joined, sample_texts, text_of, texts
from tests.fuzz.worlds import live

_FONTS = (".VnTime", "VNI-Times", "Times New Roman", ".VnArialH", None)
_DATES = (
    "Thứ Tư, 07/08/2019 14:37", "ngày 5 tháng 3 năm 2020", "2018-12-27T08:00:00+07:00", "31/02/2019", "Print ",
    "Cập nhật lúc", "Số: 12/QĐ-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
)  # fmt: skip
_SIGNS = ("\u0323", "\u00ad", "\u200b", "\ufeff", "´", "ð", "\uf0b7", "\u2028", "\x85", "ﬁ", "•", "…", "“", "”")
_TAGS = (
    "<p>", "</p>", "<h1>", "<table><tr><td>", "</td></tr></table>", "<meta charset=", "<title>", "<div class=",
    "<a href=",
    '"datePublished":"', '<script type="application/ld+json">', "<br>", "<li>", "<input type=password>", "&nbsp;",
    "&#x1",
    "<base href=", "http://[", "<font face='.VnTime'>", "<time datetime=",
    '<meta property="article:published_time" content="',
)  # fmt: skip


def _article_of(raw: Raw) -> Article | None:
    kinds = {"text": lambda: parse_printed_page(decode(raw.data), source=raw.source), "HTML": lambda: parse_html(raw)}
    return kinds[kind]() if (kind := _kind(raw)) in kinds else None


def _text(data: bytes) -> None:
    """Plain text in any encoding, as a file that calls itself so."""
    try:
        article = _article_of(Raw(data, "bai.txt", "bai.txt"))
    except InputError:
        return
    if article:
        check_article(article)


def _text_seeds() -> Iterator[bytes]:
    yield (DATA / "printed-page.txt").read_bytes()
    yield page().encode()
    for text in sample_texts():
        yield text.encode()
    first = sample_texts()[0][:400]
    yield first.encode("utf-16")
    yield unicodedata.normalize("NFD", first).encode("windows-1258", "ignore")


def _legacy(data: bytes) -> None:
    """Bytes of before Unicode, and text whose font says so."""
    decode_eight_bit(data)
    text = data.decode("latin-1")
    fonts = [_FONTS[byte % len(_FONTS)] for byte in data[:8]] or [None]
    lines = text.split("\n")
    converted = lines_to_unicode(lines, [fonts[at % len(fonts)] for at in range(len(lines))])
    hold(len(converted) == len(lines), "lines were lost")
    for font in _FONTS:
        to_unicode(text, font)


def _legacy_seeds() -> Iterator[bytes]:
    yield "C¸n cø LuËt Tæ chøc ChÝnh phñ; Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("latin-1")
    yield "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM\nÑoäc laäp - Töï do - Haïnh phuùc".encode("latin-1")
    yield "ỦY BAN NHÂN DÂN".encode().decode("latin-1").encode("latin-1")
    yield b"Qu\xf9\xf8\xf9 \xd4\xe4 abc \xbc\xbd\xb2"


def _html(data: bytes) -> None:
    """A page, as a server sends it."""
    parsed = read(lambda: parse_html(Raw(data, "bai.html", "https://haiphong.gov.vn/tin/bai.html", "text/html")))
    if parsed:
        check_article(parsed)


def _html_seeds() -> Iterator[bytes]:
    for folder in (DATA / "pages", DOCUMENTS):
        for path in sorted(folder.glob("*.html")):
            yield path.read_bytes()[:30_000]


def _pdf(data: bytes) -> None:
    """A PDF; pages that must be recognised are refused, for the program that does it is not ours."""
    parsed = read(lambda: parse_pdf(Raw(data, "bai.pdf", "bai.pdf")))
    if parsed:
        check_article(parsed)


def _pdf_seeds() -> Iterator[bytes]:
    for name in ("two-pages.pdf", "mixed.pdf", "nfd.pdf"):
        yield (DOCUMENTS / name).read_bytes()
    yield pdf_page(text_at((50, 700, "Thong bao so 12/TB-UBND"), (50, 680, "Lich tiep cong dan thang nay.")))


def _docx(data: bytes) -> None:
    """A DOCX: whole, or of parts that are packed here, so that no checksum stops what is changed; then its comments."""
    packed = data if data.startswith(b"PK") else _packed(data)
    parsed = read(lambda: parse_docx(Raw(packed, "bai.docx", "bai.docx")))
    if parsed:
        check_article(parsed)
        commented(packed, Checker(live().register, live().snapshot.article, "vi"))


def _packed(data: bytes) -> bytes:
    body, numbering, styles, core, relations = fields(data, 5)
    parts = {
        "word/numbering.xml": numbering,
        "word/styles.xml": styles,
        "docProps/core.xml": core,
        "word/_rels/document.xml.rels": relations,
    }
    return docx(body, {name: part for name, part in parts.items() if part})


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATED = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def _docx_seeds() -> Iterator[bytes]:
    sentence = "Căn cứ Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của Ủy ban nhân dân thành phố."
    yield docx(word_xml(word_paragraph(sentence)))
    yield joined(word_xml(word_paragraph(sentence)))
    number = "<w:p><w:pPr><w:pStyle w:val='a'/><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    cell = f"<w:tbl><w:tr><w:tc>{word_paragraph('Mục')}</w:tc><w:tc>{word_paragraph(sentence)}</w:tc></w:tr></w:tbl>"
    level = "<w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='%1.'/></w:lvl>"
    lists = f"<w:abstractNum w:abstractNumId='0'>{level}</w:abstractNum>"
    lists += "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    styles = "<w:style w:styleId='a' w:default='1'><w:basedOn w:val='a'/>"
    styles += "<w:rPr><w:rFonts w:ascii='.VnTime'/></w:rPr></w:style>"
    run = "<w:r><w:rPr><w:rFonts w:ascii='.VnTime'/></w:rPr><w:t>C¸n cø LuËt</w:t><w:br/><w:softHyphen/></w:r></w:p>"
    part = word_xml("").replace("<w:body></w:body>", "{}")
    yield joined(
        word_xml(number + run + cell + f"<w:sdt><w:sdtContent>{word_paragraph(sentence)}</w:sdtContent></w:sdt>"),
        part.format(lists).replace("w:document", "w:numbering"),
        part.format(styles).replace("w:document", "w:styles"),
        "",
        _RELATED,
    )


def _clean(data: bytes) -> None:
    """Cleaning is done once and for all; sentences and passages lie where they say."""
    text = text_of(data)
    normal = normalise(text)
    hold(unicodedata.is_normalized("NFC", normal), "not NFC")
    normal.encode()
    hold(normalise(normal) == normal, "normalised twice is something else")
    neat = tidy(text)
    hold(tidy(neat) == neat, "tidied twice is something else")
    at = 0
    for start, end in sentence_spans(neat):
        hold(at <= start < end and not neat[at:start].strip(), "sentences overlap or lose letters")
        at = end
    hold(not neat[at:].strip(), "letters behind the last sentence")
    if neat:
        check_passages(made_article(neat))


def _draft(data: bytes) -> None:
    """A draft of staff, checked against the sample and shown as a page."""
    name, text = texts(data, 2)
    for language in ("vi", "en"):
        checked = Checker(live().register, live().snapshot.article, language).check(text)
        for each in checked:
            hold(text[each.reference.start : each.reference.end] == each.reference.text, "not where it says")
        draft_page(name, text, checked, language)


def _sentences() -> Iterator[bytes]:
    for text in sample_texts():
        yield text[:600].encode()


REFERENCES = (
    "Quyết định số ", "3482/QĐ-UBND", " ngày 27/12/2018", "45-NQ/TW", "30/2020/NĐ-CP", "Luật Đất đai", " năm 2024",
    "Nghị định ", " thay thế ", " bãi bỏ ", " sửa đổi ", " của Ủy ban nhân dân ", "Điều 1.", " này", " và ", "QĐ ",
    "12/",
    "/2019/", "số: ", "UBND quận Lê Chân", "Thông tư liên tịch", "-CTr/TU", "Đ", "Ð", " | ", "cùng ngày",
)  # fmt: skip
TARGETS = (
    Target("text", _text, _text_seeds, (*_DATES, *_SIGNS, *REFERENCES), 8_000, others=(".txt",)),
    Target("legacy", _legacy, _legacy_seeds, ("\xb8", "\xcf\xf8", "Qu"), 2_000),
    Target("html", _html, _html_seeds, (*_TAGS, *_DATES), 20_000, others=(".html",)),
    Target(
        "pdf", _pdf, _pdf_seeds, ("obj", "stream", "/Length ", "/Kids[", "/Font", "BT", "Tj", "0 0 600 800"), 20_000
    ),
    Target("docx", _docx, _docx_seeds, ("<w:p>", "</w:p>", "<w:ilvl w:val='", "<w:tbl>", "&#0;", "w:val", "-1"), 8_000),
    Target("clean", _clean, _sentences, (*_SIGNS, "\n\n", "Điều 1. ", "TP. ", "a)", "?!", "- "), 3_000),
    Target("draft", _draft, lambda: (joined("du-thao.txt", t[:900]) for t in sample_texts()), REFERENCES, 3_000),
)
