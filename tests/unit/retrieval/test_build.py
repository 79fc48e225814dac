"""Reload: what is encoded, what is kept, and what a failure leaves behind."""

import resource
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from config.errors import HomeError, InputError
from corpus.chunk import split
from corpus.generation import Home
from corpus.models import Article, Passage
from corpus.snapshot import indexed_text, passage_key, write_snapshot
from corpus.store import ArticleStore
from retrieval import build
from retrieval.build import reload
from retrieval.encoding import Coder
from retrieval.gate import Change, GateReport
from retrieval.hits import Role, Vectors
from retrieval.serving import GATE_FILE
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import (
    ARTICLES,
    CORRECTED,
    PAGE,
    TEXTS,
    TICKET,
    add,
    files_of,
    forget,
    live,
    run_reload,
    title_gate,
)

PASSAGES = [passage for article in ARTICLES for passage in split(article)]


def vectors_of(home: Home) -> dict[bytes, Vectors]:
    """The vectors of the generation served, by what was encoded."""
    with live(home) as generation:
        return {key: generation.vectors.vectors_at([row])[0] for key, row in generation.snapshot.keys().items()}


def served(home: Home) -> set[str]:
    """Ids of the articles served."""
    with live(home) as generation:
        return set(generation.snapshot.titles())


class DyingEncoder(HashEncoder):
    """Ends the process, as far as a test can tell, after some texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self._left -= len(texts)
        if self._left < 0:
            raise KeyboardInterrupt
        return super().encode(texts, role)


class BrokenEncoder(HashEncoder):
    """Fails at the first text."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        raise RuntimeError("no vectors today")


def test_nothing_stored_says_what_to_do(home):
    with pytest.raises(InputError, match="no article is stored; add some first: chidao add"):
        run_reload(home)
    assert home.current() is None


def test_the_first_reload_encodes_every_passage(home):
    add(home, *ARTICLES)
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    assert sorted(encoder.encoded) == sorted(map(indexed_text, PASSAGES))
    assert (report.new, report.articles, report.passages) == (True, len(ARTICLES), len(PASSAGES))
    assert report.encoded == len(PASSAGES)
    assert report.difference.added == tuple(Change(id=article.id, title=article.title) for article in ARTICLES)
    assert home.current() == report.generation


