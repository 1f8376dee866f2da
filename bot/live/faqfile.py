"""The FAQ file while the bot runs: watched, changed only as a whole, and what is answered from it swapped in one step.

It is looked at four times a second rather than subscribed to: that costs next to nothing, and also works on network
file systems, container volumes and behind links, of which the system's events do not tell.
"""

import asyncio
import logging
import stat
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bot.content import diff as changes
from bot.content import edits as editing
from bot.content import file as store
from bot.content.diff import Differences, Hunk
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Proposal, Removal, Revision, Undoing
from bot.content.file import Loaded, OvertakenError
from bot.content.model import Faq
from bot.content.problems import BrokenFileError, UnreadableFileError
from bot.content.yaml.read import read_faq
from bot.data.journal import Change, Journal, JournalError
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.learn import worker as aside
from bot.matching.quality import questions
from bot.matching.quality.impact import Shift, impact
from bot.matching.quality.questions import Question

log = logging.getLogger(__name__)

POLL: Final = 0.25  # seconds between two looks at the file
FRESH: Final = 2.0  # seconds for which a file is read again: some systems count its time of change in whole seconds
TRIES: Final = 4  # times that something is done anew because the file was changed at the same moment


@dataclass(frozen=True)
class Changed:
    """The file was changed, and the bot answers from the new one."""

    change: Change
    differences: Differences


@dataclass(frozen=True)
class Broken:
    """The file cannot be read or has problems, and the bot goes on answering from the last good one."""

    error: BotError


@dataclass(frozen=True)
class Mended:
    """The file is again what the bot answers from."""


News: TypeAlias = Changed | Broken | Mended


@dataclass(frozen=True)
class Ready:
    """A proposal with what the bot would know by it, and what that does to known questions."""

    proposal: Proposal
    hunks: tuple[Hunk, ...] = ()  # the lines that would go and come
    differences: Differences | None = None  # from what the bot answers from; None where it cannot be saved
    answerer: Answerer | None = None  # likewise
    known: int = 0  # questions that are known
    shifts: tuple[Shift, ...] = ()  # what they would get instead


class OtherwiseError(Exception):
    """What would be saved is not what the curator has seen: the file was changed meanwhile. Carries what would be."""

    def __init__(self, ready: Ready) -> None:
        super().__init__("the file was changed meanwhile")
        self.ready = ready


class BusyFileError(BotError):
    """The file is being written by somebody else."""

    exit_code = 1

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is being written at this moment. Try again in a few seconds.")


