"""The weekly digest: what was asked in the last seven days, and what waits in the inbox, for the staff channel."""

from datetime import date, timedelta
from typing import Final

from bot.chat.curators.inbox import LINE, InboxScreens
from bot.chat.curators.report import digest, report
from bot.chat.layout import row, shortened
from bot.chat.router import CustomId, button
from bot.chat.staff.channel import ANYBODY, StaffChannel
from bot.chat.text import sentence_screen
from bot.data.stats import Stats, today
from bot.live.served import Served

WEEK: Final = timedelta(7)


class Digest:
    """Sends the digest when a new week (ISO 8601: from Monday) has begun."""

    def __init__(self, stats: Stats, served: Served, inbox_screens: InboxScreens, staff: StaffChannel) -> None:
        self._stats = stats
        self._served = served
        self._inbox_screens = inbox_screens
        self._staff = staff

    async def run(self) -> None:
        """Send the digest if this week's was not sent yet. The bot's first week has none."""
        day, last = today(), self._stats.digested()
        if last is not None and last.isocalendar()[:2] == day.isocalendar()[:2]:
            return
        self._stats.digest(day)
        if last is not None:
            await self._send(day)

    async def _send(self, day: date) -> None:
        first, yesterday = day - WEEK, day - timedelta(1)
        found = report(self._stats.counts(first, yesterday), self._served.now.faq, first, yesterday)
        groups = await self._inbox_screens.groups()
        said = digest(found, [(shortened(group.first.text, LINE), len(group.received)) for group in groups])
        if said is not None:
            view = sentence_screen(said)
            await self._staff.show(view.add_item(row([button(CustomId("inbox", ANYBODY, ("0",)), "Open the inbox")])))
