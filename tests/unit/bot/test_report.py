"""What commands print: the JSON other programs rely on, and the lines for people in both languages."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import report
from bot.answering.models import Answer, Citation, Status
from bot.answering.understand import Unusable
from bot.messages import ENGLISH, VIETNAMESE
from config.errors import InputError
from corpus.generation import Home
from corpus.ingest import Ingested
from retrieval.build import ReloadReport
from tests.factories import article, manifest, publish

TEXT = "Sở Y tế thực hiện Quyết định số 3482/QĐ-UBND ngày 27/12/2018."
ARTICLE = article(TEXT)
BAD = InputError("tệp trống", "the file is empty")
ANSWER_KEYS = ["question", "status", "text", "citations", "generation", "receipt", "elapsed_ms"]


def round_trip(value: Any) -> Any:
    return json.loads(json.dumps(value))


RELOADED = ReloadReport(
    generation="000002", new=True, articles=2, passages=5, encoded=3, added=(("a1", "Chợ Sắt"),),
    removed=(("b2", "Cầu Rào"),), seconds=1.234,
)  # fmt: skip


def test_an_answer_carries_its_quotes_and_where_they_stand() -> None:
    cited = Citation(1, "a1", "Chợ Sắt", "bai.txt", datetime(2019, 8, 7, tzinfo=UTC), 3, 6, "Mở.")
    undated = Citation(2, "a1", "Chợ Sắt", "bai.txt", None, 7, 12, "Đóng.")
    answer = Answer("mấy giờ?", Status.ANSWERED, (cited, undated), "000001", "r1", 12.345)
    got = round_trip(report.answer_json(answer, VIETNAMESE, "1022"))
    assert list(got) == ANSWER_KEYS
    assert (got["status"], got["text"], got["elapsed_ms"]) == ("answered", "Mở.\nĐóng.", 12.3)
    assert got["citations"][0] == {
        "n": 1, "article_id": "a1", "title": "Chợ Sắt", "source": "bai.txt", "published": "2019-08-07T00:00:00+00:00",
        "start": 3, "end": 6, "quote": "Mở.",
    }  # fmt: skip
    assert got["citations"][1]["published"] is None


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0), ENGLISH.not_found.format(contact="1022")),
        (Answer("", Status.OUT_OF_SCOPE, (), "000001", "r", 1.0, unusable=Unusable.EMPTY), ENGLISH.empty),
    ],
)
def test_no_answer_has_the_same_form_with_a_text_that_says_so(answer: Answer, text: str) -> None:
    got = report.answer_json(answer, ENGLISH, "1022")
    assert list(got) == ANSWER_KEYS
    assert (got["text"], got["citations"]) == (text, [])


def test_where_nothing_could_be_looked_for_the_form_is_the_same() -> None:
    got = round_trip(report.unavailable_json("?", VIETNAMESE, "Tổng đài 1022"))
    assert list(got) == ANSWER_KEYS
    assert (got["status"], got["citations"], got["generation"], got["receipt"]) == ("unavailable", [], None, None)
    assert "Tổng đài 1022" in got["text"]


def test_an_article_in_short_and_in_full() -> None:
    short, full = round_trip(report.summary_json(ARTICLE)), round_trip(report.article_json(ARTICLE))
    assert short == {
        "id": ARTICLE.id, "title": "Thành phố họp", "published": "2019-08-07T14:37:00+07:00", "source": "bai.txt",
        "characters": len(TEXT), "references": 1,
    }  # fmt: skip
    assert list(full) == ["id", "title", "published", "source", "references", "text"]
    [reference] = full["references"]
    assert list(reference) == ["text", "start", "end", "kind", "number", "date"]
    assert reference["number"] == "3482/QĐ-UBND"
    assert TEXT[reference["start"] : reference["end"]] == reference["text"]


def test_an_article_without_a_date_has_null_and_a_dash() -> None:
    undated = article(TEXT, published=None)
    assert report.summary_json(undated)["published"] is None
    assert re.fullmatch(rf"{undated.id}  +—  +Thành phố họp", report.article_line(undated))
    assert report.article_line(ARTICLE) == f"{ARTICLE.id}  07/08/2019  Thành phố họp"


@pytest.mark.parametrize(
    ("language", "new", "ends"),
    [
        ("vi", True, f"({len(TEXT)} ký tự, 1 dẫn chiếu)"),
        ("vi", False, "1 dẫn chiếu) (đã có)"),
        ("en", True, f"({len(TEXT)} characters, 1 references)"),
        ("en", False, "1 references) (stored before)"),
    ],
)
def test_what_was_added_in_a_line(language: str, new: bool, ends: str) -> None:
    added = Ingested("bai.txt", ARTICLE, new=new)
    line = report.ingested_line(added, language)
    assert line.startswith(f"✓ bai.txt: {ARTICLE.id}")
    assert line.endswith(ends)
    got = round_trip(report.ingested_json(added, language))
    assert got == {"input": "bai.txt", **report.summary_json(ARTICLE), "new": new}


@pytest.mark.parametrize(("language", "why"), [("vi", "tệp trống"), ("en", "the file is empty")])
def test_a_bad_input_is_named_with_the_reason(language: str, why: str) -> None:
    failed = Ingested("x.txt", error=BAD)
    assert report.ingested_line(failed, language) == f"✗ x.txt: {why}"
    assert report.ingested_json(failed, language) == {"input": "x.txt", "error": why}


def test_a_reload_as_json() -> None:
    assert round_trip(report.reload_json(RELOADED)) == {
        "generation": "000002", "new": True, "articles": 2, "passages": 5, "encoded": 3,
        "added": [{"id": "a1", "title": "Chợ Sắt"}], "changed": [], "removed": [{"id": "b2", "title": "Cầu Rào"}],
        "seconds": 1.23,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "new", "last"),
    [
        ("vi", True, "đang dùng bản 000002: 2 bài, 5 đoạn, mã hoá 3, 1.2 s"),
        ("vi", False, "không có gì đổi; vẫn dùng 000002: 2 bài, 5 đoạn, mã hoá 3, 1.2 s"),
        ("en", True, "generation 000002 is in use: 2 articles, 5 passages, 3 encoded, 1.2 s"),
        ("en", False, "no change; 000002 stays: 2 articles, 5 passages, 3 encoded, 1.2 s"),
    ],
)
def test_a_reload_in_lines(language: str, new: bool, last: str) -> None:
    assert report.reload_lines(replace(RELOADED, new=new), language) == ["+ Chợ Sắt", "- Cầu Rào", last]


def test_the_state_of_an_empty_home(tmp_path: Path) -> None:
    state = round_trip(report.status_json(Home(tmp_path), 0, None, None))
    assert state == {
        "home": str(tmp_path), "stored": 0, "generation": None, "articles": 0, "passages": 0, "model": None,
        "created": None, "current": None, "generations": [],
    }  # fmt: skip
    for language, advice in (("vi", "chưa có: chidao reload"), ("en", "none yet: chidao reload")):
        lines = report.status_lines(state, language)
        assert any(line.endswith(advice) for line in lines)
        assert len(lines) == 5


@pytest.mark.parametrize(("language", "counts"), [("vi", "1 bài, 1 đoạn"), ("en", "1 articles, 1 passages")])
def test_the_state_of_a_home_that_serves(tmp_path: Path, language: str, counts: str) -> None:
    home = Home(tmp_path)
    publish(home)
    state = round_trip(report.status_json(home, 1, manifest(), "000001"))
    assert (state["generation"], state["current"], state["generations"]) == ("000001", "000001", ["000001"])
    assert (state["model"], state["created"]) == ("vi", "2026-01-01T00:00:00+00:00")
    lines = report.status_lines(state, language)
    assert len({line.index(line.split("  ")[-1].strip()) for line in lines}) == 1, "values stand in one column"
    [served] = [line for line in lines if counts in line]
    assert "000001" in served
