"""The commands and descriptions that Telegram shows, by language and by who looks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.telegram.roles import Roles
from bot.telegram.texts import ENGLISH, VIETNAMESE, Texts

_ASK = {"vi": "Hỏi một câu", "en": "Ask a question"}
_LANGUAGES = (("", VIETNAMESE), ("en", ENGLISH))  # "": for all who have no menu of their own language
_log = logging.getLogger(__name__)


async def publish_menus(bot: Bot, roles: Roles, city: str) -> None:
    """Sets them; without them the bot works all the same."""
    for code, texts in _LANGUAGES:
        citizens = texts.citizen_commands
        await _set(bot, citizens, BotCommandScopeDefault(), code)
        await _set(bot, citizens, BotCommandScopeAllPrivateChats(), code)
        await _set(bot, _group(texts), BotCommandScopeAllGroupChats(), code)
        for chat in roles.staff | roles.admins:
            await _own_menu(bot, roles, chat, texts, code)
        await _describe(bot, texts, city, code)


async def publish_own_menu(bot: Bot, roles: Roles, chat: int) -> None:
    """Sets the menu of one chat of staff or admins; before they have written, Telegram does not know it."""
    if chat in roles.staff | roles.admins:
        for code, texts in _LANGUAGES:
            await _own_menu(bot, roles, chat, texts, code)


async def _own_menu(bot: Bot, roles: Roles, chat: int, texts: Texts, code: str) -> None:
    shown = {**(_group(texts) if chat < 0 else texts.citizen_commands), **texts.staff_commands}
    if chat in roles.admins:
        shown |= texts.admin_commands
    await _set(bot, shown, BotCommandScopeChat(chat), code)


def _group(texts: Texts) -> dict[str, str]:
    """What goes in a group."""
    return {
        "ask": _ASK[texts.language],
        **{each: texts.citizen_commands[each] for each in ("help", "about", "privacy")},
    }


async def _describe(bot: Bot, texts: Texts, city: str, code: str) -> None:
    await _tried(bot.set_my_description(texts.description.format(city=city), language_code=code or None))
    await _tried(bot.set_my_short_description(texts.short_description.format(city=city), language_code=code or None))


async def _set(bot: Bot, commands: dict[str, str], scope: BotCommandScope, code: str) -> None:
    made = [BotCommand(name, described) for name, described in commands.items()]
    await _tried(bot.set_my_commands(made, scope=scope, language_code=code or None))


async def _tried(call: Awaitable[bool]) -> None:
    try:
        await call
    except TelegramError as error:  # also of a chat that the bot has not met yet: its menu comes with its /start
        _log.info("a menu was not published: %s", type(error).__name__)
