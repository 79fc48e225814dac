"""Whole dialogs over a home of a few articles: follow-ups, questions back, fixed replies, English."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.conversation import turn_of
from bot.answering.engine import AnswerEngine
from bot.answering.fixed import Unusable
from bot.answering.models import Answer, Option, Status, Turn
from bot.messages import ENGLISH, VIETNAMESE
from bot.render import terminal_lines
from corpus.generation import Home
from corpus.store import ArticleStore
from retrieval.backends.backend import HomeBackend
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.retriever import Fusion
from tests.factories import article
from tests.fakes import HashEncoder

ARTICLES = {
    "Lễ hội hoa": "Quyết định số 12/QĐ-UBND ngày 05/3/2018 của Ủy ban nhân dân tỉnh Đắk Nông về lễ hội hoa do ông Lê "
    "An ký. Lễ hội hoa mở cửa lúc 8 giờ.",
    "Lễ hội biển": "Quyết định số 12/QĐ-UBND ngày 20/4/2021 của Ủy ban nhân dân tỉnh Quảng Ninh về lễ hội biển. "
    "Lễ hội biển mở cửa lúc 9 giờ.",
    "Chương trình công tác": "Chương trình công tác theo Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của Ủy ban nhân "
    "dân thành phố và Quyết định số 99/QĐ-UBND ngày 30/12/2018 của Ủy ban nhân dân thành phố.",
    "Kết hôn": "Đăng ký kết hôn ở Ủy ban nhân dân cấp xã. Đăng ký kết hôn được miễn lệ phí.",
    "Bãi xe": "Năm 2018 phí đỗ xe ở chợ Sắt là 5.000 đồng. Năm 2019 phí đỗ xe ở chợ Sắt là 7.000 đồng.",
}  # fmt: skip
FLOWER, SEA = (
    "Quyết định 12/QĐ-UBND ngày 05/03/2018 của Ủy ban nhân dân tỉnh Đắk Nông",
    "Quyết định 12/QĐ-UBND ngày 20/04/2021 của Ủy ban nhân dân tỉnh Quảng Ninh",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerEngine]:
    home = Home(Path(tmp_path_factory.mktemp("dialogs")))
    with ArticleStore(home.store) as store:
        for title, text in ARTICLES.items():
            store.add(article(text, title=title, published=None), text)
    encoder = HashEncoder()
    reload(home, Coder(encoder, encoder.identity))
    made = AnswerEngine(HomeBackend(home), encoder, encoder.identity, Fusion(0.5))
    yield made
    made.close()


def dialog(engine: AnswerEngine, *texts: str) -> list[Answer]:
    """The answers to texts typed one after another."""
    turns: list[Turn] = []
    answers = []
    for text in texts:
        answers.append(engine.answer(text, turns))
        turns += filter(None, [turn_of(answers[-1])])
    return answers


def test_a_follow_up_is_answered_and_says_how_it_was_understood(engine: AnswerEngine) -> None:
    first, fee = dialog(engine, "Đăng ký kết hôn ở đâu?", "lệ phí?")
    assert first.asked is None
    assert (fee.status, fee.asked) == (Status.ANSWERED, "Đăng ký kết hôn lệ phí bao nhiêu tiền")
    assert "Đăng ký kết hôn được miễn lệ phí." in fee.text
    assert terminal_lines(fee, VIETNAMESE, "1022")[0] == "Tôi hiểu là: Đăng ký kết hôn lệ phí bao nhiêu tiền"


def test_another_year_gets_the_figure_of_that_year(engine: AnswerEngine) -> None:
    _, other = dialog(engine, "Phí đỗ xe ở chợ Sắt năm 2019 là bao nhiêu?", "còn năm 2018?")
    assert other.asked == "Phí đỗ xe ở chợ Sắt năm 2018 là bao nhiêu"
    assert other.citations[0].quote == "Năm 2018 phí đỗ xe ở chợ Sắt là 5.000 đồng."


def test_a_follow_up_that_finds_nothing_is_not_answered_from_elsewhere(engine: AnswerEngine) -> None:
    _, phone = dialog(engine, "Lễ hội hoa mở cửa lúc mấy giờ?", "số điện thoại")
    assert (phone.status, phone.asked) == (Status.NOT_FOUND, "Lễ hội hoa mở cửa số điện thoại")
    assert VIETNAMESE.not_found.format(contact="1022") in terminal_lines(phone, VIETNAMESE, "1022")


def test_a_new_question_after_another_takes_nothing(engine: AnswerEngine) -> None:
    _, other = dialog(engine, "Phí đỗ xe ở chợ Sắt năm 2019 là bao nhiêu?", "Đăng ký kết hôn ở đâu?")
    assert other.asked is None
    assert other.citations[0].title == "Kết hôn"


@pytest.mark.parametrize(
    "text", ["12/QĐ-UBND", "Quyết định 12/QĐ-UBND về việc gì?", "quyet dinh 12/qd-ubnd ai ky", "12"]
)
def test_a_number_of_several_documents_is_asked_back(engine: AnswerEngine, text: str) -> None:
    answer = engine.answer(text)
    assert answer.status is Status.REFERENCE
    assert {option.label for option in answer.options} == {FLOWER, SEA}
    assert len(answer.citations) == 2
    assert terminal_lines(answer, VIETNAMESE, "1022")[0] == VIETNAMESE.which


@pytest.mark.parametrize("chosen", [0, 1])
def test_choosing_an_option_answers_it(engine: AnswerEngine, chosen: int) -> None:
    asked, answer = dialog(engine, "12/QĐ-UBND", str(chosen + 1))
    assert answer.citations
    assert answer.asked == asked.options[chosen].question
    title = "Lễ hội hoa" if asked.options[chosen].label == FLOWER else "Lễ hội biển"
    assert {citation.title for citation in answer.citations} == {title}


def test_an_option_is_asked_what_the_question_was(engine: AnswerEngine) -> None:
    *_, answer = dialog(engine, "quyết định 12/QĐ-UBND ai ký?", "tỉnh Đắk Nông")
    assert answer.asked == f"{FLOWER} ai ký?"
    assert "ông Lê An ký" in answer.text


def test_what_only_one_of_them_can_mean_is_not_asked_back(engine: AnswerEngine) -> None:
    answer = engine.answer("Quyết định 12/QĐ-UBND về lễ hội biển của tỉnh nào?")
    assert answer.options == ()
    assert {citation.title for citation in answer.citations} == {"Lễ hội biển"}


def test_nobody_is_asked_back_twice_in_a_row(engine: AnswerEngine) -> None:
    first, second, third = dialog(engine, "12/QĐ-UBND", "Quyết định 12/QĐ-UBND về việc gì?", "12/QĐ-UBND")
    assert [bool(each.options) for each in (first, second, third)] == [True, False, True]
    assert second.status is Status.REFERENCE
    assert len(second.citations) == 2


def test_that_decision_is_asked_back_where_two_were_quoted(engine: AnswerEngine) -> None:
    question = "Chương trình công tác theo quyết định nào của thành phố?"
    first, which, chosen = dialog(engine, question, "quyết định đó ban hành ngày nào?", "2")
    assert first.status is Status.ANSWERED
    assert [option.label for option in which.options] == [
        "Quyết định số 3482/QĐ-UBND ngày 27/12/2018", "Quyết định số 99/QĐ-UBND ngày 30/12/2018",
    ]  # fmt: skip
    assert which.citations
    assert chosen.asked == "Quyết định số 99/QĐ-UBND ngày 30/12/2018 ban hành ngày nào"
    assert "30/12/2018" in chosen.text


def test_a_bare_number_of_one_document_is_that_document(engine: AnswerEngine) -> None:
    answer = engine.answer("3482?")
    assert answer.asked == "Quyết định 3482/QĐ-UBND ngày 27/12/2018 của Ủy ban nhân dân thành phố"
    assert "3482/QĐ-UBND" in answer.text
    assert engine.answer("99").status is Status.NOT_FOUND  # too short to tell
    assert engine.answer("2018").asked is None


def test_options_are_proved_by_citations() -> None:
    with pytest.raises(ValueError, match="options without a citation"):
        Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0, options=(Option("A", "A?"),))


def test_talk_in_between_forgets_nothing(engine: AnswerEngine) -> None:
    _, thanks, fee = dialog(engine, "Đăng ký kết hôn ở đâu?", "cảm ơn bạn", "lệ phí?")
    assert (thanks.status, thanks.unusable) == (Status.OUT_OF_SCOPE, Unusable.THANKS)
    assert "miễn lệ phí" in fee.text


def test_an_english_question_gets_english_words_around_the_vietnamese_quote(engine: AnswerEngine) -> None:
    where, fee = dialog(engine, "Where do I register a marriage?", "how much?")
    assert where.english
    assert where.asked == "đăng ký kết hôn ở đâu"
    assert "Đăng ký kết hôn ở Ủy ban nhân dân cấp xã." in where.text
    lines = terminal_lines(where, VIETNAMESE, "1022")
    assert lines[0] == ENGLISH.understood.format(question="đăng ký kết hôn ở đâu")
    assert terminal_lines(fee, VIETNAMESE, "1022")[0].startswith("I searched for: đăng ký kết hôn")
    assert terminal_lines(engine.answer("who are you"), VIETNAMESE, "1022") == [ENGLISH.identity]
    assert not engine.answer("dang ky ket hon o dau").english


def test_every_quote_of_a_dialog_stands_in_its_article(engine: AnswerEngine) -> None:
    answers = dialog(
        engine, "12/QĐ-UBND", "1", "ai ký?", "Đăng ký kết hôn ở đâu?", "phí", "3482", "ai ký quyết định đó"
    )
    for citation in (citation for answer in answers for citation in answer.citations):
        assert ARTICLES[citation.title][citation.start : citation.end] == citation.quote
