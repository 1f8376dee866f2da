"""Sends, changes and removes messages: again if Discord cannot take them, and with its refusals told by name."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import discord
from discord import ui

from bot.chat import failures
from bot.chat.permissions import OwnPermissions, Write, shown

log = logging.getLogger(__name__)

PAUSES: Final = (1.0, 5.0)  # seconds before a message is sent again that Discord did not take


@dataclass(frozen=True, slots=True)
class Target:
    """A message that is replied to."""

    channel: "discord.abc.MessageableChannel"
    message: int
    by: Write


@dataclass
class Sender:
    """The one way by which messages go to channels."""

    _channel: Callable[[int], discord.PartialMessageable]  # returns the channel with an id, and need not know it
    _permissions: OwnPermissions = field(default_factory=OwnPermissions)

    def target(self, channel: "discord.abc.MessageableChannel", message: int) -> Target | None:
        """Return a message as one to reply to; None if the bot may not write in its channel."""
        by = self._permissions.to_write(channel)
        return None if by is None else Target(channel, message, by)

    async def reply(self, target: Target, view: ui.LayoutView) -> int | None:
        """Reply to a message, and return the reply's id; None if Discord refuses it for a reason that it names.

        Raises discord.HTTPException for other errors, and what a broken connection raises.
        """
        try:
            sent = await self._reply_patiently(target, view)
        except discord.HTTPException as error:
            if error.code in failures.NOT_PERMITTED:
                self._permissions.log_refused(target.channel)
            elif (reason := failures.named(error)) is not None:
                log.warning("No reply in %s: %s.", shown(target.channel), reason)
            else:
                raise
            return None
        self._permissions.wrote(target.channel)
        return sent

    async def post(self, channel: int, view: ui.LayoutView) -> None:
        """Post a message in the channel with an id. What Discord does not let the bot do there is logged, once."""
        there = self._channel(channel)
        try:
            await there.send(view=view)
            self._permissions.wrote(there)
        except discord.HTTPException as error:
            if error.code not in failures.NOT_PERMITTED | failures.MESSAGE_GONE:
                raise
            self._permissions.log_refused(there)

    async def edit(self, channel: int, message: int, view: ui.LayoutView) -> None:
        """Put other content into a message of the bot's. One that is gone stays gone."""
        with failures.unless_gone():
            there = self._channel(channel).get_partial_message(message)
            await there.edit(view=view, allowed_mentions=discord.AllowedMentions.none())

    async def delete(self, channel: int, message: int) -> None:
        """Remove a message of the bot's."""
        with failures.unless_gone():
            await self._channel(channel).get_partial_message(message).delete()

    async def _reply_patiently(self, target: Target, view: ui.LayoutView) -> int:
        """Reply, again if Discord cannot take it: by the message's nonce, the reply comes once."""
        for pause in PAUSES:
            try:
                return await self._reply(target, view)
            except (aiohttp.ClientError, OSError, discord.DiscordServerError) as error:
                log.info("The reply to %d is sent again in %.0f s: %s", target.message, pause, type(error).__name__)
                await asyncio.sleep(pause)
        return await self._reply(target, view)

    async def _reply(self, target: Target, view: ui.LayoutView) -> int:
        """Send a message, as a reply if the bot may. Discord keeps its nonce for some minutes."""
        nonce = str(target.message)
        if target.by is Write.REPLIES:
            channel = target.channel.id
            to = discord.MessageReference(message_id=target.message, channel_id=channel, fail_if_not_exists=False)
            try:
                return (await target.channel.send(view=view, nonce=nonce, reference=to, mention_author=False)).id
            except discord.HTTPException as error:
                if error.code != failures.NO_HISTORY:
                    raise
        return (await target.channel.send(view=view, nonce=nonce)).id
