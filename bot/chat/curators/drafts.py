"""Drafts of curators: from the form that opens one, over its preview, to the change that is saved; none is lost."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import discord

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.preview import Spot, draft_screen, drafts_screen, failed_screen, saved_screen
from bot.chat.router import Control
from bot.chat.text import sentence_screen
from bot.content import limits
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Removal, Revision, id_for, lines_of
from bot.content.model import Entry
from bot.data.drafts import Draft
from bot.errors import BotError
from bot.live.faqfile import OtherwiseError, Ready

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

GONE: Final = "This draft is gone: it was saved or discarded, or is older than a week."
NOT_YOURS: Final = "This draft is another curator's."
DISCARDED: Final = "Discarded. Nothing was changed."
MEANWHILE: Final = "This is not what you last saw of it, so nothing was saved yet. Look again:"
REMEMBERED: Final = 2  # drafts that are kept ready to be saved: each holds a matcher; others are made ready again
_TITLES: Final = {
    forms.ANSWER: "Edit",
    forms.WORDINGS: "Wordings",
    forms.DETAILS: "Details",
    forms.NEW: "New entry",
}


class Drafting:
    """What can be done with drafts. Who may do it was asked before."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._file = client.faq_file
        self._store = client.drafts
        self._ready: OrderedDict[int, tuple[int, Ready]] = OrderedDict()  # with their versions
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._actions = {
            "save": self._save,
            "look": self._look,
            "back": self._open_form,
            "part": self._open_form,
            "discard": self._discard,
        }

    @property
    def actions(self) -> frozenset[str]:
        """What buttons here do, by the action in their ids."""
        return frozenset(self._actions)

    async def use(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Do what a button of a draft is for."""
        draft = await self._own(interaction, control)
        if draft is not None:
            await self._actions[control.action](interaction, control, draft)

    async def open(
        self, interaction: discord.Interaction[Any], edit: Addition | Revision, part: str, settles: Sequence[int] = ()
    ) -> None:
        """Open a form for a new draft. `settles`: numbers of questions in the inbox that it is about."""
        draft = self._draft(interaction.user.id, edit, settles)
        await self._send_form(interaction, draft, Spot(part))

    async def submitted(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Keep what was typed into a draft's form, then show what it would do."""
        draft = await self._own(interaction, control)
        if draft is None:
            return
        spot, count = Spot(control.about_at(1), control.number_at(2)), control.number_at(3)
        edit = _filled(draft.edit, spot, count, forms.typed_in(interaction))
        await self._keep(interaction, draft, edit, spot)

    async def imported(self, interaction: discord.Interaction[Any], control: Control, data: bytes) -> None:
        """Show what a file that was uploaded would do, in place of one that was uploaded before it."""
        draft = self._store.get(control.number_at(0), time.time())
        if draft is None or draft.who != interaction.user.id:
            await self.start(interaction, Import(data), Spot())
        else:
            await self._keep(interaction, draft, Import(data), Spot())

    async def start(
        self, interaction: discord.Interaction[Any], edit: Edit, spot: Spot, settles: Sequence[int] = ()
    ) -> None:
        """Show what a new draft would do that needs no form, or whose form was filled in. `settles`: as for `open`."""
        draft = self._draft(interaction.user.id, edit, settles)
        await self._acknowledge(interaction, fresh=True)
        await self._show(interaction, draft, spot)

    def _draft(self, who: int, edit: Edit, settles: Sequence[int]) -> Draft:
        draft = self._store.add(time.time(), who, edit)
        self._client.learning.inbox.take_up(settles, draft.number)
        return draft

    async def list(self, interaction: discord.Interaction[Any]) -> None:
        """Show a curator's drafts."""
        drafts = self._store.of(interaction.user.id, limits.DISCORD_OPTIONS, time.time())
        await interaction.response.send_message(view=drafts_screen(drafts, interaction.user.id), ephemeral=True)

    async def go_on(self, interaction: discord.Interaction[Any], number: int) -> None:
        """Show a draft again."""
        draft = await self._own(interaction, Control("draft", interaction.user.id, (str(number),)))
        if draft is not None:
            await self._acknowledge(interaction, fresh=True)
            await self._show(interaction, draft, Spot(forms.ANSWER))

    async def ask_for_file(self, interaction: discord.Interaction[Any], number: str = "0") -> None:
        """Open the form that takes a FAQ file; `number`: of the draft with the file that it is to replace."""
        control = Control("import", interaction.user.id, (number,))
        await interaction.response.send_modal(forms.form(control, "Import a FAQ file", forms.upload_parts()))

    async def _own(self, interaction: discord.Interaction[Any], control: Control) -> Draft | None:
        """The draft that a control is about; a sentence where it is not there, or another's."""
        draft = self._store.get(control.number_at(0), time.time())
        if draft is not None and draft.who == control.asker == interaction.user.id:
            return draft
        await failures.tell(interaction, GONE if draft is None else NOT_YOURS)
        return None

    async def _acknowledge(self, interaction: discord.Interaction[Any], *, fresh: bool = False) -> None:
        """Say that something is coming: a `fresh` message, or in place of that with the button that opened the form."""
        if interaction.response.is_done():
            return
        if interaction.message is not None and not fresh:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)

    async def _keep(self, interaction: discord.Interaction[Any], draft: Draft, edit: Edit, spot: Spot) -> None:
        """Keep what a draft has become, and show it."""
        draft = self._store.update(time.time(), draft, edit)
        await self._acknowledge(interaction)
        await self._show(interaction, draft, spot)

    async def _show(self, interaction: discord.Interaction[Any], draft: Draft, spot: Spot, note: str = "") -> None:
        try:
            ready = await self._file.propose(self._named(draft.edit))
        except BotError as error:
            await interaction.edit_original_response(view=failed_screen(draft, error, spot))
            return
        await self._present(interaction, draft, ready, spot, note)

    async def _present(
        self, interaction: discord.Interaction[Any], draft: Draft, ready: Ready, spot: Spot, note: str = ""
    ) -> None:
        """Show what a draft would do, on top of what the file says by now.

        That can make it another version, and a button of an earlier one saves nothing: it was not seen there.
        """
        if isinstance(draft.edit, Revision | Removal) and draft.edit != ready.proposal.edit:
            draft = self._store.update(time.time(), draft, ready.proposal.edit)
        self._ready[draft.number] = (draft.version, ready)
        while len(self._ready) > REMEMBERED:
            self._ready.popitem(last=False)
        view = draft_screen(draft, ready, self._client.answerer.faq, spot, note)
        await interaction.edit_original_response(view=view)

    async def _look(self, interaction: discord.Interaction[Any], control: Control, draft: Draft) -> None:
        await interaction.response.defer()
        await self._show(interaction, draft, _spot(control))

    async def _save(self, interaction: discord.Interaction[Any], control: Control, _: Draft) -> None:
        await interaction.response.defer()
        number, spot = control.number_at(0), _spot(control)
        async with self._turn(number):
            draft = self._store.get(number, time.time())
            if draft is None:  # the button was pressed twice
                return
            if draft.version != control.number_at(1):
                await self._show(interaction, draft, spot, MEANWHILE)
                return
            try:
                change = await self._file.save(await self._seen(draft), interaction.user.id)
            except OtherwiseError as otherwise:
                await self._present(interaction, draft, otherwise.ready, spot, MEANWHILE)
                return
            except BotError as error:
                await interaction.edit_original_response(view=failed_screen(draft, error, spot))
                return
            self._client.learning.inbox.saved(draft.number, change.number)
            self._store.discard(draft)
            self._ready.pop(draft.number, None)
        await interaction.edit_original_response(view=saved_screen(change, draft.who))

    def _turn(self, number: int) -> asyncio.Lock:
        """What concerns one draft happens one after the other: buttons may be pressed in quick succession."""
        return self._turns.setdefault(number, asyncio.Lock())

    async def _seen(self, draft: Draft) -> Ready:
        """What the curator has seen of a draft, made ready again where it is not any more.

        Raises OtherwiseError where that has become something else, and BotError.
        """
        version, kept = self._ready.get(draft.number, (0, None))
        if kept is not None and version == draft.version:
            return kept
        edit = self._named(draft.edit)
        ready = await self._file.propose(edit)
        if ready.proposal.edit != edit or isinstance(edit, Import):
            raise OtherwiseError(ready)
        return ready

    async def _open_form(self, interaction: discord.Interaction[Any], control: Control, draft: Draft) -> None:
        if isinstance(draft.edit, Import):
            await self.ask_for_file(interaction, str(draft.number))
        else:
            await self._send_form(interaction, draft, _spot(control))

    async def _discard(self, interaction: discord.Interaction[Any], control: Control, _: Draft) -> None:
        await interaction.response.defer()
        async with self._turn(control.number_at(0)):
            draft = self._store.get(control.number_at(0), time.time())
            if draft is None:  # it was saved meanwhile, and says so
                return
            self._store.discard(draft)
            self._ready.pop(draft.number, None)
        await interaction.edit_original_response(view=sentence_screen(DISCARDED))

    async def _send_form(self, interaction: discord.Interaction[Any], draft: Draft, spot: Spot) -> None:
        number = str(draft.number)
        if isinstance(draft.edit, OffTopicLines):
            control = Control("draft", draft.who, (number,))
            form = forms.form(control, "Off topic", forms.off_topic_parts(draft.edit.texts))
        else:
            entry = _entry(draft.edit)
            count = len(forms.pages(entry.also))
            page = f" {spot.page + 1} of {count}" if spot.part == forms.WORDINGS and count > 1 else ""
            title = f"{_TITLES.get(spot.part, _TITLES[forms.ANSWER])}{page}" + (f": {entry.id}" if entry.id else "")
            control = Control("draft", draft.who, (number, spot.part, str(spot.page), str(len(entry.also))))
            form = forms.form(control, title, forms.entry_parts(entry, spot.part, spot.page))
        await interaction.response.send_modal(form)

    def _named(self, edit: Edit) -> Edit:
        """An edit whose new entry has an id, which it gets from its question where the curator gave none."""
        if not isinstance(edit, Addition) or edit.entry.id:
            return edit
        taken = self._file.ids_ever_used()
        return Addition(replace(edit.entry, id=id_for(edit.entry.question, taken)))


def _spot(control: Control) -> Spot:
    return Spot(control.about_at(2), control.number_at(3))


def _entry(edit: Edit) -> Entry:
    """The entry that a draft with a form is about."""
    match edit:
        case Addition(entry) | Revision(wanted=entry):
            return entry
    raise ValueError(f"there is no form for {type(edit).__name__}")


def _filled(edit: Edit, spot: Spot, count: int, typed: Mapping[str, str]) -> Edit:
    """An edit with what was typed into its form."""
    if isinstance(edit, OffTopicLines):
        return OffTopicLines(lines_of(typed.get("line", "")))
    entry = forms.filled(_entry(edit), spot.part, spot.page, count, typed, _today())
    return Revision(edit.found, entry) if isinstance(edit, Revision) else Addition(entry)


def _today() -> date:
    return datetime.now().astimezone().date()
