import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.models import Article, Raw
from corpus.parse import MAX_BYTES, parse, parse_file
from corpus.parse.encoding import decode
from corpus.parse.printed_page import parse_printed_page
from tests.documents import docx, sample, word_paragraph, word_xml
from tests.factories import BODY, text_file


def test_a_text_file_is_read_and_its_name_stands_in_for_the_source(tmp_path):
    made = parse_file(text_file(tmp_path, "hop.txt", f"Thành phố họp\n{BODY}"))
    assert (made.title, made.text, made.source) == ("Thành phố họp", BODY, "hop.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.text"])
def test_endings_of_text_files_are_read_in_any_case(tmp_path, name):
    assert parse_file(text_file(tmp_path, name)).text == BODY


@pytest.mark.parametrize(("name", "seen"), [("a.xyz", ".xyz"), ("README", "README"), (".txt", ".txt")])
def test_another_ending_is_refused_by_name(tmp_path, name, seen):
    with pytest.raises(InputError) as refused:
        parse_file(text_file(tmp_path, name))
    assert refused.value.en == f"file type «{seen}» is not read; save it as PDF, DOCX, HTML or .txt (UTF-8)"
    assert refused.value.vi == f"dạng tệp «{seen}» không đọc được; hãy lưu thành PDF, DOCX, HTML hoặc .txt (UTF-8)"


@pytest.mark.parametrize(("name", "kind"), [("a.pdf", "PDF"), ("a.DOCX", "DOCX")])
def test_text_called_a_document_is_refused(tmp_path, name, kind):
    with pytest.raises(InputError, match=f"called {kind}, but its bytes are no {kind}; download it again") as refused:
        parse_file(text_file(tmp_path, name))
    assert refused.value.vi.startswith(f"tệp mang tên {kind} nhưng nội dung không phải {kind}")


PAGE = f"<!DOCTYPE html><title>Họp</title><p>{BODY}</p>".encode()
PDF_BYTES = sample("nfd.pdf")
DOCX_BYTES = docx(word_xml(word_paragraph(BODY)))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (Raw(PDF_BYTES, "a.txt", "a"), "PDF"),  # the bytes come before the name
        (Raw(PDF_BYTES, "a", "a", "text/html"), "PDF"),  # and before what a server says
        (Raw(b"line of a server\n" + PDF_BYTES, "a.pdf", "a"), "PDF"),  # the mark may come later
        (Raw(DOCX_BYTES, "a.zip", "a"), "DOCX"),
        (Raw(PAGE, "a.txt", "a"), "HTML"),
        (Raw(b"\xef\xbb\xbf\n<!-- a --><!-- b -->\n<HTML lang=vi>", "a.txt", "a"), "HTML"),
        (Raw(PAGE.decode().encode("utf-16"), "a.txt", "a"), "HTML"),
        (Raw(b"<?xml version='1.0'?><html>", "a", "a"), "HTML"),
        (Raw(BODY.encode(), "chi-dao.aspx", "a"), "HTML"),  # by its ending
        (Raw(BODY.encode(), "chi-dao", "a", "Text/HTML; charset=utf-8"), "HTML"),  # by what a server says
    ],
)
def test_what_is_no_plain_text_goes_to_the_reader_of_its_kind(monkeypatch, raw, kind):
    seen: list[str] = []
    monkeypatch.setattr("corpus.parse._WORKER.parse", lambda of, _: seen.append(of))
    parse(raw)
    assert seen == [kind]


@pytest.mark.parametrize(
    "raw", [Raw(BODY.encode(), "a", "a", "text/plain"), Raw(f"<p>5 < 7\n{BODY}".encode(), "a.txt", "a")]
)
def test_plain_text_is_read_here(monkeypatch, raw):
    monkeypatch.setattr("corpus.parse._WORKER.parse", lambda *_: pytest.fail("sent away"))
    assert parse(raw).text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04 readme.txt", "ZIP"),
        (docx("", {"xl/workbook.xml": ""}).replace(b"word/document", b"xxxx/xxxxxxxx"), r"Excel \(\.xlsx\)"),
        (b"\xd0\xcf\x11\xe0 " + "WordDocument".encode("utf-16-le"), r"Word 97 \(\.doc\)"),
        (b"\xd0\xcf\x11\xe0 " + "Workbook".encode("utf-16-le"), r"Excel 97 \(\.xls\)"),
        (b"\xd0\xcf\x11\xe0 " + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (b"{\\rtf1 ", "RTF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"II*\x00", "TIFF"),
    ],
)
def test_other_kinds_are_refused_by_name_with_the_way_out(data, kind):
    with pytest.raises(InputError, match=f"{kind}.* files are not read; open it in its program and save it as DOCX"):
        parse(Raw(data, "a.txt", "a.txt"))


