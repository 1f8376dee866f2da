"""The watched channels: those in which the bot answers messages that nobody addressed to it."""

import sqlite3
from enum import Enum
from pathlib import Path
from typing import Final

from bot.data.database import Database, to_read

_ALL: Final = "SELECT channel, mode FROM watched"


class Mode(Enum):
    """What the bot does in a watched channel."""

    ON = "on"  # it answers if it is sure
    DRY_RUN = "dry run"  # it reports to the staff channel what it would have answered


class Watched:
    """The watched channels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watch(self, channel: int, mode: Mode | None) -> None:
        """Watch a channel in a mode from now on, or no longer if `mode` is None."""
        if mode is None:
            self._database.write("DELETE FROM watched WHERE channel = ?", (channel,))
        else:
            self._database.write("INSERT OR REPLACE INTO watched VALUES (?, ?)", (channel, mode.value))

    def mode(self, channel: int) -> Mode | None:
        """Return the mode of a channel, or None if it is not watched."""
        return self.all().get(channel)

    def all(self) -> dict[int, Mode]:
        """Return the watched channels with their modes."""
        return {channel: Mode(mode) for channel, mode in self._database.read(_ALL)}


def watched_in(folder: Path) -> dict[int, Mode]:
    """Return the watched channels that can be read in a data folder. Changes nothing: an older bot may be using it."""
    try:
        with to_read(folder) as database:
            return {channel: Mode(mode) for channel, mode in database.execute(_ALL).fetchall()}
    except (sqlite3.Error, ValueError):
        return {}
