from pathlib import Path

import pytest

from corpus.ingest import ingest
from corpus.store import ArticleStore
from tests.factories import BODY, text_file


@pytest.fixture
def store(tmp_path):
    with ArticleStore(tmp_path / "home" / "articles.sqlite") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "bài"
    made.mkdir()
    return made


def test_a_file_is_stored_and_said_to_be_new(folder, store):
    [result] = ingest([str(text_file(folder))], store)
    assert result.article is not None
    assert (result.new, result.error, result.article.text) == (True, None, BODY)
    assert store.get(result.article.id) == result.article


def test_the_same_content_under_two_names_is_stored_once(folder, store):
    text_file(folder, "a.txt")
    text_file(folder, "b.txt")
    assert [r.new for r in ingest([str(folder)], store)] == [True, False]
    assert store.count() == 1


def test_bad_files_in_a_folder_never_stop_the_others(folder, store):
    text_file(folder, "1.txt", "Một.")
    text_file(folder, "2.txt", b"\x89PNG\r\n")
    text_file(folder, "3.pdf", b"%PDF")
    text_file(folder, "4.txt", b"")
    text_file(folder, "sâu/5.txt", "Năm.")
    results = list(ingest([str(folder)], store))
    assert [Path(r.name).name for r in results] == ["1.txt", "2.txt", "3.pdf", "4.txt", "5.txt"]
    assert [r.error is None for r in results] == [True, False, False, False, True]
    assert store.count() == 2


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("khong-co.txt", "no such file or folder; check the path"),  # nothing there
        ("https://haiphong.gov.vn/1", "fetching from a URL is not there yet; save the page as a .txt file"),  # URL
        ("a" * 5000 + ".txt", "cannot look at the path (File name too long); check the path"),  # no system has it
        ("a\0b.txt", "no such file or folder; check the path"),  # nor this one
        ("", "the folder holds no file; put .txt articles there"),  # here, and here is nothing
    ],
)
def test_a_bad_input_is_refused_by_name_and_the_next_one_read(folder, store, bad, message, monkeypatch):
    good = text_file(folder)
    (folder / "rỗng").mkdir()
    monkeypatch.chdir(folder / "rỗng")
    results = list(ingest([bad, str(good)], store))
    assert results[0].name == bad
    assert results[0].error is not None
    assert results[0].error.en.startswith(message)
    assert results[1].new


def test_a_path_that_may_not_be_looked_at_is_refused_and_the_next_one_read(folder, store, monkeypatch):
    good, closed = text_file(folder), folder / "kín" / "a.txt"
    is_file = Path.is_file

    def refuse(self: Path) -> bool:  # what is_file does below a folder without the right to enter it
        if self == closed:
            raise PermissionError(13, "Permission denied")
        return is_file(self)

    monkeypatch.setattr(Path, "is_file", refuse)
    results = list(ingest([str(closed), str(good)], store))
    assert results[0].error is not None
    assert results[0].error.vi.startswith("không xem được đường dẫn (Permission denied)")
    assert results[1].new


def test_hidden_files_and_folders_are_passed_over(folder, store):
    text_file(folder, ".DS_Store", b"\x00")
    text_file(folder, ".git/a.txt")
    text_file(folder, "a.txt")
    assert [Path(r.name).name for r in ingest([str(folder)], store)] == ["a.txt"]


def test_a_file_name_that_is_not_utf8_is_stored_and_can_be_printed(folder, store):
    try:
        text_file(folder, "b\udce0i.txt")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [result] = ingest([str(folder)], store)
    assert result.new
    assert result.name.encode().endswith(b"b?i.txt")


def test_results_come_one_by_one(folder, store):
    results = ingest([str(text_file(folder, "a.txt")), "khong-co"], store)
    assert next(results).new
    assert store.count() == 1
