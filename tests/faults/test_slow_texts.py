"""Texts made to keep a pattern busy: none takes long where it is used.

Every pattern of the program is collected, not named: one that is written tomorrow is held to the same. Whole documents
go through what reads them, for patterns there are used at the beginning of lines or on sentences. What finds
references (tests/unit/corpus/references/test_speed.py) and listings (tests/unit/corpus/fetch/) has tests of its own.
"""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import pytest

import bot
import config
import corpus
import retrieval
from bot.answering.fixed import fixed_kind, without_courtesies
from bot.answering.followups import follow_up
from bot.answering.understand import MAX_QUESTION, read_question
from bot.receipts.masking import masked
from corpus.chunk import split
from corpus.clean import tidy
from corpus.duplicates import signature
from corpus.sentences import sentence_spans
from retrieval.tokens import index_text
from tests.factories import article

UNITS = [
    "a", "a ", "0", "0 ", "1.", "1. ", "12/", "-", "/", ".", ", ", "; ", " ", "\n", " \n", "(", "[", "<a ", "&", '"',
    "'", "a@", "#", "|", "http://", "Đ", "ă", "a\u0301", "I", "IV. ", "số ", "Điều 1 ", "ngày 1 ", "tháng 1 năm ",
    "QĐ-", "12/QĐ-UBND ", "Quyết định số ", "của Ủy ban ", "xin hoi ", "cho em ",
]  # fmt: skip
DOCUMENT = 50_000  # characters
DOCUMENT_SECONDS, QUESTION_SECONDS, PATTERN_SECONDS = 2.0, 0.3, 0.08
LINE = 400  # characters: 80,000 steps for what grows with their square, 10 million for what does with their cube
OTHERS = ("retrieval.training", "bot.state.migrations", "bot.__main__")  # not of what serves


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every compiled pattern that a module holds, alone or in a table."""
    for package in (bot, config, corpus, retrieval):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(OTHERS):
                yield from held_by(importlib.import_module(module.name))


def held_by(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        if not name.startswith("__"):
            yield from ((f"{module.__name__}.{name}", found) for found in within(value))


def within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (found for each in value.values() for found in within(each))
    elif isinstance(value, list | tuple | set | frozenset) and len(value) < 1000:
        yield from (found for each in value for found in within(each))


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def slow(unit: str, pattern: re.Pattern[Any]) -> float:
    text = (unit * LINE)[:LINE]
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    return seconds(lambda: [pattern.fullmatch(given), pattern.match(given), *pattern.finditer(given)])


def test_every_pattern_is_done_with_a_line_at_once() -> None:
    """In the time of a process that may be busy; what goes on for ever ends with the test's own limit."""
    found = {each.pattern: (name, each) for name, each in patterns()}
    assert len(found) > 300
    late = {
        (name, unit)
        for name, pattern in found.values()
        for unit in UNITS
        if slow(unit, pattern) > PATTERN_SECONDS and slow(unit, pattern) > PATTERN_SECONDS
    }
    assert late == set()


QUESTIONS = [read_question, fixed_kind, without_courtesies, masked, lambda text: follow_up(text, ())]


@pytest.mark.parametrize("read", QUESTIONS, ids=["understand", "fixed", "courtesies", "masking", "follow-up"])
def test_a_question_is_read_at_once(read: Callable[[str], object]) -> None:
    read("thủ tục cấp phép xây dựng")  # what is made once
    texts = [(unit * MAX_QUESTION)[:MAX_QUESTION] for unit in UNITS]
    late = {text[:20] for text in texts if seconds(partial(read, text)) > QUESTION_SECONDS}
    assert late == set()


@pytest.mark.parametrize(
    "read",
    [tidy, sentence_spans, signature, index_text, lambda text: split(article(text=text))],
    ids=["clean", "sentences", "duplicates", "terms", "passages"],
)
@pytest.mark.parametrize("unit", UNITS)
def test_a_document_is_read_in_time(unit: str, read: Callable[[str], object]) -> None:
    text = (unit * DOCUMENT)[:DOCUMENT]
    assert min(seconds(lambda: read(text)) for _ in range(2)) < DOCUMENT_SECONDS
