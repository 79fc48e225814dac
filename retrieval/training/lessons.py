"""What the encoder learns from: short texts with their role, some with a passage that answers them.

Short, because what training costs goes with the number of tokens. None of it is taken from a set that the model card
gives figures of, and what equals one of their questions is left out.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.clean import normalise
from retrieval.hits import Role
from retrieval.training.typed import without_marks

NEWS = "train/news_passages.jsonl.gz"
QUESTIONS = ("data/legal_questions_only/bkai_questions.jsonl", "data/legal_questions_only/vlsp2025_questions.jsonl")
ARTICLES = "data/phapdien_admin/corpus.jsonl"
PROCEDURES = "data/tthc_mod/corpus.jsonl"
# Sets that figures are given of: a text that is also one of their questions is left out here. The second step learns
# from the judgements of some of them (judged.py), the others stay unseen.
MEASURED = (
    "xquad_vi",
    "viquad_test",
    "uit_wiki_qa",
    "uit_regulation_qa",
    "portal_daknong_dev",
    "landlaw_qa",
    "alqac_law",
)

LONGEST_QUESTION = 125  # characters; about 40 tokens without marks
LONGEST_ANSWER = 220  # about 55 tokens
ADMINISTRATIVE = re.compile(
    r"UBND|HĐND|[Ủủ]y ban|[Uu]ỷ ban|[Qq]uyết định|[Nn]ghị định|[Nn]ghị quyết|[Tt]hủ tục|[Hh]ồ sơ|[Cc]ấp phép|"
    r"[Gg]iấy phép|[Ll]ệ phí|[Hh]ọc phí|[Bb]ảo hiểm|[Qq]uy hoạch|[Cc]hủ tịch|[Cc]ông an|[Qq]uy định|[Xx]ử phạt|"
    r"[Hh]ộ khẩu|[Tt]hành phố"
)
ABOUT_PROCEDURES = ("{} cần giấy tờ gì?", "{} nộp hồ sơ ở đâu?", "{} mất bao lâu?", "Lệ phí {} là bao nhiêu?")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text as it should be read; `answer` is a passage that belongs to it."""

    text: str
    role: Role = "query"
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many lessons of each kind, at most."""

    headlines: int = 6000
    sentences: int = 2500
    fragments: int = 2500
    passages: int = 3000


def read_lessons(material: Path, sizes: Sizes, chance: random.Random) -> list[Lesson]:
    """The lessons of a folder laid out as shared/ is, each text once, in an order drawn by chance."""
    news = _news(material / NEWS)
    headlines = _some(news, sizes.headlines, chance)
    questions = [line["text"] for file in QUESTIONS for line in _lines(material / file)]
    lessons = [
        *(Lesson(q) for q in questions if len(q) <= LONGEST_QUESTION),
        *(Lesson(row["title"], answer=_cut(row["lead"])) for row in headlines),
        *(Lesson(text) for text in _some(_sentences(news, chance), sizes.sentences, chance)),
        *(Lesson(text) for text in _fragments(questions, sizes.fragments, chance)),
        *_articles(material / ARTICLES),
        *_procedures(material / PROCEDURES),
        *(Lesson(text, "document") for text in _some(_passages(news, material), sizes.passages, chance)),
    ]
    kept = list(_without(lessons, _questions_of_unseen(material)))
    chance.shuffle(kept)
    return kept


def _news(path: Path) -> list[dict[str, Any]]:
    """Articles whose title is of a question's length, those of administrative matters first."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if 15 <= len(row["title"]) <= LONGEST_QUESTION and len(row["lead"]) > 40]
    return sorted(rows, key=lambda row: not ADMINISTRATIVE.search(row["title"]))


def _some(items: list[Any], count: int, chance: random.Random) -> list[Any]:
    """Half of them the first, half drawn from the others."""
    first, others = items[: count // 2], items[count // 2 :]
    return first + chance.sample(others, min(count - len(first), len(others)))


def _sentences(news: list[dict[str, Any]], chance: random.Random) -> list[str]:
    drawn = chance.sample(news, min(3000, len(news)))
    parts = (part for row in drawn for passage in row["passages"][:2] for part in re.split(r"(?<=[.!?])\s+", passage))
    return [part for part in parts if 25 <= len(part) <= LONGEST_QUESTION and part[0].isupper() and part[-1] in ".!?"]


def _fragments(texts: list[str], count: int, chance: random.Random) -> Iterator[str]:
    """Two to eight neighbouring words, as a hurried question has them."""
    for text in chance.choices(texts, k=count):
        words = text.rstrip(" ?.").split()
        length = chance.randint(2, 8)
        start = chance.randint(0, max(0, len(words) - length))
        yield " ".join(words[start : start + length])


def _articles(path: Path) -> Iterator[Lesson]:
    """Headings of law articles that only one article has, with the opening of its text."""
    lines = _lines(path)
    uses = Counter(line["title"] for line in lines)
    for line in lines:
        _, _, text = line["text"].partition("\n")
        if uses[line["title"]] == 1 and len(line["title"]) <= LONGEST_QUESTION and len(text) > 40:
            yield Lesson(line["title"], answer=_cut(text))


def _procedures(path: Path) -> Iterator[Lesson]:
    """Names of procedures and questions about them, with the head of the procedure's sheet."""
    for line in _lines(path):
        name = line["title"]
        sheet = _cut(line["text"])
        if len(name) <= LONGEST_QUESTION:
            yield Lesson(name, answer=sheet)
            for question in ABOUT_PROCEDURES:
                yield Lesson(question.format(name[:1].lower() + name[1:]), answer=sheet)


def _passages(news: list[dict[str, Any]], material: Path) -> list[str]:
    """Texts of the document side, law first, at most as long as an answer."""
    law = [line["text"].partition("\n")[2] for line in _lines(material / ARTICLES)]
    told = [text for row in news for text in (row["lead"], *row["passages"][:1])]
    return [_cut(text) for text in law + told if len(text) > 60]


def _cut(text: str) -> str:
    """The first words of a text."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_ANSWER else text[:LONGEST_ANSWER].rpartition(" ")[0]


def _questions_of_unseen(material: Path) -> set[str]:
    files = (material / "data" / name / "queries.jsonl" for name in MEASURED)
    return {_bare(line["text"]) for file in files for line in _lines(file)}


def _without(lessons: Iterable[Lesson], unseen: set[str]) -> Iterator[Lesson]:
    """Each text of a role once, none that is in `unseen`."""
    had = set()
    for lesson in lessons:
        text = normalise(lesson.text).strip()
        key = (lesson.role, _bare(text))
        if text and key not in had and key[1] not in unseen:
            had.add(key)
            yield Lesson(text, lesson.role, lesson.answer and normalise(lesson.answer))


def _bare(text: str) -> str:
    """What two spellings of one question share."""
    return " ".join(re.findall(r"\w+", without_marks(text).lower()))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
