"""Logging: to stderr, one line an event, without message text, identities or secrets."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These name whole URLs (with the bot token in them) or whole updates below WARNING.
_TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler", "alembic", "tornado")


def configure_logging(level: int, *secrets: str | None) -> None:
    """Sets up logging at an entry point; each of the `secrets` is cut out of every line, tracebacks included."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(FORMAT, list(filter(None, secrets))))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)  # quotes answers that it cannot read
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Redacting(logging.Formatter):
    def __init__(self, fmt: str, secrets: list[str]) -> None:
        super().__init__(fmt)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line
