"""Watches the FAQ file: takes in what was changed by hand, keeps the last good FAQ, and notes changes in the journal.

The file is read four times a second (polling). System events would cost less, but network file systems, container
volumes and symbolic links do not send them.
"""

import asyncio
import logging
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bot.content import diff, file
from bot.content.diff import Differences
from bot.content.model import Faq
from bot.content.problems import BrokenFileError, UnreadableFileError
from bot.content.yaml.read import read_faq
from bot.data.journal import Change, Journal, JournalError
from bot.errors import BotError
from bot.live.served import Broken, FileState, Good, Served, Snapshot, Unreadable
from bot.matching.learn import worker

log = logging.getLogger(__name__)

POLL: Final = 0.25  # seconds between two looks at the file
FRESH: Final = 2.0  # seconds for which a changed file is read again: some systems store its time in whole seconds
TRIES: Final = 4  # looks at a file that somebody goes on writing


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
        self._settled: _Marks | None = None  # the file's marks when it was read last

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
        if marks == self._settled and self._noted is self._served.now:
            return
        async with self.lock:
            await self.refresh()
            await self.note()
        unreadable = isinstance(self._served.file, Unreadable)  # for a moment, perhaps
        self._settled = None if unreadable or _is_fresh(marks) else marks

    async def refresh(self) -> None:
        """Take in what the file says now. If that is not possible, report it once and keep what is served.

        To be called with `lock` held. Raises BusyFileError if somebody goes on writing the file: half of it can be a
        sound FAQ.
        """
        try:
            data = await self._whole()
        except BusyFileError:
            raise
        except BotError as error:
            self._fail(Unreadable(error))
            return
        if data == self._served.now.data:
            self._mended()
        elif data != _refused(self._served.file):
            await self._take_in(data)

    async def note(self, *, strictly: bool = False) -> None:
        """Note in the journal what was changed by hand. To be called with `lock` held.

        If the journal cannot be written, this is logged and tried again at the next look; if `strictly`, JournalError
        is raised.
        """
        now = self._served.now
        if self._noted is now:
            return
        try:
            news = await asyncio.to_thread(self._note_change_by_hand, now)
        except JournalError as error:
            if strictly:
                raise
            if str(error) != self._unnoted:  # it is tried again four times a second
                log.warning("%s", error)
            self._unnoted = str(error)
            return
        self._unnoted = None
        self._noted = now
        if news is not None:
            log.info("The FAQ file was changed: %s.", news.differences)
            self.news.put_nowait(news)

    def saved(self, snapshot: Snapshot, change: Change, differences: Differences) -> None:
        """Serve what was saved to the file and noted in the journal, and tell the staff."""
        self._served.serve(snapshot)
        self._noted = snapshot
        self.news.put_nowait(Changed(change, differences))

    async def _whole(self) -> bytes:
        """Return the file's bytes: new ones only if two looks find the same. Raises BotError."""
        before = await asyncio.to_thread(_read, self.path)
        for _ in range(TRIES):
            if before in (self._served.now.data, _refused(self._served.file)):
                return before
            await asyncio.sleep(POLL)
            data = await asyncio.to_thread(_read, self.path)
            if data == before:
                return data
            before = data
        raise BusyFileError(self.path.name)

    async def _take_in(self, data: bytes) -> None:
        try:
            answerer = await asyncio.to_thread(worker.answerer, self.path.name, data)
        except BotError as error:
            self._fail(Broken(error, data))
            return
        self._served.serve(Snapshot(data, answerer))

    def _note_change_by_hand(self, now: Snapshot) -> Changed | None:
        self._journal.settle(now.data)
        before = self._journal.noted()
        if before is None:
            self._journal.note(now.data)
        if before is None or before == now.data:
            return None
        was = self._noted.faq if self._noted is not None else _said(before)
        differences = diff.differences(was or now.faq, now.faq)
        hunks = diff.hunks(before.decode("utf-8", "replace"), now.data.decode())
        what = f"changed the file: {differences}"
        change = self._journal.begin(time.time(), None, what, hunks, now.data, entries=differences.ids)
        self._journal.finish(change, now.data)
        return Changed(change, differences)

    def _fail(self, state: Broken | Unreadable) -> None:
        known = _error(self._served.file)
        self._served.file = state
        if known is None or str(known) != str(state.error):
            for line in _lines(state.error):
                log.warning("%s", line)
            log.warning("The last good FAQ goes on answering.")
            self.news.put_nowait(state)

    def _mended(self) -> None:
        if not isinstance(self._served.file, Good):
            self._served.file = Good()
            log.info("The FAQ file is as it was again.")
            self.news.put_nowait(Good())


def _read(path: Path) -> bytes:
    """Return a file's bytes. Raises UnreadableFileError, also if it is no file: reading a pipe might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UnreadableFileError(path.name, error) from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UnreadableFileError(path.name, OSError(0, "It is not a file"))
    return file.read_bytes(path, path.name)


def _said(data: bytes) -> Faq | None:
    return read_faq(data).parsed


def _refused(state: FileState) -> bytes | None:
    return state.data if isinstance(state, Broken) else None


def _error(state: FileState) -> BotError | None:
    return None if isinstance(state, Good) else state.error


def _lines(error: BotError) -> Sequence[str]:
    return error.lines() if isinstance(error, BrokenFileError) else [str(error)]


_Marks: TypeAlias = tuple[int, ...]  # what changes with a file: its times, size, inode and mode; or an error number


def _marks(path: Path) -> _Marks:
    try:
        status = path.stat()
    except OSError as error:
        return (error.errno or -1,)
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode)


def _is_fresh(marks: _Marks) -> bool:
    """Return whether a file was changed just now, so that a further change might not show in its marks."""
    return len(marks) > 1 and abs(time.time() - marks[0] / 1e9) < FRESH
