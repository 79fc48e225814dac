"""When a page was published: what its head says, else a date shown at its title or under its body. None beats a guess.

Around an article stand other dates: today's in the page's head, those of other news, of comments, of the event in the
prose, of the last change. So a date counts by its place and label; the surest wins, the first of equals.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import IntEnum, auto

from lxml.html import HtmlElement

from corpus.parse.dates import is_labelled, is_update, moment_beside_name, shown_moment
from corpus.parse.html_blocks import Block
from corpus.parse.html_body import SHORTEST_PROSE, Body, block_moment, common, is_label_of_list, within
from corpus.parse.html_meta import Metadata

_BEFORE, _BEHIND = 4, 8  # blocks above the title, and below the article's end, where its date may stand
_IN_BODY = 3  # blocks from the first prose on among which a labelled date may stand, under a summary
_PAGE = frozenset({"html", "body", "form"})
_FRAME = re.compile(r"(?:^|[\s_-])(?:header|top|banner|menu|nav|search|marquee|login)", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:^|[\s_-])(?:clock|today|now|current)|current|dong-?ho|hien-?(?:tai|nay)|hom-?nay", re.IGNORECASE
)


class _Rank(IntEnum):
    """How surely a date is the article's, the surest first."""

    LABELLED = auto()
    UNDER_TITLE = auto()
    ABOVE_TITLE = auto()
    BESIDE_NAME = auto()
    CHANGED = auto()
    UNDER_BODY = auto()


def find_published(blocks: Sequence[Block], body: Body, metadata: Metadata) -> datetime | None:
    """The moment of publishing, as far as the page tells it."""
    if stated := metadata.published:
        return stated
    found = [(rank, at, moment) for at, rank, moment in _Page(blocks, body).dates()]
    return min(found)[2] if found else metadata.dated


class _Page:
    """The blocks around one article and which of them may show its date."""

    def __init__(self, blocks: Sequence[Block], body: Body) -> None:
        self._blocks = blocks
        self._body = body
        self._title_at = body.first - 1
        places = {id(block): at for at, block in enumerate(blocks)}
        prose = next((block for block in body.kept if len(block.text) >= SHORTEST_PROSE), None)
        self._begins = places[id(prose)] if prose else body.first
        self._ends = places[id(body.kept[-1])] + 1 if body.kept else body.last
        self._outer = common(body.title.element, body.kept[0].element) if body.title and body.kept else None

    def dates(self) -> Iterator[tuple[int, _Rank, datetime]]:
        """Places, ranks and moments of the dates that may be the article's."""
        to = min(self._begins + _IN_BODY, self._ends)
        for at in [*range(max(0, self._title_at - _BEFORE), to), *self._behind()]:
            block = self._blocks[at]
            if at == self._title_at:
                continue
            if moment := block_moment(block):
                if rank := self._rank(block, at, moment):
                    yield at, rank, moment
            elif at < self._begins and (moment := moment_beside_name(block.text)) and self._is_near(block, at):
                yield at, _Rank.BESIDE_NAME, moment

    def _behind(self) -> Iterator[int]:
        """Places under the body's text, up to what belongs to other pages or to readers."""
        for at in range(self._ends, min(len(self._blocks), self._body.last + _BEHIND)):
            if is_label_of_list(self._blocks[at]):
                return
            yield at

    def _rank(self, block: Block, at: int, moment: datetime) -> _Rank | None:
        if is_update(block.text):
            return _Rank.CHANGED if self._is_inside(block) or at < self._begins else None
        if is_labelled(block.text):
            return _Rank.LABELLED
        if at >= self._ends:
            return _Rank.UNDER_BODY if self._is_inside(block) and self._is_before_today(moment) else None
        if at >= self._begins:
            return None
        if at > self._title_at:
            return _Rank.UNDER_TITLE
        return _Rank.ABOVE_TITLE if self._is_near(block, at) else None

    def _is_near(self, block: Block, at: int) -> bool:
        """Whether a date stands with the title, not in the page's head, where today's stands."""
        if at > self._title_at:
            return True
        around = [element for element in (block.inner, *block.inner.iterancestors()) if element.tag not in _PAGE]
        if any(_has_name(element, _CLOCK) for element in around):
            return False
        if self._outer is None or self._is_inside(block):
            return self._outer is not None
        beside = self._outer.getparent()
        return beside in around and not any(e.tag in {"header", "nav"} or _has_name(e, _FRAME) for e in around)

    def _is_inside(self, block: Block) -> bool:
        return self._outer is not None and within(block.element, self._outer)

    def _is_before_today(self, moment: datetime) -> bool:
        """Whether the page's head shows a later day: then a date under the body is not today's."""
        shown = (shown_moment(block.text) for block in self._blocks[: max(self._title_at, 0)])
        return any(today.date() > moment.date() for today in shown if today)


def _has_name(element: HtmlElement, names: re.Pattern[str]) -> bool:
    return bool(names.search(element.get("class", "")) or names.search(element.get("id", "")))
