import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.models import Article
from corpus.parse import MAX_BYTES, parse_file
from corpus.parse.encoding import decode
from corpus.parse.printed_page import parse_printed_page
from tests.factories import BODY, text_file


def test_a_text_file_is_read_and_its_name_stands_in_for_the_source(tmp_path):
    made = parse_file(text_file(tmp_path, "hop.txt", f"Thành phố họp\n{BODY}"))
    assert (made.title, made.text, made.source) == ("Thành phố họp", BODY, "hop.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.text"])
def test_endings_of_text_files_are_read_in_any_case(tmp_path, name):
    assert parse_file(text_file(tmp_path, name)).text == BODY


@pytest.mark.parametrize(
    ("name", "seen"),
    [("a.pdf", ".pdf"), ("a.DOCX", ".DOCX"), ("a.txt.html", ".html"), ("README", "README"), (".txt", ".txt")],
)
def test_another_ending_is_refused_by_name(tmp_path, name, seen):
    with pytest.raises(InputError) as refused:
        parse_file(text_file(tmp_path, name))
    assert refused.value.en == f"file type «{seen}» is not read yet; save the page as .txt text (UTF-8)"
    assert refused.value.vi == f"dạng tệp «{seen}» chưa đọc được; hãy lưu trang thành văn bản .txt (UTF-8)"


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
    line = "dài " * (MAX_BYTES // len("dài ".encode()))
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
