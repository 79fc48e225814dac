"""Example questions from a corpus: each is answered from an article of its own, and most are not about numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.engine import EXAMPLES, AnswerEngine
from bot.answering.examples import LONGEST
from bot.answering.models import Status
from corpus.generation import Home
from corpus.references import find_references
from retrieval.backends.backend import HomeBackend
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.retriever import Fusion
from tests.homes import Chidao


def engine_over(home: Path) -> AnswerEngine:
    encoder, identity = make_encoder(str(DEFAULT_MODEL), {}), identify(str(DEFAULT_MODEL), {})
    return AnswerEngine(HomeBackend(Home(home)), encoder, identity, Fusion(0.5), city="Hải Phòng")


@pytest.fixture
def engine(sample_home: Path) -> Iterator[AnswerEngine]:
    with closing(engine_over(sample_home)) as made:
        yield made


def test_each_is_short_and_answered_from_an_article_of_its_own(engine: AnswerEngine) -> None:
    questions = engine.examples()
    answers = [engine.answer(each) for each in questions]
    assert len(questions) == EXAMPLES
    assert max(map(len, questions)) <= LONGEST
    assert {answer.status for answer in answers} <= {Status.ANSWERED, Status.REFERENCE}
    assert len({answer.citations[0].article_id for answer in answers}) == EXAMPLES


def test_one_is_about_a_directive_and_the_others_about_everyday_life(engine: AnswerEngine) -> None:
    named = [bool(find_references(each)) for each in engine.examples()]
    assert named == [False, False, True]


def test_a_corpus_of_one_article_gives_one(chidao: Chidao, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Tiêu đề: Giờ mở cửa Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ.", encoding="utf-8")
    assert chidao("add", str(tmp_path / "a.txt")).returncode == 0
    assert chidao("reload").returncode == 0
    with closing(engine_over(tmp_path / "data")) as engine:
        assert engine.examples() == ("Giờ mở cửa Chợ Sắt",)
