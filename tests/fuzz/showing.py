"""What is shown in Telegram: pages of any titles, quotes and addresses; buttons and links that come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.answering.models import Answer, Option, Status, cite
from bot.messages import ENGLISH, VIETNAMESE
from bot.render import Segment, answer_segments, is_web_address, receipt_segments, telegram_messages, terminal_lines
from bot.telegram.buttons import MOST_BYTES, answer_buttons, option_buttons, read_press, watch_button
from bot.telegram.citizens import payload_of, read_payload
from bot.telegram.reading import file_name, pages_of
from bot.telegram.texts import texts_in
from tests.botapi.markup import checked_url
from tests.factories import article
from tests.fuzz.markup import check_pages
from tests.fuzz.target import Target, hold, joined, text_of, texts
from tests.fuzz.worlds import HOSTILE

_STYLES = ("plain", "bold", "code", "quote")
_MARKUP = (
    "<b>", "</b>", "<a href='", "&amp;", "&#0;", "&lt", "</blockquote>", '"', "'", "<", ">", "&",
    "https://haiphong.gov.vn/",
    "http://[", "tg://user?id=1", "javascript:", "\u202e", "\U0001f600", "\n", " ", "a" * 64,
)  # fmt: skip


def _stored(text: str) -> str:
    """As the store keeps it: no halves of surrogate pairs, no control characters."""
    return re.sub("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", "", text)


def _render(data: bytes) -> None:
    """An answer whose article has any title, quote and source; its pages say all of it and nothing else."""
    title, quote, source, contact, more = (_stored(each) for each in texts(data, 5))
    if not quote.strip() or not title.strip():
        return
    first = len(quote) // 3
    made = article(quote, title=title, source=source, published=datetime(2019, 8, 7, tzinfo=UTC))
    span = (first, len(quote)) if more else None
    citations = (cite(1, made, 0, len(quote), span), cite(2, made, 0, max(len(quote) // 2, 1)))
    options = (Option(title, quote), Option(more, source)) if contact else ()
    for chosen in ((), options):
        answer = Answer(source, Status.ANSWERED, citations, "000001", "ab12cd34ef56", 1.0, asked=more, options=chosen)
        for messages in (VIETNAMESE, ENGLISH):
            segments = [*answer_segments(answer, messages, contact), *receipt_segments(answer, messages)]
            shown = check_pages(telegram_messages(segments))
            said = "".join(segment.text for segment in segments)
            hold(shown.split() == said.split(), "the pages do not say what the segments say")
            terminal_lines(answer, messages, contact)
            _check_keyboard(answer_buttons(answer, messages, texts_in("vi"), receipts=True))
            option_buttons(answer)
    nothing = Answer(title, Status.NOT_FOUND, (), "000001", "ab12cd34ef56", 1.0, nearest=(title, more))
    check_pages(telegram_messages(answer_segments(nothing, VIETNAMESE, contact)))


def _check_keyboard(keyboard: object) -> None:
    for row in getattr(keyboard, "inline_keyboard", ()):
        for each in row:
            hold(bool(each.text.strip()), "a button without a label")
            hold(
                each.callback_data is None or 0 < len(each.callback_data.encode()) <= MOST_BYTES, "data of that length"
            )
            if each.url:
                checked_url(each.url)


def _render_seeds() -> Iterator[bytes]:
    yield joined(HOSTILE.title, HOSTILE.text, HOSTILE.source, "Tổng đài <1022>", "lễ hội & hoa")
    yield joined("Lễ hội " * 40, "Câu dài. " * 600, "https://a.vn/x?a=1&b=2#<c>", "", "x")
    yield joined("A", "x" * 5_000, "http://ví-dụ.vn/đường", "1022", "")


def _segments(data: bytes) -> None:
    """Any segments: what is shown is their text, however they are cut and styled."""
    parts = texts(data, 8)
    made = []
    for at, part in enumerate(map(_stored, parts)):
        bold = (len(part) // 4, len(part) // 2) if at % 2 and len(part) > 4 else None
        url = next((each for each in map(_stored, parts) if is_web_address(each)), None) if at == 2 else None
        made.append(Segment(part * (1 + 900 * (at == 3)), _STYLES[(at + len(data)) % 4], bold, url))  # type: ignore[arg-type]
    shown = check_pages(telegram_messages(made))
    hold(shown.split() == "".join(segment.text for segment in made).split(), "words were lost or made up")


def _buttons(data: bytes) -> None:
    """What a button or a deep link carries, made up or our own."""
    text = text_of(data)
    pressed = read_press(text)
    if pressed and pressed.kind in {"source", "next", "article", "option"}:
        int(pressed.values[1])
    read_payload(text)
    reference = _stored(text)
    if reference and (payload := payload_of(reference)):
        hold(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload) is not None, "a payload that Telegram refuses")
        hold(read_payload(payload.removeprefix("r_")) == reference, "a payload that says something else")
    for each in watch_button(reference, texts_in("vi")):
        hold(0 < len(str(each.callback_data).encode()) <= MOST_BYTES, "data of that length")
    pages = pages_of(text)
    hold("".join(pages) == text, "pages that are not the text")
    hold(re.fullmatch(r"[^/\\\x00]{1,80}", file_name(text)) is not None, "a name that is no file's")


def _button_seeds() -> Iterator[bytes]:
    for data in (
        "src:0123456789abcdef:12", "nx:ab12cd34ef56:3", "opt:ab12cd34ef56:1", "fb:ab12cd34ef56:0",
        "why:ab12cd34ef56:old",
        "office", "lang:vi", "w:3482/QĐ-UBND", "rm:0123456789abcdef:y", "back:000001:y", "MzQ4Mi9RxJAtVUJORA",
    ):  # fmt: skip
        yield data.encode()
    yield ("Một dòng dài.\n" * 300).encode()


TARGETS = (
    Target("render", _render, _render_seeds, _MARKUP, 12_000),
    Target("segments", _segments, _render_seeds, _MARKUP, 3_000),
    Target("buttons", _buttons, _button_seeds, ("src:", "opt:", "w:", "٣", ":y", "=", "\n", "0" * 16), 8_000),
)
