"""The bot's account, its chats and files, and how it gets updates (Bot API, "Getting updates", "Available methods")."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

from tests.botapi.errors import ApiError, bad
from tests.botapi.parameters import Request
from tests.botapi.updates import KINDS, MOST_CONNECTIONS
from tests.botapi.world import Chat, Json, World

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")  # BotCommand, command
_SECRET_LENGTH: Final = 256  # setWebhook, secret_token: 1-256 characters of these
_SECRET: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{_SECRET_LENGTH}}}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")  # language_code: ISO 639-1
_DESCRIPTION: Final = 256  # BotCommand, description: 1-256 characters
_COMMANDS: Final = 100  # setMyCommands, commands
_PORTS: Final = frozenset({443, 80, 88, 8443})  # setWebhook, notes
_MOST_POLL: Final = 50  # seconds Telegram waits at most
_SCOPES: Final = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_TEXTS: Final = {
    "Name": ("name", 64),  # setMyName: 0-64 characters
    "Description": ("description", 512),  # setMyDescription: 0-512
    "ShortDescription": ("short_description", 120),  # setMyShortDescription: 0-120
}


def get_me(world: World, request: Request) -> Json:
    """GetMe."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.settings.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def done(world: World, request: Request) -> bool:
    """LogOut and close do nothing here but succeed."""
    return True


# Updates.


async def get_updates(world: World, request: Request) -> list[Json]:
    """GetUpdates: 1-100 updates, waiting up to 50 seconds."""
    limit, timeout = request.get("limit"), request.get("timeout") or 0
    if limit is not None and not 1 <= limit <= 100:
        request.silent.append(f"limit must be 1-100, got {limit}")
        limit = 100
    if not 0 <= timeout <= _MOST_POLL:
        request.silent.append(f"timeout must be 0-{_MOST_POLL}, got {timeout}")
    world.updates.allow(_allowed(request))
    seconds = min(max(timeout, 0), _MOST_POLL)
    return await world.updates.poll(request.get("offset") or 0, limit or 100, seconds, of=request)


def _allowed(request: Request) -> list[str] | None:
    kinds = request.get("allowed_updates")
    if kinds is None:
        return None
    kinds = [str(kind) for kind in kinds]
    request.silent += [f"allowed_updates names an unknown kind {kind!r}" for kind in kinds if kind not in KINDS]
    return [kind for kind in kinds if kind in KINDS]


def set_webhook(world: World, request: Request) -> bool:
    """SetWebhook: HTTPS on a known port, or plain HTTP on this machine, which Telegram would not take."""
    url, secret = request.get("url"), request.get("secret_token") or ""
    if not url:
        return delete_webhook(world, request)
    _check_webhook_url(url)
    if secret and not _SECRET.fullmatch(secret):
        raise bad(
            "secret token is too long" if len(secret) > _SECRET_LENGTH else "secret token contains unallowed characters"
        )
    connections = request.get("max_connections")
    if connections is not None and not 1 <= connections <= 100:
        request.silent.append(f"max_connections must be 1-100, got {connections}")
        connections = None
    world.updates.allow(_allowed(request))
    if request.get("drop_pending_updates"):
        world.updates.drop()
    world.updates.set_webhook(url, secret, connections or MOST_CONNECTIONS)
    return True


def _check_webhook_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host:
        raise bad("bad webhook: invalid webhook URL specified")
    if host in {"127.0.0.1", "localhost", "::1"}:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def delete_webhook(world: World, request: Request) -> bool:
    """DeleteWebhook."""
    world.updates.remove_webhook()
    if request.get("drop_pending_updates"):
        world.updates.drop()
    return True


