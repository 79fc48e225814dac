"""Generations: immutable folders the bot serves from, and the one name in CURRENT that says which.

    home/articles.sqlite · home/generations/000007/{manifest.json, ...} · home/CURRENT

A generation is built under a name no reader opens, gets its manifest last, is renamed into place, and only then
named in CURRENT (write new, fsync, rename). A reader checks every file's digest when it opens one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from config.errors import HomeError, NoGenerationError

MANIFEST = "manifest.json"
_NAME = re.compile(r"\d{6}$")
_BUILDING = ".building"


class FileDigest(BaseModel):
    """Size in bytes and SHA-256 of one file of a generation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a generation holds and what it was built with.

    `recipe` counts changes of how passages and terms are made; `fingerprint` tells one model from every other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    created: str
    recipe: int
    model: str
    fingerprint: str
    dimension: int
    articles: int
    passages: int
    files: dict[str, FileDigest] = {}


class Home:
    """The home folder (CHIDAO_HOME) and the names inside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "articles.sqlite"
        self.generations = path / "generations"
        self._current = path / "CURRENT"

    def current(self) -> str | None:
        """Name of the generation in use, as CURRENT has it."""
        try:
            name = self._current.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HomeError(
                f"không đọc được {self._current} ({error.strerror}); kiểm tra quyền đọc",
                f"cannot read {self._current} ({error.strerror}); check the right to read it",
            ) from error
        return name if _NAME.match(name) else None

    def names(self) -> list[str]:
        """Names of all finished generations, oldest first."""
        if not self.generations.is_dir():
            return []
        return sorted(p.name for p in self.generations.iterdir() if _NAME.match(p.name))

    def folder(self, name: str) -> Path:
        """Where the generation of that name lives."""
        return self.generations / name

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Held by the one process that changes generations.

        Raises:
            HomeError: another process holds it, or the home cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            held = FileLock(self.path / "writer.lock", timeout=0).acquire()
        except Timeout:
            raise HomeError(
                "một lệnh chidao khác đang nạp lại kho này; đợi nó xong rồi chạy lại",
                "another chidao command is reloading this home; wait for it, then run this again",
            ) from None
        except OSError as error:
            reason = error.strerror or error
            raise HomeError(
                f"không ghi được vào {self.path} ({reason}); kiểm tra quyền ghi hoặc đặt CHIDAO_HOME sang thư mục khác",
                f"cannot write to {self.path} ({reason}); check the rights or set CHIDAO_HOME to another folder",
            ) from error
        with held:
            yield

    @contextmanager
    def candidate(self) -> Iterator[Path]:
        """An empty folder to build in; gone afterwards unless `publish` has renamed it. Call under `writer`."""
        folder = self.generations / _BUILDING
        shutil.rmtree(folder, ignore_errors=True)  # left by a reload that was killed
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, candidate: Path, manifest: Manifest) -> str:
        """Seals the candidate with its manifest, gives it the next number and makes it current."""
        files = {p.relative_to(candidate).as_posix(): p for p in sorted(candidate.rglob("*")) if p.is_file()}
        for path in files.values():
            _sync(path)
        sealed = manifest.model_copy(update={"files": {name: _digest(path) for name, path in files.items()}})
        _write_synced(candidate / MANIFEST, sealed.model_dump_json(indent=1))
        names = self.names()
        name = f"{int(names[-1]) + 1 if names else 1:06d}"
        for folder in {path.parent for path in files.values()} | {candidate}:
            _sync(folder)
        candidate.rename(self.folder(name))
        _sync(self.generations)
        new = self._current.with_suffix(".new")
        _write_synced(new, name + "\n")
        new.replace(self._current)
        _sync(self.path)
        return name

    def usable(self) -> list[str]:
        """Generations to try, best first: the current one, then older ones, newest first.

        Raises:
            NoGenerationError: there is none.
        """
        names, current = self.names(), self.current()
        if not names:
            raise NoGenerationError(
                "kho chưa được nạp; chạy: chidao add THƯ_MỤC, rồi chidao reload (thử ngay: chidao chat --sample)",
                "nothing has been reloaded yet; run: chidao add FOLDER, then chidao reload (or: chidao chat --sample)",
            )
        if current is None:
            return names[::-1]
        gone = current not in names  # tried all the same, so that it is named
        return [current, *(name for name in names[::-1] if gone or name < current)]

    def manifest(self, name: str) -> Manifest:
        """The manifest of a generation, after every file was found to have its digest.

        Raises:
            HomeError: a file is missing or changed; names it.
        """
        folder, file = self.folder(name), MANIFEST
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
            for file, expected in manifest.files.items():
                if _digest(folder / file) != expected:
                    raise _damaged(name, file)
        except (OSError, ValidationError) as error:
            raise _damaged(name, file) from error
        return manifest


def _damaged(generation: str, file: str) -> HomeError:
    return HomeError(
        f"bản nạp {generation} hỏng ở tệp {file}; chạy chidao reload để dựng bản mới (không có gì bị xoá)",
        f"generation {generation} is damaged at {file}; run chidao reload to build a new one (nothing is deleted)",
    )


def _digest(path: Path) -> FileDigest:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return FileDigest(bytes=os.fstat(file.fileno()).st_size, sha256=sha256)


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
