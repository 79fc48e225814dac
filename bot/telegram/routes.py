"""Which handler an update goes to, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from telegram import CallbackQuery, ChatMember, Message, Update
from telegram.error import ChatMigrated, Forbidden, TelegramError
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.telegram.admins import Admins, is_address
from bot.telegram.buttons import read_press
from bot.telegram.citizens import Citizens, reason_for
from bot.telegram.desk import App, Context, Desk, remembered, visitor_of
from bot.telegram.inline import Inline
from bot.telegram.questions import Questions
from bot.telegram.reading import Reading
from bot.telegram.sending import acknowledge, say
from bot.telegram.staff import Staff

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
_log = logging.getLogger(__name__)


class Routes:
    """Which handler an update goes to, and what is said where one fails."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._questions = Questions(desk)
        self._reading = Reading(desk)
        self._citizens = Citizens(desk, self._questions, self._reading)
        self._staff = Staff(desk, self._questions)
        self._admins = Admins(desk, self._questions, asyncio.Lock())
        self._inline = Inline(desk)

    def add_to(self, application: App) -> None:
        """Adds the handlers, in the order in which they are asked."""
        citizens, staff, admins = self._citizens, self._staff, self._admins
        new = filters.UpdateType.MESSAGE
        private = filters.ChatType.PRIVATE & new
        groups = filters.ChatType.GROUPS & new
        for name in ("start", "help", "about", "privacy", "id", "new", "forget", "language"):
            application.add_handler(CommandHandler(name, self._limited(getattr(citizens, name)), new))
        application.add_handler(CommandHandler("ask", self._questions.ask, new))
        for name in ("ref", "check", "watch", "unwatch"):
            application.add_handler(CommandHandler(name, getattr(staff, name), new))
        for name in ("reload", "rollback", "remove", "status", "gaps", "feedback", "audit"):
            application.add_handler(CommandHandler(name, getattr(admins, name), new))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE & new, self.migrated))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._questions.edited))
        # Also text that begins with "/": "/3482 về việc gì" is a question.
        application.add_handler(MessageHandler(private & filters.TEXT, self.private_text))
        application.add_handler(MessageHandler(groups & filters.TEXT, self.group_text))
        application.add_handler(MessageHandler(private & filters.Document.ALL, self.document))
        application.add_handler(
            MessageHandler(groups & filters.Document.ALL & filters.CaptionRegex("^/check"), staff.check)
        )
        application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, citizens.other))
        application.add_handler(CallbackQueryHandler(self.press))
        application.add_handler(InlineQueryHandler(self._inline.query))
        application.add_handler(ChatMemberHandler(self.member, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(self.error)

    def _limited(self, handler: Handler) -> Handler:
        """The handler, as often as one person may ask."""

        async def limited(update: Update, context: Context) -> None:
            message = update.effective_message
            visitor = await visitor_of(update, self._desk)
            if message and await self._questions.allowed(visitor, message):
                await handler(update, context)

        return limited

    async def private_text(self, update: Update, context: Context) -> None:
        """A reason in words, an address that an admin sends, else a question."""
        message = update.effective_message
        if message is None or message.text is None:
            return
        if receipt := reason_for(message, context.bot.id):
            await self._citizens.reason_in_words(update, receipt)
        elif is_address(message.text) and self._desk.roles.is_admin(
            update.effective_user.id if update.effective_user else 0
        ):
            await self._admins.preview(message, await visitor_of(update, self._desk), None)
        else:
            await self._questions.question(update, context)

    async def group_text(self, update: Update, context: Context) -> None:
        """A reason in words, else a question where it speaks to the bot."""
        message = update.effective_message
        if message and (receipt := reason_for(message, context.bot.id)):
            await self._citizens.reason_in_words(update, receipt)
        else:
            await self._questions.in_group(update, context)

    async def document(self, update: Update, context: Context) -> None:
        """A file: an article of an admin, a draft of staff; of citizens none is read."""
        message = update.effective_message
        if message is None:
            return
        visitor = await visitor_of(update, self._desk)
        is_draft = (message.caption or "").startswith("/check")
        if self._desk.roles.is_admin(visitor.user) and not is_draft:
            await self._admins.preview(message, visitor, message.document)
        elif await self._desk.roles.is_staff(context.bot, visitor.user, visitor.chat):
            await self._staff.check_file(message, visitor, message.document)
        else:
            await self._citizens.other(update, context)

    async def press(self, update: Update, context: Context) -> None:
        """A button."""
        query = update.callback_query
        if query is None:
            return
        pressed = read_press(query.data)
        right = pressed is not None and pressed.kind == "opinion" and pressed.values[1] == "1"
        visitor = await visitor_of(update, self._desk)
        await acknowledge(query, visitor.texts.thanks_right if right else None)
        if pressed and isinstance(query.message, Message):
            await self._pressed(update, context, query, pressed.kind, pressed.values)

    async def _pressed(
        self, update: Update, context: Context, query: CallbackQuery, kind: str, values: tuple[str, ...]
    ) -> None:
        message = cast("Message", query.message)
        first, second = (*values, "", "")[:2]
        citizens, reading, questions = self._citizens, self._reading, self._questions
        if kind in {"add", "reload", "rollback", "remove"}:
            await self._admin_pressed(update, message, kind, first, second)
            return
        todo: dict[str, Callable[[], Awaitable[None]]] = {
            "source": lambda: reading.source(update, message, first, int(second)),
            "next": lambda: reading.next(update, message, first, int(second)),
            "article": lambda: reading.article(update, message, first, int(second)),
            "option": lambda: questions.option(update, message, first, int(second)),
            "example": lambda: questions.example(update, message, first),
            "opinion": lambda: citizens.opinion(update, message, first, right=second == "1"),
            "reason": lambda: citizens.reason(update, message, first, second),
            "language": lambda: citizens.choose_language(update, message, first),
            "office": lambda: citizens.office(update, message),
            "watch": lambda: self._staff.press_watch(update, context, message, first),
        }
        await todo[kind]()

    async def _admin_pressed(self, update: Update, message: Message, kind: str, first: str, second: str) -> None:
        visitor = await visitor_of(update, self._desk)
        if not self._desk.roles.is_admin(visitor.user):
            return
        admins, confirmed = self._admins, second == "y"
        if kind == "add":
            await admins.add(message, visitor, first, confirmed=confirmed)
        elif kind == "reload":
            await admins.run_reload(message, visitor, force=first == "force")
        elif kind == "rollback":
            await admins.run_rollback(message, visitor, first, confirmed=confirmed)
        else:
            await admins.run_remove(message, visitor, first, confirmed=confirmed)

    async def member(self, update: Update, context: Context) -> None:
        """Somebody blocked the bot, or a group put it out: nothing is kept of them."""
        changed = update.my_chat_member
        if changed and changed.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}:
            await asyncio.to_thread(self._desk.state.people.forget, changed.chat.id)

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup (Bot API, Message.migrate_to_chat_id)."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await asyncio.to_thread(self._desk.state.people.move, message.chat_id, message.migrate_to_chat_id)

    async def error(self, update: object, context: Context) -> None:
        """Logs what went wrong by type and place alone, for an update holds people's words; tells the person."""
        error = context.error
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
        if isinstance(error, Forbidden) and chat is not None:
            _log.info("a chat that blocked the bot is forgotten")
            await remembered(None, self._desk.state.people.forget, chat)
            return
        if isinstance(error, ChatMigrated) and chat is not None:
            await remembered(None, self._desk.state.people.move, chat, error.new_chat_id)
            return
        self._desk.counts.errors += 1
        self._desk.observer.failed()
        if isinstance(error, TelegramError) or error is None:
            _log.warning("Telegram call failed: %s", type(error).__name__)
            return
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else "?"
        _log.error("an update failed: %s at %s", type(error).__name__, place)
        if isinstance(update, Update) and update.effective_message:
            visitor = await visitor_of(update, self._desk)
            told = visitor.messages.unavailable.format(contact=self._desk.house.contact)
            try:
                await say(update.effective_message, told)
            except TelegramError as failed:
                _log.warning("Telegram call failed: %s", type(failed).__name__)
