"""Each check refuses what Telegram refuses, and takes what is right."""

from typing import Any

import httpx
import pytest

from tests.botapi.client import StrictServer
from tests.botapi.conftest import Caller
from tests.botapi.parameters import METHODS as DECLARED
from tests.botapi.server import METHODS

CHAT = 42
GROUP = -500
BUTTON = {"text": "x", "callback_data": "d"}


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def article(name: str = "a", **changes: Any) -> dict[str, Any]:
    made = {"type": "article", "id": name, "title": "t", "input_message_content": {"message_text": "m"}}
    return {**made, **changes}


@pytest.fixture
def known(telegram: StrictServer, call: Caller) -> dict[str, Any]:
    """A chat with a person's message 1 and the bot's message 2, a group with topic, a press and an inline query."""
    telegram.send_text("hỏi", chat_id=CHAT)
    call("sendMessage", chat_id=CHAT, text="đáp", reply_markup=inline(BUTTON))
    telegram.send_text("chào", chat_id=GROUP)
    pressed = telegram.press("d", message_id=2, chat_id=CHAT)
    asked = telegram.inline_query("phí", user_id=CHAT)
    return {"PRESS": pressed.query_id, "INLINE": asked}


TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("getMe", {}),
    ("GETME", {}),
    ("sendMessage", {"text": "x"}),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1}}),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}}),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1, "quote": "hỏ"}}),
    ("sendMessage", {"text": "x", "link_preview_options": {"is_disabled": True}}),
    ("sendMessage", {"text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 64}}),
    ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [["a"], [{"text": "b", "request_contact": True}]]}}),
    ("sendMessage", {"text": "x", "reply_markup": {"remove_keyboard": True}}),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "callback_data": "d" * 64})}),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "url": "https://a.vn"})}),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "copy_text": {"text": "c"}})}),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[BUTTON] * 5] * 20}}),
    ("sendMessageDraft", {"draft_id": 1, "text": "<b>x</b>", "parse_mode": "HTML"}),
    ("sendMessageDraft", {"draft_id": -1}),  # Bot API 10.0: without text "Thinking…" is shown
    ("sendChatAction", {"action": "typing"}),
    ("editMessageText", {"message_id": 2, "text": "mới"}),
    ("editMessageReplyMarkup", {"message_id": 2}),
    ("deleteMessage", {"message_id": 1}),  # private chats: incoming messages too
    ("deleteMessages", {"message_ids": [1, 2, 77]}),
    ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
    ("answerCallbackQuery", {"callback_query_id": "PRESS", "text": "x" * 200}),
    ("answerInlineQuery", {"inline_query_id": "INLINE", "results": [article("a"), article("b" * 64)]}),
    ("getChat", {}),
    ("getChatMember", {"user_id": CHAT}),
    ("getChatMemberCount", {}),
    ("setMyCommands", {"commands": [{"command": "hoi_1", "description": "x" * 256}]}),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": CHAT}, "language_code": "vi"}),
    ("getMyCommands", {"scope": {"type": "all_private_chats"}}),
    ("deleteMyCommands", {}),
    ("setMyDescription", {"description": "x" * 512}),
    ("setMyShortDescription", {"short_description": "x" * 120}),
    ("setMyName", {"name": "x" * 64}),
    ("setChatMenuButton", {"menu_button": {"type": "commands"}}),
    ("getUpdates", {"allowed_updates": ["message", "callback_query"]}),
    ("getWebhookInfo", {}),
    ("deleteWebhook", {}),
    ("close", {}),
    ("logOut", {}),
]
WITHOUT_CHAT = tuple(
    "answer getMy setMy deleteMy getMe GETME getUpdates getWebhook deleteWebhook setWebhook getFile close logOut "
    "setChatMenu noSuch".split()
)


