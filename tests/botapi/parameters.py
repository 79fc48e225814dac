"""Which methods are served, their parameters and types (Bot API 10.0, section "Available methods"), and reading them.

A declaration lists ``name:type``; ``!`` after the name marks what is required. Types: int, str, bool, float, chat
(Integer or String), obj and list (JSON), file (InputFile or String).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.botapi.errors import ApiError, bad

_PLACE: Final = "business_connection_id:str chat_id!:chat message_thread_id:int direct_messages_topic_id:int"
_SENDING: Final = (
    f"{_PLACE} disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id:str "
    "suggested_post_parameters:obj reply_parameters:obj reply_markup:obj"
)
_CAPTION: Final = "caption:str parse_mode:str caption_entities:list"
_TARGET: Final = "business_connection_id:str chat_id:chat message_id:int inline_message_id:str reply_markup:obj"
_DECLARED: Final = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:list",
    "setWebhook": "url!:str certificate:file ip_address:str max_connections:int allowed_updates:list "
    "drop_pending_updates:bool secret_token:str",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"{_SENDING} text!:str parse_mode:str entities:list link_preview_options:obj",
    "sendMessageDraft": "chat_id!:int message_thread_id:int draft_id!:int text:str parse_mode:str entities:list",
    "sendDocument": f"{_SENDING} {_CAPTION} document!:file thumbnail:file disable_content_type_detection:bool",
    "sendPhoto": f"{_SENDING} {_CAPTION} photo!:file show_caption_above_media:bool has_spoiler:bool",
    "sendChatAction": "business_connection_id:str chat_id!:chat message_thread_id:int action!:str",
    "editMessageText": f"{_TARGET} text!:str parse_mode:str entities:list link_preview_options:obj",
    "editMessageCaption": f"{_TARGET} {_CAPTION} show_caption_above_media:bool",
    "editMessageReplyMarkup": _TARGET,
    "deleteMessage": "chat_id!:chat message_id!:int",
    "deleteMessages": "chat_id!:chat message_ids!:list",
    "answerCallbackQuery": "callback_query_id!:str text:str show_alert:bool url:str cache_time:int",
    "answerInlineQuery": "inline_query_id!:str results!:list cache_time:int is_personal:bool "
    "next_offset:str button:obj",
    "getFile": "file_id!:str",
    "getChat": "chat_id!:chat",
    "getChatMember": "chat_id!:chat user_id!:int",
    "getChatMemberCount": "chat_id!:chat",
    "getChatAdministrators": "chat_id!:chat return_bots:bool",
    "leaveChat": "chat_id!:chat",
    "setMessageReaction": "chat_id!:chat message_id!:int reaction:list is_big:bool",
    "setMyCommands": "commands!:list scope:obj language_code:str",
    "getMyCommands": "scope:obj language_code:str",
    "deleteMyCommands": "scope:obj language_code:str",
    "setMyName": "name:str language_code:str",
    "getMyName": "language_code:str",
    "setMyDescription": "description:str language_code:str",
    "getMyDescription": "language_code:str",
    "setMyShortDescription": "short_description:str language_code:str",
    "getMyShortDescription": "language_code:str",
    "setChatMenuButton": "chat_id:int menu_button:obj",
    "getChatMenuButton": "chat_id:int",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter."""

    type: str
    required: bool


def _declared(text: str) -> dict[str, Parameter]:
    pairs = (item.split(":") for item in text.split())
    return {name.rstrip("!"): Parameter(of_type, name.endswith("!")) for name, of_type in pairs}


METHODS: Final = {name: _declared(text) for name, text in _DECLARED.items()}
_BY_LOWER_NAME: Final = {name.lower(): name for name in METHODS}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime_type: str
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Request:
    """One call of the bot: decoded parameters, its files by field name, and what Telegram passes over silently."""

    method: str
    values: dict[str, Any]
    uploads: Mapping[str, Upload]
    silent: list[str] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """The value of a parameter, or None."""
        return self.values.get(name)

    def upload(self, name: str) -> Upload | None:
        """The file that a parameter brings, itself or as attach://field."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)


def known_method(name: str) -> str:
    """The method as documented; names are taken in any case (Bot API, "Making requests").

    Raises:
        ApiError: no such method here.
    """
    if (method := _BY_LOWER_NAME.get(name.lower())) is None:
        raise ApiError(404, "Not Found: method not found")
    return method


def read_request(method: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload]) -> Request:
    """The call with its parameters decoded; text values are of a form or query, others of a JSON body.

    Raises:
        ApiError: a required parameter is missing, or a value is of another type than declared.
    """
    request = Request(method, {}, uploads)
    declared = METHODS[method]
    attached = {str(v).removeprefix("attach://") for v in raw.values() if str(v).startswith("attach://")}
    for name, value in raw.items():
        if name not in declared:
            request.silent.append(f"unknown parameter {name}")
        elif value is not None:
            request.values[name] = _decoded(name, declared[name].type, value, request.silent)
    for name in uploads:
        if name not in declared and name not in attached and not _mentioned(name, raw):
            request.silent.append(f"a file of unknown name {name}")
    for name, parameter in declared.items():
        if parameter.required and name not in request.values and name not in uploads:
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
    return request


def _mentioned(name: str, raw: Mapping[str, Any]) -> bool:
    return any(f"attach://{name}" in value for value in raw.values() if isinstance(value, str))


_MISSING: Final = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "action": "wrong parameter action in request",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "draft_id": "RANDOM_ID_INVALID",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_INTEGER: Final = re.compile(r"-?\d{1,19}")
_JSON_TYPES: Final = {"obj": dict, "list": list}
_NATIVE: Final[dict[str, tuple[type, ...]]] = {
    "int": (int,),
    "str": (str,),
    "bool": (bool,),
    "float": (int, float),
    "chat": (int, str),
    "file": (str,),
}


def _decoded(name: str, of_type: str, value: Any, silent: list[str]) -> Any:
    if of_type in _JSON_TYPES:
        return _json(name, _JSON_TYPES[of_type], value)
    if isinstance(value, _NATIVE[of_type]) and not (isinstance(value, bool) and of_type != "bool"):
        return _from_text(name, of_type, value, silent) if isinstance(value, str) else value
    if not isinstance(value, str):
        raise bad(f'parameter "{name}" must be of type {of_type}, got {json.dumps(value)}')
    return _from_text(name, of_type, value, silent)


def _from_text(name: str, of_type: str, value: str, silent: list[str]) -> Any:
    if of_type in {"str", "file"}:
        return value
    if of_type == "bool":
        if value not in {"true", "false"}:
            silent.append(f'parameter "{name}" must be true or false, got {value!r}')
        return value.lower() in {"true", "yes", "1"}
    if of_type in {"int", "chat"} and _INTEGER.fullmatch(value):
        return int(value)
    if of_type == "chat" and value.startswith("@"):
        return value
    if of_type == "chat":
        raise bad("chat not found" if value else "chat_id is empty")
    raise bad(f'parameter "{name}" must be of type Integer, got {value!r}')


def _json(name: str, of_type: type, value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if not isinstance(value, of_type):
        raise bad(f"{'object' if of_type is dict else 'Array'} expected as {name.replace('_', ' ')}")
    return value
