"""What the bot writes to stdout and stderr: nothing of what people write, send or are called, whatever goes wrong."""

from __future__ import annotations

import json
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.client import StrictServer
from tests.contract.failing_bot import FAULTS, LOST_TASK
from tests.contract.fault_server import FaultServer, page
from tests.contract.running_bot import ANSWER, FIRST_CHAT, LATE, QUESTION, Person, RunningBot, buttons, check_log

pytestmark = pytest.mark.timeout(300)

ADMIN, CITIZEN, GROUP = FIRST_CHAT + 1, FIRST_CHAT + 2, -(FIRST_CHAT + 3)


class Planted(StrEnum):
    """What must be in no line, each word of one thing alone."""

    FIRST_NAME = "Tuyếtnhung"
    LAST_NAME = "Trầnbímật"
    USER_NAME = "nhung_an_danh"
    PHONE = "0912345678"
    QUESTION = "quanhixom"
    EDITED = "suathanhkhac"
    IN_GROUP = "hoitrongnhom"
    INLINE = "gotnoidong"
    DRAFT = "duthaomat"
    DRAFT_FILE = "dinhkemkin"
    DRAFT_NAME = "tenduthao"
    ARTICLE = "baichuadang"
    ARTICLE_FILE = "tepbaiviet"
    BROKEN_FILE = "tephonghoc"
    ADDRESS = "duongdanrieng"
    REASON = "lydosai"
    UNREADABLE = "khongdocduoc"


NUMBERS = ("hits", "total_ms", "wait_ms", "understand_ms", "search_ms", "send_ms")


class FailingBot(RunningBot):
    """The bot with faults inside."""

    program = ("-m", "tests.contract.failing_bot")


class Conversation:
    """Everything that people can do, and everything that can go wrong, one after another."""

    def __init__(self, telegram: StrictServer, portal: FaultServer) -> None:
        self.telegram = telegram
        self.portal = portal
        self.admin = Person(telegram, ADMIN)
        self.citizen = Person(telegram, CITIZEN)
        self._n = 9000

    def hold(self) -> None:
        """All of it."""
        self._citizens()
        self._staff_and_admins()
        self._faults_inside()
        self._telegram_fails()
        self._end()

    def _named(self, text: str) -> None:
        """A message of somebody with a name, and its answer."""
        self._n += 1
        who = {"first_name": Planted.FIRST_NAME, "last_name": Planted.LAST_NAME, "username": Planted.USER_NAME}
        chat = {"id": CITIZEN, "type": "private", **who}
        sender = {"id": CITIZEN, "is_bot": False, "language_code": "vi", **who}
        self.telegram.inject(
            {"message": {"message_id": self._n, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text}}
        )
        self.citizen.next_after(self._n)

    def _citizens(self) -> None:
        self._named(f"{Planted.QUESTION} {Planted.PHONE} làm thế nào?")
        self._named(f"/{Planted.QUESTION}")
        answer = self.citizen.ask(QUESTION)
        assert ANSWER in answer["text"]
        asked = self.citizen.write(f"{Planted.QUESTION} ở đâu?").message_id
        self.citizen.next_after(asked)
        self.telegram.edit_text(Planted.EDITED, message_id=asked, chat_id=CITIZEN)
        self.citizen.ask(Planted.REASON, reply_to=self.citizen.tap(answer, "👎 Sai")["message_id"])
        query = self.telegram.inline_query(f"{Planted.INLINE} {Planted.PHONE}", user_id=CITIZEN)
        self.telegram.wait_for_inline(query, timeout=60)
        self.telegram.add_to_group(GROUP, title=Planted.LAST_NAME)
        Person(self.telegram, CITIZEN, GROUP).ask(f"/ask {Planted.IN_GROUP}")

    def _staff_and_admins(self) -> None:
        self.admin.ask(f"/check Theo {Planted.DRAFT} số 30/2020/NĐ-CP")
        self.admin.ask(f"/ref {Planted.DRAFT}")
        self._file(Planted.DRAFT_FILE.encode(), f"{Planted.DRAFT_NAME}.txt", caption="/check")
        article = f"Tiêu đề: {Planted.ARTICLE}\n\n{Planted.ARTICLE} mở cửa lúc 5 giờ."
        self._file(article.encode(), f"{Planted.ARTICLE_FILE}.txt")
        preview = self.admin.until(lambda said: bool(said) and bool(buttons(said[-1])))[-1]
        self.admin.tap(preview, "✅ Thêm")
        self._file(b"%PDF-1.7 " + Planted.BROKEN_FILE.encode(), f"{Planted.BROKEN_FILE}.pdf")
        self._file(b"\xff\xfe\x00", f"{Planted.BROKEN_FILE}.docx")
        url = self.portal.on(f"/{Planted.ADDRESS}", page("<html></html>", code=404))
        self.admin.ask(url)
        with self.telegram.faults({"500": 1.0}, methods=["getFile"]):
            self._file(b"x", f"{Planted.BROKEN_FILE}.txt")

    def _file(self, data: bytes, name: str, **more: Any) -> Any:
        sent = self.telegram.send_document(data, name, "text/plain", chat_id=ADMIN, **more)
        return self.admin.next_after(sent.message_id)

    def _faults_inside(self) -> None:
        for word in (*FAULTS, LOST_TASK):
            self.citizen.ask(f"{Planted.QUESTION} {word} {Planted.PHONE}")

    def _telegram_fails(self) -> None:
        for fault in ("500", "garbage", "closed", "lost", "429"):
            before = len(self.telegram.calls())
            with self.telegram.faults({fault: 1.0}, methods=["sendMessage"]):
                asked = self.citizen.write(f"{Planted.QUESTION} {fault}").message_id
                while not any(call.fault == fault for call in self.telegram.calls(since=before)):
                    time.sleep(0.02)
            self.citizen.next_after(asked)
        chat = {"id": CITIZEN, "type": "private"}
        for wrong in ({"date": Planted.UNREADABLE}, {"from": Planted.UNREADABLE}):  # nothing the library understands
            self._n += 1
            message = {"message_id": self._n, "date": 1_790_000_000, "chat": chat, "text": Planted.UNREADABLE}
            self.telegram.inject({"message": message | wrong})
        self.citizen.ask("/help")  # what comes behind them is answered

    def _end(self) -> None:
        self.citizen.ask("/forget")


