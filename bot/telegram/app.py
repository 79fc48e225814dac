"""Building and running the Telegram application: receiving, telling how it is, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application

from bot.state.database import StateError
from bot.telegram.calls import POOL, PollRequest, Told, WatchedRequest
from bot.telegram.desk import App, Desk
from bot.telegram.dispatch import Dispatcher
from bot.telegram.health import Health, Watch
from bot.telegram.http import serving
from bot.telegram.menus import publish_menus
from bot.telegram.observing import Outcome
from bot.telegram.routes import Routes
from bot.telegram.sending import Limiter
from bot.telegram.staff import tell_watchers
from bot.telegram.supervisor import Supervisor
from bot.telegram.webhook import Hook, Put, update_route
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
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BotAccount:
    """The bot's account and server.

    `poll_interval` and `timeout` (that Telegram has for an answer to a call) are in seconds; `concurrency` is questions
    worked on at once; `send_limit` is messages a second. `watch`: where Prometheus reads, if anywhere;
    `supervisor`: who is told that the bot is alive, if anybody.
    """

    token: str = field(repr=False)
    base_url: str
    poll_interval: float
    concurrency: int
    send_limit: int
    timeout: float
    hook: Hook | None = None
    watch: Watch | None = None
    supervisor: Supervisor | None = None

    @property
    def file_url(self) -> str:
        """Where files are fetched: beside the calls (Bot API, getFile)."""
        return f"{self.base_url.removesuffix('/bot')}/file/bot"


class _Kept(asyncio.Queue[object]):
    """The queue that python-telegram-bot puts what it has polled into: into the inbox, before it polls on."""

    take: Put | None = None

    async def put(self, item: object) -> None:
        if not isinstance(item, Update) or self.take is None:
            await super().put(item)  # the library's own mark for the end
            return
        try:
            await self.take(item)
        except StateError as error:
            # The library then asks for the same updates again, and Telegram still has them.
            raise NetworkError(f"the update was not kept: {type(error).__name__}") from None


class Service:
    """The bot, running until it is told to stop."""

    def __init__(self, desk: Desk, account: BotAccount) -> None:
        self._desk = desk
        self._account = account
        queue = _Kept()
        self.application = build_application(desk, account, queue, self._called)
        inbox = desk.state.inbox
        at_once = account.concurrency * _CHATS
        self.dispatcher = Dispatcher(inbox, self.application.bot, self.application.process_update, at_once)
        queue.take = self._take
        self._health = Health(desk, polls=account.hook is None)
        self._conflict_told = False

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set; then finishes what it works on.

        Raises:
            InvalidToken: Telegram does not know the token.
            SettingsError: a port cannot be had.
        """
        # The loop's own pool has cpu + 4 threads, whatever the setting says.
        pool = ThreadPoolExecutor(self._account.concurrency + 4, thread_name_prefix="answers")
        asyncio.get_running_loop().set_default_executor(pool)
        supervisor = self._account.supervisor
        async with self._watched(), supervisor.told() if supervisor else nullcontext():
            if await self._initialized(stop):
                await self._serve(stop)

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        """Lets itself be looked at until the end of the block, which is until its own end."""
        watch = self._account.watch
        if watch is None:
            yield
            return
        routes = [*self._health.routes(), self._health.metrics_route(watch.exposition)]
        async with serving("CHIDAO_METRICS__PORT", watch.listen, watch.port, *routes):
            yield

    async def _serve(self, stop: asyncio.Event) -> None:
        try:
            await self.application.start()
            async with self._receiving():
                self.dispatcher.start(alone=self._account.hook is None)
                await self._until(stop)
            await self.dispatcher.stop(STOP_SECONDS)
        finally:
            if self.application.running:  # also where no webhook could be had: what says so must not be lost
                await self.application.stop()
            await self.application.shutdown()

    async def _until(self, stop: asyncio.Event) -> None:
        """Does what is to be done now and then, until told to stop."""
        touch = self._health.keep_in_touch(self.application.bot.get_me)
        chores = [asyncio.create_task(each) for each in (self._menus(), self._watch(), self._purge(), touch)]
        await stop.wait()
        _log.info("stopping: answers in flight are finished")
        self._health.stopping = True
        for each in chores:
            each.cancel()
        await asyncio.gather(*chores, return_exceptions=True)

    async def _take(self, update: Update) -> None:
        self._desk.observer.received(next((kind for kind in ALLOWED_UPDATES if getattr(update, kind)), "other"))
        await self.dispatcher.put(update)

    def _called(self, method: str, outcome: Outcome, again: bool) -> None:
        self._health.called(method, outcome)
        self._desk.observer.called(method, outcome)
        if again:
            self._desk.observer.called_again(method)

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
        updates = update_route(hook, self.application.bot, self._take)
        port = "CHIDAO_TELEGRAM__WEBHOOK__PORT"
        async with serving(port, hook.listen, hook.port, updates, *self._health.routes()):
            await self._set_webhook(hook)
            _log.info("bot started: webhook; stop it with Ctrl-C")
            yield

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


def build_application(desk: Desk, account: BotAccount, queue: asyncio.Queue[object], told: Told) -> App:
    """The application with its handlers; each call that it makes of Telegram is told of."""
    calls = f"{account.base_url}{account.token}/"
    patience = {"read_timeout": account.timeout, "pool_timeout": account.timeout}
    application = (
        Application.builder()
        .token(account.token)
        .base_url(account.base_url)
        .base_file_url(account.file_url)
        .rate_limiter(Limiter(account.send_limit))
        .request(WatchedRequest(told, calls, connection_pool_size=POOL, **patience))
        .get_updates_request(PollRequest(told, calls))
        .update_queue(queue)
        .build()
    )
    Routes(desk).add_to(application)
    return application


def run_bot(desk: Desk, account: BotAccount) -> None:
    """Serves until stopped by a signal. Questions sent while the bot was down are answered first.

    Raises:
        SettingsError: Telegram does not know the token, or a port cannot be had.
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
