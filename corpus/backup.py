"""A home in one file, and back: what cannot be made again, and the generation in use, so that it answers at once."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import BaseModel, ConfigDict

from config.errors import HomeError, InputError
from corpus.generation import Home

FORMAT = 1
_LIST = "backup.json"  # the first file of a backup
_MOST_LIST = 50_000_000  # bytes of it
_BLOCK = 1 << 20


class Entry(BaseModel):
    """One file of a backup: its size in bytes, and its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bytes: int
    sha256: str


class Contents(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    format: int
    created: str
    generation: str | None
    files: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file to be kept: its name in the home, and where it can be read."""

    name: str
    path: Path


def back_up(home: Home, target: Path) -> Contents:
    """Writes the home into one file (gzip, mode 600: it holds the key of the state), in place of an older one.

    Articles, state, receipts, golden questions, the key, and the generation in use; not what can be made again. Others
    may read and add meanwhile; a reload waits.

    Raises:
        HomeError: there is no home, or it cannot be read.
        InputError: the file cannot be written.
    """
    if not home.path.is_dir():
        raise HomeError(
            f"chưa có thư mục {home.path}; xem CHIDAO_HOME", f"there is no folder {home.path}; see CHIDAO_HOME"
        )
    new = target.with_name(f"{target.name}.new")
    try:
        with home.writer(), tempfile.TemporaryDirectory(dir=target.parent) as folder:
            pieces = list(_pieces(home, Path(folder)))
            contents = Contents(
                format=FORMAT,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                generation=home.current(),
                files={piece.name: _entry(piece.path) for piece in pieces},
            )
            with _private(new) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
                listed = contents.model_dump_json(indent=1).encode()
                _add(archive, _LIST, io.BytesIO(listed), len(listed))
                for piece in pieces:
                    with piece.path.open("rb") as data:
                        _add(archive, piece.name, data, contents.files[piece.name].bytes)
        new.replace(target)
    except (OSError, sqlite3.Error) as error:
        new.unlink(missing_ok=True)
        raise InputError(
            f"không ghi được {target} ({error}); xem đường dẫn, quyền ghi và dung lượng đĩa",
            f"cannot write {target} ({error}); check the path, the rights and the disk space",
        ) from error
    return contents


def restore(home: Home, source: Path) -> Contents:
    """Makes the home of a backup. Every file is held against its digest before the home is there.

    Raises:
        HomeError: there is something in the home already, or it cannot be made.
        InputError: the file is no backup, or damaged.
    """
    if home.path.exists() and (not home.path.is_dir() or any(home.path.iterdir())):
        raise HomeError(
            f"{home.path} không trống; khôi phục chỉ ghi vào thư mục trống (đặt CHIDAO_HOME sang thư mục khác)",
            f"{home.path} is not empty; a backup is restored into an empty folder only (set CHIDAO_HOME to another)",
        )
    building = home.path.with_name(f".{home.path.name}.restoring")
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(parents=True, mode=0o700)
        contents = _unpacked(source, building)
        building.chmod(0o755)
        if home.path.exists():
            home.path.rmdir()
        building.rename(home.path)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise InputError(
            f"{source.name} không phải bản sao lưu của chidao, hoặc đã hỏng ({type(error).__name__}); dùng bản khác",
            f"{source.name} is no backup of chidao, or is damaged ({type(error).__name__}); use another",
        ) from error
    except OSError as error:
        raise HomeError(
            f"không khôi phục được ({error}); xem đường dẫn, quyền ghi và dung lượng đĩa",
            f"cannot restore ({error}); check the paths, the rights and the disk space",
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return contents


def _pieces(home: Home, folder: Path) -> Iterator[_Piece]:
    for database in (home.store, home.state, home.asked):
        if database.exists():
            copy = folder / database.name
            with closing(sqlite3.connect(database)) as there, closing(sqlite3.connect(copy)) as here:
                there.backup(here)  # as of one moment, whoever writes meanwhile
            yield _Piece(database.name, copy)
    for path in (home.state_key, home.golden, home.writer_id):
        if path.exists():
            yield _Piece(path.name, path)
    if current := home.current():
        for path in sorted(home.folder(current).rglob("*")):
            if path.is_file():
                yield _Piece(path.relative_to(home.path).as_posix(), path)
        yield _Piece("CURRENT", home.path / "CURRENT")


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        return Entry(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _add(archive: tarfile.TarFile, name: str, data: IO[bytes], size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, 0
    archive.addfile(info, data)


def _unpacked(source: Path, folder: Path) -> Contents:
    """Writes the files that a backup lists, and no other, each with the size and digest it lists."""
    with tarfile.open(source, mode="r:gz") as archive:
        first = archive.next()
        if first is None or first.name != _LIST or first.size > _MOST_LIST:
            raise ValueError("no list")
        contents = Contents.model_validate_json(_data(archive, first).read())
        if contents.format != FORMAT:
            raise ValueError("of another version")
        left = dict(contents.files)
        while member := archive.next():
            entry = left.pop(member.name)  # KeyError: not listed, or twice
            if not member.isfile() or member.size != entry.bytes or not _is_inside(member.name):
                raise ValueError("not as listed")
            _write(_data(archive, member), folder / member.name, entry.sha256)
        if left:
            raise ValueError("not whole")
    return contents


def _data(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    data = archive.extractfile(member)
    if data is None:
        raise ValueError("no file")
    return data


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _write(data: IO[bytes], path: Path, sha256: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with _private(path) as file:
        while block := data.read(_BLOCK):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != sha256:
        raise ValueError("changed")
