"""What curators do besides drafts: history, undo, check, import, export, why, and wordings from messages."""

import asyncio
import gzip
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafting
from bot.chat.curators.history import change_file, change_screen, history_screen, when, who
from bot.chat.curators.inbox import Sorting
from bot.chat.curators.preview import Spot
from bot.chat.curators.stats import Statistics
from bot.chat.layout import shortened
from bot.chat.permissions import home_server, may_curate
from bot.chat.router import Control, number
from bot.chat.text import MEND, code, fitted, sentence_screen, trouble_text
from bot.content import file as store
from bot.content import limits
from bot.content.edits import Addition, OffTopicLines, Removal, Revision, Undoing, id_for, line_of, lines_of
from bot.content.model import Entry
from bot.data.journal import Change
from bot.errors import BotError
from bot.matching.decision import Origin, decide
from bot.matching.explain import explain
from bot.matching.replies import contents
from bot.text.words import MARKUP

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

NOT_A_CURATOR: Final = (
    "This is for the FAQ's curators, in its home server: members with the curator role, or who may manage the server."
)
NO_HOME: Final = (
    "I am in several servers. Whoever runs me has to set HOME_SERVER to the id of the one with the curators."
)
NO_ENTRY: Final = "The FAQ has no entry “{}”. Choose one that is suggested while you type."
TAKEN: Final = "There is, or was, an entry with the id “{}” already. Give another, or none: I make one."
NO_CHANGE: Final = "There is no change with that number. /curate history shows those that there are."
NOTHING_TO_UNDO: Final = "Nothing was changed yet, so there is nothing to undo."
NO_WORDS: Final = "There is no text in that message that could become a wording."
TOO_LARGE: Final = (
    f"That file is larger than {limits.IMPORT_BYTES:,} bytes, the most that I take through Discord. Is it the FAQ? "
    "Whoever runs me can put it in the place of the old one."
)
NO_SUCH_ENTRY: Final = "The FAQ has no entry “{}”, so this was not added: “{}”. Use the menu again, and choose another."
NO_FILE: Final = "There was no file in the form. Use /curate import again."
NOT_FETCHED: Final = "Discord did not give me the file that you uploaded. Use /curate import again."
CHANGES: Final = 10  # changes on a page of the history


