"""`/curate watch`: the channels in which the bot answers, or only reports, without being addressed."""

from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands

from bot.chat import failures
from bot.data.watched import Mode, Watched

NO_CONTENT: Final = (
    " But I cannot read messages that are not addressed to me: whoever runs me sets MESSAGE_CONTENT=yes, and turns on "
    "Message Content Intent in Discord's Developer Portal, under Bot."
)
NO_RIGHTS: Final = (
    " But I may not write there: give me the permissions View Channel, Send Messages, and Send Messages in Threads."
)
NO_STAFF_CHANNEL: Final = " Set STAFF_CHANNEL, so that I can report there; till then the reports are in my log."
_SAID: Final = {
    None: "I no longer watch {channel}.",
    Mode.ON: "I now watch {channel}, and answer there where I am sure, even if nobody addressed me.",
    Mode.DRY_RUN: "I now watch {channel}, and report to the staff channel what I would answer, without saying it.",
}


@dataclass(frozen=True)
class WatchCommand:
    """Turns the watching of a channel on and off."""

    _watched: Watched
    _hears_all: bool  # whether Discord sends the text of messages that are not addressed to the bot
    _has_staff_channel: bool

    async def watch(
        self, interaction: discord.Interaction[Any], channel: app_commands.AppCommandChannel, mode: Mode | None
    ) -> None:
        """Watch a channel in a mode, or no longer, and say what is missing for that."""
        self._watched.watch(channel.id, mode)
        said = _SAID[mode].format(channel=channel.mention)
        if mode is Mode.ON and (resolved := channel.resolve()) is not None:
            rights = resolved.permissions_for(resolved.guild.me)
            if not (rights.view_channel and rights.send_messages and rights.send_messages_in_threads):
                said += NO_RIGHTS
        if mode is not None and not self._hears_all:
            said += NO_CONTENT
        if mode is Mode.DRY_RUN and not self._has_staff_channel:
            said += NO_STAFF_CHANNEL
        await failures.tell(interaction, said)
