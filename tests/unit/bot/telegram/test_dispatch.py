"""What the dispatcher keeps of an update."""

import json
from typing import Any, cast

import pytest
from telegram import Bot, Update

from bot.state.inbox import Inbox
from bot.telegram.dispatch import Dispatcher


class Kept:
    """An inbox that keeps the last payload, and says that it has come before."""

    payload = b""

    def keep(self, _update_id: int, _chat: int, payload: bytes) -> None:
        self.payload = payload


def message(update_id: Any = 1, **content: Any) -> dict[str, Any]:
    sent = {"message_id": 1, "date": 1_700_000_000, "chat": {"id": 7, "type": "private"}, **content}
    return {"update_id": update_id, "message": sent}


async def put(data: dict[str, Any]) -> bytes:
    """What is kept of an update."""
    bot, inbox = Bot("1:a"), Kept()
    await Dispatcher(cast("Inbox", inbox), bot, cast("Any", None), 1).put(Update.de_json(data, bot))
    return inbox.payload


@pytest.mark.parametrize(
    "data",
    [
        message(10**25),
        message("x"),
        message(None),
        message([1]),
        message(chat={"id": 1e400, "type": "private"}),
        message(chat={"id": "x", "type": "private"}),
        message(text="half a pair: \ud800"),
    ],
)
async def test_an_update_that_telegram_cannot_have_sent_is_passed_over(data):
    """Whoever knows the webhook's secret may send anything; an error would have it sent again for a day."""
    assert await put(data) == b""


async def test_a_moment_that_the_library_leaves_as_it_is_is_kept_as_telegram_sent_it():
    """As of a chat's member with a status that it does not know."""
    person = {"id": 7, "is_bot": False, "first_name": "An"}
    member = {"status": "founder", "user": person, "until_date": 1_700_000_000}
    changed: dict[str, Any] = {"chat": {"id": 7, "type": "private"}, "from": person, "date": 1_700_000_001}
    changed |= {"old_chat_member": member, "new_chat_member": member}
    kept = json.loads(await put({"update_id": 1, "my_chat_member": changed}))
    assert kept["my_chat_member"]["old_chat_member"] == member
