"""Question sets with gold answers, read from folders and files."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.questions import Gold, GoldSet, of_folder, of_golden_file, plain, read_unanswerable
from config.errors import InputError
from retrieval.evaluation.sets import read_set
from tests.factories import article
from tests.unit.retrieval.evaluation.beir import RELEVANT, beir_folder, write_lines

ARTICLES = {"a-cho": "cho", "a-cau": "cau", "a-phep": "phep"}
MARKET = article("Chợ Sắt mở cửa lúc năm giờ sáng.", title="Chợ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Năm giờ sáng.", "năm  GIỜ\nsáng"),  # capitals, blanks, line ends
        ("«30%»", "30"),  # punctuation
        ("Qu\u0079\u1ec1n", "quye\u0302\u0300n"),  # composed or not
        ("75.000 km²", "75 000 km²"),
    ],
)
def test_texts_are_alike_whatever_their_capitals_blanks_and_punctuation(one: str, other: str):
    assert plain(one) == plain(other)


def test_part_of_a_word_or_number_is_not_it():
    assert plain("308") in plain("thua 308 điểm")
    assert plain("308") not in plain("thua 1308 điểm")
    assert plain("quyên") not in plain("quyền")


@given(st.text())
def test_what_is_plain_stays_so(text: str):
    assert plain(plain(text)) == plain(text)


def folder_with(tmp_path: Path, **answers: object) -> GoldSet:
    folder = beir_folder(tmp_path / "set")
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    write_lines(folder / "queries.jsonl", (json.dumps({**row, "answer": answers.get(row["_id"])}) for row in rows))
    return of_folder("set", read_set(folder), ARTICLES)


def test_a_folder_gives_its_gold_answers_and_the_articles_that_are_relevant(tmp_path: Path):
    given = folder_with(tmp_path, q1="Năm giờ sáng", q2="bộ phận một cửa")
    assert (given.documents, given.skipped, given.lost) == (3, 0, 0)
    assert [(each.answer, *each.relevant) for each in given.answerable] == [
        ("Năm giờ sáng", "a-cho"), ("bộ phận một cửa", "a-phep")
    ]  # fmt: skip


def test_questions_without_a_gold_answer_are_counted_and_left_out(tmp_path: Path):
    given = folder_with(tmp_path, q1="?!", q2=["một", "hai"])
    assert (given.answerable, given.skipped) == ((), 2)


def test_a_gold_answer_that_is_in_no_relevant_document_is_counted_and_stays(tmp_path: Path):
    given = folder_with(tmp_path, q1="sáu giờ", q2=1980)
    assert (len(given.answerable), given.lost) == (2, 2)


def test_answers_do_not_disturb_the_measuring_of_the_search(tmp_path: Path):
    plain_set = read_set(beir_folder(tmp_path / "plain"))
    folder_with(tmp_path, q1="Năm giờ sáng", q2={"text": "x"})
    assert read_set(tmp_path / "set").digest == plain_set.digest
    assert plain_set.questions[0].answer is None
    assert {each.id: dict(each.relevant) for each in plain_set.questions} == RELEVANT


def test_a_golden_file_is_asked_over_the_articles_at_hand(tmp_path: Path):
    file = tmp_path / "golden.jsonl"
    rows = [
        {"_id": "1", "text": "Chợ Sắt mở lúc nào?", "answer": "mở cửa lúc năm giờ", "article": "cho.txt"},
        {"_id": "2", "text": "Chợ nào?", "answer_contains": "Chợ Sắt"},
        {"_id": "3", "text": "Cầu Rào?", "answer": "năm 1980"},
        {"_id": "4", "text": "Giá vàng?", "answer": None, "why": "off_topic"},
        {"_id": "5", "text": "Giá xăng?", "not_found": True},
    ]
    write_lines(file, map(json.dumps, rows))
    found = of_golden_file("golden.jsonl", file, [MARKET])
    assert [(each.id, *each.relevant) for each in found.answerable] == [("1", MARKET.id), ("2", MARKET.id), ("3",)]
    assert ([each.id for each in found.unanswerable], found.lost, found.documents) == (["4", "5"], 1, 1)


def test_a_line_of_another_form_is_named(tmp_path: Path):
    file = tmp_path / "no.jsonl"
    write_lines(file, ['{"_id": "1", "text": "a"}', '{"_id": "1", "text": "b"}'])
    with pytest.raises(InputError, match=r"no\.jsonl, line 2: the _id «1» was used above"):
        read_unanswerable(file)
    write_lines(file, ['{"text": "a"}'])
    with pytest.raises(InputError, match=r"no\.jsonl, line 1: not of the form"):
        of_golden_file("no", file, [])


def test_drawing_taking_marks_off_and_adding_leave_the_rest_as_it_is():
    golds = tuple(Gold(str(n), "Chợ ở đâu?", "x") for n in range(20))
    given = GoldSet("s", 1, golds, (Gold("n", "Giá vàng?"),))
    assert len(given.drawn(5).answerable) == 5
    assert given.drawn(5) == given.drawn(5)
    assert given.drawn(None) == given.drawn(20) == given
    bare = given.unmarked()
    assert (bare.answerable[0].text, bare.unanswerable[0].text, bare.answerable[0].answer) == (
        "Cho o dau?", "Gia vang?", "x"
    )  # fmt: skip
    assert [each.id for each in given.also([Gold("m", "?")]).unanswerable] == ["n", "m"]
