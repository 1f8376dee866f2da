"""Registration of `/curate` and of «Add as a wording» in the message menu: for curators, in servers alone."""

from typing import Any, Final

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.entries import Entries
from bot.chat.curators.file import FileCommands
from bot.chat.curators.history import History
from bot.chat.curators.inbox import InboxScreens
from bot.chat.curators.stats import DAYS, StatsScreens
from bot.chat.curators.watch import WatchCommand
from bot.chat.curators.why import Why
from bot.chat.layout import shortened
from bot.chat.permissions import Permissions
from bot.content import limits
from bot.data.watched import Mode
from bot.live.served import Served

MENU: Final = "Add as a wording"
_OFF: Final = "off"
_MODES: Final = [
    app_commands.Choice(name="on: answer where I am sure", value=Mode.ON.value),
    app_commands.Choice(name="dry run: only report to the staff channel", value=Mode.DRY_RUN.value),
    app_commands.Choice(name="off", value=_OFF),
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

_Choices = list[app_commands.Choice[str]]


class _Curate(app_commands.Group):
    """The commands. Discord shows them to those who may manage the server, unless a server says otherwise."""

    def __init__(self, permissions: Permissions) -> None:
        super().__init__(
            name="curate",
            description="For the FAQ's curators",
            default_permissions=_MANAGERS,
            allowed_contexts=_IN_SERVERS,
            allowed_installs=_INSTALLED,
        )
        self._permissions = permissions

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Return whether somebody may use the commands. If not, say why."""
        return await _admits(self._permissions, interaction)


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
        """Return the channel that was chosen."""
        channel: app_commands.AppCommandChannel = value
        return channel


def curate_commands(
    permissions: Permissions,
    served: Served,
    entries: Entries,
    drafts: Drafts,
    history: History,
    files: FileCommands,
    inbox: InboxScreens,
    stats: StatsScreens,
    why: Why,
    watch: WatchCommand,
) -> app_commands.Group:
    """Return the commands for curators."""
    group = _Curate(permissions)
    _add_entry_commands(group, served, entries)
    _add_change_commands(group, permissions, served, history)
    _add_question_commands(group, drafts, why)
    _add_file_commands(group, files)
    _add_overviews(group, inbox, stats)
    _add_watch_command(group, watch)
    return group


def wording_menu(permissions: Permissions, entries: Entries) -> app_commands.ContextMenu:
    """Return the message menu's «Add as a wording»."""

    async def add(interaction: discord.Interaction, message: discord.Message) -> None:
        if await _admits(permissions, interaction):
            await entries.add_wording(interaction, message)

    menu = app_commands.ContextMenu(
        name=MENU,
        callback=add,
        type=discord.AppCommandType.message,
        allowed_contexts=_IN_SERVERS,
        allowed_installs=_INSTALLED,
    )
    menu.default_permissions = _MANAGERS
    return menu


async def _admits(permissions: Permissions, interaction: discord.Interaction[Any]) -> bool:
    refusal = permissions.why_no_curator(interaction)
    if refusal is not None:
        await failures.tell(interaction, refusal)
    return refusal is None


def _add_entry_commands(group: app_commands.Group, served: Served, entries: Entries) -> None:
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
        await entries.add(interaction, question, section, id)

    @add.autocomplete("section")
    async def complete_section(_: discord.Interaction, typed: str) -> _Choices:
        known = dict.fromkeys(entry.section for entry in served.now.faq.entries)
        found = [name for name in known if typed.lower() in name.lower()][: limits.DISCORD_CHOICES]
        return [app_commands.Choice(name=name, value=name) for name in found]

    @group.command(name="edit", description="Edit an entry: a form opens with its text.")
    @app_commands.describe(entry=_ENTRY, part="What to edit; the answer where you don't say")
    @app_commands.choices(part=_PARTS)
    async def edit(interaction: discord.Interaction, entry: str, part: str = forms.ANSWER) -> None:
        await entries.edit(interaction, entry, part)

    @group.command(name="remove", description="Remove an entry. You see what that does before it is saved.")
    @app_commands.describe(entry=_ENTRY)
    async def remove(interaction: discord.Interaction, entry: str) -> None:
        await entries.remove(interaction, entry)

    edit.autocomplete("entry")(_completed_entry(served))
    remove.autocomplete("entry")(_completed_entry(served))


def _add_change_commands(group: app_commands.Group, permissions: Permissions, served: Served, history: History) -> None:
    @group.command(name="history", description="The last changes of the FAQ, each with what went and what came.")
    @app_commands.describe(entry="Of this entry alone")
    async def show(interaction: discord.Interaction, entry: str = "") -> None:
        await history.show(interaction, entry)

    show.autocomplete("entry")(_completed_entry(served))

    @group.command(name="undo", description="Take a change back: the last, or any whose lines are as it left them.")
    @app_commands.describe(change="Its number or what it did; the last change where you don't say")
    async def undo(interaction: discord.Interaction, change: str = "") -> None:
        await history.undo(interaction, change)

    @undo.autocomplete("change")
    async def complete_change(interaction: discord.Interaction, typed: str) -> _Choices:
        if not permissions.may_curate(interaction):  # Discord's commands settings may let others type
            return []
        return [
            app_commands.Choice(
                name=shortened(f"{each.number}: {each.what}", limits.DISCORD_CHOICE), value=str(each.number)
            )
            for each in history.changes_like(typed)
        ]


def _add_question_commands(group: app_commands.Group, drafts: Drafts, why: Why) -> None:
    @group.command(name="drafts", description="Go on with what you typed and did not save.")
    async def show(interaction: discord.Interaction) -> None:
        await drafts.show(interaction)

    @group.command(name="why", description="Why I answer a question as I do: the rule, the scores, the words.")
    @app_commands.describe(question="The question", overheard="As in a watched channel, where nobody addressed me")
    async def explain(interaction: discord.Interaction, question: str, overheard: bool = False) -> None:
        await why.show(interaction, question, overheard)


def _add_file_commands(group: app_commands.Group, files: FileCommands) -> None:
    @group.command(name="check", description="What is wrong with the FAQ file, line by line, or what is in it.")
    async def check(interaction: discord.Interaction) -> None:
        await files.check(interaction)

    @group.command(name="export", description="Get the FAQ file.")
    async def export(interaction: discord.Interaction) -> None:
        await files.export(interaction)

    @group.command(name="import", description="Replace the FAQ file with one of yours. You see first what changes.")
    async def import_file(interaction: discord.Interaction) -> None:
        await files.ask_for_file(interaction)


def _add_overviews(group: app_commands.Group, inbox: InboxScreens, stats: StatsScreens) -> None:
    @group.command(
        name="inbox", description="Questions that found no answer: make them wordings, entries, or off topic."
    )
    async def show_inbox(interaction: discord.Interaction) -> None:
        await inbox.show(interaction)

    @group.command(name="stats", description="What is asked and found, as a chart and in numbers.")
    @app_commands.describe(days="How far back; 30 days where you don't say")
    @app_commands.choices(days=[app_commands.Choice(name=f"{days} days", value=days) for days in DAYS])
    async def show_stats(interaction: discord.Interaction, days: int = 30) -> None:
        await stats.show(interaction, days)


def _add_watch_command(group: app_commands.Group, watch: WatchCommand) -> None:
    @group.command(name="watch", description="Answer in a channel or forum without being addressed, where I am sure.")
    @app_commands.describe(channel="The channel or forum; its threads and posts go with it", mode="What I do there")
    @app_commands.choices(mode=_MODES)
    async def set_mode(
        interaction: discord.Interaction,
        channel: app_commands.Transform[app_commands.AppCommandChannel, _Watchable],
        mode: str,
    ) -> None:
        await watch.watch(interaction, channel, None if mode == _OFF else Mode(mode))


def _completed_entry(served: Served) -> Any:
    """Return what completes an entry: its question is shown, and its id is what the command gets."""

    async def complete(_: discord.Interaction[Any], typed: str) -> _Choices:
        found = served.now.answerer.suggestions(typed, limits.DISCORD_CHOICES)
        return [app_commands.Choice(name=entry.question, value=entry.id) for entry in found]

    return complete
