"""The lock of the data folder: two bots with one folder would answer every question twice."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from bot.errors import BotError

log = logging.getLogger(__name__)

NAME: Final = "running.sqlite3"  # an empty database; a bot that runs holds a lock on it


class RunningError(BotError):
    """Another bot is running with the same data folder."""

    exit_code = 1


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep every other bot from running with a data folder within the block.

    The lock is one of SQLite's: it ends with the process, also if that is killed. If the folder takes no new files,
    there is no lock, and only the log says so. Raises RunningError if another bot runs.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / NAME, timeout=0.0, isolation_level=None)
    except (OSError, sqlite3.Error):  # whoever opens the database next says what to do
        yield
        return
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise RunningError(
                    f"Another bot is running with the data folder {folder}. Stop it first, or set DATA_PATH to another "
                    "folder for this one."
                ) from error
            log.warning("I cannot tell whether another bot runs with the data folder %s: %s.", folder, error)
        yield


def is_running(folder: Path) -> bool:
    """Return whether a bot is running with a data folder."""
    if not (folder / NAME).is_file():
        return False
    try:
        with only_one(folder):
            return False
    except RunningError:
        return True
