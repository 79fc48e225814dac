"""Adding files and URLs: one result an input, in order, and a bad one never stops the others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from config.errors import InputError
from corpus.fetch import Failed, Page, Unchanged
from corpus.fetch.models import Validators
from corpus.ingest import Ingester, OpenFetcher
from corpus.models import Raw
from corpus.store import ArticleStore
from corpus.versions import Placed
from tests.factories import BODY, text_file

SITE = "https://haiphong.gov.vn"
PAGE = f"{SITE}/tin/1.txt"
CUT = InputError("đứt giữa chừng", "broken off")
TICKETS = "Giá vé\n\nGiá vé tham quan Đảo Dấu là hai mươi nghìn đồng mỗi người."
NEW_TICKETS = TICKETS.replace("hai mươi", "ba mươi")
Outcome = Page | Unchanged | Failed


def page(url: str = PAGE, text: str | bytes = BODY, *, source: str | None = None) -> Page:
    """What a server gave at `url`; `source` is where it was found in the end."""
    data = text if isinstance(text, bytes) else text.encode()
    return Page(url, Raw(data, "1.txt", source or url, "text/plain", "utf-8"), Validators(url), crawl="run")


class FakeFetcher:
    """Gives what it was told to; `asked` and `said` list what was wanted of it and what became of the pages."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[tuple[list[str], bool]] = []
        self.said: list[tuple[str, str | None]] = []
        self.open = 0

    @property
    def opening(self) -> OpenFetcher:
        """What an Ingester is given."""
        return cast("OpenFetcher", self._opened)

    @contextmanager
    def _opened(self) -> Iterator["FakeFetcher"]:
        self.open += 1
        yield self
        self.open -= 1

    def fetch_all(self, urls: Sequence[str], *, follow: bool = False) -> Iterator[Outcome]:
        self.asked.append((list(urls), follow))
        yield from self.outcomes

    def stored(self, fetched: Page, article_id: str) -> None:
        self.said.append((fetched.url, article_id))

    def refused(self, fetched: Page) -> None:
        self.said.append((fetched.url, None))


@pytest.fixture
def store(tmp_path):
    with ArticleStore(tmp_path / "home" / "articles.sqlite") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "bài"
    made.mkdir()
    return made


def ingest(store: ArticleStore, *inputs: str, fetcher: FakeFetcher | None = None, follow: bool = False):
    given = fetcher or FakeFetcher()
    return Ingester(store, given.opening, follow=follow).ingest(inputs)


# ------------------------------------------------------------------------------------------------------------- files


def test_a_file_is_stored_and_said_to_be_new(folder, store):
    [result] = ingest(store, str(text_file(folder)))
    assert result.article is not None
    assert (result.new, result.error, result.article.text) == (True, None, BODY)
    assert (result.placed, result.taken_back) == (Placed(), False)
    assert store.get(result.article.id) == result.article


def test_the_same_content_under_two_names_is_stored_once(folder, store):
    text_file(folder, "a.txt")
    text_file(folder, "b.txt")
    assert [r.new for r in ingest(store, str(folder))] == [True, False]
    assert store.count() == 1


def test_a_corrected_file_takes_the_place_of_the_older_one(folder, store):
    [old] = ingest(store, str(text_file(folder, text=TICKETS)))
    [new] = ingest(store, str(text_file(folder, text=NEW_TICKETS)))
    assert new.placed == Placed(supersedes=old.article.id)
    assert list(store.all()) == [new.article]


def test_bad_files_in_a_folder_never_stop_the_others(folder, store):
    text_file(folder, "1.txt", "Một.")
    text_file(folder, "2.txt", b"\x89PNG\r\n")
    text_file(folder, "3.pdf", b"%PDF")
    text_file(folder, "4.txt", b"")
    text_file(folder, "sâu/5.txt", "Năm.")
    results = list(ingest(store, str(folder)))
    assert [Path(r.name).name for r in results] == ["1.txt", "2.txt", "3.pdf", "4.txt", "5.txt"]
    assert [r.error is None for r in results] == [True, False, False, False, True]
    assert store.count() == 2


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("khong-co.txt", "no such file or folder; check the path"),  # nothing there
        ("a" * 5000 + ".txt", "cannot look at the path (File name too long); check the path"),  # no system has it
        ("a\0b.txt", "no such file or folder; check the path"),  # nor this one
        ("", "the folder holds no file; put the articles there"),  # here, and here is nothing
    ],
)
def test_a_bad_input_is_refused_by_name_and_the_next_one_read(folder, store, bad, message, monkeypatch):
    good = text_file(folder)
    (folder / "rỗng").mkdir()
    monkeypatch.chdir(folder / "rỗng")
    results = list(ingest(store, bad, str(good)))
    assert results[0].name == bad
    assert results[0].error is not None
    assert results[0].error.en.startswith(message)
    assert results[1].new


