import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DamagedError, HomeError, NoGenerationError
from corpus.generation import Home
from corpus.manifest import FORMAT, MANIFEST
from tests.factories import manifest, publish, text_file


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def damage(home, name):
    (home.folder(name) / "corpus.sqlite").write_bytes(b"x")


def make_foreign(home, name):
    """As another version of chidao would have written it."""
    written = (home.folder(name) / MANIFEST).read_text(encoding="utf-8")
    (home.folder(name) / MANIFEST).write_text(written.replace(f'"format": {FORMAT}', '"format": 99'), encoding="utf-8")


def publish_many(home, count):
    return [publish(home) for _ in range(count)]


def test_a_home_nobody_made_has_no_generation(home):
    assert (home.current(), home.names()) == (None, [])
    with pytest.raises(NoGenerationError, match="nothing has been reloaded yet; run: chidao add FOLDER") as refused:
        home.usable()
    assert refused.value.vi.startswith("kho chưa được nạp; chạy: chidao add THƯ_MỤC, rồi chidao reload")
    assert not home.path.exists()


def test_a_published_generation_is_current(home):
    assert publish(home) == "000001"
    assert home.current() == "000001"
    assert home.usable() == ["000001"]


def test_generations_are_numbered_on_and_the_older_ones_stay(home):
    assert [publish(home), publish(home), publish(home)] == ["000001", "000002", "000003"]
    assert home.names() == ["000001", "000002", "000003"]
    assert home.usable() == ["000003", "000002", "000001"]


def test_a_current_of_an_older_chidao_holds_the_name_alone(home):
    publish(home)
    (home.path / "CURRENT").write_text("000001\n", encoding="utf-8")
    home.check_current()
    assert home.current() == "000001"


def test_numbers_go_on_after_the_highest_not_after_the_current(home):
    publish(home)
    publish(home)
    (home.path / "CURRENT").write_text("000001\n", encoding="utf-8")
    assert publish(home) == "000003"


def test_what_is_newer_than_the_current_one_is_not_fallen_back_to(home):
    for _ in range(3):
        publish(home)
    (home.path / "CURRENT").write_text("000002\n", encoding="utf-8")
    assert home.usable() == ["000002", "000001"]


def test_the_manifest_lists_every_file_with_size_and_digest(home):
    name = publish(home, [("a.txt", "bài"), ("sâu/b.txt", "")])
    sealed = home.manifest(name)
    assert {file: digest.bytes for file, digest in sealed.files.items()} == {"a.txt": 4, "sâu/b.txt": 0}
    assert all(len(digest.sha256) == 64 for digest in sealed.files.values())
    assert sealed.model_copy(update={"files": {}, "seal": ""}) == manifest()
    assert sealed.intact


def test_a_candidate_is_empty_even_after_a_reload_that_was_killed(home):
    text_file(home.generations / ".building", "rác.txt")
    with home.writer(), home.candidate() as folder:
        assert list(folder.iterdir()) == []


def test_a_candidate_is_no_generation(home):
    with home.writer(), home.candidate() as folder:
        text_file(folder)
        assert home.names() == []


def test_a_candidate_that_is_not_published_is_gone(home):
    with home.writer(), home.candidate() as folder:
        text_file(folder)
    assert not folder.exists()
    assert home.names() == []


def test_the_writer_lets_go_after_itself(home):
    with home.writer():
        pass
    with home.writer():
        pass


def test_a_second_writer_in_this_process_is_refused_too(home):
    with home.writer(), pytest.raises(HomeError, match="another chidao command"), home.writer():
        pytest.fail("two writers")


# --------------------------------------------------------------------------------------------------------- rollback


def test_a_rollback_serves_the_one_before_and_names_both(home):
    publish_many(home, 3)
    assert home.roll_back() == ("000003", "000002")
    assert (home.current(), home.usable()) == ("000002", ["000002", "000001"])
    assert home.withdrawn() == {"000003"}
    assert home.names() == ["000001", "000002", "000003"]  # nothing is deleted


def test_a_second_rollback_goes_one_further(home):
    publish_many(home, 3)
    assert [home.roll_back(), home.roll_back()] == [("000003", "000002"), ("000002", "000001")]
    assert home.withdrawn() == {"000002", "000003"}


@pytest.mark.parametrize("count", [1, 2])
def test_with_none_before_it_a_rollback_is_refused_and_changes_nothing(home, count):
    publish_many(home, count)
    for _ in range(count - 1):
        home.roll_back()
    before = (home.current(), home.withdrawn())
    with pytest.raises(HomeError, match="no whole generation before this one to go back to; mend the store") as refused:
        home.roll_back()
    assert "không có bản nạp nào trước đó còn nguyên" in refused.value.vi
    assert (home.current(), home.withdrawn()) == before


def test_a_rollback_of_an_empty_home_says_how_to_begin(home):
    with pytest.raises(NoGenerationError):
        home.roll_back()


@pytest.mark.parametrize("spoil", [damage, make_foreign])
def test_a_rollback_passes_over_what_cannot_be_served(home, spoil):
    publish_many(home, 3)
    spoil(home, "000002")
    assert home.roll_back() == ("000003", "000001")


def test_a_rollback_from_a_damaged_one_leaves_the_one_that_serves_in_its_place(home):
    publish_many(home, 3)
    damage(home, "000003")
    assert home.roll_back() == ("000002", "000001")


def test_after_a_rollback_the_next_generation_has_a_number_of_its_own(home):
    publish_many(home, 2)
    home.roll_back()
    assert publish(home) == "000003"
    assert home.usable() == ["000003", "000001"]
    assert home.roll_back() == ("000003", "000001")