def get_webhook_info(world: World, request: Request) -> Json:
    """GetWebhookInfo."""
    webhook = world.updates.webhook
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates.pending)}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    if webhook is not None:
        info |= {"url": webhook.url, "max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
        if webhook.last_error is not None:
            info["last_error_date"], info["last_error_message"] = webhook.last_error
    return info


# Commands, names, descriptions.


def _scope(world: World, request: Request) -> str:
    scope = request.get("scope") or {"type": "default"}
    if (fields := _SCOPES.get(str(scope.get("type")))) is None:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if missing := next((name for name in fields if name not in scope), None):
        raise bad(f"can't parse BotCommandScope: Can't find field \"{missing}\"")
    if "chat_id" in fields:
        chat_id = scope["chat_id"]
        world.find_chat(chat_id if isinstance(chat_id, int) else str(chat_id))
    return json.dumps({"type": scope["type"], **{name: scope[name] for name in fields}})


def _language(request: Request) -> str:
    language = request.get("language_code") or ""
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("language code must be a two-letter ISO 639-1 code")
    return str(language)


def _check_command(command: Any) -> None:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    for field, what in (("command", "command"), ("description", "command description")):
        if not isinstance(command.get(field), str):
            raise bad(f"can't parse BotCommand: Can't find field \"{field}\"")
        if not command[field]:
            raise bad(f"{what} must be non-empty")
    if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if len(command["description"]) > _DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def set_my_commands(world: World, request: Request) -> bool:
    """SetMyCommands: at most 100, names of [a-z0-9_]{1,32}, descriptions of 1-256 characters."""
    commands = request.get("commands")
    if len(commands) > _COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    names = [command["command"] for command in commands]
    if len(set(names)) < len(names):
        request.silent.append(f"a command is named twice: {names}")
    kept = world.account.setdefault("commands", {})
    kept[_scope(world, request), _language(request)] = commands
    return True


def get_my_commands(world: World, request: Request) -> list[Json]:
    """GetMyCommands."""
    kept: list[Json] = world.account.get("commands", {}).get((_scope(world, request), _language(request)), [])
    return kept


def delete_my_commands(world: World, request: Request) -> bool:
    """DeleteMyCommands."""
    world.account.get("commands", {}).pop((_scope(world, request), _language(request)), None)
    return True


def set_text(world: World, request: Request) -> bool:
    """SetMyName, setMyDescription, setMyShortDescription."""
    field, limit = _TEXTS[request.method.removeprefix("setMy")]
    text = request.get(field) or ""
    if len(text) > limit:
        raise bad(f"{field} is too long: at most {limit} characters")
    world.account.setdefault(field, {})[_language(request)] = text
    return True


def get_text(world: World, request: Request) -> Json:
    """GetMyName, getMyDescription, getMyShortDescription."""
    field, _ = _TEXTS[request.method.removeprefix("getMy")]
    kept = world.account.get(field, {})
    default = world.bot["first_name"] if field == "name" else ""
    return {field: kept.get(_language(request)) or kept.get("") or default}


def set_chat_menu_button(world: World, request: Request) -> bool:
    """SetChatMenuButton."""
    button = request.get("menu_button") or {"type": "default"}
    if str(button.get("type")) not in {"commands", "web_app", "default"}:
        raise bad("can't parse menu button: unsupported type specified")
    world.account.setdefault("menu", {})[request.get("chat_id")] = button
    return True


def get_chat_menu_button(world: World, request: Request) -> Json:
    """GetChatMenuButton."""
    button: Json = world.account.get("menu", {}).get(request.get("chat_id"), {"type": "commands"})
    return button


# Chats and files.


def get_chat(world: World, request: Request) -> Json:
    """GetChat: a ChatFullInfo with what it must have."""
    chat = world.find_chat(request.get("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    return {**chat.info, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def _member(world: World, chat: Chat, user_id: int) -> Json:
    status = chat.members.get(user_id, "left")
    user = world.bot if user_id == world.bot["id"] else world.users.get(user_id)
    if user is None:
        raise bad("invalid user_id specified")
    member: Json = {"status": status, "user": user}
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
            "can_edit_stories can_delete_stories"
        )
        member |= dict.fromkeys(rights.split(), False) | {"can_manage_chat": True}
    return member | ({"is_anonymous": False} if status == "creator" else {})


def get_chat_member(world: World, request: Request) -> Json:
    """GetChatMember."""
    chat = world.open_chat(request.get("chat_id"))
    return _member(world, chat, request.get("user_id"))


def get_chat_member_count(world: World, request: Request) -> int:
    """GetChatMemberCount."""
    chat = world.open_chat(request.get("chat_id"))
    return sum(status not in {"left", "kicked"} for status in chat.members.values())


def get_chat_administrators(world: World, request: Request) -> list[Json]:
    """GetChatAdministrators."""
    chat = world.open_chat(request.get("chat_id"))
    if chat.private:
        raise bad("there are no administrators in the private chat")
    admins = [user for user, status in chat.members.items() if status in {"administrator", "creator"}]
    return [_member(world, chat, user) for user in admins]


def leave_chat(world: World, request: Request) -> bool:
    """LeaveChat."""
    chat = world.open_chat(request.get("chat_id"))
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.state = "left"
    chat.members[world.bot["id"]] = "left"
    return True


def get_file(world: World, request: Request) -> Json:
    """GetFile: files of up to 20 MB."""
    file = world.files.get(request.get("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(file.upload.data)
    if size > world.settings.download_bytes:
        raise bad("file is too big")
    path = f"documents/{file.file_id}"
    return {"file_id": file.file_id, "file_unique_id": f"u{file.file_id}", "file_size": size, "file_path": path}


def download(world: World, path: str) -> bytes:
    """What /file/bot<token>/<path> gives.

    Raises:
        ApiError: 404.
    """
    file = world.files.get(path.removeprefix("documents/"))
    if file is None or len(file.upload.data) > world.settings.download_bytes:
        raise ApiError(404, "Not Found")
    return file.upload.data


ACCOUNT: Final[dict[str, Any]] = {
    "getMe": get_me,
    "logOut": done,
    "close": done,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{name}": set_text for name in _TEXTS},
    **{f"getMy{name}": get_text for name in _TEXTS},
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "getFile": get_file,
}
