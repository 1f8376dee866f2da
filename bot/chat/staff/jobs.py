"""What the bot does by itself: periodic jobs for the data folder, and what follows from a changed FAQ file."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.chat import failures
from bot.chat.staff.channel import StaffChannel
from bot.data import backups
from bot.data.database import Database
from bot.data.inbox import Inbox, Reason, Received
from bot.data.journal import Change
from bot.data.stats import today
from bot.live.served import Served
from bot.live.watcher import Changed, News
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer
from bot.text.words import comparable

log = logging.getLogger(__name__)

AT_ONCE: Final = 200  # questions that are decided in one go, while a member's question waits for Python's lock


@dataclass(frozen=True)
class Job:
    """Something that is done again and again."""

    name: str  # for the log, if it fails
    every: float  # seconds from the end of one run to the start of the next
    run: Callable[[], Awaitable[None]]


async def run_jobs(jobs: Sequence[Job]) -> None:
    """Run jobs for ever, each at once and then whenever it is due. None waits for another, and no failure stops one."""
    await asyncio.gather(*(failures.keep_running(job.name, job.run, job.every) for job in jobs))


@dataclass
class DataFolderTrouble:
    """Tells the staff once that the data folder cannot be used, and once that it can again."""

    _database: Database
    _staff: StaffChannel
    _told: bool = False

    async def run(self) -> None:
        """Look whether the folder can be used again if it could not, and tell the staff if that has changed."""
        if self._database.trouble is not None:
            self._database.probe()
        trouble = self._database.trouble
        if (trouble is not None) is self._told:
            return
        self._told = trouble is not None
        if trouble is None:
            await self._staff.tell("My data folder can be written again, and nothing is lost.")
        else:
            await self._staff.tell(
                f"My data folder cannot be written or read ({trouble}). I answer on, and keep what is new in memory. "
                "Whoever runs me finds what to do in my log."
            )


@dataclass(frozen=True)
class Backup:
    """Copies the FAQ file and the database every night."""

    _database: Database
    _served: Served
    _folder: Path  # the data folder
    _faq_name: str  # the name of the FAQ file in a copy

    async def run(self) -> None:
        """Make the day's copy if there is none. If that fails, it is logged: run it again in an hour."""
        day = today()
        if self._database.trouble is not None or not backups.due(self._folder, day):
            return
        try:
            await asyncio.to_thread(backups.make, self._folder, self._served.now.data, self._faq_name, day)
        except (OSError, sqlite3.Error) as error:
            log.warning("The nightly copy could not be made; I try again in an hour: %s", error)


@dataclass(frozen=True)
class Settling:
    """Keeps the inbox in step with the FAQ."""

    _inbox: Inbox
    _served: Served

    async def changed(self, change: Change) -> None:
        """Settle the questions that a change answers; reopen those that an undone change had settled."""
        if change.undoes is not None:
            self._inbox.undone(change.undoes)
        answerer, waiting = self._served.now.answerer, self._inbox.open(time.time())
        for start in range(0, len(waiting), AT_ONCE):
            settled = await asyncio.to_thread(_settled, waiting[start : start + AT_ONCE], answerer)
            self._inbox.settle(settled, change.number)


@dataclass(frozen=True)
class Reports:
    """Brings news of the FAQ file to the inbox and to the staff channel, one after the other."""

    _news: asyncio.Queue[News]
    _settling: Settling
    _staff: StaffChannel

    async def run(self) -> None:
        """Bring news for ever. Raises whatever a report raises; run again, it goes on with the next news."""
        while True:
            news = await self._news.get()
            if isinstance(news, Changed):
                try:
                    await self._settling.changed(news.change)
                except Exception as error:  # whatever it is, the change is reported
                    failures.record("Settling what is in the inbox", error)
            await self._staff.report(news)


def _settled(waiting: Sequence[Received], answerer: Answerer) -> list[int]:
    """Return the numbers of questions that the bot answers now, or that a curator has made off-topic lines."""
    off_topic = {comparable(line) for line in answerer.faq.off_topic}
    found = []
    for each in waiting:
        if each.reason is Reason.NOT_ANSWERED:  # the entry was right before, so that another answer shows nothing
            continue
        decision = answerer.decide(each.text)
        answers = isinstance(decision, Answer) and decision.entry.id != each.entry
        if answers or comparable(each.text) in off_topic:
            found.append(each.number)
    return found
