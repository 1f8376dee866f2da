"""The data folder's SQLite database: opened once for each part of the bot that keeps something there."""

import sqlite3
from pathlib import Path
from typing import Final

from bot.core.problems import BotError


class DataFolderError(BotError):
    """The data folder cannot be used."""

    exit_code = 2

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used: {error}. Set DATA_PATH to a folder that I may write to."
        )


PATIENCE: Final = 1.0  # seconds to wait for another connection that writes: members wait as long


def opened(folder: Path, schema: str, *, durable: bool = False, threads: bool = False) -> sqlite3.Connection:
    """The database in a folder, with the tables of `schema`. Each statement is a transaction of its own.

    `durable`: whether what is written survives a power failure; `threads`: whether it is used in several, by one after
    the other. Raises DataFolderError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            folder / "bot.sqlite3", timeout=PATIENCE, isolation_level=None, check_same_thread=not threads
        )
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(folder, error) from error
    try:
        synchronous = "FULL" if durable else "NORMAL"
        database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; {schema}")
    except sqlite3.Error as error:
        database.close()
        raise DataFolderError(folder, error) from error
    return database