def completed(method: str, parameters: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    filled = {name: known.get(v, v) if isinstance(v, str) else v for name, v in parameters.items()}
    return filled if method.startswith(WITHOUT_CHAT) else {"chat_id": CHAT, **filled}


@pytest.mark.parametrize(("method", "parameters"), TAKEN)
def test_good_calls_are_taken(
    telegram: StrictServer, call: Caller, known: dict[str, Any], method: str, parameters: dict[str, Any]
) -> None:
    assert call(method, **completed(method, parameters, known))["ok"]
    assert telegram.violations() == []


def test_good_calls_for_every_method_are_in_the_list() -> None:
    """But those that other files try: what needs an upload, a webhook, a group."""
    elsewhere = {"sendDocument", "sendPhoto", "getFile", "setWebhook", "leaveChat", "getChatAdministrators"}
    elsewhere |= {"editMessageCaption", "getMyName", "getMyDescription", "getMyShortDescription", "getChatMenuButton"}
    assert METHODS.keys() == DECLARED.keys()
    assert METHODS.keys() - elsewhere <= {method for method, _ in TAKEN}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("noSuchMethod", {}, "Not Found: method not found"),
    ("sendMessage", {}, "message text is empty"),
    ("sendMessage", {"text": " \n"}, "Bad Request: text must be non-empty"),
    ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
    ("sendMessage", {"text": 5}, 'parameter "text" must be of type str, got 5'),
    ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"text": "x", "chat_id": 43}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": "@nobody"}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": None}, "chat_id is empty"),
    ("sendMessage", {"text": "x", "message_thread_id": 7}, "message thread not found"),
    ("sendMessage", {"text": "x", "disable_notification": 1}, 'parameter "disable_notification" must be of type bool'),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
    ("sendMessage", {"text": "x", "reply_parameters": {"quote": "x"}}, 'can\'t find field "message_id"'),
    (
        "sendMessage",
        {"text": "x", "reply_parameters": {"message_id": "1"}},
        'field "message_id" must be of type Integer',
    ),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1, "quote": "zz"}}, "QUOTE_TEXT_INVALID"),
    ("sendMessage", {"text": "x", "reply_parameters": "{"}, "can't parse reply_parameters JSON object"),
    ("sendMessage", {"text": "x", "reply_parameters": []}, "object expected as reply parameters"),
    ("sendMessage", {"text": "x", "link_preview_options": {"url": "x y"}}, "WEBPAGE_URL_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": {"force_reply": True, "input_field_placeholder": "x" * 65}}, "1-64"),
    ("sendMessage", {"text": "x", "reply_markup": {"keyboard": []}}, "the keyboard is empty"),
    ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [[{"text": ""}]]}}, "text must be non-empty"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline({"text": "", "callback_data": "d"})},
        "text must be non-empty",
    ),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x"})}, "Text buttons are unallowed"),
    ("sendMessage", {"text": "x", "reply_markup": inline({**BUTTON, "url": "https://a.vn"})}, "exactly one action"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline({"text": "x", "callback_data": ""})},
        "Text buttons are unallowed",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline({**BUTTON, "callback_data": "đ" * 33})},
        "BUTTON_DATA_INVALID",
    ),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "url": "chợ"})}, "is invalid: Wrong HTTP URL"),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "copy_text": {"text": ""}})}, "COPY_TEXT"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[BUTTON] * 101]}}, "REPLY_MARKUP_TOO_LONG"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [BUTTON]}}, "must be an Array of Arrays"),
    ("sendMessage", {"text": "x", "reply_markup": inline({"callback_data": "d"})}, 'Can\'t find field "text"'),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline({"text": "x", "url": "ftp://a.vn"})},
        "Unsupported URL protocol",
    ),
    ("sendMessage", {"text": "x", "reply_markup": inline({"text": "x", "pay": True})}, "BUTTON_TYPE_INVALID"),
    (
        "sendMessage",
        {"text": "x", "reply_markup": inline({"text": "x", "web_app": {"url": "http://a.vn"}})},
        "Only HTTPS",
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": {"force_reply": "yes"}},
        'field "force_reply" must be of type Boolean',
    ),
    ("sendMessage", {"text": "x", "reply_markup": {"keyboard": "x"}}, 'field "keyboard" must be of type Array'),
    ("sendMessage", {"text": "x", "link_preview_options": {"is_disabled": "yes"}}, "must be of type Boolean"),
    ("sendMessage", {"text": "", "chat_id": 43}, "message text is empty"),  # the text is looked at before the chat
    ("sendMessageDraft", {"draft_id": 0, "text": "x"}, "RANDOM_ID_INVALID"),
    ("sendMessageDraft", {"draft_id": 1, "text": "x", "chat_id": GROUP}, "drafts are for private chats"),
    ("sendMessageDraft", {"draft_id": 1, "text": "x" * 4097}, "message is too long"),
    ("sendMessageDraft", {"text": "x"}, "RANDOM_ID_INVALID"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    ("editMessageText", {"message_id": 2, "text": "đáp", "reply_markup": inline(BUTTON)}, "message is not modified"),
    ("editMessageText", {"message_id": 9, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "x"}, "message can't be edited"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    (
        "editMessageText",
        {"message_id": 2, "text": "x", "reply_markup": {"force_reply": True}},
        "inline keyboard expected",
    ),
    ("editMessageReplyMarkup", {"message_id": 2, "reply_markup": inline(BUTTON)}, "message is not modified"),
    ("deleteMessage", {"message_id": 9}, "message to delete not found"),
    ("deleteMessage", {"message_id": 1, "chat_id": GROUP}, "message to delete not found|message can't be deleted"),
    ("deleteMessages", {"message_ids": []}, "not specified, or more than 100"),
    ("answerCallbackQuery", {"callback_query_id": "5"}, "query is too old and response timeout expired"),
    ("answerCallbackQuery", {"callback_query_id": "PRESS", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerInlineQuery", {"inline_query_id": "5", "results": []}, "query is too old"),
    ("answerInlineQuery", {"inline_query_id": "INLINE", "results": [article(str(n)) for n in range(51)]}, "TOO_MUCH"),
    ("answerInlineQuery", {"inline_query_id": "INLINE", "results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
    ("answerInlineQuery", {"inline_query_id": "INLINE", "results": [article("đ" * 33)]}, "RESULT_ID_INVALID"),
    ("answerInlineQuery", {"inline_query_id": "INLINE", "results": [article(title="")]}, "ARTICLE_TITLE_EMPTY"),
    (
        "answerInlineQuery",
        {"inline_query_id": "INLINE", "results": [article(input_message_content={})]},
        "message_text",
    ),
    (
        "answerInlineQuery",
        {"inline_query_id": "INLINE", "results": [article(input_message_content={"message_text": "x" * 4097})]},
        "message is too long",
    ),
    ("getFile", {"file_id": "x"}, "wrong file_id"),
    ("getChat", {"chat_id": 43}, "chat not found"),
    ("leaveChat", {}, "can't be changed in private chats"),
    ("setMyCommands", {"commands": [{"command": "Hỏi", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "x", "description": ""}]}, "command description must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, "command must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "x", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "x", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "scope": {"type": "everyone"}}, "Unsupported type specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, 'Can\'t find field "chat_id"'),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat_member", "chat_id": 42}}, 'find field "user_id"'),
    ("setMyCommands", {"commands": [], "language_code": "vi-VN"}, "two-letter ISO 639-1"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short_description is too long"),
    ("setWebhook", {"url": "http://a.vn"}, "An HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://a.vn:9000"}, "only on ports 80, 88, 443 or 8443"),
    ("setWebhook", {"url": "https://a.vn", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ("setWebhook", {"url": "https://a.vn", "secret_token": "a" * 257}, "secret token is too long"),
    ("sendDocument", {}, "there is no document in the request"),
    ("sendDocument", {"document": "nothing"}, "wrong file identifier"),
]


@pytest.mark.parametrize(("method", "parameters", "said"), REFUSED)
def test_bad_calls_are_refused_and_recorded(
    telegram: StrictServer, call: Caller, known: dict[str, Any], method: str, parameters: dict[str, Any], said: str
) -> None:
    answer = call(method, **completed(method, parameters, known))
    assert not answer["ok"]
    assert any(option in answer["description"] for option in said.split("|")), answer
    [violation] = telegram.violations()
    assert (violation.method, violation.description, violation.silent) == (method, answer["description"], False)


@pytest.mark.parametrize(
    ("method", "parameters", "noted"),
    [
        ("sendMessage", {"text": "x", "reply_to_message_id": 1}, "unknown parameter reply_to_message_id"),
        ("sendMessage", {"text": "a & b", "parse_mode": "HTML"}, "a bare & at byte offset 2"),
        ("sendMessage", {"text": "x", "reply_markup": inline({**BUTTON, "colour": 1})}, "unknown field colour"),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[], [BUTTON]]}}, "an empty row"),
        ("sendMessage", {"text": "x", "reply_markup": inline(*[BUTTON] * 9)}, "more than 8 buttons in a row"),
        ("sendMessage", {"text": "x", "link_preview_options": {"off": True}}, "an unknown field off"),
        ("getUpdates", {"limit": 101}, "limit must be 1-100, got 101"),
        ("getUpdates", {"allowed_updates": ["messages"]}, "an unknown kind 'messages'"),
    ],
)
def test_what_telegram_takes_in_silence_is_recorded(
    telegram: StrictServer, call: Caller, known: dict[str, Any], method: str, parameters: dict[str, Any], noted: str
) -> None:
    assert call(method, **completed(method, parameters, known))["ok"]
    [violation] = telegram.violations()
    assert violation.silent
    assert noted in violation.description
    assert telegram.violations(silent=False) == []


