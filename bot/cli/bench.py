"""The command that measures this machine: how fast it reads articles in, and how fast it answers."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.answering.engine import AnswerEngine
from bot.cli.citizen import SAMPLE
from bot.cli.common import JSON_OPTION, coder_of, echo_json, fusion_of
from config.settings import Settings
from corpus.generation import Home
from corpus.models import Article
from corpus.parse import parse, read_file
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import Options, reload
from retrieval.serving import open_live

_ARTICLE = 6_000  # code points of a made-up article: some ten passages
_A_PASSAGE = 600  # code points, about
_ASKED = 200  # questions
_SEED = 20260705


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured; seconds of wall time, milliseconds of one question after another."""

    articles: int
    passages: int
    add_seconds: float
    reload_seconds: float
    passages_per_second: float
    index_mb: float
    load_seconds: float
    p50_ms: float
    p95_ms: float
    memory_mb: float


@click.command(short_help="Đo máy này / measure this machine")
@click.option("--passages", type=click.IntRange(10, 1_000_000), default=1_000, help="Số đoạn. / How many passages.")
@JSON_OPTION
@click.pass_obj
def bench(settings: Settings, passages: int, as_json: bool) -> None:
    """Đo máy này bằng bài ghép từ bộ mẫu, trong thư mục tạm. / Measure this machine, in a temporary folder.

    Sentences of the sample articles are mixed anew, so that every passage is encoded; questions are their titles. The
    home that settings name is not touched.
    """
    with tempfile.TemporaryDirectory() as folder:
        measured = _measured(settings, Home(Path(folder) / "data"), passages)
    if as_json:
        echo_json(asdict(measured))
        return
    english = settings.language == "en"
    for label, value in (
        ("articles / passages" if english else "bài / đoạn", f"{measured.articles} / {measured.passages}"),
        ("add" if english else "thêm", f"{measured.add_seconds:.1f} s"),
        (
            "reload" if english else "nạp",
            f"{measured.reload_seconds:.1f} s ({measured.passages_per_second:.0f}/s)",
        ),
        ("index" if english else "chỉ mục", f"{measured.index_mb:.1f} MB"),
        ("load" if english else "mở", f"{measured.load_seconds:.2f} s"),
        ("answer" if english else "trả lời", f"p50 {measured.p50_ms:.0f} ms, p95 {measured.p95_ms:.0f} ms"),
        ("memory" if english else "bộ nhớ", f"{measured.memory_mb:.0f} MB"),
    ):
        click.echo(f"{label:<20} {value}")


def _measured(settings: Settings, home: Home, passages: int) -> Measured:
    sample = [parse(read_file(path)) for path in sorted(SAMPLE.glob("*.txt"))]
    began = time.perf_counter()
    with ArticleStore(home.store) as store:
        store.add_apart(_mixed(sample, passages))
    added = time.perf_counter()
    coder = coder_of(settings)
    reload(home, coder, options=Options(settings.index.keep))
    reloaded = time.perf_counter()
    with closing(open_live(home)) as live:
        loaded = time.perf_counter()
        manifest, name = live.manifest, live.name
    engine = AnswerEngine(HomeBackend(home), coder.encoder, coder.identity, fusion_of(settings), city=settings.city)
    with closing(engine):
        engine.warm_up()
        milliseconds = [_asked(engine, sample[n % len(sample)].title) for n in range(_ASKED)]
    return Measured(
        articles=manifest.articles,
        passages=manifest.passages,
        add_seconds=round(added - began, 2),
        reload_seconds=round(reloaded - added, 2),
        passages_per_second=round(manifest.passages / (reloaded - added), 1),
        index_mb=round(sum(p.stat().st_size for p in home.folder(name).rglob("*") if p.is_file()) / 1e6, 2),
        load_seconds=round(loaded - reloaded, 3),
        p50_ms=round(statistics.median(milliseconds), 1),
        p95_ms=round(statistics.quantiles(milliseconds, n=20)[-1], 1),
        memory_mb=round(_memory() / 1e6),
    )


def _mixed(sample: list[Article], passages: int) -> Iterator[Article]:
    """Articles of the sample's sentences in an order of their own, of about so many passages in all."""
    chance = random.Random(_SEED)  # noqa: S311  seeded chance is what makes a run repeatable
    sentences = [each.text[start:end] for each in sample for start, end in sentence_spans(each.text)]
    left = passages * _A_PASSAGE
    number = 0
    while left > 0:
        number += 1
        words: list[str] = []
        while sum(map(len, words)) < min(_ARTICLE, left):
            words.append(chance.choice(sentences))
        left -= sum(map(len, words))
        yield Article.create(
            title=f"Bài ghép số {number}", published=None, source=f"bench/{number}", text=" ".join(words)
        )


def _asked(engine: AnswerEngine, text: str) -> float:
    began = time.perf_counter()
    engine.answer(text)
    return (time.perf_counter() - began) * 1000


def _memory() -> float:
    """Bytes that the process has had at most; 0 where the system does not tell."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)


COMMANDS = (bench,)
