"""Edits of the FAQ file: a preview of what an edit does, then one durable save of exactly what was previewed."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from bot.content import diff, edits, file
from bot.content.diff import Differences, Hunk
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Proposal, Removal, Revision, Undoing
from bot.data.journal import Change, Journal, JournalError
from bot.errors import BotError
from bot.live.served import Broken, Good, Served, Snapshot
from bot.live.watcher import BusyFileError, Watcher
from bot.matching.answerer import Answerer
from bot.matching.learn import worker
from bot.matching.quality import questions
from bot.matching.quality.impact import Shift, impact
from bot.matching.quality.questions import Question

log = logging.getLogger(__name__)

TRIES: Final = 4  # times that a save starts again because the file was changed at the same moment


@dataclass(frozen=True)
class Preview(Proposal):
    """What an edit does: the file that comes of it, and which known questions would get another decision."""

    hunks: tuple[Hunk, ...] = ()  # the lines that would go and come
    differences: Differences | None = None  # from what is served; None if it cannot be saved
    answerer: Answerer | None = None  # what would answer; None if it cannot be saved
    known: int = 0  # questions that are known
    shifts: tuple[Shift, ...] = ()  # what they would get instead


class ChangedMeanwhileError(Exception):
    """What would be saved is not what the curator has seen, since the file was changed. Carries what would be saved."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("the file was changed meanwhile")
        self.preview = preview


@dataclass
class Editor:
    """The one way to change the FAQ file."""

    _watcher: Watcher
    _served: Served
    _journal: Journal
    _waiting: Callable[[], Sequence[str]] = tuple  # questions that wait for an answer, on which edits are tried
    _computing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)  # a preview takes a core, and memory

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._watcher.path

    async def preview(self, edit: Edit) -> Preview:
        """Return what an edit would do. Raises BotError: what is wrong with the file, or with the edit."""
        async with self._watcher.lock:
            await self._watcher.refresh()
            data, now = self._base(edit), self._served.now
        return await self._preview(edit, data, now)

    async def save(self, seen: Preview, who: int) -> Change:
        """Save what a curator has seen. Raises ChangedMeanwhileError if that is not what would come of it, BotError."""
        async with self._watcher.lock:
            for _ in range(TRIES):
                await self._watcher.refresh()
                await self._watcher.note(strictly=True)
                data = self._base(seen.edit)
                preview = seen if seen.base == data else await self._preview(seen.edit, data, self._served.now)
                # A whole file does something else after every change.
                is_same = preview is seen or (preview.edit == seen.edit and not isinstance(seen.edit, Import))
                if not is_same or preview.answerer is None or preview.differences is None:
                    raise ChangedMeanwhileError(preview)
                try:
                    change = await asyncio.to_thread(self._commit, preview, preview.differences, who)
                except file.OvertakenError:
                    continue
                self._watcher.saved(Snapshot(preview.data, preview.answerer), change, preview.differences)
                log.info("Change %d: %s.", change.number, change.what)
                await asyncio.to_thread(preview.answerer.keep_embeddings)
                return change
        raise BusyFileError(self.path.name)

    def ids_ever_used(self) -> set[str]:
        """Return the ids of all entries that there are, or were: no new entry gets any of them."""
        return {entry.id for entry in self._served.now.faq.entries} | self._journal.entries()

    def _base(self, edit: Edit) -> bytes:
        """Return the file that an edit is made to, or raise what is wrong with it: an import replaces a broken one."""
        state = self._served.file
        if isinstance(state, Good):
            return self._served.now.data
        if isinstance(edit, Import) and isinstance(state, Broken):
            return state.refused
        raise state.error.with_traceback(None)

    async def _preview(self, edit: Edit, data: bytes, now: Snapshot) -> Preview:
        async with self._computing:
            return await asyncio.to_thread(self._previewed, edit, data, now, self._waiting())

    def _previewed(self, edit: Edit, data: bytes, now: Snapshot, waiting: Sequence[str]) -> Preview:
        proposal = edits.propose(edit, data)
        shared = {each.name: getattr(proposal, each.name) for each in fields(Proposal)}
        if not proposal.savable or proposal.faq is None:
            return Preview(**shared)
        answerer = worker.answerer_of(proposal.faq, now.answerer.embeddings)
        known = self._known_questions()
        return Preview(
            **shared,
            hunks=diff.hunks(data.decode("utf-8", "replace"), proposal.data.decode()),
            differences=diff.differences(now.faq, proposal.faq),
            answerer=answerer,
            known=len(known) + len(waiting),
            shifts=impact(now.answerer, answerer, known, waiting),
        )

    def _known_questions(self) -> tuple[Question, ...]:
        """Return the questions of the file beside the FAQ; none if there is no such file, or if it is broken."""
        path = questions.path_beside(self.path)
        try:
            return questions.read(file.shown_path(path), file.read_bytes(path))
        except BotError as error:
            if path.exists():
                log.warning("The known questions are not looked at: %s", error)
            return ()

    def _commit(self, preview: Preview, differences: Differences, who: int) -> Change:
        """Write the journal, the file, and the journal again. Raises OvertakenError, UnwritableFileError, JournalError.

        A process that is killed in between leaves a change that is begun: the file says whether it was made.
        """
        self._journal.settle(preview.base)
        what, undoes = _what(preview.edit), preview.edit.number if isinstance(preview.edit, Undoing) else None
        change = self._journal.begin(
            time.time(), who, what, preview.hunks, preview.data, entries=differences.ids, undoes=undoes
        )
        try:
            file.replace(self.path, preview.base, preview.data)
        except BaseException:
            with suppress(JournalError):  # the next change, or the next start, drops it
                self._journal.drop(change)
            raise
        try:
            self._journal.finish(change, preview.data)
        except JournalError as error:  # the next change, or the next start, settles it by what the file says
            log.warning("Change %d is saved; that it is will be noted with the next. %s", change.number, error)
        return change


def _what(edit: Edit) -> str:
    """Return what an edit does, in words."""
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