@pytest.mark.parametrize(("name", "limit"), [("a.html", 10), ("a.pdf", 50), ("a.docx", 50), ("a", 50)])
def test_each_kind_has_its_limit_of_size(tmp_path, name, limit):
    with (tmp_path / name).open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(InputError, match=f"50.0 MB, an article is at most {limit} MB; split it into its articles"):
        parse_file(tmp_path / name)


def test_a_page_of_11_mb_from_a_server_is_refused():
    with pytest.raises(InputError, match=r"11\.0 MB, an article is at most 10 MB"):
        parse(Raw(PAGE.ljust(11_000_000), "a.pdf", "a", "application/pdf"))


def test_documents_are_read_in_their_own_process(tmp_path):
    (tmp_path / "họp.docx").write_bytes(DOCX_BYTES)
    assert parse_file(tmp_path / "họp.docx").text == BODY
    (tmp_path / "ghi-chu.pdf").write_bytes(PDF_BYTES)
    assert parse_file(tmp_path / "ghi-chu.pdf").title == "Ghi chú về công tác văn thư"


def test_a_file_of_50_mb_is_refused_with_its_size_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "dai.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))
    with pytest.raises(InputError) as refused:
        parse_file(path)
    assert refused.value.en == "50.0 MB, an article is at most 10 MB; split it into its articles"
    assert refused.value.vi == "tệp 50.0 MB, một bài dài nhất 10 MB; hãy tách thành từng bài"


def test_a_line_of_the_largest_size_is_read(tmp_path):
    line = "dài " * (MAX_BYTES // len("dài ".encode()) - 2) + "hết."
    assert parse_file(text_file(tmp_path, text=line)).text == line.strip()


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        parse_file(tmp_path / "khong-co.txt")
    assert refused.value.en == (
        "cannot open the file (No such file or directory); check the path and the right to read it"
    )
    assert refused.value.vi.startswith("không mở được tệp (No such file or directory); kiểm tra đường dẫn")


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    def refuse(_: Path) -> bytes:  # a mode of 000 does not stop root, as whom containers run tests
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"cannot open the file \(Permission denied\); check the path and the right"):
        parse_file(text_file(tmp_path))


def test_a_folder_named_like_a_text_file_is_refused(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(InputError, match=r"cannot open the file \(Is a directory\)"):
        parse_file(tmp_path / "a.txt")


@pytest.mark.parametrize("data", [b"\x01\x02\x1f", "\u00a0\u200b\n".encode()])
def test_a_file_of_invisible_characters_only_is_refused_as_empty(tmp_path, data):
    with pytest.raises(InputError, match="no readable text") as refused:
        parse_file(text_file(tmp_path, text=data))
    assert "không có chữ nào" in refused.value.vi


def test_a_file_name_that_is_not_utf8_still_gives_a_source_that_can_be_stored(tmp_path):
    path = tmp_path / "b\udce0i.txt"  # how Python shows the byte E0 of an old file name
    try:
        path.write_text(BODY, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert parse_file(path).source == "b?i.txt"


def test_a_file_name_with_loose_marks_gives_a_source_in_nfc(tmp_path):
    assert parse_file(text_file(tmp_path, "ho\u0323p.txt")).source == "họp.txt"


def article_or_refusal(data: bytes) -> Article | InputError:
    try:
        return parse_printed_page(decode(data), source="a.txt")
    except InputError as refused:
        return refused


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_an_article_or_refused_in_both_languages(data):
    seen = article_or_refusal(data)
    assert all((seen.vi, seen.en) if isinstance(seen, InputError) else (seen.text.strip(), seen.title.strip()))
