"""Admins and the bot: articles in and out, reloads, looking after it, all from Telegram; and that others cannot."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.botapi.client import Json, StrictServer
from tests.contract.fault_server import FaultServer, page
from tests.contract.running_bot import (
    FIRST_CHAT,
    LATE,
    NOT_FOUND,
    Person,
    RunningBot,
    buttons,
    check_log,
    labels,
    marked,
    well_behaved,
)
from tests.homes import SAMPLE

pytestmark = pytest.mark.timeout(300)

ADMIN, DEPUTY, CLERK = FIRST_CHAT, FIRST_CHAT + 1, FIRST_CHAT + 2
ADD, CANCEL, RELOAD, FORCE = "✅ Thêm", "✖ Bỏ", "🔄 Nạp lại ngay", "⚠ Vẫn dùng bản mới"
USED = "Nút này đã dùng hoặc đã cũ."
PHONE = "0912345678"
KINDS = "Văn bản hành chính có mấy loại?"
GOLDEN = {"_id": "van-thu", "text": KINDS, "answer": "29 loại"}
DECREE = "30-2020-nd-cp-cong-tac-van-thu.txt"
COMMANDS = ["/reload", "/rollback", "/remove 28a873635bffa5d2", "/status", "/gaps", "/feedback", "/audit"]


def article(title: str, text: str) -> str:
    """A file as `add` reads it."""
    return f"Tiêu đề: {title}\nNgày đăng: 24/11/2026\nNguồn: Văn phòng\n\n{text}"


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as started:
        started.set_settings(**LATE)
        for each in (ADMIN, DEPUTY, CLERK):  # Telegram knows these chats when the bot starts
            started.send_text("/start", chat_id=each)
        yield started


@pytest.fixture(scope="module")
def city() -> Iterator[FaultServer]:
    """The city's portal."""
    with FaultServer() as started:
        yield started


