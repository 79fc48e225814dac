"""More to read: the passage of a quote, further passages, the whole article."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from telegram import InputFile, Message, Update

from bot.receipts.models import Receipt, Span
from bot.render import MESSAGE_LIMIT, Segment, is_web_address, telegram_messages
from bot.telegram.buttons import button, markup, page_buttons
from bot.telegram.desk import Desk, Visitor, visitor_of
from bot.telegram.sending import call, edit, reply, say
from config.errors import ChidaoError
from corpus.models import Article, Passage
from retrieval.serving import Generation

PAGE = 3_000  # code points of an article on one page; title and source stand on each
MOST_PAGES = 4  # a longer article comes as a document
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """Shows stored text."""

    desk: Desk

    async def source(self, update: Update, message: Message, article_id: str, at: int) -> None:
        """The passage that a quote stands in."""
        visitor = await visitor_of(update, self.desk)
        found = await self._read(visitor, message, lambda live: _passage(live, article_id, at))
        if found:
            await reply(message, telegram_messages(_shown(*found, visitor)))

    async def next(self, update: Update, message: Message, receipt_id: str, n: int) -> None:
        """The n-th passage, from 0, that was found for a question and not cited."""
        visitor = await visitor_of(update, self.desk)
        receipt = await asyncio.to_thread(self.desk.receipt, receipt_id)
        others = _not_cited(receipt) if receipt else []
        if n >= len(others):
            await say(message, visitor.texts.no_more_passages if receipt else visitor.messages.source_gone)
            return
        found = await self._read(visitor, message, lambda live: _passage(live, others[n].article, others[n].start))
        if found:
            article, _ = found
            row = [button(visitor.texts.next_passage, f"nx:{receipt_id}:{n + 1}")] if n + 1 < len(others) else []
            row.append(button(visitor.texts.whole_article, f"art:{article.id}:0"))
            await reply(message, telegram_messages(_shown(*found, visitor)), markup([row]))

    async def article(self, update: Update, message: Message, article_id: str, page: int) -> None:
        """A page of an article, from 0, in the message whose button asked for another; a long one as a document."""
        visitor = await visitor_of(update, self.desk)
        article = await self._read(visitor, message, lambda live: live.snapshot.article(article_id))
        if article is None:
            return
        pages = pages_of(article.text)
        if len(pages) > MOST_PAGES:
            await self._send_document(message, article, visitor)
            return
        page = min(page, len(pages) - 1)
        segments = [Segment(article.title, "bold", url=_link(article)), Segment(f"\n{_origin(article, visitor)}\n\n")]
        html = telegram_messages([*segments, Segment(pages[page])])[0]
        buttons = page_buttons(article.id, page, len(pages), visitor.texts)
        if _is_page(message, article.id) and await edit(message, message.message_id, html, buttons):
            return
        await reply(message, [html], buttons)

    async def _send_document(self, message: Message, article: Article, visitor: Visitor) -> None:
        text = f"{article.title}\n{_origin(article, visitor)}\n\n{article.text}\n"
        file = InputFile(text.encode("utf-8-sig"), filename=f"{file_name(article.title)}.txt")
        await call(lambda: message.reply_document(file, caption=visitor.texts.article_sent))

    async def _read(self, visitor: Visitor, message: Message, look: Callable[[Generation], T | None]) -> T | None:
        """What `look` finds in the generation in use; None, and told so, where there is nothing."""

        def read() -> T | None:
            with self.desk.engine.reading() as live:
                return look(live)

        try:
            found = await asyncio.to_thread(read)
        except ChidaoError as error:
            _log.error("no source possible: %s", error)
            await say(message, visitor.messages.unavailable.format(contact=self.desk.house.contact))
            return None
        if found is None:
            await say(message, visitor.messages.source_gone)
        return found


def pages_of(text: str) -> list[str]:
    """A text in pages of nearly the same length, cut between lines where that goes, else between words."""
    pages, at = [], 0
    while len(text) - at > PAGE:
        window = text[at : at + PAGE]
        cut = max(window.rfind("\n", PAGE // 2), 0) or max(window.rfind(" ", PAGE // 2), 0) or PAGE - 1
        pages.append(window[: cut + 1])
        at += cut + 1
    return [*pages, text[at:]]


def file_name(title: str) -> str:
    """A title as the name of a file."""
    kept = "".join(each if each.isalnum() or each in " -_" else "-" for each in title)
    return " ".join(kept.split())[:80].strip(" -") or "bai"


def _passage(live: Generation, article_id: str, at: int) -> tuple[Article, Passage] | None:
    article, passage = live.snapshot.article(article_id), live.snapshot.passage_at(article_id, at)
    return (article, passage) if article and passage else None


def _shown(article: Article, passage: Passage, visitor: Visitor) -> list[Segment]:
    return [
        Segment(article.title, "bold", url=_link(article)),
        Segment(f"\n{_origin(article, visitor)}\n"),
        Segment(passage.text, "quote"),
    ]


def _origin(article: Article, visitor: Visitor) -> str:
    date = article.published.strftime("%d/%m/%Y") if article.published else visitor.messages.no_date
    return f"{date} · {article.source}"[: MESSAGE_LIMIT // 8]


def _link(article: Article) -> str | None:
    return article.source if is_web_address(article.source) else None


def _not_cited(receipt: Receipt) -> Sequence[Span]:
    def is_cited(hit: Span) -> bool:
        return any(
            each.article == hit.article and each.start < hit.end and hit.start < each.end for each in receipt.citations
        )

    return [hit for hit in receipt.hits if not is_cited(hit)]


def _is_page(message: Message, article_id: str) -> bool:
    """Whether a message is a page of that article, as its buttons tell."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    data = [str(each.callback_data) for row in rows for each in row if each.callback_data]
    return bool(data) and all(each.startswith(f"art:{article_id}:") for each in data)
