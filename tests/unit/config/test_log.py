import asyncio
import json
import logging
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from config.log import configure_logging, facts, request_id
from tests.homes import ROOT

WORDS = "Nguyễn Thị Bí Mật"
TOKEN = "123456:AAE-made-up-token"


@pytest.fixture(autouse=True)
def _own_root_logger():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    ours = logging.getLogger("bot")
    own = ours.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level, ours.level = handlers, level, own
    logging.raiseExceptions = True


@pytest.fixture
def logged(capsys):
    """What stands on stderr after an event was logged."""

    def log(*event, level=logging.INFO, secret=TOKEN, **options):
        configure_logging(level, secret, form=options.pop("form", "text"))
        logging.getLogger("bot").log(options.pop("at", logging.WARNING), *event, **options)
        return capsys.readouterr()

    return log


def test_an_event_is_one_line_on_stderr(logged):
    out, err = logged("reloaded %s", "000007")
    assert out == ""
    assert err.endswith("WARNING bot: reloaded 000007\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "event",
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe",),  # in the message
        ("%s twice %s", TOKEN, TOKEN),  # in its arguments
        ("%r", {"url": f"/bot{TOKEN}"}),  # inside a value
    ],
)
def test_the_secret_is_cut_out_of_a_line(logged, event):
    err = logged(*event).err
    assert TOKEN not in err
    assert "***" in err


def read(path):
    raise OSError(f"cannot read {path}")


def ask(question):
    try:
        read(question)
    except OSError as error:
        raise ValueError(question) from error


def test_an_exception_is_told_by_type_and_places_and_what_caused_it_and_not_by_its_text(logged):
    with pytest.raises(ValueError, match=WORDS) as raised:
        ask(WORDS)
    err = logged("failed", exc_info=raised.value).err
    assert WORDS not in err
    place = r"test_log\.py:\d+"
    assert re.search(
        rf": failed error=ValueError at {place} < {place}(?: < \S+)*, from OSError at {place} < {place}\n$", err
    )


def test_a_stack_is_not_shown(logged):
    def named_by(secret=TOKEN):
        return logged("here", stack_info=True).err

    assert named_by().endswith(": here\n")


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_lines_stay_as_they_are(logged, secret):
    assert "plain *" in logged("plain *", secret=secret).err


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram.ext", "apscheduler"])
def test_libraries_that_name_urls_and_updates_are_quiet_below_warning(capsys, name):
    configure_logging(logging.DEBUG)
    logging.getLogger(name).info("GET /bot")
    logging.getLogger(name).warning("slow")
    assert "GET" not in capsys.readouterr().err


def test_setting_up_twice_does_not_log_twice(logged):
    logged("first")
    assert logged("second").err.count("second") == 1


def test_what_a_library_says_is_not_written_but_where_it_said_it(capsys):
    configure_logging(logging.DEBUG)
    logging.getLogger("telegram.Bot").critical("Received data was %r", WORDS)
    logging.getLogger("asyncio").error(f"Task exception was never retrieved: {WORDS}")  # noqa: G004
    first, second = capsys.readouterr().err.splitlines()
    assert re.search(r" CRITICAL telegram\.Bot: test_log\.test_what_a_library_says_\w+:\d+$", first)
    assert re.search(r" ERROR asyncio: test_log\.\w+:\d+$", second)


def test_a_line_that_cannot_be_written_does_not_quote_what_it_was_about(logged):
    assert logged("%d passages", WORDS) == ("", "")


def test_a_message_of_several_lines_is_one_line(logged):
    assert logged("one\ntwo").err.endswith(r": one\ntwo" + "\n")


class TestJson:
    def test_a_line_has_time_level_logger_and_message(self, logged):
        line = json.loads(logged("mở «%s»\n", "000007", form="json").err)
        moment = datetime.fromisoformat(line.pop("time"))
        assert moment.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
        assert line == {"level": "WARNING", "logger": "bot", "message": "mở «000007»\n"}

    def test_facts_are_fields_and_numbers_stay_numbers(self, logged):
        line = json.loads(logged("answer", extra=facts(status="answered", hits=3, search_ms=1.5), form="json").err)
        assert (line["status"], line["hits"], line["search_ms"]) == ("answered", 3, 1.5)

    @pytest.mark.parametrize("secret", ['pa"ss', "pa\\ss", "pass"])
    def test_a_secret_is_cut_out_however_json_would_write_it(self, logged, secret):
        line = json.loads(logged("cannot connect to %s", f"db://{secret}@host", secret=secret, form="json").err)
        assert line["message"] == "cannot connect to db://***@host"


class TestRequests:
    def test_lines_within_have_its_id_in_threads_and_tasks_too(self, capsys):
        configure_logging(logging.INFO, form="json")
        log = logging.getLogger("bot")

        async def work():
            log.info("before")
            with request_id() as given:
                log.info("in the task")
                await asyncio.to_thread(log.info, "in a thread")
                await asyncio.create_task(asyncio.to_thread(log.info, "in a task's thread"))
            log.info("after")
            return given

        given = asyncio.run(work())
        lines = [json.loads(line).get("request") for line in capsys.readouterr().err.splitlines()]
        assert lines == [None, given, given, given, None]

    def test_ids_differ_and_follow_from_nothing(self):
        ids = set()
        for _ in range(100):
            with request_id() as given:
                ids.add(given)
        assert len(ids) == 100
        assert all(re.fullmatch("[0-9a-f]{8}", each) for each in ids)

    def test_those_at_work_at_once_keep_their_own(self):
        async def one(turn):
            with request_id() as given:
                await asyncio.sleep(0)
                turn.append((given, await asyncio.to_thread(threading.get_ident)))
                return given

        async def both():
            turn: list[tuple[str, int]] = []
            given = await asyncio.gather(one(turn), one(turn))
            assert sorted(given) == sorted(each for each, _ in turn)
            assert len(set(given)) == 2

        asyncio.run(both())


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise ValueError(words)", "not caught error=ValueError"),
        (
            "t = threading.Thread(target=int, args=(words,)); t.start(); t.join()",
            "not caught in a thread error=ValueError",
        ),
        ("import warnings; warnings.warn(words)", " WARNING py.warnings: "),
    ],
)
def test_what_nobody_catches_is_a_line_without_its_words(program, told):
    start = (
        f"import sys, threading; from config.log import *; words = {WORDS!r}; configure_logging(20); log_uncaught(); "
    )
    done = subprocess.run(
        [sys.executable, "-c", start + program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert WORDS not in done.stdout + done.stderr
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
