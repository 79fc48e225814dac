"""`chidao` with faults of a program inside, each of which quotes what it was about.

Run as: python -m tests.contract.failing_bot COMMAND.
A question that holds one of the words of `FAULTS` sets that fault off.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import warnings
from collections.abc import Callable
from typing import Any, Never

import bot.answering.engine as engine_module
from bot.answering.conversation import meaning_of
from bot.cli import main
from bot.telegram.questions import Questions

_log = logging.getLogger("bot.failing")


def _fail(text: str) -> Never:
    raise KeyError(f"nothing fits «{text}»")


def _in_a_thread(text: str) -> None:
    thread = threading.Thread(target=_fail, args=(text,))
    thread.start()
    thread.join()


def _badly_logged(text: str) -> None:
    _log.info("%d hits", text)


FAULTS: dict[str, Callable[[str], object]] = {
    "hongcau": _fail,
    "hongluong": _in_a_thread,
    "canhbao": lambda text: warnings.warn(f"odd: {text}", stacklevel=1),
    "ghinham": _badly_logged,
}
LOST_TASK = "hongviec"
_question = Questions.question


def _failing_meaning_of(text: str, turns: Any) -> Any:
    for word, fault in FAULTS.items():
        if word in text:
            fault(text)
    return meaning_of(text, turns)


async def _failing_question(self: Questions, update: Any, context: Any) -> None:
    text = update.effective_message.text
    if LOST_TASK in text:

        async def lost() -> None:
            _fail(text)

        task = asyncio.create_task(lost())
        await asyncio.wait([task])
        del task
        gc.collect()  # asyncio tells of an exception that nobody asked for when the task is gone
    await _question(self, update, context)


if __name__ == "__main__":
    setattr(engine_module, "meaning_of", _failing_meaning_of)  # noqa: B010  the engine exports no such name
    Questions.question = _failing_question  # type: ignore[method-assign]
    main()
