import logging
import sys

import pytest

from config.log import configure_logging

TOKEN = "123456:AAE-made-up-token"


@pytest.fixture(autouse=True)
def _own_root_logger():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level


@pytest.fixture
def logged(capsys):
    """What stands on stderr after an event was logged."""

    def log(*event, level=logging.INFO, secret=TOKEN, **options):
        configure_logging(level, secret)
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


def test_the_secret_is_cut_out_of_a_traceback_and_of_what_caused_it(logged):
    try:
        try:
            raise OSError(f"/bot{TOKEN}")
        except OSError as error:
            raise ValueError(TOKEN) from error
    except ValueError:
        err = logged("failed", exc_info=sys.exc_info()).err
    assert TOKEN not in err
    assert "OSError: /bot***" in err
    assert "ValueError: ***" in err


def test_the_secret_is_cut_out_of_a_stack(logged):
    def named_by(secret=TOKEN):
        return logged("here", stack_info=True).err

    assert TOKEN not in named_by()


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
