"""python-telegram-bot talks to the server; people write, press, edit, block."""

import asyncio

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.botapi.client import StrictServer, StrictServerError
from tests.botapi.conftest import Caller

LAN = 42
GROUP = -500
SUPERGROUP = -1001234567890


async def next_update(bot: Bot, telegram: StrictServer) -> Update:
    """The one update that is pending, confirmed."""
    [update] = await bot.get_updates(timeout=5, allowed_updates=Update.ALL_TYPES)
    await bot.get_updates(offset=update.update_id + 1, timeout=0)
    return update


async def test_a_question_is_answered_with_formatting_buttons_and_a_reply(bot: Bot, telegram: StrictServer) -> None:
    asked = telegram.send_text("/hoi phí bao nhiêu?", chat_id=LAN, language_code="en")
    update = await next_update(bot, telegram)
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "en"
    assert [update.message.parse_entity(entity) for entity in update.message.entities] == ["/hoi"]
    answer = await bot.send_message(
        LAN,
        "<b>Phí</b>:\n<blockquote expandable>không &amp; có</blockquote>",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(asked.message_id),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Nguồn", callback_data="src:1")]]),
    )
    assert answer.text == "Phí:\nkhông & có"
    assert [entity.type for entity in answer.entities] == ["bold", "expandable_blockquote"]
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "/hoi phí bao nhiêu?"
    [question, shown] = telegram.messages(LAN)
    assert (question["message_id"], shown["message_id"]) == (1, 2)
    assert shown["reply_markup"]["inline_keyboard"] == [[{"text": "Nguồn", "callback_data": "src:1"}]]
    [latency] = telegram.latencies()
    assert latency.seconds is not None
    assert 0 < latency.seconds < 5
    assert telegram.violations() == []


async def test_a_button_is_pressed_by_its_text_and_the_message_edited(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=LAN)
    await next_update(bot, telegram)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Nguồn", callback_data="src:1")]])
    sent = await bot.send_message(LAN, "đáp", reply_markup=markup)
    pressed = telegram.press(button="Nguồn", message_id=sent.message_id, chat_id=LAN)
    query = (await next_update(bot, telegram)).callback_query
    assert query is not None
    assert query.data == "src:1"
    await query.answer("được")
    await query.edit_message_text("nguồn đây")
    assert telegram.bot_messages(LAN)[-1]["text"] == "nguồn đây"
    assert "reply_markup" not in telegram.bot_messages(LAN)[-1]
    answer = telegram.callback_answers()[pressed.query_id]
    assert answer is not None
    assert answer["text"] == "được"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await query.edit_message_text("nguồn đây")
    with pytest.raises(StrictServerError, match="no such button"):
        telegram.press("src:2", message_id=sent.message_id, chat_id=LAN)
    telegram.press("src:2", message_id=sent.message_id, chat_id=LAN, forged=True)
    forged = (await next_update(bot, telegram)).callback_query
    assert forged is not None
    assert forged.data == "src:2"


async def test_documents_go_both_ways(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_document(b"%PDF", "quyết định.pdf", "application/pdf", caption="hỏi về tệp này", chat_id=LAN)
    message = (await next_update(bot, telegram)).message
    assert message is not None
    assert message.document is not None
    assert message.caption == "hỏi về tệp này"
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
    sent = await bot.send_document(LAN, b"PK", filename="dự thảo.docx", caption="<i>đây</i>", parse_mode="HTML")
    again = await bot.send_document(LAN, sent.document.file_id)  # type: ignore[union-attr]
    assert again.document == sent.document
    await bot.send_photo(LAN, b"x", caption="ảnh")
    await sent.edit_caption("mới")
    [_, document, _, photo] = telegram.messages(LAN)
    assert telegram.document(document) == b"PK"
    assert document["document"]["file_name"] == "dự thảo.docx"
    assert (document["caption"], photo["caption"]) == ("mới", "ảnh")
    assert telegram.violations() == []


async def test_a_file_too_big_cannot_be_downloaded(bot: Bot, telegram: StrictServer) -> None:
    telegram.set_settings(download_bytes=3)
    telegram.send_document(b"1234", "a.txt", "text/plain", chat_id=LAN)
    message = (await next_update(bot, telegram)).message
    assert message is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await message.document.get_file()  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["send_photo", "send_voice", "send_sticker"])
