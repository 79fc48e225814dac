"""An answer as a person sees it: Telegram messages (HTML) or lines of a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from bot.answering.models import Answer, Citation, Status
from bot.messages import Messages, explanation, finding, messages_for, understood

# Telegram counts code points of a message after its entities are parsed (Bot API, sendMessage).
MESSAGE_LIMIT = 4096
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_BLANK = re.compile(r"\s")
Style = Literal["plain", "bold", "code", "quote"]
_TAGS: dict[Style, tuple[str, str]] = {
    "plain": ("", ""),
    "bold": ("<b>", "</b>"),
    "code": ("<code>", "</code>"),  # copied by a tap
    "quote": ("<blockquote expandable>", "</blockquote>"),  # a long one is folded, and opened by a tap
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a message in one style, not yet escaped.

    `bold` is a part of it that stands out; `url` is where it leads.
    """

    text: str
    style: Style = "plain"
    bold: tuple[int, int] | None = None
    url: str | None = None


def answer_segments(answer: Answer, messages: Messages, contact: str) -> list[Segment]:
    """What to show for an answer: quotes under each article, below a model's claims; or the explanation why not."""
    messages = messages_for(answer, messages)
    if not answer.citations:
        return [Segment(f"{explanation(answer, messages, contact)}\n")]
    if answer.options:
        return [Segment("".join(f"{line}\n" for line in option_lines(answer, messages)))]
    segments = [Segment(f"{line}\n") for line in _told(answer, messages)]
    if answer.claims:
        segments.append(Segment(f"{answer.text}\n\n{messages.generated}\n"))
    for _, group in groupby(answer.citations, key=lambda citation: citation.article_id):
        citations = list(group)
        for citation in citations:
            # Else two quotes would run into one where a message is shown as plain text, as notifications are.
            segments += [Segment("\n")] if citation is not citations[0] else []
            segments += [Segment(f"[{citation.n}]\n")] if answer.claims else []
            segments.append(Segment(citation.quote, "quote", _marked(citation)))
        segments.append(Segment(f"\n{messages.source}: "))
        source = citations[0].source
        segments.append(Segment(citations[0].title, "bold", url=source if is_web_address(source) else None))
        segments.append(Segment(f"\n{origin(citations[0], messages)}\n"))
    return segments


def is_web_address(source: str) -> bool:
    """Whether a source is an address that a phone can open, and Telegram takes."""
    try:
        parts = urlsplit(source)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(host)) and not _BLANK.search(source)


def receipt_segments(answer: Answer, messages: Messages) -> list[Segment]:
    """The receipt of an answer or of a refusal, to be told to whoever looks into it; a fixed reply has none."""
    if answer.status is Status.OUT_OF_SCOPE:
        return []
    messages = messages_for(answer, messages)
    return [Segment(f"\n{messages.receipt_id}: "), Segment(answer.receipt, "code")]


def option_lines(answer: Answer, messages: Messages) -> list[str]:
    """The question which of its options was meant, and these with their numbers."""
    return [messages.which, *(f"{n}. {option.label}" for n, option in enumerate(answer.options, start=1))]


def _told(answer: Answer, messages: Messages) -> list[str]:
    """What is told before the quotes: how the question was understood, what the register or several articles say."""
    found = messages.differing if answer.differing else finding(answer, messages)
    return list(filter(None, [understood(answer, messages), found]))


def _marked(citation: Citation) -> tuple[int, int] | None:
    """Where in the quote the answer stands."""
    return (citation.answer[0] - citation.start, citation.answer[1] - citation.start) if citation.answer else None


def origin(citation: Citation, messages: Messages) -> str:
    """Date and source of a citation, in one line."""
    date = citation.published.strftime("%d/%m/%Y") if citation.published else messages.no_date
    return f"{date} · {citation.source}"


def telegram_messages(segments: Iterable[Segment]) -> list[str]:
    """Messages in Telegram's HTML, each within the limit: cut first, then escaped and tagged, so no entity breaks."""
    pages: list[list[Segment]] = [[]]
    room = MESSAGE_LIMIT
    for segment in segments:
        rest = segment.text
        while rest:
            part = _fitting(rest, room)
            if part:
                bold = _part_of(segment.bold, len(segment.text) - len(rest), len(part))
                pages[-1].append(replace(segment, text=part, bold=bold))
                room -= len(part)
                rest = rest[len(part) :]
            if rest:
                pages.append([])
                room = MESSAGE_LIMIT
    rendered = ("".join(map(_tagged, page)) for page in pages)
    return [page for page in rendered if page.strip()]


def _part_of(bold: tuple[int, int] | None, begin: int, length: int) -> tuple[int, int] | None:
    """What stands out of a part of a text that begins at `begin`."""
    if bold is None:
        return None
    first, last = max(bold[0] - begin, 0), min(bold[1] - begin, length)
    return (first, last) if first < last else None


def _fitting(text: str, room: int) -> str:
    """The longest beginning that fits, cut after a space or line end where there is one in its second half."""
    if len(text) <= room:
        return text
    cut = max(text.rfind(" ", room // 2, room), text.rfind("\n", room // 2, room))
    return text[: cut + 1] if cut >= 0 else text[: room if room > MESSAGE_LIMIT // 2 else 0]


def _tagged(segment: Segment) -> str:
    before, after = _TAGS[segment.style]
    first, last = segment.bold or (0, 0)
    parts = [
        html.escape(part, quote=False) for part in (segment.text[:first], segment.text[first:last], segment.text[last:])
    ]
    if segment.bold:
        parts[1] = f"<b>{parts[1]}</b>"
    tagged = f"{before}{''.join(parts)}{after}"
    return f'<a href="{html.escape(segment.url)}">{tagged}</a>' if segment.url else tagged


def terminal_lines(answer: Answer, messages: Messages, contact: str) -> Sequence[str]:
    """Lines for a terminal: each quote with its article, date, source and offsets."""
    messages = messages_for(answer, messages)
    if not answer.citations:
        return explanation(answer, messages, contact).split("\n")
    if answer.options:
        return option_lines(answer, messages)
    lines = _told(answer, messages)
    if answer.claims:
        lines += [*answer.text.split("\n"), "", messages.generated]
    for _, group in groupby(answer.citations, key=lambda citation: citation.article_id):
        citations = list(group)
        lines += [f"{f'[{citation.n}] ' if answer.claims else ''}“{citation.quote}”" for citation in citations]
        spans = ", ".join(f"{citation.start}–{citation.end}" for citation in citations)
        lines.append(f"  — {citations[0].title}")
        lines.append(f"    {origin(citations[0], messages)} · {citations[0].article_id} [{spans}]")
    return lines