def test_a_path_that_may_not_be_looked_at_is_refused_and_the_next_one_read(folder, store, monkeypatch):
    good, closed = text_file(folder), folder / "kín" / "a.txt"
    is_file = Path.is_file

    def refuse(self: Path) -> bool:  # what is_file does below a folder without the right to enter it
        if self == closed:
            raise PermissionError(13, "Permission denied")
        return is_file(self)

    monkeypatch.setattr(Path, "is_file", refuse)
    results = list(ingest(store, str(closed), str(good)))
    assert results[0].error is not None
    assert results[0].error.vi.startswith("không xem được đường dẫn (Permission denied)")
    assert results[1].new


def test_hidden_files_and_folders_are_passed_over(folder, store):
    text_file(folder, ".DS_Store", b"\x00")
    text_file(folder, ".git/a.txt")
    text_file(folder, "a.txt")
    assert [Path(r.name).name for r in ingest(store, str(folder))] == ["a.txt"]


def test_a_file_name_that_is_not_utf8_is_stored_and_can_be_printed(folder, store):
    try:
        text_file(folder, "b\udce0i.txt")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [result] = ingest(store, str(folder))
    assert result.new
    assert result.name.encode().endswith(b"b?i.txt")


@pytest.fixture
def batches(store, monkeypatch):
    """How many articles were stored at once, each time."""
    sizes: list[int] = []
    add_all = store.add_all

    def noted(met):
        sizes.append(len(met))
        return add_all(met)

    monkeypatch.setattr(store, "add_all", noted)
    return sizes


def test_what_a_result_tells_is_stored(folder, store):
    for number in range(3):
        text_file(folder, f"{number}.txt", f"Bài {number}.")
    with ArticleStore(folder.parent / "home" / "articles.sqlite") as another:
        assert all(another.get(result.article.id) for result in ingest(store, str(folder)))


def test_files_are_stored_some_at_a_time(folder, store, batches, monkeypatch):
    monkeypatch.setattr("corpus.ingest._BATCH", 2)
    paths = [str(text_file(folder, f"{number}.txt", f"Bài {number}.")) for number in range(3)]
    results = ingest(store, paths[0], "khong-co", *paths[1:])
    assert [result.new for result in results] == [True, False, True, True]
    assert batches == [1, 2]


def test_what_takes_long_to_read_is_stored_at_once(folder, store, batches, monkeypatch):
    monkeypatch.setattr("corpus.ingest._BATCH_SECONDS", -1)
    paths = [str(text_file(folder, f"{number}.txt", f"Bài {number}.")) for number in range(2)]
    assert all(result.new for result in ingest(store, *paths))
    assert batches == [1, 1]


def test_files_before_a_list_of_urls_are_told_before_it_is_fetched(folder, store):
    text_file(folder, "1.txt", "Một.")
    text_file(folder, "2.txt", PAGE)
    fetcher = FakeFetcher(page())
    results = ingest(store, str(folder), fetcher=fetcher)
    assert next(results).new
    assert not fetcher.asked
    assert [result.name for result in results] == [PAGE]


def test_of_files_read_together_a_later_one_supersedes_an_earlier_one(folder, store):
    text_file(folder, "1.txt", TICKETS)
    text_file(folder, "2.txt", TICKETS.upper())
    first, second = ingest(store, str(folder))
    assert second.placed == Placed(supersedes=first.article.id)


