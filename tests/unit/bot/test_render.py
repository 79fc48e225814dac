"""Rendering: Telegram's limit and escaping, the terminal's lines."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.models import Answer, Citation, Status
from bot.messages import ENGLISH, VIETNAMESE
from bot.render import (
    MESSAGE_LIMIT,
    Segment,
    answer_segments,
    receipt_segments,
    telegram_messages,
    terminal_lines,
)

TAG = re.compile(r"</?(?:b|code|blockquote|a)(?: [^>]*)?>")
segments = st.lists(st.builds(Segment, st.text(max_size=9000), st.sampled_from(["plain", "bold", "quote"])), max_size=5)


def visible(message: str) -> str:
    """What Telegram shows once tags and entities are parsed."""
    return html.unescape(TAG.sub("", message))


def answered(*quotes: str, title: str = "Chợ Sắt", published: datetime | None = None) -> Answer:
    citations = tuple(
        Citation(n, "a" * 16, title, "cho-sat.txt", published, 0, len(quote), quote)
        for n, quote in enumerate(quotes, start=1)
    )
    return Answer("?", Status.ANSWERED, citations, "000001", "r", 1.0)


def test_an_answer_shows_quote_title_date_and_source() -> None:
    answer = answered("Mở lúc 5 giờ.", published=datetime(2019, 8, 7, tzinfo=UTC))
    [message] = telegram_messages(answer_segments(answer, VIETNAMESE, "1022"))
    assert (
        message
        == "<blockquote expandable>Mở lúc 5 giờ.</blockquote>\nNguồn: <b>Chợ Sắt</b>\n07/08/2019 · cho-sat.txt\n"
    )


def test_the_answer_stands_out_in_its_quote() -> None:
    answer = answered("Phí < 75.000 đồng.")
    marked = replace(answer, citations=(replace(answer.citations[0], answer=(6, 17)),))
    [message] = telegram_messages(answer_segments(marked, VIETNAMESE, "1022"))
    assert message.startswith("<blockquote expandable>Phí &lt; <b>75.000 đồng</b>.</blockquote>")


def test_what_stands_out_is_cut_with_its_quote() -> None:
    quote = "x" * 4090 + " 75.000 đồng"
    pages = telegram_messages([Segment(quote, "quote", (4090, 4102))])
    assert [visible(page) for page in pages] == ["x" * 4090 + " ", "75.000 đồng"]
    assert pages[1] == "<blockquote expandable><b>75.000 đồng</b></blockquote>"


def test_articles_that_differ_are_announced_in_the_interface_and_not_in_the_answer() -> None:
    answer = replace(answered("Phí 5 đồng.", "Phí 6 đồng."), differing=True)
    [message] = telegram_messages(answer_segments(answer, VIETNAMESE, "1022"))
    assert message.startswith(VIETNAMESE.differing)
    assert terminal_lines(answer, VIETNAMESE, "1022")[0] == VIETNAMESE.differing
    assert answer.text == "Phí 5 đồng.\nPhí 6 đồng."


def test_letters_that_mean_something_in_html_are_escaped_once() -> None:
    [message] = telegram_messages(answer_segments(answered("a < b & <i>c</i> &amp;", title="<b>"), VIETNAMESE, ""))
    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt; &amp;amp;" in message
    assert "<b>&lt;b&gt;</b>" in message


def test_a_quote_over_the_limit_goes_on_in_the_next_message() -> None:
    quote = "Chợ Sắt & chợ Đổ. " * 600
    messages = telegram_messages(answer_segments(answered(quote), VIETNAMESE, ""))
    assert len(messages) == 3
    assert "".join(map(visible, messages)).startswith(quote)
    assert all(visible(message).endswith((" ", "\n")) for message in messages), "cut between words"


@given(segments)
def test_every_message_fits_is_balanced_and_nothing_is_lost(given_segments: list[Segment]) -> None:
    messages = telegram_messages(given_segments)
    for message in messages:
        assert len(visible(message)) <= MESSAGE_LIMIT
        opened = TAG.findall(message)
        assert all(
            close == f"</{open_[1:].split()[0].rstrip(chr(62))}>"
            for open_, close in zip(opened[::2], opened[1::2], strict=True)
        )
    written = "".join(segment.text for segment in given_segments)
    assert "".join("".join(map(visible, messages)).split()) == "".join(written.split())


def test_no_answer_tells_whom_to_ask_and_what_is_near() -> None:
    answer = Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0, nearest=("Chợ Sắt",))
    terminal = "\n".join(terminal_lines(answer, VIETNAMESE, "Tổng đài 1022"))
    [telegram] = telegram_messages(answer_segments(answer, VIETNAMESE, "Tổng đài 1022"))
    for text in (terminal, telegram):
        assert "Tổng đài 1022" in text
        assert "• Chợ Sắt" in text


def test_an_answer_and_a_refusal_have_a_receipt_and_a_greeting_has_none() -> None:
    [message] = telegram_messages(receipt_segments(answered("Mở lúc 5 giờ."), VIETNAMESE))
    assert message == "\nBiên nhận: <code>r</code>"
    refused = Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0)
    assert receipt_segments(refused, ENGLISH)[0].text == "\nReceipt: "
    assert receipt_segments(replace(refused, status=Status.OUT_OF_SCOPE), VIETNAMESE) == []


@pytest.mark.parametrize(
    "answer",
    [answered("Mở lúc 5 giờ."), Answer("?", Status.NOT_FOUND, (), "000001", "r", 1.0, nearest=("Chợ Sắt",))],
)
def test_an_empty_line_stands_before_each_receipt(answer: Answer) -> None:
    segments = [*answer_segments(answer, VIETNAMESE, "1022"), *receipt_segments(answer, VIETNAMESE)]
    [message] = telegram_messages(segments)
    assert message.endswith("\n\nBiên nhận: <code>r</code>")
    assert not message.endswith("\n\n\nBiên nhận: <code>r</code>")


def test_the_terminal_shows_where_each_quote_stands() -> None:
    lines = terminal_lines(answered("Mở lúc 5 giờ."), VIETNAMESE, "")
    assert lines[0] == "“Mở lúc 5 giờ.”"
    assert lines[-1].endswith("aaaaaaaaaaaaaaaa [0–13]")
    assert "không ghi ngày" in lines[-1]


@pytest.mark.parametrize(("status", "quotes"), [(Status.ANSWERED, ()), (Status.NOT_FOUND, ("x",))])
def test_an_answer_that_breaks_the_citation_law_cannot_be_made(status: Status, quotes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="citation law"):
        Answer("?", status, answered(*quotes).citations if quotes else (), "000001", "r", 1.0)
