"""What the encoder learns from: short, each text once, nothing of the sets that are measured."""

import json
import random
from pathlib import Path

import pytest

from retrieval.training.lessons import LONGEST_ANSWER, LONGEST_QUESTION, MEASURED, NEWS, Lesson, Sizes, read_lessons
from tests.unit.retrieval.training.material import LEAD, save

SHARED = Path(__file__).parents[5] / "shared"
SIZES = Sizes(headlines=4, sentences=3, fragments=5, passages=4)


def read(material: Path, seed: int = 1) -> list[Lesson]:
    return read_lessons(material, SIZES, random.Random(seed))


def test_a_headline_has_its_lead_for_answer_administrative_ones_first(material):
    lesson = next(lesson for lesson in read(material) if lesson.text == "UBND phường họp về việc cấp nước")
    assert lesson == Lesson(lesson.text, "query", LEAD)


def test_a_heading_has_its_article_unless_others_have_the_same(material):
    texts = {lesson.text: lesson.answer for lesson in read(material)}
    assert LEAD.startswith((texts["Trình tự khiếu nại"] or "")[:50])
    assert "Phạm vi điều chỉnh" not in texts


def test_a_procedure_is_asked_about(material):
    texts = {lesson.text: lesson.answer for lesson in read(material)}
    assert texts["thủ tục cấp nước cần giấy tờ gì?"] == texts["Thủ tục cấp nước"] == "THỦ TỤC: cấp nước MÃ: 1"


def test_lessons_are_short_and_come_once(material):
    lessons = read(material)
    assert len({(lesson.text, lesson.role) for lesson in lessons}) == len(lessons)
    assert all(len(lesson.text) <= LONGEST_QUESTION for lesson in lessons if lesson.role == "query")
    assert all(len(lesson.answer or "") <= LONGEST_ANSWER for lesson in lessons)
    assert sum(lesson.role == "document" for lesson in lessons) > 1


def test_a_question_of_a_measured_set_is_left_out_however_it_is_typed(material):
    asked = next(lesson.text for lesson in read(material) if lesson.text.startswith("Câu hỏi của"))
    save(material / "data" / MEASURED[0] / "queries.jsonl", [{"text": asked.upper().rstrip("?")}])
    assert asked not in {lesson.text for lesson in read(material)}


def test_the_same_chance_reads_the_same(material):
    assert read(material) == read(material)
    assert read(material) != read(material, seed=2)


@pytest.mark.skipif(not (SHARED / NEWS).is_file(), reason=f"the material is not at {SHARED}")
def test_the_real_material_holds_no_question_of_a_measured_set():
    lessons = read_lessons(SHARED, Sizes(headlines=200, sentences=100, fragments=100, passages=100), random.Random(1))
    asked = {lesson.text.casefold() for lesson in lessons}
    assert len(asked) > 9000
    for name in MEASURED:
        lines = (SHARED / "data" / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        assert not asked & {json.loads(line)["text"].casefold() for line in lines}
