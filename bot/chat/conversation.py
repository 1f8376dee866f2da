"""Messages to replies: one for each that addresses the bot or is overheard, following its edits and deletion."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

import discord

from bot.chat import failures
from bot.chat.answering import SHOWN
from bot.chat.listener import overheard_in, question_in
from bot.chat.render import Audience, Surface, layout
from bot.chat.rights import OwnRights, shown
from bot.core import replies
from bot.core.decision import Answer, Decision, Situation
from bot.core.pacing import REPEATED, SECONDS, Pace, Pacing
from bot.core.replies import Reply
from bot.records import Mode, Sent

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

    from bot.chat.client import FaqClient

log = logging.getLogger(__name__)

HOW: Final = "Mention me with your question, or use /ask for an answer that only you see. For example:"
HOW_DIRECT: Final = "Write me your question. For example:"
SLOWER: Final = (
    f"That's a lot of questions at once! Give me {SECONDS:.0f} seconds, then ask on. /faq shows everything that I know."
)


class Conversation:
    """What is said in channels and direct messages."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._records = client.records
        self._pacing = Pacing()
        self._rights = OwnRights()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def heard(self, message: discord.Message) -> None:
        """Reply to a message that addresses the bot, or that it overhears and is sure about."""
        assert self._client.user is not None
        question = question_in(message, self._client.user)
        if question is not None:
            async with self._turn(message.id):
                await self._asked(message, question)
        elif (mode := self._mode(message.channel)) is not None:
            async with self._turn(message.id):
                await self._overheard(message, mode)

    async def edited(self, message: discord.Message) -> None:
        """Decide again about a message that was replied to: edit the reply, or remove it where there is none now."""
        async with self._turn(message.id):
            sent = self._records.sent_for(message.id)
            if sent is None or sent.posted:
                return
            reply = self._reply_again(message)
            if reply is None:
                await self._remove(sent)
                return
            self._records.sent(message.id, sent.reply, _entry_id(reply))
            with failures.unless_gone():
                await self._partial(message.channel, sent.reply).edit(view=layout(reply, _audience(message)))

    async def withdraw(self, messages: Iterable[int]) -> None:
        """Remove the replies to messages that are gone."""
        for message in messages:
            async with self._turn(message):
                if (sent := self._records.sent_for(message)) is not None:
                    await self._remove(sent)

    async def _remove(self, sent: Sent) -> None:
        self._records.removed(sent.reply)
        channel = self._client.get_partial_messageable(sent.channel)
        with failures.unless_gone():
            await channel.get_partial_message(sent.reply).delete()

    def _turn(self, message: int) -> asyncio.Lock:
        """What concerns one message happens one after the other: it may be edited or deleted while it is answered."""
        return self._turns.setdefault(message, asyncio.Lock())

    async def post(self, interaction: discord.Interaction, reply: Reply, target: int) -> str:
        """Post an answer as a reply to somebody's message. A sentence that says so, or why it cannot be."""
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel):
            return "I can't write here."
        if not self._rights.may_write(channel):
            return "I may not write in this channel. A moderator can give me the permission to."
        reference = discord.MessageReference(message_id=target, channel_id=channel.id, fail_if_not_exists=False)
        audience = Audience(interaction.user.id, Surface.OPEN)
        async with self._turn(target):
            if not self._records.claim(target, channel.id, time.time()):
                return "I have replied to that message already."
            sent = await self._send(channel, target, reply, audience, reference, posted=True)
        return f"Posted: {sent.jump_url}" if sent else "Discord did not let me post it here."

    async def _asked(self, message: discord.Message, question: str) -> None:
        channel = message.channel
        if not self._rights.may_write(channel) or not self._records.claim(message.id, channel.id, time.time()):
            return
        pace = self._pacing.ask(message.author.id, time.monotonic())
        if pace is Pace.STILL_FAST:
            return
        if pace is Pace.FAST:
            reply = Reply(SLOWER, self._client.knowledge.faq.disclaimer)
        else:
            how = HOW_DIRECT if isinstance(channel, discord.DMChannel) else HOW
            reply = self._unrepeated(channel, self._client.reply(question, how))
        await self._send(channel, message.id, reply, _audience(message), _reference(message))

    async def _overheard(self, message: discord.Message, mode: Mode) -> None:
        text = overheard_in(message, self._client.settings)
        if text is None:
            return
        decision = self._client.knowledge.decide(text, Situation.OVERHEARD)
        reply = replies.reply_to(decision, self._client.knowledge.faq)
        if reply is None:
            return
        if mode is Mode.DRY_RUN:
            await self._report(message, decision)
        elif (
            self._rights.may_write(message.channel)
            and not self._repeats(message.channel, reply)
            and self._records.claim(message.id, message.channel.id, time.time())
        ):
            await self._send(message.channel, message.id, reply, _audience(message), _reference(message))

    async def _report(self, message: discord.Message, decision: Decision) -> None:
        """Tell the staff channel what would have been said. The message itself is linked to, not repeated."""
        what = f"“{decision.entry.question}”" if isinstance(decision, Answer) else "the warning"
        log.info("Dry run: %s would get %s.", message.jump_url, what)
        staff = self._client.settings.staff_channel
        if staff is not None:
            said = f"Dry run: I would have answered {message.jump_url} with {what}. {decision.rule}"
            channel = self._client.get_partial_messageable(staff)
            try:
                await channel.send(said)
            except discord.HTTPException as error:
                if error.code not in failures.NOT_PERMITTED | failures.MESSAGE_GONE:
                    raise
                self._rights.log_refused(channel)

    async def _send(
        self,
        channel: "MessageableChannel",
        message: int,
        reply: Reply,
        audience: Audience,
        reference: discord.MessageReference,
        posted: bool = False,
    ) -> discord.Message | None:
        """Send the reply to a message that was claimed, once: Discord knows its nonce for some minutes. None where
        Discord does not take it.
        """
        refers = self._rights.may_reply(channel)
        try:
            try:
                sent = await self._post(channel, message, reply, audience, reference if refers else None)
            except discord.HTTPException as error:
                if error.code != failures.NO_HISTORY:
                    raise
                sent = await self._post(channel, message, reply, audience, None)
        except discord.HTTPException as error:
            self._records.forget(message)
            if error.code in failures.NOT_PERMITTED:
                self._rights.log_refused(channel)
            elif (reason := failures.named(error)) is not None:
                log.warning("No reply in %s: %s.", shown(channel), reason)
            else:
                raise
            return None
        self._records.sent(message, sent.id, _entry_id(reply), posted)
        return sent

    async def _post(
        self,
        channel: "MessageableChannel",
        message: int,
        reply: Reply,
        audience: Audience,
        reference: discord.MessageReference | None,
    ) -> discord.Message:
        view = layout(reply, audience)
        if reference is None:
            return await channel.send(view=view, nonce=str(message))
        return await channel.send(view=view, nonce=str(message), reference=reference, mention_author=False)

    def _mode(self, channel: "MessageableChannel") -> Mode | None:
        """How a channel is watched: threads and posts as the channel that they are in."""
        watched = self._client.watched
        if isinstance(channel, discord.Thread):
            return watched.get(channel.id) or watched.get(channel.parent_id)
        return watched.get(channel.id)

    def _reply_again(self, message: discord.Message) -> Reply | None:
        """The reply to an edited message, or None where it is to get none."""
        assert self._client.user is not None
        question = question_in(message, self._client.user)
        if question is not None:
            return self._client.reply(question, HOW)
        if self._mode(message.channel) is not Mode.ON:
            return None
        text = overheard_in(message, self._client.settings)
        knowledge = self._client.knowledge
        return (text and replies.reply_to(knowledge.decide(text, Situation.OVERHEARD), knowledge.faq)) or None

    def _unrepeated(self, channel: "MessageableChannel", reply: Reply) -> Reply:
        """The reply, or a link to it where the same entry has just been shown in this channel."""
        earlier = self._repeats(channel, reply)
        if earlier is None or reply.entry is None or isinstance(channel, discord.DMChannel):
            return reply
        link = self._partial(channel, earlier).jump_url
        return Reply(f"{SHOWN} {link}", reply.disclaimer, heading=reply.heading)

    def _repeats(self, channel: "MessageableChannel", reply: Reply) -> int | None:
        """The earlier message with the same entry in this channel."""
        if reply.entry is None:
            return None
        return self._records.lately(channel.id, reply.entry.id, time.time() - REPEATED)

    def _partial(self, channel: "MessageableChannel", message: int) -> discord.PartialMessage:
        if isinstance(channel, discord.GroupChannel):
            raise TypeError("a bot is in no group channel")
        return channel.get_partial_message(message)


def _audience(message: discord.Message) -> Audience:
    direct = isinstance(message.channel, discord.DMChannel)
    return Audience(message.author.id, Surface.DIRECT if direct else Surface.OPEN)


def _reference(message: discord.Message) -> discord.MessageReference:
    return message.to_reference(fail_if_not_exists=False)


def _entry_id(reply: Reply) -> str | None:
    return reply.entry.id if reply.entry else None
