"""The command that moves the index to a server and back, and what follows a reload where a server serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.common import Bar, home_of, index_address, served_of
from config.errors import HomeError
from config.settings import IndexSettings, Settings

if TYPE_CHECKING:
    from retrieval.backends.delivery import Delivered


@click.command("migrate", short_help="Chuyển chỉ mục / move the index to a server, or back")
@click.argument("backend", type=click.Choice(["pgvector", "faiss"]))
@click.option(
    "--take-over", is_flag=True, help="Thay kho đang ghi vào máy chủ ấy. / In place of the home that writes there."
)
@click.pass_obj
def migrate(settings: Settings, backend: str, take_over: bool) -> None:
    """Chép bản nạp đang dùng lên máy chủ PostgreSQL (pgvector), hoặc từ đó về kho (faiss); không mã hoá lại.

    Copy the generation in use to a PostgreSQL server (pgvector), or from there into the home (faiss). The server is
    CHIDAO_INDEX__URL. Set CHIDAO_INDEX__BACKEND afterwards, for the bot and for whoever reloads.
    """
    english = settings.language == "en"
    if backend == "pgvector":
        done = deliver_home(settings, take_over=take_over)
        said = "the server serves generation" if english else "máy chủ đang dùng bản nạp"
        click.echo(f"{said} {done.generation}")
    else:
        from retrieval.backends.fetching import fetch  # noqa: PLC0415  what needs a server alone need pay for

        name = fetch(served_of(_on_server(settings)), home_of(settings), Bar("fetching" if english else "lấy về"))
        click.echo(f"{'the home serves generation' if english else 'kho đang dùng bản nạp'} {name}")
    hint = "now set" if english else "tiếp theo, đặt"
    click.echo(f"{hint} CHIDAO_INDEX__BACKEND={backend}", err=True)


def _on_server(settings: Settings) -> Settings:
    index = IndexSettings.model_copy(settings.index, update={"backend": "pgvector"})
    return settings.model_copy(update={"index": index})


def deliver_home(settings: Settings, *, take_over: bool = False) -> Delivered:
    """Makes the server serve what the home that settings name serves."""
    from retrieval.backends.delivery import Place, deliver  # noqa: PLC0415  what needs a server alone need pay for
    from retrieval.backends.server import address_of  # noqa: PLC0415

    home, shards = home_of(settings), settings.index.shards
    listed = shards.get_secret_value().split() if shards else []
    place = Place(index_address(settings), tuple(address_of(each, "CHIDAO_INDEX__SHARDS") for each in listed))
    bar = Bar("delivering" if settings.language == "en" else "chuyển lên máy chủ")
    with home.writer():
        return deliver(home, place, take_over=take_over, progress=bar)


def follow_home(settings: Settings) -> None:
    """The same where settings say that the server serves.

    Raises:
        HomeError: the server does not follow; tells that the home has changed all the same.
    """
    if settings.index.backend != "pgvector":
        return
    try:
        deliver_home(settings)
    except HomeError as error:
        raise type(error)(
            f"{error.vi}. Trong kho thì đã xong, chỉ máy chủ chưa theo: chạy chidao migrate pgvector",
            f"{error.en}. In the home it is done, only the server has not followed: run chidao migrate pgvector",
        ) from error


COMMANDS = (migrate,)