def test_progress_counts_the_files_of_a_folder(folder, store):
    for name in ("a.txt", "b.txt", "c.txt"):
        text_file(folder, name)
    told: list[tuple[int, int]] = []
    list(Ingester(store, FakeFetcher().opening).ingest([str(folder)], lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_file_that_is_named_is_added_again_after_it_was_taken_back(folder, store):
    path = str(text_file(folder))
    [first] = ingest(store, path)
    store.remove(first.article.id)
    [again] = ingest(store, path)
    assert (again.new, again.taken_back) == (True, False)
    assert store.removed() == {}


# -------------------------------------------------------------------------------------------------------------- URLs


def test_without_a_url_no_fetcher_is_opened(folder, store):
    fetcher = FakeFetcher()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetcher, "_opened", lambda: pytest.fail("opened a fetcher"))
        assert [r.new for r in ingest(store, str(text_file(folder)), fetcher=fetcher)] == [True]


@pytest.mark.parametrize("follow", [False, True])
def test_a_page_is_stored_and_the_fetcher_told_so(store, follow):
    fetcher = FakeFetcher(page())
    [result] = ingest(store, PAGE, fetcher=fetcher, follow=follow)
    assert (result.name, result.new, result.article.source) == (PAGE, True, PAGE)
    assert fetcher.asked == [([PAGE], follow)]
    assert fetcher.said == [(PAGE, result.article.id)]
    assert fetcher.open == 0


def test_what_was_not_fetched_is_named_with_the_reason_and_the_next_one_stored(store):
    fetcher = FakeFetcher(Failed(f"{SITE}/0", CUT), page())
    failed, good = ingest(store, SITE, fetcher=fetcher)
    assert (failed.name, failed.error) == (f"{SITE}/0", CUT)
    assert good.new


def test_an_unchanged_page_is_the_article_stored_before(store):
    [first] = ingest(store, PAGE, fetcher=FakeFetcher(page()))
    [again] = ingest(store, PAGE, fetcher=FakeFetcher(Unchanged(PAGE, first.article.id)))
    assert (again.article, again.new, again.error) == (first.article, False, None)


def test_a_page_without_an_article_is_refused_so_that_a_resumed_run_passes_it_over(store):
    fetcher = FakeFetcher(page(text=b"\x89PNG\r\n"), page(f"{SITE}/2.txt", "Hai."))
    bad, good = ingest(store, SITE, fetcher=fetcher)
    assert bad.error is not None
    assert fetcher.said == [(PAGE, None), (f"{SITE}/2.txt", good.article.id)]


def test_pages_are_told_one_by_one_as_they_are_stored(store):
    fetcher = FakeFetcher(page(), page(f"{SITE}/2.txt", "Hai."))
    results = ingest(store, SITE, fetcher=fetcher)
    next(results)
    assert (store.count(), len(fetcher.said)) == (1, 1)


def test_a_page_that_was_corrected_supersedes_and_redirects_count_as_one_place(store):
    moved = f"{SITE}/moi.txt"
    [old] = ingest(store, PAGE, fetcher=FakeFetcher(page(text="Cầu Rào đóng.", source=moved)))
    [new] = ingest(store, moved, fetcher=FakeFetcher(page(moved, "Chợ Sắt mở.")))
    assert new.placed == Placed(supersedes=old.article.id)


def test_a_list_of_urls_in_a_text_file_is_fetched(folder, store):
    urls = [PAGE, f"{SITE}/2.txt"]
    path = text_file(folder, "list.txt", "\ufeff# trang cần lấy\n" + "\n\n".join(urls))
    fetcher = FakeFetcher(page(), page(urls[1], "Hai."))
    assert [r.name for r in ingest(store, str(path), fetcher=fetcher)] == urls
    assert fetcher.asked == [(urls, False)]


@pytest.mark.parametrize("name", ["a.txt", "list.html"])
def test_an_article_that_names_a_url_is_no_list(folder, store, name):
    text = f"Chợ Sắt\n\nXem tại {PAGE}." if name == "a.txt" else PAGE
    fetcher = FakeFetcher()
    [result] = ingest(store, str(text_file(folder, name, text)), fetcher=fetcher)
    assert fetcher.asked == []
    assert result.name.endswith(name)


# -------------------------------------------------------------------------------------------------- what was taken back


@pytest.fixture
def taken(store):
    """The article of PAGE, fetched, stored and taken back."""
    [first] = ingest(store, PAGE, fetcher=FakeFetcher(page(text=TICKETS)))
    store.remove(first.article.id)
    return first.article


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (PAGE, TICKETS),  # the very page
        (PAGE, NEW_TICKETS),  # what stands there now
        (f"{SITE}/2.txt", TICKETS),  # the article elsewhere
    ],
)
def test_a_followed_page_does_not_bring_back_what_was_taken_back(store, taken, url, text):
    fetcher = FakeFetcher(page(url, text))
    [result] = ingest(store, SITE, fetcher=fetcher, follow=True)
    assert (result.taken_back, result.new, result.error) == (True, False, None)
    assert store.count() == 0
    assert fetcher.said == [(url, None)]
    assert store.removed().keys() == {taken.id}


def test_a_page_that_is_named_is_added_again(store, taken):
    [result] = ingest(store, PAGE, fetcher=FakeFetcher(page(text=TICKETS)))
    assert (result.article, result.new, result.taken_back) == (taken, True, False)
    assert store.removed() == {}


def test_other_pages_of_the_same_section_are_stored(store, taken):
    [result] = ingest(store, SITE, fetcher=FakeFetcher(page(f"{SITE}/2.txt", "Hai.")), follow=True)
    assert result.new


def test_a_correction_of_a_page_whose_first_version_was_taken_back_is_stored(store):
    for text in (TICKETS, NEW_TICKETS):
        list(ingest(store, PAGE, fetcher=FakeFetcher(page(text=text))))
    [current] = store.all()
    [older] = store.older(current.id)
    store.remove(older.article.id)
    last = page(text="Vào cửa Đảo Dấu tự do từ hôm nay.")
    [result] = ingest(store, SITE, fetcher=FakeFetcher(last), follow=True)
    assert result.placed == Placed(supersedes=current.id)
