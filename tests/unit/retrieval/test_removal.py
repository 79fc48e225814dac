"""Removal with proof: what is looked through, what is found, and what a purge deletes."""

from contextlib import closing

import pytest

from config.errors import HomeError
from corpus.chunk import split
from corpus.generation import Home
from corpus.models import Article
from retrieval.cache import encoded_cache
from retrieval.removal import Proof, prove, purge
from retrieval.serving import SNAPSHOT, open_live
from tests.unit.retrieval.homes import ARTICLES, CORRECTED, TICKET, add, files_of, forget, live, run_reload, title_gate

GONE = ARTICLES[1]  # it names a directive
CHECKS = ["articles", "passages", "vectors", "lexical entries", "references", "cache entries", "files naming its id"]


def proof_of(home: Home, *removed: Article) -> Proof:
    with live(home) as generation:
        return prove(home, generation, {one.id for one in removed})


def purge_of(home: Home, *removed: Article) -> tuple[str, ...]:
    with home.writer(), closing(open_live(home)) as generation:
        return purge(home, generation, {one.id for one in removed})


def found(proof: Proof) -> dict[str, int]:
    return {check.what: check.found for check in proof.checks}


def bytes_of(home: Home, name: str) -> bytes:
    """Everything that one generation has on disk, the words as they stand."""
    return b"".join(path.read_bytes() for path in home.folder(name).rglob("*") if path.is_file())


@pytest.fixture
def removed(home):
    """A home whose store holds GONE no more, while the generation served does."""
    add(home, *ARTICLES)
    run_reload(home)
    forget(home, GONE)
    return home


def test_before_the_reload_the_proof_says_what_is_left(removed):
    proof = proof_of(removed, GONE)
    assert not proof.clean
    assert [check.what for check in proof.checks] == CHECKS
    passages = len(split(GONE))
    counts = found(proof)
    assert (counts["articles"], counts["references"], counts["cache entries"]) == (1, 1, 0)
    assert counts["passages"] == counts["vectors"] == counts["lexical entries"] == passages
    assert counts["files naming its id"] >= 1


def test_after_the_reload_nothing_is_left_and_the_older_generation_is_named(removed):
    report = run_reload(removed)
    assert report.proof == proof_of(removed, GONE)
    assert report.proof is not None
    assert report.proof.clean
    assert (report.proof.articles, report.proof.generation) == ((GONE.id,), "000002")
    assert (report.proof.held_by, report.proof.unread) == (("000001",), ())
    assert all(check.looked_at for check in report.proof.checks if check.what not in {"cache entries", "references"})


def test_no_word_of_it_is_in_any_file_of_the_generation_served(removed):
    """Nor is a term of it in the lexical index, which keeps them in a form of its own."""
    words = [GONE.id, "3482/QĐ-UBND", "3482/qd-ubnd", GONE.title]
    assert any(word.encode() in bytes_of(removed, "000001") for word in words)
    with live(removed) as generation:
        assert generation.lexical.search("3482", 9)
    run_reload(removed)
    kept = bytes_of(removed, "000002")
    assert not [word for word in words if word.encode() in kept]
    with live(removed) as generation:
        assert generation.lexical.search("3482", 9) == []


def test_where_nothing_was_removed_there_is_no_proof(home):
    add(home, *ARTICLES)
    assert run_reload(home).proof is None


def test_a_version_taken_back_alone_leaves_no_id_of_it_behind(home):
    """The report of the gate that let the correction through names what it took the place of."""
    add(home, TICKET)
    run_reload(home)
    add(home, CORRECTED)
    run_reload(home)
    forget(home, TICKET)
    report = run_reload(home)
    assert report.proof is not None
    assert report.proof.clean
    assert TICKET.id.encode() not in bytes_of(home, report.generation or "")


def test_all_versions_go_with_the_current_one(home):
    add(home, TICKET)
    run_reload(home)
    add(home, CORRECTED, *ARTICLES)
    run_reload(home)
    forget(home, CORRECTED)
    report = run_reload(home)
    assert report.proof is not None
    assert set(report.proof.articles) == {TICKET.id, CORRECTED.id}
    assert (report.proof.clean, report.proof.held_by) == (True, ("000001", "000002"))


