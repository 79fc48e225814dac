"""What staff can do: look a directive up, check a draft, watch a directive."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, Document, InputFile, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.draft.check import Checked, Checker
from bot.draft.comments import commented
from bot.draft.page import draft_page
from bot.draft.text import draft_text
from bot.render import Segment, telegram_messages
from bot.report.directives import GetArticle, mark_of, note_of, quote_of, title_of
from bot.state.watches import MOST, Watch
from bot.telegram.buttons import markup, watch_button
from bot.telegram.desk import Context, Desk, Visitor, command_text, visitor_of
from bot.telegram.questions import Questions
from bot.telegram.sending import NO_PREVIEW, call, reply, say, typing
from bot.telegram.texts import Texts, texts_in
from config.errors import ChidaoError
from corpus.models import Raw
from corpus.register import Mention
from corpus.resolve import Resolution, Verdict, resolve_query
from retrieval.serving import Generation

MOST_BYTES = 20_000_000  # that a bot can fetch (Bot API, getFile)
_SHOWN = 2  # mentions of one directive, and of what is done to it
_LONGEST = 300  # code points of a reference
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Staff:
    """For whoever else asks, each of these is a question like any other."""

    desk: Desk
    questions: Questions

    async def ref(self, update: Update, context: Context) -> None:
        """/ref: the verdict on a reference, with its evidence."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        asked = command_text(message)[:_LONGEST]
        if not asked:
            await say(message, visitor.texts.ref_usage)
            return
        language = visitor.texts.language

        def look(live: Generation) -> tuple[list[Segment], Resolution]:
            found = resolve_query(live.register, asked)
            return resolution_segments(asked, found, live.snapshot.article, language), found

        told = await self._read(visitor, message, look)
        if told:
            segments, found = told
            known = found.verdict is not Verdict.NOT_FOUND
            row = watch_button(asked, visitor.texts) if known else []
            await reply(message, telegram_messages(segments), markup([row]))

    async def check(self, update: Update, context: Context) -> None:
        """/check: a draft's references, of the text behind it or of the message that it replies to."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        of = message.reply_to_message
        if message.document or (of and of.document):
            await self.check_file(message, visitor, message.document or (of.document if of else None))
            return
        text = _behind_command(message) or (of.text or of.caption or "" if of else "")
        if text.strip():
            await self._check(message, visitor, Raw(text.encode(), "du-thao.txt", "Telegram"))
        else:
            await say(message, visitor.texts.check_usage)

    async def check_file(self, message: Message, visitor: Visitor, document: Document | None) -> None:
        """A draft that was sent as a file."""
        data = await fetched(message, document, visitor.texts)
        if data is not None and document is not None:
            await self._check(message, visitor, Raw(data, document.file_name or "du-thao.txt", "Telegram"))

    async def _check(self, message: Message, visitor: Visitor, raw: Raw) -> None:
        language = visitor.texts.language

        def look(live: Generation) -> tuple[list[Checked], InputFile]:
            text = draft_text(raw)
            checker = Checker(live.register, live.snapshot.article, language)
            checked = checker.check(text)
            if raw.name.lower().endswith(".docx"):
                return checked, InputFile(commented(raw.data, checker), _marked_name(raw.name, ".docx"))
            page = draft_page(raw.name, text, checked, language)
            return checked, InputFile(page.encode(), _marked_name(raw.name, ".html"))

        async with typing(message, ChatAction.UPLOAD_DOCUMENT):
            found = await self._read(visitor, message, look)
        if found is None:
            return
        checked, file = found
        if not checked:
            await say(message, visitor.texts.nothing_to_check)
            return
        await reply(message, telegram_messages(_checked_segments(checked, visitor.texts)))
        await call(lambda: message.reply_document(file, caption=visitor.texts.check_file))

    async def watch(self, update: Update, context: Context) -> None:
        """/watch: begin to watch a directive, or what is watched."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        if asked := command_text(message)[:_LONGEST]:
            await self.begin_watch(message, visitor, asked)
            return
        watched = await asyncio.to_thread(self.desk.state.watches.of, visitor.chat)
        lines = (
            [visitor.texts.watch_list, *(f"• {each}" for each in watched)] if watched else [visitor.texts.watch_none]
        )
        await say(message, "\n".join([*lines, "", visitor.texts.watch_usage]))

    async def press_watch(self, update: Update, context: Context, message: Message, reference: str) -> None:
        """The button below a reference."""
        visitor = await visitor_of(update, self.desk)
        if await self.desk.roles.is_staff(context.bot, visitor.user, visitor.chat):
            await self.begin_watch(message, visitor, reference)

    async def begin_watch(self, message: Message, visitor: Visitor, reference: str) -> None:
        """Watches a reference for this chat."""
        look = _looking_for(reference)
        known = await self._read(visitor, message, look)
        if known is None:
            return
        watch = Watch(visitor.chat, reference, visitor.texts.language, frozenset(known))
        added = await asyncio.to_thread(self.desk.state.watches.add, watch, time.time())
        told = visitor.texts.watching.format(reference=reference) if added else visitor.texts.watch_full
        await say(message, told.format(most=MOST))

    async def unwatch(self, update: Update, context: Context) -> None:
        """/unwatch: end a watch."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        asked = command_text(message)[:_LONGEST]
        gone = await asyncio.to_thread(self.desk.state.watches.remove, visitor.chat, asked)
        texts = visitor.texts
        await say(message, texts.unwatched.format(reference=asked) if gone else texts.not_watched)

    async def _admitted(self, update: Update, context: Context) -> tuple[Message | None, Visitor | None]:
        """The message and who sent it, if staff; else it is answered as a question."""
        message = update.effective_message
        visitor = await visitor_of(update, self.desk)
        if message and await self.desk.roles.is_staff(context.bot, visitor.user, visitor.chat):
            return message, visitor
        if visitor.private:
            await self.questions.question(update, context)
        else:
            await self.questions.in_group(update, context)
        return None, None

    async def _read(self, visitor: Visitor, message: Message, look: Callable[[Generation], T]) -> T | None:
        """What `look` finds in the generation in use; None, and told so, where it cannot."""

        def read() -> T:
            with self.desk.engine.reading() as live:
                return look(live)

        try:
            return await asyncio.to_thread(read)
        except ChidaoError as error:
            await say(message, visitor.texts.failed.format(error=error.text(visitor.texts.language)))
            return None


async def fetched(message: Message, document: Document | None, texts: Texts) -> bytes | None:
    """The bytes of a file that was sent; None, and told so, where they cannot be had."""
    if document is None:
        return None
    if (document.file_size or 0) > MOST_BYTES:
        await say(message, texts.file_too_big)
        return None
    try:
        file = await document.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        _log.warning("a file was not fetched: %s", type(error).__name__)
        await say(message, texts.file_unreadable.format(error=type(error).__name__))
        return None


async def tell_watchers(desk: Desk, bot: Bot) -> None:
    """Tells each watcher what the generation in use says of its directive and was not told before."""
    for watch in await asyncio.to_thread(desk.state.watches.all):
        now = await asyncio.to_thread(_look, desk, watch.reference)
        fresh = {digest: segment for digest, segment in now.items() if digest not in watch.known}
        if not fresh or not await asyncio.to_thread(desk.state.watches.told, watch, watch.known | set(fresh)):
            continue
        texts = texts_in(watch.language)
        head = Segment(f"{texts.watch_news.format(reference=watch.reference)}\n", "bold")
        for page in telegram_messages([head, *(each for segments in fresh.values() for each in segments)]):
            await _tell(desk, bot, watch.chat, page)


def _look(desk: Desk, reference: str) -> dict[str, list[Segment]]:
    with desk.engine.reading() as live:
        return _looking_for(reference)(live)


async def _tell(desk: Desk, bot: Bot, chat: int, page: str) -> None:
    try:
        await call(lambda: bot.send_message(chat, page, parse_mode="HTML", link_preview_options=NO_PREVIEW))
    except (Forbidden, BadRequest):  # blocked, or gone
        await asyncio.to_thread(desk.state.people.forget, chat)
    except TelegramError as error:
        _log.warning("a watcher was not told: %s", type(error).__name__)


def _looking_for(reference: str) -> Callable[[Generation], dict[str, list[Segment]]]:
    """What a generation says of a reference: each mention by a digest of its words, so that it is told once."""

    def look(live: Generation) -> dict[str, list[Segment]]:
        found = resolve_query(live.register, reference)
        return {
            _digest(each, live.snapshot.article): list(_mention_segments(each, live.snapshot.article))
            for each in _mentions(found)
        }

    return look


def _mentions(found: Resolution) -> Iterator[Mention]:
    for directive in [found.directive] if found.directive else found.candidates:
        yield from directive.mentions
    yield from found.effects


def _digest(mention: Mention, get_article: GetArticle) -> str:
    words = " ".join(quote_of(mention, get_article).split())
    return hashlib.sha256(f"{mention.label}|{mention.relation}|{words}".encode()).hexdigest()[:16]


def resolution_segments(asked: str, found: Resolution, get_article: GetArticle, language: str) -> list[Segment]:
    """The verdict on a reference: what it is, what is done to it, who else names it, each with the words."""
    english = language == "en"
    mark = mark_of(found.verdict, found.asked)
    segments = [Segment(f"{mark} {asked}", "bold"), Segment(f"\n{note_of(found, language)}\n")]
    for directive in [found.directive] if found.directive else found.candidates:
        segments.append(Segment(f"\n{title_of(directive)}\n", "bold"))
        if directive.subject:
            segments.append(Segment(f"{'about' if english else 'về'}: {directive.subject}\n"))
        for mention in found.effects[:_SHOWN]:
            segments += _mention_segments(mention, get_article)
        others = [each for each in directive.mentions if each not in found.effects]
        if others and found.effects:
            segments.append(Segment("Named too in:\n" if english else "Còn được nêu ở:\n"))
        for mention in others[:_SHOWN]:
            segments += _mention_segments(mention, get_article)
        if rest := len(others[_SHOWN:]):
            segments.append(Segment(f"… and {rest} more\n" if english else f"… và {rest} chỗ khác\n"))
    return segments


def _mention_segments(mention: Mention, get_article: GetArticle) -> Iterator[Segment]:
    article = get_article(mention.article_id)
    if article is None:
        return
    date = f" · {article.published:%d/%m/%Y}" if article.published else ""
    yield Segment(quote_of(mention, get_article), "quote")
    yield Segment(f"\n{article.title}{date}\n\n")


def _checked_segments(checked: Sequence[Checked], texts: Texts) -> list[Segment]:
    """The counts, then what is to be looked at, each with its reason."""
    counts = {mark: sum(each.mark == mark for each in checked) for mark in "✓⚠✗"}
    head = texts.checked.format(count=len(checked), good=counts["✓"], look=counts["⚠"], bad=counts["✗"])
    segments = [Segment(f"{head}\n", "bold")]
    for each in (each for each in checked if each.mark != "✓"):
        segments.append(Segment(f"\n{each.mark} {' '.join(each.reference.text.split())}: {each.note}\n"))
        if each.evidence:
            segments += [Segment(each.evidence[2], "quote"), Segment("\n")]
    return segments


def _behind_command(message: Message) -> str:
    """What stands behind the command, also on the lines below it."""
    words = (message.text or message.caption or "").split(maxsplit=1)
    return words[1] if len(words) > 1 else ""


def _marked_name(name: str, ending: str) -> str:
    return f"{name.rpartition('.')[0] or name}-da-kiem-tra{ending}"
