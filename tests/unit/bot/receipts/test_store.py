"""What is remembered of answers: kept for so many days, by several threads and processes, and never in the way."""

import logging
import queue
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.answering.compose import Composed
from bot.answering.models import Answer, Decision, Status, cite
from bot.receipts import recorder as recorder_module
from bot.receipts import store as store_module
from bot.receipts.masking import MASKS
from bot.receipts.models import HITS, Receipt, Span, receipt_of
from bot.receipts.numbers import Kind
from bot.receipts.recorder import Recorder
from bot.receipts.store import AskedStore, Place, Retention, Unanswered, reading
from config.errors import HomeError
from retrieval.hits import Hit
from tests.factories import article, passage
from tests.homes import ROOT

KEPT = Retention(30, receipt_text=True, gap_days=30, gap_text=True)
NOTHING = Retention(0, receipt_text=True, gap_days=0, gap_text=True)
NOW = datetime(2026, 3, 5, 10, 30, 59, 123, tzinfo=UTC)
ONE = article("Chợ Sắt mở cửa lúc 5 giờ.")
HIT = Hit(passage(ONE), 0.75, 1, 3.25, None)
COMPOSED = Composed(
    (cite(1, ONE, 0, 25),), hits=(HIT,) * (HITS + 5), decision=Decision(f"{ONE.id}:0-25", {"words": 15.0}, 14.3)
)


def answered(question: str = "Chợ Sắt mở cửa lúc nào?", receipt: str = "r1") -> Answer:
    return Answer(question, Status.ANSWERED, COMPOSED.citations, "000007", receipt, 12.345)


def refused(question: str = "Chợ Sắt bán gì?", receipt: str = "r2") -> Answer:
    return Answer(question, Status.NOT_FOUND, (), "000007", receipt, 1.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "asked.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[AskedStore]:
    with AskedStore(Place(path)) as opened:
        yield opened


def receipt(name: str, moment: datetime = NOW) -> Receipt:
    return receipt_of(answered(receipt=name), COMPOSED, moment, with_text=True)


class TestReceipts:
    def test_a_receipt_comes_back_as_it_was_kept(self, store: AskedStore) -> None:
        store.add(receipt("r1"))
        found = store.receipt("r1")
        assert found == receipt("r1")
        assert (found.question, found.generation, found.moment) == (
            "Chợ Sắt mở cửa lúc nào?", "000007", datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
        )  # fmt: skip
        assert found.citations == (Span(article=ONE.id, start=0, end=25),)
        assert (len(found.hits), found.hits[0].lexical, found.hits[0].dense) == (HITS, 3.25, None)
        assert found.decision
        assert (found.decision.support, found.decision.enough) == (15.0, 14.3)
        assert store.receipt("r2") is None

    def test_no_word_of_an_article_and_no_second_is_kept(self, store: AskedStore) -> None:
        body = receipt("r1").model_dump_json()
        assert "5 giờ" not in body
        assert ":59" not in body

    def test_personal_data_is_taken_out_of_the_question(self) -> None:
        kept = receipt_of(answered("Gọi 0912345678 được không?"), COMPOSED, NOW, with_text=True)
        assert (kept.question, kept.masked) == (f"Gọi {MASKS[Kind.PHONE]} được không?", True)

    @pytest.mark.parametrize(
        ("answer", "with_text"),
        [(answered(), False), (Answer("xin chào", Status.OUT_OF_SCOPE, (), "000007", "r", 1.0), True)],
    )
    def test_a_text_that_shall_not_be_kept_or_is_no_question_is_not(self, answer: Answer, with_text: bool) -> None:
        kept = receipt_of(answer, COMPOSED, NOW, with_text=with_text)
        assert (kept.question, kept.masked) == (None, False)

    def test_what_a_newer_chidao_has_added_is_passed_over(self, store: AskedStore) -> None:
        newer = receipt("r1").model_dump_json().replace("{", '{"lock":{"kept":2},', 1)
        store._db.run("INSERT INTO receipts VALUES ('r1', '2026-03-05', ?)", (newer,))
        store._db.run("INSERT INTO receipts VALUES ('r2', '2026-03-05', '{}')")
        assert store.receipt("r1") == receipt("r1")
        assert store.receipt("r2") is None

    def test_nobody_else_on_the_machine_may_read_it(self, path: Path, store: AskedStore) -> None:
        store.add(receipt("r1"))
        assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}


