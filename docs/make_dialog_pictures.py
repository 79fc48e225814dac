"""Draws docs/dialogs/*.png: the real bot over the sample articles, talked to through our strict Bot API server.

Needs Chromium and Roboto (Debian: chromium, fonts-roboto, fonts-noto-color-emoji). Names of pictures narrow it down.

.venv/bin/python -m docs.make_dialog_pictures [start group …]
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from docx import Document

from docs.telegram_look import Json, Scene, draw, find_browser
from tests.botapi.client import StrictServer, Violation
from tests.contract.running_bot import Person, RunningBot, labels, well_behaved
from tests.homes import ROOT, SAMPLE, run_chidao

PICTURES: Final = ROOT / "docs" / "dialogs"
CITIZENS: Final = 710_000_001  # the first of them; each dialog has a person of its own
STAFF: Final = 720_000_001
ADMIN: Final = 730_000_001
GROUP: Final = -500_000_001
TITLE: Final = "Hỏi đáp Hải Phòng"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Phone:
    """One person's phone: what they do, and the picture of what they then see."""

    def __init__(self, telegram: StrictServer, user: int, *, chat: int = 0, language: str = "vi") -> None:
        self._person = Person(telegram, user, chat, language)
        bot = int(telegram.token.partition(":")[0])
        self.scene = Scene(TITLE, "bot", bot, me=user)
        self._drawn = 0

    def write(self, text: str, *, replies: int = 1, reply_to: Json | None = None) -> Json:
        """Writes, and waits for so many messages of the bot; the last of them."""
        to = None if reply_to is None else int(reply_to["message_id"])
        return self._wait(self._person.write(text, reply_to=to).message_id, replies)

    def send_file(self, data: bytes, name: str, kind: str, *, caption: str = "", replies: int = 1) -> Json:
        """Sends a file, and waits likewise."""
        where = {"chat_id": self._person.place, "user_id": self._person.user}
        sent = self._person.telegram.send_document(data, name, kind, caption=caption or None, **where)
        return self._wait(sent.message_id, replies)

    def tap(self, message: Json, button: str, *, replies: int = 1) -> Json:
        """Presses the button whose label begins so, and waits likewise."""
        [label] = [each for each in labels(message) if each.startswith(button)]
        last = self._person.last_id()
        self._person.press(message, label)
        self.scene.pressed.add((message["message_id"], label))
        return self._wait(last, replies)

    def look(self) -> None:
        """What is in the chat and was not seen before stands in the picture as it is now."""
        new = [each for each in self._person.telegram.messages(self._person.place) if each["message_id"] > self._drawn]
        self.scene.shown += new
        self._drawn = max((each["message_id"] for each in new), default=self._drawn)

    def look_again(self, message: Json, remark: str) -> None:
        """A message that was seen before and has changed stands in the picture once more, below a remark."""
        now = self._person.telegram.messages(self._person.place)
        self.scene.shown += [remark, *(each for each in now if each["message_id"] == message["message_id"])]

    def wait_for_edit(self, message: Json, text: str) -> None:
        """Waits until a message reads so."""
        wanted = int(message["message_id"])
        self._person.until(
            lambda said: any(text in each.get("text", "") for each in said if each["message_id"] == wanted), wanted - 1
        )

    def _wait(self, after: int, replies: int) -> Json:
        if not replies:
            return {}
        return self._person.until(lambda messages: len(messages) >= replies, after)[replies - 1]


def start(telegram: StrictServer, user: int) -> Scene:
    """/start, and an example tapped."""
    phone = Phone(telegram, user)
    greeting = phone.write("/start")
    phone.tap(greeting, labels(greeting)[0], replies=2)
    phone.look()
    return phone.scene


def question(telegram: StrictServer, user: int) -> Scene:
    """A question without marks, its answer, and the next passage."""
    phone = Phone(telegram, user)
    answer = phone.write("giay xac nhan doc than dung duoc bao lau")
    phone.tap(answer, "Đoạn khác")
    phone.look()
    return phone.scene


def not_found(telegram: StrictServer, user: int) -> Scene:
    """Two questions that no article answers, and whom to ask."""
    phone = Phone(telegram, user)
    phone.write("Làm thẻ căn cước mất bao nhiêu tiền?")
    answer = phone.write("Quyết định 9999/QĐ-UBND quy định gì?")
    phone.tap(answer, "🏛")
    phone.look()
    return phone.scene


def follow_up(telegram: StrictServer, user: int) -> Scene:
    """A question that leans on the one before, and another matter."""
    phone = Phone(telegram, user)
    phone.write("Đăng ký khai sinh ở đâu?")
    phone.write("lệ phí bao nhiêu")
    phone.write("/new")
    phone.look()
    return phone.scene


def ambiguous(telegram: StrictServer, user: int) -> Scene:
    """A number that two directives bear."""
    phone = Phone(telegram, user)
    asked = phone.write("Nghị quyết 45-NQ/TW về việc gì?")
    phone.tap(asked, labels(asked)[0])
    phone.look()
    return phone.scene


def wrong(telegram: StrictServer, user: int) -> Scene:
    """A wrong answer is told, with the reason."""
    phone = Phone(telegram, user)
    answer = phone.write("Ai phải đổi thẻ căn cước?")
    phone.look()
    why = phone.tap(answer, "👎")
    phone.tap(why, "Không đúng")
    phone.look()
    return phone.scene


