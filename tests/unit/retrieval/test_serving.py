"""Opening what is served: damage, another model, and reloads under the reader's feet."""

import errno
import logging
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from config.errors import HomeError, ModelError, NoGenerationError, TemporaryFolderError
from corpus.chunk import split
from corpus.generation import Home
from corpus.models import Article
from corpus.snapshot import indexed_text
from retrieval.retriever import Fusion, Retriever
from retrieval.serving import check_model, open_live, open_named
from retrieval.vectors import VectorIndex
from tests.factories import article
from tests.fakes import HashEncoder
from tests.unit.retrieval.homes import ARTICLES, add, forget, live, next_generation, run_reload

FILES = ["corpus.sqlite", "vectors.faiss", "lexical/meta.json", "manifest.json"]


def damage(home: Home, generation: str, file: str) -> None:
    """Changes one byte, as a failing disk does."""
    path = home.folder(generation) / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def two_generations(home: Home) -> tuple[str, str]:
    add(home, *ARTICLES[:-1])
    older = next_generation(home)
    add(home, ARTICLES[-1])
    return older, next_generation(home)


def test_nothing_reloaded_says_what_to_do(home):
    with pytest.raises(NoGenerationError, match="nothing has been reloaded yet; run: chidao add"):
        open_live(home)


def test_an_index_no_library_can_open_gives_way_and_is_named(home, monkeypatch, caplog):
    """Whole by its digest, but written by another version of FAISS, say."""
    older, newer = two_generations(home)
    opened = []

    def refuse_first(folder):
        opened.append(folder)
        if len(opened) == 1:
            raise RuntimeError("read error in a format of the future")
        return VectorIndex(folder)

    monkeypatch.setattr("retrieval.serving.VectorIndex", refuse_first)
    with live(home) as generation:
        assert generation.name == older
    assert f"cannot open generation {newer} (read error in a format of the future); run chidao reload" in caplog.text


def test_what_is_opened_is_the_newest_and_complete(home):
    _, newer = two_generations(home)
    with live(home) as generation:
        assert generation.name == newer
        assert generation.snapshot.titles() == {one.id: one.title for one in ARTICLES}
        assert generation.manifest.articles == len(ARTICLES)
        assert generation.manifest.passages == len(generation.snapshot.keys())


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_generation_gives_way_to_the_one_before(home, caplog, file):
    older, newer = two_generations(home)
    damage(home, newer, file)
    with caplog.at_level(logging.ERROR), live(home) as generation:
        assert generation.name == older
    assert f"generation {newer} is damaged at {file}; run chidao reload" in caplog.text


def test_a_reload_after_damage_builds_anew_and_keeps_the_damaged_files(home):
    _, damaged = two_generations(home)
    damage(home, damaged, "vectors.faiss")
    encoder = HashEncoder()
    report = run_reload(home, encoder)
    assert report.new
    assert report.encoded == len(split(ARTICLES[-1]))  # the rest comes from the older one
    assert (home.set_aside(), report.set_aside) == ([damaged], (damaged,))
    with live(home) as generation:
        assert generation.name == report.generation not in {damaged, "000001"}
        assert generation.manifest.articles == len(ARTICLES)


def test_damage_without_an_older_generation_names_the_file_and_a_reload_heals(home):
    add(home, *ARTICLES)
    damage(home, next_generation(home), "vectors.faiss")
    with pytest.raises(HomeError, match=r"generation 000001 is damaged at vectors\.faiss; run chidao reload"):
        open_live(home)
    report = run_reload(home)
    assert report.encoded == report.passages
    with live(home) as generation:
        assert generation.name == "000002"


def test_an_index_of_another_model_is_refused(generation):
    check_model(generation, HashEncoder().identity)
    with pytest.raises(ModelError, match=r"built by the model «hash», settings name «hash2».*run chidao reload"):
        check_model(generation, HashEncoder("2").identity)


def test_a_reader_keeps_its_generation_whatever_is_reloaded(home):
    older, newer = two_generations(home)
    with live(home) as generation:
        add(home, article("Tuyến xe buýt mới.", title="Xe buýt"))
        assert next_generation(home) > generation.name == newer > older
        assert len(generation.snapshot.titles()) == len(ARTICLES)
        assert generation.lexical.search("xe buýt", 1) == []


QUESTION = "nộp hồ sơ một cửa"


