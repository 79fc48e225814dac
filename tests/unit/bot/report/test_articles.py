"""Stored articles as JSON and as lines, in both languages."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.report import articles
from config.errors import InputError
from corpus.ingest import Ingested
from corpus.models import Attachment
from corpus.store import OlderVersion
from corpus.versions import Placed
from tests.factories import article

TEXT = "Sở Y tế thực hiện Quyết định số 3482/QĐ-UBND ngày 27/12/2018."
ARTICLE = article(TEXT)
FULL = replace(ARTICLE, issuer="Sở Y tế", attachments=(Attachment("Phụ lục.pdf", "https://x.vn/a.pdf"),))
OLDER = OlderVersion(article("Bản cũ.", published=None), datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
BAD = InputError("tệp trống", "the file is empty")
BOTH = pytest.mark.parametrize("language", ["vi", "en"])


def round_trip(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_an_article_in_short() -> None:
    assert round_trip(articles.summary_json(FULL)) == {
        "id": ARTICLE.id, "title": "Thành phố họp", "published": "2019-08-07T14:37:00+07:00", "source": "bai.txt",
        "issuer": "Sở Y tế", "characters": len(TEXT), "references": 1, "attachments": 1,
    }  # fmt: skip


def test_an_article_in_full() -> None:
    full = round_trip(articles.article_json(FULL, "c" * 16, [OLDER]))
    assert list(full) == [
        "id", "title", "published", "source", "issuer", "references", "attachments", "text", "superseded_by",
        "versions",
    ]  # fmt: skip
    [reference] = full["references"]
    assert list(reference) == ["text", "start", "end", "kind", "number", "date", "issuer", "relation"]
    assert reference["number"] == "3482/QĐ-UBND"
    assert TEXT[reference["start"] : reference["end"]] == reference["text"]
    assert full["attachments"] == [{"name": "Phụ lục.pdf", "url": "https://x.vn/a.pdf"}]
    assert full["superseded_by"] == "c" * 16
    assert full["versions"] == [
        {
            "id": OLDER.article.id, "title": "Thành phố họp", "published": None, "source": "bai.txt",
            "added": "2026-01-02T03:04:00+00:00",
        }
    ]  # fmt: skip


def test_an_article_without_a_date_has_null_and_a_dash() -> None:
    undated = article(TEXT, published=None)
    assert articles.summary_json(undated)["published"] is None
    assert re.fullmatch(rf"{undated.id}  +—  +Thành phố họp", articles.article_line(undated))
    assert articles.article_line(ARTICLE) == f"{ARTICLE.id}  07/08/2019  Thành phố họp"


@BOTH
def test_a_plain_article_for_people_is_its_line_its_source_its_text_and_its_directives(language: str) -> None:
    named = {"vi": "văn bản được nêu: 3482/QĐ-UBND", "en": "directives named: 3482/QĐ-UBND"}[language]
    lines = articles.article_lines(ARTICLE, None, [], language)
    assert lines == [articles.article_line(ARTICLE), "bai.txt", "", TEXT, "", named]
    assert articles.article_lines(article("Bài."), None, [], language)[1:] == ["bai.txt", "", "Bài."]


@BOTH
def test_issuer_versions_and_files_are_shown_where_there_are_any(language: str) -> None:
    lines = articles.article_lines(FULL, "c" * 16, [OLDER], language)
    words = {
        "vi": ("đã được thay bằng bài: ", "tệp đính kèm:", "các bản cũ:", "thêm "),
        "en": ("superseded by: ", "attachments:", "older versions:", "added "),
    }[language]
    assert lines[1:4] == ["bai.txt", "Sở Y tế", words[0] + "c" * 16]
    assert lines[lines.index(words[1]) + 1] == "  Phụ lục.pdf  https://x.vn/a.pdf"
    version = lines[lines.index(words[2]) + 1]
    assert version.startswith(f"  {OLDER.article.id}")
    moment = f"{OLDER.added.astimezone():%d/%m/%Y %H:%M}"
    assert version.endswith(f"({words[3]}{moment})")


def test_a_directive_named_twice_is_listed_once() -> None:
    twice = article(f"{TEXT} {TEXT}")
    assert articles.article_lines(twice, None, [], "en")[-1] == "directives named: 3482/QĐ-UBND"


# --------------------------------------------------------------------------------------------------------------- add


@pytest.mark.parametrize(
    ("language", "changes", "ends"),
    [
        ("vi", {"new": True}, f"({len(TEXT)} ký tự, 1 dẫn chiếu)"),
        ("en", {"new": True}, f"({len(TEXT)} characters, 1 references)"),
        ("vi", {}, "1 dẫn chiếu) (đã có)"),
        ("en", {}, "1 references) (stored before)"),
        ("vi", {"new": True, "placed": Placed(supersedes="old")}, "1 dẫn chiếu) (thay cho old)"),
        ("en", {"new": True, "placed": Placed(supersedes="old")}, "1 references) (takes the place of old)"),
        ("vi", {"new": True, "placed": Placed(version_of="now")}, "1 dẫn chiếu) (bản cũ của now)"),
        ("en", {"new": True, "placed": Placed(version_of="now")}, "1 references) (an older version of now)"),
        ("vi", {"taken_back": True}, "Thành phố họp (đã gỡ; muốn thêm lại, nêu đích danh)"),
        ("en", {"taken_back": True}, "Thành phố họp (taken back before; name it to add it again)"),
    ],
)
def test_what_became_of_an_input_in_a_line(language: str, changes: dict[str, Any], ends: str) -> None:
    line = articles.ingested_line(Ingested("bai.txt", ARTICLE, **changes), language)
    sign = "–" if changes.get("taken_back") else "✓"
    assert line.startswith(f"{sign} bai.txt: {ARTICLE.id}")
    assert line.endswith(ends)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"new": True}, {"new": True}),
        ({}, {}),
        ({"new": True, "placed": Placed(supersedes="old")}, {"new": True, "supersedes": "old"}),
        ({"new": True, "placed": Placed(version_of="now")}, {"new": True, "version_of": "now"}),
        ({"taken_back": True}, {"taken_back": True}),
    ],
)
def test_what_became_of_an_input_as_json(changes: dict[str, Any], said: dict[str, Any]) -> None:
    got = round_trip(articles.ingested_json(Ingested("bai.txt", ARTICLE, **changes), "vi"))
    nothing = {"new": False, "supersedes": None, "version_of": None, "taken_back": False}
    assert got == {"input": "bai.txt", **articles.summary_json(ARTICLE), **nothing, **said}


@pytest.mark.parametrize(("language", "why"), [("vi", "tệp trống"), ("en", "the file is empty")])
def test_a_bad_input_is_named_with_the_reason(language: str, why: str) -> None:
    failed = Ingested("x.txt", error=BAD)
    assert articles.ingested_line(failed, language) == f"✗ x.txt: {why}"
    assert articles.ingested_json(failed, language) == {"input": "x.txt", "error": why}
