"""Citizens and the bot, run as a process and talked to through the strict Bot API server: what they see."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.botapi.client import Json, StrictServer
from tests.contract.running_bot import (
    ANSWER,
    FIRST_CHAT,
    LATE,
    NOT_FOUND,
    QUESTION,
    Person,
    RunningBot,
    add_and_reload,
    buttons,
    check_log,
    labels,
    marked,
    well_behaved,
)

pytestmark = pytest.mark.timeout(300)

USER_LIMIT = 8  # questions a minute
KINDS = "Văn bản hành chính có mấy loại?"
LINKED = "Nghị định 118/2025/NĐ-CP về việc gì?"
LINK = "https://vanban.chinhphu.vn/"
WALKS = "Phố đi bộ mở tại các tuyến nào?"
SALT = "Kho muối Bàng La ở đâu?"
UNANSWERED = "Giá vàng hôm nay bao nhiêu?"
MESSAGE_LIMIT = 4096  # characters (Bot API, sendMessage)
# Two articles longer than any of the sample: a sentence that fills two messages, and a text of more than four pages.
LONG = {
    "pho-di-bo": (
        "Tiêu đề: Các tuyến phố đi bộ\nNgày đăng: 01/10/2026\nNguồn: https://haiphong.gov.vn/pho-di-bo\n\n"
        f"Thành phố mở phố đi bộ tại các tuyến {', '.join(f'phố Hoa Phượng {n}' for n in range(1, 400))}."
    ),
    "kho-muoi": (
        "Tiêu đề: Biên bản kiểm kê kho muối\nNgày đăng: 02/10/2026\nNguồn: Sở Công Thương\n\n"
        "Kho muối Bàng La ở phường Nam Đồ Sơn.\n\n" + "\n\n".join(["Đã kiểm kê đủ " + "ô muối, " * 400] * 4)
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as started:
        started.set_settings(privacy=False, **LATE)  # in groups it hears everything, and still answers only what is its
        yield started


@pytest.fixture(scope="module")
def bot(server: StrictServer, sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    folder = tmp_path_factory.mktemp("citizens")
    home = folder / "data"
    shutil.copytree(sample_home, home)
    add_and_reload(home, folder / "articles", **LONG)
    with RunningBot(server, home, CHIDAO_TELEGRAM__USER_LIMIT=str(USER_LIMIT)) as running:
        yield running
        check_log(server, running.log)


@pytest.fixture
def telegram(server: StrictServer, bot: RunningBot) -> Iterator[StrictServer]:
    with well_behaved(server):
        yield server


@pytest.fixture(scope="module")
def ids() -> Iterator[int]:
    return itertools.count(FIRST_CHAT)


@pytest.fixture
def somebody(telegram: StrictServer, ids: Iterator[int]) -> Callable[..., Person]:
    """Makes people that the bot has not met."""
    return lambda **what: Person(telegram, next(ids), **what)


@pytest.fixture
def lan(somebody: Callable[..., Person]) -> Person:
    return somebody()


class TestCommands:
    def test_start_offers_three_examples_and_each_is_answered_when_tapped(self, lan: Person) -> None:
        greeting = lan.ask("/start")
        assert "Hải Phòng" in greeting["text"]
        assert len(labels(greeting)) == 3
        for example in labels(greeting):
            asked = lan.tap(greeting, example)
            assert asked["text"] == example
            answer = lan.next_after(asked["message_id"])
            assert marked(answer, "expandable_blockquote")
            assert answer["reply_to_message"]["message_id"] == asked["message_id"]

    @pytest.mark.parametrize(
        ("language", "command", "said"),
        [
            ("vi", "/help", ["Cách dùng", "Tổng đài 1022"]),
            ("vi", "/about", ["Hải Phòng", "21 bài", "000002", "Tổng đài 1022", "/privacy"]),
            ("vi", "/privacy", ["20 phút", "30 ngày", "365 ngày", "/forget"]),
            ("vi", "/new", ["câu chuyện mới"]),
            ("en", "/start", ["directives of the city of Hải Phòng", "Tap one"]),
            ("en-GB", "/help", ["How to use"]),
            ("en", "/about", ["21 articles"]),
            ("en", "/privacy", ["20 silent minutes", "30 days"]),
            ("fr", "/help", ["Cách dùng"]),
        ],
    )
    def test_commands_answer_in_the_language_of_the_phone(
        self, somebody: Callable[..., Person], language: str, command: str, said: list[str]
    ) -> None:
        text = somebody(language=language).ask(command)["text"]
        assert [each for each in said if each not in text] == []

    def test_forget_says_what_it_erased_and_then_has_nothing(self, lan: Person) -> None:
        lan.tap(lan.ask("/language"), "Tiếng Việt")
        lan.tap(lan.ask(QUESTION), "👎 Sai")
        told = lan.ask("/forget")["text"]
        assert "1 ngôn ngữ đã chọn, 1 cuộc trò chuyện, 1 dấu nối câu hỏi với câu trả lời, 1 đánh giá" in told
        assert lan.ask("/forget")["text"] == "Không còn giữ gì của bạn."

    def test_a_language_once_chosen_lasts_whatever_the_phone_says(self, lan: Person) -> None:
        chosen = lan.tap(lan.ask("/language"), "English")
        assert "English from now on" in chosen["text"]
        assert "How to use" in lan.ask("/help")["text"]
        assert "Source: " in lan.ask(QUESTION)["text"]
        assert "tiếng Việt" in lan.tap(lan.ask("/language"), "Tiếng Việt")["text"]
        assert "Cách dùng" in lan.ask("/help")["text"]


class TestAnswers:
    def test_a_question_gets_typing_then_one_reply_with_quote_title_and_date(
        self, telegram: StrictServer, lan: Person
    ) -> None:
        asked = lan.write(QUESTION)
        answer = lan.next_after(asked.message_id)
        assert ANSWER in marked(answer, "expandable_blockquote")[0]
        assert (
            "Nguồn: Những điểm cần nhớ của Nghị định 30/2020/NĐ-CP về công tác văn thư\n23/11/2026 · " in answer["text"]
        )
        assert answer["reply_to_message"]["message_id"] == asked.message_id
        [typing] = telegram.calls("sendChatAction", lan.user)
        [sent] = telegram.calls("sendMessage", lan.user)
        assert typing.parameters["action"] == "typing"
        assert typing.n < sent.n

    def test_the_words_that_answer_stand_out(self, lan: Person) -> None:
        answer = lan.ask(KINDS)
        assert marked(answer, "bold")[0] == "29"
        assert "có 29 loại" in marked(answer, "expandable_blockquote")[0]

    def test_a_source_on_the_web_is_a_link_and_a_button(self, lan: Person) -> None:
        answer = lan.ask(LINKED)
        title = "Nghị định 118/2025/NĐ-CP: một cửa không còn phụ thuộc địa giới hành chính"
        assert marked(answer, "text_link") == [title]
        assert [each["url"] for each in answer["entities"] if each["type"] == "text_link"] == [LINK]
        assert [each["url"] for each in buttons(answer) if "url" in each] == [LINK]

    def test_what_is_not_there_is_not_answered_but_there_is_whom_to_ask(self, lan: Person) -> None:
        refusal = lan.ask(UNANSWERED)
        assert refusal["text"].startswith(NOT_FOUND)
        assert "1022" in refusal["text"]
        assert marked(refusal, "expandable_blockquote") == []
        assert "1022" in lan.tap(refusal, "🏛 Hỏi cơ quan")["text"]

    def test_a_follow_up_is_understood_until_new(self, lan: Person) -> None:
        lan.ask("Đăng ký kết hôn ở đâu?")
        fee = lan.ask("lệ phí bao nhiêu")["text"]
        assert fee.startswith("Tôi hiểu là: Đăng ký kết hôn lệ phí bao nhiêu\n")
        assert "miễn lệ phí" in fee
        lan.ask("/new")
        assert "Tôi hiểu là" not in lan.ask("lệ phí bao nhiêu")["text"]

    def test_a_reply_to_an_answer_is_a_question(self, lan: Person) -> None:
        answer = lan.ask(QUESTION)
        assert "29 loại" in lan.ask(KINDS, reply_to=answer["message_id"])["text"]

    def test_of_two_documents_a_button_chooses(self, lan: Person) -> None:
        asked = lan.ask("Nghị quyết 45-NQ/TW về việc gì?")
        [of_2019] = [each for each in labels(asked) if "2019" in each]
        assert "phát triển thành phố Hải Phòng" in lan.tap(asked, of_2019)["text"]

    def test_an_answer_too_long_for_one_message_comes_in_several(self, lan: Person) -> None:
        asked = lan.write(WALKS).message_id
        pages = lan.until(lambda messages: len(messages) == 2, asked)
        assert [len(each["text"]) <= MESSAGE_LIMIT for each in pages] == [True, True]
        quoted = " ".join(part.strip() for each in pages for part in marked(each, "expandable_blockquote"))
        assert quoted in LONG["pho-di-bo"]
        assert len(quoted) > MESSAGE_LIMIT
        assert labels(pages[0]) == []
        assert "👍 Đúng" in labels(pages[1])

    def test_twenty_citizens_at_once_are_each_answered_once(self, somebody: Callable[..., Person]) -> None:
        people = [somebody() for _ in range(20)]
        for text in (QUESTION, "/help"):
            for each in people:
                each.write(text)
        for each in people:
            answer, _ = each.until(lambda messages: "Cách dùng" in messages[-1]["text"] if messages else False)
            assert ANSWER in answer["text"]

    def test_who_asks_too_much_gets_one_friendly_word(self, lan: Person, somebody: Callable[..., Person]) -> None:
        for _ in range(USER_LIMIT + 4):
            lan.write("cảm ơn bạn")
        lan.until(lambda messages: "hỏi nhanh quá" in messages[-1]["text"] if messages else False)
        lan.write("/help")  # counts as well
        somebody().ask(QUESTION)
        *thanks, word = lan.telegram.bot_messages(lan.user)
        assert len(thanks) == USER_LIMIT
        assert all("Không có gì" in each["text"] for each in thanks)
        assert "hỏi nhanh quá" in word["text"]


class TestButtons:
    def test_the_passage_around_a_quote_then_further_passages_until_there_is_none(self, lan: Person) -> None:
        answer = lan.ask(QUESTION)
        passage = lan.tap(answer, "Xem đoạn gốc")
        assert ANSWER in passage["text"]
        assert "khuôn mẫu chung" in passage["text"]
        further, seen = answer, []
        while "Đoạn khác ▸" in labels(further):
            further = lan.tap(further, "Đoạn khác ▸")
            seen.append(further["text"])
        assert len(seen) >= 2
        assert len(set(seen)) == len(seen)
        last = int(re.findall(r"nx:\w+:(\d+)", str(lan.telegram.messages(lan.user)))[-1])
        assert last == len(seen) - 1
        receipt = next(each["callback_data"] for each in buttons(answer) if each["text"] == "👍 Đúng").split(":")[1]
        before = lan.last_id()
        lan.telegram.press(f"nx:{receipt}:{len(seen)}", message_id=before, chat_id=lan.user, forged=True)
        assert "Không còn đoạn nào" in lan.next_after(before)["text"]

    def test_the_whole_article_is_leafed_through_in_one_message(self, telegram: StrictServer, lan: Person) -> None:
        lan.write(WALKS)
        answer = lan.until(lambda messages: len(messages) == 2)[1]
        page = lan.tap(answer, "Cả bài")
        text = [page["text"]]
        while "Sau ▸" in labels(page):
            page = changed(lan, page, "Sau ▸")
            text.append(page["text"])
        assert len(text) == 3
        assert text[-1].endswith("phố Hoa Phượng 399.")
        assert all(each.startswith("Các tuyến phố đi bộ\n01/10/2026") for each in text)
        assert changed(lan, page, "◂ Trước")["text"] == text[1]
        assert lan.last_id() == page["message_id"]

    def test_a_very_long_article_comes_as_a_document(self, telegram: StrictServer, lan: Person) -> None:
        message = lan.tap(lan.ask(SALT), "Cả bài")
        assert message["document"]["file_name"] == "Biên bản kiểm kê kho muối.txt"
        text = telegram.document(message).decode("utf-8-sig")
        assert text.startswith("Biên bản kiểm kê kho muối\n02/10/2026 · Sở Công Thương\n\nKho muối Bàng La ở phường")
        assert text.count("Đã kiểm kê đủ") == 4

    def test_right_is_thanked_for_without_a_message(self, telegram: StrictServer, lan: Person) -> None:
        answer = lan.ask(QUESTION)
        lan.press(answer, "👍 Đúng")
        [thanks] = telegram.wait_for(1, "answerCallbackQuery", chat_id=lan.user)
        assert thanks.parameters["text"] == "Cảm ơn bạn!"
        assert lan.last_id() == answer["message_id"]

    def test_wrong_asks_why_and_a_button_tells(self, lan: Person) -> None:
        why = lan.tap(lan.ask(QUESTION), "👎 Sai")
        assert labels(why) == ["Không đúng câu hỏi", "Đã cũ, hết hiệu lực", "Còn thiếu", "Nội dung sai"]
        assert "Đã ghi lại" in lan.tap(why, "Còn thiếu")["text"]

    def test_wrong_asks_why_and_a_reply_in_words_tells(self, lan: Person) -> None:
        why = lan.tap(lan.ask(QUESTION), "👎 Sai")
        assert "Đã ghi lại" in lan.ask("Nhà tôi ở 12 Lạch Tray, thiếu giờ mở cửa", reply_to=why["message_id"])["text"]

    @pytest.mark.parametrize(
        "data",
        [
            *("opt:", "opt:0123456789ab:1", "opt:zz:1", "opt:0123456789ab:99", "src:", "src:0000000000000000:5"),
            *(
                "src:../../etc/passwd:1",
                "src:é:1",
                "nx:0123456789ab:0",
                "art:0000000000000000:0",
                "ex:0000000000000000",
            ),
            *("fb:zz:1", "why:0123456789ab:zz", "lang:fr", "x", "w:30/2020/NĐ-CP"),
            *("reload:go", "reload:force", "add:0123456789abcdef:y", "back:000002:y", "rm:0123456789abcdef:y"),
        ],
    )
    def test_a_forged_button_breaks_nothing_and_gives_nothing_away(
        self, telegram: StrictServer, lan: Person, data: str
    ) -> None:
        message = lan.ask("/help")
        for message_id in (message["message_id"], 999):
            telegram.press(data, message_id=message_id, chat_id=lan.user, forged=True)
        said = lan.ask_all("cảm ơn bạn")
        assert len(telegram.calls("answerCallbackQuery", lan.user)) == 2
        harmless = ("cũ", "không còn", "Không có gì ạ")
        assert all(any(each in message["text"] for each in harmless) for message in said), said


def changed(person: Person, message: Json, button: str) -> Json:
    """Presses a button that changes its message; the message as it then reads."""
    person.press(message, button)

    def now(messages: list[Json]) -> Json:
        return next(each for each in messages if each["message_id"] == message["message_id"])

    return now(person.until(lambda messages: now(messages)["text"] != message["text"]))


class TestEdits:
    def test_an_edited_question_edits_its_answer(self, telegram: StrictServer, lan: Person) -> None:
        asked = lan.write(QUESTION).message_id
        [first] = lan.until(lambda messages: len(messages) == 1)

        def edited(text: str, wanted: Callable[[list[Json]], bool]) -> list[Json]:
            telegram.edit_text(text, message_id=asked, chat_id=lan.user)
            return lan.until(wanted)

        [longer, rest] = edited(WALKS, lambda messages: "phố Hoa Phượng 399" in messages[-1]["text"])
        assert longer["message_id"] == first["message_id"]
        assert "phố Hoa Phượng 1," in longer["text"]
        assert "👎 Sai" in labels(rest)
        [shorter] = edited(KINDS, lambda messages: len(messages) == 1 and "29 loại" in messages[0]["text"])
        assert shorter["message_id"] == first["message_id"]
        assert "👎 Sai" in labels(shorter)
        [refused] = edited(UNANSWERED, lambda messages: NOT_FOUND in messages[0]["text"])
        assert labels(refused) == ["🏛 Hỏi cơ quan"]
        [answered] = edited(QUESTION, lambda messages: ANSWER in messages[0]["text"])
        assert answered["message_id"] == first["message_id"]

    def test_an_edit_of_what_was_no_question_is_not_answered(self, telegram: StrictServer, lan: Person) -> None:
        asked = lan.write("/privacy").message_id
        lan.next_after(asked)
        telegram.edit_text(QUESTION, message_id=asked, chat_id=lan.user)
        assert [each["text"][:9] for each in lan.ask_all("cảm ơn bạn")] == ["Không có "]


class TestGroups:
    FORUM = -1_000_720_000_000

    @pytest.fixture
    def an(self, telegram: StrictServer, somebody: Callable[..., Person], ids: Iterator[int]) -> Person:
        group = -next(ids)  # one for each test: a bot may send twenty messages a minute to a group
        telegram.add_to_group(group, user_id=FIRST_CHAT - 1)
        return somebody(chat=group)

    def test_it_is_silent_unless_it_is_spoken_to(self, an: Person) -> None:
        begin = an.write(QUESTION).message_id
        an.write("@somebody_else " + QUESTION)
        said = an.ask_all(f"@chidao_strict_bot {KINDS}")
        assert ["29 loại" in each["text"] for each in said] == [True]
        assert an.next_after(begin) == said[0]

    def test_a_reply_to_it_and_ask_are_questions(self, an: Person) -> None:
        answer = an.ask(f"/ask {KINDS}")
        assert "29 loại" in answer["text"]
        assert ANSWER in an.ask(QUESTION, reply_to=answer["message_id"])["text"]
        assert ANSWER in an.ask(f"/ask@chidao_strict_bot {QUESTION}")["text"]
        assert "/ask" in an.ask("/ask")["text"]

    def test_each_member_has_a_conversation_of_their_own(self, an: Person, somebody: Callable[..., Person]) -> None:
        binh = somebody(chat=an.chat)
        an.ask("/ask Đăng ký kết hôn ở đâu?")
        assert "Tôi hiểu là" not in binh.ask("/ask lệ phí bao nhiêu")["text"]
        assert an.ask("/ask lệ phí bao nhiêu")["text"].startswith("Tôi hiểu là: Đăng ký kết hôn lệ phí bao nhiêu")

    def test_an_answer_stays_in_its_topic(self, telegram: StrictServer, somebody: Callable[..., Person]) -> None:
        telegram.add_to_group(self.FORUM, user_id=FIRST_CHAT - 1)
        topic = telegram.create_topic(self.FORUM, "Hỏi đáp")
        an = somebody(chat=self.FORUM, topic=topic)
        answer = an.ask(f"/ask {QUESTION}")
        assert answer["message_thread_id"] == topic
        assert an.tap(answer, "Xem đoạn gốc")["message_thread_id"] == topic
        assert an.tap(answer, "🏛 Hỏi cơ quan")["message_thread_id"] == topic
        assert an.ask("/help")["message_thread_id"] == topic
        assert {each.parameters["message_thread_id"] for each in telegram.calls("sendChatAction", self.FORUM)} == {
            topic
        }


class TestInlineAndLinks:
    def test_a_number_typed_in_any_chat_gives_a_card_whose_link_leads_to_the_bot(
        self, telegram: StrictServer, lan: Person
    ) -> None:
        card, *_ = inline(telegram, "30/2020/NĐ-CP", lan.user)
        assert card["title"].startswith("Nghị định 30/2020/NĐ-CP")
        assert ANSWER in card["input_message_content"]["message_text"]
        [link] = buttons(card)
        address, _, payload = link["url"].partition("?start=")
        assert address == "https://t.me/chidao_strict_bot"
        assert ANSWER in lan.ask(f"/start {payload}")["text"]

    def test_words_give_the_answer_as_a_card(self, telegram: StrictServer, lan: Person) -> None:
        [card] = inline(telegram, KINDS, lan.user)
        assert "29 loại" in card["description"]
        assert "Nguồn: " in card["input_message_content"]["message_text"]

    @pytest.mark.parametrize("text", ["", "a", UNANSWERED, "9999/QĐ-UBND", "cảm ơn bạn"])
    def test_what_has_no_answer_gives_no_card(self, telegram: StrictServer, lan: Person, text: str) -> None:
        assert inline(telegram, text, lan.user) == []

    def test_a_link_leads_to_an_article(self, lan: Person) -> None:
        answer = lan.ask(LINKED)
        [data] = [each["callback_data"] for each in buttons(answer) if each["text"] == "Cả bài"]
        article = lan.ask(f"/start a_{data.split(':')[1]}")
        assert article["text"].startswith("Nghị định 118/2025/NĐ-CP: một cửa không còn phụ thuộc địa giới hành chính\n")
        assert "không còn trong kho" in lan.ask("/start a_0000000000000000")["text"]

    @pytest.mark.parametrize("payload", ["r_!!!", "r_", "a_", "a_../x", "xyz", "r_" + "A" * 62])
    def test_a_link_that_is_none_gets_one_reply(self, lan: Person, payload: str) -> None:
        assert len(lan.ask_all(f"/start {payload}")) == 1


def inline(telegram: StrictServer, text: str, user: int) -> list[Json]:
    """The cards for a text."""
    cards: list[Json] = telegram.wait_for_inline(telegram.inline_query(text, user_id=user), timeout=60)["results"]
    return cards


class TestOtherThanText:
    @pytest.mark.parametrize(
        ("send", "said"),
        [
            ("send_voice", "chưa nghe được tin thoại"),
            ("send_photo", "chưa đọc được ảnh"),
            ("send_sticker", "Dễ thương quá"),
        ],
    )
    def test_it_gets_a_kind_sentence(self, telegram: StrictServer, lan: Person, send: str, said: str) -> None:
        sent: Any = getattr(telegram, send)(chat_id=lan.user)
        assert said in lan.next_after(sent.message_id)["text"]

    def test_so_does_a_document_and_a_place(self, telegram: StrictServer, lan: Person) -> None:
        sent = telegram.send_document(b"%PDF-1.7", "don.pdf", "application/pdf", chat_id=lan.user)
        assert "chưa đọc tệp" in lan.next_after(sent.message_id)["text"]
        sent = telegram.send({"location": {"latitude": 20.86, "longitude": 106.68}}, chat_id=lan.user)
        assert "vị trí" in lan.next_after(sent.message_id)["text"]

    @pytest.mark.parametrize(
        "text", ["???", "x" * 4096, "你好，市长是谁？", "<b>&lt;</b> & <script>", "/3482 ve gi", "👍"]
    )
    def test_any_text_gets_one_reply(self, lan: Person, text: str) -> None:
        assert len(lan.ask_all(text)) == 1
