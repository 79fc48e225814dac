"""Questions that name a directive: what the register says, and what it leaves to the passages."""

import pytest

from bot.answering.directives import Said, ask_register
from bot.answering.understand import Question, read_question
from corpus.models import Article
from tests.factories import article
from tests.registers import by_id, register_of

CITED = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư nêu rõ."
REPLACED = "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP."
PARTY = ("Nghị quyết 45-NQ/TW ngày 24/1/2019 bàn về cảng.", "Nghị quyết 45-NQ/TW ngày 24/11/2023 bàn về trí thức.")
CLAUSES = article("Mở đầu. Quyết định này thay thế Quyết định 5/QĐ-TTg. Hết.", title="Quyết định 6/QĐ-TTg: điểm mới")


def said(text: str, *articles: Article | str) -> Said | None:
    known = by_id(*(articles or (CITED, REPLACED, *PARTY)))
    question = read_question(text)
    assert isinstance(question, Question)
    with register_of(*known.values()) as register:
        return ask_register(question, register, known.get)


def quotes(found: Said | None) -> list[str]:
    assert found
    return [each.quote for each in found.citations]


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định 31/2020/NĐ-CP quy định về việc gì?", "nghi dinh 31/2020 ve viec gi", "Nghị định 300/2020/NĐ-CP?",
        "Công tác văn thư theo Nghị định 31/2020/NĐ-CP thế nào?", "30/2020/NĐ-CP và 31/2020/NĐ-CP khác gì nhau?",
        "Nghị định 31/2020/NĐ-CP còn hiệu lực không?", "03/2020/NĐ-CP",
    ],
)  # fmt: skip
def test_a_number_that_no_article_names_has_no_answer_whatever_is_near_it(text: str) -> None:
    found = said(text)
    assert found
    assert found.resolution
    assert (found.resolution.verdict, found.citations) == ("not_found", ())


@pytest.mark.parametrize(
    "text", ["30/2020/NĐ-CP ngày 06/3/2020 nói gì?", "nghi dinh 30/2020 ngay 6/3/2020 ve cong tac van thu"]
)
def test_another_day_than_the_articles_tell_is_said_with_the_sentence_that_tells_it(text: str) -> None:
    found = said(text)
    assert quotes(found) == [CITED]
    assert found
    assert found.resolution
    assert found.resolution.verdict == "date_differs"


@pytest.mark.parametrize(
    "text", ["45-NQ/TW", "Nghị quyết 45-NQ/TW nói về gì?", "Nghị quyết 45-NQ/TW còn hiệu lực không?"]
)
def test_a_number_of_several_documents_is_said_with_a_sentence_of_each(text: str) -> None:
    found = said(text)
    assert sorted(quotes(found)) == sorted(PARTY)
    assert found
    assert found.resolution
    assert found.resolution.verdict == "ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định 110/2004/NĐ-CP còn hiệu lực không?", "nghi dinh 110/2004 con hieu luc khong",
        "110/2004/NĐ-CP hết hiệu lực chưa?",
        "Nghị định 110/2004/NĐ-CP bị thay thế bởi văn bản nào?",
        "Nghị định 110/2004/NĐ-CP được thay thế bằng nghị định nào?",
    ],
)  # fmt: skip
def test_what_was_done_to_it_is_told_with_the_words_that_say_so(text: str) -> None:
    found = said(text)
    assert quotes(found) == [REPLACED]
    assert found
    assert found.resolution
    assert found.resolution.verdict == "superseded"


@pytest.mark.parametrize(
    "text", ["Quyết định 6/QĐ-TTg thay thế văn bản nào?", "Quyết định 06/QĐ-TTg thay thế những văn bản nào?"]
)
def test_what_it_did_to_others_is_told(text: str) -> None:
    found = said(text, CLAUSES, "Quyết định 6/QĐ-TTg nêu rõ.")
    assert quotes(found) == ["Quyết định này thay thế Quyết định 5/QĐ-TTg."]
    assert found
    assert found.resolution is None  # it is an answer, not the state of a directive


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết 45-NQ/TW đặt mục tiêu bao nhiêu trí thức?",
        "Nghị định 30/2020/NĐ-CP quy định thể thức công văn thế nào?",
        "Nghị định 30/2020/NĐ-CP quy định về việc gì?",
        "Thủ tục một cửa là gì?", "Nghị quyết này có hiệu lực khi nào?",
    ],
)  # fmt: skip
def test_a_question_about_something_in_it_goes_to_the_passages(text: str) -> None:
    assert said(text) is None


def test_no_more_than_three_sentences_are_quoted_each_once() -> None:
    texts = [f"Bài {n}: Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP." for n in range(9)]
    found = said("110/2004/NĐ-CP còn hiệu lực không?", *texts)
    assert len(set(quotes(found))) == 3
    assert found
    assert [each.n for each in found.citations] == [1, 2, 3]


def test_quotes_stand_in_the_article_where_they_say() -> None:
    found = said("110/2004/NĐ-CP còn hiệu lực không?", f"Mở đầu. {REPLACED}")
    assert found
    [citation] = found.citations
    assert (citation.start, citation.quote) == (9 - 1, REPLACED)


def test_an_article_that_cannot_be_read_says_nothing() -> None:
    question = read_question("110/2004/NĐ-CP còn hiệu lực không?")
    assert isinstance(question, Question)
    with register_of(REPLACED) as register:
        assert ask_register(question, register, lambda _: None) == Said(None)


def test_whether_one_is_in_force_no_sentence_tells_that_only_names_it() -> None:
    found = said("Nghị định 30/2020/NĐ-CP còn hiệu lực không?")
    assert found is not None
    assert (found.resolution, found.citations) == (None, ())
    assert found.nearest
