"""The staff channel: where the bot reports what was changed, and what it would have said."""

import logging
from typing import Final

import discord
from discord import ui

from bot.chat import failures
from bot.chat.curators.history import change_screen, who
from bot.chat.permissions import OwnRights
from bot.chat.text import MEND, fitted, sentence_screen, trouble_text
from bot.content import limits
from bot.live.faqfile import Broken, Changed, Mended, News
from bot.settings import Settings

log = logging.getLogger(__name__)

ANYBODY: Final = 0  # the asker in the ids of buttons that every curator may use


class Staff:
    """Posts to the staff channel, where there is one."""

    def __init__(self, client: discord.Client, settings: Settings) -> None:
        self._client = client
        self._channel = settings.staff_channel
        self._rights = OwnRights()

    async def tell(self, text: str) -> None:
        """Post a text."""
        await self.show(sentence_screen(fitted([text], limits.DISCORD_TEXT)))

    async def show(self, view: ui.LayoutView) -> None:
        """Post a message. What Discord does not let the bot do there is logged, once."""
        if self._channel is None:
            return
        channel = self._client.get_partial_messageable(self._channel)
        try:
            await channel.send(view=view)
            self._rights.wrote(channel)
        except discord.HTTPException as error:
            if error.code not in failures.NOT_PERMITTED | failures.MESSAGE_GONE:
                raise
            self._rights.log_refused(channel)

    async def report(self, news: News) -> None:
        """Post what happened to the FAQ file."""
        match news:
            case Changed(change, _):
                what = f"{who(change)} {change.what}" if change.who else f"Somebody {change.what}"
                await self.show(change_screen(change, fitted([what], 1000), ANYBODY))
            case Broken(error):
                await self.tell(f"{trouble_text(error)}\n{MEND}")
            case Mended():
                await self.tell("The FAQ file is as it was again: it is what I answer from.")
