"""The other side of the server: what tests set and read."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.botapi.world import Json, World


class Control:
    """Each method is a control call of its name; what it returns is JSON. Wrong use raises ValueError."""

    def __init__(self, world: World) -> None:
        self._world = world

    def reset(self, *, bot_too: bool = False) -> None:
        """See `tests.botapi.world.World.reset`; `bot_too` forgets the webhook and allowed_updates as well."""
        self._world.reset()
        if bot_too:
            self._world.updates.remove_webhook()
            self._world.updates.set_targets([])
            self._world.updates.allow([])

    def set_faults(self, *, shares: dict[str, float], seed: int = 0, methods: list[str] | None = None) -> None:
        """See `tests.botapi.faults.Faults.set`."""
        self._world.faults.set(shares, seed=seed, methods=methods or [])

    def set_limits(
        self, *, per_chat: int | None = None, overall: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """See `tests.botapi.faults.Limits.set`."""
        self._world.limits.set(per_chat=per_chat, overall=overall, per_group_minute=per_group_minute)

    def set_settings(self, **changes: Any) -> None:
        """Changes fields of `tests.botapi.world.Settings`."""
        for name, value in changes.items():
            if not hasattr(self._world.settings, name):
                raise ValueError(f"there is no setting {name}")
            setattr(self._world.settings, name, value)

    def set_webhook_targets(
        self, *, urls: list[str], first_pause: float | None = None, longest_pause: float | None = None
    ) -> None:
        """Where updates are posted in turn, and the pauses after a failure (doubling), in seconds."""
        updates = self._world.updates
        updates.first_pause = updates.first_pause if first_pause is None else first_pause
        updates.longest_pause = updates.longest_pause if longest_pause is None else longest_pause
        updates.set_targets(urls)

    def redeliver(self, *, update_id: int) -> None:
        """See `tests.botapi.updates.Updates.put_again`."""
        self._world.updates.put_again(update_id)

    async def calls(
        self, *, method: str | None = None, chat_id: int | None = None, since: int = 0, wait: float = 0
    ) -> list[Json]:
        """The bot's calls from number `since` on; waits up to `wait` seconds for the first."""
        return await self._world.log.wait(method, chat_id, since, wait)

    def messages(self, *, chat_id: int) -> list[Json]:
        """A chat as its people see it now, in order."""
        chat = self._world.chats.get(chat_id)
        return [chat.messages[number] for number in sorted(chat.messages)] if chat else []

    def drafts(self, *, chat_id: int) -> list[Json]:
        """Every draft shown in a chat, in order."""
        chat = self._world.chats.get(chat_id)
        return chat.drafts if chat else []

    def violations(self) -> list[Json]:
        """All the bot did that the documentation forbids."""
        return self._world.log.violations

    def commands(self) -> list[Json]:
        """The commands of each scope and language."""
        kept = self._world.account.get("commands", {})
        return [{"scope": json.loads(s), "language_code": lang, "commands": c} for (s, lang), c in kept.items()]

    def profile(self) -> Json:
        """Name, description and short description by language."""
        return {name: self._world.account.get(name, {}) for name in ("name", "description", "short_description")}

    def query_answers(self, *, inline: bool) -> dict[str, Json | None]:
        """The answer to each press (or inline query) by its id, None while there is none."""
        queries = self._world.inline if inline else self._world.callbacks
        return {query_id: query.answer for query_id, query in queries.items()}

    def file(self, *, file_id: str) -> str:
        """What a file holds, in base64."""
        if file_id not in self._world.files:
            raise ValueError(f"there is no file {file_id}")
        return base64.b64encode(self._world.files[file_id].upload.data).decode()

    def latencies(self) -> list[Json]:
        """What became of each update; times are time.time()."""
        names = ("update_id", "kind", "chat_id", "at", "delivered_at", "attempts", "replied_at", "followed_at")
        return [
            {name: getattr(queued, name) for name in names} | {"message_id": queued.body.get("message_id")}
            for queued in self._world.updates.all
        ]

    def pending(self) -> int:
        """How many updates the bot has not taken yet."""
        return len(self._world.updates.pending)
