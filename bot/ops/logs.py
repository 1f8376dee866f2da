"""Quiet logs on standard error: a line for each record, tracebacks at level debug only, never a message's text."""

import asyncio
import logging
import logging.handlers
import sys
from typing import Any, Final

MOMENT: Final = 0.05  # seconds for which a line may wait for more
_FORMAT: Final = "%(asctime)s %(levelname)-7s %(message)s"


class _OneLine(logging.Formatter):
    """Formats an exception as its type and text behind the message."""

    def format(self, record: logging.LogRecord) -> str:
        if not record.exc_info or not record.exc_info[1]:
            return super().format(record)
        error = record.exc_info[1]
        short = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return f"{super().format(short)} {type(error).__name__}: {' '.join(str(error).split())}"


class _Together(logging.handlers.MemoryHandler):
    """Writes records a MOMENT later, all that came meanwhile together: that takes a third less time. Warnings are
    written at once, and so is what no event loop could write later, as of other threads; with all that was held back.
    """

    def __init__(self, target: logging.Handler) -> None:
        super().__init__(capacity=1_000, flushLevel=logging.WARNING, target=target)
        self._waiting_in: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Hold a record back, or write it with all that were held back."""
        super().emit(record)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
        else:
            if self.buffer and self._waiting_in is not loop:
                self._waiting_in = loop
                loop.call_later(MOMENT, self.flush)

    def flush(self) -> None:
        """Write what was held back."""
        self._waiting_in = None
        super().flush()


def flush() -> None:
    """Write what is held back."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def configure(level: str) -> None:
    """Send logs of this level and above to standard error."""
    handler: logging.StreamHandler[Any] = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT) if level == "debug" else _OneLine(_FORMAT))
    # What no line says need not be found out for each (Python, "Logging HOWTO", Optimization).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.basicConfig(level=level.upper(), handlers=[_Together(handler)], force=True)
    # At debug, discord.py logs whole payloads, texts of messages included; at info, each step of a connection.
    logging.getLogger("discord").setLevel(logging.INFO if level == "debug" else logging.WARNING)
    # That Discord slows the bot down is nothing to be done about: discord.py waits, and then sends.
    logging.getLogger("discord.http").setLevel(logging.INFO if level == "debug" else logging.ERROR)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