class FaqFile:
    """The file, what the bot knows from it, and the one way to change it."""

    def __init__(
        self, path: Path, loaded: Loaded, journal: Journal, waiting: Callable[[], Sequence[str]] = tuple
    ) -> None:
        """`loaded`: the file as it was read when the bot started; `waiting`: gives questions that wait for an answer,
        on which edits are tried.
        """
        self.path = path
        self._waiting = waiting
        self.journal = journal
        self.answerer = loaded.answerer  # replaced as a whole, never changed
        self.trouble: BotError | None = None  # what is wrong with the file now, where it is not what is answered from
        self.news: asyncio.Queue[News] = asyncio.Queue()  # for the staff
        self._data = loaded.data
        self._noted: tuple[bytes, Faq] | None = None  # the file that the journal knows last, and what it says
        self._unnoted: str | None = None  # why what was changed by hand could not be noted
        self._refused: bytes | None = None  # the broken file that was reported last
        self._settled: Marks | None = None  # the file's marks when it was read
        self._lock = asyncio.Lock()
        self._computing = asyncio.Lock()  # one proposal at a time: each takes a core, and memory for a matcher

    async def start(self) -> None:
        """Clear up after a process that was killed, and note what was changed since the bot last ran."""
        async with self._lock:
            await asyncio.to_thread(store.clear, self.path)
            await self._note()

    async def watch(self) -> None:
        """Look at the file for ever, and take in what was changed."""
        while True:
            await asyncio.sleep(POLL)
            with suppress(BusyFileError):  # it is looked at again
                await self.look()

    async def look(self) -> None:
        """Take the file in where it has changed, and note that."""
        marks = await asyncio.to_thread(_marks, self.path)
        if marks == self._settled and self._is_noted():
            return
        async with self._lock:
            await self._catch_up()
            await self._note()
        unreadable = self.trouble is not None and self._refused is None  # for a moment, perhaps
        self._settled = None if unreadable or _is_fresh(marks) else marks

    async def propose(self, edit: Edit) -> Ready:
        """What the file would become by an edit, and what that would do.

        Raises BotError: what is wrong with the file, or why the edit cannot be made.
        """
        async with self._lock:
            await self._catch_up()
            data = self._base(edit)
        return await self._ready(edit, data, self.answerer)

    async def save(self, seen: Ready, who: int) -> Change:
        """Save what a curator has seen. Raises OtherwiseError where it would no longer be the same, and BotError."""
        async with self._lock:
            for _ in range(TRIES):
                await self._catch_up()
                await self._note(strictly=True)
                data = self._base(seen.proposal.edit)
                ready = seen
                if seen.proposal.base != data:
                    ready = await self._ready(seen.proposal.edit, data, self.answerer)
                if not _same(seen, ready) or ready.answerer is None:
                    raise OtherwiseError(ready)
                try:
                    return await self._save(ready, ready.answerer, who)
                except OvertakenError:
                    continue
        raise BusyFileError(self.path.name)

    def ids_ever_used(self) -> set[str]:
        """The ids of all entries that there are, or were: no new one gets any of them."""
        return {entry.id for entry in self.answerer.faq.entries} | self.journal.entries()

    def data(self) -> bytes:
        """The file that the bot answers from."""
        return self._data

    def _base(self, edit: Edit) -> bytes:
        """The file that an edit is made to: the one that is answered from, or for a whole file also a broken one.

        Raises what is wrong with the file.
        """
        if self.trouble is None:
            return self._data
        if isinstance(edit, Import) and self._refused is not None:
            return self._refused
        raise self.trouble.with_traceback(None)

    async def _ready(self, edit: Edit, data: bytes, answerer: Answerer) -> Ready:
        async with self._computing:
            return await asyncio.to_thread(self._looked_into, edit, data, answerer, self._waiting())

    def _looked_into(self, edit: Edit, data: bytes, answerer: Answerer, waiting: Sequence[str]) -> Ready:
        proposal = editing.propose(edit, data)
        if not proposal.savable or proposal.faq is None:
            return Ready(proposal)
        hunks = changes.hunks(data.decode("utf-8", "replace"), proposal.data.decode())
        after = aside.answerer_of(proposal.faq)
        known = self._known()
        difference = changes.differences(answerer.faq, proposal.faq)
        shifts = impact(answerer, after, known, waiting)
        return Ready(proposal, hunks, difference, after, len(known) + len(waiting), shifts)

    def _known(self) -> tuple[Question, ...]:
        """The known questions, in the file beside the FAQ; none where there is no such file, or it is broken."""
        path = self.path.with_name("questions.yaml")
        try:
            return questions.read(store.shown_path(path), store.read_bytes(path))
        except BotError as error:
            if path.exists():
                log.warning("The known questions are not looked at: %s", error)
            return ()

    async def _save(self, ready: Ready, answerer: Answerer, who: int) -> Change:
        """Write a change, and answer from it. Raises OvertakenError, and BotError."""
        change = await asyncio.to_thread(self._commit, ready, who)
        self._data, self.answerer = ready.proposal.data, answerer
        self._noted = (self._data, answerer.faq)
        self.trouble = self._refused = None
        log.info("Change %d: %s.", change.number, change.what)
        assert ready.differences is not None
        self.news.put_nowait(Changed(change, ready.differences))
        return change

    def _commit(self, ready: Ready, who: int) -> Change:
        """Write the journal, the file, and the journal. Raises OvertakenError, UnwritableFileError or JournalError."""
        before, after = ready.proposal.base, ready.proposal.data
        edit = ready.proposal.edit
        self.journal.settle(before)
        change = self.journal.begin(
            time.time(),
            who,
            _what(edit),
            ready.hunks,
            after,
            entries=ready.differences.ids if ready.differences is not None else (),
            undoes=edit.number if isinstance(edit, Undoing) else None,
        )
        try:
            store.replace(self.path, before, after)
        except BaseException:
            self.journal.drop(change)
            raise
        try:
            self.journal.finish(change, after)
        except JournalError as error:  # the file says so: the next change, or the next start, settles it
            log.warning("Change %d is saved; that it is will be noted with the next. %s", change.number, error)
        return change

    # What was changed in the file itself.

    async def _catch_up(self) -> None:
        """Take in what the file says now; where that cannot be, say so once and keep what there is.

        Raises BusyFileError where somebody goes on writing it: half a file can be a sound one.
        """
        try:
            data = await self._whole()
        except BusyFileError:
            raise
        except BotError as error:
            self._fail(error, None)
            return
        if data == self._data:
            self._mended()
        elif self.trouble is None or data != self._refused:
            await self._take_in(data)

    async def _whole(self) -> bytes:
        """The file's bytes: where they are new, the same from one look to the next. Raises what reading raises."""
        before = await asyncio.to_thread(_bytes, self.path)
        for _ in range(TRIES):
            if before in (self._data, self._refused):
                return before
            await asyncio.sleep(POLL)
            data = await asyncio.to_thread(_bytes, self.path)
            if data == before:
                return data
            before = data
        raise BusyFileError(self.path.name)

    async def _take_in(self, data: bytes) -> None:
        try:
            answerer = await asyncio.to_thread(aside.answerer, self.path.name, data)
        except BotError as error:
            self._fail(error, data)
            return
        self._data, self.answerer = data, answerer
        self.trouble = self._refused = None

    def _is_noted(self) -> bool:
        return self._noted is not None and self._noted[0] == self._data

    async def _note(self, *, strictly: bool = False) -> None:
        """Note in the journal what was changed in the file itself. Where that cannot be, it is logged and tried again;
        or, `strictly`, raised as JournalError.
        """
        if self._is_noted():
            return
        try:
            news = await asyncio.to_thread(self._noted_by_hand, self._data, self.answerer.faq)
        except JournalError as error:
            if strictly:
                raise
            if str(error) != self._unnoted:  # it is tried again four times a second
                log.warning("%s", error)
            self._unnoted = str(error)
            return
        self._unnoted = None
        self._noted = (self._data, self.answerer.faq)
        if news is not None:
            log.info("The FAQ file was changed: %s.", news.differences)
            self.news.put_nowait(news)

    def _noted_by_hand(self, after: bytes, faq: Faq) -> Changed | None:
        self.journal.settle(after)
        before = self.journal.noted()
        if before is None:
            self.journal.note(after)
        if before is None or before == after:
            return None
        was = self._noted[1] if self._noted is not None else read_faq(before).parsed
        difference = changes.differences(was or faq, faq)
        lines = changes.hunks(before.decode("utf-8", "replace"), after.decode())
        what = f"changed the file: {difference}"
        change = self.journal.begin(time.time(), None, what, lines, after, entries=difference.ids)
        self.journal.finish(change, after)
        return Changed(change, difference)

    def _fail(self, error: BotError, data: bytes | None) -> None:
        known = self.trouble is not None and str(self.trouble) == str(error)
        self.trouble, self._refused = error, data
        if not known:
            for line in error.lines() if isinstance(error, BrokenFileError) else [str(error)]:
                log.warning("%s", line)
            log.warning("The last good FAQ goes on answering.")
            self.news.put_nowait(Broken(error))

    def _mended(self) -> None:
        if self.trouble is not None:
            self.trouble = self._refused = None
            log.info("The FAQ file is as it was again.")
            self.news.put_nowait(Mended())


