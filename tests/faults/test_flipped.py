"""One byte flipped in each file of the generation served, in turn: named, not served, not deleted, and healed."""

import json
import logging
import shutil
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.answering.engine import AnswerEngine
from bot.cli.admin import _state
from config.errors import DamagedError, HomeError
from config.settings import Settings
from corpus.generation import Home
from corpus.manifest import MANIFEST
from retrieval.backends.backend import HomeBackend
from retrieval.retriever import Fusion
from retrieval.serving import open_live
from retrieval.vectors import write_vectors
from tests.fakes import HashEncoder
from tests.faults.doomed import bulletin, question
from tests.homes import run_chidao
from tests.unit.retrieval.homes import add, run_reload

OLD, NEW = range(4), range(8)  # bulletins of the older generation and of the one in use
OLDER, SERVED = "000001", "000002"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two generations, with graphs as if they were large."""
    home = Home(tmp_path_factory.mktemp("pristine") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.build.write_vectors", partial(write_vectors, flat_up_to=0))
        for numbers in (OLD, NEW):
            add(home, *(bulletin(number) for number in numbers))
            run_reload(home)
    assert home.names() == [OLDER, SERVED]
    return home.path


def copy_of(pristine: Path, place: Path) -> Home:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(pristine, place)
    return Home(place)


def flip(path: Path, at: int) -> bytes:
    """Changes one bit; returns what the file holds then."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    return bytes(data)


def files_of(pristine: Path) -> list[Path]:
    """The files of the generation served."""
    folder = pristine / "generations" / SERVED
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert {"manifest.json", "gate.json", "corpus.sqlite", "vectors.faiss", "graph.faiss"} < {
        str(file) for file in files
    }
    assert sum(file.parts[0] == "lexical" for file in files) > 5
    return [file for file in files if (folder / file).stat().st_size]


def check_serves(home: Home, generation: str) -> None:
    with closing(AnswerEngine(HomeBackend(home), HashEncoder(), HashEncoder().identity, Fusion(0.5))) as engine:
        answer = engine.answer(question(OLD[0]))
    assert (answer.generation, [cited.article_id for cited in answer.citations]) == (
        generation, [bulletin(OLD[0]).id]
    )  # fmt: skip
    assert _state(Settings(home=home.path), "en").live == generation


def check_heals(home: Home) -> None:
    """A reload puts all that is stored into use again."""
    healed = run_reload(home).generation
    assert healed
    assert healed == home.current() not in {OLDER, SERVED}
    check_serves(home, healed)
    with closing(open_live(home)) as live:
        assert live.snapshot.titles().keys() == {bulletin(number).id for number in NEW}


def damage_at(file: Path) -> str:
    named = f"generation {SERVED} is damaged at {file.as_posix()}; run chidao reload to build a new one"
    return f"{named} (nothing is deleted)"


@pytest.mark.parametrize("part", [0, 0.5, 1])
def test_any_file_with_a_flipped_byte_is_named_and_the_generation_before_serves(pristine, tmp_path, caplog, part):
    for file in files_of(pristine):
        home = copy_of(pristine, tmp_path / "data")
        path = home.folder(SERVED) / file
        data = flip(path, int(part * (path.stat().st_size - 1)))
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            check_serves(home, OLDER)
        assert f"{damage_at(file)}; generation {OLDER} serves instead" in caplog.text
        assert (home.names(), path.read_bytes()) == ([OLDER, SERVED], data)


def test_a_reload_heals_and_keeps_the_damaged_generation_as_it_is(pristine, tmp_path):
    for file in files_of(pristine):
        home = copy_of(pristine, tmp_path / "data")
        data = flip(home.folder(SERVED) / file, -1)
        check_heals(home)
        assert (home.set_aside(), (home.damaged / SERVED / file).read_bytes()) == ([SERVED], data)
        assert OLDER in home.names()


