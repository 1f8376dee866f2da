"""An answer that one member sees, shown to everyone: posted in the channel, or as a reply to somebody's message."""

import time
from typing import Any, Final

import discord

from bot.chat.layout import Audience, Visibility
from bot.chat.members.asked import SLOWER
from bot.chat.members.incoming import link
from bot.chat.members.rate_limit import Pace, RateLimit
from bot.chat.members.replier import Replier
from bot.matching.decision import Origin
from bot.matching.replies import Reply
from bot.recent import KeyedLocks

_WRITABLE: Final = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel


class Sharing:
    """Posts answers by a member's choice."""

    def __init__(self, replier: Replier, rate_limit: RateLimit, locks: KeyedLocks) -> None:
        """`locks`: those of the messages, which may be answered at the same moment."""
        self._replier = replier
        self._rate_limit = rate_limit
        self._locks = locks

    async def show(self, interaction: discord.Interaction[Any], reply: Reply) -> str | None:
        """Post an answer for everyone. Returns a sentence if it was posted just now."""
        return await self._replier.show(interaction, reply)

    async def post(self, interaction: discord.Interaction[Any], reply: Reply, message: int) -> str:
        """Post an answer as a reply to somebody's message. Returns a sentence that says so, or why it cannot be."""
        channel, theirs = interaction.channel, interaction.permissions
        target = self._replier.target(channel, message) if isinstance(channel, _WRITABLE) else None
        if target is None:
            return "I may not write in this channel. A moderator can give me the permission to."
        if not (theirs.send_messages_in_threads if isinstance(channel, discord.Thread) else theirs.send_messages):
            return "You may not write in this channel."
        if self._rate_limit.ask(interaction.user.id, time.time()) is not Pace.FINE:
            return SLOWER
        async with self._locks.of(message):
            if not self._replier.claim(message, target.channel.id):
                return "I have replied to that message already."
            audience = Audience(interaction.user.id, Visibility.PUBLIC)
            sent = await self._replier.send(target, reply, audience, Origin.MENU)
        return f"Posted: {link(target.channel, sent)}" if sent else "Discord did not let me post it here."
