"""Logging: to stderr, one line an event, without message text, identities or secrets."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These name whole URLs (with the bot token in them) or whole updates below WARNING.
_TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler")


def configure_logging(level: int, secret: str | None = None) -> None:
    """Sets up logging at an entry point; `secret` is cut out of every line, tracebacks included."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(FORMAT, secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Redacting(logging.Formatter):
    def __init__(self, fmt: str, secret: str | None) -> None:
        super().__init__(fmt)
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line.replace(self._secret, "***") if self._secret else line
