"""The claim lock: whether one quote says what a generated sentence says.

    reading.py  a text taken apart: words, figures, names, and the words that turn a meaning
    check.py    a claim held against a quote: the first fault found, or none

Pure; knows neither models nor articles. What it promises and what it cannot: docs/llm.md.
"""

from bot.answering.lock.check import Fault, fault_of
from bot.answering.lock.reading import words_of

__all__ = ["Fault", "fault_of", "words_of"]
