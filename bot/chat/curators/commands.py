"""`/curate`: commands for curators, in the home server alone, and their entry in the message menu."""

from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.entries import Curating
from bot.chat.layout import shortened
from bot.chat.router import number
from bot.content import limits
from bot.data.watched import Mode

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

NO_CONTENT: Final = (
    " But I cannot read messages that are not addressed to me: whoever runs me sets MESSAGE_CONTENT=yes, and turns on "
    "Message Content Intent in Discord's Developer Portal, under Bot."
)
NO_RIGHTS: Final = (
    " But I may not write there: give me the permissions View Channel, Send Messages, and Send Messages in Threads."
)
NO_STAFF_CHANNEL: Final = " Set STAFF_CHANNEL, so that I can report there; till then the reports are in my log."
MENU: Final = "Add as a wording"
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
_PARTS: Final = [
    app_commands.Choice(name="question, answer and caution", value=forms.ANSWER),
    app_commands.Choice(name="other wordings", value=forms.WORDINGS),
    app_commands.Choice(name="section, related entries, review", value=forms.DETAILS),
]
_ENTRY: Final = "The entry: type what it is about"
_IN_SERVERS: Final = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
_INSTALLED: Final = app_commands.AppInstallationType(guild=True, user=False)
_MANAGERS: Final = discord.Permissions(manage_guild=True)  # who sees the commands, unless a server says otherwise


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


class _Curate(app_commands.Group):
    """The commands, each for those alone whom `admits` admits."""

    def __init__(self, curating: Curating) -> None:
        super().__init__(
            name="curate",
            description="For the FAQ's curators",
            default_permissions=_MANAGERS,
            allowed_contexts=_IN_SERVERS,
            allowed_installs=_INSTALLED,
        )
        self._curating = curating

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether a command may be used; a sentence was said where not."""
        return await self._curating.admits(interaction)


def curate_commands(client: "FaqClient", curating: Curating) -> app_commands.Group:
    """The commands for curators. Discord shows them to those who may manage the server, unless told otherwise."""
    group = _Curate(curating)
    _add_entry_commands(group, client, curating)
    _add_change_commands(group, client, curating)
    _add_file_commands(group, curating)
    _add_question_commands(group, curating)

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


def wording_menu(curating: Curating) -> app_commands.ContextMenu:
    """The message menu's «Add as a wording»."""

    async def add(interaction: discord.Interaction, message: discord.Message) -> None:
        if await curating.admits(interaction):
            await curating.add_wording(interaction, message)

    menu = app_commands.ContextMenu(
        name=MENU,
        callback=add,
        type=discord.AppCommandType.message,
        allowed_contexts=_IN_SERVERS,
        allowed_installs=_INSTALLED,
    )
    menu.default_permissions = _MANAGERS
    return menu


