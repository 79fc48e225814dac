"""Staff and the bot: references looked up, drafts checked, directives watched, as they see it in Telegram."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml.html import document_fromstring

from tests.botapi.client import Json, StrictServer
from tests.contract.running_bot import (
    FIRST_CHAT,
    LATE,
    NOT_FOUND,
    Person,
    RunningBot,
    add_and_reload,
    check_log,
    labels,
    marked,
    well_behaved,
)
from tests.documents import docx, word_paragraph, word_xml

pytestmark = pytest.mark.timeout(300)

OFFICE = -730_000_001  # a group whose members are staff
CLERK, MEMBER = FIRST_CHAT, FIRST_CHAT + 1  # staff by their id, and by being in that group
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KNOWN = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020"
DRAFT = f"Căn cứ {KNOWN};\nCăn cứ Nghị định số 158/2005/NĐ-CP;\nCăn cứ Quyết định số 9999/QĐ-UBND."
COUNTED = "Đã xem 3 dẫn chiếu: ✓ 1 khớp · ⚠ 1 cần xem lại · ✗ 1 không có trong kho"


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as started:
        started.set_settings(privacy=False, **LATE)
        # Telegram knows these chats when the bot starts: their menus can be set.
        started.add_to_group(OFFICE, user_id=MEMBER)
        started.send_text("/start", chat_id=CLERK)
        yield started


@pytest.fixture(scope="module")
def bot(server: StrictServer, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    home = tmp_path_factory.mktemp("staff") / "data"
    shutil.copytree(sample_home, home)
    with RunningBot(server, home, CHIDAO_TELEGRAM__STAFF=f"{CLERK},{OFFICE}") as running:
        Person(server, CLERK).until(bool)  # the greeting
        yield running
        check_log(server, running.log)


@pytest.fixture
def telegram(server: StrictServer, bot: RunningBot) -> Iterator[StrictServer]:
    with well_behaved(server):
        yield server


@pytest.fixture(scope="module")
def ids() -> Iterator[int]:
    return itertools.count(FIRST_CHAT + 10)


@pytest.fixture(params=[CLERK, MEMBER], ids=["by id", "by group"])
def staff(request: pytest.FixtureRequest, telegram: StrictServer) -> Person:
    return Person(telegram, request.param)


@pytest.fixture
def clerk(telegram: StrictServer) -> Person:
    return Person(telegram, CLERK)


@pytest.fixture
def citizen(telegram: StrictServer, ids: Iterator[int]) -> Person:
    return Person(telegram, next(ids))


class TestRef:
    @pytest.mark.parametrize(
        ("asked", "verdict", "evidence"),
        [
            ("30/2020/NĐ-CP ngày 05/3/2020", "✓ … số và ngày khớp với các bài", "ban hành ngày 05/3/2020"),
            ("468/QĐ-TTg", "✓ … các bài có dẫn, kho chưa có toàn văn", "Quyết định số 468/QĐ-TTg ngày 27/3/2021"),
            (
                "30/2020/NĐ-CP ngày 06/3/2020",
                "⚠ … số có, nhưng các bài ghi ngày khác: 05/03/2020",
                "ban hành ngày 05/3/2020",
            ),
            ("158/2005/NĐ-CP", "⚠ … bị bãi bỏ, hết hiệu lực", "bãi bỏ Nghị định số 158/2005/NĐ-CP"),
            ("45-NQ/TW", "⚠ … số này dùng cho nhiều văn bản", "ngày 24/11/2023"),
        ],
    )
    def test_each_verdict_comes_with_the_words_that_say_so(
        self, staff: Person, asked: str, verdict: str, evidence: str
    ) -> None:
        told = staff.ask(f"/ref {asked}")
        mark, _, note = verdict.partition(" … ")
        assert marked(told, "bold")[0] == f"{mark} {asked}"
        assert told["text"].split("\n")[1].startswith(note)
        assert any(evidence in quote for quote in marked(told, "expandable_blockquote"))
        assert labels(told) == ["🔔 Theo dõi"]

    def test_a_superseded_one_names_what_replaced_it(self, clerk: Person) -> None:
        told = clerk.ask("/ref 61/2018/NĐ-CP")
        assert "bị thay thế bởi 118/2025/NĐ-CP" in told["text"]
        first, *_ = marked(told, "expandable_blockquote")
        assert first.startswith("Nghị định này thay thế Nghị định số 61/2018/NĐ-CP")

    def test_one_that_no_article_names_is_not_watched(self, clerk: Person) -> None:
        told = clerk.ask("/ref 9999/QĐ-UBND")
        assert told["text"] == "✗ 9999/QĐ-UBND\nkhông bài nào nêu số này"
        assert labels(told) == []

    def test_an_english_phone_gets_english_words(self, telegram: StrictServer) -> None:
        told = Person(telegram, CLERK, language="en").ask("/ref 158/2005/NĐ-CP")
        assert "repealed" in told["text"]
        assert labels(told) == ["🔔 Watch"]

    def test_alone_it_says_how(self, staff: Person) -> None:
        assert "/ref 3482/QĐ-UBND" in staff.ask("/ref")["text"]

    def test_in_a_group_of_staff_it_answers_everybody(self, telegram: StrictServer, ids: Iterator[int]) -> None:
        told = Person(telegram, next(ids), OFFICE).ask("/ref@chidao_strict_bot 45-NQ/TW")
        assert told["text"].startswith("⚠ 45-NQ/TW\nsố này dùng cho nhiều văn bản")

    def test_others_get_the_ordinary_answer(self, citizen: Person) -> None:
        answer = citizen.ask("/ref 30/2020/NĐ-CP")
        assert "Nguồn: " in answer["text"]
        assert "🔔 Theo dõi" not in labels(answer)
        assert NOT_FOUND in citizen.ask("/check Giá vàng hôm nay?")["text"]
        for command in ("/watch 30/2020/NĐ-CP", "/unwatch 30/2020/NĐ-CP"):
            assert "heo dõi" not in citizen.ask(command)["text"]

    def test_in_another_group_it_is_not_heard(self, telegram: StrictServer, ids: Iterator[int]) -> None:
        group = -next(ids)
        telegram.add_to_group(group, user_id=FIRST_CHAT - 1)
        an = Person(telegram, next(ids), group)
        an.write("/ref 45-NQ/TW")
        assert [each["text"][:9] for each in an.ask_all("/ask cảm ơn bạn")] == ["Không có "]


class TestCheck:
    def test_a_text_is_checked_and_comes_back_marked(self, telegram: StrictServer, staff: Person) -> None:
        told, page = two_after(staff, staff.write(f"/check {DRAFT}").message_id)
        assert marked(told, "bold") == [COUNTED]
        assert "⚠ Nghị định số 158/2005/NĐ-CP: bị bãi bỏ" in told["text"]
        assert "✗ Quyết định số 9999/QĐ-UBND: không bài nào" in told["text"]
        assert KNOWN not in told["text"]
        assert page["document"]["file_name"] == "du-thao-da-kiem-tra.html"
        assert KNOWN in document_fromstring(telegram.document(page)).text_content()

    def test_it_replies_to_a_message_that_holds_the_draft(self, telegram: StrictServer, clerk: Person) -> None:
        office = Person(telegram, MEMBER, OFFICE)
        draft = office.write(DRAFT).message_id  # which is not spoken to the bot
        asked = office.write("/check", reply_to=draft).message_id
        assert two_after(office, asked)[0]["text"].startswith(COUNTED)
        assert "Dán dự thảo" in clerk.ask("/check")["text"]

    def test_a_word_file_comes_back_with_comments(self, telegram: StrictServer, staff: Person) -> None:
        made = docx(word_xml("".join(map(word_paragraph, DRAFT.split("\n")))))
        sent = telegram.send_document(made, "Tờ trình.docx", WORD, chat_id=staff.user)
        told, file = two_after(staff, sent.message_id)
        assert told["text"].startswith(COUNTED)
        assert file["document"]["file_name"] == "Tờ trình-da-kiem-tra.docx"
        document = Document(BytesIO(telegram.document(file)))
        assert [each.text for each in document.paragraphs] == DRAFT.split("\n")
        assert [each.text[0] for each in document.comments] == ["✓", "⚠", "✗"]

    @pytest.mark.parametrize("how", ["alone", "with the command", "replied to", "in the group"])
    def test_a_text_file_comes_back_as_a_page(self, telegram: StrictServer, clerk: Person, how: str) -> None:
        person = Person(telegram, MEMBER, OFFICE) if how == "in the group" else clerk
        caption = "/check" if how in {"with the command", "in the group"} else None
        sent = telegram.send_document(
            DRAFT.encode(), "du-thao-1.txt", "text/plain", caption=caption, chat_id=person.place, user_id=person.user
        )
        if how == "replied to":
            two_after(person, sent.message_id)
            sent = person.write("/check", reply_to=sent.message_id)
        told, page = two_after(person, sent.message_id)
        assert told["text"].startswith(COUNTED)
        assert page["document"]["file_name"] == "du-thao-1-da-kiem-tra.html"
        assert "Quyết định số 9999/QĐ-UBND" in document_fromstring(telegram.document(page)).text_content()

    def test_what_cannot_be_read_is_said(self, telegram: StrictServer, clerk: Person) -> None:
        sent = telegram.send_document(b"PK no word file", "hong.docx", WORD, chat_id=CLERK)
        assert "Không làm được: " in clerk.next_after(sent.message_id)["text"]
        assert "Không thấy dẫn chiếu" in clerk.ask("/check Kính gửi các phòng")["text"]

    def test_a_citizens_file_is_not_read(self, telegram: StrictServer, citizen: Person) -> None:
        sent = telegram.send_document(DRAFT.encode(), "don.txt", "text/plain", caption="/check", chat_id=citizen.user)
        assert "chưa đọc tệp" in citizen.next_after(sent.message_id)["text"]


class TestWatch:
    def test_watches_are_listed_and_ended(self, staff: Person) -> None:
        assert "Chưa theo dõi" in staff.ask("/watch")["text"]
        assert "Đang theo dõi 468/QĐ-TTg." in staff.ask("/watch 468/QĐ-TTg")["text"]
        assert "Đang theo dõi:\n• 468/QĐ-TTg\n" in staff.ask("/watch")["text"]
        assert staff.ask("/unwatch 468/QĐ-TTg")["text"] == "Đã thôi theo dõi 468/QĐ-TTg."
        assert staff.ask("/unwatch 468/QĐ-TTg")["text"] == "Văn bản này không được theo dõi."

    def test_a_reload_by_another_process_brings_what_is_new_and_only_that(
        self, telegram: StrictServer, bot: RunningBot, clerk: Person, tmp_path: Path
    ) -> None:
        office = Person(telegram, MEMBER, OFFICE)
        clerk.tap(clerk.ask("/ref 57-NQ/TW"), "🔔 Theo dõi")
        office.ask("/watch 57-NQ/TW")
        clerk.ask("/watch 202/2025/QH15")  # which the new article does not name
        before = {each: each.last_id() for each in (clerk, office)}
        article = (
            "Tiêu đề: Thành phố bàn Nghị quyết 57\nNgày đăng: 24/11/2026\n\n"
            "Thành ủy quán triệt Nghị quyết số 57-NQ/TW tại hội nghị sáng nay."
        )
        add_and_reload(bot.home, tmp_path, moi=article)
        for person, last in before.items():
            news = person.next_after(last)
            assert marked(news, "bold") == ["Có điều mới về 57-NQ/TW:"]
            assert marked(news, "expandable_blockquote") == [article.split("\n\n")[1]]
            assert "Thành phố bàn Nghị quyết 57 · 24/11/2026" in news["text"]
            assert [each["text"][:9] for each in person.ask_all("/ask cảm ơn bạn")] == ["Không có "]
            person.ask("/unwatch 57-NQ/TW")
        clerk.ask("/unwatch 202/2025/QH15")


def two_after(person: Person, message_id: int) -> list[Json]:
    """The first two messages of the bot after one."""
    return person.until(lambda messages: len(messages) >= 2, message_id)[:2]


def test_menus_show_each_what_is_theirs(telegram: StrictServer, citizen: Person) -> None:
    citizen.ask("/start")
    telegram.wait_for(2, "setMyShortDescription")  # the last of what is published at the start
    menus = {
        (each["scope"]["type"], each["scope"].get("chat_id"), each["language_code"]): names(each["commands"])
        for each in telegram._control("commands")
    }
    citizens = ["start", "help", "new", "about", "privacy", "forget", "language"]
    staff = ["ref", "check", "watch", "unwatch"]
    for language in ("", "en"):
        assert menus.pop(("default", None, language)) == citizens
        assert menus.pop(("all_private_chats", None, language)) == citizens
        assert menus.pop(("all_group_chats", None, language)) == ["ask", "help", "about", "privacy"]
        assert menus.pop(("chat", CLERK, language)) == citizens + staff
        assert menus.pop(("chat", OFFICE, language)) == ["ask", "help", "about", "privacy", *staff]
    assert menus == {}
    assert "Hải Phòng" in telegram.profile()["description"][""]
    assert "directives" in telegram.profile()["description"]["en"]
    assert telegram.profile()["short_description"].keys() == {"", "en"}


def names(commands: list[Json]) -> list[str]:
    """The commands of a menu, without their descriptions."""
    return [each["command"] for each in commands]
