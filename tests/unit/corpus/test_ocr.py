import os
import random
import shutil
import subprocess

import pytest

from config.errors import InputError
from corpus.models import Raw
from corpus.parse import ocr
from corpus.parse.layout import Page
from corpus.parse.pdf import parse_pdf
from tests.documents import sample

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None and "CHIDAO_REQUIRE_SERVERS" not in os.environ,
    reason=f"tesseract is not installed ({ocr.INSTALL})",
)
BLANK = b"P5 300 400 255\n" + b"\xff" * 120_000


def read(name: str):
    return parse_pdf(Raw(sample(name), name, name))


def body(text: str) -> str:
    """The text from the kind of document on (the letterhead's columns come in another order), spaces made one."""
    return " ".join(text[text.index("THÔNG BÁO") : text.index("khi tiếp nhận")].split())


def distance(one: str, other: str) -> int:
    """Levenshtein's: letters to change, add or drop."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (letter != against))
    return row[-1]


@needs_tesseract
def test_of_a_scanned_page_at_most_one_character_in_a_hundred_is_wrong():
    printed, scanned = body(read("two-pages.pdf").text), body(read("scan.pdf").text)
    assert distance(printed, scanned) <= len(printed) / 100


@needs_tesseract
def test_a_scanned_notice_gets_title_date_and_issuer_like_a_printed_one():
    printed, scanned = read("two-pages.pdf"), read("scan.pdf")
    assert (scanned.title, scanned.published, scanned.issuer) == (printed.title, printed.published, printed.issuer)


@needs_tesseract
def test_a_text_page_and_a_scanned_one_come_in_order():
    text = read("mixed.pdf").text
    assert text.index("Kèm theo là bản quét") < text.index("Số: 01/TB-UBND") < text.index("4. Văn bản điện tử")


@needs_tesseract
def test_a_blank_page_has_no_lines():
    assert ocr.read_scan(BLANK, 1).lines == ()


@pytest.fixture
def picture(monkeypatch):
    """The scanned sample as the parser hands it over."""
    seen: list[bytes] = []

    def keep(image: bytes, number: int) -> Page:
        seen.append(image)
        return Page((), 1)

    monkeypatch.setattr("corpus.parse.pdf.require_tesseract", lambda scans, pages: None)
    monkeypatch.setattr("corpus.parse.pdf.read_scan", keep)
    with pytest.raises(InputError, match="no text at all"):
        read("scan.pdf")
    return seen[0]


@needs_tesseract
def test_a_scan_too_poor_to_trust_is_refused(picture):
    chance = random.Random(1)
    noisy = bytearray(picture)
    for _ in range(len(noisy) // 20):
        noisy[chance.randrange(20, len(noisy))] = chance.randrange(256)
    with pytest.raises(InputError, match=r"page 7 is a scan too poor.*; scan it again at 300 dpi") as refused:
        ocr.read_scan(bytes(noisy), 7)
    assert "trang 7 là ảnh quét quá mờ" in refused.value.vi


@needs_tesseract
def test_what_is_no_picture_is_refused():
    with pytest.raises(InputError, match=r"page 1 could not be recognised \(tesseract ended with 1\)"):
        ocr.read_scan(b"P5 30 40 255\n", 1)


# ------------------------------------------------------------------------------------------- with a program that fails


def done(stdout: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.CompletedProcess([], 0, stdout, b"")


def test_a_page_that_takes_too_long_is_refused(monkeypatch):
    def slow(*_, **__):
        raise subprocess.TimeoutExpired("tesseract", 9)

    monkeypatch.setattr("corpus.parse.ocr.subprocess.run", slow)
    with pytest.raises(InputError, match="page 3 was not recognised within 9 seconds; scan that page again, clearer"):
        ocr.read_scan(BLANK, 3)


@pytest.mark.parametrize(("languages", "fine"), [(b"eng\nosd\nvie\n", True), (b"eng\n", False)])
def test_the_vietnamese_model_must_be_there(monkeypatch, languages, fine):
    monkeypatch.setattr("corpus.parse.ocr.shutil.which", lambda name: "/usr/bin/tesseract")
    monkeypatch.setattr("corpus.parse.ocr.subprocess.run", lambda *_, **__: done(languages))
    if fine:
        ocr.require_tesseract([1], 1)
    else:
        with pytest.raises(InputError, match="install: sudo apt-get install tesseract-ocr tesseract-ocr-vie"):
            ocr.require_tesseract([1], 1)


def test_of_many_scanned_pages_the_first_are_named(monkeypatch):
    monkeypatch.setattr("corpus.parse.ocr.shutil.which", lambda name: None)
    with pytest.raises(InputError, match=r"scanned pages: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 … \(the other 5 of 17 are"):
        ocr.require_tesseract(range(1, 13), 17)


def test_a_few_doubtful_words_are_a_photograph_and_no_text(monkeypatch):
    row = "5\t1\t1\t1\t1\t{}\t10\t10\t20\t20\t31.5\tlạ"
    table = "\n".join(["level", *(row.format(word) for word in range(1, 9))])
    monkeypatch.setattr("corpus.parse.ocr.subprocess.run", lambda *_, **__: done(table.encode()))
    assert ocr.read_scan(BLANK, 1).lines == ()
