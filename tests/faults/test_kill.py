"""SIGKILL in the middle of a reload or an addition: the old or the new, never half, and nothing is done twice."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from itertools import chain
from typing import Any, Self

import pytest
from click.testing import CliRunner

from bot.answering.engine import AnswerEngine
from bot.cli import cli
from config.settings import Settings
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.gate import Gate, Outcome
from retrieval.retriever import Fusion
from retrieval.serving import open_live, open_named
from tests.fakes import HashEncoder
from tests.faults.doomed import ADDED, BLOCK, bulletin, question
from tests.homes import ROOT, environment, run_chidao
from tests.unit.retrieval.homes import add, forget, run_reload

SEED = 3482
HELD = 12  # articles of each generation
CHANGED = 8  # taken away and added by each reload
AT_OPERATIONS, AT_TIMES = 30, 16  # moments of two kinds, and of a third:
TURNING_POINTS = ["os.rename .building", "os.rename CURRENT", "os.remove encoded", "shutil.rmtree .leaving"]
BY_COMMAND = 4  # moments at which the real commands run, with the real encoder

pytestmark = pytest.mark.timeout(300)


class Doomed:
    """The process that is to be killed; it waits until told to begin."""

    def __init__(self, work: str, home: Home) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.doomed", work, str(home.path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self._ready = False

    def run(self, *, operation: str = "never", seconds: float | None = None) -> list[Any]:
        """What it said before it was killed, at one of its file operations or after some time, or ended by itself."""
        assert self._process.stdin
        self.wait()
        self._process.stdin.write(f"{operation}\n")
        self._process.stdin.flush()
        if seconds is not None:
            time.sleep(seconds)
            self._process.kill()
        said = self._process.communicate(timeout=60)[0].splitlines(keepends=True)
        return [json.loads(line) for line in said if line.endswith("\n")]

    def wait(self) -> None:
        """Until it can begin."""
        if not self._ready:
            assert self._process.stdout
            self._ready = json.loads(self._process.stdout.readline()) == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def articles_of(turn: int) -> range:
    """The numbers of the bulletins that are stored from a turn on."""
    return range(turn * CHANGED, turn * CHANGED + HELD)


def turn_to(turn: int, home: Home) -> None:
    """Stores what is to be served after this turn."""
    before, after = articles_of(turn - 1), articles_of(turn)
    add(home, *(bulletin(number) for number in after if number not in before))
    with ArticleStore(home.store) as store:
        for number in set(before) - set(after):
            store.remove(bulletin(number).id)


def ids(turn: int) -> set[str]:
    return {bulletin(number).id for number in articles_of(turn)}


def state_of(home: Home, old: str) -> str:
    """How far a reload came before it was killed."""
    if home.current() != old:
        return "current"
    if home.names()[-1] != old:
        return "published, not current"
    building = home.generations / ".building"
    if home.encoded.exists() and not (building / "vectors.faiss").exists():
        return "encoding"
    return "building" if (building / "corpus.sqlite").exists() else "nothing new"


def check_answers(home: Home, old: str, turn: int) -> None:
    """What answers is whole, and the generation of the turn before or of this one."""
    with closing(open_live(home)) as live:
        served = ids(turn - 1 if live.name == old else turn)
        assert live.name >= old
        assert live.snapshot.titles().keys() == served
        assert live.vectors.count == live.lexical.count == live.snapshot.passages_count() == HELD
    number = articles_of(turn)[-1 if live.name != old else 0]
    with closing(AnswerEngine(HomeBackend(home), HashEncoder(), HashEncoder().identity, Fusion(0.5))) as engine:
        answer = engine.answer(question(number))
    assert answer.generation == live.name
    assert {citation.article_id for citation in answer.citations} == {bulletin(number).id}
    for cited in answer.citations:
        assert bulletin(number).text[cited.start : cited.end] == cited.quote


def check_status(home: Home, old: str) -> None:
    said = CliRunner().invoke(cli, ["status", "--json"], obj=Settings(home=home.path))
    assert (said.exit_code, said.stderr) == (0, "")
    state = json.loads(said.stdout)
    assert (state["stored"], state["damaged"]) == (HELD, [])
    assert state["generation"] >= old


def check_next_reload(home: Home, turn: int, encoded_before: list[str]) -> None:
    """It completes, encodes nothing twice but the block a kill can cost, and leaves nothing lying about."""
    encoder = HashEncoder()
    report = reload(home, Coder(encoder, encoder.identity))
    kept = encoded_before[:-BLOCK]
    assert set(kept).isdisjoint(encoder.encoded)
    assert len({*encoded_before, *encoder.encoded}) in {CHANGED, 0}
    assert report.generation == home.current()
    assert report.proof is None or report.proof.clean
    with closing(open_named(home, home.current() or "")) as live:
        assert live.snapshot.titles().keys() == ids(turn)
    assert all(home.is_whole(name) for name in home.names())
    assert sorted(path.name for path in home.generations.iterdir()) == home.names()
    assert not home.encoded.exists()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, float]:
    """File operations and seconds of a reload that nobody kills, with something to prune."""
    home = Home(tmp_path_factory.mktemp("whole"))
    add(home, *map(bulletin, articles_of(0)))
    for turn in range(1, 4):
        run_reload(home)
        turn_to(turn, home)
    with Doomed("reload", home) as process:
        process.wait()
        began = time.perf_counter()
        operations = process.run()[-1]
        return operations, time.perf_counter() - began


def moments(operations: int, seconds: float) -> list[dict[str, Any]]:
    """Fifty moments, spread over the whole run, in an order by chance."""
    chance = random.Random(SEED)
    step, span = operations / AT_OPERATIONS, seconds / AT_TIMES
    chosen: list[dict[str, Any]] = [
        *({"operation": str(1 + int((i + chance.random()) * step))} for i in range(AT_OPERATIONS)),
        *({"operation": point} for point in TURNING_POINTS),
        *({"seconds": (i + chance.random()) * span} for i in range(AT_TIMES)),
    ]
    return chance.sample(chosen, len(chosen))


def test_a_reload_killed_at_any_of_fifty_moments_is_made_good_by_the_next(tmp_path, measured):
    home = Home(tmp_path / "data")
    add(home, *map(bulletin, articles_of(0)))
    run_reload(home)
    left_at = Counter[str]()
    with ExitStack() as waiting:
        process = waiting.enter_context(Doomed("reload", home))
        for turn, moment in enumerate(moments(*measured), start=1):
            old = home.current()
            assert old
            turn_to(turn, home)
            said = process.run(**moment)
            process = waiting.enter_context(Doomed("reload", home))  # gets ready meanwhile
            left_at[state_of(home, old)] += 1
            check_status(home, old)
            check_answers(home, old, turn)
            check_next_reload(home, turn, list(chain.from_iterable(block for block in said if isinstance(block, list))))
    assert left_at.keys() == {"nothing new", "encoding", "building", "published, not current", "current"}


def test_what_a_killed_reload_left_behind_goes_with_the_article(tmp_path):
    """An article that only killed reloads have seen, taken back: then there is nothing to build any more."""
    home, secret = Home(tmp_path / "data"), bulletin(9999)
    add(home, *map(bulletin, articles_of(0)))
    run_reload(home)
    add(home, secret)
    for operation in range(30, 400):  # until there is a candidate with its text
        with Doomed("reload", home) as process:
            process.run(operation=str(operation))
        if any(secret.text.encode() in path.read_bytes() for path in home.generations.rglob("corpus.sqlite")):
            break
    assert home.names() == ["000001"]
    forget(home, secret)
    report = run_reload(home)
    assert not report.new
    assert report.proof
    assert report.proof.clean
    assert not [path for path in home.path.rglob("*") if path.is_file() and secret.text.encode() in path.read_bytes()]


def test_a_generation_that_never_came_into_use_is_not_gone_back_to(tmp_path):
    """The next reload makes its like; an admin who takes that back wants what was served before."""
    home = Home(tmp_path / "data")
    add(home, *map(bulletin, articles_of(0)))
    first = run_reload(home).generation
    turn_to(1, home)
    with Doomed("reload", home) as process:
        process.run(operation="os.rename CURRENT")
    assert (home.names(), home.current()) == ([first, "000002"], first)
    assert run_reload(home).generation == "000003"
    with home.writer():
        assert home.roll_back() == ("000003", first)
    assert home.names() == [first, "000002", "000003"]


def test_what_a_blocked_reload_left_behind_goes_with_the_article(tmp_path):
    """The gate's report names what it kept out; it is of no use once that is taken back."""
    home, secret = Home(tmp_path / "data"), bulletin(9999)
    gate = Gate(lambda asked: (Outcome(id="1", text="?", right=secret.id not in asked.snapshot.titles()),))
    add(home, *map(bulletin, articles_of(0)))
    run_reload(home, gate=gate)
    add(home, secret)
    assert run_reload(home, gate=gate).blocked
    assert secret.title in home.blocked.read_text(encoding="utf-8")
    forget(home, secret)
    report = run_reload(home, gate=gate)
    assert not report.new
    assert report.proof
    assert report.proof.clean
    assert not home.blocked.exists()