@pytest.mark.parametrize("current", [None, b"", b"\xff", b"000009"])  # lost, cut off, damaged, names what is gone
def test_a_current_that_is_lost_does_not_bring_back_what_was_rolled_back(home, current):
    publish_many(home, 3)
    home.roll_back()
    (home.path / "CURRENT").unlink()
    if current is not None:
        (home.path / "CURRENT").write_bytes(current)
    assert [name for name in home.usable() if name != "000009"] == ["000002", "000001"]


def test_with_nothing_but_withdrawn_ones_left_those_serve_rather_than_none(home):
    publish_many(home, 2)
    home.roll_back()
    home.delete(["000001"])
    (home.path / "CURRENT").unlink()
    assert home.usable() == ["000002"]


@given(st.binary(max_size=30))
def test_any_bytes_in_withdrawn_withdraw_whole_names_only(tmp_path_factory, data):
    home = Home(tmp_path_factory.mktemp("home"))
    (home.path / "WITHDRAWN").write_bytes(data)
    assert all(len(name) == 6 and name.isdigit() for name in home.withdrawn())


def test_a_current_without_a_name_is_told_with_the_way_out(home):
    home.check_current()  # none at all is no damage
    publish(home)
    home.check_current()
    (home.path / "CURRENT").write_bytes(b"00")
    with pytest.raises(DamagedError, match="CURRENT is damaged, it names no generation; run chidao reload"):
        home.check_current()


# ---------------------------------------------------------------------------------- other versions, damage, deleting


def test_a_generation_of_another_version_is_no_damage(home):
    publish_many(home, 2)
    make_foreign(home, "000001")
    with pytest.raises(HomeError, match="made by another version of chidao") as refused:
        home.manifest("000001")
    assert not isinstance(refused.value, DamagedError)
    assert home.set_aside_damaged() == []
    assert not home.is_whole("000001")


def test_damaged_generations_are_moved_as_they_are(home):
    publish_many(home, 2)
    damage(home, "000001")
    assert home.set_aside_damaged() == ["000001"]
    assert (home.names(), home.set_aside()) == (["000002"], ["000001"])
    assert (home.damaged / "000001" / "corpus.sqlite").read_bytes() == b"x"
    assert home.set_aside_damaged() == []
    home.delete_set_aside()
    assert home.set_aside() == []
    home.delete_set_aside()  # nothing there is fine


@pytest.mark.parametrize(
    ("withdrawn", "current", "keep", "left"),
    [
        ([], "000005", 3, ["000003", "000004", "000005"]),
        ([], "000005", 9, ["000001", "000002", "000003", "000004", "000005"]),  # fewer than may be kept
        ([], "000002", 3, ["000002", "000003", "000004", "000005"]),  # the one in use stays, and what came after it
        (["000005"], "000004", 3, ["000002", "000003", "000004", "000005"]),  # the withdrawn one does not count
        (["000004", "000005"], "000003", 3, ["000001", "000002", "000003", "000004", "000005"]),
        ([], None, 3, ["000003", "000004", "000005"]),  # CURRENT is lost
    ],
)
def test_pruning_keeps_the_newest_and_the_one_in_use(home, withdrawn, current, keep, left):
    names = publish_many(home, 5)
    (home.path / "WITHDRAWN").write_text("\n".join(withdrawn), encoding="utf-8")
    (home.path / "CURRENT").unlink()
    if current:
        home.point_to(current)
    assert home.prune(keep) == [name for name in names if name not in left]
    assert home.names() == left


def test_deleting_leaves_no_trace_and_touches_no_other(home):
    publish_many(home, 3)
    home.delete(["000001", "000002"])
    assert [each.name for each in home.generations.iterdir()] == ["000003"]


def test_what_a_killed_deletion_left_is_no_generation_and_goes_with_the_next_reload(home):
    publish_many(home, 2)
    home.folder("000001").rename(home.generations / ".leaving-000001")
    assert home.names() == ["000002"]
    publish(home)
    assert sorted(each.name for each in home.generations.iterdir()) == ["000002", "000003"]


_STEPS = st.lists(
    st.sampled_from(["publish", "roll back", "prune", "damage", "set aside", "purge", "lose"]), max_size=12
)


@given(_STEPS)
def test_a_number_is_never_used_twice_and_the_one_served_is_never_deleted(tmp_path_factory, steps):
    """Whatever an admin does: a process that has 000007 open must never find another 000007."""
    home = Home(tmp_path_factory.mktemp("home"))
    used = publish_many(home, 2)
    for step in steps:
        if step == "publish":
            used.append(publish(home))
        elif step == "roll back" and len([name for name in home.usable() if home.is_whole(name)]) > 1:
            home.roll_back()
        elif step == "prune":
            home.prune(2)
        elif step == "damage":
            damage(home, home.names()[-1])
            used.append(publish(home))  # a reload
        elif step == "set aside":
            home.set_aside_damaged()
        elif step == "purge":
            home.delete([name for name in home.names() if name != home.current()])
            home.delete_set_aside()
        elif step == "lose":
            (home.path / "CURRENT").unlink(missing_ok=True)
            used.append(publish(home))
    assert len(set(used)) == len(used)
    assert any(home.is_whole(name) for name in home.usable())


def test_generations_just_found_whole_are_not_read_again(home, monkeypatch):
    publish_many(home, 3)
    read: list[str] = []
    monkeypatch.setattr(home, "manifest", read.append)
    home.set_aside_damaged({"000001", "000003"})
    assert read == ["000002"]
