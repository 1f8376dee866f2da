"""Who may do what: the bot in a channel, and members who are staff or curators."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

import discord

from bot.settings import Settings

log = logging.getLogger(__name__)

INVITED: Final = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)
NOT_A_CURATOR: Final = (
    "This is for the FAQ's curators, in its home server: members with the curator role, or who may manage the server."
)
NO_HOME: Final = (
    "I am in several servers. Whoever runs me has to set HOME_SERVER to the id of the one with the curators."
)


@dataclass
class Permissions:
    """What members may do, by the settings and by the servers that the bot is in."""

    _settings: Settings
    _guilds: Callable[[], Sequence[discord.Guild]]

    def is_staff(self, member: discord.abc.User) -> bool:
        """Return whether somebody moderates the server that they are in: they may remove replies."""
        if not isinstance(member, discord.Member):
            return False
        rights = member.resolved_permissions or member.guild_permissions
        return rights.manage_guild or rights.manage_messages or self._has_curator_role(member)

    def may_curate(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether somebody may change the FAQ and what the bot watches: curators, in the home server.

        Looked up at every use: a server's administrators can show the commands to others.
        """
        member, home = interaction.user, home_server(self._guilds(), self._settings)
        if home is None or interaction.guild_id != home or not isinstance(member, discord.Member):
            return False
        return interaction.permissions.manage_guild or self._has_curator_role(member)

    def why_no_curator(self, interaction: discord.Interaction[Any]) -> str | None:
        """Return a sentence that says why somebody may not curate; None if they may."""
        if self.may_curate(interaction):
            return None
        return NO_HOME if home_server(self._guilds(), self._settings) is None else NOT_A_CURATOR

    def _has_curator_role(self, member: discord.Member) -> bool:
        role = self._settings.curator_role
        return role is not None and member.get_role(role) is not None


def home_server(guilds: Sequence[discord.Guild], settings: Settings) -> int | None:
    """Return the id of the server where curators edit: that of the settings, or the only one; None if neither tells."""
    if settings.home_server is not None:
        return settings.home_server
    return guilds[0].id if len(guilds) == 1 else None


class Write(Enum):
    """How the bot may write in a channel."""

    REPLIES = auto()
    MESSAGES = auto()  # that are no replies: Discord allows replies only to who may read the history


@dataclass
class OwnPermissions:
    """What the bot may do. What it may not is logged once for each channel, until it may again."""

    _logged: set[int] = field(default_factory=set)

    def to_write(self, channel: "discord.abc.MessageableChannel") -> Write | None:
        """Return how the bot may write in a channel, as far as it knows; None if it may not."""
        in_thread = isinstance(channel, discord.Thread)
        told_of = channel.parent is not None if isinstance(channel, discord.Thread) else True
        if channel.guild is None or isinstance(channel, discord.PartialMessageable) or not told_of:  # no rights known
            return Write.REPLIES
        rights = channel.permissions_for(channel.guild.me)
        if rights.view_channel and (rights.send_messages_in_threads if in_thread else rights.send_messages):
            return Write.REPLIES if rights.read_message_history else Write.MESSAGES
        self.log_refused(channel, "Send Messages in Threads" if in_thread else "Send Messages")
        return None

    def wrote(self, channel: "discord.abc.MessageableChannel") -> None:
        """Note that the bot could write in a channel: what it may not do there later is news."""
        self._logged.discard(channel.id)

    def log_refused(
        self, channel: "discord.abc.MessageableChannel", missing: str = "View Channel and Send Messages"
    ) -> None:
        """Log that the bot may not write in a channel, once."""
        if channel.id not in self._logged:
            self._logged.add(channel.id)
            log.warning("I may not write in %s: give me the permissions %s there.", shown(channel), missing)


def shown(channel: Any) -> str:
    """Return a channel's name and id for a log line."""
    name = getattr(channel, "name", None)
    return f"#{name} ({channel.id})" if name else f"the channel {channel.id}"