def test_the_real_command_killed_leaves_a_home_that_the_real_commands_read(tmp_path):
    chance, home = random.Random(SEED), Home(tmp_path / "data")
    add(home, *map(bulletin, articles_of(0)))
    began = time.perf_counter()
    assert run_chidao(home.path, "reload").returncode == 0
    span = (time.perf_counter() - began) / BY_COMMAND
    for turn in range(1, BY_COMMAND + 1):
        old = home.current()
        turn_to(turn, home)
        with subprocess.Popen([sys.executable, "-m", "bot", "reload"], cwd=ROOT, env=environment(home.path)) as process:
            time.sleep((turn - chance.random()) * span)
            process.kill()
        state = json.loads(run_chidao(home.path, "status", "--json").stdout)
        answer = json.loads(run_chidao(home.path, "ask", question(articles_of(turn)[0]), "--json").stdout)
        assert state["generation"] == answer["generation"] >= old
        assert [cited["article_id"] for cited in answer["citations"]] == [bulletin(articles_of(turn)[0]).id]
        assert run_chidao(home.path, "reload").returncode == 0
        with closing(open_live(home)) as live:
            assert live.snapshot.titles().keys() == ids(turn)


def test_an_addition_killed_at_any_moment_leaves_what_was_added_before(tmp_path):
    chance = random.Random(SEED)
    for turn in range(8):
        home = Home(tmp_path / str(turn))
        with Doomed("add", home) as process:
            said = process.run(seconds=chance.random() * 0.5)
        with ArticleStore(home.store) as store:
            stored = [article.id for article in store.all()]
            assert stored == [bulletin(number).id for number in range(len(stored))]
            assert len(said) <= len(stored) <= min(len(said) + 1, ADDED)  # the last one perhaps without a word
            assert store.add(bulletin(ADDED + turn), "again").new