async def test_other_messages_are_of_their_kind(bot: Bot, telegram: StrictServer, kind: str) -> None:
    getattr(telegram, kind)(chat_id=LAN)
    message = (await next_update(bot, telegram)).message
    assert message is not None
    assert message.effective_attachment
    assert message.text is None


async def test_people_edit_and_delete(bot: Bot, telegram: StrictServer) -> None:
    sent = telegram.send_text("phí 1", chat_id=LAN)
    await next_update(bot, telegram)
    telegram.edit_text("phí 2", message_id=sent.message_id, chat_id=LAN)
    edited = (await next_update(bot, telegram)).edited_message
    assert edited is not None
    assert (edited.text, edited.message_id, edited.edit_date is None) == ("phí 2", sent.message_id, False)
    telegram.delete(sent.message_id, chat_id=LAN)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(LAN, "x", reply_parameters=ReplyParameters(sent.message_id))
    await bot.send_message(
        LAN, "x", reply_parameters=ReplyParameters(sent.message_id, allow_sending_without_reply=True)
    )


async def test_drafts_are_shown_in_order(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=LAN)
    for text in ("đang", "đang viết"):
        await bot.send_message_draft(LAN, draft_id=7, text=text)
    assert [(draft["draft_id"], draft["text"]) for draft in telegram.drafts(LAN)] == [(7, "đang"), (7, "đang viết")]
    assert len(telegram.messages(LAN)) == 1


async def test_inline_queries_are_answered(bot: Bot, telegram: StrictServer) -> None:
    asked = telegram.inline_query("phí", user_id=LAN)
    query = (await next_update(bot, telegram)).inline_query
    assert query is not None
    content = InputTextMessageContent("<b>Phí</b> là 0", parse_mode="HTML")
    await query.answer([InlineQueryResultArticle("1", "Phí", content)], cache_time=0)
    [result] = telegram.wait_for_inline(asked)["results"]
    assert result["input_message_content"]["message_text"] == "Phí là 0"
    assert telegram.violations() == []


async def test_who_blocked_the_bot_cannot_be_written_to(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=LAN)
    await next_update(bot, telegram)
    telegram.block(LAN)
    member = (await next_update(bot, telegram)).my_chat_member
    assert member is not None
    assert (member.old_chat_member.status, member.new_chat_member.status) == ("member", "kicked")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(LAN, "x")
    telegram.unblock(LAN)
    await bot.send_message(LAN, "x")
    telegram.deactivate(LAN)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(LAN, "x")
    assert telegram.violations() == []