def test_another_article_costs_its_own_passages_only(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    before = vectors_of(home)
    add(home, ARTICLES[-1])
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    assert sorted(encoder.encoded) == sorted(map(indexed_text, split(ARTICLES[-1])))
    assert report.difference.added == (Change(id=ARTICLES[-1].id, title=ARTICLES[-1].title),)
    after = vectors_of(home)
    assert all(np.array_equal(after[key], vector) for key, vector in before.items())
    assert len(after) == len(before) + report.encoded


def test_vectors_lie_at_the_rows_of_their_passages(home):
    """Passages are encoded in order of length and partly taken over; rows must follow the articles all the same."""
    add(home, ARTICLES[2])
    run_reload(home)
    add(home, *ARTICLES)
    run_reload(home)
    with live(home) as generation:
        rows = range(generation.manifest.passages)
        for row, passage in generation.snapshot.passages(rows).items():
            expected = HashEncoder().encode([indexed_text(passage)], "document")[0]
            assert np.array_equal(generation.vectors.vectors_at([row])[0], expected)


def test_nothing_new_makes_no_new_generation(home):
    add(home, *ARTICLES)
    first = run_reload(home)
    encoder = HashEncoder()
    second = run_reload(home, encoder)
    assert (second.new, second.generation, second.encoded) == (False, first.generation, 0)
    assert second.difference.empty
    assert second.gate is None
    assert encoder.encoded == []
    assert home.names() == [first.generation]


def test_another_model_encodes_everything_again(home):
    add(home, *ARTICLES)
    run_reload(home)
    report = run_reload(home, HashEncoder("2"))
    assert report.new
    assert report.encoded == len(PASSAGES)
    assert report.difference.empty


def test_an_article_gone_from_the_store_is_reported_removed(home):
    add(home, *ARTICLES)
    run_reload(home)
    forget(home, ARTICLES[0])
    report = run_reload(home)
    assert report.difference.removed == (Change(id=ARTICLES[0].id, title=ARTICLES[0].title),)
    assert (report.articles, report.encoded) == (len(ARTICLES) - 1, 0)


def test_progress_runs_from_none_to_all(home, monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 2)
    add(home, *ARTICLES)
    told = []
    encoder = HashEncoder()
    coder = Coder(encoder, encoder.identity, lambda done, total: told.append((done, total)))
    reload(home, coder)
    assert told[0] == (0, len(PASSAGES))
    assert told[-1] == (len(PASSAGES), len(PASSAGES))
    assert told == sorted(told)


def test_two_reloads_of_the_same_articles_write_the_same_vectors(tmp_path):
    homes = [Home(tmp_path / "one"), Home(tmp_path / "other")]
    for home in homes:
        add(home, *ARTICLES)
        run_reload(home)
    one, other = (home.manifest(run_reload(home).generation or "").files for home in homes)
    assert one["vectors.faiss"] == other["vectors.faiss"]


def everything_of(home: Home) -> dict[str, object]:
    """All that a generation holds and how it answers, but for its name, its time and its gate's report."""
    questions = [*TEXTS.values(), *TEXTS, "thu tuc giay phep", "Giá vé", "QĐ-UBND", "đồng", "tự do"]
    with live(home) as generation:
        snapshot, lexical, rows = generation.snapshot, generation.lexical, range(generation.manifest.passages)
        return {
            "articles": list(snapshot.articles()),
            "passages": snapshot.passages(rows),
            "keys": list(snapshot.lengths()),
            "vectors": [generation.vectors.vectors_at([row])[0].tobytes() for row in rows],
            "file of vectors": generation.manifest.files["vectors.faiss"],
            "hits": [lexical.search(question, len(rows) + 1) for question in questions],
            "weights": [lexical.idf(term) for term in ("giay", "phep", "giay_phep", "ve", "mo")],
        }


def test_reloads_one_after_the_other_build_what_one_from_nothing_builds(home, tmp_path):
    """With articles added, corrected, superseded and current again, seen elsewhere, removed and added once more."""
    long = article(" ".join(f"Điểm thứ {number} của kế hoạch được nêu rõ." for number in range(60)), title="Kế hoạch")
    moved = replace(ARTICLES[3], source="https://haiphong.gov.vn/y-te")
    for step in ([*ARTICLES[:3], TICKET], [CORRECTED, long], [*ARTICLES[3:], TICKET], [moved], [ARTICLES[1]]):
        forget(home, ARTICLES[0]) if step == [moved] else None
        add(home, *step)
        run_reload(home)
    add(home, ARTICLES[0])
    assert run_reload(home).encoded == len(split(ARTICLES[0]))
    fresh = Home(tmp_path / "fresh")
    fresh.path.mkdir()
    shutil.copy(home.store, fresh.store)
    assert run_reload(fresh).encoded == len(vectors_of(home))
    assert everything_of(fresh) == everything_of(home)


def test_articles_that_did_not_change_are_not_cut_again(home, monkeypatch):
    cut: list[Article] = []

    def noted(one: Article) -> list[Passage]:
        cut.append(one)
        return split(one)

    monkeypatch.setattr(build, "split", noted)
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    run_reload(home)
    assert cut == ARTICLES
    monkeypatch.setattr(build, "RECIPE", build.RECIPE + 1)
    run_reload(home)
    assert cut == [*ARTICLES, *ARTICLES]


def test_what_another_process_adds_and_removes_meanwhile_comes_with_the_next_reload(home, monkeypatch):
    """What is told, and what is built of it, are of one moment."""
    add(home, *ARTICLES[:-1])
    write = write_snapshot

    def write_meanwhile(path, articles, cut):
        with ArticleStore(home.store) as another:
            another.add(ARTICLES[-1], "elsewhere")
        write(path, articles, cut)
        forget(home, ARTICLES[0])  # nothing holds the store any more

    monkeypatch.setattr(build, "write_snapshot", write_meanwhile)
    report = run_reload(home)
    assert (report.articles, served(home)) == (len(ARTICLES) - 1, {one.id for one in ARTICLES[:-1]})
    monkeypatch.undo()
    run_reload(home)
    assert served(home) == {one.id for one in ARTICLES[1:]}


# ------------------------------------------------------------------------------------------------------- failures
def test_an_encoder_that_fails_leaves_everything_as_it_was(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    before = files_of(home)
    add(home, ARTICLES[-1])
    with pytest.raises(RuntimeError, match="no vectors today"):
        run_reload(home, BrokenEncoder())
    assert files_of(home) == before
    assert run_reload(home).new  # and the next reload may write


def test_an_encoder_that_fails_the_first_time_leaves_no_generation(home):
    add(home, *ARTICLES)
    with pytest.raises(RuntimeError, match="no vectors today"):
        run_reload(home, BrokenEncoder())
    assert home.current() is None
    assert list(home.generations.iterdir()) == []


def test_a_second_reload_at_the_same_time_is_refused(home):
    add(home, *ARTICLES)
    with home.writer(), pytest.raises(HomeError, match="another chidao command is reloading this home; wait for it"):
        run_reload(home)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("writer", ["write_snapshot", "write_lexical", "write_vectors"])
def test_a_full_disk_is_told_and_the_old_generation_serves_on(home, monkeypatch, writer):
    """SQLite, Tantivy and FAISS each tell it in their own way; FAISS's own file writer does not tell it at all."""
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    before = files_of(home)
    write = getattr(build, writer)

    def write_to_full_disk(*arguments: object, **options: object) -> None:
        with full_disk():
            write(*arguments, **options)

    monkeypatch.setattr(build, writer, write_to_full_disk)
    with pytest.raises(HomeError, match=r"cannot write the new generation \(.*(I/O|too large).*check disk and rights"):
        run_reload(home)
    assert files_of(home) == before


def test_a_new_recipe_makes_a_new_generation_of_the_same_articles(home, monkeypatch):
    """After an upgrade that cuts passages otherwise, nobody has to touch an article."""
    add(home, *ARTICLES)
    first = run_reload(home)
    monkeypatch.setattr("retrieval.build.RECIPE", 2)
    second = run_reload(home)
    assert (second.new, second.encoded) == (True, 0)
    assert home.names() == [first.generation, second.generation]
    assert not run_reload(home).new


# ---------------------------------------------------------------------------------------- what a reload tells and does
def test_a_correction_is_told_with_the_id_it_takes_the_place_of(home):
    add(home, TICKET, ARTICLES[0])
    run_reload(home)
    add(home, CORRECTED)
    report = run_reload(home)
    assert report.difference.changed == (Change(id=CORRECTED.id, title="Giá vé", before=TICKET.id),)
    assert report.difference.added == report.difference.removed == ()
    assert served(home) == {CORRECTED.id, ARTICLES[0].id}


def test_two_corrections_between_two_reloads_are_one_change(home):
    add(home, TICKET)
    run_reload(home)
    last = article("Vào cửa tự do.", title="Giá vé", source=PAGE)
    add(home, CORRECTED, last)
    assert run_reload(home).difference.changed == (Change(id=last.id, title="Giá vé", before=TICKET.id),)


def test_an_article_seen_again_from_elsewhere_is_served_with_its_new_source_and_encodes_nothing(home):
    add(home, *ARTICLES)
    run_reload(home)
    add(home, replace(ARTICLES[1], source="https://haiphong.gov.vn/quyet-dinh"))
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    identity = ARTICLES[1].id
    assert report.difference.changed == (Change(id=identity, title=ARTICLES[1].title, before=identity),)
    assert (report.new, report.encoded, encoder.encoded) == (True, 0, [])
    with live(home) as generation:
        found = generation.snapshot.article(identity)
    assert found is not None
    assert found.source == "https://haiphong.gov.vn/quyet-dinh"


def test_the_last_article_removed_leaves_a_generation_that_holds_nothing(home):
    add(home, ARTICLES[0])
    run_reload(home)
    forget(home, ARTICLES[0])
    report = run_reload(home)
    assert (report.new, report.articles, report.passages, report.encoded) == (True, 0, 0, 0)
    with live(home) as generation:
        assert (generation.vectors.count, generation.lexical.count, generation.snapshot.titles()) == (0, 0, {})
    assert not run_reload(home).new
    add(home, ARTICLES[1])
    assert run_reload(home).articles == 1


@pytest.mark.parametrize("keep", [1, 3])
def test_as_many_generations_stay_as_are_to_be_kept(home, keep):
    reports = []
    for one in ARTICLES:
        add(home, one)
        reports.append(run_reload(home, keep=keep))
    names = [f"{number:06d}" for number in range(1, len(ARTICLES) + 1)]
    assert home.names() == names[-keep:]
    assert reports[-1].pruned == tuple(names[-keep - 1 : -keep])


# ---------------------------------------------------------------------------------------------------------- the cache
def test_a_reload_that_was_killed_is_gone_on_with_where_it_was(home, monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 1)
    add(home, *ARTICLES)
    with pytest.raises(KeyboardInterrupt):
        run_reload(home, DyingEncoder(after=3))
    encoder = HashEncoder()
    assert run_reload(home, encoder).encoded == len(PASSAGES) - 3
    assert len(encoder.encoded) == len(PASSAGES) - 3
    assert vectors_of(home).keys() == {passage_key(passage) for passage in PASSAGES}
    assert not home.encoded.exists()  # all of it is in the generation now


def test_what_another_model_had_encoded_is_not_used(home, monkeypatch):
    monkeypatch.setattr("retrieval.encoding.ENCODE_BLOCK", 1)
    add(home, *ARTICLES)
    with pytest.raises(KeyboardInterrupt):
        run_reload(home, DyingEncoder(after=3))
    other = HashEncoder("2")
    assert run_reload(home, other).encoded == len(PASSAGES)
    with live(home) as generation:
        [passage] = generation.snapshot.passages([0]).values()
        expected = other.encode([indexed_text(passage)], "document")[0]
        assert np.array_equal(generation.vectors.vectors_at([0])[0], expected)


def test_a_damaged_cache_is_made_anew(home):
    add(home, *ARTICLES)
    home.encoded.write_bytes(b"this is no database, far from it " * 40)
    assert run_reload(home).encoded == len(PASSAGES)
    assert not home.encoded.exists()


def test_a_model_that_comes_back_takes_its_vectors_from_the_generation_it_made(home):
    add(home, *ARTICLES)
    run_reload(home)
    run_reload(home, HashEncoder("2"))
    assert run_reload(home).encoded == 0


# ---------------------------------------------------------------------------------------------------- gate and dry run
WANTED = title_gate(ARTICLES[0].title, ARTICLES[1].title)


def test_what_loses_a_question_is_not_used_and_the_reason_is_kept(home):
    add(home, *ARTICLES)
    first = run_reload(home, gate=WANTED)
    before = files_of(home)
    forget(home, ARTICLES[0])
    report = run_reload(home, gate=WANTED)
    assert (report.blocked, report.new, report.generation) == (True, False, first.generation)
    assert report.gate is not None
    assert [lost.id for lost in report.gate.lost] == [ARTICLES[0].title]
    assert files_of(home) == before
    assert GateReport.model_validate_json(home.blocked.read_bytes()) == report.gate


def test_force_uses_it_and_notes_that_it_was_forced(home):
    add(home, *ARTICLES)
    run_reload(home, gate=WANTED)
    forget(home, ARTICLES[0])
    run_reload(home, gate=WANTED)
    report = run_reload(home, gate=WANTED, force=True)
    assert (report.blocked, report.new, home.current()) == (False, True, report.generation)
    assert not home.blocked.exists()
    with live(home) as generation:
        kept = GateReport.model_validate_json(generation.gate_report or b"")
    assert (kept.forced, kept.passed, kept.before, kept.right) == (True, False, 2, 1)


def test_a_reload_that_passes_takes_the_old_reason_away(home):
    add(home, *ARTICLES)
    run_reload(home, gate=WANTED)
    forget(home, ARTICLES[0])
    assert run_reload(home, gate=WANTED).blocked
    add(home, ARTICLES[0], TICKET)
    assert not run_reload(home, gate=WANTED).blocked
    assert not home.blocked.exists()


def test_a_block_whose_cause_was_taken_back_is_over(home):
    """What was blocked is not stored any more; neither the reason nor the vectors it left may stay."""
    add(home, *ARTICLES)
    run_reload(home, gate=WANTED)
    page = "https://haiphong.gov.vn/giay-phep"
    add(home, replace(ARTICLES[0], source=page))
    with ArticleStore(home.store) as store:
        store.add(ARTICLES[0], page)
        wrong = article("Trang này đang được sửa.", title="Lỗi", source=page)
        assert store.add(wrong, page).placed.supersedes == ARTICLES[0].id
    assert run_reload(home, gate=WANTED).blocked
    forget(home, wrong)
    add(home, ARTICLES[0])
    report = run_reload(home, gate=WANTED)
    assert (report.blocked, home.blocked.exists(), home.encoded.exists()) == (False, False, False)


def test_the_generation_keeps_the_report_of_its_gate(home):
    add(home, *ARTICLES)
    report = run_reload(home, gate=WANTED)
    with live(home) as generation:
        assert GateReport.model_validate_json(generation.gate_report or b"") == report.gate
        assert GATE_FILE in generation.manifest.files


@pytest.mark.parametrize("first", [True, False])
def test_a_dry_run_tells_everything_and_changes_nothing(home, first):
    add(home, *ARTICLES[:-1])
    if not first:
        run_reload(home, gate=WANTED)
    before = files_of(home)
    add(home, ARTICLES[-1])
    report = run_reload(home, gate=WANTED, dry_run=True)
    assert (report.new, report.generation) == (False, None if first else "000001")
    assert report.difference.added[-1].id == ARTICLES[-1].id
    assert report.gate is not None
    assert report.gate.right == 2
    assert {path: data for path, data in files_of(home).items() if path != str(home.generations)} == {
        path: data for path, data in before.items() if path != str(home.generations)
    }
    assert {path.name for path in home.path.iterdir() if "articles" not in path.name} <= {
        "writer.lock", "generations", "CURRENT", "encoded.sqlite",
    }  # fmt: skip


def test_what_a_dry_run_encoded_the_reload_need_not(home):
    add(home, *ARTICLES)
    assert run_reload(home, dry_run=True).encoded == len(PASSAGES)
    assert run_reload(home).encoded == 0


def test_a_dry_run_that_would_be_blocked_leaves_no_reason_behind(home):
    add(home, *ARTICLES)
    run_reload(home, gate=WANTED)
    forget(home, ARTICLES[0])
    assert run_reload(home, gate=WANTED, dry_run=True).blocked
    assert not home.blocked.exists()


def test_a_dry_run_before_the_first_reload_can_follow_a_removal(home):
    add(home, *ARTICLES)
    forget(home, ARTICLES[0])
    report = run_reload(home, dry_run=True)
    assert (report.articles, report.proof) == (len(ARTICLES) - 1, None)


# ----------------------------------------------------------------------------------------------------------- rollback
def test_after_a_rollback_a_reload_does_it_again_under_a_number_of_its_own(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    run_reload(home)
    with home.writer():
        home.roll_back()
    assert served(home) == {one.id for one in ARTICLES[:-1]}
    report = run_reload(home)
    assert (report.generation, report.encoded) == ("000003", len(split(ARTICLES[-1])))
    assert served(home) == {one.id for one in ARTICLES}


def test_after_a_rollback_to_what_is_stored_there_is_nothing_to_do(home):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    run_reload(home)
    with home.writer():
        home.roll_back()
    forget(home, ARTICLES[-1])
    report = run_reload(home)
    assert (report.new, report.generation) == (False, "000001")
