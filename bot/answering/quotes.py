"""What is quoted for the sentences that were chosen: whole sentences, and lists with the words that lead to them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.lists import lead_in, list_end

Span = tuple[int, int]
MAX_QUOTES = 3


def quoted(text: str, chosen: Sequence[Span]) -> list[Span]:
    """Spans to quote for sentences of a text, given best first: at most three, in reading order.

    A sentence that leads to a list is quoted with its items, as one; an item after the words that lead to it.
    """
    shown: list[Span] = []
    for start, end in chosen:
        lead = lead_in(text, start)
        wanted = [*([lead] if lead else []), (start, list_end(text, end))]
        new = [span for span in wanted if not any(_holds(other, span) for other in shown)]
        kept = [span for span in shown if not any(_holds(other, span) for other in new)]
        if len(kept) + len(new) <= MAX_QUOTES:
            shown = [*kept, *new]
    return sorted(shown)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