def test_vectors_that_no_generation_took_are_found_and_go_with_the_next_reload(home):
    """Encoded for a dry run or by a reload that was blocked, then removed before it was ever served."""
    add(home, *ARTICLES[2:])
    run_reload(home)
    add(home, GONE)
    run_reload(home, dry_run=True)
    forget(home, GONE)
    assert found(proof_of(home, GONE))["cache entries"] == len(split(GONE))
    report = run_reload(home)
    assert report.proof is not None
    assert report.proof.clean


def test_a_cache_entry_of_a_passage_that_is_served_is_no_trace(removed):
    run_reload(removed)
    with live(removed) as generation, encoded_cache(removed.encoded, "other") as cache:
        cache.put([(next(iter(generation.snapshot.keys())), generation.vectors.vectors_at([0])[0])])
    assert found(proof_of(removed, GONE))["cache entries"] == 0


def test_a_title_blocked_at_the_gate_does_not_outlive_the_removal(home):
    add(home, *ARTICLES)
    gate = title_gate(ARTICLES[0].title)
    run_reload(home, gate=gate)
    forget(home, ARTICLES[0])
    assert run_reload(home, gate=gate).blocked
    assert run_reload(home, gate=gate, force=True).new
    assert ARTICLES[0].title.encode() not in b"".join(
        path.read_bytes() for path in home.path.glob("*") if path.is_file()
    )
    with live(home) as generation:
        assert ARTICLES[0].id.encode() not in (generation.gate_report or b"")


def test_an_article_added_again_is_no_longer_searched_for(removed):
    add(removed, GONE)
    assert run_reload(removed).proof is None


# ------------------------------------------------------------------------------------------------------------ purge


def test_a_purge_deletes_just_the_generations_that_hold_it(home):
    add(home, *ARTICLES[2:])
    run_reload(home)
    add(home, GONE)
    run_reload(home)
    add(home, ARTICLES[0])
    run_reload(home)
    forget(home, GONE)
    run_reload(home, keep=9)
    assert purge_of(home, GONE) == ("000002", "000003")
    assert home.names() == ["000001", "000004"]
    assert purge_of(home, GONE) == ()
    assert not [path for path, data in files_of(home).items() if GONE.id.encode() in data]


def test_a_purge_is_refused_while_the_one_served_still_holds_it(removed):
    before = files_of(removed)
    with pytest.raises(HomeError, match="000001 still holds removed articles; run chidao reload, then chidao purge"):
        purge_of(removed, GONE)
    assert files_of(removed) == before


def test_nothing_removed_is_nothing_to_purge(home):
    add(home, *ARTICLES)
    run_reload(home)
    assert purge_of(home) == ()
    assert home.names() == ["000001"]


@pytest.mark.parametrize("spoil", ["unreadable", "gone", "set aside"])
def test_what_cannot_be_read_may_hold_it_and_is_named_and_deleted(removed, spoil):
    run_reload(removed)
    snapshot = removed.folder("000001") / SNAPSHOT
    if spoil == "gone":
        snapshot.unlink()
    else:
        snapshot.write_bytes(b"this is no database, far from it " * 40)
    if spoil == "set aside":
        assert removed.set_aside_damaged() == ["000001"]
    proof = proof_of(removed, GONE)
    assert (proof.clean, proof.held_by, proof.unread) == (True, (), ("000001",))
    assert purge_of(removed, GONE) == ("000001",)
    assert (removed.names(), removed.set_aside()) == (["000002"], [])


def test_a_generation_that_was_rolled_back_is_purged_too(home):
    add(home, *ARTICLES[2:])
    run_reload(home)
    add(home, GONE)
    run_reload(home)
    with home.writer():
        home.roll_back()
    forget(home, GONE)
    proof = proof_of(home, GONE)
    assert (proof.generation, proof.clean, proof.held_by) == ("000001", True, ("000002",))
    assert purge_of(home, GONE) == ("000002",)
    add(home, ARTICLES[0])
    assert run_reload(home).generation == "000003"  # the number is not used again
