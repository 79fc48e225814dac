"""Inline mode: "@bot 3482/QĐ-UBND" in any chat gives cards to share, each with its source."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from telegram import InlineKeyboardButton, InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.answering.models import Answer
from bot.render import Segment, answer_segments, telegram_messages
from bot.report.directives import WARNING, mark_of, note_of, title_of
from bot.telegram.buttons import markup
from bot.telegram.citizens import payload_of
from bot.telegram.desk import Context, Desk, Visitor, visitor_of
from bot.telegram.limits import Allowed
from bot.telegram.observing import UNAVAILABLE, note_answer, note_no_answer
from bot.telegram.sending import NO_PREVIEW
from bot.telegram.staff import resolution_segments
from config.errors import ChidaoError
from corpus.directives import Directive
from corpus.resolve import Resolution, Verdict, resolve_query
from retrieval.serving import Generation

_SHORTEST = 3  # characters that are worth a search
_CACHE_SECONDS = 60  # that Telegram keeps cards for; a reload may change them
_LINE = 120  # code points of a card's second line
_log = logging.getLogger(__name__)


class Inline:
    """Answers inline queries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def query(self, update: Update, context: Context) -> None:
        """Cards for what was typed so far."""
        asked = update.inline_query
        if asked is None:
            return
        text = asked.query.strip()
        visitor = await visitor_of(update, self._desk)
        cards: list[InlineQueryResultArticle] = []
        if len(text) >= _SHORTEST and await self._desk.limits.ask(visitor.user) is Allowed.YES:
            try:
                cards = await asyncio.to_thread(self._cards, text, visitor, context.bot.username)
            except ChidaoError as error:
                _log.error("no cards possible: %s", error)
                note_no_answer(self._desk.observer, UNAVAILABLE, "inline", 0.0)
        try:
            await asked.answer(cards, cache_time=_CACHE_SECONDS, is_personal=True)
        except TelegramError as error:  # who typed on does not want it any more
            _log.warning("inline query not answered: %s", type(error).__name__)

    def _cards(self, text: str, visitor: Visitor, username: str) -> list[InlineQueryResultArticle]:
        with self._desk.engine.reading() as live:
            cards = list(_directive_card(text, live, visitor, username))
        answer = self._desk.engine.answer(text)
        note_answer(self._desk.observer, answer, "inline", answer.elapsed_ms / 1000)
        if answer.citations and not answer.options and not cards:
            cards.append(_answer_card(answer, visitor))
        return cards


def _directive_card(text: str, live: Generation, visitor: Visitor, username: str) -> Iterator[InlineQueryResultArticle]:
    language = visitor.texts.language
    found = resolve_query(live.register, text)
    if found.verdict is Verdict.NOT_FOUND:
        return
    directive = found.directive or next(iter(found.candidates), None)
    if directive is None:
        return
    segments = resolution_segments(title_of(directive), found, live.snapshot.article, language)
    payload = payload_of(directive.label)
    link = f"https://t.me/{username}?start={payload}" if payload else None
    yield InlineQueryResultArticle(
        id="directive",
        title=title_of(directive),
        description=_described(found, directive, language)[:_LINE],
        input_message_content=_content(segments),
        reply_markup=markup([[InlineKeyboardButton(visitor.texts.share, url=link)]] if link else []),
    )


def _described(found: Resolution, directive: Directive, language: str) -> str:
    """What is done to a directive before what it is about: such cards are shared."""
    note = f"{mark_of(found.verdict, found.asked)} {note_of(found, language)}"
    wants_care = mark_of(found.verdict, found.asked) == WARNING
    return " · ".join(filter(None, (note if wants_care else "", directive.subject or note)))


def _answer_card(answer: Answer, visitor: Visitor) -> InlineQueryResultArticle:
    first = answer.citations[0]
    return InlineQueryResultArticle(
        id=answer.receipt,
        title=first.title,
        description=" ".join(first.quote.split())[:_LINE],
        input_message_content=_content(answer_segments(answer, visitor.messages, "")),
    )


def _content(segments: list[Segment]) -> InputTextMessageContent:
    """The first page of what is to be said: a card makes one message."""
    page = telegram_messages(segments)[0]
    return InputTextMessageContent(page, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW)