def search_and_prove(home: Home) -> str:
    """One question to what is served now; fails where snapshot, lexical index and vectors are not of one build."""
    encoder = HashEncoder()
    with live(home) as generation:
        parts = (generation.snapshot, generation.lexical, generation.vectors)
        hits = Retriever(*parts, encoder, Fusion(0.5)).search(QUESTION, 50)
        query = encoder.encode([QUESTION], "query")[0]
        assert len({hit.passage.id for hit in hits}) == generation.manifest.passages
        for hit in hits:
            expected = float(query @ encoder.encode([indexed_text(hit.passage)], "document")[0])
            assert hit.dense == pytest.approx(expected, abs=1e-5)
            assert (hit.lexical is not None) == ("hồ sơ" in hit.passage.text)
        return generation.name


def bulletin(number: int) -> Article:
    """Every other one has an answer to QUESTION."""
    text = f"Số {number}: nộp hồ sơ ở bộ phận một cửa." if number % 2 else f"Lịch tiêm vắc xin đợt {number}."
    return article(text, title=f"Thông báo {number}")


def test_searches_while_reloads_publish_never_see_a_mix(home):
    """Each reload takes the first article away, so that every row means another passage than before."""
    add(home, *map(bulletin, range(4)))
    run_reload(home)
    done = threading.Event()

    def keep_searching() -> set[str]:
        seen = set()
        while not done.is_set():
            seen.add(search_and_prove(home))
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(keep_searching) for _ in range(2)]
        try:
            for number in range(8):
                forget(home, bulletin(number))
                add(home, bulletin(number + 4))
                run_reload(home)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers))
    assert len(seen) > 1


def test_a_current_that_is_damaged_is_named_and_the_newest_serves(home, caplog):
    _, newer = two_generations(home)
    (home.path / "CURRENT").write_bytes(b"00")
    with live(home) as generation:
        assert generation.name == newer
    assert (
        f"CURRENT is damaged, it names no generation; run chidao reload to write it again (nothing is deleted); "
        f"generation {newer} serves instead" in " ".join(caplog.text.split())
    )
    report = run_reload(home)
    assert (report.new, home.current()) == (True, report.generation)


def none_can_be_written(patch: pytest.MonkeyPatch) -> str:
    patch.setattr(tempfile, "tempdir", None)
    patch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/none"])
    return "No usable temporary directory found in ['/none']"


def it_is_gone(patch: pytest.MonkeyPatch) -> str:
    patch.setattr(tempfile, "tempdir", "/none")
    return "/none/chidao-"


def it_is_full(patch: pytest.MonkeyPatch) -> str:
    def refuse(link, _file):
        raise OSError(errno.ENOSPC, "No space left on device", str(link))

    patch.setattr(Path, "symlink_to", refuse)
    return "No space left on device"


@pytest.mark.parametrize("wrong", [none_can_be_written, it_is_gone, it_is_full])
def test_without_a_temporary_folder_that_is_named_and_nothing_is_encoded_in_vain(home, monkeypatch, wrong):
    add(home, *ARTICLES[:-1])
    run_reload(home)
    add(home, ARTICLES[-1])
    encoder = HashEncoder()
    seen = wrong(monkeypatch)
    with pytest.raises(TemporaryFolderError) as refused:
        open_live(home)
    assert "cannot write to the temporary folder (" in refused.value.en
    assert seen in refused.value.en
    assert "or set TMPDIR to a folder that can be written" in refused.value.en
    assert "reload" not in refused.value.en + refused.value.vi
    with pytest.raises(TemporaryFolderError):
        run_reload(home, encoder)
    assert not encoder.encoded


def test_a_rollback_is_served_at_the_next_opening_while_readers_go_on(home):
    older, newer = two_generations(home)
    with live(home) as reader:
        with home.writer():
            home.roll_back()
        with live(home) as generation:
            assert (generation.name, reader.name) == (older, newer)
        assert len(reader.snapshot.titles()) == len(ARTICLES)


def test_a_reader_goes_on_with_a_generation_that_is_deleted(home):
    older, _ = two_generations(home)
    with closing(open_named(home, older)) as reader:
        home.delete([older])
        assert len(reader.snapshot.titles()) == len(ARTICLES) - 1
        assert reader.lexical.search("hồ sơ", 5)
