"""The main job, end to end: a printed page is added, reloaded and asked about by the command line.

`tests/data/printed-page.txt` has the frame and the quirks of a page as a portal prints it, in our own words about a
city that does not exist; the page the product starts from is replayed too where it lies beside the repository.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.answering.understand import Question, read_question
from corpus.syllables import without_marks
from tests.homes import ROOT, run_chidao

PAGE = ROOT / "tests" / "data" / "printed-page.txt"
SEED = ROOT.parent / "shared" / "seed"
QUESTIONS = ROOT / "tests" / "eval"


@dataclass(frozen=True)
class Replay:
    """A page in a home of its own, and what was asked of it with what came back."""

    article: dict[str, Any]
    pairs: list[tuple[dict[str, Any], dict[str, Any]]]

    def right(self) -> list[str]:
        return [
            asked["_id"]
            for asked, got in self.pairs
            if (fact := asked["answer_contains"]) and any(fact in citation["quote"] for citation in got["citations"])
        ]

    def answered_without_answer(self) -> list[str]:
        return [asked["_id"] for asked, got in self.pairs if not asked["answer_contains"] and got["citations"]]


def replay(home: Path, pages: Path, questions: Path) -> Replay:
    """Adds, reloads and asks in processes of their own, with the encoder that comes along."""
    added = json.loads(output(home, "add", str(pages), "--json"))
    assert json.loads(output(home, "reload", "--json"))["articles"] == 1
    shown = json.loads(output(home, "show", added["id"], "--json"))
    got = [json.loads(line) for line in output(home, "ask", "--batch", str(questions)).splitlines()]
    return Replay(shown, list(zip(rows_of(questions), got, strict=True)))


def output(home: Path, *arguments: str) -> str:
    done = run_chidao(home, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay(tmp_path_factory.mktemp("page") / "data", PAGE, QUESTIONS / "golden_page.jsonl")


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    if not list(SEED.glob("*.txt")):
        pytest.skip(f"the page the product starts from is not here ({SEED})")
    return replay(tmp_path_factory.mktemp("seed") / "data", SEED, QUESTIONS / "golden_seed.jsonl")


@pytest.fixture(scope="module")
def seed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not list(SEED.glob("*.txt")):
        pytest.skip(f"the page the product starts from is not here ({SEED})")
    home = tmp_path_factory.mktemp("seed") / "data"
    output(home, "add", str(SEED), "--json")
    output(home, "reload", "--json")
    return home


@pytest.fixture(params=["page", "seed"])
def either(request: pytest.FixtureRequest) -> Replay:
    replayed: Replay = request.getfixturevalue(request.param)
    return replayed


def test_every_citation_slices_back_to_its_quote(either: Replay) -> None:
    for _, got in either.pairs:
        for citation in got["citations"]:
            assert citation["article_id"] == either.article["id"]
            assert either.article["text"][citation["start"] : citation["end"]] == citation["quote"] != ""


def test_every_fact_asked_for_stands_in_the_stored_text(either: Replay) -> None:
    facts = [asked["answer_contains"] for asked, _ in either.pairs if asked["answer_contains"]]
    assert [fact for fact in facts if fact not in either.article["text"]] == []


def test_the_questions_about_our_page_are_answered_rightly(page: Replay) -> None:
    assert len(page.right()) >= 10, page.right()  # of 14


def test_what_our_page_does_not_say_is_refused(page: Replay) -> None:
    assert len(page.answered_without_answer()) <= 1, page.answered_without_answer()  # of 6


def test_the_questions_about_the_starting_page_are_answered_rightly(seed: Replay) -> None:
    assert len(seed.right()) >= 9, seed.right()  # of 12


def test_what_the_starting_page_does_not_say_is_refused(seed: Replay) -> None:
    assert len(seed.answered_without_answer()) <= 1, seed.answered_without_answer()  # of 4


@pytest.mark.parametrize("typed", [str, lambda text: without_marks(text.lower())], ids=["marked", "unmarked"])
def test_every_kind_of_question_about_the_starting_page_is_answered_rightly_or_refused(tmp_path, seed_home, typed):
    asked = rows_of(QUESTIONS / "seed_questions.jsonl")
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(json.dumps({**each, "text": typed(each["text"])}) for each in asked), "utf-8")
    got = [json.loads(line) for line in output(seed_home, "ask", "--batch", str(batch)).splitlines()]
    shown = [" ".join(citation["quote"] for citation in each["citations"]) for each in got]
    wrong = [
        each["text"]
        for each, answer, quotes in zip(asked, got, shown, strict=True)
        if answer["status"] == "answered" and (each["answer_contains"] or "\0") not in quotes
    ]
    refused = [
        each["text"] for each, quotes in zip(asked, shown, strict=True) if each["answer_contains"] and not quotes
    ]
    assert wrong == []
    assert len(refused) <= 1, refused  # of 20


def test_our_page_keeps_its_words_and_loses_its_frame(page: Replay) -> None:
    raw = PAGE.read_text(encoding="utf-8")
    body = raw[raw.index("\n") : raw.index("Tiện ích thông tin")]
    assert "\u00a0" in body
    assert page.article["text"] == body.replace("\u00a0", " ").strip()
    assert "kiẻm tra" in page.article["text"]  # misspelt in print, quoted as printed
    assert "Trần Khánh Toan " in page.article["text"]  # one man, two spellings
    assert "Trần Khánh Toàn," in page.article["text"]
    assert page.article["title"] == raw.partition("QR CODE: ")[2].partition("\n")[0]
    assert page.article["published"] == "2021-11-23T16:05:00+07:00"
    assert [reference["number"] for reference in page.article["references"]] == ["4711/QĐ-UBND", "88-NQ/TU"]


def test_half_of_the_questions_about_our_page_are_typed_without_marks(page: Replay) -> None:
    for answerable, of in ((True, 14), (False, 6)):
        read = [read_question(a["text"]) for a, _ in page.pairs if bool(a["answer_contains"]) == answerable]
        assert len(read) == of
        assert sum(isinstance(question, Question) and question.marked for question in read) == of // 2
