"""Receipts and gaps as people and programs read them."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from bot.answering.lock import Fault
from bot.answering.models import LlmOutcome, Status
from bot.receipts.gaps import Gap
from bot.receipts.models import KeptDecision, KeptHit, KeptRewriting, Receipt, Span
from bot.receipts.replay import Account, Explained
from bot.report import receipts as report
from config.errors import HomeError
from corpus.resolve import Verdict
from tests.factories import article

ONE = article("Chợ Sắt mở cửa lúc 5 giờ.", title="Chợ Sắt")
SPAN = Span(article=ONE.id, start=0, end=25)
HIT = KeptHit(article=ONE.id, start=0, end=25, score=0.75, lexical=3.25, dense=None)
DECISION = KeptDecision(passage=f"{ONE.id}:0-25", terms={"words": 15.0, "fit": 0.5}, enough=14.3)
KEPT = Account(Status.ANSWERED, None, (HIT,), DECISION, (SPAN,))
REFUSED = Account(Status.NOT_FOUND, Verdict.NOT_FOUND, (), None, ())
RECEIPT = Receipt(
    id="r1",
    moment=datetime(2026, 3, 5, 10, 30, tzinfo=UTC),
    generation="000007",
    status=Status.ANSWERED,
    elapsed_ms=12.3,
    question="Chợ Sắt mở cửa lúc nào?",
    masked=True,
)
GONE = HomeError("bản nạp 000007 không còn", "generation 000007 is gone")
SAME = Explained(RECEIPT, KEPT, KEPT, None, {ONE.id: ONE})
OTHER = Explained(RECEIPT, KEPT, REFUSED, None, {ONE.id: ONE})
UNREPLAYED = Explained(RECEIPT, KEPT, None, GONE, {})


def test_the_json_has_what_was_kept_and_what_the_replay_says():
    got = json.loads(json.dumps(report.explained_json(SAME, "vi")))
    assert list(got) == [
        "receipt", "moment", "question", "masked", "generation", "elapsed_ms", "status", "verdict", "hits", "decision",
        "citations", "llm", "replay", "not_replayed",
    ]  # fmt: skip
    assert got["hits"] == [
        {"rank": 1, "score": 0.75, "lexical": 3.25, "dense": None, "article_id": ONE.id, "title": "Chợ Sắt",
         "start": 0, "end": 25, "text": ONE.text}
    ]  # fmt: skip
    assert got["decision"] == {
        "passage": f"{ONE.id}:0-25", "terms": {"words": 15.0, "fit": 0.5}, "support": 15.5, "enough": 14.3,
        "answered": True,
    }  # fmt: skip
    assert got["citations"] == [
        {"n": 1, "article_id": ONE.id, "title": "Chợ Sắt", "start": 0, "end": 25, "quote": ONE.text}
    ]
    assert (got["replay"]["same"], got["replay"]["hits"], got["not_replayed"]) == (True, got["hits"], None)


def test_without_a_replay_the_json_says_why_and_has_no_words():
    got = report.explained_json(UNREPLAYED, "en")
    assert (got["replay"], got["not_replayed"]) == (None, "generation 000007 is gone")
    assert (got["citations"][0]["quote"], got["citations"][0]["title"]) == (None, None)
    assert report.explained_json(OTHER, "en")["replay"]["same"] is False


@pytest.mark.parametrize(
    ("explained", "language", "shown"),
    [
        (SAME, "vi", ["GIỐNG", "15.50 ≥ 14.3 (words 15.00 + fit 0.50)", "0.750 (từ 3.250 · nghĩa —)", "Chợ Sắt · "]),
        (SAME, "en", ["THE SAME", "personal data taken out", "(lexical 3.250 · dense —)"]),
        (OTHER, "vi", ["KHÁC", "not_found · not_found", "theo sổ văn bản", "đã lưu lúc đó:", "answered"]),
        (OTHER, "en", ["ANOTHER", "by the register of directives", "kept from then:"]),
        (UNREPLAYED, "vi", ["không trả lời lại được: bản nạp 000007 không còn", "bài không còn trong kho"]),
        (UNREPLAYED, "en", ["not replayed: generation 000007 is gone", "the article is not held any more"]),
    ],
)
def test_people_read_the_same_in_lines(explained: Explained, language: str, shown: list[str]):
    lines = "\n".join(report.explained_lines(explained, language))
    assert [words for words in shown if words not in lines] == []


def test_what_came_of_a_model_is_told():
    written = KeptRewriting(
        outcome=LlmOutcome.WRITTEN, claims=((1,), (1, 2)), faults=(Fault.FACTS, Fault.FACTS), quoted=(SPAN,)
    )
    kept = replace(KEPT, citations=(SPAN, SPAN), llm=written)
    explained = Explained(RECEIPT, kept, KEPT, None, {ONE.id: ONE})
    got = report.explained_json(explained, "en")
    assert got["llm"] == {"outcome": "written", "claims": [[1], [1, 2]], "dropped": ["facts", "facts"]}
    assert (got["replay"]["same"], got["replay"]["llm"]) == (True, None)
    lines = "\n".join(report.explained_lines(explained, "en"))
    assert "LLM: written · claims held by [1], [1][2] · claims dropped: facts 2" in lines
    busy = Explained(RECEIPT, replace(KEPT, llm=KeptRewriting(outcome=LlmOutcome.BUSY)), KEPT, None, {ONE.id: ONE})
    assert "LLM: busy\n" in "\n".join(report.explained_lines(busy, "vi"))


def test_where_the_replay_says_the_same_it_is_shown_once():
    assert "\n".join(report.explained_lines(SAME, "vi")).count("“Chợ Sắt mở cửa lúc 5 giờ.”") == 1


DAY = date(2026, 3, 5)
GAPS = report.Gaps(
    30,
    True,
    {DAY: 5},
    [
        Gap("=1+1 giá vé?", ("=1+1 giá vé?", "-gia ve"), 4, DAY, DAY, covered=True, nearest=("Xe buýt", "Vé tàu")),
        Gap("học phí?", ("học phí?",), 1, DAY, DAY),
    ],
)


def test_gaps_as_json():
    got = json.loads(json.dumps(report.gaps_json(GAPS)))
    assert (got["days"], got["total"], got["text"], got["by_day"]) == (
        30, 5, True, [{"day": "2026-03-05", "count": 5}]
    )  # fmt: skip
    assert got["questions"][0] == {
        "question": "=1+1 giá vé?", "count": 4, "first": "2026-03-05", "last": "2026-03-05", "covered": True,
        "nearest": ["Xe buýt", "Vé tàu"], "variants": ["=1+1 giá vé?", "-gia ve"],
    }  # fmt: skip
    assert got["questions"][1]["covered"] is None


def test_gaps_as_lines():
    shown = "\n".join(report.gaps_lines(GAPS, "vi"))
    assert "5 câu trong 30 ngày" in shown
    assert "   4×  05/03/2026  =1+1 giá vé?  ✓ nay đã trả lời được\n        gần: Xe buýt" in shown
    counted = "\n".join(report.gaps_lines(report.Gaps(30, False, {DAY: 5}, []), "en"))
    assert "set CHIDAO_GAPS__TEXT=true" in counted
    assert "05/03/2026  5" in counted


def test_gaps_as_a_table_hold_no_formula():
    file = StringIO()
    csv.writer(file).writerows(report.gaps_rows(GAPS))
    _, first, second = csv.reader(StringIO(file.getvalue()))
    assert first == [
        "'=1+1 giá vé?",
        "4",
        "2026-03-05",
        "2026-03-05",
        "yes",
        "Xe buýt | Vé tàu",
        "'=1+1 giá vé? | -gia ve",
    ]
    assert second[4] == ""