class Curating:
    """The functions for curators alone. Whoever calls one was asked for the right to before: see `admits`."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._file = client.faq_file
        self._journal = client.faq_file.journal
        self.drafts = Drafting(client)
        self.sorting = Sorting(client, self.drafts)
        self.statistics = Statistics(client)
        self._actions = {
            "undo": self._press_undo,
            "history": self._turn,
            "change": self._show_change,
            "draft": self._go_on,
            "csv": self._csv,
        }
        self._forms = {"draft": self.drafts.submitted, "import": self._imported, "wording": self._worded}

    @property
    def actions(self) -> frozenset[str]:
        """What buttons and menus here do, by the action in their ids."""
        return frozenset(self._actions) | self.drafts.actions | self.sorting.actions

    def may(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether somebody may curate, here and now."""
        return may_curate(interaction, self._client.settings)

    async def admits(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether somebody may curate, here and now; a sentence where they may not."""
        if self.may(interaction):
            return True
        undecided = home_server(self._client, self._client.settings) is None
        await failures.tell(interaction, NO_HOME if undecided else NOT_A_CURATOR)
        return False

    async def use(self, interaction: discord.Interaction[Any], control: Control, value: str) -> None:
        """Do what a button or menu is for, if it is a curator who uses it."""
        if not await self.admits(interaction):
            return
        if control.action in self.drafts.actions:
            await self.drafts.use(interaction, control)
        elif control.action in self.sorting.actions:
            await self.sorting.use(interaction, control, value)
        else:
            await self._actions[control.action](interaction, control, value)

    async def submitted(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Take a form that was filled in, if it was a curator who did."""
        if not await self.admits(interaction):
            return
        if interaction.user.id != control.asker or control.action not in self._forms:
            await failures.tell(interaction, NOT_A_CURATOR)
            return
        await self._forms[control.action](interaction, control)

    # Entries.

    async def add(self, interaction: discord.Interaction[Any], question: str, section: str, name: str) -> None:
        """Open the form for a new entry."""
        if name:
            name = id_for(name, ())
            if name in self._file.ids_ever_used():
                await failures.tell(interaction, TAKEN.format(name))
                return
        fresh = Entry(name, line_of(section), line_of(question), "")
        await self.drafts.open(interaction, Addition(fresh), forms.NEW)

    async def edit(self, interaction: discord.Interaction[Any], typed: str, part: str) -> None:
        """Open the form for a part of an entry."""
        entry = await self._entry(interaction, typed)
        if entry is not None:
            await self.drafts.open(interaction, Revision(entry, entry), part)

    async def remove(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Show what the removal of an entry would do."""
        entry = await self._entry(interaction, typed)
        if entry is not None:
            await self.drafts.start(interaction, Removal(entry), Spot())

    async def add_wording(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Open the form that makes a message a wording of an entry."""
        text = shortened(line_of(MARKUP.sub(" ", message.content)), limits.WORDING)
        if not text:
            await failures.tell(interaction, NO_WORDS)
            return
        near = self._client.answerer.match(text, limits.DISCORD_OPTIONS - 1).matches
        entries = [match.entry for match in near]
        control = Control("wording", interaction.user.id)
        parts = forms.wording_parts([text], entries)
        await interaction.response.send_modal(forms.form(control, "Add as a wording", parts))

    async def _worded(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Take wordings: of a message, or of a group of the inbox, which the control is about."""
        typed = forms.typed_in(interaction)
        wordings = lines_of(typed.get("wording", ""))
        chosen = typed.get("other", "").strip() or typed.get("entry", "")
        group = await self.sorting.group(control.number_at(0)) if control.about else None
        settles = group.numbers if group is not None else []
        if chosen == forms.NO_ENTRY:
            await self.drafts.start(interaction, OffTopicLines(wordings), Spot(), settles)
            return
        entry = self._found(chosen)
        if entry is None:
            await failures.tell(
                interaction, NO_SUCH_ENTRY.format(chosen[:100], shortened("; ".join(wordings), limits.WORDING))
            )
            return
        wanted = replace(entry, also=(*entry.also, *wordings))
        last = len(forms.pages(wanted.also)) - 1
        await self.drafts.start(interaction, Revision(entry, wanted), Spot(forms.WORDINGS, last), settles)

    def _found(self, typed: str) -> Entry | None:
        """The entry with this id or question."""
        faq = self._client.answerer.faq
        by_question = (entry for entry in faq.entries if entry.question.casefold() == typed.strip().casefold())
        return faq.entry(typed.strip()) or next(by_question, None)

    async def _entry(self, interaction: discord.Interaction[Any], typed: str) -> Entry | None:
        """The entry that was chosen, by its id or question; a sentence where there is none."""
        entry = self._found(typed)
        if entry is None:
            await failures.tell(interaction, NO_ENTRY.format(discord.utils.escape_markdown(typed[:100])))
        return entry

    # Changes.

    async def history(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Show the last changes: of one entry, by its id or question, where it is named; it may be gone by now."""
        entry = self._found(typed)
        name = entry.id if entry is not None else typed.strip()
        if name and entry is None and name not in self._file.ids_ever_used():
            await failures.tell(interaction, NO_ENTRY.format(discord.utils.escape_markdown(typed[:100])))
            return
        view = self._history(interaction.user.id, None, name or None)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def undo(self, interaction: discord.Interaction[Any], chosen: int | None) -> None:
        """Show what taking a change back would do: the last one that was not taken back, where none is chosen."""
        change = self._journal.last_in_force() if chosen is None else self._journal.change(chosen)
        if change is None:
            await failures.tell(interaction, NOTHING_TO_UNDO if chosen is None else NO_CHANGE)
            return
        what = f"{when(change)}, {who(change)}: {change.what}"
        await self.drafts.start(interaction, Undoing(change.number, change.hunks, what), Spot())

    async def _csv(self, interaction: discord.Interaction[Any], control: Control, _: str) -> None:
        await self.statistics.export(interaction, control.number_at(0))

    async def _go_on(self, interaction: discord.Interaction[Any], _: Control, value: str) -> None:
        await self.drafts.go_on(interaction, number(value))

    async def _press_undo(self, interaction: discord.Interaction[Any], control: Control, _: str) -> None:
        await self.undo(interaction, control.number_at(0))

    async def _turn(self, interaction: discord.Interaction[Any], control: Control, _: str) -> None:
        before = control.number_at(0) or None
        view = self._history(interaction.user.id, before, control.about_at(1) or None)
        await interaction.response.edit_message(view=view)

    async def _show_change(self, interaction: discord.Interaction[Any], _: Control, value: str) -> None:
        change = self._journal.change(number(value))
        if change is None:
            await failures.tell(interaction, NO_CHANGE)
            return
        heading = f"**Change {change.number}**, {when(change)}, {who(change)}: {change.what}"
        view = change_screen(change, fitted([heading], 1000), interaction.user.id)
        whole = change_file(change)
        if whole is None:
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            view.add_item(discord.ui.File(whole))
            await interaction.response.send_message(view=view, file=whole, ephemeral=True)

    def _history(self, asker: int, before: int | None, entry: str | None) -> discord.ui.LayoutView:
        found = self._journal.changes(CHANGES + 1, before=before, entry=entry)
        return history_screen(found[:CHANGES], asker, entry, older=len(found) > CHANGES, newest=before is None)

    def changes_like(self, typed: str) -> list[Change]:
        """Changes to choose from while somebody types a number or a word."""
        found = self._journal.changes(200)
        return [each for each in found if typed.lower() in f"{each.number} {each.what}"][: limits.DISCORD_CHOICES]

    # The file.

    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Say what is wrong with the file, or what is in it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            found = await asyncio.to_thread(store.checked, self._file.path)
        except BotError as error:
            said = f"{trouble_text(error)}\n{MEND}"
        else:
            said = f"{self._file.path.name} is fine: {contents(found)}."
        await interaction.edit_original_response(view=sentence_screen(said))

    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """Send the file; also the last good one, where that is another."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        name, good, files, said = self._file.path.name, self._file.data(), [], ""
        try:
            data = await asyncio.to_thread(store.read_bytes, self._file.path, name)
            files.append(await _attached(name, data))
        except BotError as error:
            data, said = b"", str(error)
        if data != good:
            files.append(await _attached(f"last-good-{name}", good))
        await interaction.followup.send(said, files=files, ephemeral=True)

    async def _imported(self, interaction: discord.Interaction[Any], control: Control) -> None:
        uploaded = forms.uploaded_in(interaction)
        if uploaded is None:
            await failures.tell(interaction, NO_FILE)
            return
        if int(uploaded["size"]) > limits.IMPORT_BYTES:
            await failures.tell(interaction, TOO_LARGE)
            return
        if interaction.message is not None:  # with the button that opened the form
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            data = await self._client.http.get_from_cdn(uploaded["url"])
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            await failures.tell(interaction, NOT_FETCHED)
            return
        await self.drafts.imported(interaction, control, data)

    async def why(self, interaction: discord.Interaction[Any], question: str, overheard: bool) -> None:
        """Say why the bot decides about a question as it does."""
        answerer = self._client.answerer
        ranking = answerer.match(question)
        decision = decide(ranking, Origin.WATCHED if overheard else Origin.ASK)
        said = code(await asyncio.to_thread(explain, answerer, ranking, decision))
        heading = f"**{line_of(question)[:300]}**"
        view = sentence_screen(fitted([heading, said], limits.DISCORD_TEXT))
        await interaction.response.send_message(view=view, ephemeral=True)


async def _attached(name: str, data: bytes) -> discord.File:
    """A file to send, packed where Discord would find it too large."""
    if len(data) > limits.DISCORD_UPLOAD:
        data, name = await asyncio.to_thread(gzip.compress, data), f"{name}.gz"
    return discord.File(BytesIO(data), name)
