"""Watches the FAQ file: takes in what was changed by hand, keeps the last good FAQ, notes changes in the journal."""

import asyncio
import logging
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bot.content import diff, file
from bot.content.diff import Differences
from bot.content.problems import BrokenFileError, UnreadableFileError
from bot.content.yaml.read import read_faq
from bot.data.journal import Change, Journal, JournalError
from bot.errors import BotError
from bot.live.served import Broken, FileState, Good, Served, Snapshot, Unreadable
from bot.matching.learn import worker

log = logging.getLogger(__name__)

POLL: Final = 0.15  # seconds between two looks: network file systems, container volumes and links send no events
FRESH: Final = 2.0  # seconds for which a changed file is read again: some systems store its time in whole seconds
TRIES: Final = 8  # looks at a file that somebody goes on writing


@dataclass(frozen=True)
class Changed:
    """The file was changed, and the bot answers from the new one."""

    change: Change
    differences: Differences


News: TypeAlias = Changed | FileState


class BusyFileError(BotError):
    """The file is being written by somebody else."""

    exit_code = 1

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is being written at this moment. Try again in a few seconds.")


class Watcher:
    """Keeps what is served and the journal in step with the file. Whoever changes the file holds `lock` meanwhile."""

    def __init__(self, path: Path, served: Served, journal: Journal) -> None:
        self.path = path
        self.lock = asyncio.Lock()
        self.news: asyncio.Queue[News] = asyncio.Queue()  # for the staff
        self._served = served
        self._journal = journal
        self._noted: Snapshot | None = None  # the snapshot that the journal knows last
        self._unnoted: str | None = None  # why a change by hand could not be noted
        self._settled: tuple[int, ...] | None = None  # the file's marks when it was read last

    async def start(self) -> None:
        """Remove what a killed process left behind, and note what was changed since the bot last ran."""
        async with self.lock:
            await asyncio.to_thread(file.clear, self.path)
            await self.note()

    async def watch(self) -> None:
        """Look at the file for ever, and take in what was changed."""
        while True:
            await asyncio.sleep(POLL)
            with suppress(BusyFileError):  # the next look comes
                await self.look()

    async def look(self) -> None:
        """Take the file in if it has changed, and note that."""
        marks = await asyncio.to_thread(_marks, self.path)
        if marks is not None and marks == self._settled and self._noted is self._served.now:
            return
        async with self.lock:
            await self.refresh()
            await self.note()
        self._settled = None if isinstance(self._served.file, Unreadable) else marks

    async def refresh(self) -> None:
        """Take in what the file says now. If that is not possible, report it once and keep what is served.

        To be called with `lock` held. Raises BusyFileError if somebody goes on writing: half a file can be sound too.
        """
        try:
            data = await self._whole()
        except UnreadableFileError as error:
            self._fail(Unreadable(error))
            return
        if data == self._served.now.data:
            if not isinstance(self._served.file, Good):
                self._served.file = Good()
                log.info("The FAQ file is as it was again.")
                self.news.put_nowait(Good())
        elif data != self._served.file.refused:
            embeddings = self._served.now.answerer.embeddings
            try:
                answerer = await asyncio.to_thread(worker.answerer, self.path.name, data, embeddings)
            except BotError as error:
                self._fail(Broken(error, data))
            else:
                self._served.serve(Snapshot(data, answerer))

    async def note(self, *, strictly: bool = False) -> None:
        """Note in the journal what was changed by hand. To be called with `lock` held.

        If that fails, it is logged and tried again at the next look; if `strictly`, JournalError is raised.
        """
        now = self._served.now
        if self._noted is now:
            return
        try:
            news = await asyncio.to_thread(self._note_change_by_hand, now)
        except JournalError as error:
            if strictly:
                raise
            if str(error) != self._unnoted:  # it is tried again at every look
                log.warning("%s", error)
            self._unnoted = str(error)
            return
        self._unnoted, self._noted = None, now
        if news is not None:
            log.info("The FAQ file was changed: %s.", news.differences)
            self.news.put_nowait(news)

    def saved(self, snapshot: Snapshot, change: Change, differences: Differences) -> None:
        """Serve what was saved to the file and noted in the journal, and tell the staff."""
        self._served.serve(snapshot)
        self._noted = snapshot
        self.news.put_nowait(Changed(change, differences))

    async def _whole(self) -> bytes:
        """Return its bytes: new ones only if two looks find the same. Raises UnreadableFileError or BusyFileError."""
        before = None
        for _ in range(TRIES):
            data = await asyncio.to_thread(_read, self.path)
            if data in (before, self._served.now.data, self._served.file.refused):
                return data
            before = data
            await asyncio.sleep(POLL)
        raise BusyFileError(self.path.name)

    def _note_change_by_hand(self, now: Snapshot) -> Changed | None:
        self._journal.settle(now.data)
        before = self._journal.noted()
        if before is None:
            self._journal.note(now.data)
        if before is None or before == now.data:
            return None
        was = self._noted.faq if self._noted is not None else read_faq(before).parsed
        differences = diff.differences(was or now.faq, now.faq)
        hunks = diff.hunks(before.decode("utf-8", "replace"), now.data.decode())
        what = f"changed the file: {differences}"
        change = self._journal.begin(time.time(), None, what, hunks, now.data, entries=differences.ids)
        self._journal.finish(change, now.data)
        return Changed(change, differences)

    def _fail(self, state: Broken | Unreadable) -> None:
        known, error = self._served.file.error, state.error
        self._served.file = state
        if known is None or str(known) != str(error):
            for line in error.lines() if isinstance(error, BrokenFileError) else [error]:
                log.warning("%s", line)
            log.warning("The last good FAQ goes on answering.")
            self.news.put_nowait(state)


def _read(path: Path) -> bytes:
    """Return a file's bytes. Raises UnreadableFileError, also if it is no file: reading a pipe might never end."""
    with suppress(OSError):  # reading it raises that again
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise UnreadableFileError(path.name, OSError(0, "It is not a file"))
    return file.read_bytes(path, path.name)


def _marks(path: Path) -> tuple[int, ...] | None:
    """Return what changes with a file; None if it is not there, or if a further change might not show in that."""
    with suppress(OSError):
        found = path.stat()
        if abs(time.time() - found.st_mtime) >= FRESH:
            return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode
    return None