async def test_a_group_becomes_a_supergroup(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("/hoi", chat_id=GROUP)
    new = telegram.migrate(GROUP)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(GROUP, "x")
    assert moved.value.new_chat_id == new
    await bot.send_message(new, "x")
    assert telegram.bot_messages(new)[-1]["chat"]["type"] == "supergroup"


async def test_groups_tell_the_bot_only_what_is_meant_for_it(bot: Bot, telegram: StrictServer) -> None:
    telegram.add_to_group(GROUP, title="Phường")
    members = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    assert [bool(update.my_chat_member) for update in members] == [True, False]
    assert (await bot.get_chat(GROUP)).title == "Phường"
    mine = await bot.send_message(GROUP, "chào")
    assert telegram.send_text("chuyện riêng", chat_id=GROUP).update_id is None
    assert telegram.send_text("/hoi@other_bot phí", chat_id=GROUP).update_id is None
    for text in ("/hoi phí", "/hoi@chidao_strict_bot phí", "@chidao_strict_bot phí?"):
        assert telegram.send_text(text, chat_id=GROUP).update_id
    assert telegram.send_text("đúng", chat_id=GROUP, reply_to=mine.message_id).update_id
    telegram.add_to_group(GROUP, status="administrator")
    assert telegram.send_text("chuyện riêng", chat_id=GROUP).update_id
    [admin, *_] = [admin for admin in await bot.get_chat_administrators(GROUP) if admin.user.id == bot.id]
    assert admin.status == "administrator"
    telegram.add_to_group(GROUP, status="kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(GROUP, "x")


async def test_topics_and_anonymous_administrators(bot: Bot, telegram: StrictServer) -> None:
    topic = telegram.create_topic(SUPERGROUP, "Hỏi đáp")
    await next_update(bot, telegram)
    asked = telegram.send_text("/hoi", chat_id=SUPERGROUP, thread_id=topic, anonymous=True)
    message = (await next_update(bot, telegram)).message
    assert message is not None
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.chat.is_forum
    assert message.sender_chat == message.chat
    in_topic = await bot.send_message(SUPERGROUP, "a", reply_parameters=ReplyParameters(asked.message_id))
    assert in_topic.message_thread_id == topic
    await bot.send_message(SUPERGROUP, "b", message_thread_id=topic)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(SUPERGROUP, "b", message_thread_id=topic + 99)
    await bot.leave_chat(SUPERGROUP)
    with pytest.raises(Forbidden, match="not a member of the supergroup chat"):
        await bot.send_message(SUPERGROUP, "b")


async def test_commands_and_profile_by_scope_and_language(bot: Bot, telegram: StrictServer) -> None:
    await bot.set_my_commands([BotCommand("hoi", "Hỏi")])
    await bot.set_my_commands([BotCommand("ask", "Ask")], scope=BotCommandScopeAllGroupChats(), language_code="en")
    await bot.set_my_description("Chào", language_code="vi")
    assert telegram.commands() == [{"command": "hoi", "description": "Hỏi"}]
    assert telegram.commands("all_group_chats", "en") == [{"command": "ask", "description": "Ask"}]
    assert await bot.get_my_commands() == (BotCommand("hoi", "Hỏi"),)
    assert telegram.profile()["description"] == {"vi": "Chào"}
    assert (await bot.get_my_description("vi")).description == "Chào"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_name()).name == "Chỉ đạo"
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_waiting_for_calls_and_for_what_a_chat_shows(bot: Bot, telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=LAN)
    telegram.send_text("hỏi", chat_id=LAN + 1)
    waiting = asyncio.create_task(asyncio.to_thread(telegram.wait_for, 2, chat_id=LAN))
    shown = asyncio.create_task(
        asyncio.to_thread(telegram.wait_for_messages, lambda found: found[-1].get("text") == "xong", chat_id=LAN)
    )
    await bot.send_message(LAN + 1, "khác")
    first = await bot.send_message(LAN, "một")
    await bot.send_message(LAN, "hai")
    assert [call.parameters["text"] for call in await waiting] == ["một", "hai"]
    await bot.send_message(LAN, "đang")
    await first.reply_text("xong")
    assert (await shown)[-1]["text"] == "xong"
    with pytest.raises(TimeoutError, match=r"after 0\.1 s"):
        telegram.wait_for(1, "sendDocument", chat_id=LAN, timeout=0.1)
    assert len(telegram.calls("sendMessage")) == 5


def test_any_update_can_be_injected(telegram: StrictServer, call: Caller) -> None:
    chat = {"id": 8, "type": "private", "first_name": "Lan"}
    message = {"message_id": 5, "date": 1, "chat": chat, "from": {"id": 8, "is_bot": False, "first_name": "Lan"}}
    first = telegram.inject({"message": {**message, "contact": {"phone_number": "1", "first_name": "x"}}})
    second = telegram.send_text("x", chat_id=8)
    assert first is not None
    assert (second.update_id, second.message_id) == (first + 1, 6)
    assert call("sendMessage", chat_id=8, text="x", reply_parameters={"message_id": 5})["ok"]
    with pytest.raises(StrictServerError, match="an update has one kind"):
        telegram.inject({"news": {}})


def test_people_cannot_do_what_telegram_does_not_let_them(telegram: StrictServer) -> None:
    telegram.send_text("x", chat_id=LAN)
    for text in ("", " ", "x" * 4097):
        with pytest.raises(StrictServerError, match="1-4096 characters"):
            telegram.send_text(text, chat_id=LAN)
    with pytest.raises(StrictServerError, match="has no message 7"):
        telegram.send_text("x", chat_id=LAN, reply_to=7)
    with pytest.raises(StrictServerError, match="has no topic 7"):
        telegram.send_text("x", chat_id=LAN, thread_id=7)
    telegram.block(LAN)
    with pytest.raises(StrictServerError, match="it is blocked"):
        telegram.send_text("x", chat_id=LAN)


def test_a_message_can_be_deleted_by_its_writer(telegram: StrictServer, call: Caller) -> None:
    telegram.send_text("/x", chat_id=GROUP)
    call("sendMessage", chat_id=GROUP, text="x")
    assert "can't be deleted" in call("deleteMessage", chat_id=GROUP, message_id=1)["description"]
    assert call("deleteMessage", chat_id=GROUP, message_id=2)["ok"]
    assert [message["message_id"] for message in telegram.messages(GROUP)] == [1]
