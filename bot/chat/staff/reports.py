"""Reports to the staff what happens to the FAQ file, one after the other."""

import asyncio

from bot.chat import failures
from bot.chat.staff.channel import StaffChannel
from bot.chat.staff.jobs import Settling
from bot.live.watcher import Changed, News


class Reports:
    """Brings news of the file to the inbox and to the staff channel."""

    def __init__(self, news: asyncio.Queue[News], settling: Settling, staff: StaffChannel) -> None:
        self._news = news
        self._settling = settling
        self._staff = staff

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
