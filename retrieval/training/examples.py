"""The texts in the order in which the student gets them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from retrieval.hits import Role
from retrieval.training.lessons import Lesson
from retrieval.training.typed import as_typed

PROMPTS: dict[Role, str] = {"query": "query: ", "document": "passage: "}  # E5's, as its authors trained it
BATCH = 64
SORTED_TOGETHER = 16  # batches: within so many, texts of like length share one: little padding


def examples(lessons: Sequence[Lesson], count: int, chance: random.Random) -> list[dict[str, Any]]:
    """So many texts, batch after batch, each with the row of its lesson.

    Every lesson comes as often as any other, give or take one, each time typed in another way.
    """
    rows: list[int] = []
    while len(rows) < count:
        rows += chance.sample(range(len(lessons)), len(lessons))
    made: list[dict[str, Any]] = [{"text": _asked(lessons[row], chance), "label": row} for row in rows[:count]]
    stretch = SORTED_TOGETHER * BATCH
    batches = []
    for start in range(0, count, stretch):
        by_length = sorted(made[start : start + stretch], key=lambda example: len(example["text"]))
        here = [by_length[at : at + BATCH] for at in range(0, len(by_length), BATCH)]
        chance.shuffle(here)
        batches += here
    return [example for batch in batches for example in batch]


def _asked(lesson: Lesson, chance: random.Random) -> str:
    """A question as typed; a passage as written, since articles have their marks."""
    return PROMPTS[lesson.role] + (as_typed(lesson.text, chance) if lesson.role == "query" else lesson.text)
