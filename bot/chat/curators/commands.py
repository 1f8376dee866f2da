"""`/curate` and «Add as a wording» in the message menu: for curators, in servers alone."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

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

_Choices = list[app_commands.Choice[str]]


class _Watchable(app_commands.Transformer):
    """A channel of a kind in which members ask."""

    type = discord.AppCommandOptionType.channel
    channel_types: ClassVar = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(self, _: discord.Interaction[Any], value: Any, /) -> app_commands.AppCommandChannel:
        channel: app_commands.AppCommandChannel = value
        return channel


_Place = app_commands.Transform[app_commands.AppCommandChannel, _Watchable]


@app_commands.allowed_contexts(guilds=True)
@app_commands.allowed_installs(guilds=True)
@app_commands.default_permissions(manage_guild=True)  # who sees the commands, unless a server says otherwise
@dataclass(eq=False)
class CurateCommands(app_commands.Group, name="curate", description="For the FAQ's curators"):
    """The commands. The docstring of each is what Discord shows of it."""

    _permissions: Permissions
    _served: Served
    _entries: Entries
    _drafts: Drafts
    _history: History
    _files: FileCommands
    _inbox: InboxScreens
    _stats: StatsScreens
    _why: Why
    _watch: WatchCommand

    def __post_init__(self) -> None:
        super().__init__()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Return whether somebody may use the commands. If not, say why."""
        return await _admits(self._permissions, interaction)

    @app_commands.command()
    @app_commands.describe(
        question="Its question, if you have it at hand",
        section="Where in the source the answer comes from",
        id="Lower-case words and hyphens; made from the question where you give none",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, limits.QUESTION] = "",
        section: app_commands.Range[str, 1, limits.SECTION] = "",
        id: app_commands.Range[str, 1, limits.ID] = "",  # noqa: A002 - the option's name
    ) -> None:
        """Add an entry: a form opens, then you see what it does before it is saved."""
        await self._entries.add(interaction, question, section, id)

    @app_commands.command()
    @app_commands.describe(entry=_ENTRY, part="What to edit; the answer where you don't say")
    @app_commands.choices(part=_PARTS)
    async def edit(self, interaction: discord.Interaction, entry: str, part: str = forms.ANSWER) -> None:
        """Edit an entry: a form opens with its text."""
        await self._entries.edit(interaction, entry, part)

    @app_commands.command()
    @app_commands.describe(entry=_ENTRY)
    async def remove(self, interaction: discord.Interaction, entry: str) -> None:
        """Remove an entry. You see what that does before it is saved."""
        await self._entries.remove(interaction, entry)

    @app_commands.command()
    @app_commands.describe(entry="Of this entry alone")
    async def history(self, interaction: discord.Interaction, entry: str = "") -> None:
        """The last changes of the FAQ, each with what went and what came."""
        await self._history.show(interaction, entry)

    @app_commands.command()
    @app_commands.describe(change="Its number or what it did; the last change where you don't say")
    async def undo(self, interaction: discord.Interaction, change: str = "") -> None:
        """Take a change back: the last, or any whose lines are as it left them."""
        await self._history.undo(interaction, change)

    @app_commands.command()
    async def drafts(self, interaction: discord.Interaction) -> None:
        """Go on with what you typed and did not save."""
        await self._drafts.show(interaction)

    @app_commands.command()
    @app_commands.describe(question="The question", overheard="As in a watched channel, where nobody addressed me")
    async def why(self, interaction: discord.Interaction, question: str, overheard: bool = False) -> None:
        """Why I answer a question as I do: the rule, the scores, the words."""
        await self._why.show(interaction, question, overheard)

    @app_commands.command()
    async def check(self, interaction: discord.Interaction) -> None:
        """What is wrong with the FAQ file, line by line, or what is in it."""
        await self._files.check(interaction)

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Get the FAQ file."""
        await self._files.export(interaction)

    @app_commands.command(name="import")
    async def import_file(self, interaction: discord.Interaction) -> None:
        """Replace the FAQ file with one of yours. You see first what changes."""
        await self._files.ask_for_file(interaction)

    @app_commands.command()
    async def inbox(self, interaction: discord.Interaction) -> None:
        """Questions that found no answer: make them wordings, entries, or off topic."""
        await self._inbox.show(interaction)

    @app_commands.command()
    @app_commands.describe(days="How far back; 30 days where you don't say")
    @app_commands.choices(days=[app_commands.Choice(name=f"{days} days", value=days) for days in DAYS])
    async def stats(self, interaction: discord.Interaction, days: int = 30) -> None:
        """What is asked and found, as a chart and in numbers."""
        await self._stats.show(interaction, days)

    @app_commands.command()
    @app_commands.describe(channel="The channel or forum; its threads and posts go with it", mode="What I do there")
    @app_commands.choices(mode=_MODES)
    async def watch(self, interaction: discord.Interaction, channel: _Place, mode: str) -> None:
        """Answer in a channel or forum without being addressed, where I am sure."""
        await self._watch.watch(interaction, channel, None if mode == _OFF else Mode(mode))

    @edit.autocomplete("entry")
    @remove.autocomplete("entry")
    @history.autocomplete("entry")
    async def _complete_entry(self, _: discord.Interaction, typed: str) -> _Choices:
        """Its question is shown, and its id is what the command gets."""
        found = await self._served.ask(lambda answerer: answerer.suggestions(typed, limits.DISCORD_CHOICES))
        return [app_commands.Choice(name=entry.question, value=entry.id) for entry in found]

    @add.autocomplete("section")
    async def _complete_section(self, _: discord.Interaction, typed: str) -> _Choices:
        known = dict.fromkeys(entry.section for entry in self._served.now.faq.entries)
        found = [name for name in known if typed.lower() in name.lower()][: limits.DISCORD_CHOICES]
        return [app_commands.Choice(name=name, value=name) for name in found]

    @undo.autocomplete("change")
    async def _complete_change(self, interaction: discord.Interaction, typed: str) -> _Choices:
        if not self._permissions.may_curate(interaction):  # Discord's commands settings may let others type
            return []
        named = {each.number: f"{each.number}: {each.what}" for each in self._history.changes_like(typed)}
        return [
            app_commands.Choice(name=shortened(name, limits.DISCORD_CHOICE), value=str(number))
            for number, name in named.items()
        ]


def wording_menu(permissions: Permissions, entries: Entries) -> app_commands.ContextMenu:
    """Return the message menu's «Add as a wording»."""

    @app_commands.allowed_contexts(guilds=True)
    @app_commands.allowed_installs(guilds=True)
    @app_commands.default_permissions(manage_guild=True)
    async def add(interaction: discord.Interaction, message: discord.Message) -> None:
        if await _admits(permissions, interaction):
            await entries.add_wording(interaction, message)

    return app_commands.ContextMenu(name=MENU, callback=add)


async def _admits(permissions: Permissions, interaction: discord.Interaction[Any]) -> bool:
    refusal = permissions.why_no_curator(interaction)
    if refusal is not None:
        await failures.tell(interaction, refusal)
    return refusal is None