@pytest.fixture(scope="module")
def bot(server: StrictServer, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    home = tmp_path_factory.mktemp("admins") / "data"
    shutil.copytree(sample_home, home)
    (home / "golden.jsonl").write_text(json.dumps(GOLDEN, ensure_ascii=False), encoding="utf-8")
    settings = {
        "CHIDAO_TELEGRAM__ADMINS": f"{ADMIN}, {DEPUTY}",
        "CHIDAO_TELEGRAM__STAFF": str(CLERK),
        "CHIDAO_GAPS__TEXT": "true",
        "CHIDAO_TELEGRAM__USER_LIMIT": "200",
        "CHIDAO_FETCH__ALLOWED_HOSTS": "127.0.0.1",
        "CHIDAO_FETCH__DELAY": "0",
    }
    with RunningBot(server, home, **settings) as running:
        for each in (ADMIN, DEPUTY, CLERK):
            Person(server, each).until(bool)  # the greeting
        yield running
        check_log(server, running.log)


@pytest.fixture
def telegram(server: StrictServer, bot: RunningBot) -> Iterator[StrictServer]:
    with well_behaved(server):
        yield server


@pytest.fixture(scope="module")
def ids() -> Iterator[int]:
    return itertools.count(FIRST_CHAT + 10)


@pytest.fixture
def admin(telegram: StrictServer) -> Person:
    return Person(telegram, ADMIN)


@pytest.fixture
def deputy(telegram: StrictServer) -> Person:
    return Person(telegram, DEPUTY)


@pytest.fixture
def citizen(telegram: StrictServer, ids: Iterator[int]) -> Person:
    return Person(telegram, next(ids))


def sent_file(person: Person, name: str, text: str | bytes) -> Json:
    """Sends the bot a file; what it says to it."""
    data = text if isinstance(text, bytes) else text.encode()
    sent = person.telegram.send_document(data, name, "text/plain", chat_id=person.user)
    return person.next_after(sent.message_id)


def reloaded(person: Person, begin: Callable[[], object]) -> Json:
    """Begins a reload; the message that told of its progress, as it reads at its end."""
    last = person.last_id()
    begin()
    told = person.until(lambda messages: bool(messages) and "Đang nạp lại" not in messages[0]["text"], last)[0]
    calls = person.telegram.calls("sendMessage", person.user)
    [shown] = [each for each in calls if each.message_id == told["message_id"]]
    assert shown.parameters["text"].startswith("Đang nạp lại…")
    return told


class TestIn:
    def test_a_file_is_previewed_added_and_put_into_use(self, admin: Person, deputy: Person, citizen: Person) -> None:
        text = "Cầu Rào được xây dựng năm 1980 theo Quyết định số 123/QĐ-UBND.\n\n" + "Cầu dài. " * 60
        preview = sent_file(admin, "cau-rao.txt", article("Cầu Rào", text))
        head, title, about, *_ = preview["text"].split("\n")
        assert (head, title) == ("Xem trước, chưa thêm vào kho:", "Cầu Rào")
        assert re.fullmatch(r"24/11/2026 · \d{3} ký tự · nêu: 123/QĐ-UBND", about)
        assert marked(preview, "expandable_blockquote")[0].startswith("Cầu Rào được xây dựng năm 1980 theo")
        assert preview["text"].endswith("…")
        assert labels(preview) == [ADD, CANCEL]
        assert NOT_FOUND in citizen.ask("Cầu Rào xây dựng năm nào?")["text"]

        added = admin.tap(preview, ADD)
        assert re.match(r"Đã thêm:\n✓ Cầu Rào\n24/11/2026 · mã [0-9a-f]{16}", added["text"])
        assert admin.tap(preview, ADD)["text"] == USED
        assert admin.tap(preview, CANCEL)["text"] == USED

        def begin() -> None:
            admin.press(added, RELOAD)
            admin.until(lambda messages: "Đang nạp lại…" in messages[-1]["text"])
            assert deputy.ask("/reload")["text"] == "Đang có một lần nạp khác."

        told = reloaded(admin, begin)["text"]
        assert told.startswith("Nạp lại xong.\n")
        assert "\n+ Cầu Rào\n" in told
        assert "câu hỏi chuẩn trả lời đúng" in told
        citizen.ask("/new")
        assert marked(citizen.ask("Cầu Rào xây dựng năm nào?"), "bold")[0] in {"1980", "năm 1980"}

    def test_what_is_cancelled_is_not_added(self, admin: Person) -> None:
        preview = sent_file(admin, "huy.txt", article("Bài bỏ đi", "Bài này không thêm."))
        assert "nêu: không văn bản nào" in preview["text"]
        assert admin.tap(preview, CANCEL)["text"] == "Đã bỏ, không đổi gì."
        assert admin.tap(preview, ADD)["text"] == USED

    def test_an_address_is_previewed_and_added(self, admin: Person, city: FaultServer) -> None:
        times = "".join(f"<p>Bể bơi Lê Chân mở cửa lúc {n} giờ sáng, theo lịch của phường.</p>" for n in (5, 6, 7))
        date = '<meta property="article:published_time" content="2026-11-20T08:00:00+07:00">'
        head = f"<head><title>Bể bơi Lê Chân</title>{date}</head>"
        url = city.on("/be-boi.html", page(f"<html>{head}<body><article>{times}</article></body></html>"))
        preview = admin.ask(url)
        assert marked(preview, "bold") == ["Bể bơi Lê Chân"]
        assert "20/11/2026 · " in preview["text"]
        assert "Bể bơi Lê Chân mở cửa lúc 5 giờ sáng" in marked(preview, "expandable_blockquote")[0]
        added = admin.tap(preview, ADD)["text"]
        assert added.startswith("Đã thêm:\n✓ ")
        assert "✓ Bể bơi Lê Chân\n20/11/2026 · mã " in added

    @pytest.mark.parametrize("path", ["/khong-co.html", "/hong.html"])
    def test_an_address_that_gives_nothing_is_said(self, admin: Person, city: FaultServer, path: str) -> None:
        city.on("/hong.html", page("<html><body></body></html>"))
        assert "Không làm được: " in admin.ask(city.url(path))["text"]

    def test_an_address_inside_the_network_is_refused(self, admin: Person) -> None:
        assert "Không làm được: " in admin.ask("http://10.1.2.3/bai.html")["text"]

    def test_a_file_that_cannot_be_read_is_said(self, admin: Person) -> None:
        assert "Không làm được: " in sent_file(admin, "hong.pdf", b"%PDF-1.7 broken")["text"]


class TestOut:
    def test_removed_blocked_forced_rolled_back_and_added_again(self, admin: Person, citizen: Person) -> None:
        asked = citizen.ask(KINDS)
        [data] = [each["callback_data"] for each in buttons(asked) if each["text"] == "Cả bài"]
        decree = data.split(":")[1]

        def answered() -> bool:
            citizen.ask("/new")
            return "29 loại" in citizen.ask(KINDS)["text"]

        sure = admin.ask(f"/remove {decree}")
        assert "Những điểm cần nhớ của Nghị định 30/2020/NĐ-CP" in marked(sure, "bold")[0]
        assert admin.tap(sure, "Không")["text"] == "Đã bỏ, không đổi gì."
        removed = admin.tap(sure, "Có")
        assert removed["text"].startswith(f"- {decree}  Những điểm cần nhớ")
        assert "còn sót" in removed["text"]
        assert answered()

        blocked = reloaded(admin, lambda: admin.press(removed, RELOAD))
        assert "✗ van-thu: Văn bản hành chính có mấy loại?" in blocked["text"]
        assert "BỊ CHẶN" in blocked["text"]
        assert "Nạp lại xong" not in blocked["text"]
        assert labels(blocked) == [FORCE]
        assert answered()

        forced = reloaded(admin, lambda: admin.press(blocked, FORCE))
        assert forced["text"].startswith("Nạp lại xong.\n")
        assert "\n- Những điểm cần nhớ" in forced["text"]
        assert "không còn sót" in forced["text"]
        assert not answered()

        sure = admin.ask("/rollback")
        assert re.fullmatch(r"Quay lại bản nạp trước 0\d{5}\?", sure["text"])
        assert admin.tap(sure, "Không")["text"] == "Đã bỏ, không đổi gì."
        back = admin.tap(sure, "Có")["text"]
        assert back.startswith("dùng lại bản 0")
        assert f"BÀI ĐÃ GỠ nay lại được dùng để trả lời; gỡ bằng: chidao reload\n  ! {decree}" in back
        assert admin.tap(sure, "Có")["text"] == USED
        assert answered()

        admin.tap(sent_file(admin, DECREE, (SAMPLE / DECREE).read_bytes()), ADD)
        again = reloaded(admin, lambda: admin.write("/reload"))
        assert "BỊ CHẶN" not in again["text"]
        assert answered()

    def test_of_no_article_it_says_so(self, admin: Person) -> None:
        assert "/remove 0123456789abcdef" in admin.ask("/remove")["text"]
        assert "/remove 0123456789abcdef" in admin.ask("/remove ../x")["text"]
        assert admin.ask("/remove ffffffffffffffff")["text"] == "Không có bài mã ffffffffffffffff."


class TestLookingAfter:
    def test_status_tells_of_the_home_and_of_the_process(self, admin: Person) -> None:
        told = admin.ask("/status")["text"]
        assert re.match(r"Bot chạy 0:\d\d:\d\d · \d+ câu hỏi, 0 lỗi\np50 \d+ ms · p95 \d+ ms", told)
        assert "Đang chờ: 1 · Người có dữ liệu: " in told  # the /status itself
        assert re.search(r"đang dùng +0\d{5} lúc ", told)

    def test_gaps_lists_what_found_no_answer_and_what_is_covered_now(self, admin: Person, citizen: Person) -> None:
        covered, open_still = "Đèn biển Hòn Dấu thắp sáng từ năm nào?", "Vé xem phim ở rạp Tháng Tám bao nhiêu?"
        for question in (covered, open_still):
            assert NOT_FOUND in citizen.ask(f"{question} Gọi {PHONE}")["text"]
        lamp = article("Đèn biển Hòn Dấu", "Đèn biển Hòn Dấu thắp sáng từ năm 1898.")
        admin.tap(sent_file(admin, "hon-dau.txt", lamp), ADD)
        reloaded(admin, lambda: admin.write("/reload"))
        lines = admin.ask("/gaps")["text"].split("\n")
        assert PHONE not in "\n".join(lines)
        marks = {"✓ nay đã trả lời được" in line for line in lines if covered in line}
        assert marks == {True}
        assert {"✓ nay đã trả lời được" in line for line in lines if open_still in line} == {False}

    def test_feedback_comes_as_a_file_without_who_said_it(
        self, telegram: StrictServer, admin: Person, citizen: Person
    ) -> None:
        answer = citizen.ask(KINDS)
        receipt = next(each["callback_data"] for each in buttons(answer) if "Đúng" in each["text"]).split(":")[1]
        citizen.press(answer, "👍 Đúng")
        why = citizen.tap(answer, "👎 Sai")
        citizen.ask(f"=Thiếu ví dụ, gọi tôi {PHONE}", reply_to=why["message_id"])
        sent = admin.ask("/feedback")
        assert sent["document"]["file_name"] == "danh-gia.csv"
        text = telegram.document(sent).decode("utf-8-sig")
        assert PHONE not in text
        assert str(citizen.user) not in text
        [row] = [row for row in csv.DictReader(io.StringIO(text)) if row["receipt"] == receipt]
        assert (row["right"], row["question"]) == ("0", KINDS)
        assert re.fullmatch(r"'=Thiếu ví dụ, gọi tôi \S.*", row["reason"])

    def test_audit_tells_who_did_what(self, admin: Person) -> None:
        admin.tap(sent_file(admin, "so-ghi.txt", article("Sổ ghi", "Sổ ghi của phường mở hằng tuần.")), ADD)
        last = admin.ask("/audit")["text"].split("\n")[-1]
        assert re.fullmatch(rf"\d\d/\d\d/\d{{4}} \d\d:\d\d · {ADMIN} · add so-ghi.txt", last)

    def test_their_menu_holds_their_commands(self, telegram: StrictServer) -> None:
        telegram.wait_for(2, "setMyShortDescription")  # the last of what is published at the start
        menus = {
            each["scope"]["chat_id"]: [command["command"] for command in each["commands"]]
            for each in telegram._control("commands")
            if each["scope"]["type"] == "chat"
        }
        assert menus.keys() == {ADMIN, DEPUTY, CLERK}
        assert menus[ADMIN] == menus[DEPUTY]
        assert set(menus[ADMIN]) - set(menus[CLERK]) == {each.split()[0][1:] for each in COMMANDS}


class TestOthers:
    @pytest.mark.parametrize("command", COMMANDS)
    @pytest.mark.parametrize("who", ["a citizen", "staff"])
    def test_who_is_no_admin_gets_the_ordinary_answer(
        self, telegram: StrictServer, ids: Iterator[int], who: str, command: str
    ) -> None:
        person = Person(telegram, CLERK if who == "staff" else next(ids))
        person.ask("/new")
        told, plain = person.ask(command), person.ask(command.replace("/", "/x"))
        for each in (told, plain):  # a command that there is reads like one that there is not
            assert NOT_FOUND in each["text"] or "I found no answer" in each["text"]  # to some, in English words
            assert labels(each) == ["🏛 Hỏi cơ quan"]
            person.ask("/new")

    def test_an_address_and_a_file_are_not_taken(self, citizen: Person, city: FaultServer) -> None:
        url = city.on("/cua-dan.html", page("<html><body><p>Bài của dân.</p></body></html>"))
        assert NOT_FOUND in citizen.ask(url)["text"]
        assert "/cua-dan.html" not in city.asked
        assert "chưa đọc tệp" in sent_file(citizen, "bai.txt", article("Bài", "Bài của dân."))["text"]

    def test_an_admins_buttons_do_nothing_for_others(
        self, telegram: StrictServer, admin: Person, citizen: Person
    ) -> None:
        preview = sent_file(admin, "rieng.txt", article("Bài riêng", "Bài riêng của phường."))
        data = buttons(preview)[0]["callback_data"]
        message = citizen.ask("/help")
        telegram.press(data, message_id=message["message_id"], chat_id=citizen.user, forged=True)
        assert [each["text"][:9] for each in citizen.ask_all("cảm ơn bạn")] == ["Không có "]
        assert admin.tap(preview, ADD)["text"].startswith("Đã thêm:")
