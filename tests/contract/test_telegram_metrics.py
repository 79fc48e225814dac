"""What Prometheus reads of a running bot, whether it is well, and the dashboard and alerts over just that."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.botapi.client import StrictServer
from tests.contract.running_bot import ANSWER, FIRST_CHAT, LATE, QUESTION, Person, RunningBot
from tests.homes import ROOT

pytestmark = pytest.mark.timeout(300)

ADMIN, CITIZEN, LEAVING = FIRST_CHAT + 1, FIRST_CHAT + 2, FIRST_CHAT + 3
DEPLOY = ROOT / "deploy"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class WatchedBot(RunningBot):
    """A bot that can be looked at, at a port of its own, which its log names."""

    def __init__(self, telegram: StrictServer, home: Path, **settings: str) -> None:
        super().__init__(telegram, home, **{"CHIDAO_METRICS__PORT": "0"} | settings)

    def get(self, path: str) -> httpx.Response:
        """What it answers."""
        port = self.wait_for_line("listening at ").rpartition(":")[2]
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)

    def lacking(self) -> list[str]:
        """What is not ready; the code says the same."""
        told = self.get("/readyz")
        body = told.json()
        assert body == {"ok": told.status_code == 200, "lacking": body["lacking"]}
        assert body["ok"] is (body["lacking"] == [])
        return list(body["lacking"])


def scraped(bot: WatchedBot) -> Samples:
    """Every sample, by name and labels."""
    told = bot.get("/metrics")
    assert told.headers["Content-Type"].startswith("text/plain; version=")
    families = list(text_string_to_metric_families(told.text))
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def wait_until(wanted: Callable[[], bool]) -> None:
    """Some numbers come a moment after the message."""
    deadline = time.monotonic() + 30
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_met(telegram: StrictServer, fault: str, since: int = 0) -> bool:
    """Whether a message met a fault, from a call on."""
    return any(call.fault == fault for call in telegram.calls("sendMessage", since=since))


@pytest.fixture(scope="module")
def telegram() -> Iterator[StrictServer]:
    with StrictServer() as started:
        started.set_settings(**LATE)
        yield started


@pytest.fixture(scope="module")
def bot(telegram: StrictServer, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedBot]:
    home = tmp_path_factory.mktemp("metrics") / "data"
    shutil.copytree(sample_home, home)
    limits = {"CHIDAO_TELEGRAM__ADMINS": str(ADMIN), "CHIDAO_TELEGRAM__USER_LIMIT": "8"}
    with WatchedBot(telegram, home, **limits) as running:
        running.wait_for_line("bot started")
        wait_until(lambda: running.lacking() == [])
        yield running


@pytest.fixture(scope="module")
def risen(telegram: StrictServer, bot: WatchedBot) -> Callable[..., float]:
    """By how much a sample has risen over a conversation in which everything happens."""
    before = scraped(bot)
    citizen, admin = Person(telegram, CITIZEN), Person(telegram, ADMIN)
    answer = citizen.ask(QUESTION)
    assert ANSWER in answer["text"]
    citizen.ask("Nghị định 110/2004/NĐ-CP còn hiệu lực không?")
    citizen.ask("Giá vàng hôm nay bao nhiêu?")
    for fault in ("500", "429"):
        with telegram.faults({fault: 1.0}, methods=["sendMessage"]):
            citizen.write("xin chào")
            wait_until(partial(has_met, telegram, fault))
    citizen.until(lambda said: len(said) >= 5)
    citizen.tap(answer, "👎 Sai")
    since = len(telegram.calls())
    with telegram.faults({"500": 1.0}, methods=["sendMessage"]):  # blocked while the answer is on its way
        Person(telegram, LEAVING).write(QUESTION)
        wait_until(partial(has_met, telegram, "500", since))
        telegram.block(LEAVING)
    telegram.wait_for_inline(telegram.inline_query("nghi dinh 30/2020", user_id=ADMIN), timeout=60)
    for _ in range(6):  # more than one person may ask in a minute
        citizen.write("xin chào")
    admin.ask("/reload")
    admin.until(lambda said: any("Nạp lại xong" in each["text"] for each in said))
    after: Samples = {}

    def rise(name: str, **labels: str) -> float:
        key = ("chidao_" + name, frozenset(labels.items()))
        return after[key] - before.get(key, 0.0)

    def is_over() -> bool:
        after.update(scraped(bot))
        unsent = rise("questions_total", status="unsent", via="chat")
        return bool(rise("reloads_total", outcome="served") and rise("limited_total", whom="person") and unsent)

    wait_until(is_over)
    return rise


class TestCounts:
    def test_questions_are_counted_by_what_became_of_them(self, risen: Callable[..., float]) -> None:
        for status in ("answered", "reference", "not_found"):
            assert risen("questions_total", status=status, via="chat") == 1
        assert risen("questions_total", status="out_of_scope", via="chat") >= 2
        assert risen("questions_total", status="unsent", via="chat") == 1
        assert risen("questions_total", status="failed", via="chat") == 0
        assert sum(risen("questions_total", status=each, via="inline") for each in ("answered", "reference")) == 1

    def test_their_seconds_are_measured_as_a_whole_and_in_stages(self, risen: Callable[..., float]) -> None:
        count = risen("answer_seconds_count")
        assert count >= 5
        assert risen("stage_seconds_count", stage="search") >= 2
        assert risen("stage_seconds_count", stage="send") == count
        stages = ("wait", "understand", "register", "search", "compose", "prove", "send")
        assert sum(risen("stage_seconds_sum", stage=each) for each in stages) >= risen("answer_seconds_sum") * 0.8

    def test_updates_are_counted_by_kind(self, risen: Callable[..., float]) -> None:
        assert risen("updates_received_total", kind="message") >= 12
        assert risen("updates_received_total", kind="callback_query") == 1
        assert risen("updates_received_total", kind="inline_query") == 1
        assert risen("updates_failed_total") == 0

    def test_calls_are_counted_by_method_and_outcome(self, risen: Callable[..., float]) -> None:
        assert risen("telegram_calls_total", method="sendMessage", outcome="sent") >= 8
        put_off = risen("telegram_calls_total", method="sendMessage", outcome="put_off")
        failed = risen("telegram_calls_total", method="sendMessage", outcome="failed")
        assert put_off >= 1
        assert failed >= 1
        assert risen("telegram_retries_total", method="sendMessage") == put_off + failed
        assert risen("telegram_calls_total", method="getUpdates", outcome="sent") >= 5
        assert risen("telegram_calls_total", method="answerInlineQuery", outcome="sent") == 1

    def test_opinions_reloads_and_limits_are_counted(self, risen: Callable[..., float]) -> None:
        assert (risen("opinions_total", opinion="right"), risen("opinions_total", opinion="wrong")) == (0, 1)
        assert (risen("reloads_total", outcome="served"), risen("reloads_total", outcome="failed")) == (1, 0)
        assert risen("limited_total", whom="person") >= 1
        assert risen("limited_total", whom="everybody") == 0

    def test_how_things_stand_is_told(self, bot: WatchedBot, risen: Callable[..., float]) -> None:
        samples = scraped(bot)
        assert samples["chidao_generation_articles", frozenset()] == 19
        assert samples["chidao_generation_passages", frozenset()] > 19
        [(_, labels)] = [key for key in samples if key[0] == "chidao_generation_info"]
        assert dict(labels) == {"generation": "000001"}  # the reload found nothing to do
        assert samples["chidao_inbox_updates", frozenset()] == 0
        for part in ("generation", "state", "telegram"):
            assert samples["chidao_ready", frozenset({("part", part)})] == 1
        assert samples["process_resident_memory_bytes", frozenset()] > 1e7

    def test_labels_hold_words_of_fixed_sets_and_nothing_of_people(
        self, telegram: StrictServer, bot: WatchedBot, risen: Callable[..., float]
    ) -> None:
        samples = scraped(bot)
        assert len(samples) < 400
        values = {value for _, labels in samples for name, value in labels if name not in {"le", "generation"}}
        assert [each for each in values if not re.fullmatch("[a-zA-Z_]+", each)] == []
        page = bot.get("/metrics").text
        assert [each for each in (telegram.token, str(CITIZEN), str(ADMIN), "3482", "xin") if each in page] == []


def test_alive_and_nothing_else_is_said(bot: WatchedBot) -> None:
    assert (bot.get("/healthz").status_code, bot.get("/healthz").json()) == (200, {"ok": True})
    assert bot.get("/").status_code == 404
    port = bot.wait_for_line("listening at ").rpartition(":")[2]
    assert httpx.post(f"http://127.0.0.1:{port}/metrics", trust_env=False).status_code == 405


def names_in(expression: str) -> set[str]:
    """The metrics that an expression of PromQL asks for."""
    return set(re.findall(r"\b(?:chidao|process)_\w+|\bup\b", re.sub(r"\{[^}]*\}", "", expression)))


def known(bot: WatchedBot) -> set[str]:
    return {name for name, _ in scraped(bot)} | {"up"}  # which Prometheus itself makes


class TestDeployed:
    def test_the_dashboard_asks_for_metrics_that_are_there_and_for_each_of_ours(self, bot: WatchedBot) -> None:
        board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
        asked: set[str] = set()
        for panel in board["panels"]:
            assert panel["title"]
            assert panel["targets"]
            asked |= {name for each in panel["targets"] for name in names_in(each["expr"])}
        assert asked - known(bot) == set()
        families = {re.sub("_(bucket|sum|count)$", "", name) for name in known(bot) if name.startswith("chidao")}
        assert families - {re.sub("_bucket$", "", name) for name in asked} == set()
        places = [panel["gridPos"] for panel in board["panels"]]
        cells = [
            (x, y)
            for at in places
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24

    def test_the_labels_that_are_asked_for_are_there(self, bot: WatchedBot) -> None:
        labels = {name: {label for label, _ in pairs} for name, pairs in scraped(bot)}
        rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
        board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
        asked = [each["expr"] for each in rules]
        asked += [each["expr"] for panel in board["panels"] for each in panel["targets"]]
        for expression in asked:
            for name, within in re.findall(r"\b(chidao_\w+)\{([^}]*)\}", expression):
                wanted = set(re.findall(r"(\w+)(?:=|!)", within)) - {"instance"}  # which Prometheus itself gives
                assert wanted <= labels[name], expression
        statuses = {dict(pairs)["status"] for name, pairs in scraped(bot) if name == "chidao_questions_total"}
        named = re.findall(r'status(?:=~|!=|=)"([\w|]+)"', " ".join(asked))
        assert {status for each in named for status in each.split("|")} <= statuses

    def test_the_page_about_it_names_each_metric_and_no_other(self, bot: WatchedBot) -> None:
        page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
        rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `chidao_"))
        rows = rows.replace("`…_articles`", "`chidao_generation_articles`").replace(
            "`…_passages`", "`chidao_generation_passages`"
        )
        families = {re.sub("_(bucket|sum|count)$", "", name) for name in known(bot) if name.startswith("chidao")}
        assert set(re.findall(r"chidao_\w+", rows)) == families
        alerts = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
        assert all(f"| {each['alert']} |" in page for each in alerts)

    def test_the_alerts_ask_for_metrics_that_are_there(self, bot: WatchedBot) -> None:
        [group] = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]:
            asked = names_in(rule["expr"])
            assert asked
            assert asked - known(bot) == set()
            assert rule["annotations"]["summary"]
            assert rule["labels"]["severity"] in {"critical", "warning"}


class TestReady:
    @pytest.fixture
    def account(self) -> Iterator[StrictServer]:
        """A server of its own, that can be away."""
        with StrictServer() as started:
            yield started

    @pytest.fixture
    def home(self, sample_home: Path, tmp_path: Path) -> Path:
        shutil.copytree(sample_home, tmp_path / "data")
        return tmp_path / "data"

    def test_it_is_alive_while_telegram_or_the_state_is_away_and_ready_when_both_are_there(
        self, account: StrictServer, home: Path
    ) -> None:
        account.set_faults({"502": 1.0})
        with WatchedBot(account, home) as bot:
            assert bot.get("/healthz").status_code == 200
            assert bot.lacking() == ["telegram"]
            account.set_faults({})
            wait_until(lambda: bot.lacking() == [])
            with sqlite3.connect(home / "state.sqlite") as state:
                state.execute("ALTER TABLE updates RENAME TO gone")
            state.close()
            assert bot.lacking() == ["state"]
            assert bot.get("/healthz").status_code == 200
            assert scraped(bot)["chidao_ready", frozenset({("part", "state")})] == 0
