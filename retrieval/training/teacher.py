"""What the teacher, the start model, made of every lesson: the vectors to come near to, and those to stay away from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.hits import Encoder, Role, Vectors
from retrieval.training.lessons import Lesson

NEAR = 6  # hard negatives of a lesson
SAME = 0.965  # cosine from which two texts say the same: the teacher's vectors of unlike texts lie around 0.80
BLOCK = 1000

Rows = NDArray[np.int64]
_ROLES: tuple[Role, ...] = ("query", "document")


@dataclass(frozen=True, slots=True)
class Table:
    """The teacher's vectors, and for every lesson the rows of its neighbours.

    `answer[i]` is the row of lesson i's answer in `answers`, -1 where it has none. `near[i]` are rows of `targets`,
    `wrong[i]` rows of `answers`: hard negatives, nearest first, without what says the same.
    """

    targets: Vectors
    near: Rows
    answers: Vectors
    answer: Rows
    wrong: Rows


def consult(teacher: Encoder, lessons: Sequence[Lesson]) -> Table:
    """Asks the teacher once for every text as it stands written, and mines the hard negatives in what it says."""
    targets = _targets(teacher, lessons)
    passages = list(dict.fromkeys(lesson.answer for lesson in lessons if lesson.answer))
    row_of = {passage: row for row, passage in enumerate(passages)}
    answers = teacher.encode(passages, "document")
    answer = np.array([row_of[lesson.answer] if lesson.answer else -1 for lesson in lessons])
    return Table(
        targets,
        neighbours(targets, targets, targets),
        answers,
        answer,
        neighbours(targets, answers, answers[answer]),
    )


def _targets(teacher: Encoder, lessons: Sequence[Lesson]) -> Vectors:
    roles = np.array([lesson.role for lesson in lessons])
    vectors = {
        role: teacher.encode([lesson.text for lesson in lessons if lesson.role == role], role) for role in _ROLES
    }
    targets = np.empty((len(lessons), next(iter(vectors.values())).shape[1]), dtype=np.float32)
    for role, found in vectors.items():
        targets[roles == role] = found
    return targets


def neighbours(asking: Vectors, among: Vectors, right: Vectors) -> Rows:
    """For each row of `asking` the nearest rows `among`, but none that says the same as that row of `right`."""
    found = np.empty((len(asking), NEAR), dtype=np.int64)
    for start in range(0, len(asking), BLOCK):
        rows = slice(start, start + BLOCK)
        scores = asking[rows] @ among.T
        scores[right[rows] @ among.T >= SAME] = -1
        nearest = np.argpartition(-scores, NEAR, axis=1)[:, :NEAR]
        order = np.argsort(-np.take_along_axis(scores, nearest, axis=1), axis=1)
        found[rows] = np.take_along_axis(nearest, order, axis=1)
    return found
