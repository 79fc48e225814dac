"""What is quoted for the sentences that were chosen: whole sentences, and lists with the words that lead to them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.lists import lead_in, list_end

Span = tuple[int, int]
MAX_QUOTES = 3


def quoted(text: str, chosen: Sequence[Span]) -> list[Span]:
    """Spans to quote for sentences of a text, given best first: at most three, in reading order.

    A sentence that leads to a short list is quoted with its items, as one, and so is a list of which several items were
    chosen; a single item after the words that lead to it.
    """
    leading = [lead_in(text, start) for start, _ in chosen]
    shown: list[Span] = []
    for (start, end), lead in zip(chosen, leading, strict=True):
        wanted = [*([lead] if lead else []), (start, list_end(text, end))]
        if lead and leading.count(lead) > 1 and (whole := list_end(text, lead[1])) > lead[1]:
            wanted = [(lead[0], whole)]
        new = [span for span in wanted if not any(_holds(other, span) for other in shown)]
        kept = [span for span in shown if not any(_holds(other, span) for other in new)]
        if len(kept) + len(new) <= MAX_QUOTES:
            shown = [*kept, *new]
    return sorted(shown)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
