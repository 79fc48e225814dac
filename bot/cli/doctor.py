"""The command that looks for what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from bot.cli.common import JSON_OPTION, echo_json, encoder_of, home_of
from bot.cli.telegram import revealed, token_of
from bot.doctor.models import Finding, Health, failed, good
from config.errors import ChidaoError
from config.settings import Settings

_MARKS = {Health.GOOD: "✓", Health.WARNING: "⚠", Health.FAILED: "✗"}


@click.command(short_help="Khám máy / look for what is wrong")
@JSON_OPTION
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Tìm chỗ hỏng và nói cách sửa. / Look for what is wrong, and say what to do.

    Kho, mô hình hoặc máy chủ mã hoá, đĩa, OCR, mã bot, webhook, đồng hồ, cơ sở dữ liệu, máy chủ LLM. Home, model or
    embedding service, disk, OCR, token, webhook, clock, database, model server. Ends with 1 where something does not
    work.
    """
    found = []
    for each in _findings(settings):
        found.append(each)
        if not as_json:
            seen, advice = each.lines(settings.language)
            click.echo(f"{_MARKS[each.health]} {each.what}: {seen}{f' → {advice}' if advice else ''}")
    if as_json:
        echo_json([_json(each, settings.language) for each in found])
    sys.exit(1 if any(each.health is Health.FAILED for each in found) else 0)


def _findings(settings: Settings) -> Iterator[Finding]:
    from bot.doctor.home import look_at_home  # noqa: PLC0415  a part of a second that no other command need pay
    from bot.doctor.services import Account, look_at_model_server, look_at_telegram  # noqa: PLC0415

    home, telegram = home_of(settings), settings.telegram
    try:
        encoder, identity = encoder_of(settings)
    except ChidaoError as error:
        yield failed("model", (error.vi, error.en))
    else:
        yield from look_at_home(home, encoder, identity, settings.gate.questions or home.golden)
    yield _database(settings)
    token = token_of(settings)
    yield from look_at_telegram(Account(token, telegram.base_url, telegram.webhook.url) if token else None)
    try:
        settings.llm.key()
    except ChidaoError as error:
        yield failed("LLM", (error.vi, error.en))
    else:
        yield look_at_model_server(settings.llm.base_url)


def _database(settings: Settings) -> Finding:
    """Opens the state, which makes or migrates it; of a home where no bot ran yet it makes none."""
    from bot.state.database import open_database  # noqa: PLC0415

    url, path = revealed(settings.database.url), home_of(settings).state
    if url is None and not path.exists():
        return good("state", "chưa có (bot chưa chạy)", "none yet (the bot has not run)")
    try:
        open_database(url, path).close()
    except ChidaoError as error:
        return failed("state", (error.vi, error.en))
    where = "PostgreSQL" if url else path.name
    return good("state", where, where)


def _json(finding: Finding, language: str) -> dict[str, str]:
    seen, advice = finding.lines(language)
    return {"what": finding.what, "health": finding.health.value, "seen": seen, "advice": advice}


COMMANDS = (doctor,)
