"""The staff channel: where the bot reports what was changed, what is wrong, and what it would have said."""

from dataclasses import dataclass
from typing import Final

from discord import ui

from bot.chat.curators.history import change_screen, who
from bot.chat.sender import Sender
from bot.chat.text import MEND, fitted, sentence_screen, trouble_text
from bot.live.served import Broken, Good, Unreadable
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