def test_without_an_older_generation_the_file_is_named_and_a_reload_heals(pristine, tmp_path):
    for file in files_of(pristine):
        home = copy_of(pristine, tmp_path / "data")
        shutil.rmtree(home.folder(OLDER))
        data = flip(home.folder(SERVED) / file, 0)
        with pytest.raises(DamagedError) as refused:
            open_live(home)
        assert refused.value.en == damage_at(file)
        assert f"bản nạp {SERVED} hỏng ở tệp {file.as_posix()}; chạy chidao reload" in refused.value.vi
        assert (_state(Settings(home=home.path), "en").live, home.names()) == (None, [SERVED])
        check_heals(home)
        assert (home.damaged / SERVED / file).read_bytes() == data


def test_any_byte_of_the_manifest_counts(pristine, tmp_path):
    home = copy_of(pristine, tmp_path / "data")
    path = home.folder(SERVED) / MANIFEST
    sound = path.read_bytes()
    for at in range(len(sound)):
        flip(path, at)
        with pytest.raises(HomeError, match=f"generation {SERVED} "):
            home.manifest(SERVED)
        path.write_bytes(sound)
    home.manifest(SERVED)  # and all was put back


@pytest.mark.parametrize("kept", [0, 0.5, 0.999])
def test_any_file_cut_short_or_gone_is_named(pristine, tmp_path, kept):
    for file in files_of(pristine):
        home = copy_of(pristine, tmp_path / "data")
        path = home.folder(SERVED) / file
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * kept)])
        with pytest.raises(DamagedError, match=f"generation {SERVED} is damaged at {file.as_posix()};"):
            home.manifest(SERVED)
        check_serves(home, OLDER)


@pytest.mark.parametrize("cut", [*range(len(SERVED)), len(SERVED) + 2, len(SERVED) + 8])
def test_a_truncated_current_is_named_and_the_newest_serves(pristine, tmp_path, caplog, cut):
    home = copy_of(pristine, tmp_path / "data")
    current = home.path / "CURRENT"
    current.write_bytes(current.read_bytes()[:cut])
    with caplog.at_level(logging.ERROR):
        check_serves(home, SERVED)
    assert f"the file {current} is damaged, it names no generation; run chidao reload to write it again" in caplog.text
    check_heals(home)


def test_a_current_with_a_flipped_byte_is_named_and_the_newest_serves(pristine, tmp_path, caplog):
    for at in range(len(SERVED) + 9):
        home = copy_of(pristine, tmp_path / "data")
        flip(home.path / "CURRENT", at)
        check_served_though_current_is_damaged(home, caplog)


def test_a_current_that_comes_to_name_another_generation_is_not_followed(pristine, tmp_path, caplog):
    home = copy_of(pristine, tmp_path / "data")
    current = home.path / "CURRENT"
    current.write_text(current.read_text("utf-8").replace(SERVED, OLDER), "utf-8")
    check_served_though_current_is_damaged(home, caplog)


def check_served_though_current_is_damaged(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        check_serves(home, SERVED)
    assert "CURRENT is damaged" in caplog.text
    check_heals(home)


def test_the_real_commands_name_the_file_and_the_way_out(tmp_path):
    home = Home(tmp_path / "data")
    for numbers in (OLD, NEW):
        add(home, *(bulletin(number) for number in numbers))
        assert run_chidao(home.path, "reload").returncode == 0
    flip(home.folder(SERVED) / "vectors.faiss", -1)
    damage = f"generation {SERVED} is damaged at vectors.faiss; run chidao reload to build a new one"
    said = run_chidao(home.path, "ask", question(OLD[0]), "--json", CHIDAO_LANGUAGE="en")
    assert (said.returncode, json.loads(said.stdout)["generation"]) == (0, OLDER)
    assert damage in said.stderr
    flip(home.folder(OLDER) / "vectors.faiss", -1)
    said = run_chidao(home.path, "ask", question(OLD[0]), CHIDAO_LANGUAGE="en")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.splitlines() == [f"chidao: {damage} (nothing is deleted)"]
    said = run_chidao(home.path, "status", "--json", CHIDAO_LANGUAGE="en")
    assert (said.returncode, json.loads(said.stdout)["generation"]) == (0, None)
    assert damage in said.stderr
    healed = json.loads(run_chidao(home.path, "reload", "--json").stdout)
    assert (healed["generation"], healed["set_aside"]) == ("000003", [OLDER, SERVED])
    assert json.loads(run_chidao(home.path, "ask", question(OLD[0]), "--json").stdout)["status"] == "answered"
