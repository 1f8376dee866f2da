"""Quiet logs on standard error: a line for each record, tracebacks at level debug only, never a message's text."""

import logging
import sys
from typing import Final

_FORMAT: Final = "%(asctime)s %(levelname)-7s %(message)s"


class _OneLine(logging.Formatter):
    """Formats an exception as its type and text behind the message."""

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_info or not record.exc_info[1]:
            return super().format(record)
        error = record.exc_info[1]
        short = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return f"{super().format(short)} {type(error).__name__}: {' '.join(str(error).split())}"


def configure(level: str) -> None:
    """Send logs of this level and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT) if level == "debug" else _OneLine(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # At debug, discord.py logs whole payloads, texts of messages included; at info, each step of a connection.
    logging.getLogger("discord").setLevel(logging.INFO if level == "debug" else logging.WARNING)
    # Discord slows the bot down now and then. That is nothing to be done about: discord.py waits, and then sends.
    logging.getLogger("discord.http").setLevel(logging.INFO if level == "debug" else logging.ERROR)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
