"""The teacher's table: whose vector is whose, and which neighbours are hard negatives."""

from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.hits import Role, Vectors
from retrieval.training.lessons import Lesson
from retrieval.training.teacher import NEAR, consult, neighbours


class ByNumber:
    """Texts are numbers, which turn a vector away from the first axis; documents are a little further on."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        angles = np.array([float(text) for text in texts]) + (0.05 if role == "document" else 0.0)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture
def lessons() -> list[Lesson]:
    texts = [f"{number * 0.3:.1f}" for number in range(10)]
    return [*(Lesson(text, "query", answer=text) for text in texts), Lesson("1.0", "document"), Lesson("9", "query")]


def test_each_lesson_has_its_own_vector_and_that_of_its_answer(lessons):
    table = consult(ByNumber(), lessons)
    for row, lesson in enumerate(lessons):
        assert table.targets[row] == pytest.approx(ByNumber().encode([lesson.text], lesson.role)[0])
    assert table.answer.tolist() == [*range(10), -1, -1]
    assert table.answers[3] == pytest.approx(ByNumber().encode(["0.9"], "document")[0])


def test_hard_negatives_are_the_nearest_that_say_something_else(lessons):
    """cos 0.3 is 0.955, just another meaning; cos 0.2 would be 0.98, the same."""
    table = consult(ByNumber(), lessons)
    assert table.near.shape == (len(lessons), NEAR)
    assert table.near[0][:2].tolist() == [1, 2]
    assert all(row not in table.near[row] for row in range(len(lessons)))
    assert table.wrong[0][0] == 1


def test_what_says_the_same_as_the_right_one_is_no_negative():
    vectors = ByNumber().encode([str(number) for number in (0, 0.01, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)], "query")
    assert 1 not in neighbours(vectors[:1], vectors, vectors[:1])[0]
