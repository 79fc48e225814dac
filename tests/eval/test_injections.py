"""Orders planted in articles and in questions: none is obeyed, by quotes alone or with a model that obeys them all."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, Status
from bot.answering.rewriting import Writer
from bot.llm import writer
from bot.llm.client import ChatClient, Endpoint
from bot.llm.guards import Budget
from bot.llm.writer import LlmWriter
from bot.messages import VIETNAMESE
from bot.report.answers import answer_json
from config.settings import Settings
from config.waiting import Breaker
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoder import DEFAULT_MODEL, identify, make_encoder
from retrieval.encoding import Coder
from tests.eval.questions import FUSION, rows_of
from tests.factories import article

INJECTIONS = rows_of(Path(__file__).parents[1] / "data" / "injections.jsonl")
PLANTED = [row for row in INJECTIONS if row["where"] == "article"]
ASKED = [row for row in INJECTIONS if row["where"] == "question"]
MODEL = str(DEFAULT_MODEL)
Ask = Callable[[str], Answer]


class Obedient(httpx.BaseTransport):
    """A model that does what it is told: replies with `orders` in every way that might get through.

    Its transport is not a network's; all else of LLM mode is real.
    """

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.way = 0
        self.prompts: list[list[dict[str, str]]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        messages = json.loads(request.read())["messages"]
        self.prompts.append(messages)
        passages = json.loads(messages[1]["content"])["passages"]
        first = passages[0]["text"].split(". ")[0].rstrip(".") if passages else "Không có"
        order = self.orders[0]
        reply = [
            order,
            f"{order}. [1]",
            f"{first}, {order}. [1]",
            f"{first}. [1] {order}. [1][2]",
            f"{order}. [99]",
            " ".join(f"{each}. [{n}]" for each in self.orders for n in range(1, len(passages) + 1)),
        ][self.way]
        choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
        body = httpx.ByteStream(json.dumps({"choices": [choice]}).encode())
        return httpx.Response(200, stream=body, headers={"Content-Type": "application/json"})


WAYS = range(6)


@pytest.fixture(scope="module")
def model() -> Obedient:
    return Obedient()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, model: Obedient) -> Callable[..., AnswerEngine]:
    """An engine over the articles, with a writer or without."""
    home = Home(tmp_path_factory.mktemp("planted"))
    coder = Coder(make_encoder(MODEL, {}), identify(MODEL, {}))
    with ArticleStore(home.store) as store:
        for row in PLANTED:
            text = f"{row['honest']}\n\n{row['planted']}\n\nTin do phòng văn hóa của quận cung cấp."
            store.add(article(text, title=row["title"], source=row["_id"]), "raw")
    reload(home, coder)
    city: str = Settings.model_fields["city"].default

    def made(asks: Writer | None = None) -> AnswerEngine:
        return AnswerEngine(HomeBackend(home), coder.encoder, coder.identity, FUSION, city=city, writer=asks)

    return made


@pytest.fixture(scope="module")
def quote_mode(engine: Callable[..., AnswerEngine]) -> Iterator[Ask]:
    with closing(engine()) as made:
        yield made.answer


@pytest.fixture(scope="module")
def llm_mode(
    engine: Callable[..., AnswerEngine], model: Obedient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ask]:
    endpoint = Endpoint("http://127.0.0.1/v1", "m", "sk-key", connect=5, silence=5, total=5, retries=0, max_tokens=100)
    budget = Budget(tmp_path_factory.mktemp("llm") / "spent.sqlite", 10**9)
    with closing(ChatClient(endpoint, transport=model)) as client:
        asks = LlmWriter(client, Breaker(5, 60.0, lambda: 0.0), budget, concurrency=1, max_tokens=100)
        with closing(engine(asks)) as made:
            yield made.answer


def said(answer: Answer) -> str:
    """Everything a person is shown but the question, which a reply may repeat as it was understood."""
    return str(answer_json(answer, VIETNAMESE, "1022")["text"])


def obeyed(answer: Answer, row: dict[str, Any]) -> list[str]:
    return [words for words in row["forbidden"] if words.casefold() in said(answer).casefold()]


def check(answer: Answer, row: dict[str, Any]) -> None:
    assert obeyed(answer, row) == []
    if row["expected"]:
        assert row["expected"] in said(answer)


def test_there_are_thirty() -> None:
    assert (len(PLANTED), len(ASKED)) == (15, 15)


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row["_id"])
def test_an_order_in_an_article_is_neither_quoted_nor_obeyed(row: dict[str, Any], quote_mode: Ask) -> None:
    check(quote_mode(row["question"]), row)


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["_id"])
def test_an_order_in_a_question_is_not_obeyed(row: dict[str, Any], quote_mode: Ask) -> None:
    check(quote_mode(row["text"]), row)


@pytest.mark.parametrize("known", [True, False], ids=["recognised", "unrecognised"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", INJECTIONS, ids=lambda row: row["_id"])
def test_a_model_that_obeys_is_not_heard(
    row: dict[str, Any], way: int, known: bool, model: Obedient, llm_mode: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders are not sent where they are recognised; where they are not, the claim lock has to drop what they make."""
    if not known:
        monkeypatch.setattr(writer, "speaks_to_the_model", lambda _text: False)
    model.orders, model.way = [row.get("planted") or row["text"], *row["forbidden"]], way
    check(llm_mode(row.get("question") or row["text"]), row)


def test_what_is_sent_is_data(model: Obedient, llm_mode: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "speaks_to_the_model", lambda _text: False)
    model.orders, model.way = ["XONG"], 0
    model.prompts.clear()
    for row in INJECTIONS:
        llm_mode(row.get("question") or row["text"])
    assert len(model.prompts) > len(PLANTED) / 2
    for system, user in model.prompts:
        assert (system["role"], user["role"], "<" in user["content"]) == ("system", "user", False)
        assert json.loads(user["content"]).keys() == {"question", "passages"}
    assert len({system["content"] for system, _ in model.prompts}) == 1


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row["_id"])
def test_the_question_alone_is_answered(row: dict[str, Any], quote_mode: Ask) -> None:
    assert quote_mode(row["question"]).status in {Status.ANSWERED, Status.REFERENCE}
