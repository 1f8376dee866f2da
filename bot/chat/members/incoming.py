"""A member's message as far as it matters for answering it: was it put to the bot, and what does it ask?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.matching.decision import Origin

_TALK: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})  # others are Discord's announcements


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that somebody wrote."""

    id: int
    channel: "discord.abc.MessageableChannel"
    author: int  # user id
    text: str
    is_talk: bool  # whether a member says it, rather than a bot, a webhook or Discord itself
    is_edited: bool
    is_reply: bool  # whether it replies to a message, or forwards one
    quoted_text: str | None  # what somebody else's message says that it replies to, if Discord shows that
    mentioned: Sequence[int]  # user ids
    roles: Sequence[int]  # ids of the author's roles in the server, without the one that all have
    bot: int  # the bot's own user id

    @classmethod
    def of(cls, message: discord.Message, bot: int) -> "Incoming":
        """Return what matters of a message. `bot`: the bot's own user id."""
        author, quoted = message.author, message.reference.resolved if message.reference else None
        roles = author.roles if isinstance(author, discord.Member) else []
        return cls(
            id=message.id,
            channel=message.channel,
            author=author.id,
            text=message.content,
            is_talk=not author.bot and message.webhook_id is None and message.type in _TALK,
            is_edited=message.edited_at is not None,
            is_reply=message.reference is not None,
            quoted_text=quoted.content if isinstance(quoted, discord.Message) and quoted.author.id != bot else None,
            mentioned=[user.id for user in message.mentions],
            roles=[role.id for role in roles if not role.is_default()],
            bot=bot,
        )

    @property
    def is_direct(self) -> bool:
        """Whether it was written to the bot alone."""
        return isinstance(self.channel, discord.DMChannel)

    @property
    def origin(self) -> Origin:
        """How its question came to the bot, if it was put to the bot."""
        return Origin.DIRECT if self.is_direct else Origin.MENTION

    @property
    def at(self) -> float:
        """When it was written, in seconds since 1970: ids carry the time (reference, "Snowflakes")."""
        return discord.utils.snowflake_time(self.id).timestamp()

    @property
    def link(self) -> str:
        """The address at which Discord shows it."""
        return link(self.channel, self.id)

    @property
    def question(self) -> str | None:
        """The question that it puts to the bot: "" if it only calls the bot, None if it is not addressed to it.

        Addressed are direct messages and mentions. A reply to the bot mentions it, unless the ping was turned off. A
        mention without words, in reply to somebody else's message, puts that message's question.
        """
        if not self.is_talk or (self.bot not in self.mentioned and not self.is_direct):
            return None
        text = without_mentions(self.text, self.bot)
        return without_mentions(self.quoted_text, self.bot) if self.quoted_text is not None and not text else text


def without_mentions(text: str, bot: int) -> str:
    """Return a message's text without mentions of the bot."""
    return text.replace(f"<@{bot}>", " ").replace(f"<@!{bot}>", " ").strip()


def link(channel: "discord.abc.MessageableChannel", message: int) -> str:
    """Return the address at which Discord shows a message."""
    return f"https://discord.com/channels/{channel.guild.id if channel.guild else '@me'}/{channel.id}/{message}"
