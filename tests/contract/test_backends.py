"""One contract for every backend: files with FAISS, plain numpy, pgvector, and pgvector over three servers."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import numpy as np
import pytest

from corpus.generation import Home
from corpus.models import Article
from corpus.parse import parse, read_file
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.backends import layout, terms
from retrieval.backends.backend import HomeBackend
from retrieval.backends.delivery import Place, deliver
from retrieval.backends.pgvector import PgvectorBackend
from retrieval.backends.server import address_of
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from retrieval.serving import Generation
from tests.contract import postgres_server
from tests.contract.postgres_server import PostgresServer
from tests.fakes import HashEncoder
from tests.homes import SAMPLE
from tests.oracle import ExactTerms, ExactVectors

_REASON = postgres_server.available()
KINDS = ["files", "oracle", "pgvector", "pgvector with a graph", "pgvector over three servers"]
QUESTIONS = [
    "Quyết định số 3482/QĐ-UBND về việc gì?",
    "quyet dinh so 3482/qd-ubnd",
    "Thủ tục đăng ký khai sinh cần giấy tờ gì?",
    "thu tuc dang ky khai sinh can giay to gi",
    "THỜI HẠN GIẢI QUYẾT HỒ SƠ CẤP GIẤY PHÉP XÂY DỰNG",
    unicodedata.normalize("NFD", "Lệ phí trước bạ nhà đất là bao nhiêu?"),
    "Nghị định 30/2020/NĐ-CP ngày 05/3/2020",
    "của",
    "zyxwv",
    "?!",
    "'; DROP TABLE lexical; --",
    "100% {1:2}/3 %s ? $1",
]
ENCODER = HashEncoder()


def mixed(count: int) -> Iterator[Article]:
    """Articles of the sample's sentences, many of them in several."""
    chance = random.Random(7)
    sample = [parse(read_file(path)) for path in sorted(SAMPLE.glob("*.txt"))]
    sentences = [each.text[start:end] for each in sample for start, end in sentence_spans(each.text)]
    for number in range(count):
        words = " ".join(chance.choice(sentences) for _ in range(chance.randint(1, 12)))
        made = Article.create(title=f"Bài số {number}", published=None, source=f"tests/{number}", text=words)
        yield replace(made, published=sample[number % len(sample)].published)


def fill(home: Home, *articles: Article) -> str:
    """Adds articles and reloads; the name of what is served."""
    with ArticleStore(home.store) as store:
        store.add_apart(articles)
    name = reload(home, Coder(ENCODER, ENCODER.identity)).generation
    assert name
    return name


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("backends") / "data")
    fill(home, *(parse(read_file(path)) for path in sorted(SAMPLE.glob("*.txt"))), *mixed(120))
    return home


@pytest.fixture(scope="module")
def servers() -> Iterator[list[PostgresServer]]:
    if _REASON:
        pytest.skip(_REASON)
    with ExitStack() as stack:
        yield [stack.enter_context(PostgresServer()) for _ in range(3)]


def fresh(server: PostgresServer) -> Place:
    return Place(address_of(server.fresh(), "URL"))


def sent(home: Home, place: Place) -> PgvectorBackend:
    with home.writer():
        deliver(home, place)
    return PgvectorBackend(place.server)


@pytest.fixture(scope="module")
def opened(home: Home, request: pytest.FixtureRequest) -> Iterator[dict[str, Generation]]:
    """The same generation, opened by every backend."""
    with ExitStack() as stack:
        files = stack.enter_context(closing(HomeBackend(home).open_live()))
        vectors = ExactVectors(files.vectors.vectors_at(range(files.vectors.count)))
        made = {"files": files, "oracle": replace(files, lexical=ExactTerms(files.snapshot), vectors=vectors)}
        if not _REASON:
            servers = request.getfixturevalue("servers")
            shards = tuple(fresh(server).server for server in servers)
            places = {"pgvector": fresh(servers[0]), KINDS[4]: replace(fresh(servers[1]), shards=shards)}
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(layout, "FLAT_UP_TO", 10)
                backends = {KINDS[3]: sent(home, fresh(servers[0]))}
            backends |= {kind: sent(home, place) for kind, place in places.items()}
            for kind, backend in backends.items():
                stack.callback(backend.close)
                made[kind] = stack.enter_context(closing(backend.open_live()))
        yield made


@pytest.fixture(params=KINDS)
def generation(opened: dict[str, Generation], request: pytest.FixtureRequest) -> Generation:
    if request.param not in opened:
        pytest.skip(_REASON or "")
    return opened[request.param]


@pytest.fixture
def oracle(opened: dict[str, Generation]) -> Generation:
    return opened["oracle"]


def some_rows(count: int) -> list[np.ndarray]:
    every = np.arange(count)
    return [every[:0], every[5:6], every[3:40], every[::7], every]


# ------------------------------------------------------------------------------------------------------- by terms
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [1, 10, 100])
def test_terms_are_scored_by_bm25(generation: Generation, oracle: Generation, question: str, k: int):
    expected, found = oracle.lexical.search(question, k), generation.lexical.search(question, k)
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-4)
    scores = dict(oracle.lexical.search(question, oracle.lexical.count))
    assert [scores[row] for row, _ in found] == pytest.approx([score for _, score in found], rel=1e-4)


