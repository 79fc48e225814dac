"""What citizens can do beside asking: know the bot, choose a language, be forgotten, judge an answer."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime

from telegram import Message, Update

from bot.receipts.masking import masked
from bot.telegram.buttons import example_buttons, language_buttons, reason_buttons
from bot.telegram.desk import Context, Desk, Visitor, command_text, remembered, visitor_of
from bot.telegram.menus import publish_own_menu
from bot.telegram.questions import Questions
from bot.telegram.reading import Reading
from bot.telegram.sending import say
from bot.telegram.texts import ENGLISH, VIETNAMESE
from config.errors import ChidaoError
from corpus.clean import normalise

_LONGEST_REASON = 1_000  # code points kept
# The whole of the bot's question why: an answer, too, ends with its receipt, and a reply to one is a question.
_ASKED_WHY = [
    re.compile(re.escape(texts.why_wrong).replace(r"\{receipt\}", "(?P<receipt>[0-9a-f]{4,32})"))
    for texts in (VIETNAMESE, ENGLISH)
]
_KINDS = ("voice", "photo", "video", "document", "sticker", "location", "contact")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Citizens:
    """Everything but questions."""

    desk: Desk
    questions: Questions
    reading: Reading

    async def start(self, update: Update, context: Context) -> None:
        """/start: who this is, how to ask, and examples to tap; a deep link leads to a reference or an article."""
        message = update.effective_message
        if message is None:
            return
        if payload := command_text(message):
            await self._deep_link(update, message, payload)
            return
        visitor = await visitor_of(update, self.desk)
        greeting = visitor.messages.greeting.format(city=self.desk.house.city)
        try:
            examples = await asyncio.to_thread(self.desk.engine.examples)
        except ChidaoError as error:
            _log.error("no examples possible: %s", error)
            examples = ()
        text = f"{greeting}\n\n{visitor.texts.try_these}" if examples else greeting
        await say(message, text, example_buttons(examples))
        await publish_own_menu(context.bot, self.desk.roles, visitor.chat)

    async def _deep_link(self, update: Update, message: Message, payload: str) -> None:
        """t.me/…?start=a_ARTICLE or r_REFERENCE in base64url (Bot API, deep linking: at most 64 of A-Z a-z 0-9 _ -)."""
        kind, _, value = payload.partition("_")
        if kind == "a" and re.fullmatch("[0-9a-f]{16}", value):
            await self.reading.article(update, message, value, 0)
        elif kind == "r" and (reference := read_payload(value)):
            await self.questions.answer(update, message, reference, turns=())
        else:
            await self.questions.answer(update, message, payload)

    async def help(self, update: Update, context: Context) -> None:
        """/help: how to use it, and whom to ask instead."""
        if message := update.effective_message:
            visitor = await visitor_of(update, self.desk)
            told = visitor.messages.help.format(contact=self.desk.house.contact)
            await say(message, "\n\n".join([told, *await self._own_commands(context, visitor)]))

    async def _own_commands(self, context: Context, visitor: Visitor) -> list[str]:
        """What staff and admins can do besides, for themselves alone."""
        menus = []
        if await self.desk.roles.is_staff(context.bot, visitor.user, visitor.chat):
            menus.append(visitor.texts.staff_commands)
        if self.desk.roles.is_admin(visitor.user):
            menus.append(visitor.texts.admin_commands)
        return ["\n".join(f"/{name} – {what}" for name, what in menu.items()) for menu in menus]

    async def about(self, update: Update, context: Context) -> None:
        """/about: whose bot this is, and where its answers come from."""
        message = update.effective_message
        if message is None:
            return
        visitor = await visitor_of(update, self.desk)
        house = self.desk.house
        try:
            with self.desk.engine.reading() as live:
                articles, name = live.manifest.articles, live.name
                day = datetime.fromisoformat(live.manifest.created).strftime("%d/%m/%Y")
        except ChidaoError:
            articles, name, day = 0, "—", "—"
        told = visitor.texts.about.format(
            city=house.city, contact=house.contact, articles=articles, generation=name, day=day
        )
        await say(message, told)

    async def privacy(self, update: Update, context: Context) -> None:
        """/privacy: what is kept, and how to have it erased."""
        if message := update.effective_message:
            visitor = await visitor_of(update, self.desk)
            await say(message, self._privacy(visitor))

    def _privacy(self, visitor: Visitor) -> str:
        house, english = self.desk.house, visitor.texts.language == "en"
        none, days = ("not kept", "days") if english else ("không giữ", "ngày")
        model = (
            "• Your question and the passages found go to a language model that the city has chosen.\n"
            if english
            else "• Câu hỏi và các đoạn tìm thấy được gửi tới mô hình ngôn ngữ mà thành phố chọn.\n"
        )
        service = (
            "• To be searched for, your question goes to an embedding service that the city has chosen.\n"
            if english
            else "• Để tìm kiếm, câu hỏi được gửi tới máy chủ mã hoá mà thành phố chọn.\n"
        )
        told = "".join(line for line, on in ((service, house.service), (model, house.model)) if on)
        receipts = f"{house.receipts} {days}" if house.receipts else none
        return visitor.texts.privacy.format(receipts=receipts, days=house.days, model=told)

    async def id(self, update: Update, context: Context) -> None:
        """/id: the ids that settings name staff and admins by."""
        if message := update.effective_message:
            visitor = await visitor_of(update, self.desk)
            await say(message, visitor.texts.identity.format(user=visitor.user, chat=visitor.chat))

    async def new(self, update: Update, context: Context) -> None:
        """/new: what was said before no longer counts."""
        if message := update.effective_message:
            visitor = await visitor_of(update, self.desk)
            await remembered(None, self.desk.state.conversations.forget, visitor.talk)
            await say(message, visitor.messages.forgotten)

    async def forget(self, update: Update, context: Context) -> None:
        """/forget: erases what is kept of this person, and says what that was."""
        message = update.effective_message
        if message is None:
            return
        visitor = await visitor_of(update, self.desk)
        gone = await asyncio.to_thread(self.desk.state.people.forget, visitor.user)
        await asyncio.to_thread(self.desk.state.conversations.forget, visitor.talk)
        english = visitor.texts.language == "en"
        counted = (
            (gone.language, "language chosen", "ngôn ngữ đã chọn"),
            (gone.turns, "conversation", "cuộc trò chuyện"),
            (gone.replies, "marks of which message answers which", "dấu nối câu hỏi với câu trả lời"),
            (gone.feedback, "opinions", "đánh giá"),
            (gone.watches, "watches", "văn bản theo dõi"),
            (gone.previews, "files not yet added", "tệp chưa thêm"),
        )
        kept = ", ".join(f"{count} {en if english else vi}" for count, en, vi in counted if count)
        await say(message, visitor.texts.forgot.format(kept=kept) if kept else visitor.texts.forgot_nothing)

    async def language(self, update: Update, context: Context) -> None:
        """/language: which one."""
        if message := update.effective_message:
            visitor = await visitor_of(update, self.desk)
            await say(message, visitor.texts.language_asked, language_buttons())

    async def choose_language(self, update: Update, message: Message, language: str) -> None:
        """One was chosen."""
        user = update.effective_user.id if update.effective_user else 0
        await asyncio.to_thread(self.desk.state.people.choose, user, language, time.time())
        await say(message, (await visitor_of(update, self.desk)).texts.language_chosen)

    async def other(self, update: Update, context: Context) -> None:
        """Anything that is not text: a kind word about what the bot can do."""
        message = update.effective_message
        if message is None:
            return
        visitor = await visitor_of(update, self.desk)
        kind = next((each for each in _KINDS if getattr(message, each, None)), "other")
        await say(message, visitor.texts.no_text[kind])

    async def opinion(self, update: Update, message: Message, receipt: str, *, right: bool) -> None:
        """Right or wrong; where wrong, why."""
        visitor = await visitor_of(update, self.desk)
        await asyncio.to_thread(self.desk.state.feedback.give, visitor.user, receipt, time.time(), right=right)
        self.desk.observer.judged(right=right)
        if not right:
            await say(message, visitor.texts.why_wrong.format(receipt=receipt), reason_buttons(receipt, visitor.texts))

    async def reason(self, update: Update, message: Message, receipt: str, code: str) -> None:
        """Why it is wrong, by a button."""
        visitor = await visitor_of(update, self.desk)
        if code in visitor.texts.reasons:
            await asyncio.to_thread(self.desk.state.feedback.explain, visitor.user, receipt, code)
            await say(message, visitor.texts.thanks_reason)

    async def reason_in_words(self, update: Update, receipt: str) -> None:
        """Why it is wrong, in the person's words, without numbers that are theirs."""
        message = update.effective_message
        if message is None or message.text is None:
            return
        visitor = await visitor_of(update, self.desk)
        reason = masked(normalise(message.text))[:_LONGEST_REASON]
        if await asyncio.to_thread(self.desk.state.feedback.explain, visitor.user, receipt, reason):
            await say(message, visitor.texts.thanks_reason)

    async def office(self, update: Update, message: Message) -> None:
        """Whom to ask."""
        visitor = await visitor_of(update, self.desk)
        await say(message, visitor.texts.office.format(contact=self.desk.house.contact))


def reason_for(message: Message, bot_id: int) -> str | None:
    """The receipt that a message gives its reason for: it replies to the bot's question why."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or asked.from_user.id != bot_id:
        return None
    found = (pattern.fullmatch(asked.text or "") for pattern in _ASKED_WHY)
    return next((each["receipt"] for each in found if each), None)


def payload_of(reference: str) -> str | None:
    """What stands for a reference in a deep link; None where it is too long."""
    payload = "r_" + base64.urlsafe_b64encode(reference.encode()).decode().rstrip("=")
    return payload if len(payload) <= 64 else None


def read_payload(value: str) -> str | None:
    """The reference again; None for what was never one."""
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode() or None
    except (binascii.Error, ValueError):
        return None