def written(form: str, home: Path) -> list[str]:
    """The lines of a bot that had the whole conversation, at its most talkative."""
    settings = {
        "CHIDAO_LOG__FORMAT": form,
        "CHIDAO_LOG__LEVEL": "DEBUG",
        "CHIDAO_TELEGRAM__ADMINS": str(ADMIN),
        "CHIDAO_TELEGRAM__STAFF": str(ADMIN),
        "CHIDAO_TELEGRAM__USER_LIMIT": "500",
        "CHIDAO_FETCH__ALLOWED_HOSTS": "127.0.0.1",
        "CHIDAO_FETCH__DELAY": "0",
        "PYTHONWARNINGS": "always",
        "PYTHONASYNCIODEBUG": "1",
    }
    with StrictServer() as telegram, FaultServer() as portal:
        telegram.set_settings(**LATE)
        with FailingBot(telegram, home, **settings) as bot:
            Conversation(telegram, portal).hold()
        check_log(telegram, bot.log)
        return bot.log.splitlines()


@pytest.fixture(scope="module")
def logs(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The lines by form, of two bots at once."""
    homes = {form: tmp_path_factory.mktemp("log") / "data" for form in ("text", "json")}
    for home in homes.values():
        shutil.copytree(sample_home, home)
    with ThreadPoolExecutor() as pool:
        return dict(zip(homes, pool.map(written, homes, homes.values()), strict=True))


@pytest.fixture
def events(logs: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The events of the log in JSON."""
    return [json.loads(line) for line in logs["json"]]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_planted_word_is_in_any_line(logs: dict[str, list[str]], form: str) -> None:
    hidden = (*Planted, *(str(abs(each)) for each in (ADMIN, CITIZEN, GROUP)))
    assert [line for line in logs[form] if any(each in line for each in hidden)] == []


def test_every_line_of_text_is_an_event(logs: dict[str, list[str]]) -> None:
    event = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{12}Z (DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+: ")
    assert [line for line in logs["text"] if not event.match(line)] == []


def test_nobody_listens_where_settings_name_no_port(logs: dict[str, list[str]]) -> None:
    assert [line for line in logs["text"] if "listening" in line] == []


def test_every_line_of_json_is_an_event(events: list[dict[str, Any]]) -> None:
    assert len(events) >= 25
    for each in events:
        assert list(each)[:4] == ["time", "level", "logger", "message"]
        assert datetime.fromisoformat(each["time"]).utcoffset() == timedelta(0)


def test_every_question_has_one_line_of_numbers_and_a_request_of_its_own(events: list[dict[str, Any]]) -> None:
    answers = [each for each in events if each["message"] == "answer"]
    assert len({each["request"] for each in answers}) == len(answers)
    answered = [each for each in answers if each["status"] == "answered"]
    assert answered
    for each in answered:
        assert (each["level"], each["kind"], each["via"], each["generation"]) == ("INFO", "plain", "chat", "000001")
        assert all(isinstance(each[name], int | float) and each[name] >= 0 for name in NUMBERS)
        parts = sum(value for name, value in each.items() if name.endswith("_ms") and name != "total_ms")
        assert parts <= each["total_ms"] + 1
    assert {each["status"] for each in answers} >= {"answered", "not_found", "failed"}
    assert "inline" in {each["via"] for each in answers}


def test_what_goes_wrong_over_a_question_has_its_request(events: list[dict[str, Any]]) -> None:
    [failed] = [each for each in events if each.get("status") == "failed"]
    [told] = [each for each in events if each["message"].startswith("an update failed: KeyError at ")]
    assert told["request"] == failed["request"]
    [unread] = [each for each in events if each["logger"] == "telegram.request.BaseRequest"]
    assert unread["error"].startswith("JSONDecodeError at ")
    assert unread["request"] in {each["request"] for each in events if each["message"] == "answer"}
