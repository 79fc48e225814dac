import inspect
import pickle

import pytest

from config import errors
from config.errors import ChidaoError, HomeError, InputError, NoGenerationError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize(("language", "expected"), [("vi", "tệp rỗng"), ("en", "empty file"), ("fr", "tệp rỗng")])
def test_an_error_speaks_english_when_asked_and_else_vietnamese(language, expected):
    assert InputError("tệp rỗng", "empty file").text(language) == expected


def test_an_error_is_english_where_programmers_read_it():
    assert str(InputError("tệp rỗng", "empty file")) == "empty file"


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_in_the_tree_and_the_picture_of_it(kind):
    assert issubclass(kind, ChidaoError)
    assert kind.__name__ in (errors.__doc__ or "")


def test_no_generation_is_a_state_of_the_home():
    assert issubclass(NoGenerationError, HomeError)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_whole_out_of_another_process(kind):
    there = pickle.loads(pickle.dumps(kind("tệp rỗng", "empty file")))
    assert type(there) is kind
    assert (there.vi, there.en, str(there)) == ("tệp rỗng", "empty file", "empty file")