@pytest.mark.parametrize("question", QUESTIONS[:7])
def test_a_filter_loses_no_hit_by_terms(generation: Generation, oracle: Generation, question: str):
    for within in some_rows(oracle.lexical.count):
        expected, found = oracle.lexical.search(question, 20, within), generation.lexical.search(question, 20, within)
        assert {row for row, _ in found} <= {*within.tolist()}
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-4)


def test_a_filter_loses_none_either_where_rows_are_told_as_runs(
    generation: Generation, oracle: Generation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.backends.rows.LISTED", 2)
    monkeypatch.setattr(terms, "LISTED", 2)
    test_a_filter_loses_no_hit_by_terms(generation, oracle, QUESTIONS[2])
    test_a_filter_loses_no_neighbour(generation, oracle)


def test_terms_are_counted_alike(generation: Generation, oracle: Generation):
    asked = ["khai1", "khai_sinh", "thành_phố1", "quyết_định", "3482/qđ-ubnd", "nowhere", "", "'"]
    assert generation.lexical.frequencies(asked) == oracle.lexical.frequencies(asked)
    folded = ["khai", "khai_sinh", "3482/qd-ubnd", "nowhere"]
    assert [*map(generation.lexical.idf, folded)] == pytest.approx([*map(oracle.lexical.idf, folded)])
    assert generation.lexical.count == generation.vectors.count == generation.manifest.passages


# ----------------------------------------------------------------------------------------------------- by vectors
@pytest.mark.parametrize("k", [1, 30, 100, 2000])
def test_the_nearest_vectors_are_found(generation: Generation, oracle: Generation, k: int):
    for question in QUESTIONS[:5]:
        query = ENCODER.encode([question], "query")[0]
        (_, expected), (rows, cosines) = oracle.vectors.search(query, k), generation.vectors.search(query, k)
        assert cosines == pytest.approx(expected, abs=1e-5)
        assert oracle.vectors.cosines(query, rows.tolist()) == pytest.approx(cosines, abs=1e-5)


def test_a_filter_loses_no_neighbour(generation: Generation, oracle: Generation):
    query = ENCODER.encode([QUESTIONS[0]], "query")[0]
    for within in some_rows(oracle.vectors.count):
        (_, expected), (rows, cosines) = (each.vectors.search(query, 20, within) for each in (oracle, generation))
        assert {*rows.tolist()} <= {*within.tolist()}
        assert cosines == pytest.approx(expected, abs=1e-5)


def test_vectors_come_back_bit_by_bit(generation: Generation, oracle: Generation):
    rows = [7, 0, 31]
    assert np.array_equal(generation.vectors.vectors_at(rows), oracle.vectors.vectors_at(rows))
    query = ENCODER.encode(["thành phố"], "query")[0]
    assert generation.vectors.cosines(query, rows) == pytest.approx(oracle.vectors.cosines(query, rows), abs=1e-6)
    assert len(generation.vectors.cosines(query, [])) == 0


# --------------------------------------------------------------------------------- articles, passages, directives
def test_articles_and_passages_are_the_same(generation: Generation, oracle: Generation):
    mine, theirs = generation.snapshot, oracle.snapshot
    assert [*mine.articles()] == [*theirs.articles()]
    assert sorted(mine.listed(), key=lambda each: each.id) == sorted(theirs.listed(), key=lambda each: each.id)
    assert [*mine.all_passages()] == [*theirs.all_passages()]
    assert mine.spans == theirs.spans
    assert mine.days([3, 1]) == theirs.days([3, 1])
    assert mine.keys().keys() == theirs.keys().keys()
    assert [*mine.lengths()] == [*theirs.lengths()]
    article = next(mine.articles())
    assert mine.passage_at(article.id, 3) == theirs.passage_at(article.id, 3)
    assert mine.article(article.id) == article
    assert mine.article("'") is None
    assert mine.passages([]) == {}


def test_directives_are_the_same(generation: Generation, oracle: Generation):
    mine, theirs = generation.register, oracle.register
    keys = [key for key, _ in theirs.subjects()]
    assert mine.subjects() == theirs.subjects()
    assert mine.laws() == theirs.laws()
    assert mine.not_held() == theirs.not_held()
    assert sorted(mine.kinds()) == sorted(theirs.kinds())
    assert sorted(mine.issuers()) == sorted(theirs.issuers())
    assert [mine.named(key) for key in keys] == [theirs.named(key) for key in keys]
    serial = next(mention.serial for key in keys for mention in theirs.named(key) if mention.serial)
    assert mine.with_serial(serial) == theirs.with_serial(serial)
    numbered = [key for key in keys if key[0].isdigit()][:50]
    assert sorted(mine.labels(numbered)) == sorted(theirs.labels(numbered)) != []
    assert mine.count() == theirs.count()
    kinds = theirs.kinds()[:2]
    assert mine.articles_naming(kinds, None) == theirs.articles_naming(kinds, None) != frozenset()
    assert mine.articles_naming([], None) == mine.articles_naming(kinds, []) == frozenset()
    assert mine.labels([]) == []
    assert mine.articles_naming(None, None) == theirs.articles_naming(None, None)


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_the_same(generation: Generation, oracle: Generation, question: str):
    expected, found = (each.retriever(ENCODER, Fusion(0.5)).search(question, 10) for each in (oracle, generation))
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=1e-3)