class TestUnanswered:
    DAY = date(2026, 3, 5)

    def test_they_are_counted_by_day_and_with_their_text_only_where_it_is_given(self, store: AskedStore) -> None:
        for text in (None, "a", "a", "b"):
            store.add_unanswered(self.DAY, text)
        store.add_unanswered(self.DAY + timedelta(1), None)
        assert store.unanswered_by_day() == {self.DAY: 4, self.DAY + timedelta(1): 1}
        assert store.unanswered() == [Unanswered(self.DAY, "a", 2), Unanswered(self.DAY, "b", 1)]


class TestPurge:
    def test_what_is_older_than_its_days_goes(self, store: AskedStore) -> None:
        for days in (0, 29, 31):
            store.add(receipt(f"r{days}", NOW - timedelta(days)))
            store.add_unanswered((NOW - timedelta(days)).date(), f"sau {days} ngày")
        store.purge(KEPT, NOW)
        assert [store.receipt(f"r{days}") is not None for days in (0, 29, 31)] == [True, True, False]
        assert [each.text for each in store.unanswered()] == ["sau 29 ngày", "sau 0 ngày"]
        store.purge(NOTHING, NOW)
        assert store.receipt("r0") is None
        assert store.unanswered_by_day() == {}

    def test_nothing_of_it_is_left_in_the_files(self, path: Path, store: AskedStore) -> None:
        store.add(receipt_of(answered("cau hoi rat rieng tu"), COMPOSED, NOW, with_text=True))
        store.add_unanswered(NOW.date(), "cau hoi rat rieng tu")
        assert any(b"rieng tu" in file.read_bytes() for file in path.parent.iterdir())
        store.purge(NOTHING, NOW)
        assert not any(b"rieng tu" in file.read_bytes() for file in path.parent.iterdir())

    def test_a_flood_pushes_the_oldest_out(self, store: AskedStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store_module, "MOST_RECEIPTS", 3)
        monkeypatch.setattr(store_module, "MOST_TEXTS", 2)
        for number in range(5):
            store.add(receipt(f"r{number}"))
            store.add_unanswered(NOW.date(), str(number))
        store.purge(KEPT, NOW)
        assert [store.receipt(f"r{number}") is not None for number in range(5)] == [False, False, True, True, True]
        assert [each.text for each in store.unanswered()] == ["3", "4"]
        assert store.unanswered_by_day() == {NOW.date(): 5}


def recorded(path: Path, kept: Retention, *answers: Answer) -> None:
    with closing(Recorder(Place(path), kept, lambda: NOW)) as recorder:
        for each in answers:
            recorder(each, COMPOSED)


