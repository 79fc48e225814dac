"""The command that runs the Telegram bot."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from bot.cli.citizen import engine_of
from bot.cli.common import asked_of, home_of, log_level, retention_of, secrets_of
from bot.receipts.models import Receipt
from bot.receipts.store import reading
from config.errors import HomeError, SettingsError
from config.log import configure_logging, log_uncaught
from config.settings import Settings

if TYPE_CHECKING:
    from bot.telegram.health import Watch
    from bot.telegram.observing import Observer


def token_of(settings: Settings) -> str | None:
    """The bot's token, a secret, or None."""
    return revealed(settings.telegram.token)


def revealed(secret: SecretStr | None) -> str | None:
    """A secret's words, or None."""
    return secret.get_secret_value() if secret else None


@click.command(short_help="Bot Telegram / the Telegram bot")
@click.option(
    "--webhook",
    is_flag=True,
    help="Nhận tin qua webhook (CHIDAO_TELEGRAM__WEBHOOK__URL). / Be called by Telegram in place of polling.",
)
@click.pass_obj
def bot(settings: Settings, webhook: bool) -> None:
    """Chạy bot Telegram. / Run the Telegram bot."""
    if settings.telegram.token is None:
        raise SettingsError(_HOW_TO_CONNECT_VI, _HOW_TO_CONNECT_EN)
    if webhook and settings.telegram.webhook.url is None:
        raise SettingsError(
            "--webhook cần CHIDAO_TELEGRAM__WEBHOOK__URL: địa chỉ https mà Telegram gọi tới",
            "--webhook needs CHIDAO_TELEGRAM__WEBHOOK__URL: the https address that Telegram calls",
        )
    hidden = (settings.llm.key(), settings.encoder.key(), *secrets_of(settings))
    configure_logging(log_level(settings, logging.INFO), *hidden, form=settings.log.format)
    log_uncaught()
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # else the library warns of its own future at each 429
    # A second of imports that other commands need not pay.
    from bot.cli.operations import HomeOperations  # noqa: PLC0415
    from bot.state.database import open_database  # noqa: PLC0415
    from bot.state.keyring import Keyring, key_in  # noqa: PLC0415
    from bot.state.store import open_state  # noqa: PLC0415
    from bot.telegram.app import BotAccount, run_bot  # noqa: PLC0415
    from bot.telegram.desk import Desk, House  # noqa: PLC0415
    from bot.telegram.limits import Limits  # noqa: PLC0415
    from bot.telegram.roles import Roles  # noqa: PLC0415
    from bot.telegram.supervisor import supervisor_in  # noqa: PLC0415
    from bot.telegram.webhook import Hook  # noqa: PLC0415

    telegram, home = settings.telegram, home_of(settings)
    key = _key_of(settings, lambda: key_in(home.state_key))
    keyring = Keyring(key)
    database = open_database(revealed(settings.database.url), home.state)
    opened = open_state(database, keyring, _bot_id(settings), settings.database.days)
    with engine_of(settings) as engine, closing(opened) as state:
        engine.warm_up()
        hook = None
        if webhook and telegram.webhook.url:
            secret = revealed(telegram.webhook.secret) or keyring.secret("webhook")
            hook = Hook(telegram.webhook.url, telegram.webhook.listen, telegram.webhook.port, secret)
        observer, watch = _watched(settings)
        account = BotAccount(
            token=token_of(settings) or "",
            base_url=telegram.base_url,
            poll_interval=telegram.poll_interval,
            concurrency=telegram.concurrency,
            send_limit=telegram.send_limit,
            timeout=telegram.timeout,
            hook=hook,
            watch=watch,
            supervisor=supervisor_in(os.environ),
        )
        house = House(
            settings.city,
            settings.contact,
            settings.receipts.days,
            settings.database.days,
            model=bool(settings.llm.base_url),
            service=bool(settings.encoder.base_url),
        )
        desk = Desk(
            engine=engine,
            state=state,
            operations=HomeOperations(settings),
            house=house,
            roles=Roles(telegram.admin_ids, telegram.staff_ids),
            limits=Limits(telegram.user_limit, telegram.total_limit),
            receipt=_receipts(settings),
            thinking=asyncio.Semaphore(telegram.concurrency),
            observer=observer,
        )
        run_bot(desk, account)


def _watched(settings: Settings) -> tuple[Observer, Watch | None]:
    """Who is told what happens, and where that can be read; nobody while settings name no port."""
    from bot.telegram.observing import Observer  # noqa: PLC0415

    if settings.metrics.port is None:
        return Observer(), None
    from bot.telegram.app import ALLOWED_UPDATES  # noqa: PLC0415
    from bot.telegram.health import Watch  # noqa: PLC0415
    from bot.telegram.metrics import Metrics  # noqa: PLC0415

    metrics = Metrics(ALLOWED_UPDATES)
    return metrics, Watch(settings.metrics.listen, settings.metrics.port, metrics)


def _bot_id(settings: Settings) -> int:
    """The bot's user id, which its token begins with (Bot API, "Authorizing your bot"); 0 for a token that has none."""
    begins = (token_of(settings) or "").partition(":")[0]
    return int(begins) if begins.isdecimal() and len(begins) < 19 else 0


def _key_of(settings: Settings, of_home: Callable[[], str]) -> str:
    """The key that ids are hashed with; a server's state, which several machines may share, needs one that is set."""
    if settings.database.key:
        return settings.database.key.get_secret_value()
    if settings.database.url:
        raise SettingsError(
            "CHIDAO_DATABASE__URL cần CHIDAO_DATABASE__KEY, như nhau trên mọi máy; tạo bằng: openssl rand -hex 32",
            "CHIDAO_DATABASE__URL needs CHIDAO_DATABASE__KEY, the same on every machine: openssl rand -hex 32",
        )
    return of_home()


def _receipts(settings: Settings) -> Callable[[str], Receipt | None]:
    """Looks a receipt up; None too where the file cannot be read."""

    def look_up(receipt_id: str) -> Receipt | None:
        try:
            with reading(asked_of(settings), retention_of(settings), datetime.now(UTC)) as store:
                return store.receipt(receipt_id) if store else None
        except HomeError:
            return None

    return look_up


_HOW_TO_CONNECT_VI = """chưa có mã bot Telegram. Cách lấy:
  1. Mở Telegram, tìm @BotFather (có dấu tích xanh), gửi /newbot, đặt tên và tên người dùng kết thúc bằng «bot».
  2. BotFather trả lời một mã dạng 123456789:AA...; mã này là bí mật, ai có nó điều khiển được bot.
  3. Đặt mã: export CHIDAO_TELEGRAM__TOKEN=123456789:AA...  (hoặc ghi dòng CHIDAO_TELEGRAM__TOKEN=... vào tệp .env)
  4. Chạy lại: chidao bot
Chưa cần Telegram? Thử ngay trong cửa sổ lệnh: chidao chat --sample"""
_HOW_TO_CONNECT_EN = """there is no Telegram bot token yet. How to get one:
  1. In Telegram, find @BotFather (blue tick), send /newbot, choose a name and a user name that ends in «bot».
  2. BotFather answers with a token like 123456789:AA...; it is a secret: whoever has it controls the bot.
  3. Set it: export CHIDAO_TELEGRAM__TOKEN=123456789:AA...  (or write CHIDAO_TELEGRAM__TOKEN=... into a file .env)
  4. Run again: chidao bot
No need for Telegram? Try it in the terminal: chidao chat --sample"""


COMMANDS = (bot,)
