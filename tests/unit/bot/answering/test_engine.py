"""The engine and the generation it answers from, while reloads go on."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answering import engine as engine_module
from bot.answering.compose import Composed
from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, Status, Turn, cite
from bot.messages import ENGLISH, VIETNAMESE, explanation, finding
from bot.render import terminal_lines
from config.errors import ModelError, NoGenerationError
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoder import ModelIdentity
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from tests.factories import article
from tests.fakes import HashEncoder

IDENTITY = HashEncoder().identity
OPENING = "Chợ Sắt mở cửa lúc mấy giờ?"


def add_and_reload(home: Home, text: str, identity: ModelIdentity = IDENTITY) -> str:
    with ArticleStore(home.store) as store:
        store.add(article(text, title=text.split(" mở", maxsplit=1)[0]), text)
    name = reload(home, Coder(HashEncoder(), identity)).generation
    assert name
    return name


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def engine(home: Home) -> Iterator[AnswerEngine]:
    made = AnswerEngine(HomeBackend(home), HashEncoder(), IDENTITY, Fusion(0.5))
    yield made
    made.close()


def test_before_any_reload_the_engine_says_so(engine: AnswerEngine) -> None:
    with pytest.raises(NoGenerationError, match="chidao reload"):
        engine.answer(OPENING)


def test_a_reload_is_answered_from_at_the_next_question(home: Home, engine: AnswerEngine) -> None:
    first = add_and_reload(home, "Cầu Rào mở cho xe qua lúc 6 giờ.")
    assert engine.answer(OPENING).generation == first
    second = add_and_reload(home, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")
    answer = engine.answer(OPENING)
    assert (answer.status, answer.generation) == (Status.ANSWERED, second)


def test_an_index_of_another_model_leaves_the_old_one_serving(home, engine, caplog) -> None:
    """Named in the log once, not at every citizen's question."""
    first = add_and_reload(home, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")
    engine.answer(OPENING)
    add_and_reload(home, "Cầu Rào mở cho xe qua lúc 6 giờ.", ModelIdentity("other", "f1"))
    with caplog.at_level(logging.ERROR):
        assert [engine.answer(OPENING).generation for _ in range(3)] == [first] * 3
    assert caplog.text.count("the index was built by the model «other»") == 1


def test_an_index_of_another_model_alone_is_refused(home: Home, engine: AnswerEngine) -> None:
    add_and_reload(home, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.", ModelIdentity("other", "f1"))
    with pytest.raises(ModelError, match="run chidao reload"):
        engine.answer(OPENING)


def test_questions_during_reloads_are_all_answered_from_one_generation_or_the_next(home: Home, engine) -> None:
    names = [add_and_reload(home, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")]
    stop = threading.Event()

    def ask() -> set[str]:
        seen = set()
        while not stop.is_set():
            answer = engine.answer(OPENING)
            assert answer.citations[0].quote == "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."
            seen.add(answer.generation)
        return seen

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask) for _ in range(4)]
        names += [add_and_reload(home, f"Cầu số {n} mở cho xe qua.") for n in range(5)]
        engine.answer(OPENING)
        stop.set()
        seen = set().union(*(asker.result() for asker in askers))
    assert seen <= set(names)
    assert engine.answer(OPENING).generation == names[-1]


def test_a_passage_is_found_by_an_offset_inside_it(home: Home, engine: AnswerEngine) -> None:
    add_and_reload(home, "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")
    [citation] = engine.answer(OPENING).citations
    found = engine.passage(citation.article_id, citation.end - 1)
    assert found
    assert (found[0], found[1].text) == ("Chợ Sắt", citation.quote)
    assert engine.passage(citation.article_id, 10_000) is None
    assert engine.passage("0" * 16, 0) is None


class TestDirectives:
    REPLACED = "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP."

    def test_an_unknown_number_is_not_found_and_no_neighbour_is_quoted(self, home: Home, engine: AnswerEngine) -> None:
        add_and_reload(home, "Nghị định 30/2020/NĐ-CP quy định về công tác văn thư.")
        answer = engine.answer("Nghị định 31/2020/NĐ-CP quy định về công tác văn thư thế nào?")
        assert (answer.status, answer.citations, answer.text) == (Status.NOT_FOUND, (), "")
        told = explanation(answer, VIETNAMESE, "1022")
        assert "Không bài nào đã đăng nêu Nghị định 31/2020/NĐ-CP." in told

    def test_what_the_register_says_is_a_reference_with_its_quotes(self, home: Home, engine: AnswerEngine) -> None:
        add_and_reload(home, self.REPLACED)
        answer = engine.answer("110/2004/NĐ-CP còn hiệu lực không?")
        assert (answer.status, answer.text) == (Status.REFERENCE, self.REPLACED)
        assert finding(answer, VIETNAMESE) == "Bị thay thế bởi 30/2020/NĐ-CP."
        assert finding(answer, ENGLISH) == "Replaced by 30/2020/NĐ-CP."
        assert terminal_lines(answer, VIETNAMESE, "1022")[:2] == [
            "Bị thay thế bởi 30/2020/NĐ-CP.",
            f"“{self.REPLACED}”",
        ]

    def test_a_question_about_something_in_it_is_answered_from_the_passages(self, home: Home, engine) -> None:
        add_and_reload(home, "Nghị định 30/2020/NĐ-CP quy định về công tác văn thư.")
        answer = engine.answer("Nghị định 30/2020/NĐ-CP quy định về công tác gì?")
        assert (answer.status, answer.about) == (Status.ANSWERED, None)
        assert finding(answer, VIETNAMESE) == ""

    def test_after_a_reload_the_register_is_that_of_the_new_generation(self, home: Home, engine: AnswerEngine) -> None:
        add_and_reload(home, "Cầu Rào mở cho xe qua lúc 6 giờ.")
        assert engine.answer("110/2004/NĐ-CP còn hiệu lực không?").status == Status.NOT_FOUND
        add_and_reload(home, self.REPLACED)
        assert engine.answer("110/2004/NĐ-CP còn hiệu lực không?").status == Status.REFERENCE


class TestKeeping:
    TEXT = "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày."

    def kept_of(self, home: Home, question: str) -> tuple[Answer, Composed]:
        kept: list[tuple[Answer, Composed]] = []
        made = AnswerEngine(
            HomeBackend(home),
            HashEncoder(),
            IDENTITY,
            Fusion(0.5),
            keep=lambda answer, composed: kept.append((answer, composed)),
        )
        with closing(made) as engine:
            assert engine.answer(question) == kept[0][0]
        return kept[0]

    def test_an_answer_is_kept_with_its_hits_and_the_decision(self, home: Home) -> None:
        add_and_reload(home, self.TEXT)
        answer, composed = self.kept_of(home, OPENING)
        assert answer.status == Status.ANSWERED
        assert [hit.passage.text for hit in composed.hits] == [self.TEXT]
        assert composed.decision
        assert composed.decision.passage == composed.hits[0].passage.id
        assert composed.decision.support >= composed.decision.enough

    def test_an_answer_tells_what_it_took(self, home: Home) -> None:
        add_and_reload(home, self.TEXT)
        work = self.kept_of(home, OPENING)[0].work
        assert set(work.seconds) == {"understand", "register", "search", "compose", "prove"}
        assert all(seconds >= 0 for seconds in work.seconds.values())
        assert (work.hits, work.llm) == (1, "")
        assert set(self.kept_of(home, "xin chào")[0].work.seconds) == {"understand", "prove"}

    @pytest.mark.parametrize(
        ("text", "turns", "kind"),
        [
            (OPENING, (), "plain"),
            ("xin chào", (), "greeting"),
            ("what time does Chợ Sắt open?", (), "english"),
            ("mấy giờ?", (Turn(OPENING),), "reworded"),
        ],
    )
    def test_an_answer_tells_the_kind_of_its_text(self, home, engine, text: str, turns, kind: str) -> None:
        add_and_reload(home, self.TEXT)
        assert engine.answer(text, turns).kind == kind

    def test_a_refusal_is_kept_with_the_decision_that_fell_short(self, home: Home) -> None:
        add_and_reload(home, self.TEXT)
        answer, composed = self.kept_of(home, "Chợ Sắt bán vé tàu hỏa cho ai?")
        assert answer.status == Status.NOT_FOUND
        assert composed.decision
        assert composed.decision.support < composed.decision.enough

    def test_a_greeting_is_kept_without_either(self, home: Home) -> None:
        add_and_reload(home, self.TEXT)
        answer, composed = self.kept_of(home, "xin chào")
        assert (answer.status, composed.hits, composed.decision) == (Status.OUT_OF_SCOPE, (), None)

    def test_a_quote_that_is_not_in_the_article_is_withheld_and_logged(self, home, monkeypatch, caplog) -> None:
        add_and_reload(home, self.TEXT)
        found = engine_module.compose_from

        def misquoting(*arguments: Any, **named: Any) -> Composed:
            composed = found(*arguments, **named)
            return replace(composed, citations=(replace(composed.citations[0], quote="Chợ Sắt đóng cửa."),))

        monkeypatch.setattr(engine_module, "compose_from", misquoting)
        answer, composed = self.kept_of(home, OPENING)
        assert (answer.status, answer.text, composed.hits != ()) == (Status.NOT_FOUND, "", True)
        assert "an answer was withheld: the text of article" in caplog.text
        assert "Chợ" not in caplog.text


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.REFERENCE])
def test_no_answer_can_be_made_without_a_quote(status: Status) -> None:
    with pytest.raises(ValueError, match="citation law"):
        Answer("?", status, (), "000001", "r", 1.0)


@pytest.mark.parametrize("status", [Status.NOT_FOUND, Status.OUT_OF_SCOPE])
def test_no_refusal_can_be_made_with_a_quote(status: Status) -> None:
    made = article("Chợ Sắt mở cửa.")
    with pytest.raises(ValueError, match="citation law"):
        Answer("?", status, (cite(1, made, 0, 3),), "000001", "r", 1.0)
