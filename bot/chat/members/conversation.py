"""Messages to replies: one for each that addresses the bot or is overheard, following its edits and deletion."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import discord

from bot.chat import failures
from bot.chat.layout import Audience, Surface
from bot.chat.members.incoming import Heard, link
from bot.chat.members.listener import overheard_in, question_in, quoted_in
from bot.chat.members.rate_limit import SECONDS, Once, Pace
from bot.chat.sender import Delivery, Target
from bot.data.reply_log import Sent
from bot.data.watched import Mode
from bot.matching import replies
from bot.matching.decision import Answer, Decision, Origin
from bot.matching.replies import Reply

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

    from bot.chat.client import FaqClient

log = logging.getLogger(__name__)

HOW: Final = "Mention me with your question, or use /ask for an answer that only you see. For example:"
HOW_DIRECT: Final = "Write me your question. For example:"
SLOWER: Final = (
    f"That's a lot of questions at once! Give me {SECONDS:.0f} seconds, then ask on. /faq shows everything that I know."
)
UNREADABLE: Final = (
    "I can't read that message: Discord shows me only what is written to me. Right-click (or hold) it and choose Apps, "
    "“Answer from the FAQ”, or put the question to me yourself."
)
GONE: Final = 1_000  # deleted messages that are remembered
_YOUNG: Final = 600.0  # seconds; a message that may have been edited because the mention was forgotten
_WRITABLE: Final = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel


class Concern(NamedTuple):
    """Why a message is something to the bot: one of the two."""

    question: str | None = None  # that it puts to the bot
    mode: Mode | None = None  # of the watched channel that it stands in


class Conversation:
    """What is said in channels and direct messages."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._records = client.records
        self._delivery = Delivery(client.http, client.records)
        self._once = Once()
        self._gone: dict[int, None] = {}  # messages that were deleted lately

    def concern(self, message: Heard) -> Concern | None:
        """Why a message that came is something to the bot; None where it is not, as most are not."""
        question = question_in(message, self._me)
        if question is not None:
            return Concern(question=question)
        mode = self._mode(message.channel)
        return None if mode is None else Concern(mode=mode)

    async def heard(self, message: Heard, concern: Concern) -> None:
        """Reply to a message that addresses the bot, or that it overhears and is sure about."""
        async with self._delivery.turn(message.id):
            if message.id in self._gone:  # the event of its deletion came first
                return
            if concern.question is not None:
                await self._asked(message, concern.question, first=True)
            elif concern.mode is not None:
                await self._overheard(message, concern.mode)

    async def missed(self, message: Heard, reply: int | None) -> bool:
        """Reply to a message that came while the bot was away, unless it has a `reply`; whether it got one now.

        Only to what was put to the bot: of what would have been overheard, nobody waits for an answer.
        """
        question = question_in(message, self._me)
        if question is None:
            return False
        async with self._delivery.turn(message.id):
            if message.id in self._gone:  # while it was looked for
                return False
            self._records.release(message.id)  # where it was cut off: whatever is under way now has its turn
            if reply is None:
                return await self._asked(message, question)
            if self._records.claim(message.id, message.channel.id, time.time()):
                self._records.sent(message.id, reply, None, _origin(message))
                if message.is_edited:
                    await self._decide_again(message, Sent(message.channel.id, reply, None, _origin(message)))
        return False

    async def edited(self, message: Heard, at: str) -> None:
        """Decide again about a message that was replied to: edit the reply, or remove it where there is none now.

        A young message that has only now been addressed to the bot is answered. `at`: when it was edited, as Discord
        says. It says so again whenever anything else about the message changes.
        """
        async with self._delivery.turn(message.id):
            sent = self._records.sent_for(message.id)
            if sent is not None and not sent.is_posted and self._records.edited(message.id, at):
                await self._decide_again(message, sent)
            elif sent is None and time.time() - message.at < _YOUNG:
                question = question_in(message, self._me)
                if question is not None:
                    await self._asked(message, question)

    async def withdraw(self, messages: Iterable[int]) -> None:
        """Remove the replies to messages that are gone, and forget replies that are gone themselves."""
        for message in messages:
            self._gone[message] = None
            if len(self._gone) > GONE:
                del self._gone[next(iter(self._gone))]
            async with self._delivery.turn(message):
                self._records.removed(message)
                self._client.learning.withdrawn(message)
                sent = self._records.sent_for(message)
                if sent is None:
                    continue
                try:
                    await self._delivery.remove(self._client, sent)
                except discord.HTTPException as error:  # the others shall go all the same
                    failures.record("Removing a reply", error)

    async def show(self, interaction: discord.Interaction[Any], reply: Reply) -> str | None:
        """Post an answer for everyone. A sentence where it was posted just now."""
        return await self._delivery.show(interaction, reply)

    async def post(self, interaction: discord.Interaction[Any], reply: Reply, message: int) -> str:
        """Post an answer as a reply to somebody's message. A sentence that says so, or why it cannot be."""
        channel, theirs = interaction.channel, interaction.permissions
        target = self._delivery.target(channel, message) if isinstance(channel, _WRITABLE) else None
        if target is None:
            return "I may not write in this channel. A moderator can give me the permission to."
        if not (theirs.send_messages_in_threads if isinstance(channel, discord.Thread) else theirs.send_messages):
            return "You may not write in this channel."
        if self._client.pacing.ask(interaction.user.id, time.time()) is not Pace.FINE:
            return SLOWER
        async with self._delivery.turn(message):
            if not self._records.claim(message, target.channel.id, time.time()):
                return "I have replied to that message already."
            audience = Audience(interaction.user.id, Surface.OPEN)
            sent = await self._send(target, reply, audience, Origin.MENU)
        return f"Posted: {link(target.channel, sent)}" if sent else "Discord did not let me post it here."

    async def _asked(self, message: Heard, question: str, *, first: bool = False) -> bool:
        """Reply to a message that was put to the bot, once; whether a reply was sent. `first`: whether it came just
        now, and nothing was decided about it before.
        """
        channel = message.channel
        target = self._delivery.target(channel, message.id)
        if target is None or not self._records.claim(message.id, channel.id, time.time()):
            return False
        reply = self._reply(message, question)
        if not reply.urgent:
            pace = self._pace(message)
            if pace is Pace.STILL_FAST:
                self._records.unwanted(message.id)
                log.info("decision=silence origin=%s reason=too-fast message=%d", _origin(message).value, message.id)
                return False
            if pace is Pace.FAST:
                reply = Reply(SLOWER, reply.disclaimer)
                question = ""
        # What came at once is decided one after the other before the first reply is sent: the processor's caches keep
        # what a step needs (Larus and Parkes, Using Cohort Scheduling to Enhance Server Performance, 2002).
        await asyncio.sleep(0)
        if message.id in self._gone:  # with what came at once
            self._records.unwanted(message.id)
            return False
        sent = await self._send(target, reply, _audience(message), _origin(message))
        if sent is not None:
            learning, origin = self._client.learning, _origin(message)
            learning.decided(question, reply, origin, message.id, first=first)
            learning.remember(sent, question, reply, origin, message.id)
        return sent is not None

    async def _overheard(self, message: Heard, mode: Mode) -> None:
        found = self._sure(message)
        if found is None:
            return
        decision, reply = found
        channel = message.channel
        what = reply.entry.id if reply.entry else message.author  # a warning is for its author
        if mode is Mode.DRY_RUN:
            if self._once.first((channel.id, what), time.monotonic()):
                await self._report(message, decision)
            return
        target = self._delivery.target(channel, message.id)
        if target is None or (reply.urgent and not self._first_warning(message)):
            return
        if not reply.urgent and self._pace(message) is not Pace.FINE:
            return
        if self._records.claim(message.id, channel.id, time.time()):
            await self._interject(message, target, reply)

    async def _interject(self, message: Heard, target: Target, reply: Reply) -> None:
        """Reply to a message that nobody addressed to the bot. A warning that could not be said is not said yet."""
        sent = None
        try:
            sent = await self._send(target, reply, _audience(message), Origin.WATCHED)
        finally:
            if sent is None and reply.urgent:
                self._once.forget((message.channel.id, message.author))
        if sent is not None:
            self._client.learning.decided(message.text, reply, Origin.WATCHED)

    async def _send(self, target: Target, reply: Reply, audience: Audience, origin: Origin) -> int | None:
        """Send a reply, and give its id. One that was deleted before Discord's response came is gone all the same."""
        sent = await self._delivery.send(target, reply, audience, origin)
        if sent is not None and sent in self._gone:
            self._records.removed(sent)
        return sent

    def _pace(self, message: Heard) -> Pace:
        """How its author asks: what is read late counts when it was written."""
        return self._client.pacing.ask(message.author, message.at)

    def _first_warning(self, message: Heard) -> bool:
        return self._once.first((message.channel.id, message.author), time.monotonic())

    async def _decide_again(self, message: Heard, sent: Sent) -> None:
        question = question_in(message, self._me)
        if question is not None:
            reply = self._reply(message, question)
            if not reply.urgent and self._client.pacing.ask(message.author, time.time()) is not Pace.FINE:
                return
        elif sent.origin is Origin.WATCHED and self._mode(message.channel) is not Mode.ON:
            return
        elif sent.origin is Origin.WATCHED and (found := self._sure(message)) is not None:
            reply = found[1]
        else:
            self._client.learning.withdrawn(message.id)
            await self._delivery.remove(self._client, sent)
            return
        self._client.learning.decided_again(question or "", reply, _origin(message), message.id)
        self._client.learning.remember(sent.reply, question or "", reply, _origin(message), message.id)
        fresh = self._delivery.unrepeated(message.channel, reply, own=sent.reply)
        await self._delivery.change(message.channel, sent, fresh, _audience(message))

    def _reply(self, message: Heard, question: str) -> Reply:
        """The reply to a message that addresses the bot."""
        if not question and quoted_in(message, self._me) is not None:
            return Reply(UNREADABLE, self._client.answerer.faq.disclaimer, browsable=True)
        return self._client.reply(question, HOW_DIRECT if message.is_direct else HOW)

    def _sure(self, message: Heard) -> tuple[Decision, Reply] | None:
        """What to say to a message that nobody addressed to the bot; None where it keeps silent."""
        text = overheard_in(message, self._client.settings)
        if text is None:
            return None
        decision = self._client.answerer.decide(text, Origin.WATCHED)
        reply = replies.reply_to(decision, self._client.answerer.faq)
        return None if reply is None else (decision, reply)

    async def _report(self, message: Heard, decision: Decision) -> None:
        """Tell the staff channel what would have been said. The message itself is linked to, not repeated."""
        what = f"“{decision.entry.question}”. {decision.rule}" if isinstance(decision, Answer) else "the warning."
        log.info("Dry run: %s would get %s", message.link, what)
        await self._client.staff.tell(f"Dry run: I would have answered {message.link} with {what}")

    @property
    def _me(self) -> int:
        """The bot's user id."""
        assert self._client.user is not None
        return self._client.user.id

    def _mode(self, channel: "MessageableChannel") -> Mode | None:
        """How a channel is watched, threads and posts as the channel that they are in; not without their texts."""
        if not self._client.intents.message_content:
            return None
        watched = self._client.watched
        if isinstance(channel, discord.Thread):
            return watched.mode(channel.id) or watched.mode(channel.parent_id)
        return watched.mode(channel.id)


def _audience(message: Heard) -> Audience:
    return Audience(message.author, Surface.DIRECT if message.is_direct else Surface.OPEN)


def _origin(message: Heard) -> Origin:
    """How a message that was put to the bot came to it."""
    return Origin.DIRECT if message.is_direct else Origin.MENTION
