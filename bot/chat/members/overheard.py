"""What the bot says in watched channels where nobody addressed it: only what it is sure about, and warnings."""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import discord

from bot.chat.members.incoming import Incoming
from bot.chat.members.rate_limit import Once, Pace, RateLimit
from bot.chat.members.replier import Replier
from bot.data.watched import Mode, Watched
from bot.live.served import Served
from bot.matching import replies
from bot.matching.decision import Answer, Decision, Origin
from bot.matching.replies import Reply
from bot.settings import Settings

log = logging.getLogger(__name__)


@dataclass
class Overheard:
    """Decides about messages in watched channels."""

    _served: Served
    _replier: Replier
    _rate_limit: RateLimit
    _watched: Watched
    _tell_staff: Callable[[str], Awaitable[None]]
    _settings: Settings
    _hears_all: bool  # whether Discord sends the text of messages that are not addressed to the bot
    _once: Once = field(default_factory=Once)

    def mode(self, channel: "discord.abc.MessageableChannel") -> Mode | None:
        """Return how a channel is watched, a thread or post as the channel that it is in; None without texts."""
        if not self._hears_all:
            return None
        if isinstance(channel, discord.Thread):
            return self._watched.mode(channel.id) or self._watched.mode(channel.parent_id)
        return self._watched.mode(channel.id)

    async def listen(self, message: Incoming, mode: Mode) -> None:
        """Reply to a message if the bot is sure, or report what it would have said."""
        found = await self.decide(message)
        if found is None:
            return
        decision, reply = found
        if mode is Mode.DRY_RUN:
            if self._first(message, reply):
                await self._report(message, decision)
            return
        target = self._replier.target(message.channel, message.id)
        if target is None or (reply.urgent and not self._first(message, reply)):
            return
        if not reply.urgent and self._rate_limit.ask(message.author, message.at) is not Pace.FINE:
            return
        if not self._replier.claim(message.id, message.channel.id):
            return
        sent = False
        try:
            sent = await self._replier.answer(target, message, reply, message.text, Origin.WATCHED)
        finally:
            if not sent and reply.urgent:  # a warning that could not be said is not said yet
                self._once.forget(_about(message, reply))

    async def decide(self, message: Incoming) -> tuple[Decision, Reply] | None:
        """Return what to say to a message that nobody addressed to the bot; None if the bot keeps silent."""
        text = overheard_text(message, self._settings)
        if text is None:
            return None
        faq, decision = await self._served.ask(lambda answerer: (answerer.faq, answerer.decide(text, Origin.WATCHED)))
        reply = replies.reply_to(decision, faq)
        return None if reply is None else (decision, reply)

    def _first(self, message: Incoming, reply: Reply) -> bool:
        return self._once.first(_about(message, reply), time.monotonic())

    async def _report(self, message: Incoming, decision: Decision) -> None:
        """Tell the staff channel what would have been said. The message itself is linked to, not repeated."""
        what = f"“{decision.entry.question}”. {decision.rule}" if isinstance(decision, Answer) else "the warning."
        log.info("Dry run: %s would get %s", message.link, what)
        await self._tell_staff(f"Dry run: I would have answered {message.link} with {what}")


def overheard_text(message: Incoming, settings: Settings) -> str | None:
    """Return what a message in a watched channel says, a forum post's title before it; None if the bot keeps out.

    It keeps out of what bots, webhooks and staff write, and of what members reply to each other.
    """
    if not message.is_talk or message.is_reply or message.mentioned or _moderates(message, settings):
        return None
    channel = message.channel
    title = f"{channel.name}\n" if isinstance(channel, discord.Thread) and channel.id == message.id else ""
    return f"{title}{message.text}".strip() or None


def _about(message: Incoming, reply: Reply) -> tuple[int, int | str]:
    """Return what is said once in a while: an entry in a channel, and a warning to a member there."""
    return message.channel.id, reply.entry.id if reply.entry else message.author


def _moderates(message: Incoming, settings: Settings) -> bool:
    """Return whether a message's author moderates the server that it was written in: no need to answer them."""
    guild = message.channel.guild
    if guild is None:
        return False
    if message.author == guild.owner_id or settings.curator_role in message.roles:
        return True
    roles = map(guild.get_role, (guild.id, *message.roles))  # all members have the server's own role
    rights = [role.permissions for role in roles if role is not None]
    return any(each.administrator or each.manage_guild or each.manage_messages for each in rights)
