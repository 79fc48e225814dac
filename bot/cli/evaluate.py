"""The command of whoever judges search and answers: question sets in, figures out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.answering.understand import searched_for
from bot.cli.common import JSON_OPTION, Bar, coder_of, echo_json, fusion_of, home_of, json_text, model_of
from config.errors import ChidaoError, InputError
from config.settings import Settings
from retrieval.encoding import Coder
from retrieval.hits import Encoder, Hit
from retrieval.retriever import Fusion
from retrieval.serving import Generation, open_live

if TYPE_CHECKING:  # the libraries behind it take seconds to import, which no other command need pay
    from retrieval.evaluation.measure import Search
    from retrieval.evaluation.report import Figures
    from retrieval.evaluation.runs import Evaluated, OtherRun
    from retrieval.evaluation.sets import QuestionSet

FOLDER = "eval"  # below the home: indexes of the sets, which may be deleted at any time
_ALONE = {"lexical": Fusion(0), "dense": Fusion(1)}


@dataclass(frozen=True, slots=True)
class Choices:
    """How the sets are asked."""

    mode: str
    fusion: Fusion
    unmarked: bool
    without_titles: bool
    questions: int | None


@click.command("eval", short_help="Đo chất lượng tìm kiếm và trả lời / measure search and answers")
@click.argument("folders", nargs=-1, metavar="FOLDER...")
@click.option(
    "--answers",
    is_flag=True,
    help="Đo câu trả lời thay vì tìm kiếm; FOLDER có thể là tệp câu hỏi chuẩn, hỏi trên kho đang dùng. / Measure the "
    "answers, not the search; a FOLDER may be a file of golden questions, asked of the home.",
)
@click.option(
    "--unanswerable",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp JSONL câu hỏi không có đáp án, hỏi thêm ở mỗi bộ. / JSONL file of questions without an answer, for each.",
)
@click.option("--unmarked", is_flag=True, help="Bỏ dấu khỏi câu hỏi. / Take the marks off the questions.")
@click.option(
    "--mode",
    type=click.Choice(["lexical", "dense", "hybrid"]),
    default="hybrid",
    show_default=True,
    help="Chỉ tìm theo từ, chỉ theo nghĩa, hay cả hai như khi phục vụ. / By terms, vectors, or both as serving does.",
)
@click.option(
    "--without-titles",
    is_flag=True,
    help="Không đưa tiêu đề vào chỉ mục: cho câu hỏi làm từ tiêu đề. / Index no titles: for questions made from them.",
)
@click.option(
    "--questions", type=click.IntRange(min=1), help="Lấy mẫu tối đa từng ấy câu mỗi bộ. / Sample so many of a set."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Ghi eval.md, eval.png, eval.json và run.jsonl vào thư mục này. / Write table, picture, figures and the run.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, path_type=Path),
    help="So sánh với lần đo mà --out đã ghi. / Compare with a run that --out wrote: paired test, set by set.",
)
@JSON_OPTION
@click.pass_obj
def evaluate(
    settings: Settings,
    /,
    folders: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Đo tìm kiếm trên các bộ câu hỏi dạng BEIR: corpus.jsonl, queries.jsonl, qrels.tsv.

    Measure the search on question sets in BEIR form, through the chunking, indexes and fusion that serve. A document
    ranks where its best passage does. All values lie between 0 and 1. The JSON has one key a folder, as it was typed,
    and "macro" (the mean of the sets) where there are several; a folder that cannot be measured has an "error".
    Indexes are kept in HOME/eval, so only the first run over a folder encodes its documents.

    With --answers: how many answers contain the gold one, how right the citations are, how many questions are refused,
    length and time; queries.jsonl has an "answer" in each line then.
    """
    answers, unanswerable, against = (choices.pop(name) for name in ("answers", "unanswerable", "against"))
    _check_usage(folders, answers=answers, unanswerable=unanswerable, against=against)
    if out:
        _make_folder(out)
    chosen = Choices(fusion=_ALONE.get(choices["mode"]) or fusion_of(settings), **choices)
    if answers:
        sys.exit(_evaluate_answers(settings, folders, chosen, unanswerable, out, as_json=as_json))
    from retrieval.evaluation.measure import check_library  # noqa: PLC0415
    from retrieval.evaluation.runs import read_run  # noqa: PLC0415

    check_library()
    other = read_run(against) if against else None
    found, failed = _evaluate_all(settings, folders, chosen)
    report = _Report(about(settings, chosen), _figures(found, other), failed, settings.language)
    if as_json:
        echo_json(report.json())
    elif report.rows:
        click.echo("\n".join(report.lines()))
    if out and found:
        _write(out, report, found)
    sys.exit(1 if failed else 0)


def _check_usage(folders: Sequence[str], *, answers: bool, unanswerable: Path | None, against: Path | None) -> None:
    if not folders and not (answers and unanswerable):
        raise click.UsageError("cần ít nhất một FOLDER / give a FOLDER")
    if unanswerable and not answers:
        raise click.UsageError("--unanswerable cần --answers / --unanswerable wants --answers")
    if against and answers:
        raise click.UsageError("--against không đi với --answers / --against is not for --answers")


