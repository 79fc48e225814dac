"""Answers to pressed buttons and inline queries (Bot API, answerCallbackQuery and "Inline mode")."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from tests.botapi.errors import bad
from tests.botapi.formatting import TEXT_LIMIT, formatted
from tests.botapi.keyboards import checked_markup
from tests.botapi.parameters import Request
from tests.botapi.world import Json, Query, World

_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
_ALERT: Final = 200  # answerCallbackQuery, text: 0-200 characters
_RESULTS: Final = 50  # answerInlineQuery, results
_ID_BYTES: Final = 64  # InlineQueryResult, id: 1-64 bytes; the same for next_offset
_TYPES: Final = frozenset(
    "article photo gif mpeg4_gif video audio voice document location venue contact game sticker".split()
)
_ARTICLE: Final = frozenset(
    "type id title input_message_content reply_markup url description thumbnail_url thumbnail_width "
    "thumbnail_height".split()
)
_START: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _open(queries: dict[str, Query], query_id: str, seconds: float) -> Query:
    query = queries.get(query_id)
    if query is None or query.answer is not None or time.time() - query.at > seconds:
        raise bad(_TOO_OLD)
    return query


def answer_callback_query(world: World, request: Request) -> bool:
    """AnswerCallbackQuery: once, in time, with at most 200 characters."""
    query = _open(world.callbacks, request.get("callback_query_id"), world.settings.callback_seconds)
    if len(request.get("text") or "") > _ALERT:
        raise bad("MESSAGE_TOO_LONG")
    url = request.get("url")
    if url and not url.startswith(("https://t.me/", f"tg://resolve?domain={world.bot['username']}")):
        raise bad("URL_INVALID")
    query.answer = {**request.values, "at": time.time()}
    for queued in world.updates.of_chat.get(query.chat_id, []):
        if queued.kind == "callback_query" and queued.body["id"] == request.get("callback_query_id"):
            queued.replied_at = time.time()
    return True


def answer_inline_query(world: World, request: Request) -> bool:
    """AnswerInlineQuery: at most 50 results with ids of their own."""
    query = _open(world.inline, request.get("inline_query_id"), world.settings.inline_seconds)
    results = request.get("results")
    if len(results) > _RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    checked = [_result(result, request.silent) for result in results]
    ids = [result["id"] for result in checked]
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    if len((request.get("next_offset") or "").encode()) > _ID_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    if (button := request.get("button")) is not None:
        _check_button(button)
    query.answer = {**request.values, "results": checked, "at": time.time()}
    return True


def _check_button(button: Json) -> None:
    if not isinstance(button.get("text"), str) or not button["text"]:
        raise bad("can't parse inline query results button: text must be non-empty")
    if len(button.keys() & {"web_app", "start_parameter"}) != 1:
        raise bad("can't parse inline query results button: exactly one of web_app and start_parameter")
    if "start_parameter" in button and not _START.fullmatch(str(button["start_parameter"])):
        raise bad("START_PARAM_INVALID")


def _result(result: Any, silent: list[str]) -> Json:
    """The result with its message as it will read."""
    if not isinstance(result, dict) or str(result.get("type")) not in _TYPES:
        raise bad("can't parse inline query result: unsupported type")
    name = result.get("id")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= _ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    if result["type"] != "article":
        return result
    silent += [f"an article has an unknown field {field}" for field in result.keys() - _ARTICLE]
    if not isinstance(result.get("title"), str) or not result["title"].strip():
        raise bad("can't parse inline query result: ARTICLE_TITLE_EMPTY")
    checked = {**result, "input_message_content": _content(result.get("input_message_content"), silent)}
    markup = checked_markup(result.get("reply_markup"), silent, inline_only=True)
    return checked | ({"reply_markup": markup} if markup else {})


def _content(content: Any, silent: list[str]) -> Json:
    if not isinstance(content, dict) or not isinstance(content.get("message_text"), str):
        raise bad("can't parse inline query result: message content must have message_text")
    text, entities = formatted(
        content["message_text"], content.get("parse_mode"), content.get("entities"), silent, limit=TEXT_LIMIT
    )
    if not text:
        raise bad("text must be non-empty")
    return {**content, "message_text": text, "entities": entities}


QUERIES: Final = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}