class TestRecorder:
    def test_answers_are_kept_and_refusals_counted(self, path: Path) -> None:
        recorded(path, KEPT, answered(), refused("Gọi 0912345678 hỏi gì?"))
        with AskedStore(Place(path)) as store:
            assert store.receipt("r1") == receipt("r1")
            assert store.receipt("r2")
            assert [each.text for each in store.unanswered()] == [f"Gọi {MASKS[Kind.PHONE]} hỏi gì?"]

    def test_without_leave_the_text_of_a_refusal_is_only_counted(self, path: Path) -> None:
        recorded(path, Retention(0, receipt_text=True, gap_days=30, gap_text=False), refused())
        with AskedStore(Place(path)) as store:
            assert (list(store.unanswered_by_day().values()), store.unanswered()) == ([1], [])
            assert store.receipt("r2") is None

    def test_where_nothing_is_to_be_kept_no_file_is_made_and_an_old_one_emptied(self, path: Path) -> None:
        recorded(path, NOTHING, answered(), refused())
        assert not path.exists()
        recorded(path, KEPT, answered())
        recorded(path, NOTHING, answered())
        with AskedStore(Place(path)) as store:
            assert store.receipt("r1") is None

    def test_old_ones_go_while_it_runs(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recorder_module, "_PURGE_EVERY", 0.0)
        moments = iter([NOW, NOW + timedelta(31)])
        with closing(Recorder(Place(path), KEPT, lambda: next(moments))) as recorder:
            recorder(answered(receipt="old"), COMPOSED)
            recorder(answered(receipt="new"), COMPOSED)
        with AskedStore(Place(path)) as store:
            assert (store.receipt("old"), store.receipt("new") is None) == (None, False)

    def test_a_damaged_file_is_replaced(self, path: Path, caplog: Any) -> None:
        path.parent.mkdir()
        path.write_bytes(b"no database at all " * 100)
        recorded(path, KEPT, answered())
        assert "asked.sqlite is damaged; an empty one takes its place" in caplog.text
        with AskedStore(Place(path)) as store:
            assert store.receipt("r1")

    def test_a_disk_that_refuses_is_told_once_and_breaks_nothing(self, tmp_path: Path, caplog: Any) -> None:
        (tmp_path / "file").write_text("")
        recorded(tmp_path / "file" / "asked.sqlite", KEPT, *[answered("câu riêng tư")] * 5)
        [line] = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
        assert line.startswith("receipts are not kept (")
        assert "riêng tư" not in caplog.text

    def test_when_the_disk_is_there_again_it_goes_on(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = AskedStore

        def refusing(_place: Place) -> AskedStore:
            monkeypatch.setattr(recorder_module, "AskedStore", opened)
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(recorder_module, "AskedStore", refusing)
        recorded(path, KEPT, answered(receipt="lost"), answered(receipt="kept"))
        with AskedStore(Place(path)) as store:
            assert (store.receipt("lost"), store.receipt("kept") is None) == (None, False)

    def test_no_answer_waits_for_a_disk_that_hangs(self, path: Path, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
        hanging = threading.Event()
        monkeypatch.setattr(AskedStore, "add", lambda *_: hanging.wait(10))
        monkeypatch.setattr(recorder_module, "CLOSING", 0.01)
        recorder = Recorder(Place(path), KEPT)
        recorder._waiting = queue.Queue(3)
        began = time.monotonic()
        for _ in range(50):
            recorder(answered(), COMPOSED)
        recorder.close()
        assert time.monotonic() - began < 1
        assert caplog.text.count("too many answers at once") == 1
        hanging.set()

    def test_many_threads_and_several_processes_may_write(self, path: Path) -> None:
        command = [sys.executable, "-c", RECORD_MANY, str(path)]
        processes = [subprocess.Popen([*command, f"p{number}"], cwd=ROOT) for number in range(3)]
        assert [each.wait(60) for each in processes] == [0, 0, 0]
        with AskedStore(Place(path)) as store:
            names = [f"p{p}-t{t}-{n}" for p in range(3) for t in range(4) for n in range(20)]
            assert [name for name in names if store.receipt(name) is None] == []
            assert sum(store.unanswered_by_day().values()) == len(names)


RECORD_MANY = """
import sys, threading
from pathlib import Path
from bot.answering.compose import Composed
from bot.answering.models import Answer, Status
from bot.receipts.recorder import Recorder
from bot.receipts.store import Place, Retention

recorder = Recorder(Place(Path(sys.argv[1])), Retention(30, True, 30, True))

def record(thread):
    for n in range(20):
        receipt = f"{sys.argv[2]}-t{thread}-{n}"
        recorder(Answer("Chợ Sắt bán gì?", Status.NOT_FOUND, (), "000001", receipt, 1.0), Composed())

threads = [threading.Thread(target=record, args=(number,)) for number in range(4)]
for each in threads: each.start()
for each in threads: each.join()
recorder.close()
"""


class TestReading:
    def test_where_nothing_was_kept_there_is_nothing_and_no_file_is_made(self, path: Path) -> None:
        with reading(Place(path), KEPT, NOW) as store:
            assert store is None
        assert not path.parent.exists()

    def test_what_is_too_old_is_not_shown(self, path: Path) -> None:
        recorded(path, KEPT, answered())
        with reading(Place(path), KEPT, NOW + timedelta(31)) as store:
            assert store
            assert store.receipt("r1") is None

    def test_a_file_that_cannot_be_opened_is_named(self, path: Path) -> None:
        path.mkdir(parents=True)
        with pytest.raises(HomeError, match=r"cannot read asked\.sqlite \("), reading(Place(path), KEPT, NOW):
            pass
