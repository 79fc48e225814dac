"""Adding: files and URLs in, articles stored, one result an input; a bad one never stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from config.errors import InputError
from corpus.clean import printable
from corpus.fetch import Failed, Fetcher, Page, Unchanged, urls_in
from corpus.models import Article, Raw
from corpus.parse import parse, read_file
from corpus.store import ArticleStore
from corpus.versions import Placed

# Files stored at once, and the longest a file that was read waits for it: a sync of the disk takes 2 to 4 ms, as long
# as all else that adding one does.
_BATCH, _BATCH_SECONDS = 64, 1.0
Progress = Callable[[int, int], None]
OpenFetcher = Callable[[], AbstractContextManager[Fetcher]]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one input: an article (`new` or stored before), or the error.

    `placed` tells whose version a new article is. `taken_back` is an article that an admin removed and that a followed
    page brings again: it is passed over, since only naming it adds it again.
    """

    name: str
    article: Article | None = None
    new: bool = False
    error: InputError | None = None
    placed: Placed = Placed()  # noqa: RUF009  frozen
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: its article and where it lies, or the URLs to fetch in its place, or the error."""

    name: str
    origin: str = ""
    article: Article | None = None
    urls: Sequence[str] = ()
    error: InputError | None = None


class Ingester:
    """Parses and stores what it is given.

    Its methods raise HomeError when the store cannot be written; what came before is stored.
    """

    def __init__(self, store: ArticleStore, open_fetcher: OpenFetcher, *, follow: bool = False) -> None:
        """`open_fetcher` is called at the first URL; with `follow` pages that list articles are followed."""
        self._store = store
        self._open_fetcher = open_fetcher
        self._follow = follow

    def ingest(self, inputs: Iterable[str], progress: Progress = lambda _done, _total: None) -> Iterator[Ingested]:
        """Stores every file and URL named, listed, linked or lying in a folder named, and says what became of each.

        Files are stored some at a time; what became of one is said once it is stored. `progress` hears how many files
        of a folder are done.
        """
        waiting: list[_Read] = []
        due = 0.0
        for read in _read_all(inputs, progress):
            due = due if waiting else time.monotonic() + _BATCH_SECONDS
            waiting.append(read)
            if read.urls or len(waiting) == _BATCH or time.monotonic() > due:
                yield from self._store_all(waiting)
                waiting = []
        yield from self._store_all(waiting)

    def _store_all(self, read: Sequence[_Read]) -> Iterator[Ingested]:
        met = [(each.article, each.origin) for each in read if each.article]
        added = iter(self._store.add_all(met)) if met else iter(())
        for each in read:
            if each.urls:
                yield from self._urls(each.urls)
            elif each.article:
                became = next(added)
                yield Ingested(each.name, each.article, became.new, placed=became.placed)
            else:
                yield Ingested(each.name, error=each.error)

    def _urls(self, urls: Sequence[str]) -> Iterator[Ingested]:
        with self._open_fetcher() as fetcher:
            for outcome in fetcher.fetch_all(urls, follow=self._follow):
                yield self._fetched(outcome, fetcher, named=outcome.url in urls)

    def _fetched(self, outcome: Page | Unchanged | Failed, fetcher: Fetcher, *, named: bool) -> Ingested:
        if isinstance(outcome, Failed):
            return Ingested(outcome.url, error=outcome.error)
        if isinstance(outcome, Unchanged):
            return Ingested(outcome.url, self._store.get(outcome.article_id))
        try:
            result = self._store_raw(outcome.raw, outcome.url, outcome.raw.source, named=named)
        except InputError as error:
            fetcher.refused(outcome)
            return Ingested(outcome.url, error=error)
        if result.article is None or result.taken_back:
            fetcher.refused(outcome)
        else:
            fetcher.stored(outcome, result.article.id)
        return result

    def _store_raw(self, raw: Raw, name: str, origin: str, *, named: bool = True) -> Ingested:
        article = parse(raw)
        if not named and self._store.was_removed(article, origin):
            return Ingested(name, article, taken_back=True)
        added = self._store.add(article, origin)
        return Ingested(name, article, added.new, placed=added.placed)


def _read_all(inputs: Iterable[str], progress: Progress) -> Iterator[_Read]:
    for given in inputs:
        if "://" in given:
            yield _Read(given, urls=[given])
            continue
        try:
            paths = _find(Path(given))
        except InputError as error:
            yield _Read(printable(given), error=error)
            continue
        for done, path in enumerate(paths, start=1):
            yield _read(path)
            progress(done, len(paths))


def _read(path: Path) -> _Read:
    name = printable(str(path))
    try:
        raw = read_file(path)
        if urls := _listed(raw):
            return _Read(name, urls=urls)
        return _Read(name, printable(str(path.resolve())), parse(raw))
    except InputError as error:
        return _Read(name, error=error)


def _listed(raw: Raw) -> list[str] | None:
    """The URLs of a text file that holds nothing else."""
    if Path(raw.name).suffix.lower() != ".txt":
        return None
    return urls_in(raw.data.decode("utf-8-sig", errors="replace"))


def _find(path: Path) -> list[Path]:
    try:
        return _files(path)
    except OSError as error:  # a name too long, a folder above that may not be entered
        raise InputError(
            f"không xem được đường dẫn ({error.strerror}); kiểm tra đường dẫn và quyền đọc",
            f"cannot look at the path ({error.strerror}); check the path and the right to read it",
        ) from error


def _files(path: Path) -> list[Path]:
    """The file itself, or every file below a folder that is not hidden, in order of name."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(
            "không có tệp hay thư mục này; kiểm tra lại đường dẫn", "no such file or folder; check the path"
        )
    files = sorted(p for p in path.rglob("*") if p.is_file() and not _hidden(p.relative_to(path)))
    if not files:
        raise InputError(
            "thư mục không có tệp nào; hãy chép các bài vào đó",
            "the folder holds no file; put the articles there",
        )
    return files


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
