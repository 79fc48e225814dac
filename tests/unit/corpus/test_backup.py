"""A home goes into one file and comes back whole; whatever else a file may be, nothing of it is left behind."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from config.errors import HomeError, InputError
from corpus.backup import FORMAT, back_up, restore
from corpus.generation import Home
from corpus.store import ArticleStore
from tests.factories import article, publish

SHA_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with ArticleStore(home.store) as store:
        store.add(article("Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."), "a.txt")
    publish(home)
    home.golden.write_text("{}\n", encoding="utf-8")
    home.state_key.write_text("k" * 64, encoding="ascii")
    with closing(sqlite3.connect(home.state)) as db, db:
        db.execute("CREATE TABLE kept (word TEXT)")
        db.execute("INSERT INTO kept VALUES ('có')")
    return home


def written(path: Path, *files: tuple[str, bytes], link: str | None = None) -> Path:
    """A gzipped tar of these files."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo("CURRENT")
            info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info)
    return path


def listing(**files: tuple[int, str]) -> bytes:
    listed = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()}
    return json.dumps({"format": FORMAT, "created": "x", "generation": None, "files": listed}).encode()


def test_a_home_comes_back_as_it_was(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "kho.chidao"
    contents = back_up(home, file)
    assert file.stat().st_mode & 0o077 == 0
    again = Home(tmp_path / "again")
    assert restore(again, file) == contents
    assert again.current() == home.current() == contents.generation
    assert again.is_whole(again.current() or "")
    with ArticleStore(again.store) as store, ArticleStore(home.store) as before:
        assert list(store.all()) == list(before.all())
    with closing(sqlite3.connect(again.state)) as db:
        assert db.execute("SELECT word FROM kept").fetchall() == [("có",)]
    assert again.state_key.read_text() == "k" * 64
    assert again.state_key.stat().st_mode & 0o077 == 0
    assert again.golden.exists()


def test_what_is_being_written_is_backed_up_as_of_one_moment(home: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home.state)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO kept VALUES ('chưa ghi')")
        back_up(home, tmp_path / "b")
    again = Home(tmp_path / "again")
    restore(again, tmp_path / "b")
    with closing(sqlite3.connect(again.state)) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_a_home_that_holds_something_is_left_alone(home: Home, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b")
    before = sorted(path.name for path in home.path.iterdir())
    with pytest.raises(HomeError, match="not empty"):
        restore(home, tmp_path / "b")
    assert sorted(path.name for path in home.path.iterdir()) == before


def test_an_older_backup_is_replaced_only_by_a_whole_one(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(b"older")
    with pytest.raises(HomeError):
        back_up(Home(tmp_path / "none"), file)
    with home.writer(), pytest.raises(HomeError, match="another chidao command"):
        back_up(home, file)
    assert file.read_bytes() == b"older"
    with pytest.raises(InputError, match="cannot write"):
        back_up(home, tmp_path / "none" / "b")
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("cut", [0, 10, 200, -20, -3000])
def test_one_that_is_cut_off_is_refused(home: Home, tmp_path: Path, cut: int) -> None:
    file = tmp_path / "b"
    back_up(home, file)
    file.write_bytes(file.read_bytes()[:cut])
    refused(tmp_path, file)


def test_one_that_was_changed_is_refused(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b"
    back_up(home, file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(bytes(data))
    refused(tmp_path, file)


@pytest.mark.parametrize(
    "files",
    [
        (),
        (("a", b"x"),),
        (("backup.json", b"{}"),),
        (("backup.json", b"no JSON"),),
        (("backup.json", b'{"format": 99, "created": "x", "generation": null, "files": {}}'),),
        (("backup.json", listing()), ("CURRENT", b"x")),  # not listed
        (("backup.json", listing(CURRENT=(1, "0" * 64))),),  # listed, and not there
        (("backup.json", listing(CURRENT=(1, "0" * 64))), ("CURRENT", b"x")),  # another digest
        (("backup.json", listing(CURRENT=(2, "0" * 64))), ("CURRENT", b"x")),  # another size
        (("backup.json", listing(**{"../out": (1, SHA_OF_X)})), ("../out", b"x")),
        (("backup.json", listing(**{"/tmp/out": (1, SHA_OF_X)})), ("/tmp/out", b"x")),
    ],
)  # fmt: skip
def test_what_is_no_backup_is_refused(tmp_path: Path, files: tuple[tuple[str, bytes], ...]) -> None:
    refused(tmp_path, written(tmp_path / "b", *files))
    assert not (tmp_path / "out").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, written(tmp_path / "b", ("backup.json", listing(CURRENT=(0, "0" * 64))), link="/etc/passwd"))


def refused(tmp_path: Path, file: Path) -> None:
    """It is refused, and neither a home nor half of one is left."""
    with pytest.raises(InputError, match="no backup"):
        restore(Home(tmp_path / "again"), file)
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / ".again.restoring").exists()
