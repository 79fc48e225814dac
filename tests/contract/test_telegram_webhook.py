"""`chidao bot --webhook`: called by the strict server, and by telemelya, which nobody here wrote."""

from __future__ import annotations

import itertools
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.botapi.client import StrictServer
from tests.contract import telemelya_server
from tests.contract.running_bot import (
    ANSWER,
    FIRST_CHAT,
    LATE,
    NOT_FOUND,
    QUESTION,
    Account,
    Person,
    RunningBot,
    buttons,
    check_log,
    marked,
    well_behaved,
)
from tests.contract.telemelya_server import TelemelyaServer, TelemelyaServerError

pytestmark = pytest.mark.timeout(300)

SECRET = "Do-not_tell"
ADDRESS = "https://bot.haiphong.example/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
KINDS = "Văn bản hành chính có mấy loại?"


class HookedBot(RunningBot):
    """A bot that is called; it listens at a port of its own, which its log names."""

    def __init__(self, telegram: Account, home: Path, address: str = ADDRESS, **settings: str) -> None:
        hook = {"CHIDAO_TELEGRAM__WEBHOOK__URL": address, "CHIDAO_TELEGRAM__WEBHOOK__SECRET": SECRET}
        super().__init__(telegram, home, "--webhook", **{"CHIDAO_TELEGRAM__WEBHOOK__PORT": "0"} | hook | settings)

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.wait_for_line('listening at ').rpartition(':')[2]}"


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home, whose state both processes share."""
    copy = tmp_path_factory.mktemp("webhook") / "data"
    shutil.copytree(sample_home, copy)
    return copy


@pytest.fixture(scope="module")
def ids() -> Iterator[int]:
    return itertools.count(FIRST_CHAT)


class TestStrict:
    @pytest.fixture(scope="class")
    @staticmethod
    def server() -> Iterator[StrictServer]:
        with StrictServer() as started:
            started.set_settings(**LATE)
            yield started

    @pytest.fixture(scope="class")
    @staticmethod
    def bots(server: StrictServer, home: Path) -> Iterator[list[HookedBot]]:
        """Two processes behind one address, which Telegram reaches in turn."""
        with ExitStack() as stack:
            running = [stack.enter_context(HookedBot(server, home)) for _ in range(2)]
            behind_one_address(server, running)
            for each in running:
                each.wait_for_line("bot started: webhook")
            yield running
            for each in running:
                check_log(server, each.log)
                assert SECRET not in each.log

    @pytest.fixture
    @staticmethod
    def telegram(server: StrictServer, bots: list[HookedBot]) -> Iterator[StrictServer]:
        with well_behaved(server):
            yield server

    @pytest.fixture
    @staticmethod
    def somebody(telegram: StrictServer, ids: Iterator[int]) -> Callable[[], Person]:
        return lambda: Person(telegram, next(ids))

    def test_the_webhook_is_set_with_its_secret_and_the_updates_that_are_wanted(self, telegram: StrictServer) -> None:
        [*_, called] = telegram.calls("setWebhook")
        assert called.parameters["url"] == ADDRESS
        assert called.parameters["secret_token"] == SECRET
        assert not called.parameters.get("drop_pending_updates")
        assert "inline_query" in called.parameters["allowed_updates"]

    def test_a_question_is_answered_and_its_button_too(self, somebody: Callable[[], Person]) -> None:
        lan = somebody()
        answer = lan.ask(QUESTION)
        assert ANSWER in marked(answer, "expandable_blockquote")[0]
        assert "khuôn mẫu chung" in lan.tap(answer, "Xem đoạn gốc")["text"]

    def test_of_two_processes_each_update_is_answered_by_one_in_the_order_of_its_chat(
        self, telegram: StrictServer, bots: list[HookedBot], somebody: Callable[[], Person]
    ) -> None:
        before = [each.log.count(" answer ") for each in bots]
        people = [somebody() for _ in range(6)]
        asked = {each.user: [each.write(text).message_id for text in (QUESTION, KINDS) * 3] for each in people}
        for each in people:
            each.write("/help")
        for each in people:
            said = each.until(lambda messages: "Cách dùng" in messages[-1]["text"] if messages else False)
            assert [message["reply_to_message"]["message_id"] for message in said[:-1]] == asked[each.user]
        assert all(each.log.count(" answer ") > count for each, count in zip(bots, before, strict=True))

    def test_a_conversation_goes_on_in_either_process(self, somebody: Callable[[], Person]) -> None:
        lan = somebody()
        for _ in range(2):  # an odd number of updates: each process hears each of the questions once
            lan.ask("Đăng ký kết hôn ở đâu?")
            assert lan.ask("lệ phí bao nhiêu")["text"].startswith("Tôi hiểu là: Đăng ký kết hôn lệ phí bao nhiêu")
            lan.ask("/new")

    def test_the_same_update_to_both_is_answered_once(
        self, telegram: StrictServer, bots: list[HookedBot], somebody: Callable[[], Person]
    ) -> None:
        lan = somebody()
        sent = lan.write("/help")
        lan.next_after(sent.message_id)
        update = {"update_id": (sent.update_id or 0) + 1_000_000, "message": telegram.messages(lan.user)[0]}
        update["message"] = {**telegram.messages(lan.user)[0], "text": QUESTION, "entities": []}
        for each in [*bots, *bots]:
            assert posted(each, update).status_code == 200
        answer = lan.next_after(sent.message_id + 1)
        assert ANSWER in answer["text"]
        assert [each["text"][:9] for each in lan.ask_all("cảm ơn bạn")] == ["Không có "]
        assert sum(ANSWER in each["text"] for each in telegram.bot_messages(lan.user)) == 1

    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET.lower(), "é"])
    def test_a_wrong_secret_is_refused(
        self, telegram: StrictServer, bots: list[HookedBot], somebody: Callable[[], Person], secret: str | None
    ) -> None:
        lan = somebody()
        message = telegram.messages(lan.user) or [lan.ask("/help")]
        before = len(telegram.calls(chat_id=lan.user))
        answered = posted(bots[0], {"update_id": 5, "message": message[0]}, secret)
        assert (answered.status_code, answered.content) == (403, b"")
        assert len(telegram.calls(chat_id=lan.user)) == before

    @pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"{}", b'{"update_id": 1, "message": 7}'])
    def test_what_is_no_update_is_refused(self, telegram: StrictServer, bots: list[HookedBot], body: bytes) -> None:
        url = f"{bots[0].origin}/telegram"
        assert httpx.post(url, content=body, headers={HEADER: SECRET}, trust_env=False).status_code == 400

    def test_it_says_whether_it_is_well_and_nothing_else(self, telegram: StrictServer, bots: list[HookedBot]) -> None:
        well = httpx.get(f"{bots[0].origin}/healthz", trust_env=False)
        assert (well.status_code, well.json()) == (200, {"ok": True})
        assert httpx.get(f"{bots[0].origin}/", trust_env=False).status_code == 404
        assert httpx.get(f"{bots[0].origin}/telegram", trust_env=False).status_code == 405

    def test_one_process_goes_and_the_other_answers(
        self, telegram: StrictServer, bots: list[HookedBot], home: Path, somebody: Callable[[], Person]
    ) -> None:
        with HookedBot(telegram, home) as third:
            behind_one_address(telegram, [third, bots[0]])
            third.wait_for_line("bot started: webhook")
            people = [somebody() for _ in range(6)]
            for each in people:
                each.write(QUESTION)
        for each in people:
            each.write(QUESTION)
        for each in people:  # the first one may come late, from the process that is left
            said = each.until(lambda messages: sum(ANSWER in message["text"] for message in messages) >= 2)
            assert len(said) == 2
        behind_one_address(telegram, bots)

    def test_a_port_that_is_taken_is_said_in_one_line(
        self, telegram: StrictServer, bots: list[HookedBot], home: Path
    ) -> None:
        port = bots[0].origin.rpartition(":")[2]
        second = HookedBot(telegram, home, CHIDAO_TELEGRAM__WEBHOOK__PORT=port).start()
        assert second.wait_for_end() == 2
        [*_, line] = second.log.split("\n")
        assert f"127.0.0.1:{port}" in line
        assert "CHIDAO_TELEGRAM__WEBHOOK__PORT" in line
        assert "Traceback" not in second.log


def behind_one_address(telegram: StrictServer, bots: list[HookedBot]) -> None:
    """What is posted to the address of the webhook goes to these in turn."""
    telegram.set_webhook_targets(*(f"{each.origin}/telegram" for each in bots), first_pause=0.1)


def posted(bot: HookedBot, update: dict[str, Any], secret: str | None = SECRET) -> httpx.Response:
    """Calls a bot as Telegram does."""
    headers = {} if secret is None else {HEADER.encode(): secret.encode()}
    return httpx.post(f"{bot.origin}/telegram", json=update, headers=headers, trust_env=False, timeout=20)


class TestTelemelya:
    CHAT = FIRST_CHAT + 500
    pytestmark = pytest.mark.skipif(bool(telemelya_server.available()), reason=str(telemelya_server.available()))

    @pytest.fixture(scope="class")
    @staticmethod
    def telegram(home: Path) -> Iterator[TelemelyaServer]:
        """The server, with the bot's webhook set."""
        with TelemelyaServer(secret_token=SECRET) as server:
            port = free_port()
            address = f"http://127.0.0.1:{port}/telegram"
            settings = {"CHIDAO_TELEGRAM__WEBHOOK__PORT": str(port), "CHIDAO_TELEGRAM__ADMINS": str(FIRST_CHAT + 499)}
            with HookedBot(server, home, address, **settings) as bot:
                bot.wait_for_line("bot started: webhook")
                yield server

    def test_a_question_its_typing_and_its_buttons(self, telegram: TelemelyaServer) -> None:
        telegram.send_text(QUESTION, chat_id=self.CHAT)
        [answer] = telegram.wait_for(1, chat_id=self.CHAT)
        assert ANSWER in answer["text"]
        assert telegram.sent("sendChatAction", self.CHAT)
        [source] = [each for each in buttons(answer) if each["text"] == "Xem đoạn gốc"]
        pressed = telegram.press(source["callback_data"], message_id=answer["message_id"], chat_id=self.CHAT)
        assert "khuôn mẫu chung" in telegram.wait_for(2, chat_id=self.CHAT)[1]["text"]
        assert pressed in [each["callback_query_id"] for each in telegram.sent("answerCallbackQuery")]

    def test_inline_mode(self, telegram: TelemelyaServer) -> None:
        asked = telegram.inline_query("30/2020/NĐ-CP", user_id=self.CHAT + 1)
        answered = telegram.wait_for(1, "answerInlineQuery")
        [results] = [each["results"] for each in answered if each["inline_query_id"] == asked]
        assert ANSWER in results[0]["input_message_content"]["message_text"]

    def test_an_admins_file_is_fetched_and_previewed(self, telegram: TelemelyaServer) -> None:
        text = "Tiêu đề: Chợ Sắt\nNgày đăng: 24/11/2026\n\nChợ Sắt mở cửa lúc 5 giờ sáng."
        telegram.send_document(text.encode(), name="cho-sat.txt", mime_type="text/plain", chat_id=FIRST_CHAT + 499)
        [preview] = telegram.wait_for(1, chat_id=FIRST_CHAT + 499)
        assert "<b>Chợ Sắt</b>" in preview["text"]
        assert [each["text"] for each in buttons(preview)] == ["✅ Thêm", "✖ Bỏ"]

    def test_an_edited_question_edits_its_answer(self, telegram: TelemelyaServer) -> None:
        chat = self.CHAT + 2
        citizen = {"id": chat, "first_name": "Lan", "is_bot": False}
        message: dict[str, Any] = {"message_id": 7, "date": 1, "chat": {"id": chat, "type": "private"}, "from": citizen}
        telegram.inject({"update_id": 77_000_001, "message": {**message, "text": QUESTION}})
        [answer] = telegram.wait_for(1, chat_id=chat)
        telegram.inject({"update_id": 77_000_002, "edited_message": {**message, "edit_date": 2, "text": "Giá vàng?"}})
        [edited] = telegram.wait_for(1, "editMessageText", chat_id=chat)
        assert edited["message_id"] == answer["message_id"]
        assert NOT_FOUND in edited["text"]

    def test_without_the_secret_nothing_is_taken(self, telegram: TelemelyaServer) -> None:
        telegram.secret_token = None
        try:
            with pytest.raises(TelemelyaServerError, match="403"):
                telegram.inject({"update_id": 77_000_003})
        finally:
            telegram.secret_token = SECRET


def free_port() -> int:
    """A port that was free just now: the address that the bot sets has to name it before the bot listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