def test_a_call_may_be_a_query_a_form_or_multipart(telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=CHAT)
    url = f"{telegram.base_url}{telegram.token}/sendmessage"
    values = {"chat_id": str(CHAT), "text": "123", "disable_notification": "true", "entities": "[]"}
    with httpx.Client(trust_env=False) as client:
        answers = [
            client.get(url, params=values),
            client.post(url, data=values),
            client.post(url, files={name: (None, value) for name, value in values.items()}),
        ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["123"] * 3
    assert telegram.violations() == []
    assert [call.parameters["disable_notification"] for call in telegram.calls("sendMessage")] == [True] * 3


def test_a_form_is_held_to_the_types_too(telegram: StrictServer) -> None:
    telegram.send_text("hỏi", chat_id=CHAT)
    url = f"{telegram.base_url}{telegram.token}"
    with httpx.Client(trust_env=False) as client:
        wrong = client.post(f"{url}/deleteMessage", data={"chat_id": "42", "message_id": "x"}).json()
        broken = client.post(f"{url}/sendMessage", content=b"{", headers={"Content-Type": "application/json"}).json()
        stranger = client.get(f"{telegram.base_url}1:wrong/getMe").json()
    assert 'parameter "message_id" must be of type Integer' in wrong["description"]
    assert "can't parse request JSON object" in broken["description"]
    assert (stranger["error_code"], stranger["description"]) == (401, "Unauthorized")


def test_a_press_is_answered_once_and_in_time(telegram: StrictServer, call: Caller, known: dict[str, Any]) -> None:
    assert call("answerCallbackQuery", callback_query_id=known["PRESS"])["ok"]
    assert "too old" in call("answerCallbackQuery", callback_query_id=known["PRESS"])["description"]
    telegram.set_settings(callback_seconds=0)
    late = telegram.press("d", message_id=2, chat_id=CHAT)
    assert "too old" in call("answerCallbackQuery", callback_query_id=late.query_id)["description"]
    assert telegram.callback_answers()[late.query_id] is None
