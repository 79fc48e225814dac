"""The commands of admins: articles in, out, listed and reloaded."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot.answering.golden import read_golden, replay_of
from bot.cli.common import (
    JSON_OPTION,
    Bar,
    asked_of,
    coder_of,
    echo_json,
    fusion_of,
    home_of,
    json_text,
    retention_of,
    served_of,
)
from bot.cli.servers import follow_home
from bot.receipts.store import reading
from bot.report import articles, directives, reloads
from config.errors import HomeError, NoGenerationError
from config.settings import Settings
from corpus.backup import back_up, restore
from corpus.directives import missing as directives_missing
from corpus.generation import Home
from corpus.models import Article
from corpus.store import ArticleStore, unknown_id
from retrieval.build import Options, ReloadReport, reload
from retrieval.encoding import Coder, Progress
from retrieval.gate import Difference, Gate, difference
from retrieval.removal import Proof, prove, purge
from retrieval.serving import open_live
from retrieval.workers import MOST_WORKERS

if TYPE_CHECKING:  # what fetches takes a tenth of a second to import, which only `add` and `remove` need pay
    from corpus.fetch import Fetcher
    from corpus.ingest import Ingested


@click.command(short_help="Thêm bài / add articles")
@click.argument("inputs", nargs=-1, required=True, metavar="PATH_OR_URL...")
@click.option(
    "--follow", is_flag=True, help="Theo các liên kết bài viết trên trang danh mục. / Follow the articles a page lists."
)
@JSON_OPTION
@click.pass_obj
def add(settings: Settings, inputs: tuple[str, ...], follow: bool, as_json: bool) -> None:
    """Thêm bài viết vào kho: tệp (txt, html, pdf, docx), thư mục, địa chỉ web, RSS, sitemap.

    Add articles to the store: files, folders, web addresses, feeds, sitemaps, or a .txt list of addresses.
    """
    failed = new = False
    bar = Bar("adding" if settings.language == "en" else "thêm bài")
    for result in add_inputs(settings, inputs, follow=follow, bar=bar):
        failed, new = failed or result.error is not None, new or result.new
        bar.clear()
        _echo_ingested(result, as_json=as_json, language=settings.language)
    if new and not as_json:
        hint = "now run: chidao reload" if settings.language == "en" else "tiếp theo, chạy: chidao reload"
        click.echo(hint, err=True)
    sys.exit(1 if failed else 0)


def add_inputs(
    settings: Settings, inputs: Iterable[str], *, follow: bool = False, bar: Bar | None = None
) -> Iterator[Ingested]:
    """Adds files and URLs to the store of the home that settings name."""
    from corpus.ingest import Ingester  # noqa: PLC0415

    home = home_of(settings)
    with ArticleStore(home.store) as store:
        ingester = Ingester(store, lambda: _fetcher(settings, home, store), follow=follow)
        yield from ingester.ingest(inputs, bar or Bar(""))


@contextmanager
def _fetcher(settings: Settings, home: Home, store: ArticleStore) -> Iterator[Fetcher]:
    from corpus.fetch import Fetcher, FetchLog, FetchPolicy  # noqa: PLC0415

    policy = FetchPolicy(**settings.fetch.model_dump())
    with (
        FetchLog(home.fetched) as log,
        Fetcher(policy, log, holds=lambda article_id: store.get(article_id) is not None) as fetcher,
    ):
        yield fetcher


def _echo_ingested(result: Ingested, *, as_json: bool, language: str) -> None:
    if as_json:
        click.echo(json_text(articles.ingested_json(result, language)))
    else:
        click.echo(articles.ingested_line(result, language))


@click.command("reload", short_help="Nạp lại / put the stored articles into use")
@click.option("--force", is_flag=True, help="Dùng bản mới dù cửa kiểm tra chặn. / Use it whatever the gate says.")
@click.option("--dry-run", is_flag=True, help="Chỉ cho xem sẽ đổi gì. / Only show what would change.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    default=1,
    show_default=True,
    help="Số tiến trình mã hoá đoạn; với máy chủ mã hoá: số yêu cầu cùng lúc. "
    "/ Processes that encode passages; with an embedding service: requests at once.",
)
@JSON_OPTION
@click.pass_obj
def reload_command(settings: Settings, force: bool, dry_run: bool, workers: int, as_json: bool) -> None:
    """Dựng bản nạp mới từ kho, kiểm tra, rồi đưa vào dùng.

    Build a new generation of the store, check it, and put it into use.
    """
    done = reload_home(settings, force=force, dry_run=dry_run, workers=workers)
    if as_json:
        echo_json(reloads.reload_json(done, dry_run=dry_run))
    else:
        click.echo("\n".join(reloads.reload_lines(done, settings.language, dry_run=dry_run)))
    sys.exit(1 if done.blocked else 0)


def reload_home(
    settings: Settings,
    *,
    force: bool = False,
    dry_run: bool = False,
    workers: int = 1,
    progress: tuple[Progress, Progress] | None = None,
) -> ReloadReport:
    """Reloads the home that settings name, and the server where one serves.

    `progress` hears of encoding and of indexing, in place of bars.
    """
    home, coder = home_of(settings), coder_of(settings, progress, workers=workers)
    options = Options(settings.index.keep, force, dry_run)
    done = reload(home, coder, _gate(settings, home, coder), options)
    if done.generation and not dry_run:
        follow_home(settings)
    return done


def _gate(settings: Settings, home: Home, coder: Coder) -> Gate:
    questions = read_golden(settings.gate.questions or home.golden)
    return Gate(replay_of(questions, coder.encoder, fusion_of(settings), settings.city), settings.gate.tolerance)


@click.command(short_help="Quay lại bản trước / go back to the generation before")
@JSON_OPTION
@click.pass_obj
def rollback(settings: Settings, as_json: bool) -> None:
    """Dùng lại bản nạp trước bản đang dùng. / Serve the generation before the one in use."""
    left, taken, pending, removed = roll_back(settings)
    if as_json:
        echo_json(reloads.rollback_json(left, taken, pending, removed))
    else:
        click.echo("\n".join(reloads.rollback_lines(left, taken, pending, settings.language, removed)))


def roll_back(settings: Settings) -> tuple[str, str, Difference, frozenset[str]]:
    """Serves the generation before the one in use.

    Returns the one left, the one taken, what the next reload would change, and the ids of the articles removed.
    """
    home = home_of(settings)
    with home.writer():
        left, taken = home.roll_back()
    follow_home(settings)
    with closing(open_live(home)) as live, ArticleStore(home.store) as store:
        pending = difference(live, list(store.listed()), store.current_of())
        return left, taken, pending, frozenset(store.removed())


@click.command(short_help="Gỡ một bài / take an article back")
@click.argument("article_id")
@JSON_OPTION
@click.pass_obj
def remove(settings: Settings, article_id: str, as_json: bool) -> None:
    """Gỡ một bài (cùng các bản cũ của nó) khỏi kho, và kiểm tra còn sót ở đâu. Chạy lại sau reload để có bằng chứng.

    Take an article and its older versions back, and look where it is left. Run again after a reload for the proof.
    """
    gone, proof = remove_article(home_of(settings), article_id, settings.language)
    if as_json:
        echo_json(reloads.removal_json(gone, proof))
    else:
        click.echo("\n".join(reloads.removal_lines(gone, proof, settings.language)))


def remove_article(home: Home, article_id: str, language: str) -> tuple[Sequence[Article], Proof | None]:
    """Takes an article and its older versions out of the store; returns them, and the proof of where they are left.

    Raises:
        InputError: there is none of that id.
    """
    with ArticleStore(home.store) as store:
        if article_id in store.removed():
            gone = []
            store.scrub()
        else:
            gone = store.remove(article_id)
        removed = frozenset(store.removed())
    ids = frozenset(article.id for article in gone) or removed & {article_id}
    _forget_fetched(home, ids)
    return gone, _proof(home, ids, language)


def _forget_fetched(home: Home, ids: frozenset[str]) -> None:
    from corpus.fetch import FetchLog  # noqa: PLC0415

    with FetchLog(home.fetched) as log:
        log.forget_articles(ids)


def _proof(home: Home, ids: frozenset[str], language: str) -> Proof | None:
    try:
        with closing(open_live(home)) as live:
            return prove(home, live, ids)
    except NoGenerationError:
        pass
    except HomeError as error:  # nothing can be served; the article is removed all the same
        click.echo(f"chidao: {error.text(language)}", err=True)
    return None


@click.command("purge", short_help="Xoá bản cũ còn bài đã gỡ / delete generations that hold removed articles")
@JSON_OPTION
@click.pass_obj
def purge_command(settings: Settings, as_json: bool) -> None:
    """Xoá các bản nạp cũ còn giữ bài đã gỡ. / Delete older generations that still hold removed articles."""
    home = home_of(settings)
    with ArticleStore(home.store) as store:
        removed = frozenset(store.removed())
    with home.writer(), closing(open_live(home)) as live:
        deleted = purge(home, live, removed)
    follow_home(settings)
    if as_json:
        echo_json(reloads.purge_json(deleted))
    else:
        click.echo("\n".join(reloads.purge_lines(deleted, settings.language)))


@click.command("list", short_help="Liệt kê bài / list articles")
@JSON_OPTION
@click.pass_obj
def list_command(settings: Settings, as_json: bool) -> None:
    """Liệt kê các bài trong kho. / List the articles in the store."""
    with ArticleStore(home_of(settings).store) as store:
        if as_json:
            echo_json([articles.summary_json(article) for article in store.all()])
        else:
            for article in store.all():
                click.echo(articles.article_line(article))


@click.command(short_help="Hiện một bài / show an article")
@click.argument("article_id")
@JSON_OPTION
@click.pass_obj
def show(settings: Settings, article_id: str, as_json: bool) -> None:
    """Hiện một bài theo mã, cùng các bản cũ của nó. / Show one article by its id, and its older versions."""
    with ArticleStore(home_of(settings).store) as store:
        article = store.get(article_id)
        if article is None:
            raise unknown_id(article_id)
        current, older = store.current_of().get(article_id), store.older(article_id)
    if as_json:
        echo_json(articles.article_json(article, current, older))
    else:
        click.echo("\n".join(articles.article_lines(article, current, older, settings.language)))


@click.command(short_help="Tình trạng kho / state of the home")
@JSON_OPTION
@click.option(
    "--missing",
    type=click.File("w", encoding="utf-8-sig"),
    help="Ghi tệp CSV các văn bản được nêu mà kho chưa có toàn văn. / CSV of directives whose text is not held.",
)
@click.pass_obj
def status(settings: Settings, as_json: bool, missing: IO[str] | None) -> None:
    """Tình trạng kho: số bài, bản nạp đang dùng, thay đổi chưa nạp, văn bản còn thiếu toàn văn.

    State of the home: what is stored, served and not reloaded, and which directives are cited without being held.
    """
    state = home_state(settings, settings.language)
    if missing:
        csv.writer(missing).writerows(directives.ledger_rows(state.missing))
    if as_json:
        echo_json(reloads.status_json(state))
    else:
        click.echo("\n".join(reloads.status_lines(state, settings.language)))


def home_state(settings: Settings, language: str) -> reloads.HomeState:
    """What `chidao status` tells."""
    return replace(_state(settings, language), unanswered=_unanswered(settings))


def _state(settings: Settings, language: str) -> reloads.HomeState:
    home = home_of(settings)
    stored, current_of = [], {}
    if home.store.exists():
        with ArticleStore(home.store) as store:
            stored, current_of = list(store.listed()), store.current_of()
    try:
        with closing(served_of(settings).open_live()) as live:
            # A home that stores nothing only reads what a server holds: nothing waits to be reloaded there.
            pending = difference(live if home.store.exists() else None, stored, current_of)
            missing = tuple(directives_missing(live.register))
            return reloads.HomeState(home, len(stored), pending, live.name, live.manifest, missing)
    except NoGenerationError:
        pass
    except HomeError as error:  # every generation is damaged: when an admin needs this command most
        click.echo(f"chidao: {error.text(language)}", err=True)
    return reloads.HomeState(home, len(stored), difference(None, stored, current_of))


def _unanswered(settings: Settings) -> tuple[int, int] | None:
    """How many questions found no answer, in how many days; None where they are not counted or cannot be read."""
    kept = retention_of(settings)
    try:
        with reading(asked_of(settings), kept, datetime.now(UTC)) as store:
            return (sum(store.unanswered_by_day().values()) if store else 0, kept.gap_days) if kept.gap_days else None
    except HomeError as error:
        click.echo(f"chidao: {error.text(settings.language)}", err=True)
    return None


@click.command("backup", short_help="Sao lưu kho / back the home up")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup_command(settings: Settings, file: Path) -> None:
    """Ghi cả kho vào một tệp. / Write the home into one file.

    Bài, trạng thái bot, biên nhận, câu hỏi chuẩn, khoá, bản đang dùng. It holds the key of the state: keep it where
    nobody else can read it. With CHIDAO_DATABASE__URL the server's own backup (pg_dump) keeps the state.
    """
    contents = back_up(home_of(settings), file)
    size, count = file.stat().st_size / 1e6, len(contents.files)
    said = f"{count} files, {size:.1f} MB" if settings.language == "en" else f"{count} tệp, {size:.1f} MB"
    click.echo(f"{file}: {said}")


@click.command("restore", short_help="Khôi phục kho / restore a home")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore_command(settings: Settings, file: Path) -> None:
    """Khôi phục vào CHIDAO_HOME còn trống. / Restore a backup into an empty CHIDAO_HOME."""
    home = home_of(settings)
    contents = restore(home, file)
    said = "restored, as of" if settings.language == "en" else "đã khôi phục, bản ngày"
    click.echo(f"{home.path}: {said} {contents.created}")


COMMANDS = (
    add,
    reload_command,
    rollback,
    remove,
    purge_command,
    list_command,
    show,
    status,
    backup_command,
    restore_command,
)
