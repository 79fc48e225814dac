"""Several workers: what one gives, and nothing lost whatever becomes of one of them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from config.errors import ModelError
from corpus.generation import Home
from retrieval.build import ReloadReport, reload
from retrieval.encoder import DEFAULT_MODEL, make_encoder
from retrieval.encoding import Coder
from retrieval.hits import Role, Vectors
from retrieval.workers import Crew, encode_blocks
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.hired import hire, told
from tests.unit.retrieval.homes import ARTICLES, add, forget, live

ROOT = Path(__file__).parents[3]
CREW = Crew(2, hire)


@pytest.fixture(autouse=True)
def _block_of_two(monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 2)


@pytest.fixture(autouse=True)
def _nobody_left():
    yield
    assert multiprocessing.active_children() == []


def reload_with(home: Home, encoder: HashEncoder, crew: Crew, progress: list[int]) -> ReloadReport:
    return reload(home, Coder(encoder, encoder.identity, lambda done, _total: progress.append(done), crew=crew))


def vectors_file(home: Home) -> object:
    return home.manifest(home.current() or "").files["vectors.faiss"]


# --------------------------------------------------------------------------------------------------------- the same
def test_workers_make_the_very_index_that_one_makes(tmp_path):
    homes = [Home(tmp_path / "one"), Home(tmp_path / "two")]
    told: list[list[int]] = [[], []]
    encoders = [HashEncoder(), HashEncoder()]
    for home, encoder, crew, progress in zip(homes, encoders, (Crew(1, hire), CREW), told, strict=True):
        add(home, *ARTICLES)
        report = reload_with(home, encoder, crew, progress)
        assert (report.encoded, progress[0], progress[-1]) == (len(encoders[0].encoded), 0, report.encoded)
        assert progress == sorted(progress)
        assert not home.encoded.exists()
    assert vectors_file(homes[0]) == vectors_file(homes[1])
    assert encoders[1].encoded == []  # none by this process


def test_a_worker_of_the_model_that_comes_along_gives_the_very_vectors():
    texts = ["Thủ tục cấp giấy phép xây dựng", "Lễ hội Hoa Phượng Đỏ", "3482/QĐ-UBND", ""]
    crew = Crew(2, partial(make_encoder, str(DEFAULT_MODEL), {}))
    found = dict(encode_blocks(HashEncoder(), crew, iter([("a", texts[:2]), ("b", texts[2:])])))
    here = make_encoder(str(DEFAULT_MODEL), {}).encode(texts, "document")
    assert np.array_equal(np.concatenate([found["a"], found["b"]]), here)


def test_workers_share_the_cores_among_them(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    [(_, vectors)] = encode_blocks(HashEncoder(), Crew(3, told), iter([("a", ["chợ"])]))
    assert np.array_equal(vectors, HashEncoder("2/2").encode(["chợ"], "document"))


def test_no_more_workers_are_hired_than_there_is_work_for(home):
    add(home, article("Chợ Sắt mở cửa lúc 5 giờ.", title="Chợ Sắt"))
    encoder = HashEncoder()
    assert reload_with(home, encoder, Crew(64, hire), []).encoded == 1
    assert len(encoder.encoded) == 1  # by this process, without any other


def test_without_an_encoder_each_workers_are_threads_that_share_one():
    both = threading.Barrier(2, timeout=20)

    class Meeting(HashEncoder):
        def encode(self, texts: Sequence[str], role: Role) -> Vectors:
            both.wait()  # until another one is here too
            return super().encode(texts, role)

    found = dict(encode_blocks(Meeting(), Crew(2), iter([(n, [str(n)]) for n in range(4)])))
    assert sorted(found) == [0, 1, 2, 3]
    assert np.array_equal(found[3], HashEncoder().encode(["3"], "document"))


# -------------------------------------------------------------------------------------------------- what goes wrong
@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("REFUSE", r"^cannot be done$"),  # an error of ours, as it is
        ("FAIL", r"has failed \(RuntimeError\).*without --workers to see it.*is kept"),
        ("DIE", r"has ended abruptly.*smaller --workers.*is kept"),
    ],
)
def test_what_is_wrong_with_a_worker_is_one_error_and_loses_nothing(home, word, problem):
    add(home, *ARTICLES)
    reload_with(home, HashEncoder(), Crew(), [])
    served = home.current()
    more = [article(f"Cầu số {n} dài {n}00 mét.", title=f"Cầu số {n}") for n in range(9)]
    wrong = article(f"Cầu Rào {word} bắc qua sông Lạch Tray, có bốn làn xe chạy và hai lối đi bộ.", title="Cầu Rào")
    add(home, *more, wrong)
    progress: list[int] = []
    with pytest.raises(ModelError, match=problem) as caught:
        reload_with(home, HashEncoder(), CREW, progress)
    assert caught.value.vi
    assert home.current() == served
    assert progress[-1] > 0
    forget(home, wrong)
    encoder = HashEncoder()
    reload_with(home, encoder, Crew(), [])
    assert len(encoder.encoded) <= len(more) - progress[-1]
    with live(home) as generation:
        assert {f"Cầu số {n}" for n in range(9)} <= set(generation.snapshot.titles().values())


def test_where_no_process_can_be_made_that_is_told(home, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError("/dev/shm")

    add(home, *ARTICLES)
    monkeypatch.setattr("retrieval.workers.ProcessPoolExecutor", refuse)
    with pytest.raises(ModelError, match=r"has failed \(FileNotFoundError\).*without --workers"):
        reload_with(home, HashEncoder(), CREW, [])


def test_who_stops_listening_is_rid_of_the_workers_at_once(tmp_path):
    beat = tmp_path / "beat"
    blocks = iter([("a", ["chợ"]), ("b", [f"BEAT {beat}"]), ("c", ["bến"])])
    with closing(encode_blocks(HashEncoder(), CREW, blocks)) as encoded:
        assert next(encoded)[0] in "ac"
        wait_for(beat)
    assert is_still(beat)


def test_who_stops_listening_waits_for_no_thread():
    """A server may be silent for a minute, and Ctrl-C is not to take as long."""
    answered, asked = threading.Event(), threading.Event()

    class Silent(HashEncoder):
        def encode(self, texts: Sequence[str], role: Role) -> Vectors:
            if texts == ["b"]:
                asked.set()
                answered.wait(60)
            return super().encode(texts, role)

    with closing(encode_blocks(Silent(), Crew(2), iter([(name, [name]) for name in "ab"]))) as encoded:
        assert next(encoded)[0] == "a"
        assert asked.wait(20)
        began = time.monotonic()
    assert time.monotonic() - began < 30
    answered.set()


PROGRAM = """
import sys
from retrieval.workers import Crew, encode_blocks
from tests.fakes import HashEncoder
from tests.unit.retrieval.hired import hire
if __name__ == "__main__":
    blocks = iter([(n, [f"BEAT {path}"]) for n, path in enumerate(sys.argv[1:])])
    print(*encode_blocks(HashEncoder(), Crew(2, hire), blocks))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_process(tmp_path, sent):
    """Ctrl-C reaches every process of a terminal, the others the one that was started; nobody shows a traceback."""
    script, beats = tmp_path / "program.py", [tmp_path / "one", tmp_path / "two"]
    script.write_text(PROGRAM, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), *map(str, beats)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        for beat in beats:
            wait_for(beat)
        os.killpg(process.pid, sent) if sent == signal.SIGINT else process.send_signal(sent)
        said = process.communicate(timeout=20)[1]
    assert process.returncode == -sent
    assert said.count("Traceback") == (1 if sent == signal.SIGINT else 0)  # the program's own
    assert all(is_still(beat) for beat in beats)


def wait_for(beat: Path) -> None:
    until = time.monotonic() + 30
    while not beat.exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def is_still(beat: Path) -> bool:
    """Whether nobody writes to it any more."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        size = beat.stat().st_size
        time.sleep(0.1)
        if beat.stat().st_size == size:
            return True
    return False
