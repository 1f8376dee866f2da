"""What `doctor` finds in the servers: home, curators, staff channel, watched channels, and permissions there."""

from collections.abc import Iterator
from typing import Final

import discord

from bot.chat.client import invitation
from bot.chat.permissions import home_server
from bot.data.watched import Mode, watched_in
from bot.ops.doctor.local import Finding
from bot.settings import Settings

_NEEDED: Final = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
}


def of_servers(client: discord.Client, settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the servers of a client that is connected."""
    if not client.guilds:
        address = invitation(client.application_id)
        yield Finding("Servers", "I am in none.", f"Open {address}, choose your server, and click Authorise.")
        return
    home = client.get_guild(home_server(client.guilds, settings) or 0)
    yield from _of_home(client, settings, home)
    yield from _of_staff_channel(client, settings, home)
    yield from _of_watched(client, settings)
    for guild in client.guilds:
        yield _of_channels(guild)


def _of_home(client: discord.Client, settings: Settings, home: discord.Guild | None) -> Iterator[Finding]:
    names = ", ".join(f"{guild.name} ({guild.id})" for guild in client.guilds)
    if home is None:
        found = "I am not in it" if settings.home_server else "I am in several servers, and do not know which it is"
        yield Finding("Home server", f"{found}.", f"Set HOME_SERVER to the id of one of these: {names}.")
        return
    yield Finding("Home server", f"{home.name}.")
    if settings.curator_role is None:
        yield Finding("Curators", "who may manage the home server (CURATOR_ROLE is not set).")
    elif (role := home.get_role(settings.curator_role)) is not None:
        yield Finding("Curators", f"who has the role {role.name}, or may manage the home server.")
    else:
        remedy = "In Discord: Server Settings, Roles, … beside the role, Copy Role ID; set CURATOR_ROLE to it."
        yield Finding("Curators", f"{home.name} has no role with the id {settings.curator_role}.", remedy)


def _of_staff_channel(client: discord.Client, settings: Settings, home: discord.Guild | None) -> Iterator[Finding]:
    if settings.staff_channel is None:
        yield Finding("Staff channel", "none (STAFF_CHANNEL is not set): what happens to the FAQ is in the log alone.")
        return
    channel = client.get_channel(settings.staff_channel)
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        remedy = "In Discord: right-click the channel, Copy Channel ID; set STAFF_CHANNEL to it, and let me view it."
        yield Finding("Staff channel", f"I see no channel with the id {settings.staff_channel}.", remedy)
    elif channel.guild != home:
        remedy = "Set STAFF_CHANNEL to a channel of the home server."
        yield Finding("Staff channel", f"#{channel.name} is in {channel.guild.name}, not in the home server.", remedy)
    else:
        yield _of_permissions("Staff channel", channel, ("view_channel", "send_messages"))


def _of_watched(client: discord.Client, settings: Settings) -> Iterator[Finding]:
    watched = watched_in(settings.data_path)
    if watched and not settings.message_content:
        remedy = "Set MESSAGE_CONTENT=yes; README.md, Watched channels, says what else it needs."
        yield Finding("Watched channels", f"{len(watched)}, of which I hear nothing (MESSAGE_CONTENT=no).", remedy)
    for number, mode in watched.items():
        channel = client.get_channel(number)
        if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            needed = tuple(_NEEDED) if mode is Mode.ON else ("view_channel",)
            yield _of_permissions("Watched channel", channel, needed)
        else:
            remedy = "If it was deleted, nothing is to be done; else let me view it: Edit Channel, Permissions."
            yield Finding("Watched channel", f"I see no channel with the id {number}.", remedy)


def _of_permissions(what: str, channel: discord.abc.GuildChannel | discord.Thread, needed: tuple[str, ...]) -> Finding:
    """Return whether the bot has the permissions that it needs in a channel and its threads."""
    has = channel.permissions_for(channel.guild.me)
    missing = [_NEEDED[each] for each in needed if not getattr(has, each)]
    if not missing:
        return Finding(what, f"#{channel.name}, with all permissions that I need.")
    place = channel.parent if isinstance(channel, discord.Thread) and channel.parent else channel
    where = f"right-click #{place.name}, Edit Channel, Permissions, Advanced permissions, +, my name: allow."
    return Finding(what, f"#{channel.name}: I lack {', '.join(missing)}.", f"In Discord: {where}")


def _of_channels(guild: discord.Guild) -> Finding:
    """Name the channels of a server that the bot sees and may not write in: often that is meant so."""
    rights = [(channel.name, channel.permissions_for(guild.me)) for channel in guild.text_channels]
    silent = [f"#{name}" for name, has in rights if has.view_channel and not has.send_messages]
    if not silent:
        return Finding(f"Channels of {guild.name}", "I may write in all that I see.")
    more = ", …" if len(silent) > 5 else ""
    return Finding(f"Channels of {guild.name}", f"I see these and may not write there: {', '.join(silent[:5])}{more}.")
