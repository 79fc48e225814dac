"""`reply_markup` of every kind (Bot API, sections InlineKeyboardMarkup to ForceReply)."""

from __future__ import annotations

from typing import Any, Final

from tests.botapi.errors import bad
from tests.botapi.markup import checked_url

DATA_BYTES: Final = 64  # InlineKeyboardButton, callback_data: 1-64 bytes
BUTTONS: Final = 100  # in one keyboard; more are refused with REPLY_MARKUP_TOO_LONG
ROW: Final = 8  # buttons that one row shows
COPY_CHARACTERS: Final = 256  # CopyTextButton, text: 1-256 characters
PLACEHOLDER: Final = 64  # ForceReply, input_field_placeholder: 1-64 characters
_ACTIONS: Final = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_LOOKS: Final = frozenset({"text", "style", "icon_custom_emoji_id"})
_STYLES: Final = frozenset({"danger", "success", "primary"})
_ASKS: Final = frozenset(
    {
        "request_users",
        "request_chat",
        "request_contact",
        "request_location",
        "request_poll",
        "request_managed_bot",
        "web_app",
    }
)
_BOOLEANS: Final = frozenset(
    "is_persistent resize_keyboard one_time_keyboard selective remove_keyboard force_reply".split()
)
_FIELDS: Final = {
    "inline_keyboard": {"inline_keyboard"},
    "keyboard": {
        "keyboard",
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
}


def checked_markup(markup: Any, silent: list[str], *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup as kept; None for an empty inline keyboard, which is none.

    Raises:
        ApiError: Telegram refuses it.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    kind = next((name for name in _FIELDS if name in markup), None)
    if kind is None:
        if markup:
            silent.append(f"reply_markup of no known kind: {sorted(markup)}")
        return None
    silent += [f"reply_markup has an unknown field {name}" for name in markup.keys() - _FIELDS[kind]]
    if kind == "inline_keyboard":
        return _inline(markup[kind], silent)
    if inline_only:
        raise bad("inline keyboard expected")
    if kind == "keyboard":
        _reply(markup[kind], silent)
    _check_fields(markup)
    return markup


def _check_fields(markup: dict[str, Any]) -> None:
    for name in markup.keys() & _BOOLEANS:
        if not isinstance(markup[name], bool):
            raise bad(f'field "{name}" must be of type Boolean')
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and (not isinstance(placeholder, str) or not 1 <= len(placeholder) <= PLACEHOLDER):
        raise bad(f"input_field_placeholder must have 1-{PLACEHOLDER} characters")


def _rows(keyboard: Any, what: str) -> list[list[Any]]:
    if not isinstance(keyboard, list):
        raise bad(f'field "{what}" must be of type Array')
    if not all(isinstance(row, list) for row in keyboard):
        raise bad(f'field "{what}" must be an Array of Arrays')
    return keyboard


def _inline(keyboard: Any, silent: list[str]) -> dict[str, Any] | None:
    rows = [[_button(button, silent) for button in row] for row in _rows(keyboard, "inline_keyboard")]
    if any(not row for row in rows):
        silent.append("an empty row in the inline keyboard: Telegram leaves it out")
    if sum(map(len, rows)) > BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    if max(map(len, rows), default=0) > ROW:
        silent.append(f"more than {ROW} buttons in a row: nobody sees the others")
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Any, silent: list[str]) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    actions = {name for name in button.keys() & _ACTIONS if name not in {"url", "callback_data"} or button[name]}
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: exactly one action allowed, got {sorted(actions)}")
    silent += [f"an inline button has an unknown field {name}" for name in button.keys() - _ACTIONS - _LOOKS]
    if "style" in button and str(button["style"]) not in _STYLES:
        raise bad("can't parse inline keyboard button: invalid button style specified")
    return _checked_action(button, next(iter(actions)))


def _checked_action(button: dict[str, Any], action: str) -> dict[str, Any]:
    value = button[action]
    if action == "callback_data" and (not isinstance(value, str) or len(value.encode()) > DATA_BYTES):
        raise bad("BUTTON_DATA_INVALID")
    if action in {"pay", "callback_game"}:  # for invoices and games
        raise bad("BUTTON_TYPE_INVALID")
    if action == "url":
        try:
            return {**button, "url": checked_url(str(value))}
        except ValueError as error:
            raise bad(f"inline keyboard button URL '{value}' is invalid: {error}") from None
    if action == "web_app" and not (url := _url_of(value)).startswith("https://"):
        raise bad(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= COPY_CHARACTERS:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if action.startswith("switch_inline_query") and not isinstance(value, dict if "chosen" in action else str):
        raise bad(f"can't parse inline keyboard button: wrong {action}")
    return button


def _url_of(web_app: Any) -> str:
    return str(web_app.get("url", "")) if isinstance(web_app, dict) else ""


def _reply(keyboard: Any, silent: list[str]) -> None:
    rows = _rows(keyboard, "keyboard")
    if not any(rows):
        raise bad("can't parse reply keyboard: the keyboard is empty")
    for button in (button for row in rows for button in row):
        shown = {"text": button} if isinstance(button, str) else button
        if not isinstance(shown, dict) or not isinstance(shown.get("text"), str) or not shown["text"].strip():
            raise bad("can't parse keyboard button: text must be non-empty")
        silent += [f"a keyboard button has an unknown field {name}" for name in shown.keys() - _LOOKS - _ASKS]
        if len(shown.keys() & _ASKS) > 1:
            raise bad("can't parse keyboard button: at most one request allowed")