def _evaluate_answers(
    settings: Settings,
    sets: Sequence[str],
    chosen: Choices,
    unanswerable: Path | None,
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """The exit code."""
    from bot.cli.evaluate_answers import AnswerEvaluation, evaluate_answers  # noqa: PLC0415
    from bot.evaluation.questions import read_unanswerable  # noqa: PLC0415

    others = read_unanswerable(unanswerable) if unanswerable else ()
    evaluation = AnswerEvaluation(settings, chosen, coder_of(settings), others)
    return 0 if evaluate_answers(evaluation, sets, out, as_json=as_json) else 1


def _evaluate_all(
    settings: Settings, folders: Sequence[str], chosen: Choices
) -> tuple[list[Evaluated], dict[str, str]]:
    """Every folder once: what was found, and of those that cannot be measured why."""
    found, failed = [], {}
    coder = coder_of(settings)
    for folder in dict.fromkeys(folders):
        try:
            found.append(_evaluate(settings, coder, folder, chosen))
        except ChidaoError as error:
            failed[folder] = error.text(settings.language)
            click.echo(f"chidao: {failed[folder]}", err=True)
    return found, failed


def _evaluate(settings: Settings, coder: Coder, folder: str, chosen: Choices) -> Evaluated:
    from retrieval.evaluation.index import documents_of, index_documents  # noqa: PLC0415
    from retrieval.evaluation.measure import ask  # noqa: PLC0415
    from retrieval.evaluation.runs import Evaluated  # noqa: PLC0415
    from retrieval.evaluation.sets import read_set  # noqa: PLC0415

    given = read_set(Path(folder))
    asked = _as_chosen(given, chosen)
    bar = Bar("asking" if settings.language == "en" else "hỏi")
    home = index_documents(home_of(settings).path / FOLDER, asked.documents, coder)
    with closing(open_live(home)) as generation:
        search = searching(generation, coder.encoder, chosen.fusion)
        rankings = ask(asked.questions, search, documents_of(generation), bar)
    return Evaluated.of(folder, given.digest, asked, rankings)


def _as_chosen(given: QuestionSet, chosen: Choices) -> QuestionSet:
    asked = given.drawn(chosen.questions)
    asked = asked.unmarked() if chosen.unmarked else asked
    return asked.without_titles() if chosen.without_titles else asked


def searching(generation: Generation, encoder: Encoder, fusion: Fusion) -> Search:
    """The search that serves: a text is read as a question is, then looked for in both indexes."""
    retriever = generation.retriever(encoder, fusion)

    def search(text: str, k: int) -> list[Hit]:
        return retriever.search(searched_for(text), k)

    return search


def _figures(found: Sequence[Evaluated], other: OtherRun | None) -> list[Figures]:
    from retrieval.evaluation.report import MACRO, figures_of, macro_of  # noqa: PLC0415

    rows = [figures_of(each, other) for each in found]
    if len(rows) > 1 and MACRO not in {each.name for each in rows}:
        rows.append(macro_of(found))
    return rows


@dataclass(frozen=True, slots=True)
class _Report:
    """What is shown: a line about the run, a row a set, and why which folder has none."""

    about: str
    rows: Sequence[Figures]
    failed: Mapping[str, str]
    language: str

    def json(self) -> dict[str, Any]:
        from retrieval.evaluation.report import figures_json  # noqa: PLC0415

        return {each.name: figures_json(each) for each in self.rows} | {
            folder: {"error": why} for folder, why in self.failed.items()
        }

    def lines(self) -> list[str]:
        from retrieval.evaluation.report import table_lines  # noqa: PLC0415

        return [self.about, "", *table_lines(self.rows, self.language)]


def about(settings: Settings, chosen: Choices) -> str:
    """Mode, shares, model and how the questions were typed: without them the figures say nothing."""
    en = settings.language == "en"
    marks = ("without marks", "bỏ dấu") if chosen.unmarked else ("as written", "giữ nguyên")
    parts = [
        f"{chosen.mode} ({'dense share' if en else 'phần theo nghĩa'} {chosen.fusion.dense_weight:g})",
        Path(model_of(settings)[0]).name,
        f"{'questions' if en else 'câu hỏi'} {marks[0] if en else marks[1]}",
    ]
    if chosen.fusion.reranker:
        parts.append(f"{'reranker' if en else 'xếp hạng lại'} {Path(settings.reranker.model or '').name}")
    if chosen.without_titles:
        parts.append("no titles" if en else "không tiêu đề")
    return " · ".join(parts)


def _make_folder(out: Path) -> None:
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)


def _write(out: Path, report: _Report, found: Sequence[Evaluated]) -> None:
    from retrieval.evaluation.plot import write_plot  # noqa: PLC0415
    from retrieval.evaluation.runs import RUN, write_run  # noqa: PLC0415

    with writing(out):
        (out / "eval.md").write_text("\n".join([*report.lines(), "", "![](eval.png)", ""]), encoding="utf-8")
        (out / "eval.json").write_text(json_text(report.json(), indent=2) + "\n", encoding="utf-8")
        write_run(out / RUN, found)
        write_plot(out / "eval.png", report.rows, report.about)
    click.echo(f"→ {out}", err=True)


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """What is written below `out`; a disk that refuses is named.

    Raises:
        InputError: it does.
    """
    try:
        yield
    except OSError as error:
        raise InputError(
            f"không ghi được vào {out} ({error.strerror}); xem đường dẫn, quyền ghi và dung lượng đĩa",
            f"cannot write to {out} ({error.strerror}); check the path, the rights and the disk space",
        ) from error


COMMANDS = (evaluate,)
