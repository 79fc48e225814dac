from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from config.errors import InputError
from corpus.models import Article, Raw
from corpus.parse.docx import parse_docx
from tests.documents import docx, word_xml

SENTENCE = "Ủy ban nhân dân xã thông báo lịch tiếp công dân tháng này."
MADE = datetime(2020, 3, 12, 1, 30, tzinfo=UTC)


def saved(document) -> bytes:
    document.core_properties.created = MADE
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(document) -> Article:
    return parse_docx(Raw(saved(document), "a.docx", "a.docx"))


def paragraph(document, xml: str) -> None:
    """Appends a paragraph of this inner XML before the section properties."""
    document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(document, *levels: tuple[str, str]) -> str:
    """A list of these formats and texts in the numbering part; its id."""
    root = document.part.numbering_part.element
    made = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="900">{made}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="901"><w:abstractNumId w:val="900"/></w:num>'))
    return "901"


def in_list(text: str, number_id: str, level: int = 0) -> str:
    at = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>'
    return f"<w:pPr>{at}</w:pPr>{run(text)}"


def test_paragraphs_and_tables_come_in_the_order_of_the_document():
    document = Document()
    document.add_paragraph("Lịch tiếp công dân")
    document.add_paragraph(SENTENCE)
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Ngày", "Người tiếp", "10", "Chủ tịch xã"), strict=True):
        cell.text = text
    document.add_paragraph("Người dân mang theo giấy tờ.")
    made = read(document)
    assert made.title == "Lịch tiếp công dân"
    assert made.text == f"{SENTENCE}\nNgày | Người tiếp\n10 | Chủ tịch xã\nNgười dân mang theo giấy tờ."


def test_headers_footers_text_boxes_hidden_text_and_tracked_deletions_are_left_out_and_insertions_in():
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Đầu trang"
    document.sections[0].footer.paragraphs[0].text = "Chân trang"
    document.add_paragraph(SENTENCE)
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>Hộp chữ</w:t></w:r></w:p></w:txbxContent></w:pict>"
    paragraph(
        document,
        run("Phí là ")
        + '<w:del w:id="1" w:author="a"><w:r><w:delText>một</w:delText></w:r></w:del>'
        + f'<w:ins w:id="2" w:author="a">{run("hai")}</w:ins>'
        + f'<w:moveFrom w:id="3" w:author="a">{run("bị dời")}</w:moveFrom>'
        + run(" nghìn đồng.") + run("ẩn", "<w:vanish/>") + f"<w:r>{box}</w:r>",
    )  # fmt: skip
    assert read(document).text == f"{SENTENCE}\nPhí là hai nghìn đồng."


def test_breaks_tabs_and_hard_hyphens_stay_apart():
    document = Document()
    paragraph(
        document,
        "<w:r><w:t>Điều 1</w:t><w:tab/><w:t>QĐ</w:t><w:noBreakHyphen/><w:t>UBND</w:t><w:br/><w:t>Dòng hai.</w:t></w:r>",
    )
    document.add_paragraph(SENTENCE)
    assert "Điều 1 QĐ-UBND\nDòng hai." in f"{read(document).title}\n{read(document).text}"


def test_content_controls_and_links_are_read():
    document = Document()
    document.add_paragraph(SENTENCE)
    body = document.element.body
    body.insert(
        -1, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('Trong khung.')}</w:p></w:sdtContent></w:sdt>")
    )
    paragraph(document, f"<w:hyperlink>{run('Cổng dịch vụ công')}</w:hyperlink>{run(' mở cả ngày.')}")
    assert read(document).text == f"{SENTENCE}\nTrong khung.\nCổng dịch vụ công mở cả ngày."


def test_numbers_that_word_writes_are_written_out():
    document = Document()
    document.add_paragraph(SENTENCE)
    number_id = numbered(document, ("decimal", "Điều %1."), ("lowerLetter", "%2)"), ("upperRoman", "%1.%3"))
    for text, level in (("Phạm vi", 0), ("xã", 1), ("thôn", 1), ("Hiệu lực", 0), ("xã", 1), ("sâu", 2)):
        paragraph(document, in_list(text, number_id, level))
    assert read(document).text.split("\n")[1:] == [
        "Điều 1. Phạm vi", "a) xã", "b) thôn", "Điều 2. Hiệu lực", "a) xã", "2.I sâu",
    ]  # fmt: skip


def test_bullets_become_dashes_and_a_list_named_by_a_style_counts():
    document = Document()
    document.add_paragraph(SENTENCE)
    document.add_paragraph("mang giấy tờ", style="List Bullet")
    document.add_paragraph("lấy số", style="List Number")
    document.add_paragraph("chờ gọi", style="List Number")
    assert read(document).text.split("\n")[1:] == ["- mang giấy tờ", "1. lấy số", "2. chờ gọi"]


