"""Telegram: the only place that knows python-telegram-bot."""

import os

# The library's times as timedelta, which its next version gives anyway; it warns of each where this is not set.
os.environ.setdefault("PTB_TIMEDELTA", "true")
