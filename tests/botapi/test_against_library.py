"""The declared parameters, kinds and limits are those of Bot API 10.0 as python-telegram-bot 22.8 has them."""

import inspect
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram.constants import (
    BOT_API_VERSION,
    BotCommandLimit,
    BotDescriptionLimit,
    BotNameLimit,
    CallbackQueryLimit,
    ChatAction,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    InlineQueryLimit,
    InlineQueryResultLimit,
    MessageEntityType,
    MessageLimit,
    WebhookLimit,
)

from tests.botapi import account, formatting, keyboards, queries, sending, updates
from tests.botapi.parameters import METHODS

OF_THE_LIBRARY = frozenset(
    "self read_timeout write_timeout connect_timeout pool_timeout api_kwargs filename current_offset "
    "reply_to_message_id allow_sending_without_reply disable_web_page_preview contact venue location".split()
)
"""Its own conveniences; the three older names it turns into reply_parameters and link_preview_options."""


def parameters_of(thing: Any) -> set[str]:
    return set(inspect.signature(thing).parameters) - OF_THE_LIBRARY


def test_it_is_the_same_version() -> None:
    assert BOT_API_VERSION == "10.0"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_the_same_parameters(method: str) -> None:
    assert METHODS[method].keys() == parameters_of(getattr(Bot, method))


def test_the_same_fields() -> None:
    assert sending._PREVIEW.keys() == parameters_of(LinkPreviewOptions)
    assert sending._REPLY.keys() == parameters_of(ReplyParameters) | {"allow_sending_without_reply"}
    assert parameters_of(InlineKeyboardButton) == keyboards._ACTIONS | keyboards._LOOKS
    assert parameters_of(KeyboardButton) == keyboards._ASKS | keyboards._LOOKS
    assert parameters_of(InputTextMessageContent) >= {"message_text", "parse_mode", "entities"}


def test_the_same_kinds() -> None:
    assert {action.value for action in ChatAction} == sending.ACTIONS
    assert set(Update.ALL_TYPES) == updates.KINDS
    assert formatting._KNOWN - {"bank_card_number"} == {kind.value for kind in MessageEntityType}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (formatting.TEXT_LIMIT, MessageLimit.MAX_TEXT_LENGTH),
        (formatting.CAPTION_LIMIT, MessageLimit.CAPTION_LENGTH),
        (formatting.ENTITY_LIMIT, MessageLimit.MESSAGE_ENTITIES),
        (keyboards.DATA_BYTES, InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        (keyboards.BUTTONS, InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        (keyboards.ROW, InlineKeyboardMarkupLimit.BUTTONS_PER_ROW),
        (account._SECRET_LENGTH, WebhookLimit.MAX_SECRET_TOKEN_LENGTH),
        (keyboards.COPY_CHARACTERS, InlineKeyboardButtonLimit.MAX_COPY_TEXT),
        (queries._ALERT, CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
        (queries._RESULTS, InlineQueryLimit.RESULTS),
        (queries._ID_BYTES, InlineQueryResultLimit.MAX_ID_LENGTH),
        (queries._ID_BYTES, InlineQueryLimit.MAX_OFFSET_LENGTH),
        (account._DESCRIPTION, BotCommandLimit.MAX_DESCRIPTION),
        (account._COMMANDS, BotCommandLimit.MAX_COMMAND_NUMBER),
        (account._TEXTS["Name"][1], BotNameLimit.MAX_NAME_LENGTH),
        (account._TEXTS["Description"][1], BotDescriptionLimit.MAX_DESCRIPTION_LENGTH),
        (account._TEXTS["ShortDescription"][1], BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH),
    ],
)
def test_the_same_limits(ours: int, theirs: int) -> None:
    assert ours == theirs
