"""The weekly digest: what was asked in the last seven days, and what waits in the inbox, for the staff channel."""

from dataclasses import dataclass
from datetime import timedelta

from bot.chat.curators.inbox import LINE, InboxScreens
from bot.chat.curators.report import digest, report
from bot.chat.layout import row, shortened
from bot.chat.router import CustomId, button
from bot.chat.staff.channel import ANYBODY, StaffChannel
from bot.chat.text import sentence_screen
from bot.data.stats import Stats, today
from bot.live.served import Served


@dataclass(frozen=True)
class Digest:
    """Sends the digest when a new week (ISO 8601: from Monday) has begun."""

    _stats: Stats
    _served: Served
    _inbox_screens: InboxScreens
    _staff: StaffChannel

    async def run(self) -> None:
        """Send the digest if this week's was not sent yet. The bot's first week has none."""
        day, last = today(), self._stats.digested()
        if last is not None and last.isocalendar()[:2] == day.isocalendar()[:2]:
            return
        self._stats.digest(day)
        if last is None:
            return
        first, yesterday = day - timedelta(7), day - timedelta(1)
        found = report(self._stats.counts(first, yesterday), self._served.now.faq, first, yesterday)
        groups = await self._inbox_screens.groups()
        said = digest(found, [(shortened(group.first.text, LINE), len(group.received)) for group in groups])
        if said is not None:
            buttons = row([button(CustomId("inbox", ANYBODY, ("0",)), "Open the inbox")])
            await self._staff.show(sentence_screen(said).add_item(buttons))
