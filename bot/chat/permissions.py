"""Who may do what: the bot in a channel, and members who are staff or curators."""

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.chat.members.incoming import Heard
from bot.settings import Settings

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

log = logging.getLogger(__name__)

INVITED: Final = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)


class Write(Enum):
    """How the bot may write in a channel."""

    REPLIES = auto()
    MESSAGES = auto()  # which refer to no other: Discord lets only those do it who may read what was written before


class OwnRights:
    """What the bot may do. What it may not is logged once for each channel, until it may again."""

    def __init__(self) -> None:
        self._logged: set[int] = set()

    def to_write(self, channel: "MessageableChannel") -> Write | None:
        """How the bot may write in a channel, as far as it knows; None where it may not."""
        rights = _rights(channel)
        if rights is None:
            return Write.REPLIES
        in_thread = isinstance(channel, discord.Thread)
        if rights.view_channel and (rights.send_messages_in_threads if in_thread else rights.send_messages):
            return Write.REPLIES if rights.read_message_history else Write.MESSAGES
        self.log_refused(channel, "Send Messages in Threads" if in_thread else "Send Messages")
        return None

    def wrote(self, channel: "MessageableChannel") -> None:
        """Note that the bot could write in a channel: what it may not do there later is news."""
        self._logged.discard(channel.id)

    def log_refused(self, channel: "MessageableChannel", missing: str = "View Channel and Send Messages") -> None:
        """Log that the bot may not write in a channel, once."""
        if channel.id not in self._logged:
            self._logged.add(channel.id)
            log.warning("I may not write in %s: give me the permissions %s there.", shown(channel), missing)


def _rights(channel: "MessageableChannel") -> discord.Permissions | None:
    """The bot's permissions in a channel; None where there are none to look at, as in direct messages."""
    guild = channel.guild
    if guild is None or isinstance(channel, discord.PartialMessageable):
        return None
    if isinstance(channel, discord.Thread) and channel.parent is None:  # a channel that the bot has not been told of
        return None
    return channel.permissions_for(guild.me)


def shown(channel: Any) -> str:
    """A channel's name and id for a log line."""
    name = getattr(channel, "name", None)
    return f"#{name} ({channel.id})" if name else f"the channel {channel.id}"


def is_staff(member: discord.abc.User, settings: Settings) -> bool:
    """Whether somebody moderates the server in which they press a button: they may remove replies."""
    if not isinstance(member, discord.Member):
        return False
    rights = member.resolved_permissions or member.guild_permissions
    return rights.manage_guild or rights.manage_messages or _is_curator(member, settings)


def moderates(message: Heard, settings: Settings) -> bool:
    """Whether the author of a message moderates the server that it was written in: no need to answer them."""
    guild = message.channel.guild
    if guild is None:
        return False
    if message.author == guild.owner_id or settings.curator_role in message.roles:
        return True
    roles = filter(None, map(guild.get_role, (guild.id, *message.roles)))  # all have the one with the server's id
    return any(
        rights.administrator or rights.manage_guild or rights.manage_messages
        for rights in (role.permissions for role in roles)
    )


def _is_curator(member: discord.Member, settings: Settings) -> bool:
    return settings.curator_role is not None and member.get_role(settings.curator_role) is not None


def home_server(client: discord.Client, settings: Settings) -> int | None:
    """The id of the server where curators edit: what the settings say, or the only one; None where neither tells."""
    if settings.home_server is not None:
        return settings.home_server
    return client.guilds[0].id if len(client.guilds) == 1 else None


def may_curate(interaction: discord.Interaction[Any], settings: Settings) -> bool:
    """Whether somebody may change the FAQ and what the bot watches: curators, in the home server.

    Looked up at every use: a server's command settings alone can be changed by its administrators.
    """
    member, home = interaction.user, home_server(interaction.client, settings)
    if home is None or interaction.guild_id != home or not isinstance(member, discord.Member):
        return False
    return interaction.permissions.manage_guild or _is_curator(member, settings)
