"""What the bot does by itself while it runs: forgets what is too old, says what is wrong, sends the weekly digest."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.chat import failures
from bot.chat.curators.inbox import LINE
from bot.chat.curators.report import digest, report
from bot.chat.layout import row, shortened
from bot.chat.members.feedback import today
from bot.chat.router import Control, Press
from bot.chat.staff.channel import ANYBODY
from bot.chat.text import fitted, sentence_screen
from bot.content import limits
from bot.data import backups as copies
from bot.data.inbox import Reason, Received
from bot.data.journal import Change
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer
from bot.ops import health, memory
from bot.text.words import comparable

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

log = logging.getLogger(__name__)

LOOK: Final = 1.0  # seconds between two looks at the data folder's state
CLEAR: Final = 60.0  # seconds between two times that what is too old is forgotten
COPY: Final = 3_600.0  # seconds between two looks whether the day's copy was made: one that failed is tried again
WEEK: Final = timedelta(7)
SOME: Final = 200  # questions that are decided at once: a member's question waits for them to be through


class Upkeep:
    """Runs beside the answering, and never stops it."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._told: str | None = None  # what the staff channel was told is wrong with the data folder
        self._cleared = self._said = self._copied = float("-inf")

    async def go_on(self) -> None:
        """Do what is due, until the bot stops."""
        await self._client.wait_until_ready()
        while True:
            try:
                await self._look()
            except Exception as error:  # whatever it is, the next look comes
                failures.record("Upkeep", error)
            await asyncio.sleep(LOOK)

    async def changed(self, change: Change) -> None:
        """Settle the questions of the inbox that a change of the FAQ answers; open those that it took back."""
        inbox = self._client.learning.inbox
        if change.undoes is not None:
            inbox.undone(change.undoes)
        answerer, waiting = self._client.answerer, inbox.open(time.time())
        for start in range(0, len(waiting), SOME):
            settled = await asyncio.to_thread(_answered, waiting[start : start + SOME], answerer)
            inbox.settle(settled, change.number)

    async def _look(self) -> None:
        now = time.monotonic()
        if now >= self._said + health.EVERY:
            self._said = now
            self._client.say_health()
            memory.give_back()
        if now >= self._cleared + CLEAR:
            self._cleared = now
            self._client.database.probe()
            self._client.learning.forget_old(now)
            self._client.records.expire(time.time())
            self._client.learning.inbox.expire(time.time())
            self._client.drafts.expire(time.time())
            self._client.learning.tally.expire(today())
            await self._digest(today())
        elif self._client.database.trouble is not None:
            self._client.database.probe()
        await self._tell_trouble()
        if now >= self._copied + COPY:
            self._copied = now
            await self._copy(today())

    async def _copy(self, day: date) -> None:
        """Make the copy of a day, once; where it fails, it is tried again in an hour."""
        folder, file = self._client.settings.data_path, self._client.faq_file
        if self._client.database.trouble is not None or not copies.due(folder, day):
            return
        try:
            await asyncio.to_thread(copies.make, folder, file.data(), file.path.name, day)
        except (OSError, sqlite3.Error) as error:
            log.warning("The nightly copy could not be made; I try again in an hour: %s", error)

    async def _tell_trouble(self) -> None:
        """Tell the staff channel once that the data folder does not take anything, and once that it does again."""
        trouble = self._client.database.trouble
        if (trouble is None) == (self._told is None):
            return
        self._told = trouble
        if trouble is None:
            await self._client.staff.tell("My data folder can be written again, and nothing is lost.")
        else:
            await self._client.staff.tell(
                f"My data folder cannot be written or read ({trouble}). I answer on, and keep what is new in memory. "
                "Whoever runs me finds what to do in my log."
            )

    async def _digest(self, day: date) -> None:
        """Send the digest of the last seven days, on the first look of a week."""
        tally = self._client.learning.tally
        last = tally.digested()
        if last is not None and last.isocalendar()[:2] == day.isocalendar()[:2]:
            return
        tally.digest(day)
        if last is None:  # the bot is new here
            return
        first, yesterday = day - WEEK, day - timedelta(1)
        found = report(tally.counts(first, yesterday), self._client.answerer.faq, first, yesterday)
        groups = await self._client.sorting.groups()
        waiting = [(shortened(group.first.text, LINE), len(group.received)) for group in groups]
        said = digest(found, waiting)
        if said is None:
            return
        view = sentence_screen(fitted([said], limits.DISCORD_TEXT))
        view.add_item(row([Press(Control("inbox", ANYBODY, ("0",)), "Open the inbox")]))
        await self._client.staff.show(view)


def _answered(waiting: Sequence[Received], answerer: Answerer) -> list[int]:
    """The numbers of the questions that the bot would now answer, or that a curator has called off topic."""
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
