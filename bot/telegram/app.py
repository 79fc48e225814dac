"""Building and running the Telegram application: handlers, receiving, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

from telegram import CallbackQuery, ChatMember, Message, Update
from telegram.error import ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.state.database import StateError
from bot.telegram.admins import Admins, is_address
from bot.telegram.buttons import read_press
from bot.telegram.citizens import Citizens, reason_for
from bot.telegram.desk import App, Context, Desk, remembered, visitor_of
from bot.telegram.dispatch import Dispatcher
from bot.telegram.inline import Inline
from bot.telegram.menus import publish_menus
from bot.telegram.questions import Questions
from bot.telegram.reading import Reading
from bot.telegram.sending import Limiter, acknowledge, say
from bot.telegram.staff import Staff, tell_watchers
from bot.telegram.webhook import Hook, listen
from config.errors import ChidaoError, SettingsError

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
POLL_SECONDS = 30  # how long Telegram holds a poll open when there is nothing new
STOP_SECONDS = 30.0  # that answers in flight have at the end
_CHATS = 4  # served at once for each question that is worked on: the others wait for a Telegram that is slow to answer
_WATCH_SECONDS = 10.0  # between two looks whether a reload has brought news for watchers
_PURGE_SECONDS = 3600.0
_START_SECONDS = 5.0  # until Telegram is tried again when it cannot be reached at the start
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BotAccount:
    """The bot's account and server.

    `poll_interval` and `timeout` (that Telegram has for an answer to a call) are in seconds; `concurrency` is questions
    worked on at once; `send_limit` is messages a second.
    """

    token: str = field(repr=False)
    base_url: str
    poll_interval: float
    concurrency: int
    send_limit: int
    timeout: float
    hook: Hook | None = None

    @property
    def file_url(self) -> str:
        """Where files are fetched: beside the calls (Bot API, getFile)."""
        return f"{self.base_url.removesuffix('/bot')}/file/bot"


class _Kept(asyncio.Queue[object]):
    """The queue that python-telegram-bot puts what it has polled into: into the inbox, before it polls on."""

    dispatcher: Dispatcher | None = None

    async def put(self, item: object) -> None:
        if not isinstance(item, Update) or self.dispatcher is None:
            await super().put(item)  # the library's own mark for the end
            return
        try:
            await self.dispatcher.put(item)
        except StateError as error:
            # The library then asks for the same updates again, and Telegram still has them.
            raise NetworkError(f"the update was not kept: {type(error).__name__}") from None


class Service:
    """The bot, running until it is told to stop."""

    def __init__(self, desk: Desk, account: BotAccount) -> None:
        self._desk = desk
        self._account = account
        self._queue = _Kept()
        self.application = build_application(desk, account, self._queue)
        inbox = desk.state.inbox
        at_once = account.concurrency * _CHATS
        self.dispatcher = Dispatcher(inbox, self.application.bot, self.application.process_update, at_once)
        self._queue.dispatcher = self.dispatcher
        self._conflict_told = False

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set; then finishes what it works on.

        Raises:
            InvalidToken: Telegram does not know the token.
            OSError: the webhook's port cannot be had.
        """
        # The loop's own pool has cpu + 4 threads, whatever the setting says.
        pool = ThreadPoolExecutor(self._account.concurrency + 4, thread_name_prefix="answers")
        asyncio.get_running_loop().set_default_executor(pool)
        if not await self._initialized(stop):
            return
        try:
            await self.application.start()
            async with self._receiving():
                self.dispatcher.start(alone=self._account.hook is None)
                chores = [asyncio.create_task(each) for each in (self._menus(), self._watch(), self._purge())]
                await stop.wait()
                _log.info("stopping: answers in flight are finished")
                for each in chores:
                    each.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
            await self.dispatcher.stop(STOP_SECONDS)
        finally:
            if self.application.running:  # also where no webhook could be had: what says so must not be lost
                await self.application.stop()
            await self.application.shutdown()

    async def _initialized(self, stop: asyncio.Event) -> bool:
        """Makes itself known to Telegram, however long that takes to be reached; False where told to stop before."""
        while not stop.is_set():
            try:
                await self.application.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                _log.warning("Telegram is not reached (%s); trying again", type(error).__name__)
                await _either(stop, _START_SECONDS)
            else:
                return True
        return False

    @asynccontextmanager
    async def _receiving(self) -> AsyncIterator[None]:
        """Takes updates in until the end of the block."""
        hook = self._account.hook
        if hook is None:
            updater = self.application.updater
            if updater is None:
                raise RuntimeError("an application that polls has an updater")
            await updater.start_polling(
                poll_interval=self._account.poll_interval,
                timeout=POLL_SECONDS,
                bootstrap_retries=-1,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
                error_callback=self._poll_failed,
            )
            _log.info("bot started: polling; stop it with Ctrl-C")
            try:
                yield
            finally:
                await updater.stop()
            return
        server = listen(hook, self.application.bot, self.dispatcher.put, self._is_well)
        try:
            await self._set_webhook(hook)
            _log.info("bot started: webhook; stop it with Ctrl-C")
            yield
        finally:
            server.stop()
            await server.close_all_connections()

    async def _set_webhook(self, hook: Hook) -> None:
        while True:
            try:
                await self.application.bot.set_webhook(
                    hook.url, secret_token=hook.secret, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False
                )
            except InvalidToken:
                raise
            except TelegramError as error:
                _log.warning("the webhook was not set (%s); trying again", type(error).__name__)
                await asyncio.sleep(_START_SECONDS)
            else:
                return

    def _poll_failed(self, error: TelegramError) -> None:
        if not isinstance(error, Conflict):
            _log.warning("polling failed: %s; trying again", type(error).__name__)
        elif not self._conflict_told:
            self._conflict_told = True
            _log.error(
                "409 Conflict: another process polls with this token, or a webhook is set. Only one may: stop the "
                "other process, or run it with --webhook as well; a webhook left over goes when this bot starts again"
            )

    async def _is_well(self) -> bool:
        return await asyncio.to_thread(self._desk.state.database.is_reachable)

    async def _menus(self) -> None:
        await publish_menus(self.application.bot, self._desk.roles, self._desk.house.city)

    async def _watch(self) -> None:
        """Tells watchers what each new generation brings."""
        told = ""
        while True:
            try:
                name = await asyncio.to_thread(self._generation)
                if name != told:
                    await tell_watchers(self._desk, self.application.bot)
                    told = name
            except (ChidaoError, StateError) as error:
                _log.warning("watchers are not told: %s", type(error).__name__)
            await asyncio.sleep(_WATCH_SECONDS)

    def _generation(self) -> str:
        with self._desk.engine.reading() as live:
            return live.name

    async def _purge(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._desk.state.purge)
            except StateError as error:
                _log.warning("what is too old was not deleted: %s", type(error).__name__)
            await asyncio.sleep(_PURGE_SECONDS)


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Until told to stop, or some seconds have passed."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def build_application(desk: Desk, account: BotAccount, queue: asyncio.Queue[object]) -> App:
    """The application with its handlers."""
    application = (
        Application.builder()
        .token(account.token)
        .base_url(account.base_url)
        .base_file_url(account.file_url)
        .rate_limiter(Limiter(account.send_limit))
        .read_timeout(account.timeout)
        .pool_timeout(account.timeout)
        .update_queue(queue)
        .build()
    )
    _Routes(desk).add_to(application)
    return application


