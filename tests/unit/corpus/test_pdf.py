import unicodedata
from datetime import datetime

import pypdfium2
import pytest

from config.errors import InputError
from corpus.models import Article, Raw
from corpus.parse import ocr
from corpus.parse.layout import Page
from corpus.parse.pdf import MAX_PAGES, parse_pdf
from tests.documents import pdf, pdf_page, sample, stream, text_at


def read(data: bytes) -> Article:
    return parse_pdf(Raw(data, "a.pdf", "a.pdf"))


@pytest.fixture(scope="module")
def two_pages():
    return read(sample("two-pages.pdf"))


def test_a_notice_gets_title_date_and_issuer_from_its_letterhead(two_pages):
    assert two_pages.title == (
        "Thông báo số 01/TB-UBND: Về việc trình bày văn bản theo Nghị định số 30/2020/NĐ-CP "
        "của Chính phủ về công tác văn thư"
    )
    assert two_pages.issuer == "ỦY BAN NHÂN DÂN XÃ MINH HỌA"
    assert two_pages.published == datetime.fromisoformat("2020-03-12T00:00:00+07:00")


@pytest.mark.parametrize(
    "line",
    [
        "Số: 01/TB-UBND",  # the letterhead's columns stay apart
        "Minh Họa, ngày 12 tháng 3 năm 2020",
        # four lines of the page, one paragraph
        (
            "Ngày 05 tháng 3 năm 2020, Chính phủ ban hành Nghị định số 30/2020/NĐ-CP về công tác văn thư. Nghị định có "
            "hiệu lực từ ngày ký và thay thế Nghị định số 110/2004/NĐ-CP. Ủy ban nhân dân xã thông báo những điểm mà "
            "mọi cán bộ soạn thảo văn bản cần làm theo kể từ hôm nay."
        ),
        "3 | Nội dung văn bản | 13 - 14",  # a row of a table
        "- Lưu: VT.",
    ],
)
def test_lines_become_paragraphs(two_pages, line):
    assert line in two_pages.text.split("\n")


def test_running_lines_and_page_numbers_are_dropped(two_pages):
    assert "Cổng thông tin xã" not in two_pages.text
    assert not {"1", "2"} & set(two_pages.text.split("\n"))


def test_a_decomposed_text_layer_is_stored_composed():
    with pypdfium2.PdfDocument(sample("nfd.pdf")) as document:
        assert not unicodedata.is_normalized("NFC", document[0].get_textpage().get_text_range())
    made = read(sample("nfd.pdf"))
    assert made.title == "Ghi chú về công tác văn thư"
    assert made.text.startswith("Nghị định số 110/2004/NĐ-CP ngày 08 tháng 4 năm 2004 của Chính phủ từng là căn cứ")


def test_only_pages_without_a_text_layer_are_recognised(monkeypatch):
    monkeypatch.setattr("corpus.parse.pdf.require_tesseract", lambda scans, pages: None)
    seen: list[int] = []

    def recognise(picture: bytes, number: int) -> Page:
        seen.append(number)
        return Page((), 1)

    monkeypatch.setattr("corpus.parse.pdf.read_scan", recognise)
    clock: list[None] = []
    parse_pdf(Raw(sample("mixed.pdf"), "a.pdf", "a.pdf"), more_time=lambda: clock.append(None))
    assert (seen, len(clock)) == ([2], 1)


def test_a_scan_with_a_signature_stamped_over_it_is_still_a_scan(monkeypatch):
    monkeypatch.setattr("corpus.parse.ocr.shutil.which", lambda name: None)
    picture = stream(b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")
    page = b"q 600 0 0 800 0 0 cm /X1 Do Q " + text_at((50, 50, "Ky boi: Cong thong tin"))
    with pytest.raises(InputError, match="scanned pages: 1 "):
        read(pdf_page(page, more={6: picture}))
    small = b"q 60 0 0 60 0 0 cm /X1 Do Q " + text_at((50, 500, "Thong bao lich tiep cong dan thang nay cua xa."))
    assert read(pdf_page(small, more={6: picture})).text.startswith("Thong bao lich")


def test_scans_without_tesseract_are_refused_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr("corpus.parse.ocr.shutil.which", lambda name: None)
    with pytest.raises(InputError) as refused:
        read(sample("mixed.pdf"))
    assert refused.value.en == (
        "scanned pages: 2 (the other 1 of 2 are fine); to recognise them install: "
        "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
    )
    assert refused.value.vi.endswith("hãy cài: sudo apt-get install tesseract-ocr tesseract-ocr-vie")


def many(count: int, page: bytes) -> bytes:
    kids = b" ".join(b"%d 0 R" % (10 + at) for at in range(count))
    return pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
         4: stream(b"0 0 9 9 re f"), **{10 + at: page for at in range(count)}}
    )  # fmt: skip


def test_too_many_pages_are_refused_before_they_are_read():
    blank = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    with pytest.raises(InputError, match=f"has {MAX_PAGES + 1} pages, at most {MAX_PAGES}; split it"):
        read(many(MAX_PAGES + 1, blank))
    drawn = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>"
    with pytest.raises(InputError, match=f"{ocr.MAX_SCANS + 1} scanned pages, at most {ocr.MAX_SCANS} are recognised"):
        read(many(ocr.MAX_SCANS + 1, drawn))


@pytest.mark.parametrize(
    ("turn", "matrix", "first", "second"),
    [
        (0, b"1 0 0 1", (50, 700), (50, 685)),
        (90, b"0 1 -1 0", (100, 50), (115, 50)),
        (180, b"-1 0 0 -1", (550, 100), (550, 115)),
        (270, b"0 -1 1 0", (500, 750), (485, 750)),
    ],
)
def test_a_page_shown_turned_is_read_as_it_is_shown(turn, matrix, first, second):
    """Lines that run up the sheet, or head down: turned they are level, and join like any others."""
    line = b"BT /F1 12 Tf %s %d %d Tm (%s) Tj ET "
    content = line % (matrix, *first, b"Thong bao lich tiep cong dan thang nay cua")
    content += line % (matrix, *second, b"xa Minh Hoa la ngay muoi.")
    text = "Thong bao lich tiep cong dan thang nay cua xa Minh Hoa la ngay muoi."
    assert read(pdf_page(content, about=b"/Rotate %d" % turn)).text == text


def test_a_hyphen_at_the_end_of_a_line_stays_in_the_number():
    lines = text_at((50, 700, "Can cu vao Quyet dinh so 3482/QD-"), (50, 685, "UBND cua thanh pho."))
    assert "3482/QD-UBND cua" in read(pdf_page(lines)).text


LOCKED = (
    b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"00" * 32 + b">/U<" + b"00" * 32 + b">>>"
)  # no password fits


@pytest.mark.parametrize(
    ("data", "seen", "vietnamese"),
    [
        (pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"}, LOCKED),
         "has a password; open it with the password, print it to a PDF without one", "có mật khẩu"),
        (b"%PDF-1.7\n" + b"x" * 2000, "damaged or cut off; download it again", "hỏng hoặc thiếu phần cuối"),
        (sample("two-pages.pdf")[:300], "damaged or cut off; download it again", "hỏng hoặc thiếu phần cuối"),
        (pdf_page(b""), "no text at all.*export or scan the document again", "không có chữ nào"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_way_out(data, seen, vietnamese):
    with pytest.raises(InputError, match=seen) as refused:
        read(data)
    assert vietnamese in refused.value.vi
