"""Building and running the Telegram application: long polling, private chats."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.telegram.handlers import OPTION_PATTERN, SOURCE_PATTERN, Handlers
from config.errors import SettingsError

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY]
POLL_SECONDS = 30  # how long Telegram holds a poll open when there is nothing new
_COMMANDS = {
    "": [
        BotCommand("start", "Giới thiệu"),
        BotCommand("help", "Cách dùng"),
        BotCommand("new", "Sang câu chuyện mới"),
    ],
    "en": [
        BotCommand("start", "About this bot"),
        BotCommand("help", "How to use it"),
        BotCommand("new", "Begin a new conversation"),
    ],
}


@dataclass(frozen=True, slots=True)
class BotAccount:
    """The bot's account and server. `poll_interval` is in seconds; `concurrency` is updates worked on at once."""

    token: str = field(repr=False)
    base_url: str
    poll_interval: float
    concurrency: int


_log = logging.getLogger(__name__)


def build_application(handlers: Handlers, account: BotAccount) -> Application[Any, Any, Any, Any, Any, Any]:
    """The application with its handlers; up to `account.concurrency` updates are worked on at once."""

    async def prepare(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        # The loop's own pool has cpu + 4 threads, whatever the setting says.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(account.concurrency))
        await _publish_commands(application)

    application = (
        Application.builder()
        .token(account.token)
        .base_url(account.base_url)
        .concurrent_updates(account.concurrency)
        .post_init(prepare)
        .build()
    )
    private = filters.ChatType.PRIVATE
    application.add_handler(CommandHandler("start", handlers.start, private))
    application.add_handler(CommandHandler("help", handlers.help, private))
    application.add_handler(CommandHandler("new", handlers.new, private))
    # Also text that begins with "/": "/3482 về việc gì" is a question.
    application.add_handler(MessageHandler(private & filters.TEXT, handlers.question))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, handlers.other))
    application.add_handler(CallbackQueryHandler(handlers.source, SOURCE_PATTERN))
    application.add_handler(CallbackQueryHandler(handlers.option, OPTION_PATTERN))
    application.add_error_handler(handlers.error)
    return application


async def _publish_commands(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Tells Telegram the commands to offer; without it the bot works all the same."""
    try:
        for language, commands in _COMMANDS.items():
            await application.bot.set_my_commands(commands, language_code=language or None)
    except TelegramError as error:
        _log.warning("commands not published: %s", type(error).__name__)


def run_bot(handlers: Handlers, account: BotAccount) -> None:
    """Polls until stopped by a signal. Questions sent while the bot was down are answered first.

    Raises:
        SettingsError: Telegram does not know the token.
    """
    application = build_application(handlers, account)
    _log.info("bot started; stop it with Ctrl-C")
    try:
        application.run_polling(
            poll_interval=account.poll_interval,
            timeout=POLL_SECONDS,
            bootstrap_retries=-1,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )
    except InvalidToken:  # its message quotes the token
        raise SettingsError(
            "Telegram không nhận mã bot trong CHIDAO_TELEGRAM__TOKEN; xem lại mã do @BotFather cấp",
            "Telegram does not accept the bot token in CHIDAO_TELEGRAM__TOKEN; look it up with @BotFather",
        ) from None
