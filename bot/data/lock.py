"""One running bot for each data folder: two would answer every question twice."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from bot.errors import BotError

log = logging.getLogger(__name__)

NAME: Final = "running.sqlite3"  # empty; that it is locked says that a bot is running


class RunningError(BotError):
    """Another bot is running with the same data folder."""

    exit_code = 1

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another bot is running with the data folder {folder}. Stop it first, or set DATA_PATH to another folder "
            "for this one."
        )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other bot from running with a data folder. The lock is SQLite's: it ends with the process, however
    that ends.

    Raises RunningError where another one runs. Where the folder takes no new files, it is only logged that nobody
    can tell.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / NAME, timeout=0.0, isolation_level=None)
    except (OSError, sqlite3.Error):  # whoever opens the database says so, with what to do
        yield
        return
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise RunningError(folder) from error
            log.warning("I cannot tell whether another bot runs with the data folder %s: %s.", folder, error)
        yield


def is_running(folder: Path) -> bool:
    """Whether a bot is running with a data folder."""
    if not (folder / NAME).is_file():
        return False
    try:
        with alone(folder):
            return False
    except RunningError:
        return True
