"""Nightly backups of the FAQ file and the database in the data folder, each whole or not there."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Final

from bot.data.database import NAME, to_read
from bot.data.schema import refuse_damaged

FOLDER: Final = "copies"
KEPT: Final = 7  # days


def due(folder: Path, day: date) -> bool:
    """Return whether the data folder has no copy of a day yet."""
    return not (folder / FOLDER / day.isoformat()).exists()


def make(folder: Path, faq: bytes, faq_name: str, day: date) -> None:
    """Make the copy of a day, and remove all copies but the last KEPT.

    `faq`: the FAQ file's bytes, which the copy has under the name `faq_name`. The database may be in use meanwhile.
    Only the user that the bot runs as can read the copies. Raises OSError or sqlite3.Error: then there is no copy.
    """
    copies = folder / FOLDER
    fresh = copies / ".unfinished"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    (fresh / faq_name).write_bytes(faq)
    with to_read(folder) as database, closing(sqlite3.connect(fresh / NAME)) as copy:
        database.backup(copy)
        refuse_damaged(copy)
    for each in fresh.iterdir():
        with each.open("rb+") as file:
            os.fsync(file.fileno())
    fresh.rename(copies / day.isoformat())
    for old in made(folder)[:-KEPT]:
        shutil.rmtree(copies / old.isoformat())


def made(folder: Path) -> list[date]:
    """Return the days of which there is a copy, in order."""
    found = []
    for each in (folder / FOLDER).glob("????-??-??"):
        with suppress(ValueError):  # a folder that is not ours
            found.append(date.fromisoformat(each.name))
    return sorted(found)
