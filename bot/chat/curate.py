"""`/curate`: commands for curators, in the home server alone."""

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.rights import home_server, may_curate
from bot.records import Mode

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

NOT_A_CURATOR: Final = (
    "This is for the FAQ's curators, in its home server: members with the curator role, or who may manage the server."
)
NO_HOME: Final = (
    "I am in several servers. Whoever runs me has to set HOME_SERVER to the id of the one with the curators."
)
NO_CONTENT: Final = (
    " But I cannot read messages that are not addressed to me: whoever runs me sets MESSAGE_CONTENT=yes, and turns on "
    "Message Content Intent in Discord's Developer Portal, under Bot."
)
NO_STAFF_CHANNEL: Final = " Set STAFF_CHANNEL, so that I can report there; till then the reports are in my log."
_SAID: Final = {
    None: "I no longer watch {channel}.",
    Mode.ON: "I now watch {channel}, and answer there where I am sure, even if nobody addressed me.",
    Mode.DRY_RUN: "I now watch {channel}, and report to the staff channel what I would answer, without saying it.",
}
_MODES: Final = [
    app_commands.Choice(name="on: answer where I am sure", value=Mode.ON.value),
    app_commands.Choice(name="dry run: only report to the staff channel", value=Mode.DRY_RUN.value),
    app_commands.Choice(name="off", value="off"),
]


class _Watchable(app_commands.Transformer):
    """A channel of a kind in which members ask."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The channels that Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> app_commands.AppCommandChannel:
        """The channel that was chosen."""
        channel: app_commands.AppCommandChannel = value
        return channel


def curate_commands(client: "FaqClient") -> app_commands.Group:
    """The commands for curators. Discord shows them to those who may manage the server, unless told otherwise."""
    group = app_commands.Group(
        name="curate",
        description="For the FAQ's curators",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(name="watch", description="Answer in a channel or forum without being addressed, where I am sure.")
    @app_commands.describe(channel="The channel or forum; its threads and posts go with it", mode="What I do there")
    @app_commands.choices(mode=_MODES)
    async def watch(
        interaction: discord.Interaction,
        channel: app_commands.Transform[app_commands.AppCommandChannel, _Watchable],
        mode: str,
    ) -> None:
        await _watch(client, interaction, channel, mode)

    return group


async def _watch(
    client: "FaqClient",
    interaction: discord.Interaction[Any],
    channel: app_commands.AppCommandChannel,
    mode: str,
) -> None:
    if not may_curate(interaction, client.settings):
        undecided = home_server(client, client.settings) is None
        await failures.tell(interaction, NO_HOME if undecided else NOT_A_CURATOR)
        return
    chosen = None if mode == "off" else Mode(mode)
    client.watch(channel.id, chosen)
    said = _SAID[chosen].format(channel=channel.mention)
    if chosen is not None and not client.intents.message_content:
        said += NO_CONTENT
    if chosen is Mode.DRY_RUN and client.settings.staff_channel is None:
        said += NO_STAFF_CHANNEL
    await failures.tell(interaction, said)
