"""Messages held against the strict server's reading of Telegram's HTML."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render import MESSAGE_LIMIT
from tests.botapi.errors import ApiError
from tests.botapi.markup import read_html
from tests.fuzz.target import BrokenLawError, hold

_LONGEST_SOURCE = 32 * 1024  # bytes before entities are parsed


def check_pages(pages: Sequence[str]) -> str:
    """What Telegram shows of them, one after another; every one can be parsed and sent."""
    shown = []
    for page in pages:
        try:
            text, _, silent = read_html(page)
        except ApiError as error:
            raise BrokenLawError(f"Telegram refuses it: {error.description}") from None
        hold(not silent, f"Telegram passes over: {silent[:1]}")
        hold(0 < len(text) <= MESSAGE_LIMIT and bool(text.strip()), "too long, or nothing to show")
        hold(len(page.encode("utf-8", "replace")) <= _LONGEST_SOURCE, "too long before it is parsed")
        shown.append(text)
    return "".join(shown)
