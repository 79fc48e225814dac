"""Generations: immutable folders the bot serves from, and the one name in CURRENT that says which.

    home/articles.sqlite · home/generations/000007/{manifest.json, ...} · home/CURRENT · home/WITHDRAWN

A generation is built under a name no reader opens, gets its manifest last, is renamed into place, and only then
named in CURRENT (write new, fsync, rename), with a check of the name beside it. A reader checks every file's digest
when it opens one. Names are never used twice: what was rolled back is listed in WITHDRAWN and not served again.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from config.errors import DamagedError, HomeError, NoGenerationError
from corpus.manifest import FORMAT, MANIFEST, FileDigest, Manifest, format_of

_NAME = re.compile(r"\d{6}$")
_BUILDING = ".building"
_LEAVING = ".leaving"  # renamed so first, so that no reader finds half a generation


class Home:
    """The home folder (CHIDAO_HOME) and the names inside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "articles.sqlite"
        self.generations = path / "generations"
        self.damaged = path / "damaged"
        self.encoded = path / "encoded.sqlite"
        self.fetched = path / "fetched.sqlite"
        self.asked = path / "asked.sqlite"
        self.state = path / "state.sqlite"
        self.state_key = path / "state.key"
        self.llm_spent = path / "llm.sqlite"
        self.golden = path / "golden.jsonl"
        self.blocked = path / "blocked.json"
        self.writer_id = path / "writer.id"
        self._current = path / "CURRENT"
        self._withdrawn = path / "WITHDRAWN"

    def current(self) -> str | None:
        """Name of the generation in use, as CURRENT has it; None where there is no CURRENT, or no name in it."""
        name, _, check = (self._read_current() or "").partition(" ")
        whole = _NAME.match(name) and check in {_check_of(name), ""}  # older versions of chidao wrote no check
        return name if whole else None

    def check_current(self) -> None:
        """Refuses a CURRENT that holds no name, or one that is not its own.

        Raises:
            DamagedError: it is cut off or overwritten.
        """
        if self._read_current() is not None and self.current() is None:
            raise DamagedError(
                f"tệp {self._current} hỏng, không còn tên bản nạp; chạy chidao reload để ghi lại (không có gì bị xoá)",
                f"the file {self._current} is damaged, it names no generation; run chidao reload to write it again "
                "(nothing is deleted)",
            )

    def _read_current(self) -> str | None:
        try:
            return self._current.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HomeError(
                f"không đọc được {self._current} ({error.strerror}); kiểm tra quyền đọc",
                f"cannot read {self._current} ({error.strerror}); check the right to read it",
            ) from error

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
            raise self._cannot_write(error) from error
        with held:
            yield

    def _cannot_write(self, error: OSError) -> HomeError:
        reason = error.strerror or error
        return HomeError(
            f"không ghi được vào {self.path} ({reason}); kiểm tra quyền ghi và dung lượng đĩa, hoặc đặt CHIDAO_HOME "
            "sang thư mục khác",
            f"cannot write to {self.path} ({reason}); check the rights and the disk space, or set CHIDAO_HOME to "
            "another folder",
        )

    def identity(self) -> str:
        """What tells this home from every other, to servers it delivers to; made when first asked for."""
        try:
            if not self.writer_id.exists():
                _write_synced(self.writer_id, secrets.token_hex(16))
            return self.writer_id.read_text("utf-8")
        except OSError as error:
            raise self._cannot_write(error) from error

    @contextmanager
    def candidate(self) -> Iterator[Path]:
        """An empty folder to build in; gone afterwards unless `publish` has renamed it. Call under `writer`."""
        self.clear_leftovers()
        folder = self.generations / _BUILDING
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear_leftovers(self) -> None:
        """Deletes what a reload that was killed left half built or half deleted. Call under `writer`."""
        for left in (self.generations / _BUILDING, *self.generations.glob(f"{_LEAVING}-*")):
            shutil.rmtree(left, ignore_errors=True)

    def publish(self, candidate: Path, manifest: Manifest) -> str:
        """Seals the candidate with its manifest, gives it the next number and makes it current."""
        self._withdraw_unserved()
        files = {p.relative_to(candidate).as_posix(): p for p in sorted(candidate.rglob("*")) if p.is_file()}
        for path in files.values():
            _sync(path)
        sealed = manifest.sealed({name: FileDigest.of(path) for name, path in files.items()})
        _write_synced(candidate / MANIFEST, sealed.model_dump_json(indent=1))
        for folder in {path.parent for path in files.values()} | {candidate}:
            _sync(folder)
        name = self._next_name()
        candidate.rename(self.folder(name))
        _sync(self.generations)
        self.point_to(name)
        return name

    def _withdraw_unserved(self) -> None:
        """Lists what a reload that was killed has published and not made current: a rollback shall not find it."""
        current, withdrawn = self.current(), self.withdrawn()
        unserved = {name for name in self.names() if current and name > current}
        if unserved - withdrawn:
            self._replace(self._withdrawn, "\n".join(sorted(withdrawn | unserved)) + "\n")

    def _next_name(self) -> str:
        used = {*self.names(), *self.withdrawn(), *self.set_aside(), *filter(None, [self.current()])}
        return f"{max(map(int, used), default=0) + 1:06d}"

    def point_to(self, name: str) -> None:
        """Makes a generation the one in use: a file is replaced, whatever its size. Call under `writer`."""
        self._replace(self._current, f"{name} {_check_of(name)}\n")

    def _replace(self, path: Path, text: str) -> None:
        new = path.with_suffix(".new")
        _write_synced(new, text)
        new.replace(path)
        _sync(self.path)

    def withdrawn(self) -> frozenset[str]:
        """Names of generations that were rolled back or never came into use."""
        try:
            lines = self._withdrawn.read_text(encoding="utf-8", errors="replace").split()
        except OSError:
            return frozenset()
        return frozenset(filter(_NAME.match, lines))

    def roll_back(self) -> tuple[str, str]:
        """Serves the newest whole generation before the one served; returns both names, the left one first.

        Raises:
            HomeError: there is none, or the home cannot be written. Nothing has changed then.
        """
        whole = [name for name in self.usable() if self.is_whole(name)]
        if len(whole) < 2:
            raise HomeError(
                "không có bản nạp nào trước đó còn nguyên để quay lại; sửa kho bài rồi chạy chidao reload",
                "there is no whole generation before this one to go back to; mend the store and run chidao reload",
            )
        left, taken = whole[:2]
        try:
            self._replace(self._withdrawn, "\n".join(sorted({*self.withdrawn(), left})) + "\n")
            self.point_to(taken)
        except OSError as error:
            raise self._cannot_write(error) from error
        return left, taken

    def usable(self) -> list[str]:
        """Generations to try, best first: the current one, then older ones, newest first; none that was rolled back.

        Raises:
            NoGenerationError: there is none.
        """
        names, current, withdrawn = self.names(), self.current(), self.withdrawn()
        if not names and current is None:
            raise NoGenerationError(
                "kho chưa được nạp; chạy: chidao add THƯ_MỤC, rồi chidao reload (thử ngay: chidao chat --sample)",
                "nothing has been reloaded yet; run: chidao add FOLDER, then chidao reload (or: chidao chat --sample)",
            )
        served = [name for name in names[::-1] if name not in withdrawn]
        if current is None:
            return served or names[::-1]
        gone = current not in names  # tried all the same, so that it is named
        return [current, *(name for name in served if (gone and name != current) or name < current)]

    def manifest(self, name: str) -> Manifest:
        """The manifest of a generation, after every file was found to have its digest.

        Raises:
            DamagedError: a file is missing or changed; names it.
            HomeError: another version of chidao wrote it.
        """
        folder, file = self.folder(name), MANIFEST
        try:
            data = (folder / MANIFEST).read_bytes()
            if (written := format_of(data)) != FORMAT:
                raise _other_format(name, written)
            manifest = Manifest.model_validate_json(data)
            if not manifest.intact:
                raise damaged(name, file)
            for file, expected in manifest.files.items():
                if FileDigest.of(folder / file) != expected:
                    raise damaged(name, file)
        except (OSError, ValidationError) as error:
            raise damaged(name, file) from error
        return manifest

    def is_whole(self, name: str) -> bool:
        """Whether a generation can be served by its files."""
        try:
            self.manifest(name)
        except HomeError:
            return False
        return True

    def set_aside(self) -> list[str]:
        """Names of damaged generations that lie in `damaged/`."""
        return sorted(p.name for p in self.damaged.glob("*") if _NAME.match(p.name))

    def set_aside_damaged(self, whole: Collection[str] = ()) -> list[str]:
        """Moves damaged generations, just as they are, into `damaged/`; returns their names. Call under `writer`.

        Those just found to be `whole` are not read again.
        """
        moved = []
        for name in sorted({*self.names()}.difference(whole)):
            try:
                self.manifest(name)
            except DamagedError:
                self.damaged.mkdir(exist_ok=True)
                self.folder(name).rename(self.damaged / name)
                moved.append(name)
            except HomeError:
                continue  # of another version: no damage
        return moved

    def prune(self, keep: int) -> list[str]:
        """Deletes all but the current generation and the newest `keep`; returns the names. Call under `writer`.

        One that was rolled back does not count among the `keep`.
        """
        current, withdrawn = self.current(), self.withdrawn()
        served = [name for name in self.names() if name not in withdrawn]
        floor = min((name for name in (*served[-keep:], current) if name), default="")
        doomed = [name for name in self.names() if name < floor]
        self.delete(doomed)
        return doomed

    def delete(self, names: list[str]) -> None:
        """Deletes generations. Call under `writer`; processes that have one open go on reading it."""
        for name in names:
            leaving = self.generations / f"{_LEAVING}-{name}"
            self.folder(name).rename(leaving)
            shutil.rmtree(leaving, ignore_errors=True)

    def delete_set_aside(self) -> None:
        """Deletes what lies in `damaged/`."""
        shutil.rmtree(self.damaged, ignore_errors=True)


def _check_of(name: str) -> str:
    """Stands beside the name in CURRENT: a name with a digit flipped may be that of another generation."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def _other_format(generation: str, written: int) -> HomeError:
    return HomeError(
        f"bản nạp {generation} do phiên bản chidao khác ghi (dạng {written}, cần {FORMAT}); chạy chidao reload",
        f"generation {generation} was made by another version of chidao (format {written}, not {FORMAT}); "
        "run chidao reload",
    )


def damaged(generation: str, file: str) -> DamagedError:
    """The error that names a damaged file of a generation."""
    return DamagedError(
        f"bản nạp {generation} hỏng ở tệp {file}; chạy chidao reload để dựng bản mới (không có gì bị xoá)",
        f"generation {generation} is damaged at {file}; run chidao reload to build a new one (nothing is deleted)",
    )


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
