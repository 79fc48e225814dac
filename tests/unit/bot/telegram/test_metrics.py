"""What is shown to Prometheus of what was observed."""

from __future__ import annotations

import math

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answering.models import LlmOutcome
from bot.answering.work import Work
from bot.telegram.metrics import Metrics
from bot.telegram.observing import Affairs, Asked

WELL = Affairs(0, "000001", 19, 129, ())


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(["message", "inline_query"])


def shown(metrics: Metrics, name: str, affairs: Affairs = WELL) -> dict[str, float]:
    """The samples of a name, by the values of their labels."""
    families = text_string_to_metric_families(metrics.page(affairs).decode())
    found = (each for family in families for each in family.samples if each.name == f"chidao_{name}")
    return {" ".join(each.labels.values()): each.value for each in found}


def test_what_has_not_happened_yet_is_shown_as_none(metrics: Metrics) -> None:
    assert set(shown(metrics, "questions_total").values()) == {0}
    assert shown(metrics, "opinions_total") == {"right": 0, "wrong": 0}
    assert set(shown(metrics, "llm_requests_total")) == {each.value for each in LlmOutcome}
    assert shown(metrics, "answer_seconds_count") == {"": 0}


def test_what_a_model_did_is_counted_with_its_tokens(metrics: Metrics) -> None:
    for outcome, tokens in (("written", 120), ("locked", 80), ("slow", 0)):
        metrics.asked(Asked("chat", "answered", 1.0, {"rewrite": 0.9}, Work({}, 3, outcome, tokens)))
    counted = shown(metrics, "llm_requests_total")
    assert (counted["written"], counted["locked"], counted["slow"], counted["broken"]) == (1, 1, 1, 0)
    assert shown(metrics, "llm_tokens_total") == {"": 200}
    assert shown(metrics, "stage_seconds_count")["rewrite"] == 3


def test_only_what_was_sent_in_a_chat_has_the_seconds_of_an_answer(metrics: Metrics) -> None:
    metrics.asked(Asked("chat", "not_found", 0.3, {"search": 0.1, "send": 0.2}))
    metrics.asked(Asked("chat", "failed", 0.3))
    metrics.asked(Asked("inline", "answered", 0.1, {"search": 0.1}))
    assert shown(metrics, "answer_seconds_count") == {"": 1}
    assert shown(metrics, "stage_seconds_count")["search"] == 2


@pytest.mark.parametrize("strange", ["Nguyễn Thị Bí Mật", "0912345678", ""])
def test_a_word_of_no_set_becomes_no_label(metrics: Metrics, strange: str) -> None:
    metrics.received(strange)
    metrics.called(strange, "sent")
    metrics.called_again(strange)
    metrics.asked(Asked("chat", strange, 1.0, {strange: 1.0}))
    page = metrics.page(WELL).decode()
    assert f'"{strange}"' not in page
    assert shown(metrics, "updates_received_total")["other"] == 1
    assert shown(metrics, "telegram_calls_total")["other sent"] == 1


def test_a_generation_gives_way_to_the_next(metrics: Metrics) -> None:
    assert shown(metrics, "generation_info") == {"000001": 1}
    assert shown(metrics, "generation_info", Affairs(0, "000002", 20, 130, ())) == {"000002": 1}
    assert shown(metrics, "generation_info", Affairs(0, "", 0, 0, ("generation",))) == {}


def test_what_is_not_known_is_no_number(metrics: Metrics) -> None:
    away = Affairs(None, "000001", 19, 129, ("state", "telegram"))
    assert math.isnan(shown(metrics, "inbox_updates", away)[""])
    assert shown(metrics, "ready", away) == {"generation": 1, "state": 0, "telegram": 0}
