"""The commands of staff: one reference looked up, a whole draft checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from bot.cli.common import JSON_OPTION, Bar, batch_rows, echo_json, json_text, served_of
from bot.draft.check import Checked, Checker
from bot.draft.text import draft_text
from bot.report import directives
from bot.report.articles import reference_json
from config.errors import InputError
from config.settings import Settings
from corpus.models import Raw
from corpus.parse import read_file
from corpus.resolve import resolve_query
from retrieval.serving import Generation

_STDIN = "-"


@click.command(short_help="Tra một văn bản / look up a directive")
@click.argument("reference")
@JSON_OPTION
@click.pass_obj
def ref(settings: Settings, reference: str, as_json: bool) -> None:
    """Tra một văn bản theo số, ngày, số không đủ ký hiệu, hoặc trích yếu: các bài nêu ở đâu, còn hiệu lực không.

    Look up a directive by number, number and date, part of a number, or words of its subject: who cites it, is it
    replaced. For example: chidao ref "3482/QĐ-UBND ngày 27/12/2018", chidao ref "chương trình công tác năm 2019"
    """
    with closing(served_of(settings).open_live()) as live:
        found = resolve_query(live.register, reference)
        if as_json:
            report = directives.resolution_json(reference, found, live.snapshot.article, settings.language)
            echo_json({**report, "generation": live.name})
        else:
            lines = directives.resolution_lines(reference, found, live.snapshot.article, settings.language)
            click.echo("\n".join(lines))


@click.command(short_help="Kiểm tra dẫn chiếu của dự thảo / check a draft's references")
@click.argument("file", required=False, metavar="FILE")
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Tệp JSONL, mỗi dòng {_id, text}; - là đầu vào chuẩn. / JSONL file, or - for standard input.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi bản có đánh dấu: .html, hoặc .docx với ghi chú (dự thảo .docx). / Write the text back marked.",
)
@JSON_OPTION
@click.pass_obj
def check(settings: Settings, file: str | None, batch: IO[str] | None, out: Path | None, as_json: bool) -> None:
    """Kiểm tra mọi dẫn chiếu trong một dự thảo (txt, docx, pdf, html; - là đầu vào chuẩn).

    Mỗi dẫn chiếu được đánh dấu ✓ khớp, ⚠ xem lại, ✗ không có. Check every reference of a draft; offsets count the
    characters of the text as it is read; of .txt, as it stands there.
    """
    if (file is None) == (batch is None) or (batch and out):
        raise click.UsageError("cần một TỆP hoặc --batch TỆP / give one FILE or --batch FILE")
    with _checker(settings) as (checker, _):
        if batch is not None:
            sys.exit(1 if _check_batch(checker, batch, settings.language) else 0)
        raw, text = _read(file or _STDIN)
        checked = checker.check(text)
        if out:
            _write(out, raw, text, checked, checker, settings.language)
    if as_json:
        echo_json({"references": [_checked_json(each) for each in checked]})
    else:
        click.echo("\n".join(_checked_lines(checked, settings.language)))
        if out:
            click.echo(f"→ {out}", err=True)


@contextmanager
def _checker(settings: Settings) -> Iterator[tuple[Checker, Generation]]:
    with closing(served_of(settings).open_live()) as live:
        yield Checker(live.register, live.snapshot.article, settings.language), live


def _check_batch(checker: Checker, batch: IO[str], language: str) -> bool:
    """One JSON object a line; whether any line could not be read."""
    failed = False
    lines = list(batch_rows(batch))
    bar = Bar("checking" if language == "en" else "kiểm tra")
    for done, row in enumerate(lines, start=1):
        if isinstance(row, dict):
            failed = True
            click.echo(json_text(row))
        else:
            identity, text = row
            found = [_checked_json(each) for each in checker.check(text)]
            click.echo(json_text({"_id": identity, "references": found}))
        bar(done, len(lines))
    return failed


def _read(file: str) -> tuple[Raw, str]:
    """The bytes of a draft and its text."""
    raw = Raw(sys.stdin.buffer.read(), "stdin.txt", "stdin") if file == _STDIN else read_file(Path(file))
    return raw, draft_text(raw)


def _write(out: Path, raw: Raw, text: str, checked: list[Checked], checker: Checker, language: str) -> None:
    """The marked copy, in the form that the name of `out` asks for."""
    kind = out.suffix.lower()
    try:
        if kind == ".docx" and raw.name.lower().endswith(".docx"):
            from bot.draft.comments import commented  # noqa: PLC0415  python-docx, which only this needs

            out.write_bytes(commented(raw.data, checker))
        elif kind in {".html", ".htm"}:
            from bot.draft.page import draft_page  # noqa: PLC0415

            out.write_text(draft_page(raw.name, text, checked, language), "utf-8")
        else:
            raise InputError(
                f"không ghi được dạng «{kind or out.name}»; --out nhận .html, và .docx khi dự thảo là .docx",
                f"cannot write «{kind or out.name}»; --out takes .html, and .docx where the draft is a .docx",
            )
    except OSError as error:
        raise InputError(
            f"không ghi được {out} ({error.strerror}); xem đường dẫn và quyền ghi",
            f"cannot write {out} ({error.strerror}); check the path and the right to write",
        ) from error


def _checked_json(each: Checked) -> dict[str, Any]:
    evidence = dict(zip(("article_id", "title", "quote"), each.evidence, strict=True)) if each.evidence else None
    return {
        **reference_json(each.reference),
        "verdict": each.verdict.value,
        "note": each.note,
        "mark": each.mark,
        "evidence": evidence,
    }


def _checked_lines(checked: list[Checked], language: str) -> list[str]:
    if not checked:
        return ["no reference was found" if language == "en" else "không tìm thấy dẫn chiếu nào"]
    lines = []
    for each in checked:
        words, place = " ".join(each.reference.text.split()), f"{each.reference.start}–{each.reference.end}"
        lines.append(f"{each.mark} {words} [{place}]: {each.note}")
        if each.evidence and each.mark != "✓":
            article_id, title, quote = each.evidence
            lines += [f"    “{quote}”", f"      — {title} · {article_id}"]
    counts = " · ".join(f"{mark} {sum(each.mark == mark for each in checked)}" for mark in "✓⚠✗")
    return [*lines, counts]


COMMANDS = (ref, check)
