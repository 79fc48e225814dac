"""Sending: pages and files out, each once; edits; typing; what Telegram's refusals mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from typing import Any, cast

import httpx
from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import AIORateLimiter

from bot.telegram.calls import further_try

TRIES = 10  # of a call that was surely not carried out: two minutes
UNKNOWN_TRIES = 2  # of one that may have been: its answer was lost on the way
PUT_OFF = 10  # times that a call which Telegram puts off (429) is tried again
_PAUSE = 0.5  # seconds before the second try, twice as long before each further one
_LONGEST_PAUSE = 30.0
_AFTER = 0.1  # seconds more than Telegram says, for clocks that differ
_TYPING_SECONDS = 4.0  # Telegram shows it for five
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
MayRepeat = Callable[[], Awaitable[bool]]
_showing: set[asyncio.Task[None]] = set()  # else nobody would hold them
_log = logging.getLogger(__name__)


class UnknownError(Exception):
    """A call was tried twice, and whether it was carried out nobody can tell."""


class Limiter(AIORateLimiter):
    """Telegram's limits on messages: so many a second in all, twenty a minute in a group. Typing is no message.

    What Telegram puts off is tried again when it says so. The base class would hold back all chats meanwhile; most
    often one chat alone is meant, and where all are, each of the few calls under way is told so itself.
    """

    def __init__(self, messages_a_second: int) -> None:
        super().__init__(overall_max_rate=messages_a_second, max_retries=0)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Lets a call through when it may go; see the base class."""
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)

        async def patiently() -> bool | dict[str, Any] | list[dict[str, Any]]:
            again: AbstractContextManager[None] = nullcontext()
            for _ in range(PUT_OFF):
                try:
                    with again:
                        return await callback(*args, **kwargs)
                except RetryAfter as error:
                    wait = cast("timedelta", error.retry_after)  # see __init__.py
                    await asyncio.sleep(wait.total_seconds() + _AFTER)
                again = further_try()
            with again:
                return await callback(*args, **kwargs)

        return await super().process_request(patiently, (), {}, endpoint, data, rate_limit_args)


async def _always() -> bool:
    return True


async def call(make: Callable[[], Awaitable[Message | bool]], may_repeat: MayRepeat = _always) -> Message | None:
    """Makes a call until it is carried out; returns the message it made, if it is one.

    A refusal is final. A server that answers with an error, or something on the way that answers in its place, has not
    carried it out. A connection that breaks after the request was sent tells nothing: then it is tried once more, where
    `may_repeat` allows what may come of it, the same message twice.

    Raises:
        UnknownError: that failed as well, or was not allowed.
        TelegramError: Telegram refuses it, or could not be reached for long.
    """
    unknown = 0
    for attempt in range(1, TRIES + 1):
        try:
            with further_try() if attempt > 1 else nullcontext():
                made = await make()
        except (BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter):
            raise  # of RetryAfter: the limiter has waited often enough
        except TelegramError as error:
            broken_off = _may_have_been_carried_out(error)
            unknown += broken_off
            if broken_off and (unknown >= UNKNOWN_TRIES or not await may_repeat()):
                raise UnknownError from error
            if attempt == TRIES:
                raise
            await asyncio.sleep(min(_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE))
        else:
            return made if isinstance(made, Message) else None
    return None


def _may_have_been_carried_out(error: TelegramError) -> bool:
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return False
    return isinstance(error, TimedOut) or isinstance(cause, httpx.TransportError)


async def reply(
    message: Message,
    pages: Sequence[str],
    buttons: InlineKeyboardMarkup | None = None,
    may_repeat: MayRepeat = _always,
) -> list[int]:
    """Sends pages of HTML as replies, the buttons below the last; returns the ids of what was sent. See `call`."""
    sent = []
    for page in pages:
        markup = buttons if page is pages[-1] else None
        made = await _reply_page(message, page, markup, may_repeat)
        sent += [made.message_id] if made else []
    return sent


async def _reply_page(
    message: Message, page: str, markup: InlineKeyboardMarkup | None, may_repeat: MayRepeat
) -> Message | None:
    to = ReplyParameters(message.message_id, allow_sending_without_reply=True)

    def send(markup: InlineKeyboardMarkup | None) -> Awaitable[Message]:
        return message.reply_text(
            page,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            reply_parameters=to,
            link_preview_options=NO_PREVIEW,
        )

    try:
        return await call(lambda: send(markup), may_repeat)
    except BadRequest:
        if markup is None:
            raise
        # A source URL that Telegram will not take must not cost a citizen the answer.
        return await call(lambda: send(None), may_repeat)
    except ChatMigrated as moved:  # the group has another id now; the message replied to has none there
        chat, bot = moved.new_chat_id, message.get_bot()
        return await call(
            lambda: bot.send_message(chat, page, parse_mode=ParseMode.HTML, reply_markup=markup), may_repeat
        )


async def say(message: Message, text: str, buttons: InlineKeyboardMarkup | None = None) -> Message | None:
    """Sends plain text as a message of its own."""
    return await call(lambda: message.reply_text(text, reply_markup=buttons, link_preview_options=NO_PREVIEW))


async def edit(message: Message, message_id: int, page: str, buttons: InlineKeyboardMarkup | None = None) -> bool:
    """Edits a message of the bot in the chat of `message`; False where it is gone. No change is no fault."""
    bot, chat = message.get_bot(), message.chat_id
    try:
        await call(
            lambda: bot.edit_message_text(
                page,
                chat,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                link_preview_options=NO_PREVIEW,
            )
        )
    except BadRequest as error:
        return "not modified" in str(error).lower()
    return True


async def delete(message: Message, message_id: int) -> None:
    """Deletes a message of the bot, as well as can be."""
    with suppress(TelegramError):
        await message.get_bot().delete_message(message.chat_id, message_id)


@asynccontextmanager
async def typing(message: Message, action: ChatAction = ChatAction.TYPING) -> AsyncIterator[None]:
    """Shows that the bot is at work until the end of the block. A courtesy: when it fails nothing else does."""
    done = asyncio.Event()

    async def show() -> None:
        while not done.is_set():
            try:
                await message.reply_chat_action(action)
            except TelegramError as error:
                _log.warning("typing not shown: %s", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _TYPING_SECONDS)

    task = asyncio.create_task(show())
    _showing.add(task)
    task.add_done_callback(_showing.discard)
    await asyncio.sleep(0)  # the first one goes out before the work begins
    try:
        yield
    finally:
        done.set()  # a call under way is left to end: the answer does not wait for it, nor is its connection cut


async def acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """Stops a button's spinner; a press older than Telegram's limit can no longer be acknowledged."""
    try:
        await query.answer(text)
    except TelegramError as error:
        _log.warning("button not acknowledged: %s", type(error).__name__)
