"""Drafts of curators: from the form that opens one, over its preview, to the change that is saved; none is lost."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import discord

from bot.chat import failures, forms
from bot.chat.controls import Control
from bot.chat.screens import draft_screen, failed_screen, saved_screen
from bot.chat.texts import sentence_screen
from bot.core.editing import Addition, Edit, Import, OffTopicLine, Removal, Revision, id_for, line_of
from bot.core.model import Entry
from bot.core.problems import BotError
from bot.faqfile import OtherwiseError, Ready
from bot.journal import Draft

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

GONE: Final = "This draft is gone: it was saved or discarded, or is older than a week."
NOT_YOURS: Final = "This draft is another curator's."
DISCARDED: Final = "Discarded. Nothing was changed."
MEANWHILE: Final = "The file was changed at the same moment, so nothing was saved yet. Look again:"
REMEMBERED: Final = 2  # drafts that are kept ready to be saved: each holds a matcher; others are made ready again
_TITLES: Final = {
    forms.ANSWER: "Edit",
    forms.WORDINGS: "Wordings of",
    forms.DETAILS: "Details of",
    forms.NEW: "New entry",
}


class Drafting:
    """What can be done with drafts. Who may do it was asked before."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._file = client.faq_file
        self._journal = client.faq_file.journal
        self._ready: OrderedDict[int, Ready] = OrderedDict()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._actions = {"save": self._save, "back": self._back, "discard": self._discard, "part": self._open_part}

    @property
    def actions(self) -> frozenset[str]:
        """What buttons here do, by the action in their ids."""
        return frozenset(self._actions)

    async def use(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Do what a button of a draft is for."""
        draft = await self._own(interaction, control)
        if draft is not None:
            await self._actions[control.action](interaction, control, draft)

    async def open(self, interaction: discord.Interaction[Any], edit: Addition | Revision, part: str) -> None:
        """Open a form for a new draft."""
        draft = self._journal.draft(time.time(), interaction.user.id, edit)
        await self._send_form(interaction, draft, part, 0)

    async def submitted(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Keep what was typed into a draft's form, then show what it would do."""
        draft = await self._own(interaction, control)
        if draft is None:
            return
        part, page, count = control.about_at(1), control.number_at(2), control.number_at(3)
        edit = _filled(draft.edit, part, page, count, forms.typed_in(interaction))
        self._ready.pop(draft.number, None)
        draft = self._journal.redraft(time.time(), draft, edit)
        await self._acknowledge(interaction)
        await self._show(interaction, draft, part)

    async def start(self, interaction: discord.Interaction[Any], edit: Edit, part: str = "") -> None:
        """Show what a new draft would do that needs no form, or whose form was filled in."""
        draft = self._journal.draft(time.time(), interaction.user.id, edit)
        if not interaction.response.is_done():
            await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show(interaction, draft, part)

    async def _own(self, interaction: discord.Interaction[Any], control: Control) -> Draft | None:
        """The draft that a control is about; a sentence where it is not there, or another's."""
        draft = self._journal.drafted(control.number_at(0))
        if draft is not None and draft.who == control.asker == interaction.user.id:
            return draft
        await failures.tell(interaction, GONE if draft is None else NOT_YOURS)
        return None

    async def _acknowledge(self, interaction: discord.Interaction[Any]) -> None:
        """Say that something is coming: where a button opened the form, in place of the message with it."""
        if interaction.message is not None:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)

    async def _show(self, interaction: discord.Interaction[Any], draft: Draft, part: str) -> None:
        try:
            ready = await self._file.propose(self._named(draft.edit))
        except BotError as error:
            await interaction.edit_original_response(view=failed_screen(draft, error, part))
            return
        await self._present(interaction, draft, ready, part)

    async def _present(
        self, interaction: discord.Interaction[Any], draft: Draft, ready: Ready, part: str, note: str = ""
    ) -> None:
        """Show what a draft would do. From now on it is on top of what the curator has seen with it."""
        if isinstance(draft.edit, Revision | Removal):
            draft = self._journal.redraft(time.time(), draft, ready.proposal.edit)
        self._ready[draft.number] = ready
        while len(self._ready) > REMEMBERED:
            self._ready.popitem(last=False)
        view = draft_screen(draft, ready, self._client.knowledge.faq, part, note)
        await interaction.edit_original_response(view=view)

    async def _save(self, interaction: discord.Interaction[Any], control: Control, draft: Draft) -> None:
        await interaction.response.defer()
        part = control.about_at(1)
        async with self._turns.setdefault(draft.number, asyncio.Lock()):
            if self._journal.drafted(draft.number) is None:  # the button was pressed twice
                return
            try:
                change = await self._file.save(await self._seen(draft), interaction.user.id)
            except OtherwiseError as otherwise:
                await self._present(interaction, draft, otherwise.ready, part, MEANWHILE)
                return
            except BotError as error:
                await interaction.edit_original_response(view=failed_screen(draft, error, part))
                return
            self._journal.discard(draft)
            self._ready.pop(draft.number, None)
        await interaction.edit_original_response(view=saved_screen(change, draft.who))

    async def _seen(self, draft: Draft) -> Ready:
        """What the curator has seen of a draft, made ready again where it is not any more.

        Raises OtherwiseError where that has become something else, and BotError.
        """
        kept = self._ready.get(draft.number)
        if kept is not None:
            return kept
        edit = self._named(draft.edit)
        ready = await self._file.propose(edit)
        if ready.proposal.edit != edit or isinstance(edit, Import):
            raise OtherwiseError(ready)
        return ready

    async def _back(self, interaction: discord.Interaction[Any], control: Control, draft: Draft) -> None:
        if isinstance(draft.edit, Import):
            await self.ask_for_file(interaction)
        else:
            await self._send_form(interaction, draft, control.about_at(1) or forms.ANSWER, 0)

    async def _open_part(self, interaction: discord.Interaction[Any], control: Control, draft: Draft) -> None:
        await self._send_form(interaction, draft, control.about_at(1), control.number_at(2))

    async def _discard(self, interaction: discord.Interaction[Any], _: Control, draft: Draft) -> None:
        self._journal.discard(draft)
        self._ready.pop(draft.number, None)
        await interaction.response.edit_message(view=sentence_screen(DISCARDED))

    async def ask_for_file(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form that takes a FAQ file."""
        control = Control("import", interaction.user.id)
        await interaction.response.send_modal(forms.form(control, "Import a FAQ file", forms.upload_parts()))

    async def _send_form(self, interaction: discord.Interaction[Any], draft: Draft, part: str, page: int) -> None:
        if isinstance(draft.edit, OffTopicLine):
            control = Control("draft", draft.who, (str(draft.number), forms.OFF_TOPIC))
            form = forms.form(control, "Off topic", forms.off_topic_parts(draft.edit.text))
        else:
            entry = _entry(draft.edit)
            about = (str(draft.number), part, str(page), str(len(entry.also)))
            title = _TITLES.get(part, "Edit") + (f" {entry.id}" if entry.id else "")
            form = forms.form(Control("draft", draft.who, about), title, forms.entry_parts(entry, part, page))
        await interaction.response.send_modal(form)

    def _named(self, edit: Edit) -> Edit:
        """An edit whose new entry has an id, which it gets from its question where the curator gave none."""
        if not isinstance(edit, Addition) or edit.entry.id:
            return edit
        taken = self._file.ids_ever_used()
        return Addition(replace(edit.entry, id=id_for(edit.entry.question, taken)))


def _entry(edit: Edit) -> Entry:
    """The entry that a draft with a form is about."""
    match edit:
        case Addition(entry) | Revision(wanted=entry):
            return entry
    raise ValueError(f"there is no form for {type(edit).__name__}")


def _filled(edit: Edit, part: str, page: int, count: int, typed: Mapping[str, str]) -> Edit:
    """An edit with what was typed into its form."""
    if isinstance(edit, OffTopicLine):
        return OffTopicLine(line_of(typed.get("line", "")))
    entry = forms.filled(_entry(edit), part, page, count, typed, _today())
    return Revision(edit.found, entry) if isinstance(edit, Revision) else Addition(entry)


def _today() -> date:
    return datetime.now().astimezone().date()
