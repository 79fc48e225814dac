"""What admins can do: articles in and out, reloads, looking after the bot; each action is written down."""

from __future__ import annotations

import asyncio
import csv
import io
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram import Document, InputFile, Message, Update

from bot.render import Segment, telegram_messages
from bot.report.cells import plain_cell
from bot.state.previews import Preview
from bot.telegram.buttons import button, markup, yes_no
from bot.telegram.desk import Context, Desk, Visitor, command_text, visitor_of
from bot.telegram.operations import Reloaded
from bot.telegram.questions import Questions
from bot.telegram.sending import call, edit, reply, say, typing
from bot.telegram.staff import fetched
from config.errors import ChidaoError
from corpus.models import Article
from corpus.references import find_references

_ARTICLE_ID = re.compile("[0-9a-f]{16}")
_URL = re.compile(r"https?://\S+")
_PROGRESS_SECONDS = 2.0  # between two edits of the progress: edits count as messages
_FIRST_LINES = 400  # code points of a preview
_REFERENCES = 8  # of a preview
_LISTED = 20  # lines of the audit log that are shown
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Admins:
    """For whoever else asks, each of these is a question like any other."""

    desk: Desk
    questions: Questions
    reloading: asyncio.Lock

    # ------------------------------------------------------------------------------------------------- articles in

    async def preview(self, message: Message, visitor: Visitor, document: Document | None) -> None:
        """A file or an address that an admin sent: what it holds, with buttons to add it or not."""
        name = document.file_name or "bai.txt" if document else (message.text or "").strip()
        data = await fetched(message, document, visitor.texts) if document else None
        if document and data is None:
            return
        async with typing(message):
            article = await self._done(message, visitor, lambda: self.desk.operations.read(name, data))
        if article is None:
            return
        kept = Preview(name, data)
        identity = await asyncio.to_thread(self.desk.state.previews.keep, visitor.user, kept, time.time())
        buttons = yes_no("add", identity, visitor.texts.add, visitor.texts.cancel)
        await reply(message, telegram_messages(_preview_segments(article, visitor)), buttons)

    async def add(self, message: Message, visitor: Visitor, identity: str, *, confirmed: bool) -> None:
        """The buttons below a preview."""
        preview = await asyncio.to_thread(self.desk.state.previews.take, identity)
        texts = visitor.texts
        if preview is None:
            await say(message, texts.gone)
        elif not confirmed:
            await say(message, texts.cancelled)
        else:
            operations, language = self.desk.operations, texts.language
            lines = await self._done(message, visitor, lambda: operations.add(preview.name, preview.data, language))
            if lines is not None:
                await self._note(visitor, "add", preview.name)
                row = [button(texts.reload_now, "reload:go")]
                await say(message, "\n".join([texts.added, *lines]), markup([row]))

    # --------------------------------------------------------------------------------------------------- reloading

    async def reload(self, update: Update, context: Context) -> None:
        """/reload: a new generation, its progress in one message."""
        message, visitor = await self._admitted(update, context)
        if message and visitor:
            await self.run_reload(message, visitor, force=False)

    async def run_reload(self, message: Message, visitor: Visitor, *, force: bool) -> None:
        """Reloads; where the gate blocks it, a button serves the new generation all the same."""
        texts = visitor.texts
        if self.reloading.locked():
            await say(message, texts.reload_busy)
            return
        async with self.reloading:
            shown = await say(message, texts.reloading.format(step=""))
            done = await self._reloaded(message, visitor, shown, force=force)
        if done is None:
            return
        await self._note(visitor, "reload --force" if force else "reload", done.generation or "")
        row = [button(texts.reload_force, "reload:force")] if done.blocked else []
        head = "" if done.blocked else f"{texts.reload_done}\n"
        pages = telegram_messages([Segment(head + "\n".join(done.lines))])
        if shown and await edit(message, shown.message_id, pages[0], markup([row]) if len(pages) == 1 else None):
            pages = pages[1:]
        if pages:
            await reply(message, pages, markup([row]))

    async def _reloaded(
        self, message: Message, visitor: Visitor, shown: Message | None, *, force: bool
    ) -> Reloaded | None:
        """Runs a reload in a thread, and shows what it is at."""
        at = [""]
        texts, operations = visitor.texts, self.desk.operations

        def step(told: str) -> None:
            at[0] = told

        async def show() -> None:
            before = ""
            while True:
                await asyncio.sleep(_PROGRESS_SECONDS)
                if shown and at[0] != before:
                    before = at[0]
                    await edit(message, shown.message_id, texts.reloading.format(step=before))

        showing = asyncio.create_task(show())
        try:
            done = await asyncio.to_thread(operations.reload, texts.language, step, force=force)
        except ChidaoError as error:
            self.desk.observer.reloaded("failed")
            told = texts.reload_failed.format(error=error.text(texts.language))
            await say(message, told)
            return None
        else:
            self.desk.observer.reloaded("blocked" if done.blocked else "served")
            return done
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def rollback(self, update: Update, context: Context) -> None:
        """/rollback: asks whether to."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        name = await self._done(message, visitor, self._generation)
        if name is not None:
            buttons = yes_no("back", name, visitor.texts.yes, visitor.texts.no)
            await say(message, visitor.texts.rollback_sure.format(generation=name), buttons)

    async def run_rollback(self, message: Message, visitor: Visitor, left: str, *, confirmed: bool) -> None:
        """The buttons below that question; `left` is the generation that was in use when it was asked."""
        texts = visitor.texts
        if not confirmed:
            await say(message, texts.cancelled)
            return
        if await self._done(message, visitor, self._generation) != left:
            await say(message, texts.gone)
            return
        lines = await self._done(message, visitor, lambda: self.desk.operations.rollback(texts.language))
        if lines is not None:
            self.desk.observer.reloaded("rolled_back")
            await self._note(visitor, "rollback", left)
            await say(message, "\n".join(lines))

    # ------------------------------------------------------------------------------------------------ articles out

    async def remove(self, update: Update, context: Context) -> None:
        """/remove: asks whether to."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        wanted = command_text(message).strip().lower()
        texts = visitor.texts
        if not _ARTICLE_ID.fullmatch(wanted):
            await say(message, texts.remove_usage)
            return
        article = await self._done(message, visitor, lambda: self.desk.operations.article(wanted))
        if article is None:
            await say(message, texts.no_article.format(article=wanted))
            return
        segments = [Segment(f"{texts.remove_sure}\n"), Segment(article.title, "bold"), Segment(f"\n{article.source}")]
        await reply(message, telegram_messages(segments), yes_no("rm", wanted, texts.yes, texts.no))

    async def run_remove(self, message: Message, visitor: Visitor, article_id: str, *, confirmed: bool) -> None:
        """The buttons below that question."""
        texts = visitor.texts
        if not confirmed:
            await say(message, texts.cancelled)
            return
        lines = await self._done(message, visitor, lambda: self.desk.operations.remove(article_id, texts.language))
        if lines is not None:
            await self._note(visitor, "remove", article_id)
            row = [button(texts.reload_now, "reload:go")]
            await reply(message, telegram_messages([Segment("\n".join(lines))]), markup([row]))

    # ------------------------------------------------------------------------------------------------ looking after

    async def status(self, update: Update, context: Context) -> None:
        """/status: the home, and how this process does."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        lines = await self._done(message, visitor, lambda: self.desk.operations.status(visitor.texts.language))
        counts = self.desk.counts
        seconds = sorted(counts.seconds) or [0.0]
        own = visitor.texts.status.format(
            uptime=str(timedelta(seconds=round(time.monotonic() - counts.began))),
            questions=counts.questions,
            errors=counts.errors,
            p50=1000 * seconds[len(seconds) // 2],
            p95=1000 * seconds[min(round(len(seconds) * 0.95), len(seconds) - 1)],
            waiting=await asyncio.to_thread(self.desk.state.inbox.waiting),
            people=await asyncio.to_thread(self.desk.state.people.count),
        )
        await reply(message, telegram_messages([Segment("\n".join([own, "", *(lines or [])]))]))

    async def gaps(self, update: Update, context: Context) -> None:
        """/gaps: questions without an answer, and which of them would have one now."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        async with typing(message):
            lines = await self._done(message, visitor, lambda: self.desk.operations.gaps(visitor.texts.language))
        if lines is not None:
            await reply(message, telegram_messages([Segment("\n".join(lines) or visitor.texts.no_gaps)]))

    async def feedback(self, update: Update, context: Context) -> None:
        """/feedback: what people say of answers, as a CSV file."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        opinions = await asyncio.to_thread(self.desk.state.feedback.all)
        if not opinions:
            await say(message, visitor.texts.feedback_none)
            return
        rows = [["moment", "receipt", "right", "reason", "question"]]
        for each in opinions:
            receipt = await asyncio.to_thread(self.desk.receipt, each.receipt)
            asked = receipt.question or "" if receipt else ""
            rows.append(
                [
                    each.moment.isoformat(timespec="minutes"),
                    each.receipt,
                    str(int(each.right)),
                    plain_cell(each.reason),
                    plain_cell(asked),
                ]
            )
        file = InputFile(_csv(rows), filename="danh-gia.csv")
        await self._note(visitor, "feedback", str(len(opinions)))
        await call(lambda: message.reply_document(file, caption=visitor.texts.feedback_file))

    async def audit(self, update: Update, context: Context) -> None:
        """/audit: the last things that admins did."""
        message, visitor = await self._admitted(update, context)
        if message is None or visitor is None:
            return
        actions = await asyncio.to_thread(self.desk.state.audit.all, self.desk.roles.admins)
        lines = [
            f"{each.moment.astimezone():%d/%m/%Y %H:%M} · {each.person or '?'} · {each.action} {each.detail}".rstrip()
            for each in actions[-_LISTED:]
        ]
        await reply(message, telegram_messages([Segment("\n".join(lines) or visitor.texts.audit_none)]))

    # ------------------------------------------------------------------------------------------------------ common

    async def _admitted(self, update: Update, context: Context) -> tuple[Message | None, Visitor | None]:
        """The message and who sent it, if an admin; else it is answered as a question, with no hint of commands."""
        message = update.effective_message
        visitor = await visitor_of(update, self.desk)
        if message and self.desk.roles.is_admin(visitor.user):
            return message, visitor
        if visitor.private:
            await self.questions.question(update, context)
        else:
            await self.questions.in_group(update, context)
        return None, None

    async def _done(self, message: Message, visitor: Visitor, work: Callable[[], T]) -> T | None:
        """What some work in a thread gives; None, and told so, where it fails."""
        try:
            return await asyncio.to_thread(work)
        except ChidaoError as error:
            await say(message, visitor.texts.failed.format(error=error.text(visitor.texts.language)))
            return None

    async def _note(self, visitor: Visitor, action: str, detail: str) -> None:
        await asyncio.to_thread(self.desk.state.audit.add, visitor.user, action, detail[:500], time.time())

    def _generation(self) -> str:
        with self.desk.engine.reading() as live:
            return live.name


def is_address(text: str) -> bool:
    """Whether a message is a web address and nothing else."""
    return _URL.fullmatch(text.strip()) is not None


def _preview_segments(article: Article, visitor: Visitor) -> list[Segment]:
    texts = visitor.texts
    date = article.published.strftime("%d/%m/%Y") if article.published else visitor.messages.no_date
    named = list(dict.fromkeys(each.number or each.label or each.text for each in find_references(article.text)))
    told = ", ".join(named[:_REFERENCES]) + (" …" if len(named) > _REFERENCES else "")
    first = article.text[:_FIRST_LINES] + ("…" if len(article.text) > _FIRST_LINES else "")
    line = texts.preview_line.format(date=date, characters=len(article.text), references=told or texts.no_references)
    return [
        Segment(f"{texts.preview}\n"),
        Segment(article.title, "bold"),
        Segment(f"\n{line}\n"),
        Segment(first, "quote"),
    ]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")