def _bytes(path: Path) -> bytes:
    """A file's bytes. Raises UnreadableFileError, also for what is no file: reading it might never end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UnreadableFileError(path.name, error) from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UnreadableFileError(path.name, OSError(0, "It is not a file"))
    return store.read_bytes(path, path.name)


def _same(seen: Ready, ready: Ready) -> bool:
    """Whether a curator who has seen one proposal has seen the other: a whole file is another after every change."""
    if seen.proposal.base == ready.proposal.base:
        return True
    return seen.proposal.edit == ready.proposal.edit and not isinstance(seen.proposal.edit, Import)


def _what(edit: Edit) -> str:
    """What an edit does, in words."""
    match edit:
        case Addition(entry):
            return f"added {entry.id}"
        case Revision(wanted=entry):
            return f"edited {entry.id}"
        case Removal(entry):
            return f"removed {entry.id}"
        case OffTopicLines(texts):
            return "added an off-topic line" if len(texts) == 1 else f"added {len(texts)} off-topic lines"
        case Undoing(number):
            return f"undid change {number}"
        case Import():
            return "imported a file"


Marks: TypeAlias = tuple[int, ...]  # what changes with a file: its times, size, number and mode; or an error


def _marks(path: Path) -> Marks:
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or -1,)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode)


def _is_fresh(marks: Marks) -> bool:
    """Whether a file was changed just now, so that a further change might not show in its marks."""
    return len(marks) > 1 and abs(time.time() - marks[0] / 1e9) < FRESH
