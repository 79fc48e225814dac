"""Streams read whatever they hold."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.stream import MAX_BYTES, Completion, NonsenseError, read_events, read_whole


def chunk(text: object, reason: object = None) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': {'content': text}, 'finish_reason': reason}]})}\n\n".encode()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_stream_says_the_same_however_it_is_cut(text, size):
    usage = b'data: {"choices": [], "usage": {"total_tokens": 7}}\r\n\r\n'
    data = b": ping\n\n" + b"".join(map(chunk, text)) + chunk(None, "stop") + usage + b"data: [DONE]\n\n"
    assert read_events(cut(data, size)) == Completion(text, 7)


@given(st.lists(st.binary(max_size=80) | st.just(b"data: ") | st.just(chunk("a")) | st.just(b"\n"), max_size=12))
def test_bytes_of_any_kind_are_a_reply_or_nonsense(chunks):
    for read in (read_events, read_whole):
        with suppress(NonsenseError):
            assert isinstance(read(chunks).text, str)


@pytest.mark.parametrize("finish", ["tool_calls", "content_filter", 5])
def test_what_ends_otherwise_is_no_reply(finish):
    with pytest.raises(NonsenseError):
        read_events([chunk("Xin"), chunk(" chào", finish)])


def test_too_much_is_not_read_to_the_end():
    read: list[int] = []

    def endless():
        while True:
            read.append(1)
            yield b"x" * 100_000

    with pytest.raises(NonsenseError):
        read_events(endless())
    assert len(read) <= MAX_BYTES / 100_000 + 1