def test_an_unknown_list_numbers_nothing():
    document = Document()
    document.add_paragraph(SENTENCE)
    paragraph(document, in_list("mục", "4711"))
    assert read(document).text.endswith("\nmục")


@pytest.mark.parametrize("where", ["run", "style", "normal"])
def test_text_in_a_font_of_before_unicode_is_converted(where):
    document = Document()
    made = document.add_paragraph(style="Body Text" if where == "style" else None)
    font = made.add_run("Uû ban nh©n d©n x· häp vÒ viÖc cÊp giÊy chøng nhËn quyÒn sö dông ®Êt.").font
    holder = {"run": font, "style": document.styles["Body Text"].font, "normal": document.styles["Normal"].font}[where]
    holder.name = ".VnTime"
    assert read(document).text == "Uỷ ban nhân dân xã họp về việc cấp giấy chứng nhận quyền sử dụng đất."


def test_hyphens_that_word_takes_for_its_own_are_letters_in_a_font_of_before_unicode():
    """U+00AD is the ư of TCVN3, and Word writes it as an element of its own."""
    document = Document()
    document.add_paragraph(SENTENCE)
    font = '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>'
    soft, hard = "</w:t><w:softHyphen/><w:t>", "</w:t><w:noBreakHyphen/><w:t>"
    paragraph(document, f"<w:r>{font}<w:t>Ng{soft}êi d©n ph{soft}êng nép Q§{hard}UB.</w:t></w:r>")
    paragraph(document, "<w:r><w:t>Phường Hòa</w:t><w:softHyphen/><w:t> Bình.</w:t></w:r>")
    assert read(document).text == f"{SENTENCE}\nNgười dân phường nộp QĐ-UB.\nPhường Hòa Bình."


def test_styles_based_on_each_other_in_a_circle_end():
    document = Document()
    normal, text = document.styles["Normal"].element, document.styles["Body Text"].element
    based = OxmlElement("w:basedOn")
    based.set(qn("w:val"), text.get(qn("w:styleId")))
    normal.insert(1, based)
    document.add_paragraph(SENTENCE, style="Body Text")
    assert read(document).text == SENTENCE


def test_a_letterhead_laid_out_as_a_table_names_the_article():
    document = Document()
    left, right = document.add_table(1, 2).rows[0].cells
    left.text = "ỦY BAN NHÂN DÂN\nXÃ MINH HỌA\nSố: 07/QĐ-UBND"
    right.text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    right.add_paragraph("Minh Họa, ngày 02 tháng 01 năm 2020")
    for text in ("QUYẾT ĐỊNH", "Về việc lập đội dân phòng", "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ", SENTENCE):
        document.add_paragraph(text)
    made = read(document)
    assert made.title == "Quyết định số 07/QĐ-UBND: Về việc lập đội dân phòng"
    assert (made.issuer, made.published) == (
        "ỦY BAN NHÂN DÂN XÃ MINH HỌA",
        datetime.fromisoformat("2020-01-02T00:00+07:00"),
    )
    assert made.text.startswith("ỦY BAN NHÂN DÂN\nXÃ MINH HỌA\nSố: 07/QĐ-UBND\nCỘNG HÒA")


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Lịch tiếp công dân", "Lịch tiếp công dân"),  # the document's own first line comes first
        (SENTENCE, "Tên trong thuộc tính"),  # prose names nothing
    ],
)
def test_what_the_file_says_of_itself_stands_in_where_the_document_says_nothing(first, title):
    document = Document()
    document.core_properties.title = "Tên trong thuộc tính"
    document.add_paragraph(first)
    document.add_paragraph("Giờ làm việc từ bảy giờ rưỡi sáng.")
    made = read(document)
    assert made.title == title
    assert made.published == datetime.fromisoformat("2020-03-12T01:30:00+00:00")


def test_a_document_of_pictures_only_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"no text.*save it as PDF") as refused:
        read(Document())
    assert "không có chữ nào" in refused.value.vi


def test_a_file_cut_off_is_refused():
    document = Document()
    document.add_paragraph(SENTENCE)
    with pytest.raises(InputError, match="damaged or cut off; download it again"):
        parse_docx(Raw(saved(document)[:-100], "a.docx", "a.docx"))


@pytest.mark.parametrize("document", ["<a/>", word_xml("").replace("<w:body></w:body>", "")])
def test_a_document_without_a_body_is_refused(document):
    with pytest.raises(InputError, match="no text"):
        parse_docx(Raw(docx(document), "a.docx", "a.docx"))
