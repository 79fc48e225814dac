"""A receipt explained: its question asked again, or what was kept where that cannot be."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.compose import Composed
from bot.answering.engine import AnswerEngine, compose_from
from bot.answering.lock import Fault
from bot.answering.models import Answer, Citation, Claim, LlmOutcome, Rewriting, Status
from bot.answering.rewriting import Hear, Source, Writer
from bot.answering.understand import Question
from bot.receipts.models import Receipt, receipt_of
from bot.receipts.replay import Explained, explain
from corpus.generation import Home
from corpus.resolve import Verdict
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoder import ModelIdentity
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from retrieval.serving import Generation
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.bot.receipts.test_store import NOW

ENCODER, FUSION = HashEncoder(), Fusion(0.5)
MARKET = article(
    "Chợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày. Nghị định 30/2020/NĐ-CP quy định về công tác văn thư.", title="Chợ Sắt"
)
OPENING = "Chợ Sắt mở cửa lúc mấy giờ?"


def add(home: Home, one: object = MARKET) -> str:
    with ArticleStore(home.store) as store:
        store.add(one, "raw")  # type: ignore[arg-type]
    name = reload(home, Coder(ENCODER, ENCODER.identity)).generation
    assert name
    return name


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    add(made)
    return made


def answered(
    home: Home, question: str, *, with_text: bool = True, writer: Writer | None = None
) -> tuple[Answer, Receipt]:
    kept: list[Composed] = []

    def keep(_: Answer, composed: Composed) -> None:
        kept.append(composed)

    made = AnswerEngine(HomeBackend(home), ENCODER, ENCODER.identity, FUSION, keep=keep, writer=writer)
    with closing(made) as engine:
        answer = engine.answer(question)
    return answer, receipt_of(answer, kept[0], NOW, with_text=with_text)


def explained(home: Home, receipt: Receipt, identity: ModelIdentity = ENCODER.identity) -> Explained:
    def ask(generation: Generation, question: Question) -> Composed:
        return compose_from(generation, question, ENCODER, FUSION, "")

    return explain(receipt, home, HomeBackend(home), identity, ask)


@pytest.mark.parametrize(
    ("question", "status", "verdict"),
    [
        (OPENING, Status.ANSWERED, None),
        ("Ga Hải Phòng bán vé tàu cho ai?", Status.NOT_FOUND, None),
        ("Nghị định 30/2020/NĐ-CP ngày 01/01/2019 quy định gì?", Status.NOT_FOUND, None),
        ("Nghị định 31/2020/NĐ-CP quy định gì?", Status.NOT_FOUND, Verdict.NOT_FOUND),
    ],
)
def test_the_same_question_of_the_same_generation_says_the_same(home, question, status, verdict):
    _, receipt = answered(home, question)
    add(home, article("Chợ Sắt mở cửa lúc 6 giờ sáng mỗi ngày, từ tháng 5.", title="Chợ Sắt đổi giờ"))
    found = explained(home, receipt)
    assert found.replayed
    assert found.replayed.says_the_same(found.kept)
    assert found.replayed == found.kept  # hits and scores too
    assert (found.kept.status, found.kept.verdict, found.why_not) == (status, verdict, None)


class Shortens:
    """Writes the first quote without its last words, as a model may."""

    def write(self, question: Question, quoted: Sequence[Citation], sources: Sequence[Source], hear: Hear) -> Rewriting:
        claims = (Claim(f"{quoted[0].quote.removesuffix(' mỗi ngày.')}.", (1,)),)
        return Rewriting(LlmOutcome.WRITTEN, claims, (replace(quoted[0], n=1),), (Fault.UNCITED,))


def test_what_a_model_wrote_is_not_asked_for_again(home: Home):
    answer, receipt = answered(home, OPENING, writer=Shortens())
    assert answer.text == "Chợ Sắt mở cửa lúc 5 giờ sáng. [1]"
    assert "sáng" not in receipt.model_dump_json()
    found = explained(home, Receipt.model_validate_json(receipt.model_dump_json()))
    assert found.replayed
    assert found.replayed.says_the_same(found.kept)
    assert found.kept.llm
    assert (found.kept.llm.outcome, found.kept.llm.claims, found.kept.llm.faults) == (
        LlmOutcome.WRITTEN, ((1,),), (Fault.UNCITED,)
    )  # fmt: skip


def test_the_articles_come_with_it(home: Home):
    answer, receipt = answered(home, OPENING)
    found = explained(home, receipt)
    [citation] = found.kept.citations
    assert found.articles[citation.article].text[citation.start : citation.end] == answer.text


def test_an_answer_that_would_be_another_is_told(home: Home):
    _, receipt = answered(home, OPENING)
    found = explained(home, receipt.model_copy(update={"citations": (), "status": Status.NOT_FOUND}))
    assert found.replayed
    assert not found.replayed.says_the_same(found.kept)


def test_a_generation_that_is_gone_leaves_what_was_kept_with_the_words_of_the_store(home: Home):
    _, receipt = answered(home, OPENING)
    shutil.rmtree(home.folder(receipt.generation))
    found = explained(home, receipt)
    assert (found.replayed, found.kept.status, found.kept.hits != ()) == (None, Status.ANSWERED, True)
    assert found.why_not
    assert "generation 000001 is not in the home any more" in found.why_not.en
    assert list(found.articles) == [MARKET.id]
    home.store.unlink()
    assert explained(home, receipt).articles == {}


def test_a_damaged_generation_is_named(home: Home):
    _, receipt = answered(home, OPENING)
    (home.folder("000001") / "vectors.faiss").write_bytes(b"")
    found = explained(home, receipt)
    assert found.replayed is None
    assert "generation 000001 is damaged at vectors.faiss" in str(found.why_not)


@pytest.mark.parametrize(
    ("with_text", "identity", "reason"),
    [
        (False, ENCODER.identity, "the question was not kept"),
        (True, replace(ENCODER.identity, fingerprint="other"), "the index was built by the model"),
    ],
)
def test_what_cannot_be_asked_again_is_shown_as_kept(home, with_text, identity, reason):
    _, receipt = answered(home, OPENING, with_text=with_text)
    found = explained(home, receipt, identity)
    assert found.replayed is None
    assert reason in str(found.why_not)
    assert list(found.articles) == [MARKET.id]
