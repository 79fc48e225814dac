"""The command group and the way out: errors become one line on standard error and an exit code."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper

import click

from bot.cli import admin, bench, citizen, doctor, evaluate, receipts, servers, staff, telegram
from bot.cli.common import log_level, secrets_of, show_cursor
from config.errors import ChidaoError, SettingsError
from config.log import configure_logging
from config.settings import load_settings

_log = logging.getLogger(__name__)


def main() -> None:
    """Runs the command line; errors become one line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not end the command
    try:
        settings = load_settings()
        configure_logging(log_level(settings, logging.WARNING), *secrets_of(settings), form=settings.log.format)
        try:
            cli.main(prog_name="chidao", obj=settings, standalone_mode=True)
        except ChidaoError as error:
            _fail(error, settings.language)
        except Exception:  # noqa: BLE001  through the log, which cuts secrets out of the traceback
            _log.exception("lỗi ngoài dự tính / unexpected error")
            sys.exit(1)
        finally:
            show_cursor()
    except SettingsError as error:
        _fail(error, "vi")


def _fail(error: ChidaoError, language: str) -> None:
    click.echo(f"chidao: {error.text(language)}", err=True)
    sys.exit(2 if isinstance(error, SettingsError) else 1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chidao")
def cli() -> None:
    """Hỏi đáp về văn bản chỉ đạo của thành phố, luôn kèm câu trích và nguồn.

    Answers about a city's directives, always with the quote and its source. Bắt đầu / First: chidao chat --sample
    """


for _module in (admin, citizen, telegram, staff, evaluate, receipts, doctor, bench, servers):
    for _command in _module.COMMANDS:
        cli.add_command(_command)