def group(telegram: StrictServer, lan: int) -> Scene:
    """In a group: named, and replied to."""
    minh = lan + 100
    telegram.add_to_group(GROUP, title="Tổ dân phố 5", user_id=minh)
    phone, other = Phone(telegram, lan, chat=GROUP), Phone(telegram, minh, chat=GROUP)
    phone.scene.title, phone.scene.about = "Tổ dân phố 5", "34 thành viên"
    phone.scene.names = {phone.scene.bot: TITLE, lan: "Lan", minh: "Minh"}
    other.write("Cháu nhà mình mới sinh tuần trước, làm giấy khai sinh thế nào nhỉ?", replies=0)
    answer = phone.write("@chidao_strict_bot đăng ký khai sinh trong bao nhiêu ngày?")
    other.write("lệ phí bao nhiêu", reply_to=answer)
    phone.look()
    return phone.scene


def staff_ref(telegram: StrictServer, _: int) -> Scene:
    """Staff look up a directive that was superseded."""
    phone = Phone(telegram, STAFF)
    phone.write("/ref 61/2018/NĐ-CP")
    phone.look()
    return phone.scene


def staff_check(telegram: StrictServer, _: int) -> Scene:
    """Staff check a draft, pasted behind the command."""
    phone = Phone(telegram, STAFF + 1)
    phone.write(
        "/check Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư;\n"
        "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ về cơ chế một cửa;\n"
        "Căn cứ Quyết định số 9999/QĐ-UBND ngày 01/02/2024;",
        replies=2,
    )
    phone.look()
    return phone.scene


def admin(telegram: StrictServer, _: int) -> Scene:
    """A file becomes an article, and the bot reloads."""
    phone = Phone(telegram, ADMIN)
    preview = phone.send_file(_notice(), "thong-bao-tiep-cong-dan.docx", DOCX)
    phone.tap(preview, "✅")
    progress = phone.write("/reload")
    phone.look()
    phone.wait_for_edit(progress, "Nạp lại xong")
    phone.look_again(progress, "vài giây sau, cùng tin ấy")
    return phone.scene


def english(telegram: StrictServer, user: int) -> Scene:
    """In English."""
    phone = Phone(telegram, user)
    phone.scene.you = "You"
    asked = phone.write("/language")
    phone.tap(asked, "English")
    phone.write("How many days do I have to register a birth?")
    phone.write("/privacy")
    phone.look()
    return phone.scene


def inline(telegram: StrictServer, user: int) -> Scene:
    """Somebody types the bot's name and a number in a chat with a friend."""
    scene = Scene("Minh", "vừa mới truy cập", bot=0, me=user)
    asked = "Nghị định 61/2018/NĐ-CP"
    answer = telegram.wait_for_inline(telegram.inline_query(asked, user_id=user))
    said = {"message_id": 1, "from": {"id": user + 1}, "text": "Làm hồ sơ một cửa thì theo nghị định nào nhỉ?"}
    scene.shown.append(said)
    scene.typed, scene.cards = f"@chidao_strict_bot {asked}", answer["results"]
    return scene


DIALOGS: Final[tuple[Callable[[StrictServer, int], Scene], ...]] = (
    start,
    question,
    not_found,
    follow_up,
    ambiguous,
    wrong,
    group,
    staff_ref,
    staff_check,
    admin,
    english,
    inline,
)


def _notice() -> bytes:
    """A notice as an office would send it, a Word file."""
    lines = (
        "Thông báo lịch tiếp công dân tháng 12 năm 2026",
        "Ủy ban nhân dân phường tiếp công dân vào sáng thứ Ba và sáng thứ Năm hằng tuần, từ 8 giờ đến 11 giờ 30.",
        "Công dân mang theo căn cước và đơn, nếu có.",
        "Việc tiếp công dân thực hiện theo Luật Khiếu nại số 02/2011/QH13 và Luật Tố cáo số 25/2018/QH14.",
    )
    document = Document()
    document.core_properties.created = datetime(2026, 11, 30, tzinfo=UTC)
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _menu_too_early(violation: Violation) -> bool:
    """The bot offers staff their menu when it starts; Telegram takes it only once they have written."""
    return violation.method == "setMyCommands" and violation.description.endswith("chat not found")


def main(wanted: list[str]) -> None:
    """Plays the dialogs in their order (the admin's changes the articles), and draws each."""
    browser = find_browser()
    if browser is None:
        sys.exit("no Chromium here; on Debian: apt install chromium fonts-roboto fonts-noto-color-emoji")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "data"
        for arguments in (["add", str(SAMPLE)], ["reload"]):
            run_chidao(home, *arguments).check_returncode()
        roles = {"CHIDAO_TELEGRAM__STAFF": f"{STAFF},{STAFF + 1}", "CHIDAO_TELEGRAM__ADMINS": str(ADMIN)}
        with StrictServer() as telegram, RunningBot(telegram, home, **roles), well_behaved(telegram, _menu_too_early):
            for n, play in enumerate(DIALOGS):
                name = play.__name__.replace("_", "-")
                if not wanted or name in wanted:
                    scene = play(telegram, CITIZENS + n)
                    draw(scene, PICTURES / f"{n + 1:02}-{name}.png", browser)
                    print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
