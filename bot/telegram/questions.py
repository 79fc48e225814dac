"""Questions in, answers out: in a private chat, in a group, asked again by an edit, by a button."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Message, MessageEntity, Update
from telegram.error import TelegramError

from bot.answering.models import Answer, Turn
from bot.messages import messages_for
from bot.render import answer_segments, receipt_segments, telegram_messages
from bot.telegram.buttons import answer_buttons, example_id
from bot.telegram.desk import Context, Desk, Visitor, command_text, remember_turn, remembered, turns_of, visitor_of
from bot.telegram.drafts import Draft
from bot.telegram.limits import Allowed
from bot.telegram.observing import FAILED, UNAVAILABLE, UNSENT, note_answer, note_no_answer
from bot.telegram.sending import UnknownError, delete, edit, reply, say, typing
from config.errors import ChidaoError

_BOT_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s+|$)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Questions:
    """Answers questions."""

    desk: Desk

    async def question(self, update: Update, context: Context) -> None:
        """A message of a private chat."""
        message = update.effective_message
        if message and message.text:
            await self.answer(update, message, message.text)

    async def in_group(self, update: Update, context: Context) -> None:
        """A message of a group that speaks to the bot: names it, or replies to it."""
        message = update.effective_message
        if message and message.text and _speaks_to(message, context.bot.id, context.bot.username):
            await self.answer(update, message, _without_mention(message, context.bot.username))

    async def ask(self, update: Update, context: Context) -> None:
        """/ask: a question in a group."""
        message = update.effective_message
        if message is None:
            return
        if text := command_text(message):
            await self.answer(update, message, text)
        else:
            await say(message, (await visitor_of(update, self.desk)).texts.ask_in_group)

    async def edited(self, update: Update, context: Context) -> None:
        """A question that was edited: its answer becomes the answer to the new one."""
        message = update.edited_message
        if message is None or not message.text:
            return
        nothing: list[int] = []
        sent = await remembered(nothing, self.desk.state.replies.to, message.chat_id, message.message_id)
        if sent:
            text = _without_mention(message, context.bot.username)
            command = _BOT_COMMAND.match(text)
            await self.answer(update, message, text[command.end() :] if command else text, sent)

    async def answer(
        self,
        update: Update,
        message: Message,
        text: str,
        sent: Sequence[int] = (),
        turns: Sequence[Turn] | None = None,
    ) -> None:
        """Replies to a message with the answer to a text, or edits what was `sent` before into it.

        `turns` are those before; None: those of the conversation.
        """
        began = time.monotonic()
        visitor = await visitor_of(update, self.desk)
        if not await self.allowed(visitor, message):
            return
        if sent:
            turns = ()  # what was said since is no ground for what was asked before
        elif turns is None:
            turns = await turns_of(self.desk, visitor)
        try:
            answer, drafted = await self._written(update, visitor, message, text, turns, drafting=not sent)
            written = time.monotonic()
            await self._deliver(update, visitor, message, answer, sent or drafted)
        except ChidaoError as error:
            _log.error("no answer possible: %s", error)
            self.desk.counts.errors += 1
            note_no_answer(self.desk.observer, UNAVAILABLE, "chat", time.monotonic() - began)
            await say(message, visitor.messages.unavailable.format(contact=self.desk.house.contact))
            return
        except Exception as error:
            status = UNSENT if isinstance(error, TelegramError) else FAILED
            note_no_answer(self.desk.observer, status, "chat", time.monotonic() - began)
            raise
        ended = time.monotonic()
        waited = written - began - answer.elapsed_ms / 1000
        note_answer(self.desk.observer, answer, "chat", ended - began, wait=waited, send=ended - written)
        self.desk.counts.questions += 1
        self.desk.counts.seconds.append(ended - began)

    async def _written(
        self, update: Update, visitor: Visitor, message: Message, text: str, turns: Sequence[Turn], *, drafting: bool
    ) -> tuple[Answer, list[int]]:
        """The answer, and messages that it is to take the place of, where it was shown while a model wrote."""
        # Where all places are taken many wait, and a courtesy would cost each a fifth of an answer's time.
        courtesy = nullcontext() if self.desk.thinking.locked() else typing(message)
        async with courtesy, self.desk.thinking:
            if not (self.desk.house.model and drafting):
                return await asyncio.to_thread(self.desk.engine.answer, text, turns), []

            def page_of(answer: Answer) -> str:
                segments = answer_segments(answer, visitor.messages, self.desk.house.contact)
                return telegram_messages(segments)[0]

            draft = Draft(message, update.update_id or 1, private=visitor.private, page_of=page_of)
            try:
                answer = await asyncio.to_thread(self.desk.engine.answer, text, turns, draft.hear)
            finally:
                drafted = await draft.end()
            return answer, drafted

    async def allowed(self, visitor: Visitor, message: Message) -> bool:
        """Whether a person may be answered now; told so in a friendly word where they may not, once."""
        allowed = await self.desk.limits.ask(visitor.user)
        if allowed is not Allowed.YES:
            self.desk.observer.limited("everybody" if allowed is Allowed.BUSY else "person")
        if allowed is Allowed.SLOW_DOWN:
            await say(message, visitor.texts.slow_down)
        elif allowed is Allowed.BUSY:
            await say(message, visitor.texts.busy)
        return allowed is Allowed.YES

    async def _deliver(
        self, update: Update, visitor: Visitor, message: Message, answer: Answer, sent: Sequence[int]
    ) -> None:
        """Sends an answer, at most twice whatever happens; what then is not known to have come is told."""

        def begin() -> Awaitable[bool]:
            return remembered(True, self.desk.state.inbox.begin_reply, update.update_id)

        receipts = self.desk.house.receipts > 0
        segments = answer_segments(answer, visitor.messages, self.desk.house.contact)
        pages = telegram_messages([*segments, *(receipt_segments(answer, visitor.messages) if receipts else [])])
        buttons = answer_buttons(answer, messages_for(answer, visitor.messages), visitor.texts, receipts=receipts)
        await remember_turn(self.desk, visitor, answer)
        if not await begin():
            await say(message, visitor.texts.unheard)
            return
        try:
            ids = await _edited(message, pages, sent, buttons) if sent else await reply(message, pages, buttons, begin)
        except UnknownError:
            _log.warning("an answer may not have come: its sending was broken off twice")
            await say(message, visitor.texts.unheard)
            return
        await remembered(
            None, self.desk.state.replies.keep, message.chat_id, message.message_id, answer.receipt, ids, time.time()
        )

    async def option(self, update: Update, message: Message, receipt: str, n: int) -> None:
        """A button below a question back: the answer to what was chosen."""
        visitor = await visitor_of(update, self.desk)
        nothing: tuple[Turn, ...] = ()
        turns = await remembered(nothing, self.desk.state.conversations.until, visitor.talk, receipt)
        if not turns or not 1 <= n <= len(turns[-1].options):
            await say(message, visitor.messages.option_gone)
        else:
            await self.answer(update, message, str(n), turns=turns)

    async def example(self, update: Update, message: Message, wanted: str) -> None:
        """A button below the greeting: the answer to an example."""
        visitor = await visitor_of(update, self.desk)
        try:
            questions = await asyncio.to_thread(self.desk.engine.examples)
        except ChidaoError:
            questions = ()
        asked = next((each for each in questions if example_id(each) == wanted), None)
        if asked is None:
            await say(message, visitor.messages.option_gone)
            return
        shown = await say(message, asked)
        await self.answer(update, shown or message, asked)


async def _edited(
    message: Message, pages: Sequence[str], sent: Sequence[int], buttons: InlineKeyboardMarkup | None
) -> list[int]:
    """Puts pages in the place of messages sent before: as many as there are are edited, others sent or deleted."""
    kept = []
    for page, message_id in zip(pages, sent, strict=False):
        markup = buttons if page is pages[-1] else None
        if await edit(message, message_id, page, markup):
            kept.append(message_id)
        else:
            kept += await reply(message, [page], markup)
    for message_id in sent[len(pages) :]:
        await delete(message, message_id)
    rest = pages[len(sent) :]
    return kept + (await reply(message, rest, buttons) if rest else [])


def _speaks_to(message: Message, bot_id: int, username: str) -> bool:
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == bot_id:
        return True
    return any(
        name.lower() == f"@{username.lower()}" for name in message.parse_entities([MessageEntity.MENTION]).values()
    )


def _without_mention(message: Message, username: str) -> str:
    """The words of a message without the bot's name."""
    return re.sub(rf"@{re.escape(username)}\b", " ", message.text or "", flags=re.IGNORECASE).strip()
