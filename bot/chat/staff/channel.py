"""The staff channel: what was changed, what is wrong, what the bot would have said; and the digest of each week."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from discord import ui

from bot.chat.curators.history import change_screen, who
from bot.chat.curators.inbox import LINE, InboxScreens
from bot.chat.curators.stats_text import digest, report
from bot.chat.layout import row, shortened
from bot.chat.router import CustomId, button
from bot.chat.sender import Sender
from bot.chat.text import MEND, fitted, sentence_screen, trouble_text
from bot.data.stats import Stats, today
from bot.live.served import Broken, Good, Served, Unreadable
from bot.live.watcher import Changed, News

ANYBODY: Final = 0  # the asker in the ids of buttons that every curator may use


@dataclass(frozen=True)
class StaffChannel:
    """Posts to the staff channel, if there is one."""

    _sender: Sender
    _channel: int | None  # its id

    async def tell(self, text: str) -> None:
        """Post a text."""
        await self.show(sentence_screen(text))

    async def show(self, view: ui.LayoutView) -> None:
        """Post a message."""
        if self._channel is not None:
            await self._sender.post(self._channel, view)

    async def report(self, news: News) -> None:
        """Post what happened to the FAQ file."""
        match news:
            case Changed(change, _):
                what = f"{who(change)} {change.what}" if change.who else f"Somebody {change.what}"
                await self.show(change_screen(change, fitted([what], 1000), ANYBODY))
            case Broken(error) | Unreadable(error):
                await self.tell(f"{trouble_text(error)}\n{MEND}")
            case Good():
                await self.tell("The FAQ file is as it was again: it is what I answer from.")


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
