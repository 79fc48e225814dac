import pytest

from config.errors import HomeError, NoGenerationError
from corpus.generation import Home
from tests.factories import manifest, publish, text_file


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


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
    assert sealed.model_copy(update={"files": {}}) == manifest()


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
