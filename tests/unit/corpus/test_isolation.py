import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from config.errors import InputError
from corpus.models import Article, Attachment, Raw
from corpus.parse.isolation import Worker
from tests.factories import BODY

ROOT = Path(__file__).parents[3]
# Readers that do what a broken library would do.
READERS = """
import ctypes, os, signal, sys, time
from config.errors import InputError
from corpus.models import Article, Attachment
from corpus.parse import worker

def article(raw, text=None):
    text = raw.data.decode() if text is None else text
    return Article.create(title=raw.name, published=None, source=raw.source, text=text, issuer="Sở",
                          attachments=(Attachment("a", "http://a"),))

def refuse(raw):
    raise InputError("không", "no")

def spin(raw):
    signal.alarm(1)  # the clock of this test: it rings inside C as it does in Python
    while True:
        pass

readers = {
    "echo": article,
    "pid": lambda raw: article(raw, str(os.getpid())),
    "noise": lambda raw: (os.write(1, b"a library prints"), article(raw))[1],
    "settings": lambda raw: article(raw, " ".join(n for n in os.environ if n.startswith("CHIDAO")) or "none"),
    "main": lambda raw: article(raw, str(sys.modules["__main__"].__dict__.get("__file__"))),
    "refuse": refuse,
    "key error": lambda raw: {}["x"],
    "crash": lambda raw: ctypes.string_at(0),
    "exit": lambda raw: os._exit(3),
    "memory": lambda raw: article(raw, str(len(bytes(2 << 30)))),
    "spin": spin,
    "long": lambda raw: article(raw, "x" * (worker.MAX_CHARACTERS + 1)),
}
worker.serve(readers)
"""


def raw(data: bytes = b"x", name: str = "a.pdf") -> Raw:
    return Raw(data, name, f"https://hp.example/{name}", "application/pdf", "utf-8")


@pytest.fixture(scope="module")
def worker():
    with closing(Worker((sys.executable, "-P", "-c", READERS))) as made:
        yield made


def alive(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_an_article_comes_back_whole(worker):
    text = "Sở Y tế\nhọp 👍 \u2028 «\x1f»"
    assert worker.parse("echo", raw(text.encode(), "họp.pdf")) == Article.create(
        title="họp.pdf", published=None, source="https://hp.example/họp.pdf", text=text, issuer="Sở",
        attachments=(Attachment("a", "http://a"),),
    )  # fmt: skip


def test_a_large_file_fits_through_the_pipes(worker):
    data = b"x" * 9_000_000
    assert worker.parse("echo", raw(data)).text == data.decode()


def test_the_process_is_used_again_and_is_not_this_one(worker):
    first, second = (worker.parse("pid", raw()).text for _ in range(2))
    assert first == second != str(os.getpid())


def test_threads_may_ask_at_once(worker):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: worker.parse("echo", raw(str(n).encode())).text, range(40)))
    assert made == [str(n) for n in range(40)]


def test_a_refusal_comes_back_in_both_languages(worker):
    with pytest.raises(InputError) as refused:
        worker.parse("refuse", raw())
    assert (refused.value.vi, refused.value.en) == ("không", "no")


def test_a_library_that_prints_or_fails_harms_nothing(worker):
    assert worker.parse("noise", raw(b"sau")).text == "sau"
    with pytest.raises(InputError, match=r"damaged key error file \(KeyError\); open it in its program, save it again"):
        worker.parse("key error", raw())


def test_an_article_longer_than_a_book_shelf_is_refused(worker):
    with pytest.raises(InputError, match=r"10 million characters, at most 10; split the document"):
        worker.parse("long", raw())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds the limit on memory")
def test_a_file_that_needs_too_much_memory_is_refused(worker):
    with pytest.raises(InputError, match="needs more than 1024 MB of memory; it may be damaged: open it in its usual"):
        worker.parse("memory", raw())


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("crash", r"crashed its reader \(SIGSEGV\)"), ("exit", r"crashed its reader \(exit 3\)"),
     ("spin", "not read within 10 seconds")],
)  # fmt: skip
def test_a_file_that_ends_its_reader_is_refused_and_the_next_one_gets_a_new_process(worker, kind, seen):
    before = worker.parse("pid", raw()).text
    with pytest.raises(InputError, match=seen) as refused:
        worker.parse(kind, raw())
    assert f"tệp {kind} này" in refused.value.vi
    assert not alive(before)  # no zombie
    assert worker.parse("pid", raw()).text != before


def test_a_process_killed_between_files_is_no_fault_of_the_next_one(worker):
    pid = int(worker.parse("pid", raw()).text)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert worker.parse("echo", raw(b"sau")).text == "sau"


def test_an_interrupted_file_leaves_no_reply_for_the_next_one(worker, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    before = worker.parse("pid", raw()).text
    with monkeypatch.context() as patch:
        patch.setattr("corpus.parse.isolation._exchange", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.parse("echo", raw(b"truoc"))
    assert not alive(before)
    assert worker.parse("echo", raw(b"sau")).text == "sau"


def test_the_reader_sees_no_settings_and_no_program_of_the_user(worker, monkeypatch):
    monkeypatch.setenv("CHIDAO_TELEGRAM__TOKEN", "1:secret")
    worker.close()
    assert worker.parse("settings", raw()).text == "none"
    assert worker.parse("main", raw()).text == "None"


def test_a_closed_worker_leaves_no_process_and_starts_again_when_asked(worker):
    pid = worker.parse("pid", raw()).text
    worker.close()
    worker.close()
    assert not alive(pid)
    assert worker.parse("echo", raw(b"sau")).text == "sau"


def test_plain_text_starts_no_process_and_ending_the_program_ends_it(tmp_path):
    program = f"""
import corpus.parse as parse
from corpus.models import Raw
parse.parse(Raw({BODY!r}.encode(), "a.txt", "a.txt"))
assert parse._WORKER._process is None
try:
    parse.parse(Raw(b"%PDF-1.4 broken", "a.pdf", "a.pdf"))
except Exception as error:
    print(type(error).__name__)
print(parse._WORKER._process.pid)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    error, pid = done.stdout.split()
    assert (error, done.stderr) == ("InputError", "")
    assert not alive(pid)
