"""A disk that is full and a disk that is read-only: small ones of memory, mounted for the test."""

import json
import os
import shutil
import subprocess
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from bot.answering.engine import AnswerEngine
from bot.cli.admin import _state
from config.errors import HomeError
from config.settings import Settings
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.gate import Gate, Outcome
from retrieval.hits import Role, Vectors
from retrieval.retriever import Fusion
from retrieval.serving import open_named
from tests.fakes import HashEncoder
from tests.faults.doomed import bulletin, question
from tests.homes import run_chidao
from tests.unit.retrieval.homes import add, run_reload

SIZE = 8_000_000
OPENING = "Chợ Sắt mở cửa lúc mấy giờ?"
STEP = 4096  # bytes more that each try finds free: one page
OLD, NEW = range(12), range(12, 24)  # bulletins of the generation served, and of the one that finds no room
LATE = 0.3  # seconds after which Tantivy has let go of what it deleted; the steps that are left need a page each
# A report that takes several pages: Tantivy lets go of deleted files late, so a few may come free before it is written.
GATE = Gate(lambda _generation: tuple(Outcome(id=str(number), text="Hỏi?" * 9, right=True) for number in range(300)))

pytestmark = pytest.mark.timeout(300)


class BroadEncoder(HashEncoder):
    """Vectors that take more than a page of the disk."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        return np.pad(super().encode(texts, role), ((0, 0), (0, 250)))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk; skips where none may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if not shutil.which("mount") or _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)):
        pytest.skip("mounting a small disk (tmpfs) needs root on Linux")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """The disk cannot be written to until the end of the block."""
    assert _mount("-o", "remount,ro", str(disk)) == 0
    try:
        yield
    finally:
        assert _mount("-o", "remount,rw", str(disk)) == 0


def leave(disk: Path, room: int) -> None:
    """Fills the disk but for `room` bytes."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    state = os.statvfs(disk)
    with ballast.open("wb") as file:
        file.write(b"x" * max(0, state.f_bavail * state.f_frsize - room))


def reloaded(home: Home) -> str:
    """The generation in use after a reload."""
    name = run_reload(home, BroadEncoder(), gate=GATE).generation
    assert name
    return name


def check_serves(home: Home, generation: str, stored: int) -> None:
    """The generation answers, and the state of the home can be seen."""
    with closing(AnswerEngine(HomeBackend(home), BroadEncoder(), BroadEncoder().identity, Fusion(0.5))) as engine:
        answer = engine.answer(question(OLD[0]))
    assert (answer.generation, [cited.article_id for cited in answer.citations]) == (
        generation, [bulletin(OLD[0]).id]
    )  # fmt: skip
    state = _state(Settings(home=home.path), "en")
    assert (state.live, state.stored) == (generation, stored)


def steps_of(error: HomeError) -> set[str]:
    """The functions that the disk's refusal came through."""
    assert error.__cause__
    return {frame.name for frame in traceback.extract_tb(error.__cause__.__traceback__)}


# ----------------------------------------------------------------------------------------------------------- full


def test_wherever_a_reload_finds_the_disk_full_it_says_so_and_the_old_one_serves(disk):
    """With a little more room at each try the next step fails, until there is room for all."""
    home = Home(disk / "data")
    add(home, *map(bulletin, OLD))
    old = reloaded(home)
    add(home, *map(bulletin, NEW))
    whole = {path: path.read_bytes() for path in home.folder(old).rglob("*") if path.is_file()}
    failed: set[str] = set()
    told: list[HomeError] = []
    new = ""
    for room in range(0, SIZE, STEP):
        if "write_text" in failed:
            time.sleep(LATE)
        leave(disk, room)
        try:
            new = reloaded(home)
            break
        except HomeError as error:
            failed |= steps_of(error)
            told.append(error)
        check_serves(home, old, len(OLD) + len(NEW))
        assert {path: path.read_bytes() for path in whole} == whole
    assert {"put", "write_snapshot", "write_lexical", "write_vectors", "write_text", "publish", "point_to"} <= failed
    for each in told:
        assert "cannot write the new generation (" in each.en
        assert each.en.endswith("the old one still serves; check disk and rights")
        assert each.vi.endswith("bản cũ vẫn dùng được; xem dung lượng đĩa và quyền ghi")
    check_serves(home, new, len(OLD) + len(NEW))
    assert home.manifest(new).articles == len(OLD) + len(NEW)


