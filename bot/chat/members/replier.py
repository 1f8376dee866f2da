"""Replies to messages: one for each, the same answer not twice in a row; what is noted about it is one transaction."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

import discord

from bot.chat.layout import Audience, Visibility, layout
from bot.chat.members.feedback import Feedback
from bot.chat.members.incoming import Incoming, link
from bot.chat.members.rate_limit import REPEATED
from bot.chat.sender import Sender, Target
from bot.data.reply_log import ReplyLog, Sent
from bot.matching.decision import Origin
from bot.matching.replies import Reply
from bot.recent import KeyedLocks, Recent

SHOWN: Final = "I answered this here a moment ago:"
DELETED: Final = 1_000  # deleted messages that are remembered


@dataclass
class Replier:
    """Gives each message its reply, changes it and removes it."""

    _sender: Sender
    _reply_log: ReplyLog
    _feedback: Feedback
    _transaction: Callable[[], AbstractContextManager[object]]  # of the database that the log and the feedback write to
    _locks: KeyedLocks = field(default_factory=KeyedLocks)
    deleted: Recent[int, bool] = field(default_factory=lambda: Recent(DELETED))  # ids of messages that are gone

    def target(self, channel: "discord.abc.MessageableChannel", message: int) -> Target | None:
        """Return a message as one to reply to; None if the bot may not write in its channel."""
        return self._sender.target(channel, message)

    def claim(self, message: int, channel: int) -> bool:
        """Return whether nobody has replied to a message yet; from now on, somebody has."""
        return self._reply_log.claim(message, channel, time.time())

    async def answer(
        self, target: Target, message: Incoming, reply: Reply, question: str, origin: Origin, *, first: bool = False
    ) -> bool:
        """Reply to a message that was claimed. Returns whether the reply was sent.

        `question`: what is counted and kept, or ""; `first`: whether nothing was decided about the message before.
        """

        def note(sent: int) -> None:
            self._feedback.decided(sent, question, reply, origin, message.id, first=first)

        return await self.send(target, reply, message.author, origin, note) is not None

    async def send(
        self, target: Target, reply: Reply, asker: int, origin: Origin, note: Callable[[int], None] = lambda _: None
    ) -> int | None:
        """Send the reply to a message that was claimed, and return its id. `note`: notes what else is to be kept.

        None if Discord does not take it, or if the same was just said to somebody who did not ask: then the message is
        not claimed any more.
        """
        if reply.entry is None or isinstance(target.channel, discord.DMChannel):
            return await self._send(target, reply, asker, origin, note)
        async with self._locks.of(target.channel.id, reply.entry.id):  # two may ask for the same at once
            fresh = self.unrepeated(target.channel, reply)
            if fresh is not reply and origin is Origin.WATCHED:
                self._reply_log.forget(target.message)
                return None
            return await self._send(target, fresh, asker, origin, note)

    async def show(self, interaction: discord.Interaction, reply: Reply) -> str | None:
        """Post an answer for everyone, behind an acknowledged interaction. Returns a sentence if it was just posted."""
        assert reply.entry is not None
        assert interaction.channel_id is not None
        async with self._locks.of(interaction.channel_id, reply.entry.id):
            now = time.time()
            earlier = self._reply_log.lately(interaction.channel_id, reply.entry.id, now - REPEATED)
            if earlier is not None:
                return f"{SHOWN} https://discord.com/channels/{interaction.guild_id}/{interaction.channel_id}/{earlier}"
            view = layout(reply, Audience(interaction.user.id, Visibility.PUBLIC))
            posted = await interaction.followup.send(view=view, wait=True)
            with self._transaction():
                self._reply_log.claim(posted.id, interaction.channel_id, now)
                self._reply_log.sent(posted.id, posted.id, reply.entry.id, Origin.ASK)
        return None

    def unrepeated(self, channel: "discord.abc.MessageableChannel", reply: Reply, own: int | None = None) -> Reply:
        """Return the reply, or a link to another message than `own` that has just shown the same in this channel."""
        if reply.entry is None or isinstance(channel, discord.DMChannel):
            return reply
        earlier = self._reply_log.lately(channel.id, reply.entry.id, time.time() - REPEATED)
        if earlier is None or earlier == own:
            return reply
        return Reply(f"{SHOWN} {link(channel, earlier)}", reply.disclaimer, heading=reply.heading)

    async def change(self, message: Incoming, sent: Sent, reply: Reply) -> None:
        """Put another reply in place of one that was sent."""
        fresh = self.unrepeated(message.channel, reply, own=sent.reply)
        await self._sender.edit(sent.channel, sent.reply, layout(fresh, _audience(message.channel, message.author)))
        self._reply_log.changed(sent.reply, fresh.entry.id if fresh.entry else None)

    async def remove(self, sent: Sent) -> None:
        """Remove a reply."""
        await self._sender.delete(sent.channel, sent.reply)
        self._reply_log.removed(sent.reply)

    async def _send(
        self, target: Target, reply: Reply, asker: int, origin: Origin, note: Callable[[int], None]
    ) -> int | None:
        try:
            sent = await self._sender.reply(target, layout(reply, _audience(target.channel, asker)))
        except Exception:  # not if the bot is stopped meanwhile: then the claim says what it still owes
            self._reply_log.forget(target.message)
            raise
        if sent is None:
            self._reply_log.forget(target.message)
            return None
        with self._transaction():
            self._reply_log.sent(target.message, sent, reply.entry.id if reply.entry else None, origin)
            if sent in self.deleted:  # before Discord's response came
                self._reply_log.removed(sent)
            note(sent)
        return sent


def _audience(channel: "discord.abc.MessageableChannel", asker: int) -> Audience:
    return Audience(asker, Visibility.DIRECT if isinstance(channel, discord.DMChannel) else Visibility.PUBLIC)
