"""The commands that look back: why an answer was given, and what could not be answered."""

from __future__ import annotations

import csv
from contextlib import closing
from datetime import UTC, datetime
from typing import IO

import click

from bot.answering.compose import Composed
from bot.answering.engine import compose_from
from bot.answering.understand import Question
from bot.cli.common import (
    JSON_OPTION,
    Bar,
    asked_of,
    echo_json,
    encoder_of,
    fusion_of,
    home_of,
    retention_of,
    served_of,
)
from bot.receipts.gaps import Gap, asked_now, grouped
from bot.receipts.replay import Ask, explain
from bot.receipts.store import reading
from bot.report import receipts as report
from config.errors import ChidaoError, InputError
from config.settings import Settings
from retrieval.serving import Generation, check_model


@click.command(short_help="Vì sao trả lời như vậy / why an answer was given")
@click.argument("receipt")
@JSON_OPTION
@click.pass_obj
def why(settings: Settings, receipt: str, as_json: bool) -> None:
    """Hỏi lại câu hỏi của một biên nhận trên đúng bản nạp đã trả lời: đoạn tìm thấy, điểm, quyết định, câu trích.

    Ask the question of a receipt again of the generation that answered: hits, scores, decision, citations.
    """
    home = home_of(settings)
    with reading(asked_of(settings), retention_of(settings), datetime.now(UTC)) as store:
        found = store.receipt(receipt.strip()) if store else None
    if found is None:
        days = settings.receipts.days
        raise InputError(
            f"không có biên nhận «{receipt}»; biên nhận được giữ {days} ngày (CHIDAO_RECEIPTS__DAYS)",
            f"there is no receipt «{receipt}»; receipts are kept for {days} days (CHIDAO_RECEIPTS__DAYS)",
        )
    explained = explain(found, home, served_of(settings), encoder_of(settings)[1], _asking(settings))
    if as_json:
        echo_json(report.explained_json(explained, settings.language))
    else:
        click.echo("\n".join(report.explained_lines(explained, settings.language)))


@click.command(short_help="Câu hỏi chưa trả lời được / questions without an answer")
@click.option("--out", type=click.File("w", encoding="utf-8-sig"), help="Ghi tệp CSV. / Write a CSV file.")
@JSON_OPTION
@click.pass_obj
def gaps(settings: Settings, out: IO[str] | None, as_json: bool) -> None:
    """Câu hỏi chưa trả lời được, gộp những câu giống nhau; câu nào nay đã có bài trả lời.

    Questions that found no answer, those alike together, and which of them today's articles would answer. Their text
    is there only where CHIDAO_GAPS__TEXT is true; else they are counted by day.
    """
    listed = listed_gaps(settings)
    if out:
        csv.writer(out).writerows(report.gaps_rows(listed))
    if as_json:
        echo_json(report.gaps_json(listed))
    else:
        click.echo("\n".join(report.gaps_lines(listed, settings.language)))


def listed_gaps(settings: Settings) -> report.Gaps:
    """What is known of questions without an answer."""
    kept = retention_of(settings)
    with reading(asked_of(settings), kept, datetime.now(UTC)) as store:
        by_day = store.unanswered_by_day() if store else {}
        questions = grouped(store.unanswered()) if store else []
    return report.Gaps(kept.gap_days, kept.gap_text, by_day, _judged(settings, questions))


def _judged(settings: Settings, questions: list[Gap]) -> list[Gap]:
    """Each with what the generation in use says to it; as they are where none can be asked."""
    if not questions:
        return []
    bar = Bar("asking" if settings.language == "en" else "hỏi")
    judged = []
    try:
        with closing(served_of(settings).open_live()) as live:
            check_model(live, encoder_of(settings)[1])
            for gap in asked_now(questions, live, _asking(settings)):
                judged.append(gap)
                bar(len(judged), len(questions))
    except ChidaoError as error:
        click.echo(f"chidao: {error.text(settings.language)}", err=True)
        return questions
    return judged


def _asking(settings: Settings) -> Ask:
    (encoder, _), fusion = encoder_of(settings), fusion_of(settings)

    def ask(generation: Generation, question: Question) -> Composed:
        return compose_from(generation, question, encoder, fusion, settings.city)

    return ask


COMMANDS = (why, gaps)
