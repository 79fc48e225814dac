"""Question sets in BEIR form: what is read, and what is said of a folder that cannot be."""

from pathlib import Path

import pytest

from config.errors import InputError
from retrieval.evaluation.sets import Asked, Document, QuestionSet, read_set
from tests.unit.retrieval.evaluation.beir import DOCUMENTS, QUESTIONS, RELEVANT, beir_folder, write_lines

MANY = QuestionSet((), tuple(Asked(str(number), "Chợ Đồn ở đâu?", {"a": 1}) for number in range(50)))


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    read = read_set(beir_folder(tmp_path, titles={"cho": "Chợ"}))
    assert read.documents[0] == Document("cho", "Chợ", DOCUMENTS["cho"])
    assert [each.id for each in read.documents] == list(DOCUMENTS)
    assert read.questions == tuple(Asked(key, text, RELEVANT[key]) for key, text in QUESTIONS.items())
    assert (read.skipped, read.unknown) == (0, 0)


def test_what_real_sets_have_is_read(tmp_path: Path) -> None:
    """Numbers for ids, no title, a byte order mark, CRLF, a line separator inside a text, a blank line at the end."""
    beir_folder(tmp_path)
    corpus = (
        '\ufeff{"_id": 7, "text": "Chợ\u2028Sắt", "metadata": {}}\r\n{"_id": "8", "title": null, "text": ""}\r\n\r\n'
    )
    (tmp_path / "corpus.jsonl").write_text(corpus, encoding="utf-8", newline="")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\r\nq1\t7\t2\r\n", encoding="utf-8", newline="")
    read = read_set(tmp_path)
    assert read.documents == (Document("7", "", "Chợ\u2028Sắt"), Document("8", "", ""))
    assert [each.relevant for each in read.questions] == [{"7": 2}]


def test_questions_without_relevant_documents_are_left_out_and_counted(tmp_path: Path) -> None:
    questions = {**QUESTIONS, "q3": "Ai?", "q4": "Bao giờ?"}
    read = read_set(beir_folder(tmp_path, questions=questions, relevant={**RELEVANT, "q4": {"cho": 0}}))
    assert [each.id for each in read.questions] == ["q1", "q2"]
    assert read.skipped == 2


def test_judgements_of_documents_that_are_not_there_stay_and_are_counted(tmp_path: Path) -> None:
    read = read_set(beir_folder(tmp_path, relevant={"q1": {"cho": 1, "gone": 1}, "other": {"gone": 1}}))
    assert read.questions[0].relevant == {"cho": 1, "gone": 1}
    assert read.unknown == 1


@pytest.mark.parametrize(
    ("file", "lines", "told"),
    [
        ("corpus.jsonl", None, "cannot read .*corpus.jsonl .No such file"),
        ("queries.jsonl", None, "cannot read .*queries.jsonl"),
        ("qrels.tsv", None, "cannot read .*qrels.tsv"),
        ("corpus.jsonl", [], 'corpus.jsonl, line 1: not of the form {"_id"'),  # empty
        ("corpus.jsonl", ['{"_id": "a", "text": "x"}', "{broken"], "corpus.jsonl, line 2: not of the form"),
        ("corpus.jsonl", ['{"_id": "a", "text": null}'], "corpus.jsonl, line 1: not of the form"),
        ("corpus.jsonl", ['{"_id": "a", "text": "x"}'] * 2, "corpus.jsonl, line 2: the _id «a» was used above"),
        ("queries.jsonl", ['{"id": "q1", "text": "x"}'], 'queries.jsonl, line 1: .*{"_id": "q1"'),
        ("queries.jsonl", ['{"_id": "q9", "text": "x"}'], "no question has a relevant document"),
        ("qrels.tsv", ["q1\tcho\t1"], "qrels.tsv, line 1: .*query-id⇥corpus-id⇥score"),  # no header
        ("qrels.tsv", ["query-id\tcorpus-id\tscore", "q1 cho 1"], "qrels.tsv, line 2"),  # no tabs
        ("qrels.tsv", ["query-id\tcorpus-id\tscore", "q1\tcho\tyes"], "qrels.tsv, line 2"),
        ("qrels.tsv", ["query-id\tcorpus-id\tscore"] * 2, "qrels.tsv, line 2"),
        ("qrels.tsv", ["query-id\tcorpus-id\tscore", "q1\tcho\r1\t1\t"], "qrels.tsv, line 2"),
        ("qrels.tsv", ["query-id\tcorpus-id\tscore"], "no question has a relevant document"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, file: str, lines: list[str] | None, told: str
) -> None:
    path = beir_folder(tmp_path) / file
    path.unlink() if lines is None else write_lines(path, lines)
    with pytest.raises(InputError, match=told):
        read_set(tmp_path)


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    (beir_folder(tmp_path) / "queries.jsonl").write_bytes("Chợ".encode("utf-16"))
    with pytest.raises(InputError, match=r"queries.jsonl .*UTF-8"):
        read_set(tmp_path)


def test_no_folder_says_what_one_holds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such folder; .*corpus.jsonl, queries.jsonl, qrels.tsv"):
        read_set(tmp_path / "nowhere")


def test_the_same_questions_are_drawn_every_time() -> None:
    drawn = MANY.drawn(10)
    assert drawn == MANY.drawn(10)
    assert len({each.id for each in drawn.questions}) == 10
    assert MANY.drawn(None) == MANY.drawn(50) == MANY.drawn(51) == MANY


def test_marks_are_taken_off_questions_and_titles_off_documents() -> None:
    given = QuestionSet((Document("a", "Chợ", "Chợ Đồn"),), MANY.questions[:1])
    assert given.unmarked().questions[0].text == "Cho Don o dau?"
    assert given.unmarked().documents == given.documents
    assert given.without_titles().documents == (Document("a", "", "Chợ Đồn"),)
    assert given.without_titles().questions == given.questions


def test_equal_questions_have_one_digest_whatever_their_order_and_others_another() -> None:
    again = QuestionSet((), tuple(reversed(MANY.questions)))
    assert again.digest == MANY.digest
    assert MANY.unmarked().digest != MANY.digest != MANY.drawn(10).digest
