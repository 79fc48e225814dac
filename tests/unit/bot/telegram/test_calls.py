"""What is told of calls as they go out, and polls that hold what nobody can read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import Update
from telegram.error import NetworkError
from telegram.request import BaseRequest

from bot.telegram.calls import FILE, PollRequest, WatchedRequest, further_try
from bot.telegram.observing import Outcome
from tests.contract.fault_server import FaultServer, page, reset, status

READABLE = {"update_id": 1, "message": {"message_id": 1, "date": 5, "chat": {"id": 1, "type": "private"}, "text": "?"}}
UNREADABLE = {"update_id": 2, "message": {"message_id": "?", "date": "?", "chat": 7}}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as started:
        yield started


@pytest.fixture
def told() -> list[tuple[str, Outcome, bool]]:
    return []


@pytest.fixture
async def request_(server: FaultServer, told: list[tuple[str, Outcome, bool]]) -> AsyncIterator[BaseRequest]:
    async with WatchedRequest(lambda *each: told.append(each), server.url("/bot1:x/")) as made:
        yield made


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (page('{"ok": true}'), "sent"),
        (status(400), "refused"),
        (status(403), "refused"),
        (status(429), "put_off"),
        (status(500), "failed"),
        (status(502), "failed"),
    ],
)
async def test_a_call_is_told_by_method_and_outcome(server, request_, told, reply, outcome) -> None:
    server.on("/bot1:x/sendMessage", reply)
    await request_.do_request(server.url("/bot1:x/sendMessage"), "POST")
    assert told == [("sendMessage", outcome, False)]


async def test_one_that_breaks_off_has_failed(server, request_, told) -> None:
    server.on("/bot1:x/getMe", reset)
    with pytest.raises(NetworkError):
        await request_.do_request(server.url("/bot1:x/getMe"), "POST")
    assert told == [("getMe", "failed", False)]


async def test_of_a_file_no_path_is_told(server, request_, told) -> None:
    server.on("/file/bot1:x/documents/secret.txt", page("text"))
    await request_.do_request(server.url("/file/bot1:x/documents/secret.txt"), "GET")
    assert told == [(FILE, "sent", False)]


async def test_a_further_try_is_told_as_one(server, request_, told) -> None:
    server.on("/bot1:x/getMe", page("{}"))
    with further_try():
        await request_.do_request(server.url("/bot1:x/getMe"), "POST")
    await request_.do_request(server.url("/bot1:x/getMe"), "POST")
    assert [again for _, _, again in told] == [True, False]


class TestPolls:
    @pytest.fixture
    @staticmethod
    async def polls(server: FaultServer) -> AsyncIterator[BaseRequest]:
        async with PollRequest(lambda *_: None, server.url("/bot1:x/")) as made:
            yield made

    @pytest.mark.parametrize("wrong", [UNREADABLE, {"update_id": 2, "message": 7}, {"update_id": 2, "poll": {}}])
    async def test_of_an_update_that_cannot_be_read_the_number_is_left(self, server, polls, caplog, wrong) -> None:
        server.on("/bot1:x/getUpdates", page(json.dumps({"ok": True, "result": [READABLE, wrong, READABLE]})))
        _, payload = await polls.do_request(server.url("/bot1:x/getUpdates"), "POST")
        result = json.loads(payload)["result"]
        assert result == [READABLE, {"update_id": 2}, READABLE]
        assert [each.update_id for each in Update.de_list(result, None)] == [1, 2, 1]
        assert caplog.messages == ["an update was passed over: the library cannot read it"]

    @pytest.mark.parametrize(
        "body",
        ['{"ok": true, "result": []}', json.dumps({"ok": True, "result": [READABLE]}), "garbage", "7", '{"ok": 1}'],
    )
    async def test_any_other_answer_is_handed_on_as_it_is(self, server, polls, caplog, body) -> None:
        server.on("/bot1:x/getUpdates", page(body))
        assert await polls.do_request(server.url("/bot1:x/getUpdates"), "POST") == (200, body.encode())
        assert caplog.messages == []
