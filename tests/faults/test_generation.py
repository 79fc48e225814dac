"""What a home looks like after power cuts, flipped bits, wrong rights and two commands at once."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from config.errors import HomeError
from corpus.generation import Home
from corpus.manifest import MANIFEST
from tests.factories import manifest, publish, text_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    publish(made)
    return made


# ------------------------------------------------------------------------------------------------------- a failure


def test_after_a_failure_the_candidate_is_gone_and_the_old_one_current(home):
    with pytest.raises(MemoryError), home.writer(), home.candidate() as folder:
        raise MemoryError(text_file(folder))
    assert not folder.exists()
    assert (home.current(), home.names()) == ("000001", ["000001"])
    assert publish(home) == "000002"


@pytest.mark.parametrize("step", ["FileDigest.of", "_write_synced", "_sync"])
def test_a_full_disk_while_publishing_leaves_the_old_one_current(home, monkeypatch, step):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"corpus.generation.{step}", full)
    with pytest.raises(OSError, match="No space left"):
        publish(home)
    monkeypatch.undo()
    assert home.current() == "000001"
    assert home.manifest("000001")


def test_a_crash_before_current_is_replaced_leaves_the_old_one_current(home, monkeypatch):
    def crash(self: Path, _: object) -> None:
        raise KeyboardInterrupt(self.name)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt, match=r"CURRENT\.new"):
        publish(home)
    monkeypatch.undo()
    assert (home.current(), home.usable()) == ("000001", ["000001"])
    assert publish(home) == "000003"


def test_current_is_replaced_in_one_step_when_all_else_is_in_place(home, monkeypatch):
    seen = []
    replace = Path.replace

    def watch(self: Path, target: Path) -> Path:
        seen.append(
            (home.current(), home.manifest("000002").articles, self.read_text(encoding="utf-8")[:7], target.name)
        )
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watch)
    publish(home)
    assert seen == [("000001", 1, "000002 ", "CURRENT")]
    assert sorted(p.name for p in home.path.iterdir() if p.name != "writer.lock") == ["CURRENT", "generations"]


# ------------------------------------------------------------------------------------------------------ flipped bits


@pytest.mark.parametrize("file", ["corpus.sqlite", "lexical/meta.json"])
@pytest.mark.parametrize("at", [0, -1])
def test_a_flipped_byte_is_refused_by_the_name_of_its_file(home, file, at):
    path = home.folder("000001") / file
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(HomeError) as refused:
        home.manifest("000001")
    assert refused.value.en == (
        f"generation 000001 is damaged at {file}; run chidao reload to build a new one (nothing is deleted)"
    )
    assert refused.value.vi.startswith(f"bản nạp 000001 hỏng ở tệp {file}; chạy chidao reload")


def test_damage_deletes_nothing(home):
    path = home.folder("000001") / "corpus.sqlite"
    path.write_bytes(b"x")
    with pytest.raises(HomeError):
        home.manifest("000001")
    assert path.read_bytes() == b"x"


@pytest.mark.parametrize("file", ["corpus.sqlite", "lexical/meta.json", MANIFEST])
@pytest.mark.parametrize("change", ["gone", "longer", "a folder"])
def test_a_file_that_is_gone_or_changed_is_named(home, file, change):
    path = home.folder("000001") / file
    longer = path.read_bytes() + b"}"
    path.unlink()
    if change == "longer":
        path.write_bytes(longer)
    elif change == "a folder":
        path.mkdir()
    with pytest.raises(HomeError, match=f"generation 000001 is damaged at {file};"):
        home.manifest("000001")


def test_a_file_where_a_generation_should_be_is_named(home):
    text_file(home.generations, "000002")
    with pytest.raises(HomeError, match=r"generation 000002 is damaged at manifest\.json"):
        home.manifest("000002")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"files": {"a": 1}}', b"null"])
def test_a_manifest_that_is_not_one_is_named(home, text):
    (home.folder("000001") / MANIFEST).write_bytes(text)
    with pytest.raises(HomeError, match=r"damaged at manifest\.json"):
        home.manifest("000001")


def test_a_manifest_with_a_field_nobody_knows_is_refused(home):
    path = home.folder("000001") / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"later": 1}), encoding="utf-8")
    with pytest.raises(HomeError, match=r"damaged at manifest\.json"):
        home.manifest("000001")


# ---------------------------------------------------------------------------------------------------------- CURRENT


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\n", b"00000", b"0000", b"latest", b"\xff\x00\xfe", b"../../etc", b"000001\n000002", b"000001 0123abcd"],
)
def test_a_current_that_names_nothing_falls_back_to_the_newest(home, garbage):
    publish(home)
    (home.path / "CURRENT").write_bytes(garbage)
    assert home.current() is None
    assert home.usable() == ["000002", "000001"]


@given(st.binary(max_size=12))
def test_any_bytes_in_current_leave_a_generation_to_answer_from(tmp_path_factory, data):
    home = Home(tmp_path_factory.mktemp("home"))
    text_file(home.generations / "000001")
    (home.path / "CURRENT").write_bytes(data)
    assert "000001" in home.usable()


def test_a_current_that_names_what_is_gone_falls_back_to_all_others_newest_first(home):
    publish(home)
    publish(home)
    home.folder("000002").rename(home.path / "elsewhere")
    (home.path / "CURRENT").write_text("000002\n", encoding="utf-8")
    assert [name for name in home.usable() if name != "000002"] == ["000003", "000001"]


def test_a_current_that_names_what_is_gone_is_tried_first_and_named(home):
    (home.path / "CURRENT").write_text("000007\n", encoding="utf-8")
    assert home.usable() == ["000007", "000001"]
    with pytest.raises(HomeError, match=r"generation 000007 is damaged at manifest\.json"):
        home.manifest("000007")


def test_a_current_that_cannot_be_read_is_a_home_error(home):
    (home.path / "CURRENT").unlink()
    (home.path / "CURRENT").mkdir()
    with pytest.raises(HomeError, match=r"cannot read .*CURRENT \(Is a directory\); check the right to read it"):
        home.current()


# --------------------------------------------------------------------------------------------- rights and two writers


def _write_in_another_process(home: Home) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from corpus.generation import Home\nfrom config.errors import HomeError\n"
        "try:\n    with Home(Path(sys.argv[1])).writer(): print('writes')\n"
        "except HomeError as error: print(error.en)"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(home.path)], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )


def test_a_second_process_is_refused_while_one_writes_and_let_in_afterwards(home):
    with home.writer():
        refused = _write_in_another_process(home)
    assert refused.stdout.strip() == ("another chidao command is reloading this home; wait for it, then run this again")
    assert _write_in_another_process(home).stdout.strip() == "writes"


def test_the_lock_of_a_process_that_was_killed_holds_nobody_up(home):
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom corpus.generation import Home\n"
        "with Home(Path(sys.argv[1])).writer(): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(home.path)], cwd=ROOT, timeout=30, check=False)
    assert publish(home) == "000002"


@pytest.mark.parametrize(
    "code",
    [errno.EACCES, errno.EROFS, errno.ENOSPC],  # no right, mounted read-only, disk full
)
def test_a_home_that_cannot_be_written_is_a_home_error(home, monkeypatch, code):
    def refuse(*_, **__):  # modes do not stop root, as whom containers run tests
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(HomeError) as refused, home.writer():
        pytest.fail("wrote")
    assert refused.value.en.startswith(f"cannot write to {home.path} ({os.strerror(code)}); check the rights")
    assert "đặt CHIDAO_HOME sang thư mục khác" in refused.value.vi


def test_a_home_that_is_a_file_is_a_home_error(tmp_path):
    with pytest.raises(HomeError, match="cannot write to"), Home(text_file(tmp_path)).writer():
        pytest.fail("wrote")


def test_what_goes_wrong_under_the_lock_is_not_blamed_on_the_home(home):
    with pytest.raises(PermissionError, match="elsewhere"), home.writer():
        raise PermissionError(errno.EACCES, "elsewhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_refused_for_writing_and_still_read(home):
    home.path.chmod(0o555)
    try:
        with pytest.raises(HomeError, match="cannot write"):
            publish(home)
        assert home.manifest("000001") == manifest(files=home.manifest("000001").files)
    finally:
        home.path.chmod(0o755)
