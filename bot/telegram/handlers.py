"""What the bot does with each update of a private chat.

Encoding and search are plain code that keeps a core busy, so they run in a thread; the event loop only sends.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.answering.engine import AnswerEngine
from bot.answering.models import Answer, Citation, Turn
from bot.conversations import Conversations
from bot.messages import Messages, messages_for, messages_in
from bot.render import Segment, answer_segments, receipt_segments, telegram_messages
from config.errors import ChidaoError

Context = ContextTypes.DEFAULT_TYPE
_SOURCE_DATA = re.compile(r"src:(?P<article>[0-9a-f]{16}):(?P<start>\d{1,8})$")
SOURCE_PATTERN = "^src:"
_OPTION_DATA = re.compile(r"opt:(?P<receipt>[0-9a-f]{4,32}):(?P<n>\d)$")
OPTION_PATTERN = "^opt:"
BUTTON_LABEL = 60  # code points; the message has the label whole
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The bot's behaviour.

    `city` and `contact` go into its fixed sentences; `receipts` says whether they are kept, and so worth telling;
    `conversations` are in memory only.
    """

    engine: AnswerEngine
    city: str
    contact: str
    receipts: bool
    conversations: Conversations = field(default_factory=Conversations)

    async def start(self, update: Update, context: Context) -> None:
        """/start: who this is and how to ask."""
        if message := update.effective_message:
            await message.reply_text(_messages(update).greeting.format(city=self.city))

    async def help(self, update: Update, context: Context) -> None:
        """/help: how to use it, and whom to ask instead."""
        if message := update.effective_message:
            await message.reply_text(_messages(update).help.format(contact=self.contact))

    async def new(self, update: Update, context: Context) -> None:
        """/new: what was said before no longer counts."""
        if message := update.effective_message:
            self.conversations.forget(message.chat_id)
            await message.reply_text(_messages(update).forgotten)

    async def other(self, update: Update, context: Context) -> None:
        """Anything that is not text."""
        if message := update.effective_message:
            await message.reply_text(_messages(update).text_only)

    async def question(self, update: Update, context: Context) -> None:
        """A question: typing, then the answer with its quote and a button to the source, or buttons to choose from."""
        message = update.effective_message
        if message is None or message.text is None:
            return
        turns = self.conversations.turns(message.chat_id)
        await self._answer(message, message.text, turns, _messages(update))

    async def option(self, update: Update, context: Context) -> None:
        """A button below a question back: the answer to what was chosen."""
        query = update.callback_query
        if query is None:
            return
        await _acknowledge(query)
        chosen = _OPTION_DATA.match(query.data or "")
        if chosen is None or not isinstance(query.message, Message):
            return
        turns = self.conversations.until(query.message.chat_id, chosen["receipt"])
        if not turns or not 1 <= int(chosen["n"]) <= len(turns[-1].options):
            await query.message.reply_text(_messages(update).option_gone)
            return
        await self._answer(query.message, chosen["n"], turns, _messages(update))

    async def _answer(self, message: Message, text: str, turns: Sequence[Turn], messages: Messages) -> None:
        """Replies to a message with the answer to a text after these turns."""
        await _show_typing(message)
        try:
            answer = await asyncio.to_thread(self.engine.answer, text, turns)
        except ChidaoError as error:
            _log.error("no answer possible: %s", error)
            await message.reply_text(messages.unavailable.format(contact=self.contact))
            return
        self.conversations.remember(message.chat_id, answer)
        segments = answer_segments(answer, messages, self.contact)
        segments += receipt_segments(answer, messages) if self.receipts else []
        pages = telegram_messages(segments)
        buttons = _option_buttons(answer) or _source_buttons(answer, messages_for(answer, messages))
        await _reply(message, pages, buttons)

    async def source(self, update: Update, context: Context) -> None:
        """The button below an answer: the paragraph the quote stands in."""
        query = update.callback_query
        if query is None:
            return
        await _acknowledge(query)
        messages = _messages(update)
        asked = _SOURCE_DATA.match(query.data or "")
        if asked and isinstance(query.message, Message):
            segments = await asyncio.to_thread(self._passage, asked["article"], int(asked["start"]), messages)
            await _reply(query.message, telegram_messages(segments), None)

    def _passage(self, article_id: str, at: int, messages: Messages) -> list[Segment]:
        """The passage around an offset, under its article's title."""
        try:
            found = self.engine.passage(article_id, at)
        except ChidaoError as error:
            _log.error("no source possible: %s", error)
            return [Segment(messages.unavailable.format(contact=self.contact))]
        if found is None:
            return [Segment(messages.source_gone)]
        title, passage = found
        return [Segment(title, "bold"), Segment("\n"), Segment(passage.text, "quote")]

    async def error(self, update: object, context: Context) -> None:
        """Logs what went wrong by type and place alone, for an update holds people's words; tells the person."""
        error = context.error
        if isinstance(error, TelegramError) or error is None:
            _log.warning("Telegram call failed: %s", type(error).__name__)
            return
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else "?"
        _log.error("an update failed: %s at %s", type(error).__name__, place)
        if isinstance(update, Update) and update.effective_message:
            await update.effective_message.reply_text(_messages(update).unavailable.format(contact=self.contact))


