"""The command that looks for what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

import click

from bot.cli.common import JSON_OPTION, echo_json, encoder_of, home_of, index_address, served_of
from bot.cli.telegram import revealed, token_of
from bot.doctor.models import Finding, Health, failed, good, warning
from config.errors import ChidaoError, NoGenerationError
from config.settings import Settings, unknown_settings
from retrieval.encoder import ModelIdentity
from retrieval.serving import check_model

_MARKS = {Health.GOOD: "✓", Health.WARNING: "⚠", Health.FAILED: "✗"}


@click.command(short_help="Khám máy / look for what is wrong")
@JSON_OPTION
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Tìm chỗ hỏng và nói cách sửa. / Look for what is wrong, and say what to do.

    Cài đặt, kho, mô hình hoặc máy chủ mã hoá, đĩa, OCR, mã bot, webhook, đồng hồ, bot đang chạy, cơ sở dữ liệu, máy chủ
    chỉ mục, máy chủ LLM. Settings, home, model or embedding service, disk, OCR, token, webhook, clock, running bot,
    database, index server, model server. Ends with 1 where something does not work, with 2 where a setting is bad.
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
    # A part of a second that no other command need pay.
    from bot.doctor.home import look_at_generations, look_at_machine, look_at_model  # noqa: PLC0415
    from bot.doctor.services import Account, look_at_bot, look_at_model_server, look_at_telegram  # noqa: PLC0415

    yield _settings()
    home, telegram = home_of(settings), settings.telegram
    yield from look_at_machine(home)
    try:
        encoder, identity = encoder_of(settings)
    except ChidaoError as error:
        yield failed("model", (error.vi, error.en))
    else:
        yield from _index_server(settings, identity)
        finding, vectors = look_at_model(encoder, identity)
        yield finding
        if settings.index.backend == "faiss" or home.names():  # else one that only reads what a server holds
            yield from look_at_generations(home, identity, vectors, settings.gate.questions or home.golden)
    yield _database(settings)
    token = token_of(settings)
    yield from look_at_telegram(Account(token, telegram.base_url, telegram.webhook.url) if token else None)
    yield from look_at_bot(settings.metrics.listen, settings.metrics.port)
    try:
        settings.llm.key()
    except ChidaoError as error:
        yield failed("LLM", (error.vi, error.en))
    else:
        yield look_at_model_server(settings.llm.base_url)


def _index_server(settings: Settings, identity: ModelIdentity) -> Iterator[Finding]:
    """Findings on the server that holds the index, where one does."""
    if settings.index.backend == "faiss":
        return
    from retrieval.backends.server import reach  # noqa: PLC0415  what needs a server alone need pay for

    what = "index server"
    try:
        versions = reach(index_address(settings))
        with closing(served_of(settings).open_live()) as live:
            check_model(live, identity)
            served = f"{versions}: {live.name}, {live.manifest.articles} / {live.manifest.passages}"
    except NoGenerationError as error:
        yield failed(what, (error.vi, error.en), ("chạy: chidao migrate pgvector", "run: chidao migrate pgvector"))
    except ChidaoError as error:
        yield failed(what, (error.vi, error.en))
    else:
        yield good(what, served, served)


def _settings() -> Finding:
    """Bad values have stopped the command before; a name that is none would be passed over in silence."""
    if unknown := unknown_settings():
        names = ", ".join(unknown)
        return warning(
            "settings",
            (f"không có cài đặt tên {names}", f"there is no setting {names}"),
            ("xem docs/settings.md; có thể gõ nhầm", "see docs/settings.md; it may be misspelled"),
        )
    return good("settings", "đọc được hết", "all are known")


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
