"""A message as far as it matters for answering it: from Discord's event itself, or from what discord.py made of it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import discord

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

# All other types are Discord's own announcements.
_TALK: Final = frozenset({discord.MessageType.default.value, discord.MessageType.reply.value})


class Quoted(NamedTuple):
    """A message that another replies to."""

    author: int
    text: str


class Heard(NamedTuple):
    """A message that somebody wrote."""

    id: int
    channel: "MessageableChannel"
    author: int  # id of who wrote it
    text: str
    is_talk: bool  # what a member says, rather than a bot, a webhook or Discord itself
    is_edited: bool
    is_reply: bool  # to whatever message, or forwards one
    quoted: Quoted | None  # the message that it replies to, where Discord shows that
    mentioned: Sequence[int]  # ids of users
    roles: Sequence[int]  # ids of the author's roles in the server, without the one that all have

    @property
    def is_direct(self) -> bool:
        """Whether it was written to the bot alone."""
        return isinstance(self.channel, discord.DMChannel)

    @property
    def at(self) -> float:
        """When it was written, in seconds since 1970 (reference, "Snowflakes")."""
        return ((self.id >> 22) + discord.utils.DISCORD_EPOCH) / 1000.0

    @property
    def link(self) -> str:
        """The address at which Discord shows it."""
        return link(self.channel, self.id)

    @classmethod
    def of(cls, message: discord.Message) -> "Heard":
        """A message that discord.py knows."""
        author, quoted = message.author, message.reference.resolved if message.reference else None
        return cls(
            id=message.id,
            channel=message.channel,
            author=author.id,
            text=message.content,
            is_talk=not author.bot and message.webhook_id is None and message.type.value in _TALK,
            is_edited=message.edited_at is not None,
            is_reply=message.reference is not None,
            quoted=Quoted(quoted.author.id, quoted.content) if isinstance(quoted, discord.Message) else None,
            mentioned=[user.id for user in message.mentions],
            roles=_roles(author) if isinstance(author, discord.Member) else (),
        )

    @classmethod
    def in_event(cls, event: dict[str, Any], server: Callable[[int], discord.Guild | None]) -> "Heard | None":
        """The message in an event of Discord's (reference, "Message Create"), found in a fifth of the time that
        discord.py's Message takes; None where it was written in no channel of a server that discord.py knows.

        `server`: the server with an id.
        """
        guild = server(int(event["guild_id"])) if "guild_id" in event else None
        channel = guild.get_channel_or_thread(int(event["channel_id"])) if guild is not None else None
        if channel is None or isinstance(channel, discord.CategoryChannel | discord.ForumChannel):
            return None
        message, author, quoted = int(event["id"]), event["author"], event.get("referenced_message")
        channel.last_message_id = message  # as discord.py does
        return cls(
            id=message,
            channel=channel,
            author=int(author["id"]),
            text=event["content"],
            is_talk=not author.get("bot") and not event.get("webhook_id") and event["type"] in _TALK,
            is_edited=bool(event.get("edited_timestamp")),
            is_reply="message_reference" in event,
            quoted=Quoted(int(quoted["author"]["id"]), quoted.get("content", "")) if quoted else None,
            mentioned=[int(user["id"]) for user in event.get("mentions") or () if user],
            roles=[int(role) for role in (event.get("member") or {}).get("roles", ())],
        )


def _roles(member: discord.Member) -> list[int]:
    return [role.id for role in member.roles if not role.is_default()]


def link(channel: "MessageableChannel", message: int) -> str:
    """The address at which Discord shows a message."""
    return f"https://discord.com/channels/{channel.guild.id if channel.guild else '@me'}/{channel.id}/{message}"


def partial(channel: "MessageableChannel", message: int) -> discord.PartialMessage:
    """A message of which only the id is known."""
    if isinstance(channel, discord.GroupChannel):
        raise TypeError("a bot is in no group channel")
    return channel.get_partial_message(message)