def _messages(update: Update) -> Messages:
    """In the language of the person's Telegram."""
    return messages_in(update.effective_user.language_code if update.effective_user else None)


async def _show_typing(message: Message) -> None:
    """A courtesy: when it fails the answer still goes out."""
    try:
        await message.reply_chat_action(ChatAction.TYPING)
    except TelegramError as error:
        _log.warning("typing not shown: %s", type(error).__name__)


async def _acknowledge(query: CallbackQuery) -> None:
    """Stops the button's spinner; a press older than Telegram's limit can no longer be acknowledged."""
    try:
        await query.answer()
    except TelegramError as error:
        _log.warning("button not acknowledged: %s", type(error).__name__)


async def _reply(message: Message, pages: list[str], buttons: InlineKeyboardMarkup | None) -> None:
    """Sends the pages as replies; the buttons go below the last."""
    for page in pages:
        markup = buttons if page is pages[-1] else None
        try:
            await _send(message, page, markup)
        except BadRequest:
            if markup is None:
                raise
            # A source URL Telegram will not take must not cost a citizen the answer.
            await _send(message, page, None)


async def _send(message: Message, page: str, markup: InlineKeyboardMarkup | None) -> None:
    """Sends one message, once more after the pause Telegram asks for (about one message a second in a chat)."""
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    try:
        await message.reply_text(page, parse_mode=ParseMode.HTML, reply_markup=markup, reply_parameters=to)
    except RetryAfter as error:
        wait = error.retry_after
        await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
        await message.reply_text(page, parse_mode=ParseMode.HTML, reply_markup=markup, reply_parameters=to)


def _option_buttons(answer: Answer) -> InlineKeyboardMarkup | None:
    """One button for each option."""
    rows = []
    for n, option in enumerate(answer.options, start=1):
        label = option.label if len(option.label) <= BUTTON_LABEL else f"{option.label[: BUTTON_LABEL - 1]}…"
        rows.append([InlineKeyboardButton(label, callback_data=f"opt:{answer.receipt}:{n}")])
    return InlineKeyboardMarkup(rows) if rows else None


def _source_buttons(answer: Answer, messages: Messages) -> InlineKeyboardMarkup | None:
    """One row for each article cited: the passage, and the page where its source is an address."""
    first: dict[str, Citation] = {}
    for citation in answer.citations:
        first.setdefault(citation.article_id, citation)
    rows = []
    for citation in first.values():
        data = f"src:{citation.article_id}:{citation.start}"
        row = [InlineKeyboardButton(messages.open_source, callback_data=data)]
        if _is_web_address(citation.source):
            row.append(InlineKeyboardButton(f"{messages.source} ↗", url=citation.source))
        rows.append(row)
    return InlineKeyboardMarkup(rows) if rows else None


def _is_web_address(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in source
