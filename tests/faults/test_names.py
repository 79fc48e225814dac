"""Names and values that somebody else chose, of files, members of archives, articles: none is a path or a command."""

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.reading import file_name
from config.errors import InputError
from corpus.backup import restore
from corpus.generation import Home
from corpus.models import Raw
from corpus.parse import parse
from corpus.store import ArticleStore
from tests.factories import article
from tests.unit.corpus.test_backup import SHA_OF_X, listing

EVIL = ["../../out.txt", "/tmp/out.txt", "..\\out.txt", "C:\\out.txt", "a\x00.txt", "~/out.txt", "; rm -rf out.txt"]
SPECIAL = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]


@pytest.mark.parametrize("name", EVIL)
def test_the_name_of_a_file_that_is_sent_is_no_path(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert parse(Raw("Tiêu đề: Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ.".encode(), name, "Telegram")).title == "Chợ Sắt"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@given(st.text() | st.sampled_from(EVIL))
def test_the_name_of_a_file_that_is_given_out_is_no_path(title: str) -> None:
    name = file_name(title)
    assert name
    assert not set(name) & set('/\\\x00\n\r"<>|:*?.')


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("target", ["/etc/passwd", "../../out", "backup.json"])
def test_only_plain_files_of_a_backup_are_restored(tmp_path: Path, kind: bytes, target: str) -> None:
    with tarfile.open(tmp_path / "b", "w:gz") as archive:
        listed = listing(CURRENT=(1, SHA_OF_X), **{"CURRENT/x": (1, SHA_OF_X)})
        info = tarfile.TarInfo("backup.json")
        info.size = len(listed)
        archive.addfile(info, io.BytesIO(listed))
        special = tarfile.TarInfo("CURRENT")
        special.type, special.linkname, special.size = kind, target, 0
        archive.addfile(special)
        behind = tarfile.TarInfo("CURRENT/x")  # through the link, were there one
        behind.size = 1
        archive.addfile(behind, io.BytesIO(b"x"))
    with pytest.raises(InputError, match="no backup"):
        restore(Home(tmp_path / "again"), tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize("value", ["'; DROP TABLE articles; --", '" OR ""="', "%", "_", "a\x00b", "\\", "' OR 1=1 --"])
def test_a_value_is_no_command_to_the_database(tmp_path: Path, value: str) -> None:
    with ArticleStore(tmp_path / "articles.sqlite") as store:
        store.add(article("Chợ Sắt mở cửa lúc 5 giờ.", title=f"Chợ {value}"), f"{value}.txt")
        [kept] = store.all()
        assert kept.title == f"Chợ {value}"
        assert store.get(value) is None