def test_an_addition_that_finds_the_disk_full_loses_nothing_and_goes_on_later(disk):
    home, stored = Home(disk / "data"), list[str]()
    leave(disk, 400_000)

    def add_one() -> None:
        one = bulletin(len(stored))
        add(home, one)
        stored.append(one.id)

    def fill() -> None:
        for _ in range(10_000):
            add_one()

    with pytest.raises(HomeError, match=r"cannot write to the store .*full.* check CHIDAO_HOME, rights and disk space"):
        fill()
    assert len(stored) > 3
    with ArticleStore(home.store) as store:
        assert [article.id for article in store.all()] == stored
        with pytest.raises(HomeError, match="cannot write to the store"):
            store.remove(stored[0])
    leave(disk, 1_000_000)
    add_one()
    with ArticleStore(home.store) as store:
        assert [article.id for article in store.all()] == stored


def test_a_rollback_that_finds_the_disk_full_changes_nothing(disk):
    home = Home(disk / "data")
    names = []
    for numbers in (OLD, NEW):
        add(home, *map(bulletin, numbers))
        names.append(reloaded(home))
    leave(disk, 0)
    with pytest.raises(HomeError, match=r"cannot write .*No space left on device"), home.writer():
        home.roll_back()
    check_serves(home, names[1], len(OLD) + len(NEW))
    leave(disk, 100_000)
    with home.writer():
        assert home.roll_back() == (names[1], names[0])
    check_serves(home, names[0], len(OLD) + len(NEW))


# ------------------------------------------------------------------------------------------------------ read-only


def test_a_read_only_home_is_read_also_where_an_addition_was_killed_before(disk):
    """A journal lies beside the store, which holds what was added last."""
    home = Home(disk / "data")
    add(home, *map(bulletin, OLD))
    old = reloaded(home)
    with ArticleStore(home.store) as store:
        store.add(bulletin(NEW[0]), "12")
        left = {path.name: path.read_bytes() for path in home.path.glob("articles.sqlite*")}
    assert left.keys() == {"articles.sqlite", "articles.sqlite-wal", "articles.sqlite-shm"}
    for name, data in left.items():
        (home.path / name).write_bytes(data)
    with read_only(disk):
        check_serves(home, old, len(OLD) + 1)
    (home.path / "articles.sqlite-shm").unlink()  # then SQLite cannot read the journal without writing
    with read_only(disk), pytest.raises(HomeError, match="cannot open the store"):
        ArticleStore(home.store)
    assert run_reload(home, BroadEncoder()).articles == len(OLD) + 1


def test_a_read_only_generation_goes_on_where_the_home_becomes_read_only(disk):
    home = Home(disk / "data")
    add(home, *map(bulletin, OLD))
    old = reloaded(home)
    with closing(open_named(home, old)) as live, read_only(disk):
        assert len(list(live.snapshot.articles())) == len(OLD)


# ------------------------------------------------------------------------------------------------ the real commands


def refusal(home: Path, *command: str) -> str:
    """The one line a command says that cannot write; it ends with 1."""
    said = run_chidao(home, *command, CHIDAO_LANGUAGE="en")
    assert said.returncode == 1
    [line] = (said.stdout + said.stderr).splitlines()
    return line


def check_reading_commands(home: Path, article_id: str, receipt: str) -> None:
    for command in (["status"], ["gaps"], ["list"], ["show", article_id], ["why", receipt]):
        said = run_chidao(home, *command)
        assert (said.returncode, said.stderr) == (0, ""), command
        assert "Chợ Sắt" in said.stdout or command in (["status"], ["gaps"])
    said = run_chidao(home, "ask", OPENING)
    assert (said.returncode, "Chợ Sắt" in said.stdout) == (0, True)
    [line] = said.stderr.splitlines()
    assert "receipts are not kept (" in line


def test_the_commands_on_a_disk_that_is_read_only_and_then_full(disk):
    """What reads works; what writes says in one line why not and what to do."""
    home, first, second = disk / "data", disk / "a.txt", disk / "b.txt"
    first.write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.", encoding="utf-8")
    second.write_text("Cầu Rào\n\nCầu Rào được xây dựng năm 1980.", encoding="utf-8")
    article_id = json.loads(run_chidao(home, "add", str(first), "--json").stdout)["id"]
    assert run_chidao(home, "reload").returncode == 0
    assert run_chidao(home, "add", str(second)).returncode == 0
    receipt = json.loads(run_chidao(home, "ask", OPENING, "--json").stdout)["receipt"]
    with read_only(disk):
        check_reading_commands(home, article_id, receipt)
        for command in ("reload", "rollback"):
            assert f"cannot write to {home} (Read-only file system); check" in refusal(home, command)
        for command, name in (("add", str(first)), ("remove", article_id)):
            line = refusal(home, command, name)
            assert "cannot write to the store articles.sqlite (attempt to write a readonly database); check" in line
    leave(disk, 0)
    check_reading_commands(home, article_id, receipt)
    assert "disk is full); the old one still serves; check disk and rights" in refusal(home, "reload")
    leave(disk, 1_000_000)
    assert run_chidao(home, "reload").returncode == 0