def _add_entry_commands(group: app_commands.Group, client: "FaqClient", curating: Curating) -> None:
    @group.command(name="add", description="Add an entry: a form opens, then you see what it does before it is saved.")
    @app_commands.describe(
        question="Its question, if you have it at hand",
        section="Where in the source the answer comes from",
        id="Lower-case words and hyphens; made from the question where you give none",
    )
    async def add(
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, limits.QUESTION] = "",
        section: app_commands.Range[str, 1, limits.SECTION] = "",
        id: app_commands.Range[str, 1, limits.ID] = "",  # noqa: A002 - the option's name
    ) -> None:
        await curating.add(interaction, question, section, id)

    @add.autocomplete("section")
    async def complete_section(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = dict.fromkeys(entry.section for entry in client.answerer.faq.entries)
        found = [name for name in known if typed.lower() in name.lower()][: limits.DISCORD_CHOICES]
        return [app_commands.Choice(name=name, value=name) for name in found]

    @group.command(name="edit", description="Edit an entry: a form opens with its text.")
    @app_commands.describe(entry=_ENTRY, part="What to edit; the answer where you don't say")
    @app_commands.choices(part=_PARTS)
    async def edit(interaction: discord.Interaction, entry: str, part: str = forms.ANSWER) -> None:
        await curating.edit(interaction, entry, part)

    @group.command(name="remove", description="Remove an entry. You see what that does before it is saved.")
    @app_commands.describe(entry=_ENTRY)
    async def remove(interaction: discord.Interaction, entry: str) -> None:
        await curating.remove(interaction, entry)

    edit.autocomplete("entry")(_completed_entry(client))
    remove.autocomplete("entry")(_completed_entry(client))


def _add_change_commands(group: app_commands.Group, client: "FaqClient", curating: Curating) -> None:
    @group.command(name="history", description="The last changes of the FAQ, each with what went and what came.")
    @app_commands.describe(entry="Of this entry alone")
    async def history(interaction: discord.Interaction, entry: str = "") -> None:
        await curating.history(interaction, entry)

    history.autocomplete("entry")(_completed_entry(client))

    @group.command(name="undo", description="Take a change back: the last, or any whose lines are as it left them.")
    @app_commands.describe(change="Its number or what it did; the last change where you don't say")
    async def undo(interaction: discord.Interaction, change: str = "") -> None:
        typed = change.strip()
        if typed and not number(typed):
            found = curating.changes_like(typed)
            typed = str(found[0].number) if found else "0"
        await curating.undo(interaction, number(typed) if typed else None)

    @undo.autocomplete("change")
    async def complete_change(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not curating.may(interaction):
            return []
        return [
            app_commands.Choice(
                name=shortened(f"{each.number}: {each.what}", limits.DISCORD_CHOICE), value=str(each.number)
            )
            for each in curating.changes_like(typed)
        ]

    @group.command(name="drafts", description="Go on with what you typed and did not save.")
    async def drafts(interaction: discord.Interaction) -> None:
        await curating.drafts.list(interaction)

    @group.command(name="why", description="Why I answer a question as I do: the rule, the scores, the words.")
    @app_commands.describe(question="The question", overheard="As in a watched channel, where nobody addressed me")
    async def why(interaction: discord.Interaction, question: str, overheard: bool = False) -> None:
        await curating.why(interaction, question, overheard)


def _add_question_commands(group: app_commands.Group, curating: Curating) -> None:
    @group.command(
        name="inbox", description="Questions that found no answer: make them wordings, entries, or off topic."
    )
    async def inbox(interaction: discord.Interaction) -> None:
        await curating.sorting.show(interaction)

    @group.command(name="stats", description="What is asked and found, as a chart and in numbers.")
    @app_commands.describe(days="How far back; 30 days where you don't say")
    @app_commands.choices(days=[app_commands.Choice(name=f"{days} days", value=days) for days in (7, 30, 90)])
    async def stats(interaction: discord.Interaction, days: int = 30) -> None:
        await curating.statistics.show(interaction, days)


def _add_file_commands(group: app_commands.Group, curating: Curating) -> None:
    @group.command(name="check", description="What is wrong with the FAQ file, line by line, or what is in it.")
    async def check(interaction: discord.Interaction) -> None:
        await curating.check(interaction)

    @group.command(name="export", description="Get the FAQ file.")
    async def export(interaction: discord.Interaction) -> None:
        await curating.export(interaction)

    @group.command(name="import", description="Replace the FAQ file with one of yours. You see first what changes.")
    async def import_file(interaction: discord.Interaction) -> None:
        await curating.drafts.ask_for_file(interaction)


def _completed_entry(client: "FaqClient") -> Any:
    """Completes an entry: its question is shown, its id is what the command gets."""

    async def complete(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        found = client.answerer.suggestions(typed, limits.DISCORD_CHOICES)
        return [app_commands.Choice(name=entry.question, value=entry.id) for entry in found]

    return complete


async def _watch(
    client: "FaqClient",
    interaction: discord.Interaction[Any],
    channel: app_commands.AppCommandChannel,
    mode: str,
) -> None:
    chosen = None if mode == "off" else Mode(mode)
    client.watch(channel.id, chosen)
    said = _SAID[chosen].format(channel=channel.mention)
    resolved = channel.resolve()
    if chosen is Mode.ON and resolved is not None and not _may_answer(resolved):
        said += NO_RIGHTS
    if chosen is not None and not client.intents.message_content:
        said += NO_CONTENT
    if chosen is Mode.DRY_RUN and client.settings.staff_channel is None:
        said += NO_STAFF_CHANNEL
    await failures.tell(interaction, said)


def _may_answer(channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    """Whether the bot may write in a channel and its threads."""
    rights = channel.permissions_for(channel.guild.me)
    return rights.view_channel and rights.send_messages and rights.send_messages_in_threads
