"""The order of the texts: every lesson as often as any other, like lengths together, repeatable."""

import random
from collections import Counter

from retrieval.training.examples import BATCH, PROMPTS, examples
from retrieval.training.lessons import Lesson

LESSONS = [Lesson("Thủ tục " + "rất " * (number % 30) + f"dài {number}") for number in range(300)]
PASSAGE = Lesson("Ủy ban nhân dân thành phố không thu phí.", "document")


def made(count: int) -> list[dict[str, object]]:
    return examples([*LESSONS, PASSAGE], count, random.Random(1))


def test_every_lesson_comes_as_often_as_any_other():
    uses = Counter(example["label"] for example in made(1000))
    assert len(uses) == len(LESSONS) + 1
    assert set(uses.values()) == {3, 4}


def test_a_passage_stays_as_written_and_questions_do_not():
    rows = made(3010)
    assert {row["text"] for row in rows if row["label"] == len(LESSONS)} == {PROMPTS["document"] + PASSAGE.text}
    assert len({row["text"] for row in rows if row["label"] == 7}) > 3


def test_texts_of_like_length_share_a_batch():
    lengths = [len(str(row["text"])) for row in made(16 * BATCH)]
    batches = [lengths[at : at + BATCH] for at in range(0, len(lengths), BATCH)]
    assert max(max(batch) - min(batch) for batch in batches) < (max(lengths) - min(lengths)) / 4
    assert batches != sorted(batches)  # but short ones do not all come first


def test_the_same_chance_makes_the_same():
    assert made(200) == made(200)