class _Routes:
    """Which handler an update goes to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._questions = Questions(desk)
        self._reading = Reading(desk)
        self._citizens = Citizens(desk, self._questions, self._reading)
        self._staff = Staff(desk, self._questions)
        self._admins = Admins(desk, self._questions, asyncio.Lock())
        self._inline = Inline(desk)

    def add_to(self, application: App) -> None:
        """Adds the handlers, in the order in which they are asked."""
        citizens, staff, admins = self._citizens, self._staff, self._admins
        new = filters.UpdateType.MESSAGE
        private = filters.ChatType.PRIVATE & new
        groups = filters.ChatType.GROUPS & new
        for name in ("start", "help", "about", "privacy", "id", "new", "forget", "language"):
            application.add_handler(CommandHandler(name, self._limited(getattr(citizens, name)), new))
        application.add_handler(CommandHandler("ask", self._questions.ask, new))
        for name in ("ref", "check", "watch", "unwatch"):
            application.add_handler(CommandHandler(name, getattr(staff, name), new))
        for name in ("reload", "rollback", "remove", "status", "gaps", "feedback", "audit"):
            application.add_handler(CommandHandler(name, getattr(admins, name), new))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE & new, self.migrated))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._questions.edited))
        # Also text that begins with "/": "/3482 về việc gì" is a question.
        application.add_handler(MessageHandler(private & filters.TEXT, self.private_text))
        application.add_handler(MessageHandler(groups & filters.TEXT, self.group_text))
        application.add_handler(MessageHandler(private & filters.Document.ALL, self.document))
        application.add_handler(
            MessageHandler(groups & filters.Document.ALL & filters.CaptionRegex("^/check"), staff.check)
        )
        application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, citizens.other))
        application.add_handler(CallbackQueryHandler(self.press))
        application.add_handler(InlineQueryHandler(self._inline.query))
        application.add_handler(ChatMemberHandler(self.member, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(self.error)

    def _limited(self, handler: Handler) -> Handler:
        """The handler, as often as one person may ask."""

        async def limited(update: Update, context: Context) -> None:
            message = update.effective_message
            visitor = await visitor_of(update, self._desk)
            if message and await self._questions.allowed(visitor, message):
                await handler(update, context)

        return limited

    async def private_text(self, update: Update, context: Context) -> None:
        """A reason in words, an address that an admin sends, else a question."""
        message = update.effective_message
        if message is None or message.text is None:
            return
        if receipt := reason_for(message, context.bot.id):
            await self._citizens.reason_in_words(update, receipt)
        elif is_address(message.text) and self._desk.roles.is_admin(
            update.effective_user.id if update.effective_user else 0
        ):
            await self._admins.preview(message, await visitor_of(update, self._desk), None)
        else:
            await self._questions.question(update, context)

    async def group_text(self, update: Update, context: Context) -> None:
        """A reason in words, else a question where it speaks to the bot."""
        message = update.effective_message
        if message and (receipt := reason_for(message, context.bot.id)):
            await self._citizens.reason_in_words(update, receipt)
        else:
            await self._questions.in_group(update, context)

    async def document(self, update: Update, context: Context) -> None:
        """A file: an article of an admin, a draft of staff; of citizens none is read."""
        message = update.effective_message
        if message is None:
            return
        visitor = await visitor_of(update, self._desk)
        is_draft = (message.caption or "").startswith("/check")
        if self._desk.roles.is_admin(visitor.user) and not is_draft:
            await self._admins.preview(message, visitor, message.document)
        elif await self._desk.roles.is_staff(context.bot, visitor.user, visitor.chat):
            await self._staff.check_file(message, visitor, message.document)
        else:
            await self._citizens.other(update, context)

    async def press(self, update: Update, context: Context) -> None:
        """A button."""
        query = update.callback_query
        if query is None:
            return
        pressed = read_press(query.data)
        right = pressed is not None and pressed.kind == "opinion" and pressed.values[1] == "1"
        visitor = await visitor_of(update, self._desk)
        await acknowledge(query, visitor.texts.thanks_right if right else None)
        if pressed and isinstance(query.message, Message):
            await self._pressed(update, context, query, pressed.kind, pressed.values)

    async def _pressed(
        self, update: Update, context: Context, query: CallbackQuery, kind: str, values: tuple[str, ...]
    ) -> None:
        message = cast("Message", query.message)
        first, second = (*values, "", "")[:2]
        citizens, reading, questions = self._citizens, self._reading, self._questions
        if kind in {"add", "reload", "rollback", "remove"}:
            await self._admin_pressed(update, message, kind, first, second)
            return
        todo: dict[str, Callable[[], Awaitable[None]]] = {
            "source": lambda: reading.source(update, message, first, int(second)),
            "next": lambda: reading.next(update, message, first, int(second)),
            "article": lambda: reading.article(update, message, first, int(second)),
            "option": lambda: questions.option(update, message, first, int(second)),
            "example": lambda: questions.example(update, message, first),
            "opinion": lambda: citizens.opinion(update, message, first, right=second == "1"),
            "reason": lambda: citizens.reason(update, message, first, second),
            "language": lambda: citizens.choose_language(update, message, first),
            "office": lambda: citizens.office(update, message),
            "watch": lambda: self._staff.press_watch(update, context, message, first),
        }
        await todo[kind]()

    async def _admin_pressed(self, update: Update, message: Message, kind: str, first: str, second: str) -> None:
        visitor = await visitor_of(update, self._desk)
        if not self._desk.roles.is_admin(visitor.user):
            return
        admins, confirmed = self._admins, second == "y"
        if kind == "add":
            await admins.add(message, visitor, first, confirmed=confirmed)
        elif kind == "reload":
            await admins.run_reload(message, visitor, force=first == "force")
        elif kind == "rollback":
            await admins.run_rollback(message, visitor, first, confirmed=confirmed)
        else:
            await admins.run_remove(message, visitor, first, confirmed=confirmed)

    async def member(self, update: Update, context: Context) -> None:
        """Somebody blocked the bot, or a group put it out: nothing is kept of them."""
        changed = update.my_chat_member
        if changed and changed.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}:
            await asyncio.to_thread(self._desk.state.people.forget, changed.chat.id)

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup (Bot API, Message.migrate_to_chat_id)."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await asyncio.to_thread(self._desk.state.people.move, message.chat_id, message.migrate_to_chat_id)

    async def error(self, update: object, context: Context) -> None:
        """Logs what went wrong by type and place alone, for an update holds people's words; tells the person."""
        error = context.error
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
        if isinstance(error, Forbidden) and chat is not None:
            _log.info("a chat that blocked the bot is forgotten")
            await remembered(None, self._desk.state.people.forget, chat)
            return
        if isinstance(error, ChatMigrated) and chat is not None:
            await remembered(None, self._desk.state.people.move, chat, error.new_chat_id)
            return
        self._desk.counts.errors += 1
        if isinstance(error, TelegramError) or error is None:
            _log.warning("Telegram call failed: %s", type(error).__name__)
            return
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else "?"
        _log.error("an update failed: %s at %s", type(error).__name__, place)
        if isinstance(update, Update) and update.effective_message:
            visitor = await visitor_of(update, self._desk)
            told = visitor.messages.unavailable.format(contact=self._desk.house.contact)
            try:
                await say(update.effective_message, told)
            except TelegramError as failed:
                _log.warning("Telegram call failed: %s", type(failed).__name__)


def run_bot(desk: Desk, account: BotAccount) -> None:
    """Serves until stopped by a signal. Questions sent while the bot was down are answered first.

    Raises:
        SettingsError: Telegram does not know the token, or the webhook's port cannot be had.
    """

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        await Service(desk, account).run(stop)

    try:
        asyncio.run(serve())
    except InvalidToken:  # its message quotes the token
        raise SettingsError(
            "Telegram không nhận mã bot trong CHIDAO_TELEGRAM__TOKEN; xem lại mã do @BotFather cấp",
            "Telegram does not accept the bot token in CHIDAO_TELEGRAM__TOKEN; look it up with @BotFather",
        ) from None
    except OSError as error:
        if account.hook is None:
            raise
        where = f"{account.hook.listen}:{account.hook.port}"
        raise SettingsError(
            f"không mở được cổng webhook {where} ({error.strerror}); xem CHIDAO_TELEGRAM__WEBHOOK__PORT",
            f"cannot open the webhook's port {where} ({error.strerror}); see CHIDAO_TELEGRAM__WEBHOOK__PORT",
        ) from None
