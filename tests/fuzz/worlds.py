"""The sample articles, reloaded with an encoder that needs no model: what whole answers are fuzzed over."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from bot.answering.engine import AnswerEngine
from corpus.generation import Home
from corpus.parse import parse_file
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live
from tests.factories import article
from tests.fakes import HashEncoder
from tests.fuzz.target import SAMPLE
from tests.unit.retrieval.homes import ARTICLES, add, run_reload

HOME = "FUZZ_HOME"  # of a home that was made before, for the processes of a campaign
CITY = "Hải Phòng"
HOSTILE = article(
    "Quyết định số 12/QĐ-UBND ngày 05/3/2018 của UBND thành phố về <b>lễ hội</b> & \"hoa\" <a href='x'>.\n"
    "Lễ hội hoa mở cửa lúc 8 giờ <script>alert(1)</script>. Lệ phí là 8.000 đồng &amp; không thu thêm.",
    title='Lễ hội <b>hoa</b> & "biển" </blockquote>',
    source='https://haiphong.gov.vn/a?b="><c>&d',
)


def make_home(folder: Path) -> Home:
    """The sample and one article full of markup, reloaded."""
    home = Home(folder)
    with ArticleStore(home.store) as store:
        for path in sorted(SAMPLE.glob("*.txt")):
            store.add(parse_file(path), path.name)
        store.add(HOSTILE, HOSTILE.source)
    encoder = HashEncoder()
    reload(home, Coder(encoder, encoder.identity))
    return home


@cache
def home() -> Home:
    """The home, made once a process unless one was made before."""
    if made := os.environ.get(HOME):
        return Home(Path(made))
    return make_home(scratch("home"))


@cache
def small_home() -> Home:
    """A few short articles, reloaded; to be copied, and the copy changed."""
    made = Home(scratch("small") / "home")
    add(made, *ARTICLES, HOSTILE)
    run_reload(made)
    return made


@cache
def scratch(name: str) -> Path:
    """A folder of that name, the same throughout a process and gone when it ends."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix=f"chidao-fuzz-{name}-"))
    return Path(_KEPT[-1].name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@cache
def live() -> Generation:
    """The generation of the home."""
    return open_live(home())


@cache
def engine() -> AnswerEngine:
    """The engine over the home."""
    encoder = HashEncoder()
    return AnswerEngine(HomeBackend(home()), encoder, encoder.identity, Fusion(0.5), city=CITY)
